//! The web as one server on this computer: what it is asked, how often, and how many at once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tiny_http::{Header, Response, Server};

use super::*;
use crate::diagnostics::Lang;
use crate::markdown::{self, NoteText};
use crate::progress::Silent;

/// A request as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    method: String,
    path: String,
    agent: String,
}

/// What a server says: a status and headers.
type Said = (u16, Vec<(&'static str, String)>);

/// A server on this computer that answers each request in a thread of its own.
struct Web {
    server: Arc<Server>,
    seen: Arc<Mutex<Vec<Seen>>>,
    acceptor: Option<std::thread::JoinHandle<()>>,
}

impl Web {
    /// `answer` is given the method, the path and how often this path was asked for before.
    fn new(answer: impl Fn(&str, &str, usize) -> Said + Send + Sync + 'static) -> Web {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a port"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(answer);
        let (accepting, log) = (Arc::clone(&server), Arc::clone(&seen));
        let acceptor = std::thread::spawn(move || {
            for request in accepting.incoming_requests() {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                std::thread::spawn(move || {
                    let agent = request
                        .headers()
                        .iter()
                        .find(|header| header.field.equiv("User-Agent"));
                    let seen = Seen {
                        method: request.method().to_string(),
                        path: request.url().to_owned(),
                        agent: agent.map_or_else(String::new, |header| header.value.to_string()),
                    };
                    let before = {
                        let mut log = log.lock().expect("a log");
                        let before = log
                            .iter()
                            .filter(|other: &&Seen| other.path == seen.path)
                            .count();
                        log.push(seen.clone());
                        before
                    };
                    let (status, headers) = answer(&seen.method, &seen.path, before);
                    let mut response = Response::from_string("글").with_status_code(status);
                    for (name, value) in headers {
                        let header = Header::from_bytes(name, value).expect("a header");
                        response = response.with_header(header);
                    }
                    let _ = request.respond(response);
                });
            }
        });
        Web {
            server,
            seen,
            acceptor: Some(acceptor),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.server_addr())
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("a log").clone()
    }

    /// Methods by path, in order.
    fn methods(&self) -> BTreeMap<String, Vec<String>> {
        let mut methods: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for seen in self.seen() {
            methods.entry(seen.path).or_default().push(seen.method);
        }
        methods
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn quick() -> Policy {
    Policy {
        pause: Duration::ZERO,
        backoff: Duration::from_millis(1),
        ..Policy::default()
    }
}

fn local() -> CheckConfig {
    CheckConfig {
        external_local: true,
        ..CheckConfig::default()
    }
}

/// A note with this text.
fn note(text: &str) -> NoteLinks {
    let note = Note {
        shown_path: "글.md".to_owned(),
        text: text.to_owned(),
        body: 0..text.len(),
        ..Note::default()
    };
    let of = NoteText {
        shown_path: &note.shown_path,
        text: &note.text,
        body: note.body.clone(),
    };
    let parsed = markdown::parse(&of, &markdown::Options::default());
    NoteLinks::of(&note, &parsed).expect("links")
}

fn asked_with(
    text: &str,
    policy: &Policy,
    cache: &mut Cache,
    fetch: &dyn Fetch,
) -> Result<Report, Failure> {
    let asking = Asking {
        config: &local(),
        policy,
        fetch,
        now: 1_000_000,
        progress: &Silent,
        save: &|_| {},
    };
    check(&[note(text)], cache, &asking)
}

fn asked(text: &str, policy: &Policy) -> Report {
    let client = Client::new(Duration::from_secs(20), true);
    asked_with(text, policy, &mut Cache::default(), &client).expect("someone answers")
}

/// Codes and messages, the server's address shortened.
fn said(web: &Web, report: &Report) -> Vec<String> {
    report
        .diagnostics
        .iter()
        .map(|found| {
            found
                .render(Lang::Ko)
                .replace(&web.url(""), "http://server")
        })
        .collect()
}

#[test]
fn what_is_wrong_is_said_at_every_place_of_a_link() {
    let web = Web::new(|_, path, _| match path {
        "/gone" => (410, vec![]),
        "/missing" => (404, vec![]),
        "/forbidden" => (403, vec![]),
        "/old" => (301, vec![("Location", "/new".to_owned())]),
        "/for-now" => (302, vec![("Location", "/new".to_owned())]),
        _ => (200, vec![]),
    });
    let link = |path: &str| web.url(path);
    let text = format!(
        "[좋음]({})\n한글 [없음]({})\n다시 [없음]({}#절)\n\n![그림]({})\n\n[옮김]({})\n[잠시]({})\n<{}>\n\n`{}`\n",
        link("/fine"),
        link("/missing"),
        link("/missing"),
        link("/gone"),
        link("/old"),
        link("/for-now"),
        link("/forbidden"),
        link("/in-code"),
    );
    let report = asked(&text, &quick());
    insta::assert_snapshot!(said(&web, &report).join(""));
    assert_eq!((report.addresses, report.asked, report.ignored), (6, 6, 0));
    // Redirects are asked at once for each address that leads there.
    assert_eq!(web.methods()["/missing"], ["HEAD", "GET"]);
    assert_eq!(web.methods()["/fine"], ["HEAD"]);
    assert!(!web.methods().contains_key("/in-code"));
    assert!(
        web.seen()
            .iter()
            .all(|seen| seen.agent.starts_with("notes/")),
        "{:?}",
        web.seen()
    );
}

#[test]
fn a_server_that_refuses_head_is_asked_with_get() {
    let web = Web::new(|method, _, _| (if method == "HEAD" { 405 } else { 200 }, vec![]));
    let report = asked(&format!("[글]({})", web.url("/a")), &quick());
    assert_eq!(report.diagnostics, []);
    assert_eq!(web.methods()["/a"], ["HEAD", "GET"]);
}

#[test]
fn what_fails_for_a_moment_is_asked_again_and_not_more_often_than_agreed() {
    let web = Web::new(|_, path, before| match (path, before) {
        ("/flaky", 0) => (503, vec![("Retry-After", "0".to_owned())]),
        ("/flaky", 1) => (429, vec![]),
        ("/down", _) => (503, vec![]),
        _ => (200, vec![]),
    });
    let text = format!("[하나]({}) [둘]({})", web.url("/flaky"), web.url("/down"));
    let report = asked(&text, &quick());
    let codes: Vec<&str> = report.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["unsure-external-link"]);
    assert_eq!(web.methods()["/flaky"], ["HEAD"; 3]);
    assert_eq!(web.methods()["/down"], ["HEAD"; 3]);
}

#[test]
fn a_host_that_wants_peace_for_an_hour_is_left_alone() {
    let web = Web::new(|_, _, _| (429, vec![("Retry-After", "3600".to_owned())]));
    let links: Vec<String> = (0..5)
        .map(|n| format!("[글]({})", web.url(&format!("/{n}"))))
        .collect();
    let policy = Policy {
        per_host: 1,
        ..quick()
    };
    let report = asked(&links.join(" "), &policy);
    assert_eq!(web.seen().len(), 1);
    assert_eq!(report.diagnostics.len(), 5);
    assert!(
        report
            .diagnostics
            .iter()
            .all(|found| found.code == "unsure-external-link")
    );
}

#[test]
fn a_server_that_does_not_answer_in_time_is_unsure() {
    let (release, hold) = std::sync::mpsc::channel::<()>();
    let hold = Mutex::new(hold);
    let web = Web::new(move |_, path, _| {
        if path == "/slow" {
            let _ = hold
                .lock()
                .expect("a channel")
                .recv_timeout(Duration::from_secs(30));
        }
        (200, vec![])
    });
    let text = format!("[하나]({}) [둘]({})", web.url("/slow"), web.url("/fine"));
    let client = Client::new(Duration::from_millis(500), true);
    let policy = Policy {
        retries: 0,
        ..quick()
    };
    let report = asked_with(&text, &policy, &mut Cache::default(), &client).expect("one answers");
    let messages: Vec<&str> = report
        .diagnostics
        .iter()
        .map(|found| found.message.en.as_str())
        .collect();
    assert_eq!(
        messages,
        [format!(
            "The external link could not be verified (timed out): `{}`",
            web.url("/slow")
        )]
    );
    drop(release);
}

/// Counts who is inside at once; each stays until `wanted` are, or gives up waiting.
#[derive(Default)]
struct Crowd {
    inside: Mutex<usize>,
    changed: Condvar,
    most: AtomicUsize,
}

impl Crowd {
    fn pass(&self, wanted: usize) {
        let mut inside = self.inside.lock().expect("a count");
        *inside += 1;
        self.most.fetch_max(*inside, Ordering::SeqCst);
        self.changed.notify_all();
        let waited = self
            .changed
            .wait_timeout_while(inside, Duration::from_millis(300), |inside| {
                *inside < wanted
            })
            .expect("a count");
        inside = waited.0;
        // Whoever came too many would be here by now.
        drop(inside);
        std::thread::sleep(Duration::from_millis(20));
        *self.inside.lock().expect("a count") -= 1;
    }
}

#[test]
fn one_host_gets_two_requests_at_once_and_all_hosts_together_no_more_than_agreed() {
    let crowd = Arc::new(Crowd::default());
    let inside = Arc::clone(&crowd);
    let web = Web::new(move |_, _, _| {
        inside.pass(2);
        (200, vec![])
    });
    let links: Vec<String> = (0..12)
        .map(|n| format!("[글]({})", web.url(&format!("/{n}"))))
        .collect();
    assert_eq!(asked(&links.join(" "), &quick()).diagnostics, []);
    assert_eq!(crowd.most.load(Ordering::SeqCst), 2);

    let crowd = Arc::new(Crowd::default());
    let webs: Vec<Web> = (0..4)
        .map(|_| {
            let inside = Arc::clone(&crowd);
            Web::new(move |_, _, _| {
                inside.pass(3);
                (200, vec![])
            })
        })
        .collect();
    let links: Vec<String> = (0..3)
        .flat_map(|n| {
            webs.iter()
                .map(move |web| format!("[글]({})", web.url(&format!("/{n}"))))
        })
        .collect();
    let policy = Policy {
        concurrency: 3,
        ..quick()
    };
    assert_eq!(asked(&links.join(" "), &policy).diagnostics, []);
    assert_eq!(crowd.most.load(Ordering::SeqCst), 3);
}

#[test]
fn what_is_known_is_not_asked_again() {
    let web = Web::new(|_, path, _| (if path == "/a" { 200 } else { 404 }, vec![]));
    let text = format!("[하나]({}) [둘]({})", web.url("/a"), web.url("/b"));
    let client = Client::new(Duration::from_secs(20), true);
    let mut cache = Cache::default();
    let first = asked_with(&text, &quick(), &mut cache, &client).expect("answers");
    let requests = web.seen().len();
    let second = asked_with(&text, &quick(), &mut cache, &client).expect("answers");
    assert_eq!((first.asked, first.cached), (2, 0));
    assert_eq!((second.asked, second.cached), (0, 2));
    assert_eq!(first.diagnostics, second.diagnostics);
    assert_eq!(web.seen().len(), requests);
}

/// A computer without a network.
#[derive(Default)]
struct Cut(AtomicUsize);

impl Fetch for Cut {
    fn fetch(&self, _method: Method, _url: &str) -> Result<Answer, Trouble> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Err(Trouble::NoNames)
    }
}

#[test]
fn a_computer_that_is_offline_is_said_once_and_no_link_is_blamed() {
    let links: Vec<String> = (0..200).map(|n| format!("<https://a{n}.kr/>")).collect();
    let cut = Cut::default();
    let mut cache = Cache::default();
    let failure = asked_with(&links.join(" "), &quick(), &mut cache, &cut).expect_err("offline");
    assert_eq!(failure.kind, FailureKind::Machine);
    insta::assert_snapshot!(failure.diagnostic.render(Lang::Ko));
    assert_eq!(cache, Cache::default());
    // Eight silent hosts are enough, and those that were being asked meanwhile.
    assert!(cut.0.load(Ordering::SeqCst) <= 8 + 16, "{:?}", cut.0);
}

#[test]
fn a_name_that_leads_to_this_computer_is_not_asked() {
    let web = Web::new(|_, _, _| (200, vec![]));
    let port = web.server.server_addr().to_ip().expect("an address").port();
    let client = Client::new(Duration::from_secs(20), false);
    for host in ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{port}/");
        assert_eq!(
            client.fetch(Method::Get, &url),
            Err(Trouble::Local),
            "{url}"
        );
    }
    assert_eq!(web.seen(), []);
}

#[test]
fn a_closed_port_is_no_broken_link() {
    let web = Web::new(|_, _, _| (200, vec![]));
    let closed = Server::http("127.0.0.1:0")
        .expect("a port")
        .server_addr()
        .to_string();
    let text = format!("[하나](http://{closed}/) [둘]({})", web.url("/a"));
    let codes: Vec<&str> = asked(&text, &quick())
        .diagnostics
        .iter()
        .map(|found| found.code)
        .collect();
    assert_eq!(codes, ["unsure-external-link"]);
}
