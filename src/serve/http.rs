//! The one file that knows HTTP's bytes and tiny_http: connections in, [`Request`]s out, [`Answer`]s back.
//!
//! tiny_http gives the methods, the status lines and the printing of responses. Its own accept and read loop is not
//! used: it reads heads without any limit of size or time, allocates whatever `Content-Length` a client names (which
//! aborts the process), starts a thread for each connection, stops for good at the first failing `accept`, and drops
//! connections whose headers are not ASCII (a cookie another local tool has set is enough). It is unmaintained, so
//! none of that will be mended. Here every one of those is bounded; see the constants.
//!
//! A connection: 1. wait for a free slot; 2. read a head within its limits; 3. ask the handler; 4. print the answer,
//! or hand the socket over for a stream of events; 5. again, until the client or an error ends it.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Cursor, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tiny_http::{HTTPVersion, Header, Response, StatusCode};

/// Connections answered at once; more wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 128;
/// From this many on, connections are not kept for a next request.
const CROWDED: usize = 96;
/// Bytes of a request line.
const MAX_LINE: usize = 8 * 1024;
/// Bytes of a request line and its headers.
const MAX_HEAD: usize = 32 * 1024;
/// Headers of a request.
const MAX_HEADERS: usize = 100;
/// How long a head may take to arrive, counted from its first byte.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a connection may wait for its next request.
const IDLE_TIME: Duration = Duration::from_secs(5);
/// How long a client may refuse to take the next bytes of an answer.
const WRITE_TIME: Duration = Duration::from_secs(15);

/// The method of a request, as far as we tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Head,
    Other,
}

/// The head of a request. There is never a body: requests that announce one are refused.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    /// The request target as it was sent.
    pub(super) target: String,
    version: HTTPVersion,
    /// Names in lower case, values trimmed; bytes that are not UTF-8 are replaced.
    headers: Vec<(String, String)>,
}

impl Request {
    /// The first value of the header `name` (in lower case).
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of the header `name` (in lower case).
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a body follows, or might (RFC 9112, section 6.3).
    pub(super) fn announces_body(&self) -> bool {
        self.header("transfer-encoding").is_some()
            || self.values("content-length").any(|length| length != "0")
    }

    /// Whether the connection ends with this request.
    fn is_last(&self) -> bool {
        self.version < (1, 1)
            || self
                .values("connection")
                .any(|value| value.to_ascii_lowercase().contains("close"))
    }
}

/// What is sent after the headers.
#[derive(Debug)]
pub(super) enum Body {
    /// Nothing; the length is what a body would have had.
    None(u64),
    /// A range of bytes in memory.
    Bytes(Arc<[u8]>, Range<usize>),
    /// The next bytes of a file, from where it stands.
    File(File, u64),
}

impl Body {
    pub(super) fn text(text: &str) -> Body {
        Body::Bytes(Arc::from(text.as_bytes()), 0..text.len())
    }
}

/// A response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Values are ASCII; another is left out.
    pub(super) headers: Vec<(&'static str, Cow<'static, str>)>,
    pub(super) body: Body,
    /// End the connection, because what follows on it is not a request.
    pub(super) close: bool,
}

/// What a handler makes of a request.
pub(super) enum Outcome {
    Answer(Answer),
    /// The socket is handed over for as long as it takes; nothing has been written to it.
    Stream(Box<dyn FnOnce(TcpStream) + Send>),
}

/// Answers requests, from several threads at once.
pub(super) type Handler = dyn Fn(&Request) -> Outcome + Send + Sync;

/// A running listener; it stops when dropped.
pub(super) struct Listening {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

/// Answers what arrives at `listener` with `handler`.
///
/// # Errors
/// If the listener has no address or no thread can be started.
pub(super) fn listen(listener: TcpListener, handler: Arc<Handler>) -> io::Result<Listening> {
    let address = listener.local_addr()?;
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let accepting = thread::Builder::new()
        .name("serve-accept".to_owned())
        .spawn(move || accept(&listener, &handler, &stopped))?;
    Ok(Listening {
        address,
        stop,
        accepting: Some(accepting),
    })
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // A connection of our own wakes `accept`.
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        let woken = TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
        if let Some(accepting) = self.accepting.take().filter(|_| woken) {
            let _ = accepting.join();
        }
    }
}

