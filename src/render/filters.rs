//! What templates can do beyond Tera's own: addresses, assets, dates, numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Kwargs, State, Tera, TeraResult};

use crate::site::{Base, address, date};

/// What the filters need to know of the site.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    pub(crate) base: Base,
    /// Name in the theme to path in `public/`.
    pub(crate) assets: Arc<BTreeMap<String, String>>,
    pub(crate) korean: bool,
}

/// Registers `url`, `absolute_url`, `asset`, `has_asset`, `fragment`, `korean_date` and `number`.
pub(crate) fn register(tera: &mut Tera, links: Links) {
    let base = links.base.clone();
    // An address from the site's root, or an absolute one, which stays as it is.
    tera.register_filter("url", move |url: &str, _: Kwargs, _: &State| -> String {
        link(&base, url)
    });
    let base = links.base.clone();
    tera.register_filter(
        "absolute_url",
        move |url: &str, _: Kwargs, _: &State| -> String {
            base.absolute(url).unwrap_or_else(|| link(&base, url))
        },
    );
    let (base, assets) = (links.base.clone(), Arc::clone(&links.assets));
    tera.register_filter(
        "asset",
        move |name: &str, _: Kwargs, _: &State| -> TeraResult<String> {
            // While templates are parsed there are no assets yet.
            match assets.get(name) {
                Some(path) => Ok(base.link(path)),
                None => Err(tera::Error::message(format!(
                    "the theme has no asset `{name}`"
                ))),
            }
        },
    );
    let assets = Arc::clone(&links.assets);
    tera.register_filter(
        "has_asset",
        move |name: &str, _: Kwargs, _: &State| -> bool { assets.contains_key(name) },
    );
    tera.register_filter("fragment", |id: &str, _: Kwargs, _: &State| -> String {
        address::encode(id)
    });
    let korean = links.korean;
    tera.register_filter(
        "korean_date",
        move |day: &str, _: Kwargs, _: &State| -> String { date::display(day, korean) },
    );
    tera.register_filter("number", |number: u64, _: Kwargs, _: &State| -> String {
        grouped(number)
    });
}

fn link(base: &Base, url: &str) -> String {
    let (scheme, _) = url.split_once(':').unwrap_or(("/", ""));
    if !scheme.contains('/') || url.starts_with("//") || url.starts_with('#') {
        return address::encode_written(url);
    }
    // A query or fragment of a menu entry is no part of the path.
    let at = url.find(['?', '#']).unwrap_or(url.len());
    let (path, rest) = url.split_at(at);
    format!(
        "{}{}",
        base.link(&address::decode(path)),
        address::encode_written(rest)
    )
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn menu_links_may_lead_anywhere() {
        let base = Base::new("https://h/sub/");
        assert_eq!(link(&base, "/aws/람다/"), "/sub/aws/%EB%9E%8C%EB%8B%A4/");
        assert_eq!(
            link(&base, "aws/?q=람다#끝"),
            "/sub/aws/?q=%EB%9E%8C%EB%8B%A4#%EB%81%9D"
        );
        assert_eq!(
            link(&base, "https://example.com/a"),
            "https://example.com/a"
        );
        assert_eq!(link(&base, "mailto:a@example.com"), "mailto:a@example.com");
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(
            [grouped(7), grouped(1234), grouped(1_234_567)],
            ["7", "1,234", "1,234,567"]
        );
    }
}
