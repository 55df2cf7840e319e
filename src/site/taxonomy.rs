//! Tags and categories: pages that share a word.

use std::collections::BTreeMap;

use crate::config::SlugStyle;

use super::Page;
use super::address::slug;
use super::text::natural_order;

/// A tag or a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The name as first written.
    pub name: String,
    /// Address: `/tags/람다/`.
    pub url: String,
    /// Pages that carry it: newest first, undated ones last in order of their path.
    pub pages: Vec<usize>,
}

/// The address of the tag or category `word`; `root` is `tags` or `categories`.
pub(crate) fn url(root: &str, word: &str, style: SlugStyle) -> String {
    format!("/{root}/{}/", slug(word, style))
}

/// Groups pages by the words `words` gives; words with the same slug (`AWS`, `aws`) are one.
pub(crate) fn group(
    pages: &[Page],
    root: &str,
    style: SlugStyle,
    words: impl Fn(&Page) -> &[String],
) -> Vec<Term> {
    let mut terms: BTreeMap<String, Term> = BTreeMap::new();
    for (at, page) in pages.iter().enumerate() {
        for word in words(page) {
            let term = terms
                .entry(url(root, word, style))
                .or_insert_with_key(|url| Term {
                    name: word.clone(),
                    url: url.clone(),
                    pages: Vec::new(),
                });
            if term.pages.last() != Some(&at) {
                term.pages.push(at);
            }
        }
    }
    let mut terms: Vec<Term> = terms.into_values().collect();
    for term in &mut terms {
        term.pages.sort_by(|&a, &b| {
            let day = |at: usize| pages[at].date.as_deref();
            day(b).cmp(&day(a)).then(a.cmp(&b))
        });
    }
    terms.sort_by(|a, b| natural_order(&a.name, &b.name).then_with(|| a.url.cmp(&b.url)));
    terms
}
