//! Bare addresses in prose become links: GFM's extended autolinks (section 6.9), and in notes with Korean manners: a
//! link ends before the particle that follows it (`https://x.y/ko/입니다` leads to `https://x.y/ko/`).

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType, TagEnd};

use super::nodes::{Kind, Node, Tag};
use super::rewrite::Rewritten;

/// Splits texts at bare addresses; `korean` adds the Korean manners.
pub(super) fn apply(nodes: &mut Vec<Node<'_>>, source: &Rewritten<'_>, korean: bool) {
    let www = source.has("www.");
    let mut inside = 0_usize;
    let mut found: Vec<(usize, Vec<Found>)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        match &node.kind {
            Kind::Start(Tag::Link(_) | Tag::Image(_)) => inside += 1,
            Kind::End(TagEnd::Link | TagEnd::Image) => inside = inside.saturating_sub(1),
            Kind::InlineHtml(html) if html.starts_with("<a ") => inside += 1,
            Kind::InlineHtml(html) if html.starts_with("</a") => inside = inside.saturating_sub(1),
            Kind::Text(text) if inside == 0 && might_link(text, www) => {
                let links = find(text, korean);
                if !links.is_empty() {
                    found.push((index, links));
                }
            }
            _ => {}
        }
    }
    if found.is_empty() {
        return;
    }
    let mut out = Vec::with_capacity(nodes.len() + found.len() * 4);
    let mut rest = std::mem::take(nodes).into_iter();
    let mut done = 0;
    for (index, links) in found {
        out.extend(rest.by_ref().take(index - done));
        if let Some(Node {
            kind: Kind::Text(text),
            span,
        }) = rest.next()
        {
            split(&text, &span, links, &mut out);
        }
        done = index + 1;
    }
    out.extend(rest);
    *nodes = out;
}

/// What a text has if there is a bare address in it.
pub(super) const TRIGGERS: [&str; 3] = ["://", "www.", "@"];

/// Whether there may be a bare address in a piece of a text; `www` if the text has `www.` somewhere.
fn might_link(text: &str, www: bool) -> bool {
    let bytes = text.as_bytes();
    // In Korean prose slashes and these letters are rarer than colons and full stops.
    let mut places = memchr::memchr2_iter(b'/', b'@', bytes);
    places.any(|at| bytes[at] == b'@' || bytes[..at].ends_with(b":"))
        || www && memchr::memmem::find(bytes, b"www.").is_some()
}

/// An address found: where, and its full form.
#[derive(Debug, PartialEq)]
struct Found {
    range: Range<usize>,
    link_type: LinkType,
    destination: String,
}

fn split<'a>(text: &str, span: &Range<usize>, links: Vec<Found>, out: &mut Vec<Node<'a>>) {
    // Where the text stands as written, places inside it are exact; else (entities, escapes) the whole stands for it.
    let exact = span.len() == text.len();
    let place = |range: &Range<usize>| {
        if exact {
            span.start + range.start..span.start + range.end
        } else {
            span.clone()
        }
    };
    let push_text = |out: &mut Vec<Node<'a>>, range: Range<usize>| {
        if !range.is_empty() {
            out.push(Node {
                kind: Kind::Text(CowStr::from(text[range.clone()].to_owned())),
                span: place(&range),
            });
        }
    };
    let mut done = 0;
    for link in links {
        push_text(out, done..link.range.start);
        let span = place(&link.range);
        out.push(Node {
            kind: Kind::Start(Tag::link(link.link_type, link.destination)),
            span: span.clone(),
        });
        push_text(out, link.range.clone());
        out.push(Node {
            kind: Kind::End(TagEnd::Link),
            span,
        });
        done = link.range.end;
    }
    push_text(out, done..text.len());
}

fn find(text: &str, korean: bool) -> Vec<Found> {
    let bytes = text.as_bytes();
    let mut found: Vec<Found> = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(next) = bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'w' | b':' | b'@'))
    {
        at += next;
        let link = match bytes[at] {
            b'w' if text[at..].starts_with("www.") && may_precede_www(&text[..at]) => {
                address_end(text, at, at, korean).map(|end| Found {
                    range: at..end,
                    link_type: LinkType::Autolink,
                    destination: format!("http://{}", &text[at..end]),
                })
            }
            b':' if text[at..].starts_with("://") => scheme_start(&text[done..at])
                .map(|start| start + done)
                .and_then(|start| {
                    let end = address_end(text, start, at + 3, korean)?;
                    Some(Found {
                        range: start..end,
                        link_type: LinkType::Autolink,
                        destination: text[start..end].to_owned(),
                    })
                }),
            b'@' => email(text, done, at).map(|range| Found {
                link_type: LinkType::Email,
                destination: text[range.clone()].to_owned(),
                range,
            }),
            _ => None,
        };
        match link {
            Some(link) => {
                at = link.range.end;
                done = at;
                found.push(link);
            }
            None => at += 1,
        }
    }
    found
}

