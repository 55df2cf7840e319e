//! One request over ureq: no redirects, no body, never to a local address unless asked to.
//!
//! A proxy is taken from the environment (`HTTPS_PROXY`, `NO_PROXY`…). Certificates are judged by the operating system,
//! so that a company's own authority counts.

use std::error::Error as _;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::header::{LOCATION, RETRY_AFTER};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};
use url::{Host, Url};

use super::address::is_local;
use super::visit::{Answer, Fetch, Method, Trouble};

/// How servers know us.
const USER_AGENT: &str = concat!("notes/", env!("CARGO_PKG_VERSION"), " (link check)");

/// Asks the web.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    local: bool,
}

impl Client {
    /// A client that waits `timeout` for an answer and asks local addresses only if `local`.
    pub fn new(timeout: Duration, local: bool) -> Client {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(timeout))
            .user_agent(USER_AGENT)
            .accept("text/html,application/xhtml+xml,*/*;q=0.8")
            .tls_config(tls)
            .build();
        let proxy = config
            .proxy()
            .map(|proxy| (proxy.host().to_owned(), proxy.port()));
        let resolver = Guard {
            inner: DefaultResolver::default(),
            local,
            proxy,
        };
        Client {
            agent: Agent::with_parts(config, DefaultConnector::default(), resolver),
            local,
        }
    }

    fn request(&self, method: Method, url: &str) -> Result<Answer, Error> {
        let request = match method {
            Method::Head => self.agent.head(url),
            Method::Get => self.agent.get(url),
        };
        // Korean sites answer Korean readers; some refuse requests without a language.
        let response = request.header("accept-language", "ko,en;q=0.8").call()?;
        let header = |name| response.headers().get(name)?.to_str().ok();
        Ok(Answer {
            status: response.status().as_u16(),
            // Servers write Hangul as it is, which is not ASCII.
            location: response
                .headers()
                .get(LOCATION)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            retry_after: header(RETRY_AFTER).and_then(|text| retry_after(text, Timestamp::now())),
        })
    }
}

impl Fetch for Client {
    fn fetch(&self, method: Method, url: &str) -> Result<Answer, Trouble> {
        let literal = Url::parse(url).ok().and_then(|url| match url.host()? {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        });
        // Behind a proxy, no name is looked up here: at least addresses written as numbers are held back.
        if literal.is_some_and(is_local) && !self.local {
            return Err(Trouble::Local);
        }
        self.request(method, url).map_err(trouble)
    }
}

/// `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let then = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let seconds = then.as_second().saturating_sub(now.as_second());
    Some(Duration::from_secs(seconds.try_into().unwrap_or(0)))
}

/// What the resolver finds wrong, carried through ureq's error.
#[derive(Debug)]
enum Unresolved {
    Local,
    NoSuchHost,
    NoNames,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Unresolved {}

/// The system's resolver, whose answers that are local addresses are dropped.
#[derive(Debug)]
struct Guard {
    inner: DefaultResolver,
    local: bool,
    /// A proxy may well be local.
    proxy: Option<(String, u16)>,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let unresolved = |what| Error::Other(Box::new(what));
        let found = match self.inner.resolve(uri, config, timeout) {
            Ok(found) => found,
            // getaddrinfo's EAI_AGAIN: this computer cannot ask. Anything else: there is no such name.
            Err(Error::Io(error)) if error.to_string().contains("Temporary failure") => {
                return Err(unresolved(Unresolved::NoNames));
            }
            Err(Error::Io(_) | Error::HostNotFound) => {
                return Err(unresolved(Unresolved::NoSuchHost));
            }
            Err(other) => return Err(other),
        };
        let is_proxy = self.proxy.as_ref().is_some_and(|(host, port)| {
            uri.host() == Some(host.as_str()) && uri.port_u16().is_none_or(|other| other == *port)
        });
        if self.local || is_proxy {
            return Ok(found);
        }
        let mut kept = self.empty();
        for address in found.iter().filter(|address| !is_local(address.ip())) {
            kept.push(*address);
        }
        match kept.is_empty() {
            true => Err(unresolved(Unresolved::Local)),
            false => Ok(kept),
        }
    }
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::Other(other) => match other.downcast_ref::<Unresolved>() {
            Some(Unresolved::Local) => Trouble::Local,
            Some(Unresolved::NoSuchHost) => Trouble::NoSuchHost,
            Some(Unresolved::NoNames) => Trouble::NoNames,
            None => Trouble::Connection(other.to_string()),
        },
        Error::HostNotFound => Trouble::NoSuchHost,
        Error::Timeout(_) => Trouble::Timeout,
        Error::Tls(said) => Trouble::Certificate(said.to_owned()),
        Error::Rustls(error) => Trouble::Certificate(error.to_string()),
        Error::Io(error) => {
            // The TLS library's errors come wrapped as the stream's.
            let inner = error.get_ref().map(|inner| inner.to_string());
            let is_tls = inner
                .as_ref()
                .is_some_and(|said| said.contains("certificate"));
            if is_tls {
                Trouble::Certificate(inner.unwrap_or_default())
            } else if error.kind() == std::io::ErrorKind::TimedOut {
                Trouble::Timeout
            } else {
                Trouble::Connection(plain(&error))
            }
        }
        other => {
            let said = other
                .source()
                .map_or_else(|| other.to_string(), |source| source.to_string());
            Trouble::Connection(said)
        }
    }
}

/// What the system says of an error, without its number, which differs between systems.
fn plain(error: &std::io::Error) -> String {
    let said = error.to_string();
    match said.split_once(" (os error") {
        Some((said, _)) => said.to_owned(),
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-25T11:00:00Z".parse().expect("a time");
        let seconds = |text: &str| retry_after(text, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("Wed, 25 Nov 2026 11:00:30 GMT"), Some(30));
        assert_eq!(seconds("Wed, 25 Nov 2026 10:00:00 GMT"), Some(0));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1"), None);
    }
}