fn accept(listener: &TcpListener, handler: &Arc<Handler>, stop: &AtomicBool) {
    let slots = Arc::new(Slots::default());
    loop {
        let slot = slots.take();
        let accepted = listener.accept();
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, or the client has gone again: neither is a reason to stop.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        let handler = Arc::clone(handler);
        // Without a thread the connection is dropped, and with it the closure and its slot.
        let _ = thread::Builder::new()
            .name("serve-connection".to_owned())
            .spawn(move || converse(stream, slot, &*handler));
    }
}

/// How many connections are being answered.
#[derive(Default)]
struct Slots {
    taken: Mutex<usize>,
    freed: Condvar,
}

/// One connection's place.
struct Slot(Arc<Slots>);

impl Slots {
    fn take(self: &Arc<Self>) -> Slot {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken >= MAX_CONNECTIONS {
            taken = self
                .freed
                .wait(taken)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *taken += 1;
        Slot(Arc::clone(self))
    }

    fn crowded(&self) -> bool {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) >= CROWDED
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.freed.notify_one();
    }
}

fn converse(stream: TcpStream, slot: Slot, handler: &Handler) {
    let _ = stream.set_nodelay(true);
    if stream.set_write_timeout(Some(WRITE_TIME)).is_err() {
        return;
    }
    let mut buffer = Vec::new();
    let mut idle = HEAD_TIME;
    loop {
        let request = match read_head(&stream, &mut buffer, idle) {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(status) => {
                let answer = Answer {
                    status,
                    headers: Vec::new(),
                    body: Body::None(0),
                    close: true,
                };
                let _ = print(&stream, answer, &HTTPVersion(1, 1), false);
                return linger(&stream);
            }
        };
        let answer = match handler(&request) {
            Outcome::Answer(answer) => answer,
            Outcome::Stream(stream_to) => {
                drop(slot);
                return stream_to(stream);
            }
        };
        let close = answer.close || request.is_last();
        let head_only = request.method == Method::Head;
        match print(&stream, answer, &request.version, head_only) {
            Ok(true) if !close && !slot.0.crowded() => idle = IDLE_TIME,
            Ok(true) => return linger(&stream),
            Ok(false) | Err(_) => return,
        }
    }
}

/// Reads the next head; what came after it stays in `buffer`. `None` where the client left or stayed silent; an error
/// is the status that says what is wrong with the head.
fn read_head(
    mut stream: &TcpStream,
    buffer: &mut Vec<u8>,
    idle: Duration,
) -> Result<Option<Request>, u16> {
    let mut started = (!buffer.is_empty()).then(Instant::now);
    let mut scanned = 0usize;
    loop {
        // An empty line before the request line is passed over (RFC 9112, section 2.2).
        while buffer.starts_with(b"\r\n") {
            buffer.drain(..2);
            scanned = 0;
        }
        let from = scanned.saturating_sub(3);
        let found = buffer
            .get(from..)
            .and_then(|new| new.windows(4).position(|four| four == b"\r\n\r\n"));
        if let Some(at) = found.filter(|at| from + at <= MAX_HEAD) {
            let rest = buffer.split_off(from + at + 4);
            let head = std::mem::replace(buffer, rest);
            return parse(head.get(..from + at).unwrap_or_default()).map(Some);
        }
        scanned = buffer.len();
        if buffer.len() > MAX_LINE && !buffer[..MAX_LINE].contains(&b'\n') {
            return Err(414);
        }
        if buffer.len() > MAX_HEAD {
            return Err(431);
        }
        let left = match started {
            None => idle,
            Some(at) => HEAD_TIME.saturating_sub(at.elapsed()),
        };
        if left.is_zero() {
            return Err(408);
        }
        if stream.set_read_timeout(Some(left)).is_err() {
            return Ok(None);
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk) {
            Ok(0) => return Ok(None),
            Ok(read) => {
                started.get_or_insert_with(Instant::now);
                buffer.extend_from_slice(chunk.get(..read).unwrap_or_default());
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if started.is_none() {
                    return Ok(None);
                }
            }
            Err(_) => return Ok(None),
        }
    }
}

