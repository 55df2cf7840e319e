//! What is indexed: the sections of all pages, with their fields.

use search_core::postings::{FIELD_COUNT, Field};

use crate::site::{Page, Site};

/// A section, ready to be indexed.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Index of its page in [`Site::pages`].
    pub page: usize,
    /// The heading's anchor; empty for the top of the page.
    pub anchor: String,
    /// Headings from the outermost to the section's own.
    pub headings: Vec<String>,
    /// The page's title, and its tags and categories.
    pub title: String,
    /// Prose.
    pub text: String,
    /// Code.
    pub code: String,
}

impl Document {
    /// The texts of each field, in the order of [`Field`].
    pub fn fields(&self) -> [Vec<&str>; FIELD_COUNT] {
        let mut fields: [Vec<&str>; FIELD_COUNT] = Default::default();
        fields[Field::Title as usize].push(&self.title);
        match self.headings.split_last() {
            Some((own, above)) => {
                fields[Field::Heading as usize].push(own);
                fields[Field::Path as usize].extend(above.iter().map(String::as_str));
            }
            // Before its first heading a page goes under its title, which stands before its tags.
            None => fields[Field::Heading as usize].extend(self.title.lines().next()),
        }
        fields[Field::Body as usize].push(&self.text);
        fields[Field::Code as usize].push(&self.code);
        fields
    }
}

/// The sections of all pages in order. A page without any text still has one, so that its title is found.
pub fn documents(site: &Site) -> Vec<Document> {
    site.pages
        .iter()
        .enumerate()
        .flat_map(|(index, page)| page_documents(index, page))
        .collect()
}

fn page_documents(index: usize, page: &Page) -> Vec<Document> {
    let mut title = page.title.clone();
    for label in page.tags.iter().chain(&page.categories) {
        title.push('\n');
        title.push_str(label);
    }
    let mut path: Vec<(u8, &str)> = Vec::new();
    let mut documents = Vec::new();
    for section in &page.sections {
        let mut anchor = String::new();
        if let Some(heading) = section.heading.and_then(|at| page.headings.get(at)) {
            path.truncate(
                path.iter()
                    .take_while(|(level, _)| *level < heading.level)
                    .count(),
            );
            path.push((heading.level, &heading.text));
            anchor.clone_from(&heading.id);
        }
        documents.push(Document {
            page: index,
            anchor,
            headings: path.iter().map(|(_, text)| (*text).to_owned()).collect(),
            title: title.clone(),
            text: section.text.clone(),
            code: section.code.clone(),
        });
    }
    if documents.is_empty() {
        documents.push(Document {
            page: index,
            title,
            ..Document::default()
        });
    }
    documents
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{Heading, Section};

    fn page(levels: &[(u8, &str)]) -> Page {
        let heading = |&(level, text): &(u8, &str)| Heading {
            level,
            id: text.to_owned(),
            text: text.to_owned(),
            html: text.to_owned(),
            ..Heading::default()
        };
        let sections = (0..levels.len()).map(|at| Section {
            heading: Some(at),
            ..Section::default()
        });
        Page {
            headings: levels.iter().map(heading).collect(),
            sections: sections.collect(),
            ..Page::default()
        }
    }

    #[test]
    fn a_section_knows_the_headings_above_it_even_where_levels_are_skipped() {
        let documents = page_documents(0, &page(&[(2, "가"), (4, "나"), (3, "다"), (2, "라")]));
        let paths: Vec<String> = documents
            .iter()
            .map(|document| document.headings.join("/"))
            .collect();
        assert_eq!(paths, ["가", "가/나", "가/다", "라"]);
    }

    #[test]
    fn a_page_without_text_is_still_found_by_its_title() {
        let empty = Page {
            title: "빈 글".into(),
            ..Page::default()
        };
        assert_eq!(page_documents(3, &empty)[0].title, "빈 글");
    }
}
