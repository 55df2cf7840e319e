//! Addresses as Jekyll makes them, so that a note's `permalink` means what it meant there and old links can be led to
//! the new pages.
//!
//! Follows Jekyll's documentation of permalinks (<https://jekyllrb.com/docs/permalinks/>): the styles by name, the
//! placeholders, and `Utils.slugify`.

use jiff::civil::Date;

use super::date::MONTHS;

/// What a placeholder may ask of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Of<'a> {
    /// `YYYY-MM-DD` or RFC 3339.
    pub(crate) date: &'a str,
    /// The file's name without date and extension.
    pub(crate) name: &'a str,
    /// `slug` of the front matter.
    pub(crate) slug: Option<&'a str>,
    pub(crate) categories: &'a [String],
    /// The collection, `posts` for posts.
    pub(crate) collection: &'a str,
    /// The path within the collection, without extension.
    pub(crate) path: &'a str,
}

/// The pattern that a style's name stands for; a pattern stands for itself.
pub(crate) fn pattern(style: &str) -> &str {
    match style {
        "date" | "" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        pattern => pattern,
    }
}

/// An address made of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expanded {
    /// With no two slashes side by side. A placeholder without a value left its place empty; a colon before any other
    /// word stands as written.
    pub(crate) address: String,
    /// Whether each placeholder is known and had its value.
    pub(crate) complete: bool,
}

/// The address of a post or a collection's page.
pub(crate) fn expand(pattern: &str, of: &Of<'_>) -> Expanded {
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut complete = true;
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let len = after
            .bytes()
            .take(LONGEST_NAME)
            .take_while(|b| b.is_ascii_lowercase() || *b == b'_')
            .count();
        // `:title_suffix`: the longest name that is one.
        let found = (1..=len).rev().find_map(|len| {
            let value = value(after.get(..len)?, of)?;
            Some((len, value))
        });
        let (len, value) = found.unwrap_or_else(|| {
            out.push(':');
            (0, None)
        });
        complete &= value.is_some();
        out.push_str(&value.unwrap_or_default());
        rest = &after[len..];
    }
    out.push_str(rest);
    let trailing = out.ends_with('/');
    let parts: Vec<&str> = out.split('/').filter(|part| !part.is_empty()).collect();
    let mut address = format!("/{}", parts.join("/"));
    if trailing && address.len() > 1 {
        address.push('/');
    }
    Expanded { address, complete }
}

/// `slugified_categories`.
const LONGEST_NAME: usize = 20;

/// The value of a placeholder, `Some(None)` where the page has none; `None` where there is no such placeholder.
fn value(name: &str, of: &Of<'_>) -> Option<Option<String>> {
    let date = || of.date.get(..10)?.parse::<Date>().ok();
    let of_date = |part: fn(Date) -> Option<String>| date().and_then(part);
    let clock = |from: usize| of.date.get(from..from + 2).unwrap_or("00").to_owned();
    Some(match name {
        "year" => of_date(|date| Some(format!("{:04}", date.year()))),
        "short_year" => of_date(|date| Some(format!("{:02}", date.year() % 100))),
        "month" => of_date(|date| Some(format!("{:02}", date.month()))),
        "i_month" => of_date(|date| Some(date.month().to_string())),
        "day" => of_date(|date| Some(format!("{:02}", date.day()))),
        "i_day" => of_date(|date| Some(date.day().to_string())),
        "y_day" => of_date(|date| Some(format!("{:03}", date.day_of_year()))),
        "hour" => Some(clock(11)),
        "minute" => Some(clock(14)),
        "second" => Some(clock(17)),
        "short_month" => of_date(|date| Some(month(date)?.get(..3)?.to_owned())),
        "long_month" => of_date(|date| Some(month(date)?.to_owned())),
        "w_year" => of_date(|date| Some(date.iso_week_date().year().to_string())),
        "week" => of_date(|date| Some(format!("{:02}", date.iso_week_date().week()))),
        "w_day" => of_date(|date| Some(date.weekday().to_monday_one_offset().to_string())),
        "short_day" => of_date(|date| Some(day(date)?.get(..3)?.to_owned())),
        "long_day" => of_date(|date| Some(day(date)?.to_owned())),
        "title" => Some(slugify(of.slug.unwrap_or(of.name), true)),
        "slug" => Some(slugify(of.slug.unwrap_or(of.name), false)),
        "name" => Some(slugify(of.name, false)),
        "basename" => Some(of.name.to_owned()),
        "categories" => {
            let names = of.categories.iter().map(|name| name.to_lowercase());
            Some(names.collect::<Vec<_>>().join("/"))
        }
        "slugified_categories" => {
            let names = of.categories.iter().map(|name| slugify(name, false));
            Some(names.collect::<Vec<_>>().join("/"))
        }
        "collection" => Some(of.collection.to_owned()),
        "path" => Some(of.path.to_owned()),
        "output_ext" => Some(".html".to_owned()),
        _ => return None,
    })
}

fn month(date: Date) -> Option<&'static str> {
    let at = usize::from(date.month().unsigned_abs()).checked_sub(1)?;
    MONTHS.get(at).copied()
}

fn day(date: Date) -> Option<&'static str> {
    let at = date.weekday().to_monday_zero_offset().unsigned_abs();
    DAYS.get(usize::from(at)).copied()
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
            let expanded = expand(pattern(style), &of);
            assert_eq!(expanded.address, address, "{style}");
            assert!(expanded.complete, "{style}");
        }
        let bare = Of {
            name: "글",
            date: "2024-01-02",
            ..Of::default()
        };
        assert_eq!(expand(pattern("pretty"), &bare).address, "/2024/01/02/글/");
    }

    #[test]
    fn what_has_no_value_leaves_its_place_and_what_is_no_placeholder_stays() {
        let undated = Of {
            name: "글",
            ..Of::default()
        };
        for (pattern, address, complete) in [
            ("/:year/:title/", "/글/", false),
            ("/:author/:title/", "/:author/글/", false),
            ("/a:b/:모름/", "/a:b/:모름/", false),
            ("/:title_:모름", "/글_:모름", false),
            ("/고정/주소/", "/고정/주소/", true),
            ("/:title:", "/글:", false),
            ("/:basename/:categories/", "/글/", true),
        ] {
            let expanded = expand(pattern, &undated);
            assert_eq!(expanded.address, address, "{pattern}");
            assert_eq!(expanded.complete, complete, "{pattern}");
        }
    }
}
