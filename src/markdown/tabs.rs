//! Tabs: groups of panels that stand one below the other with their titles, until the theme's script makes tabs of them.
//! So they are read, printed and searched without JavaScript.
//!
//! `containers` has made callouts of all spellings: `[!tab-group]` around `[!tab] 제목`, `[!code-group]` around fences.
//! Here they become what they are; the same callouts elsewhere stay callouts.

use pulldown_cmark::CowStr;

use super::callouts::Callout;
use super::fence_info;
use super::highlight;
use super::nodes::{Kind, Node};

/// Kinds that no author can write, as they hold a colon.
const GROUP: &str = "tabs:group";
const CODE: &str = "tabs:code";
const TAB: &str = "tabs:tab";

/// Makes tabs of what is inside a group.
pub(super) fn apply(nodes: &mut Vec<Node<'_>>) {
    let group = |node: &Node<'_>| matches!(&node.kind, Kind::CalloutStart(it) if kind_of_group(&it.kind).is_some());
    if !nodes.iter().any(group) {
        return;
    }
    let mut out = Vec::with_capacity(nodes.len() + 16);
    // The kinds of the open callouts, as changed; other blocks in between as "".
    let mut open: Vec<&'static str> = Vec::new();
    for mut node in nodes.drain(..) {
        match &mut node.kind {
            Kind::CalloutStart(callout) => {
                let parent = open.last().copied().unwrap_or_default();
                let kind = match kind_of_group(&callout.kind) {
                    Some(kind) => kind,
                    None if callout.kind == "tab" && matches!(parent, GROUP | CODE) => TAB,
                    None => "",
                };
                rename(callout, kind);
                open.push(kind);
            }
            Kind::CalloutBody(callout) => rename(callout, open.last().copied().unwrap_or_default()),
            Kind::CalloutEnd(callout) => rename(callout, open.pop().unwrap_or_default()),
            Kind::Start(_) => open.push(""),
            Kind::End(_) => {
                open.pop();
            }
            Kind::CodeBlock(block) if open.last() == Some(&CODE) => {
                let info = &mut block.info;
                let (title, rest) = fence_info::tab_title(info.as_deref().unwrap_or_default());
                let title = if title.is_empty() {
                    match rest.split_whitespace().next() {
                        Some(word) => highlight::label(word),
                        None => "코드".to_owned(),
                    }
                } else {
                    title
                };
                if info.is_some() {
                    *info = Some(CowStr::from(rest));
                }
                let callout = Box::new(Callout {
                    kind: TAB.to_owned(),
                    titled: true,
                    ..Callout::default()
                });
                let span = node.span.clone();
                let around = |kind| Node {
                    kind,
                    span: span.clone(),
                };
                out.push(around(Kind::CalloutStart(callout.clone())));
                out.push(around(Kind::Text(CowStr::from(title))));
                out.push(around(Kind::CalloutBody(callout.clone())));
                out.push(node);
                out.push(around(Kind::CalloutEnd(callout)));
                continue;
            }
            _ => {}
        }
        out.push(node);
    }
    *nodes = out;
}

fn kind_of_group(kind: &str) -> Option<&'static str> {
    match kind {
        "tab-group" => Some(GROUP),
        "code-group" => Some(CODE),
        _ => None,
    }
}

fn rename(callout: &mut Callout, kind: &str) {
    if !kind.is_empty() {
        kind.clone_into(&mut callout.kind);
        callout.fold = None;
    }
}

/// The HTML before, between and after title and content of a callout that is a group or a tab.
pub(super) fn html(callout: &Callout) -> Option<(&'static str, &'static str, &'static str)> {
    match callout.kind.as_str() {
        GROUP => Some(("<div class=\"tabs\">\n", "", "</div>\n")),
        CODE => Some(("<div class=\"tabs tabs-code\">\n", "", "</div>\n")),
        TAB => Some((
            "<div class=\"tab\">\n<p class=\"tab-title\">",
            "</p>\n",
            "</div>\n",
        )),
        _ => None,
    }
}
