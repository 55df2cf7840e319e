//! The event stream that tells browsers to reload (server-sent events, WHATWG HTML section 9.2).
//!
//! Each listening page has a thread of its own and a short queue; one that does not keep up is dropped, so none can
//! hold up another. The oldest page goes when there are too many: it is most likely one that was left behind.
//!
//! Events: `hello` (data: the id of the build that is served), `reload`, `css`, `error` (data: a [`Problem`] as JSON),
//! `ok` (the problem is gone).

use std::collections::VecDeque;
use std::io::Write;
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Lang, Severity};

/// Pages that listen at once.
const MAX_STREAMS: usize = 32;
/// Events a page may be behind.
const QUEUE: usize = 16;
/// How often a silent stream is written to, so that a page that has gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// What the overlay shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Problem {
    /// The first error of `diagnostics` and how many there are besides; `None` if there is no error.
    pub(super) fn first(diagnostics: &[Diagnostic], lang: Lang) -> Option<Problem> {
        let mut errors = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error);
        let error = errors.next()?;
        let mut message = error.message.get(lang).to_owned();
        let others = errors.count();
        if others > 0 {
            let more = bilingual!(" (이 밖에 오류 {others}개)", " (and {others} more errors)");
            message.push_str(more.get(lang));
        }
        let place = error.place.as_ref();
        let positive = |number: usize| (number > 0).then_some(number);
        Some(Problem {
            message,
            file: place.map(|place| place.file.clone()),
            line: place.and_then(|place| positive(place.line)),
            column: place.and_then(|place| positive(place.column)),
            source_line: place
                .map(|place| place.source_line.clone())
                .filter(|line| !line.is_empty()),
            hint: error
                .hint
                .as_ref()
                .map(|hint: &Bilingual| hint.get(lang).to_owned()),
        })
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event<'a> {
    Reload,
    Css,
    Error(&'a Problem),
    Ok,
}

impl Event<'_> {
    fn line(self) -> Arc<str> {
        match self {
            Event::Reload => message("reload", "{}"),
            Event::Css => message("css", "{}"),
            Event::Ok => message("ok", "{}"),
            // JSON escapes every line break, so the data is one line.
            Event::Error(problem) => {
                message("error", &serde_json::to_string(problem).unwrap_or_default())
            }
        }
    }
}

fn message(event: &str, data: &str) -> Arc<str> {
    format!("event: {event}\ndata: {data}\n\n").into()
}

/// Sends events to every listening page.
#[derive(Debug, Default)]
pub(super) struct Broadcaster(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Oldest first.
    pages: VecDeque<SyncSender<Arc<str>>>,
    build: String,
    /// The last `error`, until it is gone: pages that come later hear of it too.
    error: Option<Arc<str>>,
}

impl Broadcaster {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on, pages are greeted with the id of this build.
    pub(super) fn serving(&self, build: &str) {
        self.state().build = build.to_owned();
    }

    /// Tells every page.
    pub(super) fn send(&self, event: Event<'_>) {
        let line = event.line();
        let mut state = self.state();
        match event {
            Event::Error(_) => state.error = Some(Arc::clone(&line)),
            Event::Ok => state.error = None,
            Event::Reload | Event::Css => {}
        }
        state
            .pages
            .retain(|page| page.try_send(Arc::clone(&line)).is_ok());
    }

    /// The events for a page that comes now, beginning with what it must know.
    pub(super) fn listen(&self) -> Receiver<Arc<str>> {
        let (sender, receiver) = sync_channel(QUEUE);
        let mut state = self.state();
        let mut greeting = format!("event: hello\ndata: {}\n\n", state.build);
        if let Some(error) = &state.error {
            greeting.push_str(error);
        }
        if state.pages.len() >= MAX_STREAMS {
            state.pages.pop_front();
        }
        if sender.try_send(greeting.into()).is_ok() {
            state.pages.push_back(sender);
        }
        receiver
    }
}

/// Writes `events` to `stream` until one of the two ends.
pub(super) fn stream(events: &Receiver<Arc<str>>, mut stream: TcpStream) {
    let head = "HTTP/1.1 200 OK\r\nServer: notes\r\nContent-Type: text/event-stream; charset=utf-8\r\n\
                Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
                Cross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\nretry: 1000\n\n";
    let mut next: Arc<str> = head.into();
    loop {
        if stream.write_all(next.as_bytes()).is_err() {
            return;
        }
        next = match events.recv_timeout(HEARTBEAT) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => ":\n\n".into(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Place;

    fn problem() -> Problem {
        let text = "제목\n<a>\u{2028}\"글\"";
        let error = Diagnostic::new(
            Severity::Error,
            "broken",
            bilingual!("잘못된\n글", "Wrong text"),
        )
        .at(Place::at("노트.md", text, "제목\n".len()..text.len()))
        .hint(bilingual!("고치세요.", "Mend it."));
        let warning = Diagnostic::new(Severity::Warning, "w", bilingual!("경고", "warning"));
        Problem::first(&[warning, error.clone(), error], Lang::Ko).expect("an error")
    }

    #[test]
    fn a_problem_is_one_line_of_json_that_names_the_place() {
        assert_eq!(
            &*Event::Error(&problem()).line(),
            "event: error\ndata: {\"message\":\"잘못된\\n글 (이 밖에 오류 1개)\",\"file\":\"노트.md\",\"line\":2,\
             \"column\":1,\"source_line\":\"<a>\u{2028}\\\"글\\\"\",\"hint\":\"고치세요.\"}\n\n"
        );
    }

    #[test]
    fn a_page_that_comes_during_an_error_hears_of_it_and_one_that_comes_later_does_not() {
        let broadcaster = Broadcaster::default();
        broadcaster.serving("b1");
        broadcaster.send(Event::Error(&problem()));
        let during = broadcaster.listen().recv().expect("a greeting");
        assert!(during.starts_with("event: hello\ndata: b1\n\nevent: error\n"));
        broadcaster.send(Event::Ok);
        let after = broadcaster.listen().recv().expect("a greeting");
        assert_eq!(&*after, "event: hello\ndata: b1\n\n");
    }

    #[test]
    fn a_page_that_does_not_keep_up_is_dropped_without_waiting_for_it() {
        let broadcaster = Broadcaster::default();
        let slow = broadcaster.listen();
        for _ in 0..QUEUE + 5 {
            broadcaster.send(Event::Reload);
        }
        assert_eq!(slow.iter().count(), QUEUE);
    }

    #[test]
    fn the_oldest_page_makes_room_for_the_newest() {
        let broadcaster = Broadcaster::default();
        let pages: Vec<_> = (0..=MAX_STREAMS).map(|_| broadcaster.listen()).collect();
        broadcaster.send(Event::Css);
        let heard: Vec<_> = pages.iter().map(|page| page.try_iter().count()).collect();
        assert_eq!(heard[0], 1, "only its greeting");
        assert!(heard[1..].iter().all(|&count| count == 2));
    }
}
