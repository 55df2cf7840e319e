//! The navigation tree: folders and notes in the order a reader meets them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::address::humanize;
use super::text::natural_order;
use super::{Page, Placement};

/// A folder or a note in the navigation tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// Title as plain text.
    pub title: String,
    /// Address, as [`Page::url`].
    pub url: String,
    /// The page behind it; `None` for a folder without an index note, whose page is made by `render`.
    pub page: Option<usize>,
    /// Index of the folder it lies in; `None` for the root.
    pub parent: Option<usize>,
    /// Indices of what lies in it, in reading order. Always greater than the node's own.
    pub children: Vec<usize>,
    /// Whether it is a folder.
    pub folder: bool,
    /// Path of the folder or note in the content folder.
    pub source: String,
}

/// The tree and the node of each page.
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub(crate) node_of_page: Vec<usize>,
}

/// Builds the tree: all folders in path order, then all notes, then each folder's children are ordered by weight, then
/// by name. Node 0 is the root.
pub(crate) fn build(
    pages: &[Page],
    placements: &[Placement],
    folders: &BTreeMap<String, String>,
    site_title: &str,
) -> Tree {
    let mut nodes = vec![Node {
        title: site_title.to_owned(),
        url: "/".to_owned(),
        folder: true,
        ..Node::default()
    }];
    // Folders whose names become the same slug (`AWS`, `aws`) are one.
    let mut by_url: BTreeMap<&str, usize> = BTreeMap::from([("/", 0)]);
    for (path, url) in folders {
        if by_url.contains_key(url.as_str()) {
            continue;
        }
        let parent = by_url.get(parent_url(url)).copied().unwrap_or(0);
        let name = path.rsplit('/').next().unwrap_or(path);
        by_url.insert(url, nodes.len());
        nodes.push(Node {
            title: humanize(super::address::without_notion_hash(name)),
            url: url.clone(),
            parent: Some(parent),
            folder: true,
            source: path.clone(),
            ..Node::default()
        });
    }
    let folder_count = nodes.len();
    let mut node_of_page = vec![0; pages.len()];
    let folder_node = |path: &str| {
        folders
            .get(path)
            .and_then(|url| by_url.get(url.as_str()))
            .copied()
            .unwrap_or(0)
    };
    // Index notes first; then a note beside a folder of the same name (`aws.md`, `aws/`) may be that folder's page.
    for pass in [true, false] {
        for (at, placement) in placements.iter().enumerate() {
            if placement.index != pass {
                continue;
            }
            let folder = folder_node(&placement.folder);
            let twin = if placement.index {
                Some(folder)
            } else {
                by_url
                    .get(pages[at].url.as_str())
                    .copied()
                    .filter(|&twin| nodes[twin].parent == Some(folder))
            };
            match twin.filter(|&twin| nodes[twin].page.is_none()) {
                Some(twin) => {
                    nodes[twin].page = Some(at);
                    nodes[twin].url.clone_from(&pages[at].url);
                    if twin != 0 {
                        nodes[twin].title.clone_from(&pages[at].title);
                    }
                    node_of_page[at] = twin;
                }
                None => {
                    node_of_page[at] = nodes.len();
                    nodes.push(Node {
                        title: pages[at].title.clone(),
                        url: pages[at].url.clone(),
                        page: Some(at),
                        parent: Some(folder),
                        source: pages[at].source.clone(),
                        ..Node::default()
                    });
                }
            }
        }
    }
    for at in 1..nodes.len() {
        if let Some(parent) = nodes[at].parent {
            nodes[parent].children.push(at);
        }
    }
    for at in 0..folder_count {
        let mut children = std::mem::take(&mut nodes[at].children);
        children.sort_by(|&a, &b| order(&nodes[a], &nodes[b], pages));
        nodes[at].children = children;
    }
    Tree {
        nodes,
        node_of_page,
    }
}

fn order(a: &Node, b: &Node, pages: &[Page]) -> Ordering {
    let weight = |node: &Node| {
        node.page
            .and_then(|page| pages[page].weight)
            .unwrap_or(i64::MAX)
    };
    let name = |node: &Node| {
        let name = node.source.rsplit('/').next().unwrap_or("").to_owned();
        if node.folder {
            name
        } else {
            name.rsplit_once('.')
                .map_or(name.clone(), |(stem, _)| stem.to_owned())
        }
    };
    weight(a)
        .cmp(&weight(b))
        .then_with(|| natural_order(&name(a), &name(b)))
        .then_with(|| a.source.cmp(&b.source))
}

/// `/a/b/` to `/a/`.
fn parent_url(url: &str) -> &str {
    let inner = url.trim_end_matches('/');
    &url[..inner.rfind('/').map_or(0, |at| at + 1)]
}

/// Pages in reading order, a list for each top-level folder and one for the notes at the root; the home page is none
/// of them. Goes down with its own stack: folders may nest as deep as they like.
pub(crate) fn reading_order(nodes: &[Node]) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    let mut loose = Vec::new();
    for &top in nodes.first().map_or(&[][..], |root| &root.children) {
        if !nodes[top].folder {
            loose.extend(nodes[top].page);
            continue;
        }
        let mut group = Vec::new();
        let mut stack = vec![top];
        while let Some(at) = stack.pop() {
            group.extend(nodes[at].page);
            stack.extend(nodes[at].children.iter().rev());
        }
        groups.push(group);
    }
    groups.push(loose);
    groups
}
