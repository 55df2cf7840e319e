//! Jekyll's placeholders in a note's `permalink`: `/:categories/:year/:month/:day/:title:output_ext`
//! (<https://jekyllrb.com/docs/permalinks/#placeholders>).

use crate::source::Note;

/// What the placeholders of `permalink` stand for in `note`, whose file is called `name` without its date and ending.
/// One without a value leaves its place empty; a colon before any other word is the author's.
pub(super) fn expand(permalink: &str, note: &Note, name: &str, file_date: Option<&str>) -> String {
    if !permalink.contains(':') {
        return permalink.to_owned();
    }
    let own = &note.front_matter;
    // `2024-01-02T13:00:00+09:00`.
    let date = own.date.as_deref().or(file_date).unwrap_or_default();
    let part = |from: usize, to: usize| date.get(from..to).unwrap_or_default();
    let short = |value: &str| value.trim_start_matches('0').to_owned();
    let slug = || own.slug.clone().unwrap_or_else(|| name.to_owned());
    let mut out = String::with_capacity(permalink.len() + 32);
    let mut pieces = permalink.split(':');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece
            .find(|c: char| !(c.is_ascii_lowercase() || c == '_'))
            .unwrap_or(piece.len());
        let (word, rest) = piece.split_at(end);
        let value = match word {
            "categories" | "slugified_categories" => own.categories.join("/"),
            "title" | "slug" => slug(),
            "name" | "basename" => name.to_owned(),
            "path" => {
                let path = note.path.rsplit_once('.').map_or(&*note.path, |(it, _)| it);
                path.to_owned()
            }
            "year" => part(0, 4).to_owned(),
            "short_year" => part(2, 4).to_owned(),
            "month" => part(5, 7).to_owned(),
            "i_month" => short(part(5, 7)),
            "day" => part(8, 10).to_owned(),
            "i_day" => short(part(8, 10)),
            "hour" => part(11, 13).to_owned(),
            "minute" => part(14, 16).to_owned(),
            "second" => part(17, 19).to_owned(),
            "output_ext" => ".html".to_owned(),
            "collection" => "posts".to_owned(),
            _ => {
                out.push(':');
                word.to_owned()
            }
        };
        out.push_str(&value);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FrontMatter;

    #[test]
    fn placeholders_stand_for_what_the_note_says() {
        let note = Note {
            path: "백엔드/2024-01-02-람다.md".into(),
            front_matter: FrontMatter {
                date: Some("2024-01-02T13:05:09+09:00".to_owned()),
                categories: vec!["백엔드".to_owned(), "aws".to_owned()],
                ..FrontMatter::default()
            },
            ..Note::default()
        };
        let expanded = |link: &str| expand(link, &note, "람다", None);
        assert_eq!(expanded("/:categories/:title/"), "/백엔드/aws/람다/");
        assert_eq!(
            expanded("/:year/:month/:i_day/:title:output_ext"),
            "/2024/01/2/람다.html"
        );
        assert_eq!(expanded("/고정/주소/"), "/고정/주소/");
        assert_eq!(expanded("/a:b/:모름/"), "/a:b/:모름/");
        let undated = Note::default();
        assert_eq!(expand("/:year/:title/", &undated, "글", None), "//글/");
        assert_eq!(
            expand("/:year/:title/", &undated, "글", Some("2023-03-21")),
            "/2023/글/"
        );
    }
}
