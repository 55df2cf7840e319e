//! Links to the web: which still lead somewhere. Asked politely, remembered, and reported at every place of a note.
//!
//! 1. `address`: what a note links to, without fragment, each once; what is not to be asked is set aside.
//! 2. `cache`: what was found out lately is not asked again.
//! 3. `schedule`: all requests go through one gate: so many at once, few to one host, pauses, retries.
//! 4. `visit`: one address from HEAD over GET and redirects to a verdict, a request at a time.
//! 5. `client`: one request, over ureq.
//!
//! Only 404, 410 and a host that does not exist are broken links. Whatever else goes wrong may be a site that refuses
//! programs, and is a note.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Mutex;

use crate::bilingual;
use crate::config::CheckConfig;
use crate::diagnostics::{Bilingual, Diagnostic, Failure, FailureKind, Lines, Severity};
use crate::markdown::{LinkKind, ParsedNote};
use crate::progress::{Progress, Stage};
use crate::source::Note;

mod address;
mod cache;
mod client;
mod schedule;
mod visit;

#[cfg(test)]
mod tests;

pub use cache::Cache;
pub use client::Client;
pub use schedule::Policy;
pub use visit::{Answer, Fetch, Method, Trouble, Verdict, Why};

use address::Address;

/// A note's links to the web.
#[derive(Debug, Clone)]
pub struct NoteLinks {
    shown_path: String,
    text: String,
    /// Destinations as written and where they stand in `text`.
    links: Vec<(String, Range<usize>)>,
}

impl NoteLinks {
    /// The links of a note; `None` where it has none.
    pub fn of(note: &Note, parsed: &ParsedNote) -> Option<NoteLinks> {
        let links: Vec<(String, Range<usize>)> = parsed
            .links
            .iter()
            .filter(|link| matches!(link.kind, LinkKind::Anchor | LinkKind::Image))
            .filter(|link| address::is_web(&link.destination))
            .map(|link| (link.destination.trim().to_owned(), link.span.clone()))
            .collect();
        (!links.is_empty()).then(|| NoteLinks {
            shown_path: note.shown_path.clone(),
            text: note.text.clone(),
            links,
        })
    }
}

/// What asking the web came to.
#[derive(Debug, Default)]
pub struct Report {
    /// One for each place of each link that is not simply fine.
    pub diagnostics: Vec<Diagnostic>,
    /// Addresses, each counted once.
    pub addresses: usize,
    /// How many of them were asked now.
    pub asked: usize,
    /// How many were known from the cache.
    pub cached: usize,
    /// How many are left out: by `external_ignore`, as names for examples, as local.
    pub ignored: usize,
}

/// What is needed to ask the web.
pub struct Asking<'a> {
    /// What the owner decided.
    pub config: &'a CheckConfig,
    /// How politely is asked.
    pub policy: &'a Policy,
    /// Who asks.
    pub fetch: &'a dyn Fetch,
    /// The time, in seconds since 1970.
    pub now: u64,
    /// Who waits.
    pub progress: &'a dyn Progress,
    /// Called with the cache now and then, so that an interrupted check is not for nothing.
    pub save: &'a (dyn Fn(&Cache) + Sync),
}

/// Asks the web about the links of `notes`; what is found out goes into `cache`.
///
/// # Errors
/// A machine [`Failure`] where not one address could be reached: this computer is offline, and no link is to blame.
pub fn check(
    notes: &[NoteLinks],
    cache: &mut Cache,
    asking: &Asking<'_>,
) -> Result<Report, Failure> {
    let &Asking {
        config,
        policy,
        fetch,
        now,
        progress,
        save,
    } = asking;
    let mut known: BTreeMap<String, Verdict> = BTreeMap::new();
    let mut report = Report::default();
    let mut asked = Vec::new();
    let addresses = addresses(notes, config);
    report.addresses = addresses.len();
    for address in addresses {
        match address {
            Address::Local(key) => {
                report.ignored += 1;
                known.insert(key, Verdict::Local);
            }
            Address::Malformed(key) => {
                known.insert(key, Verdict::Malformed);
            }
            Address::Ignored(_) => report.ignored += 1,
            Address::Ask { key, host } => match cache.get(&key, now, config.external_cache_days) {
                Some(verdict) => {
                    report.cached += 1;
                    known.insert(key, verdict.clone());
                }
                None => asked.push((key, host)),
            },
        }
    }
    report.asked = asked.len();
    progress.enter(Stage::Web, asked.len());

    let shared = Mutex::new((cache, 0usize));
    let done = |url: &str, verdict: &Verdict| {
        progress.step();
        let mut shared = shared.lock().unwrap_or_else(|broken| broken.into_inner());
        let (cache, since_saved) = &mut *shared;
        cache.put(url, verdict, now);
        *since_saved += 1;
        if *since_saved >= 32 {
            *since_saved = 0;
            save(cache);
        }
    };
    let outcome = schedule::run(asked, policy, fetch, &done);
    save(
        shared
            .into_inner()
            .unwrap_or_else(|broken| broken.into_inner())
            .0,
    );
    match outcome {
        Ok(verdicts) => known.extend(verdicts),
        Err(why) => return Err(offline(report.asked, &why)),
    }
    report.diagnostics = diagnostics(notes, &known);
    Ok(report)
}

