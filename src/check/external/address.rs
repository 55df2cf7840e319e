//! What a link to the web asks for: its address without the fragment, in the form servers see, and its host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::config::CheckConfig;

/// What is to be done about a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Address {
    /// Ask for `key`, a full address, at `host`, with the port where it is not the scheme's.
    Ask { key: String, host: String },
    /// This computer or a private network.
    Local(String),
    /// The owner says so, or a name set aside for examples (RFC 2606, RFC 6761).
    Ignored(String),
    /// No address at all.
    Malformed(String),
}

impl Address {
    pub(super) fn of(destination: &str, config: &CheckConfig) -> Address {
        let patterns = &config.external_ignore;
        if patterns.iter().any(|pattern| matches(pattern, destination)) {
            return Address::Ignored(key(destination));
        }
        let key = key(destination);
        let Some(url) = parse(destination) else {
            return Address::Malformed(key);
        };
        let Some(host) = url.host() else {
            return Address::Malformed(key);
        };
        let name = match &host {
            Host::Domain(name) => name.trim_end_matches('.').to_ascii_lowercase(),
            _ => String::new(),
        };
        let is_under = |domain: &str| {
            name.strip_suffix(domain)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let examples = [
            "example",
            "test",
            "invalid",
            "example.com",
            "example.net",
            "example.org",
        ];
        if examples.iter().any(|domain| is_under(domain)) {
            return Address::Ignored(key);
        }
        let local = match host {
            Host::Domain(_) => {
                let domains = ["localhost", "local", "internal", "home.arpa"];
                domains.iter().any(|domain| is_under(domain)) || !name.contains('.')
            }
            Host::Ipv4(address) => is_local(IpAddr::V4(address)),
            Host::Ipv6(address) => is_local(IpAddr::V6(address)),
        };
        if local && !config.external_local {
            return Address::Local(key);
        }
        Address::Ask {
            key,
            host: host_of(&url),
        }
    }
}

/// Whether a destination leads to the web: `http://`, `https://`, or `//host`.
pub(super) fn is_web(destination: &str) -> bool {
    let destination = destination.trim();
    let starts = |scheme: &str| {
        destination
            .get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    starts("http://") || starts("https://") || destination.starts_with("//")
}

/// The address without its fragment; the destination itself where it is none.
pub(super) fn key(destination: &str) -> String {
    parse(destination).map_or_else(|| destination.to_owned(), String::from)
}

fn parse(destination: &str) -> Option<Url> {
    let destination = destination.trim();
    let mut url = match destination.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("https://{rest}")).ok()?,
        None => Url::parse(destination).ok()?,
    };
    url.set_fragment(None);
    Some(url)
}

/// The host of an address, with the port where it is not the scheme's.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Whether an IP address is this computer's or of a network that is not the internet.
pub(super) fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_local_v4(address),
        IpAddr::V6(address) => {
            let embedded = address.to_ipv4_mapped().or_else(|| nat64(address));
            let [first, ..] = address.segments();
            embedded.is_some_and(is_local_v4)
                || address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                // Unique local (RFC 4193), link-local (RFC 4291).
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
        }
    }
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
        || a == 0
        // Shared by carriers (RFC 6598); benchmarks (RFC 2544); reserved.
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240
}

/// The IPv4 address inside `64:ff9b::/96` (RFC 6052).
fn nat64(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() else {
        return None;
    };
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Some(Ipv4Addr::new(a, b, c, d))
}

/// Whether an address fits a pattern of `external_ignore`: `*` stands for any characters, everything else for itself;
/// without a `*`, the address need only begin so.
fn matches(pattern: &str, address: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| address.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = pattern.rsplit_once('*').map(|(_, last)| last) else {
        return true;
    };
    let mut rest = rest;
    let middle = pattern.matches('*').count() - 1;
    for part in parts.take(middle) {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(destination: &str) -> Address {
        Address::of(destination, &CheckConfig::default())
    }

    #[test]
    fn an_address_is_asked_for_as_servers_see_it_and_without_fragment() {
        let ask = |key: &str, host: &str| Address::Ask {
            key: key.to_owned(),
            host: host.to_owned(),
        };
        assert_eq!(
            of("HTTPS://Docs.Site.kr/한글 문서?q=가#절"),
            ask(
                "https://docs.site.kr/%ED%95%9C%EA%B8%80%20%EB%AC%B8%EC%84%9C?q=%EA%B0%80",
                "docs.site.kr"
            )
        );
        assert_eq!(
            of("//한글.한국:8080"),
            ask(
                "https://xn--bj0bj06e.xn--3e0b707e:8080/",
                "xn--bj0bj06e.xn--3e0b707e:8080"
            )
        );
        assert!(matches!(of("https://"), Address::Malformed(_)));
        assert!(matches!(of("http://[::1"), Address::Malformed(_)));
    }

    #[test]
    fn local_and_example_addresses_are_not_asked() {
        for local in [
            "http://localhost:8080/",
            "http://app.localhost",
            "http://127.0.0.1:3000",
            "http://[::1]/",
            "http://0x7f.1/",
            "http://10.0.0.7/",
            "http://192.168.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[fe80::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[64:ff9b::a00:1]/",
            "http://jenkins/",
            "http://nas.local/",
        ] {
            assert!(matches!(of(local), Address::Local(_)), "{local}");
        }
        for example in [
            "https://example.com/a",
            "https://docs.example.org",
            "http://my.test",
        ] {
            assert!(matches!(of(example), Address::Ignored(_)), "{example}");
        }
        assert!(matches!(of("https://notexample.com"), Address::Ask { .. }));
        assert!(matches!(of("http://8.8.8.8/"), Address::Ask { .. }));
        let config = CheckConfig {
            external_local: true,
            ..CheckConfig::default()
        };
        assert!(matches!(
            Address::of("http://127.0.0.1:1/", &config),
            Address::Ask { .. }
        ));
    }

    #[test]
    fn a_pattern_without_a_star_is_a_beginning_and_with_stars_a_whole() {
        assert!(matches(
            "https://www.linkedin.com/",
            "https://www.linkedin.com/in/x"
        ));
        assert!(!matches(
            "https://www.linkedin.com/",
            "https://linkedin.com/in/x"
        ));
        assert!(matches("https://*.corp.kr/*", "https://wiki.corp.kr/a?b=c"));
        assert!(!matches("https://*.corp.kr/*", "https://corp.kr/a"));
        assert!(matches("*.pdf", "https://a.kr/b.pdf"));
        assert!(!matches("*.pdf", "https://a.kr/b.pdf?x"));
        assert!(matches("*a*a*", "https://a/a"));
        assert!(!matches("*aa", "https://b/a"));
        assert!(matches("*", ""));
    }
}