fn may_precede_www(before: &str) -> bool {
    before
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(') || !c.is_ascii())
}

/// Where `http`, `https` or `ftp` begins at the end of `before`.
fn scheme_start(before: &str) -> Option<usize> {
    let letters = before
        .bytes()
        .rev()
        .take(6)
        .take_while(u8::is_ascii_alphabetic)
        .count();
    let start = before.len() - letters;
    let scheme = before[start..].to_ascii_lowercase();
    matches!(scheme.as_str(), "http" | "https" | "ftp").then_some(start)
}

/// Where the address ends that begins at `start` and whose domain begins at `domain`; `None` if it is no address.
fn address_end(text: &str, start: usize, domain: usize, korean: bool) -> Option<usize> {
    let host_end = text[domain..]
        .find(|c: char| {
            !(c.is_ascii_alphanumeric()
                || matches!(c, '-' | '_' | '.')
                || !c.is_ascii() && c.is_alphanumeric())
        })
        .map_or(text.len(), |length| domain + length);
    let host = text[domain..host_end].trim_end_matches('.');
    let mut labels = host.rsplit('.');
    let last_two_plain = labels.by_ref().take(2).all(|label| !label.contains('_'));
    let bare = start == domain;
    if host.is_empty() || !last_two_plain || bare && !host.contains('.') {
        return None;
    }
    let stop = text[host_end..]
        .find(|c: char| c.is_whitespace() || c == '<' || korean && (c == '>' || ends_korean(c)))
        .map_or(text.len(), |length| host_end + length);
    let mut end = trim_punctuation(text, start, stop);
    if korean {
        end = trim_punctuation(text, start, before_particle(text, domain, end));
    }
    (end > domain).then_some(end)
}

/// Brackets, quotes and full stops of East Asian text, which nobody leaves unencoded in an address.
fn ends_korean(c: char) -> bool {
    matches!(
        c,
        '「' | '」'
            | '『'
            | '』'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '【'
            | '】'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '…'
            | '。'
            | '、'
            | '，'
            | '（'
            | '）'
            | '！'
            | '？'
            | '：'
            | '；'
            | '`'
            | '"'
            | '|'
    )
}

/// GFM: punctuation at the end, unbalanced closing brackets and what looks like an entity do not belong to the address.
fn trim_punctuation(text: &str, start: usize, mut end: usize) -> usize {
    let bytes = text.as_bytes();
    let count = |byte: u8| bytes[start..end].iter().filter(|&&b| b == byte).count();
    let (opened, mut closed) = (count(b'('), count(b')'));
    while end > start {
        match bytes[end - 1] {
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"' => end -= 1,
            b')' if closed > opened => {
                closed -= 1;
                end -= 1;
            }
            b';' => {
                let name = bytes[start..end - 1]
                    .iter()
                    .rev()
                    .take_while(|byte| byte.is_ascii_alphanumeric())
                    .count();
                let ampersand = end - 1 - name;
                if name > 0 && ampersand > start && bytes[ampersand - 1] == b'&' {
                    end = ampersand - 1;
                } else {
                    end -= 1;
                }
            }
            _ => break,
        }
    }
    end
}

/// Where the Korean particle begins that the address ends in, or its end if there is none.
fn before_particle(text: &str, domain: usize, end: usize) -> usize {
    /// Particles and copulas that are written onto the word before them.
    const PARTICLES: [&str; 66] = [
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "의",
        "에",
        "와",
        "과",
        "도",
        "로",
        "으로",
        "에서",
        "에게",
        "까지",
        "부터",
        "만",
        "보다",
        "처럼",
        "이나",
        "나",
        "란",
        "이란",
        "라는",
        "이라는",
        "라고",
        "이라고",
        "라면",
        "이라면",
        "입니다",
        "이다",
        "예요",
        "이에요",
        "이며",
        "며",
        "이고",
        "고",
        "인데",
        "이므로",
        "에는",
        "에도",
        "에서는",
        "에서도",
        "에서의",
        "로는",
        "으로는",
        "로도",
        "으로도",
        "로부터",
        "으로부터",
        "와는",
        "과는",
        "까지는",
        "부터는",
        "이나마",
        "이자",
        "이었다",
        "였다",
        "임",
        "등",
        "등의",
        "등을",
        "등이",
        "참고",
        "참조",
    ];
    let run = text[domain..end]
        .char_indices()
        .rev()
        .take_while(|&(_, c)| ('가'..='힣').contains(&c))
        .last()
        .map_or(end, |(at, _)| domain + at);
    let cut = run < end && run > domain && PARTICLES.contains(&&text[run..end]);
    if cut { run } else { end }
}

/// The range of the e-mail address around the `@` at `at`, beginning not before `from`.
fn email(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let local = bytes[from..at]
        .iter()
        .rev()
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_')
        })
        .count();
    let mut end = at + 1;
    let mut dots = 0;
    while end < bytes.len() {
        match bytes[end] {
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') => end += 1,
            b'.' if bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) => {
                dots += 1;
                end += 1;
            }
            _ => break,
        }
    }
    let good = local > 0
        && dots > 0
        && bytes[end - 1].is_ascii_alphanumeric()
        && bytes.get(end) != Some(&b'@');
    good.then_some(at - local..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<&str> {
        find(text, true)
            .iter()
            .map(|found| &text[found.range.clone()])
            .collect()
    }

    #[test]
    fn a_link_ends_before_the_particle_and_the_full_stop() {
        assert_eq!(links("주소는 https://x.y/ko/입니다."), ["https://x.y/ko/"]);
        assert_eq!(
            links("https://x.y/a를 보고(https://x.y/b_c) 끝"),
            ["https://x.y/a", "https://x.y/b_c"]
        );
        assert_eq!(links("“https://x.y/a”라는"), ["https://x.y/a"]);
        assert_eq!(links("https://x.y에서 받는다"), ["https://x.y"]);
        assert_eq!(links("문의: me@x.example으로"), ["me@x.example"]);
    }

    #[test]
    fn hangul_that_is_part_of_the_address_stays() {
        assert_eq!(
            links("https://x.y/wiki/한국어 문서"),
            ["https://x.y/wiki/한국어"]
        );
        assert_eq!(links("https://한글.kr/가나"), ["https://한글.kr/가나"]);
    }

    #[test]
    fn what_only_looks_like_an_address_is_left() {
        assert!(links("a://b 그리고 @이름 http:// wwwx").is_empty());
    }
}
