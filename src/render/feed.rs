//! The files machines read: Atom feed (RFC 4287), sitemap (sitemaps.org 0.9), robots.txt (RFC 9309), redirect pages.

use std::fmt::Write as _;

use crate::config::Config;
use crate::site::text::escape;
use crate::site::{Page, Site};

use super::strings::Strings;

/// A sitemap may list this many addresses.
const SITEMAP_LIMIT: usize = 50_000;

/// Pages by day, newest first: dated ones, then those of which only a day of change is known.
pub(crate) fn newest(site: &Site) -> Vec<usize> {
    let mut pages: Vec<usize> = (0..site.pages.len())
        .filter(|&at| site.pages[at].url != "/")
        .filter(|&at| site.pages[at].date.is_some() || site.pages[at].updated.is_some())
        .collect();
    let key = |page: &Page| (page.date.clone(), page.updated.clone());
    pages.sort_by(|&a, &b| {
        key(&site.pages[b])
            .cmp(&key(&site.pages[a]))
            .then(a.cmp(&b))
    });
    pages
}

/// The Atom feed with the whole content of the newest notes. Without `base_url` its ids are URNs and its links
/// root-relative.
pub(crate) fn atom(site: &Site, config: &Config, title: &str, korean: bool) -> String {
    let absolute = |url: &str| {
        site.base
            .absolute(url)
            .unwrap_or_else(|| site.base.link(url))
    };
    let id = |url: &str| match site.base.absolute(url) {
        Some(url) => url,
        None => format!("urn:notes:{}", &blake3::hash(url.as_bytes()).to_hex()[..32]),
    };
    let moment = |day: &str| format!("{day}T00:00:00{}", if korean { "+09:00" } else { "Z" });
    let mut pages = newest(site);
    pages.truncate(config.feed.limit);
    let newest_day = pages
        .iter()
        .filter_map(|&at| {
            let page = &site.pages[at];
            page.updated.clone().max(page.date.clone())
        })
        .max()
        .unwrap_or_else(|| "1970-01-01".to_owned());
    let author = if config.author.is_empty() {
        title
    } else {
        &config.author
    };
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
         <title>{title}</title>\n<id>{id}</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"{home}\"/>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>\n<updated>{updated}</updated>\n\
         <author><name>{author}</name></author>\n<generator>notes</generator>\n",
        language = xml(&config.language),
        title = xml(title),
        id = xml(&id("/")),
        home = xml(&absolute("/")),
        own = xml(&absolute("/feed.xml")),
        updated = moment(&newest_day),
        author = xml(author),
    );
    if !config.description.is_empty() {
        let _ = writeln!(out, "<subtitle>{}</subtitle>", xml(&config.description));
    }
    for at in pages {
        let page = &site.pages[at];
        let updated = page.updated.as_ref().max(page.date.as_ref());
        let _ = write!(
            out,
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<link href=\"{}\"/>\n",
            xml(&page.title),
            xml(&id(&page.url)),
            xml(&absolute(&page.url))
        );
        if let Some(day) = &page.date {
            let _ = writeln!(out, "<published>{}</published>", moment(day));
        }
        if let Some(day) = updated {
            let _ = writeln!(out, "<updated>{}</updated>", moment(day));
        }
        for word in page.categories.iter().chain(&page.tags) {
            let _ = writeln!(out, "<category term=\"{}\"/>", xml(word));
        }
        if !page.description.is_empty() {
            let _ = writeln!(out, "<summary>{}</summary>", xml(&page.description));
        }
        let body = absolute_links(
            &crate::markdown::diagrams::without_dark(&crate::site::without_sources(&page.html)),
            site.base.origin.as_deref(),
            &absolute(&page.url),
        );
        let _ = write!(
            out,
            "<content type=\"html\">{}</content>\n</entry>\n",
            xml(&body)
        );
    }
    out.push_str("</feed>\n");
    out
}

/// Links from the root or within the page, made absolute: a feed is read elsewhere.
fn absolute_links(html: &str, origin: Option<&str>, page: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("=\"") {
        let (before, value) = rest.split_at(at + 2);
        out.push_str(before);
        if before.ends_with(" href=\"") || before.ends_with(" src=\"") {
            if value.starts_with('#') {
                out.push_str(&escape(page));
            } else if value.starts_with('/') && !value.starts_with("//") {
                out.push_str(&escape(origin.unwrap_or("")));
            }
        }
        rest = value;
    }
    out.push_str(rest);
    out
}