/// Every address once, in order.
fn addresses(notes: &[NoteLinks], config: &CheckConfig) -> BTreeSet<Address> {
    let links = notes.iter().flat_map(|note| &note.links);
    let written: BTreeSet<&str> = links.map(|(destination, _)| destination.as_str()).collect();
    written
        .into_iter()
        .map(|destination| Address::of(destination, config))
        .collect()
}

fn offline(count: usize, why: &Why) -> Failure {
    let Bilingual { ko, en } = why.text();
    let message = bilingual!(
        "외부 주소 {count}개 가운데 하나에도 닿지 못해 외부 링크를 살피지 않았습니다: {ko}",
        "Not one of {count} addresses could be reached; external links were not checked: {en}"
    );
    let hint = bilingual!(
        "인터넷 연결을 보세요. 프록시를 쓴다면 HTTPS_PROXY를 정하세요.",
        "See whether this computer is online. Behind a proxy, set HTTPS_PROXY."
    );
    Failure {
        kind: FailureKind::Machine,
        diagnostic: Box::new(Diagnostic::new(Severity::Error, "offline", message).hint(hint)),
    }
}

fn diagnostics(notes: &[NoteLinks], known: &BTreeMap<String, Verdict>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for note in notes {
        let mut lines = None;
        for (destination, span) in &note.links {
            let verdict = known.get(&address::key(destination));
            let Some(diagnostic) = verdict.and_then(|verdict| told(destination, verdict)) else {
                continue;
            };
            let lines = lines.get_or_insert_with(|| Lines::of(&note.text));
            found.push(diagnostic.at(lines.place(&note.shown_path, span.clone())));
        }
    }
    found
}

/// What is to be said of a link; `None` if it is fine.
fn told(destination: &str, verdict: &Verdict) -> Option<Diagnostic> {
    let told = match verdict {
        Verdict::Fine => return None,
        Verdict::Moved { to } => Diagnostic::new(
            Severity::Note,
            "moved-external-link",
            bilingual!(
                "주소가 아주 옮겨졌습니다: `{destination}`",
                "This address has moved for good: `{destination}`"
            ),
        )
        .hint(bilingual!(
            "새 주소로 바꾸세요: {to}",
            "Use the new address: {to}"
        )),
        Verdict::Broken { why } => {
            let Bilingual { ko, en } = why.text();
            Diagnostic::new(
                Severity::Warning,
                "broken-external-link",
                bilingual!(
                    "깨진 외부 링크입니다({ko}): `{destination}`",
                    "Broken external link ({en}): `{destination}`"
                ),
            )
            .hint(bilingual!(
                "옮겨 간 주소를 찾아 고치거나 링크를 지우세요.",
                "Find where it went, or remove the link."
            ))
        }
        Verdict::Unsure { why } => {
            let Bilingual { ko, en } = why.text();
            Diagnostic::new(
                Severity::Note,
                "unsure-external-link",
                bilingual!(
                    "외부 링크를 확인하지 못했습니다({ko}): `{destination}`",
                    "The external link could not be verified ({en}): `{destination}`"
                ),
            )
            .hint(bilingual!(
                "브라우저로 열어 보세요. 늘 이렇다면 `[check] external_ignore`에 적으세요.",
                "Open it in a browser. If it is always so, name it in `[check] external_ignore`."
            ))
        }
        Verdict::Malformed => Diagnostic::new(
            Severity::Warning,
            "broken-external-link",
            bilingual!(
                "주소의 꼴이 아닙니다: `{destination}`",
                "This is no address: `{destination}`"
            ),
        ),
        Verdict::Local => Diagnostic::new(
            Severity::Note,
            "local-address",
            bilingual!(
                "이 컴퓨터나 사내 망의 주소라 살피지 않았습니다: `{destination}`",
                "This address is local and was not checked: `{destination}`"
            ),
        )
        .hint(bilingual!(
            "읽는 사람은 열 수 없을지도 모릅니다. 살피려면 `[check] external_local = true`를 적으세요.",
            "Readers may be unable to open it. To check it, set `[check] external_local = true`."
        )),
    };
    Some(told)
}
