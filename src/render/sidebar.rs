//! The navigation tree as HTML: written once for the site, opened for each page at its place.
//!
//! Every folder's entry is kept closed. A page's sidebar takes the closed entries and writes anew only the chain from
//! the page up to the root, so its cost is the length of the result. On a large site a closed folder is a plain link:
//! a sidebar with every note in every page would grow with the square of the site.

use crate::site::text::escape;
use crate::site::{Base, Node};

/// Sites with more nodes than this list only the folders on a page's way.
const FULL_TREE: usize = 160;

/// In such sites a folder shows this many neighbours on either side; its own page lists them all.
const NEIGHBOURS: usize = 30;

/// The sidebar of a site.
pub(crate) struct Sidebar<'s> {
    nodes: &'s [Node],
    /// The `<a …>` of each node, without `<a`.
    links: Vec<String>,
    /// The `<li>` of each node, closed.
    closed: Vec<String>,
    /// Each node's place among its folder's children.
    ranks: Vec<usize>,
    /// Whether every page lists the whole tree.
    full: bool,
}

impl<'s> Sidebar<'s> {
    /// Writes the closed entries.
    pub(crate) fn new(nodes: &'s [Node], base: &Base) -> Self {
        let full = nodes.len() <= FULL_TREE;
        let links: Vec<String> = nodes
            .iter()
            .map(|node| {
                format!(
                    " href=\"{}\">{}</a>",
                    base.link(&node.url),
                    escape(&node.title)
                )
            })
            .collect();
        let mut closed = vec![String::new(); nodes.len()];
        // Children come after their parents, so going backwards every child is there before its parent needs it.
        for at in (1..nodes.len()).rev() {
            let node = &nodes[at];
            closed[at] = if node.children.is_empty() {
                format!("<li><a{}</li>", links[at])
            } else if full {
                let inner: String = node
                    .children
                    .iter()
                    .map(|&child| closed[child].as_str())
                    .collect();
                folder(
                    &format!("<a{}", links[at]),
                    &escape(&node.title),
                    false,
                    &inner,
                )
            } else {
                format!("<li class=\"more\"><a{}</li>", links[at])
            };
        }
        let mut ranks = vec![0; nodes.len()];
        for node in nodes {
            for (rank, &child) in node.children.iter().enumerate() {
                if let Some(place) = ranks.get_mut(child) {
                    *place = rank;
                }
            }
        }
        Sidebar {
            nodes,
            links,
            closed,
            ranks,
            full,
        }
    }

    /// The list with the folders around `node` open and `node` marked as the current page; all closed for `None`.
    pub(crate) fn at(&self, node: Option<usize>) -> String {
        if self.nodes.is_empty() {
            return String::new();
        }
        let Some(mut at) = node.filter(|&at| at != 0 && at < self.nodes.len()) else {
            return format!("<ul>{}</ul>", self.list(0, None));
        };
        let current = format!("<a aria-current=\"page\"{}", self.links[at]);
        let mut html = if self.nodes[at].children.is_empty() {
            format!("<li>{current}</li>")
        } else {
            folder(
                &current,
                &escape(&self.nodes[at].title),
                true,
                &self.list(at, None),
            )
        };
        while let Some(parent) = self.nodes[at].parent {
            let list = self.list(parent, Some((at, &html)));
            if parent == 0 {
                return format!("<ul>{list}</ul>");
            }
            html = folder(
                &format!("<a{}", self.links[parent]),
                &escape(&self.nodes[parent].title),
                true,
                &list,
            );
            at = parent;
        }
        format!("<ul>{html}</ul>")
    }

    /// The entries of the folder `at`, `open` written in place of its closed entry; of a large folder those around it.
    fn list(&self, at: usize, open: Option<(usize, &str)>) -> String {
        let children = &self.nodes[at].children;
        let here = open.map_or(0, |(child, _)| self.ranks[child]);
        let shown = if self.full || children.len() <= 2 * NEIGHBOURS + 1 {
            0..children.len()
        } else {
            let start = here
                .saturating_sub(NEIGHBOURS)
                .min(children.len() - 2 * NEIGHBOURS - 1);
            start..start + 2 * NEIGHBOURS + 1
        };
        let rest = format!("<li class=\"rest\"><a{}</li>", self.links[at]);
        let mut out = String::new();
        if shown.start > 0 {
            out.push_str(&rest);
        }
        for &child in &children[shown.clone()] {
            out.push_str(match open {
                Some((open, html)) if open == child => html,
                _ => &self.closed[child],
            });
        }
        if shown.end < children.len() {
            out.push_str(&rest);
        }
        out
    }
}

/// A folder's entry: its link, then the switch for its list. The link is no part of the `summary`, whose content
/// assistive technology reads as one button (WAI-ARIA: a button's children are presentational).
fn folder(link: &str, title: &str, open: bool, inner: &str) -> String {
    let open = if open { " open" } else { "" };
    format!(
        "<li class=\"folder\">{link}<details{open}><summary aria-label=\"{title}\"></summary><ul>{inner}</ul></details></li>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(notes: usize) -> Vec<Node> {
        let mut nodes = vec![
            Node {
                title: "뿌리".into(),
                url: "/".into(),
                folder: true,
                children: vec![1],
                ..Node::default()
            },
            Node {
                title: "A&B".into(),
                url: "/a/".into(),
                folder: true,
                parent: Some(0),
                ..Node::default()
            },
        ];
        for at in 0..notes {
            let index = nodes.len();
            nodes[1].children.push(index);
            nodes.push(Node {
                title: format!("글{at}"),
                url: format!("/a/{at}/"),
                parent: Some(1),
                ..Node::default()
            });
        }
        nodes
    }

    #[test]
    fn the_current_page_is_marked_and_its_folders_are_open() {
        let nodes = nodes(2);
        let sidebar = Sidebar::new(&nodes, &Base::new("/sub"));
        assert_eq!(
            sidebar.at(Some(2)),
            "<ul><li class=\"folder\"><a href=\"/sub/a/\">A&amp;B</a>\
             <details open><summary aria-label=\"A&amp;B\"></summary><ul>\
             <li><a aria-current=\"page\" href=\"/sub/a/0/\">글0</a></li><li><a href=\"/sub/a/1/\">글1</a></li>\
             </ul></details></li></ul>"
        );
        assert!(!sidebar.at(None).contains("open"));
        assert!(
            sidebar
                .at(Some(1))
                .contains("<li class=\"folder\"><a aria-current=\"page\" href=\"/sub/a/\">A&amp;B</a><details open>")
        );
    }

    #[test]
    fn a_large_site_lists_only_what_lies_on_the_way() {
        let nodes = nodes(FULL_TREE);
        let sidebar = Sidebar::new(&nodes, &Base::default());
        assert!(!sidebar.at(None).contains("글7"));
        assert!(sidebar.at(Some(9)).contains("글8"));
    }

    #[test]
    fn a_large_folder_lists_the_neighbours_and_leads_to_the_rest() {
        let nodes = nodes(1000);
        let sidebar = Sidebar::new(&nodes, &Base::default());
        for (at, rests) in [(2, 1), (502, 2), (1001, 1)] {
            let html = sidebar.at(Some(at));
            assert_eq!(html.matches("class=\"rest\"").count(), rests);
            assert_eq!(html.matches(">글").count(), 2 * NEIGHBOURS + 1);
            assert!(html.contains("aria-current"));
        }
    }
}
