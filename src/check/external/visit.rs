//! One address on its way to a verdict, a request at a time: HEAD, then GET where HEAD is refused; over redirects; again
//! where the trouble may pass. Pure: what is asked is the schedule's affair.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::address;
use crate::bilingual;
use crate::diagnostics::Bilingual;

/// How many redirects are followed; browsers follow about twenty.
const REDIRECTS: usize = 10;

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Headers only.
    Head,
    /// The page; its body is not read.
    Get,
}

/// What a server answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// `Retry-After`, from now.
    pub retry_after: Option<Duration>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The name belongs to a local or private address.
    Local,
    /// The host does not exist.
    NoSuchHost,
    /// Names cannot be looked up now.
    NoNames,
    /// No answer in time.
    Timeout,
    /// The certificate is not to be trusted, or the connection cannot be encrypted.
    Certificate(String),
    /// Anything else: connection refused, reset, an answer that is not HTTP.
    Connection(String),
}

/// Makes one request.
pub trait Fetch: Sync {
    /// Asks for `url`; follows no redirect.
    ///
    /// # Errors
    /// [`Trouble`] where no answer came.
    fn fetch(&self, method: Method, url: &str) -> Result<Answer, Trouble>;
}

/// What a link came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Verdict {
    /// It leads somewhere.
    Fine,
    /// It does, and the server says to use another address from now on.
    Moved {
        /// The address to use.
        to: String,
    },
    /// It leads nowhere.
    Broken {
        /// Why.
        why: Why,
    },
    /// Nobody knows: the server refuses programs, is overloaded, or did not answer.
    Unsure {
        /// Why.
        why: Why,
    },
    /// A local address, not asked.
    Local,
    /// No address.
    Malformed,
}

/// What was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Why {
    /// A status code.
    Status {
        /// The code.
        code: u16,
    },
    /// The host does not exist.
    NoSuchHost,
    /// Names cannot be looked up.
    NoNames,
    /// No answer in time.
    Timeout,
    /// The certificate.
    Certificate {
        /// In the TLS library's words.
        said: String,
    },
    /// No connection.
    Connection {
        /// In the system's words.
        said: String,
    },
    /// Redirects without end, or to nowhere.
    Redirects,
}

impl Why {
    /// In words.
    pub fn text(&self) -> Bilingual {
        match self {
            Why::Status { code } => bilingual!("{code}", "{code}"),
            Why::NoSuchHost => bilingual!("없는 호스트", "no such host"),
            Why::NoNames => bilingual!("이름을 찾을 수 없음", "names cannot be looked up"),
            Why::Timeout => bilingual!("시간 초과", "timed out"),
            Why::Certificate { said } => bilingual!("인증서 문제: {said}", "certificate: {said}"),
            Why::Connection { said } => bilingual!("연결 실패: {said}", "no connection: {said}"),
            Why::Redirects => bilingual!("끝없는 리디렉션", "endless redirects"),
        }
    }

    pub(super) fn of(trouble: Trouble) -> Why {
        match trouble {
            Trouble::NoSuchHost => Why::NoSuchHost,
            Trouble::NoNames => Why::NoNames,
            Trouble::Timeout | Trouble::Local => Why::Timeout,
            Trouble::Certificate(said) => Why::Certificate { said },
            Trouble::Connection(said) => Why::Connection { said },
        }
    }
}

/// Where an address is on its way.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The address the note links to.
    pub(super) key: String,
    /// What is asked for next.
    pub(super) url: String,
    pub(super) method: Method,
    /// How often the present request has been tried and failed.
    pub(super) tries: u32,
    hops: usize,
    /// Where the unbroken run of permanent redirects from the start has led.
    moved_to: Option<String>,
    temporary: bool,
}

/// What comes after a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The verdict.
    Done(Verdict),
    /// Another request, to this host.
    Ask { host: String },
    /// The same again, after a while: as long as the server says, else as long as the schedule thinks.
    Again { after: Option<Duration>, why: Why },
}

impl Visit {
    pub(super) fn new(key: String) -> Visit {
        Visit {
            url: key.clone(),
            key,
            method: Method::Head,
            tries: 0,
            hops: 0,
            moved_to: None,
            temporary: false,
        }
    }

    /// Takes in what a request came to.
    pub(super) fn step(&mut self, outcome: Result<Answer, Trouble>) -> Next {
        let answer = match outcome {
            Ok(answer) => answer,
            Err(Trouble::Local) => return Next::Done(Verdict::Local),
            // A redirect to a host that does not exist is broken as well.
            Err(Trouble::NoSuchHost) => {
                return Next::Done(Verdict::Broken {
                    why: Why::NoSuchHost,
                });
            }
            Err(Trouble::Certificate(said)) => {
                return Next::Done(Verdict::Unsure {
                    why: Why::Certificate { said },
                });
            }
            // Some servers hang up on HEAD rather than refuse it.
            Err(Trouble::Connection(_) | Trouble::Timeout)
                if self.method == Method::Head && self.tries > 0 =>
            {
                return self.with_get();
            }
            Err(trouble) => {
                return Next::Again {
                    after: None,
                    why: Why::of(trouble),
                };
            }
        };
        let why = Why::Status {
            code: answer.status,
        };
        match answer.status {
            301 | 302 | 303 | 307 | 308 => self.redirected(&answer),
            100..400 => Next::Done(self.arrived()),
            429 | 503 => Next::Again {
                after: answer.retry_after,
                why,
            },
            // Before a link is called anything, it is asked for as browsers do.
            _ if self.method == Method::Head => self.with_get(),
            404 | 410 => Next::Done(Verdict::Broken { why }),
            500 | 502 | 504 => Next::Again { after: None, why },
            _ => Next::Done(Verdict::Unsure { why }),
        }
    }