/// Escapes text for XML and drops what XML 1.0 cannot say (2.2 Characters).
fn xml(text: &str) -> String {
    let allowed: String = text
        .chars()
        .filter(|&c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..))
        .collect();
    escape(&allowed)
}

/// The sitemap, and further files where it is too long for one: path and content. Nothing without a `base_url`.
pub(crate) fn sitemap(site: &Site, others: &[String]) -> Vec<(String, String)> {
    let mut entries: Vec<(String, Option<&str>)> = Vec::new();
    for page in &site.pages {
        let day = page.updated.as_deref().max(page.date.as_deref());
        entries.extend(site.base.absolute(&page.url).map(|url| (url, day)));
    }
    entries.extend(
        others
            .iter()
            .filter_map(|url| Some((site.base.absolute(url)?, None))),
    );
    entries.sort();
    entries.dedup_by(|a, b| a.0 == b.0);
    if entries.is_empty() {
        return Vec::new();
    }
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
    const SPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
    let list = |entries: &[(String, Option<&str>)]| {
        let mut out = format!("{HEAD}<urlset {SPACE}>\n");
        for (url, day) in entries {
            let _ = write!(out, "<url><loc>{}</loc>", xml(url));
            if let Some(day) = day {
                let _ = write!(out, "<lastmod>{day}</lastmod>");
            }
            out.push_str("</url>\n");
        }
        out.push_str("</urlset>\n");
        out
    };
    if entries.len() <= SITEMAP_LIMIT {
        return vec![("sitemap.xml".to_owned(), list(&entries))];
    }
    let mut files = Vec::new();
    let mut index = format!("{HEAD}<sitemapindex {SPACE}>\n");
    for (at, part) in entries.chunks(SITEMAP_LIMIT).enumerate() {
        let name = format!("sitemap-{}.xml", at + 1);
        let url = site.base.absolute(&format!("/{name}")).unwrap_or_default();
        let _ = writeln!(index, "<sitemap><loc>{}</loc></sitemap>", xml(&url));
        files.push((name, list(part)));
    }
    index.push_str("</sitemapindex>\n");
    files.push(("sitemap.xml".to_owned(), index));
    files
}

/// Everyone may read everything; the sitemap is named where there is one.
pub(crate) fn robots(site: &Site) -> String {
    let mut out = String::from("User-agent: *\nAllow: /\n");
    if let Some(url) = site.base.absolute("/sitemap.xml") {
        let _ = write!(out, "\nSitemap: {url}\n");
    }
    out
}

/// A page that leads to `page` without any help of a server.
pub(crate) fn redirect(site: &Site, page: &Page, language: &str, strings: &Strings) -> String {
    let link = escape(&site.base.link(&page.url));
    let canonical = escape(
        &site
            .base
            .absolute(&page.url)
            .unwrap_or_else(|| site.base.link(&page.url)),
    );
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"robots\" content=\"noindex\">\n<link rel=\"canonical\" href=\"{canonical}\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={link}\">\n</head>\n<body>\n\
         <p>{moved}: <a href=\"{link}\">{title}</a></p>\n</body>\n</html>\n",
        language = escape(language),
        title = escape(&page.title),
        moved = escape(strings.moved),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_a_feed_work_in_a_feed_reader() {
        let html = "<a href=\"/a/\">a</a><a href=\"#b\">b</a><img src=\"/i.png\"><a href=\"//c\">c</a><code>=\"/x\"</code>";
        assert_eq!(
            absolute_links(html, Some("https://h"), "https://h/p/"),
            "<a href=\"https://h/a/\">a</a><a href=\"https://h/p/#b\">b</a><img src=\"https://h/i.png\">\
             <a href=\"//c\">c</a><code>=\"/x\"</code>"
        );
    }

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        assert_eq!(xml("가\u{8}<]]>&\u{ffff}"), "가&lt;]]&gt;&amp;");
    }
}