/// Parses a head without its closing empty line (RFC 9112, sections 3 and 5). An error is the status to answer with.
fn parse(head: &[u8]) -> Result<Request, u16> {
    let mut lines = split_lines(head);
    let line = lines.next().unwrap_or_default();
    if line.len() > MAX_LINE {
        return Err(414);
    }
    let line = std::str::from_utf8(line).map_err(|_| 400u16)?;
    if line.chars().any(char::is_control) {
        return Err(400);
    }
    let mut parts = line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(400);
    };
    let version = match version {
        "HTTP/1.1" => HTTPVersion(1, 1),
        "HTTP/1.0" => HTTPVersion(1, 0),
        other if other.starts_with("HTTP/") => return Err(505),
        _ => return Err(400),
    };
    let method = match method.parse() {
        Ok(tiny_http::Method::Get) => Method::Get,
        Ok(tiny_http::Method::Head) => Method::Head,
        Ok(_) if method.bytes().all(is_token) && !method.is_empty() => Method::Other,
        _ => return Err(400),
    };
    let mut headers = Vec::new();
    for line in lines {
        if headers.len() == MAX_HEADERS {
            return Err(431);
        }
        // A name with a space before its colon and a folded line both smuggle; neither is a token.
        let colon = line.iter().position(|&byte| byte == b':').ok_or(400u16)?;
        let (name, value) = line.split_at(colon);
        if name.is_empty() || !name.iter().copied().all(is_token) {
            return Err(400);
        }
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if value
            .iter()
            .any(|&byte| byte.is_ascii_control() && byte != b'\t')
        {
            return Err(400);
        }
        headers.push((
            String::from_utf8_lossy(name).to_ascii_lowercase(),
            String::from_utf8_lossy(value).into_owned(),
        ));
    }
    Ok(Request {
        method,
        target: target.to_owned(),
        version,
        headers,
    })
}

fn split_lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(head);
    std::iter::from_fn(move || {
        let text = rest?;
        match text.windows(2).position(|two| two == b"\r\n") {
            Some(at) => {
                rest = text.get(at + 2..);
                text.get(..at)
            }
            None => rest.take(),
        }
    })
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Prints `answer`; whether its body came out whole (a file may shrink while it is read).
fn print(
    stream: &TcpStream,
    answer: Answer,
    version: &HTTPVersion,
    head_only: bool,
) -> io::Result<bool> {
    let mut headers: Vec<Header> = Vec::with_capacity(answer.headers.len() + 1);
    headers.extend(Header::from_bytes("Server", "notes"));
    for (name, value) in &answer.headers {
        headers.extend(Header::from_bytes(*name, value.as_bytes()));
    }
    let (mut reader, length): (Box<dyn Read>, u64) = match answer.body {
        Body::None(length) => (Box::new(io::empty()), length),
        Body::Bytes(bytes, range) => {
            let length = range.len() as u64;
            let mut cursor = Cursor::new(bytes);
            cursor.set_position(range.start as u64);
            (Box::new(cursor.take(length)), length)
        }
        Body::File(file, length) => (Box::new(file.take(length)), length),
    };
    let mut sent = 0u64;
    let counted = Counted {
        inner: &mut reader,
        count: &mut sent,
    };
    let mut writer = BufWriter::with_capacity(16 * 1024, stream);
    let length_in_memory = usize::try_from(length).map_err(io::Error::other)?;
    // The request's headers are kept from tiny_http, which would let `TE` choose how the answer is encoded.
    Response::new(
        StatusCode(answer.status),
        headers,
        counted,
        Some(length_in_memory),
        None,
    )
    .with_chunked_threshold(usize::MAX)
    .raw_print(&mut writer, version.clone(), &[], head_only, None)?;
    writer.flush()?;
    Ok(head_only || answer.status == 304 || sent == length)
}