    fn with_get(&mut self) -> Next {
        self.method = Method::Get;
        self.tries = 0;
        self.here()
    }

    fn here(&self) -> Next {
        let host = Url::parse(&self.url).map(|url| address::host_of(&url));
        Next::Ask {
            host: host.unwrap_or_default(),
        }
    }

    fn redirected(&mut self, answer: &Answer) -> Next {
        let endless = Next::Done(Verdict::Unsure {
            why: Why::Redirects,
        });
        self.hops += 1;
        if self.hops > REDIRECTS {
            return endless;
        }
        let base = Url::parse(&self.url).ok();
        let next = answer
            .location
            .as_deref()
            .zip(base)
            .and_then(|(location, base)| base.join(location).ok())
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(mut next) = next else {
            return endless;
        };
        next.set_fragment(None);
        self.url = next.into();
        self.tries = 0;
        match answer.status {
            301 | 308 if !self.temporary => self.moved_to = Some(self.url.clone()),
            _ => self.temporary = true,
        }
        self.here()
    }

    fn arrived(&self) -> Verdict {
        match &self.moved_to {
            Some(to) if *to != self.key => Verdict::Moved { to: to.clone() },
            _ => Verdict::Fine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> Result<Answer, Trouble> {
        Ok(Answer {
            status,
            ..Answer::default()
        })
    }

    fn to(status: u16, location: &str) -> Result<Answer, Trouble> {
        Ok(Answer {
            status,
            location: Some(location.to_owned()),
            ..Answer::default()
        })
    }

    /// The verdict after these outcomes; every one must be needed.
    fn verdict(outcomes: Vec<Result<Answer, Trouble>>) -> Option<Verdict> {
        let mut visit = Visit::new("https://a.kr/글".to_owned());
        let mut outcomes = outcomes.into_iter();
        while let Some(outcome) = outcomes.next() {
            match visit.step(outcome) {
                Next::Done(verdict) => return outcomes.next().is_none().then_some(verdict),
                Next::Ask { .. } => {}
                Next::Again { .. } => visit.tries += 1,
            }
        }
        None
    }

    fn broken(code: u16) -> Option<Verdict> {
        let why = Why::Status { code };
        Some(Verdict::Broken { why })
    }

    fn unsure(code: u16) -> Option<Verdict> {
        let why = Why::Status { code };
        Some(Verdict::Unsure { why })
    }

    #[test]
    fn a_link_is_broken_only_once_get_says_so_too() {
        assert_eq!(verdict(vec![status(200)]), Some(Verdict::Fine));
        assert_eq!(verdict(vec![status(404), status(200)]), Some(Verdict::Fine));
        assert_eq!(verdict(vec![status(405), status(200)]), Some(Verdict::Fine));
        assert_eq!(verdict(vec![status(404), status(404)]), broken(404));
        assert_eq!(verdict(vec![status(501), status(410)]), broken(410));
        assert_eq!(verdict(vec![status(403), status(403)]), unsure(403));
        assert_eq!(verdict(vec![status(999), status(999)]), unsure(999));
        let gone = verdict(vec![Err(Trouble::NoSuchHost)]);
        let why = Why::NoSuchHost;
        assert_eq!(gone, Some(Verdict::Broken { why }));
    }

    #[test]
    fn only_permanent_redirects_from_the_start_make_a_new_address() {
        let moved = |to: &str| Some(Verdict::Moved { to: to.to_owned() });
        assert_eq!(
            verdict(vec![to(301, "/새"), to(308, "//b.kr/x#y"), status(200)]),
            moved("https://b.kr/x")
        );
        assert_eq!(
            verdict(vec![
                to(301, "https://b.kr/"),
                to(302, "/login"),
                to(301, "/c"),
                status(200)
            ]),
            moved("https://b.kr/")
        );
        assert_eq!(
            verdict(vec![to(302, "/a"), to(301, "/b"), status(200)]),
            Some(Verdict::Fine)
        );
        assert_eq!(
            verdict(vec![to(301, "/a"), status(404), status(404)]),
            broken(404)
        );
        let why = Why::Redirects;
        let endless = Some(Verdict::Unsure { why });
        assert_eq!(verdict((0..11).map(|_| to(301, "/a")).collect()), endless);
        assert_eq!(verdict(vec![to(301, "javascript:alert(1)")]), endless);
        assert_eq!(verdict(vec![status(301)]), endless);
    }

    #[test]
    fn a_server_that_hangs_up_on_head_is_asked_with_get() {
        let reset = || Err(Trouble::Connection("reset".to_owned()));
        assert_eq!(
            verdict(vec![reset(), reset(), status(200)]),
            Some(Verdict::Fine)
        );
    }
}
