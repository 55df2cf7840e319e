//! Who may ask, and how: what keeps other web pages away from a server on the author's own machine.
//!
//! A page of another site can make the author's browser send requests here. It must not be able to read the answers
//! under a name of its own (DNS rebinding: the `Host` list), nor to listen to the event stream (the `Origin` check).

use std::net::{IpAddr, Ipv6Addr};

use super::http::{Method, Request};
use crate::bilingual;
use crate::diagnostics::Bilingual;

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The status code.
    pub(super) status: u16,
    /// What is wrong, for the person at the browser.
    pub(super) message: Bilingual,
}

/// The names this server answers to.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    /// The host that was configured, in lower case, without brackets.
    configured: String,
    /// Whether every IP address will do, because the server listens on addresses it does not know. An address
    /// cannot be rebound, so this opens no door.
    any_address: bool,
}

impl Hosts {
    /// The names of a server that was told to listen on `host` and does on `address`.
    pub(super) fn new(host: &str, address: IpAddr) -> Hosts {
        Hosts {
            configured: unbracketed(host).to_ascii_lowercase(),
            any_address: !address.is_loopback(),
        }
    }

    fn allow(&self, authority: &str) -> bool {
        let Some(host) = host_of(authority) else {
            return false;
        };
        let host = host.to_ascii_lowercase();
        if let Ok(address) = host.parse::<IpAddr>() {
            return address.is_loopback() || self.any_address || host == self.configured;
        }
        host == "localhost" || host == self.configured
    }
}

fn unbracketed(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

/// The host of `host`, `host:port` or `[v6]:port`; `None` if it is none of these.
fn host_of(authority: &str) -> Option<&str> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return (port.is_empty() || is_port(port.strip_prefix(':')?)).then_some(host);
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    (!host.is_empty() && is_port(port)).then_some(host)
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok() && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Refuses what no browser showing this site sends: another method than GET and HEAD, a body, another `Host`.
pub(super) fn check(request: &Request, hosts: &Hosts) -> Result<(), Refusal> {
    let refuse = |status, message| Err(Refusal { status, message });
    if request.method == Method::Other {
        let message = bilingual!(
            "GET과 HEAD 요청에만 답합니다.",
            "Only GET and HEAD requests are answered."
        );
        return refuse(405, message);
    }
    if request.announces_body() {
        let message = bilingual!(
            "본문이 있는 요청은 받지 않습니다.",
            "Requests with a body are not taken."
        );
        return refuse(413, message);
    }
    let mut named = request.values("host");
    let (Some(host), None) = (named.next(), named.next()) else {
        let message = bilingual!(
            "Host 헤더가 하나 있어야 합니다.",
            "There must be one Host header."
        );
        return refuse(400, message);
    };
    if !hosts.allow(host) {
        let message = bilingual!(
            "이 서버는 `{host}`라는 이름으로는 답하지 않습니다. localhost로 열거나, 이 이름을 `--host`로 알려 주세요.",
            "This server does not answer to the name `{host}`. Open it as localhost, or name this host with `--host`."
        );
        return refuse(421, message);
    }
    Ok(())
}

/// Refuses the event stream to pages of other origins. A browser names the origin of a request across origins.
pub(super) fn check_origin(request: &Request) -> Result<(), Refusal> {
    let host = request.header("host").unwrap_or_default();
    let same_origin = request.values("origin").all(|origin| {
        origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"))
            .is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    });
    let same_site = request
        .values("sec-fetch-site")
        .all(|site| site == "same-origin" || site == "none");
    if same_origin && same_site {
        return Ok(());
    }
    let message = bilingual!(
        "다른 출처의 페이지에는 열어 주지 않습니다.",
        "Not open to pages of other origins."
    );
    Err(Refusal {
        status: 403,
        message,
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn status(hosts: &Hosts, lines: &[&str]) -> Option<u16> {
        check(&Request::of(lines), hosts)
            .err()
            .map(|refusal| refusal.status)
    }

    fn host_status(hosts: &Hosts, host: &str) -> Option<u16> {
        status(hosts, &["GET / HTTP/1.1", &format!("Host: {host}")])
    }

    #[test]
    fn only_the_names_of_this_machine_are_answered_to() {
        let hosts = Hosts::new("127.0.0.1", Ipv4Addr::LOCALHOST.into());
        for host in [
            "localhost",
            "LOCALHOST:4400",
            "127.0.0.1:4400",
            "127.0.0.1",
            "[::1]:4400",
            "[::1]",
        ] {
            assert_eq!(host_status(&hosts, host), None, "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:4400",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:",
            "localhost:x",
            "localhost:1:2",
            "localhost@evil.example",
            "192.168.0.5",
            "[::1",
            "[::1]x",
            "::1",
            "",
        ] {
            assert_eq!(host_status(&hosts, host), Some(421), "{host}");
        }
    }

    #[test]
    fn a_server_on_all_addresses_answers_to_addresses_but_not_to_foreign_names() {
        let hosts = Hosts::new("0.0.0.0", Ipv4Addr::UNSPECIFIED.into());
        assert_eq!(host_status(&hosts, "192.168.0.5:4400"), None);
        assert_eq!(host_status(&hosts, "evil.example:4400"), Some(421));
        let named = Hosts::new("Notes.Local", Ipv4Addr::new(192, 168, 0, 5).into());
        assert_eq!(host_status(&named, "notes.local:4400"), None);
    }

    #[test]
    fn other_methods_bodies_and_missing_or_double_hosts_are_refused() {
        let hosts = Hosts::new("127.0.0.1", Ipv4Addr::LOCALHOST.into());
        let host = "Host: localhost";
        assert_eq!(status(&hosts, &["HEAD / HTTP/1.1", host]), None);
        for method in [
            "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "X",
        ] {
            let line = format!("{method} / HTTP/1.1");
            assert_eq!(status(&hosts, &[&line, host]), Some(405), "{method}");
        }
        assert_eq!(
            status(&hosts, &["GET / HTTP/1.1", host, "Content-Length: 3"]),
            Some(413)
        );
        assert_eq!(status(&hosts, &["GET / HTTP/1.1"]), Some(400));
        assert_eq!(status(&hosts, &["GET / HTTP/1.0"]), Some(400));
        assert_eq!(status(&hosts, &["GET / HTTP/1.1", host, host]), Some(400));
    }

    #[test]
    fn the_event_stream_is_for_pages_of_this_origin() {
        let allowed = |extra: &str| {
            let lines = [
                "GET /__notes/events HTTP/1.1",
                "Host: localhost:4400",
                extra,
            ];
            check_origin(&Request::of(&lines)).is_ok()
        };
        assert!(allowed("Accept: text/event-stream"));
        assert!(allowed("Origin: http://localhost:4400"));
        assert!(allowed("Sec-Fetch-Site: same-origin"));
        assert!(!allowed("Origin: http://localhost:3000"));
        assert!(!allowed("Origin: http://evil.example"));
        assert!(!allowed("Origin: null"));
        assert!(!allowed("Sec-Fetch-Site: cross-site"));
        assert!(!allowed("Sec-Fetch-Site: same-site"));
    }
}
