//! Addresses as Jekyll makes them, so that old links can be led to the new pages.
//!
//! Follows Jekyll's documentation of permalinks: the styles by name, the placeholders, and `Utils.slugify`.

use jiff::civil::Date;

use crate::site::date::MONTHS;

/// What a placeholder may ask of a page.
#[derive(Debug, Clone, Default)]
pub(super) struct Of<'a> {
    /// `YYYY-MM-DD` or RFC 3339.
    pub(super) date: &'a str,
    /// The file's name without date and extension.
    pub(super) name: &'a str,
    /// `slug` of the front matter.
    pub(super) slug: Option<&'a str>,
    pub(super) categories: &'a [String],
    /// The collection, `posts` for posts.
    pub(super) collection: &'a str,
    /// The path within the collection, without extension.
    pub(super) path: &'a str,
}

/// The pattern that a style's name stands for; a pattern stands for itself.
pub(super) fn pattern(style: &str) -> &str {
    match style {
        "date" | "" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        pattern => pattern,
    }
}

/// The address of a post or a collection's page. `None` where a placeholder is not known.
pub(super) fn expand(pattern: &str, of: &Of<'_>) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let len = after
            .bytes()
            .take_while(|b| b.is_ascii_lowercase() || *b == b'_')
            .count();
        // `:title_suffix`: the longest name that is one.
        let (name, value) = (1..=len).rev().find_map(|len| {
            after
                .get(..len)
                .and_then(|name| Some((name, value(name, of)?)))
        })?;
        out.push_str(&value);
        rest = &after[name.len()..];
    }
    out.push_str(rest);
    let trailing = out.ends_with('/');
    let parts: Vec<&str> = out.split('/').filter(|part| !part.is_empty()).collect();
    let mut address = format!("/{}", parts.join("/"));
    if trailing && address.len() > 1 {
        address.push('/');
    }
    Some(address)
}

fn value(name: &str, of: &Of<'_>) -> Option<String> {
    let date = || of.date.get(..10)?.parse::<Date>().ok();
    let clock = |from: usize| of.date.get(from..from + 2).unwrap_or("00").to_owned();
    Some(match name {
        "year" => format!("{:04}", date()?.year()),
        "short_year" => format!("{:02}", date()?.year() % 100),
        "month" => format!("{:02}", date()?.month()),
        "i_month" => date()?.month().to_string(),
        "day" => format!("{:02}", date()?.day()),
        "i_day" => date()?.day().to_string(),
        "y_day" => format!("{:03}", date()?.day_of_year()),
        "hour" => clock(11),
        "minute" => clock(14),
        "second" => clock(17),
        "short_month" => MONTHS
            .get(usize::from(date()?.month().unsigned_abs()) - 1)?
            .get(..3)?
            .to_owned(),
        "long_month" => (*MONTHS.get(usize::from(date()?.month().unsigned_abs()) - 1)?).to_owned(),
        "w_year" => date()?.iso_week_date().year().to_string(),
        "week" => format!("{:02}", date()?.iso_week_date().week()),
        "w_day" => date()?.weekday().to_monday_one_offset().to_string(),
        "short_day" => DAYS
            .get(usize::from(
                date()?.weekday().to_monday_zero_offset().unsigned_abs(),
            ))?
            .get(..3)?
            .to_owned(),
        "long_day" => (*DAYS.get(usize::from(
            date()?.weekday().to_monday_zero_offset().unsigned_abs(),
        ))?)
        .to_owned(),
        "title" => of
            .slug
            .map_or_else(|| slugify(of.name, true), |slug| slugify(slug, true)),
        "slug" => slugify(of.slug.unwrap_or(of.name), false),
        "name" => slugify(of.name, false),
        "categories" => {
            let names: Vec<String> = of
                .categories
                .iter()
                .map(|name| name.to_lowercase())
                .collect();
            names.join("/")
        }
        "slugified_categories" => {
            let names: Vec<String> = of
                .categories
                .iter()
                .map(|name| slugify(name, false))
                .collect();
            names.join("/")
        }
        "collection" => of.collection.to_owned(),
        "path" => of.path.to_owned(),
        "output_ext" => ".html".to_owned(),
        _ => return None,
    })
}

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Jekyll's `Utils.slugify`: with `cased`, its mode "pretty", which keeps case and some punctuation; else its default.
fn slugify(text: &str, cased: bool) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.chars() {
        let kept = c.is_alphanumeric()
            || (cased && "._~!$&'()+,;=@".contains(c))
            || unicode_normalization::char::is_combining_mark(c);
        if !kept {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push('-');
        }
        gap = false;
        if cased {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jekylls_styles_give_jekylls_addresses() {
        let categories = ["백엔드".to_owned(), "DB".to_owned()];
        let of = Of {
            date: "2024-01-02T09:05:00+09:00",
            name: "인덱스-Index 정리",
            categories: &categories,
            collection: "posts",
            path: "2024-01-02-x",
            ..Of::default()
        };
        for (style, address) in [
            ("date", "/백엔드/db/2024/01/02/인덱스-Index-정리.html"),
            ("pretty", "/백엔드/db/2024/01/02/인덱스-Index-정리/"),
            ("ordinal", "/백엔드/db/2024/002/인덱스-Index-정리.html"),
            ("weekdate", "/백엔드/db/2024/W01/Tue/인덱스-Index-정리.html"),
            (
                "/blog/:i_month-:short_year/:slug",
                "/blog/1-24/인덱스-index-정리",
            ),
            ("/:hour:minute/", "/0905/"),
        ] {
            assert_eq!(
                expand(pattern(style), &of).as_deref(),
                Some(address),
                "{style}"
            );
        }
        assert_eq!(expand("/:author/:title/", &of), None);
        let bare = Of {
            name: "글",
            date: "2024-01-02",
            ..Of::default()
        };
        assert_eq!(
            expand(pattern("pretty"), &bare).as_deref(),
            Some("/2024/01/02/글/")
        );
    }
}