struct Counted<'a> {
    inner: &'a mut dyn Read,
    count: &'a mut u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        *self.count += read as u64;
        Ok(read)
    }
}

/// Closes so that the client can still read the answer: closing over unread bytes would reset the connection.
fn linger(mut stream: &TcpStream) {
    const TIME: Duration = Duration::from_millis(500);
    if stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let started = Instant::now();
    let mut sink = [0; 4096];
    while let Some(left) = TIME
        .checked_sub(started.elapsed())
        .filter(|left| !left.is_zero())
    {
        if stream.set_read_timeout(Some(left)).is_err()
            || !matches!(stream.read(&mut sink), Ok(read) if read > 0)
        {
            return;
        }
    }
}

#[cfg(test)]
impl Request {
    /// A request as the tests of this room write it: the lines of a head.
    pub(super) fn of(lines: &[&str]) -> Request {
        parse(lines.join("\r\n").as_bytes()).expect("a well-formed head")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(head: &str) -> u16 {
        parse(head.as_bytes()).expect_err("refused")
    }

    #[test]
    fn a_head_is_parsed_with_hangul_in_its_target_and_its_cookies() {
        let request = Request::of(&[
            "GET /aws/람다/ HTTP/1.1",
            "Host: localhost:4400",
            "Cookie: 이름=값",
            "X-Empty:",
        ]);
        assert_eq!(request.target, "/aws/람다/");
        assert_eq!(request.header("host"), Some("localhost:4400"));
        assert_eq!(request.header("cookie"), Some("이름=값"));
        assert_eq!(request.header("x-empty"), Some(""));
        assert!(!request.announces_body());
        let not_utf8 = parse(b"GET / HTTP/1.1\r\nCookie: \xbf\xc0").expect("a cookie in CP949");
        assert!(not_utf8.header("cookie").is_some());
    }

    #[test]
    fn a_malformed_head_is_refused() {
        for head in [
            "",
            "GET /",
            "GET  / HTTP/1.1",
            "GET / HTTP/1.1 x",
            "GET / FTP/1.1",
            "G(T / HTTP/1.1",
            "GET /\t HTTP/1.1",
            "GET /\n HTTP/1.1",
            "GET / HTTP/1.1\r\nHost",
            "GET / HTTP/1.1\r\n: x",
            "GET / HTTP/1.1\r\nTransfer-Encoding : chunked",
            "GET / HTTP/1.1\r\nA: b\r\n folded: c",
            "GET / HTTP/1.1\r\nA: b\nTransfer-Encoding: chunked",
        ] {
            assert_eq!(status(head), 400, "{head:?}");
        }
        assert_eq!(status("GET / HTTP/2.0"), 505);
        assert_eq!(
            status(&format!("GET /{} HTTP/1.1", "a".repeat(MAX_LINE))),
            414
        );
        let many = "A: b\r\n".repeat(MAX_HEADERS + 1);
        assert_eq!(
            status(&format!("GET / HTTP/1.1\r\n{}", many.trim_end())),
            431
        );
    }

    #[test]
    fn a_body_is_seen_by_its_announcement() {
        for header in [
            "Content-Length: 1",
            "Content-Length: 18446744073709551615",
            "Content-Length: +0",
            "Content-Length: x",
            "Transfer-Encoding: identity",
        ] {
            let request = Request::of(&["GET / HTTP/1.1", header]);
            assert!(request.announces_body(), "{header}");
        }
        assert!(!Request::of(&["GET / HTTP/1.1", "Content-Length: 0"]).announces_body());
    }
}
