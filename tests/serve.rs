//! The development server from outside: raw bytes over TCP, real file changes, a builder that fails on request.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use notes::bilingual;
use notes::diagnostics::{Diagnostic, Lang, Place, Severity};
use notes::output::{Content, OutputTree};
use notes::serve::{Changes, Options, Rebuilt, ServeError, Server, Stopper};
use tempfile::TempDir;

/// Long enough for a busy machine; nothing waits this long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(30);

const SCRIPT: &str = "console.log(1);";

/// A site on disk and its server. Each note `name.md` is the page `name/`; one that says `오류` is an error, one that
/// says `패닉` a panic of the builder; `*.css` and `*.bin` are copied.
struct Scene {
    root: TempDir,
    address: SocketAddr,
    stopper: Stopper,
    builds: Receiver<Changes>,
    printed: Printed,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("not poisoned")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Printed {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("not poisoned")).into_owned()
    }
}

fn options(root: &Path, watch: bool) -> Options {
    Options {
        root: root.to_owned(),
        host: "127.0.0.1".to_owned(),
        port: 0,
        watch,
        open: false,
        lang: Lang::Ko,
        reload_script: SCRIPT,
        ignored: vec![PathBuf::from("public")],
    }
}

impl Scene {
    fn new(watch: bool, base_path: &'static str, files: &[(&str, &str)]) -> Scene {
        let root = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("written");
        }
        let server = Server::bind(options(root.path(), watch)).expect("a free port");
        let (address, stopper) = (server.address(), server.stopper());
        let (built, builds) = channel();
        let printed = Printed::default();
        let mut out = printed.clone();
        let source = root.path().to_owned();
        let thread = thread::spawn(move || {
            server.run(&mut out, |changes| {
                build(&source, base_path, changes, &built)
            })
        });
        let scene = Scene {
            root,
            address,
            stopper,
            builds,
            printed,
            thread: Some(thread),
        };
        assert_eq!(scene.next_build(), Changes::Everything);
        scene
    }

    fn next_build(&self) -> Changes {
        self.builds.recv_timeout(PATIENCE).expect("a build")
    }

    /// Writes a file at one stroke, so that no build can see a half of it.
    fn write(&self, name: &str, text: &str) {
        let aside = self.root.path().join(".aside");
        std::fs::write(&aside, text).expect("written");
        std::fs::rename(aside, self.root.path().join(name)).expect("renamed");
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        stream
    }

    /// Sends these bytes and reads until the server closes.
    fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // The server may have refused and closed before it has all.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    fn request(&self, method: &str, target: &str, headers: &[&str]) -> Answer {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for header in headers {
            head.push_str(header);
            head.push_str("\r\n");
        }
        head.push_str("Connection: close\r\n\r\n");
        Answer::of(&self.raw(head.as_bytes()))
    }

    fn get(&self, target: &str) -> Answer {
        self.request("GET", target, &[])
    }

    fn events(&self) -> Events {
        let mut stream = self.connect();
        let head = format!(
            "GET /__notes/events HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut lines = BufReader::new(stream);
        let mut line = String::new();
        lines.read_line(&mut line).expect("a status line");
        assert_eq!(line, "HTTP/1.1 200 OK\r\n");
        while line != "\r\n" {
            line.clear();
            lines.read_line(&mut line).expect("a header");
        }
        Events(lines)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !thread::panicking() {
                ended.expect("no panic").expect("no error");
            }
        }
    }
}

fn build(root: &Path, base_path: &str, changes: &Changes, built: &Sender<Changes>) -> Rebuilt {
    let _ = built.send(changes.clone());
    let mut rebuilt = Rebuilt {
        base_path: base_path.to_owned(),
        ..Rebuilt::default()
    };
    rebuilt.tree.insert("404.html".to_owned(), page("없는 쪽"));
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                publish(root, &path, &mut rebuilt);
            }
        }
    }
    rebuilt
}

fn publish(root: &Path, path: &Path, rebuilt: &mut Rebuilt) {
    let name = path.strip_prefix(root).expect("inside");
    let name = name.to_string_lossy().into_owned();
    if name.ends_with(".css") || name.ends_with(".bin") {
        rebuilt.tree.insert(name, Content::File(path.to_owned()));
        return;
    }
    let Some(stem) = name.strip_suffix(".md") else {
        return;
    };
    // A note may be gone by now: a change that comes while a build runs.
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    assert!(!text.contains("패닉"), "as the test asked");
    if let Some(at) = text.find("오류") {
        let place = Place::at(&name, &text, at..at + "오류".len());
        let message = bilingual!("이 글에 오류가 있습니다", "This note has an error");
        let error = Diagnostic::new(Severity::Error, "test", message).at(place);
        rebuilt.diagnostics.push(error);
    }
    let file = match stem {
        "index" => "index.html".to_owned(),
        stem => format!("{stem}/index.html"),
    };
    rebuilt.tree.insert(file, page(&text));
}

fn page(text: &str) -> Content {
    Content::Bytes(Arc::from(format!("<body>{text}</body>").as_bytes()))
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn of(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let (head, body) = bytes.split_at(end.expect("a head") + 4);
        let head = std::str::from_utf8(head).expect("ASCII");
        let mut lines = head.trim_end().split("\r\n");
        let line = lines.next().expect("a status line");
        let status = line.split(' ').nth(1).expect("a status");
        Answer {
            status: status.parse().expect("a number"),
            headers: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: body.to_vec(),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// The next event and its data; heartbeats are passed over.
    fn next(&mut self) -> (String, String) {
        let (mut event, mut data) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).expect("a line");
            assert_ne!(read, 0, "the stream goes on");
            let line = line.trim_end_matches('\n');
            if let Some(name) = line.strip_prefix("event: ") {
                name.clone_into(&mut event);
            } else if let Some(text) = line.strip_prefix("data: ") {
                text.clone_into(&mut data);
            } else if line.is_empty() && !event.is_empty() {
                return (event, data);
            }
        }
    }

    fn next_name(&mut self) -> String {
        self.next().0
    }
}

#[test]
fn pages_attachments_and_missing_pages_are_answered() {
    let files = [
        ("index.md", "첫 쪽"),
        ("aws/람다.md", "람다 글"),
        ("a.bin", "0123456789"),
    ];
    let scene = Scene::new(false, "", &files);
    let home = scene.get("/?q=1");
    assert_eq!((home.status, home.text()), (200, "<body>첫 쪽</body>"));
    assert_eq!(home.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(home.header("cache-control"), "no-cache");
    assert_eq!(home.header("x-content-type-options"), "nosniff");
    assert_eq!(home.header("access-control-allow-origin"), "");
    assert_eq!(scene.get("/aws/람다/").text(), "<body>람다 글</body>");
    let moved = scene.get("/aws/%EB%9E%8C%EB%8B%A4");
    assert_eq!(moved.status, 301);
    assert_eq!(moved.header("location"), "/aws/%EB%9E%8C%EB%8B%A4/");
    let missing = scene.get("/없음/");
    assert_eq!(
        (missing.status, missing.text()),
        (404, "<body>없는 쪽</body>")
    );
    assert_eq!(scene.get("/__notes/events").status, 404);
    assert_eq!(scene.get("/__notes/reload.js").status, 404);

    let part = scene.request("GET", "/a.bin", &["Range: bytes=-3"]);
    assert_eq!((part.status, part.text()), (206, "789"));
    assert_eq!(part.header("content-range"), "bytes 7-9/10");
    let outside = scene.request("GET", "/a.bin", &["Range: bytes=10-"]);
    assert_eq!(outside.status, 416);
    for target in ["/", "/a.bin"] {
        let whole = scene.get(target);
        let head = scene.request("HEAD", target, &[]);
        assert_eq!((head.status, head.text()), (200, ""));
        assert_eq!(head.header("content-length"), whole.body.len().to_string());
        let known = format!("If-None-Match: {}", whole.header("etag"));
        let same = scene.request("GET", target, &[&known]);
        assert_eq!((same.status, same.text()), (304, ""));
    }
    // A file that has gone from the disk since it was built.
    std::fs::remove_file(scene.root.path().join("a.bin")).expect("removed");
    assert_eq!(scene.get("/a.bin").status, 404);
    let printed = scene.printed.text();
    let told = format!(
        "http://{}/ 에서 볼 수 있습니다. 끝내려면 Ctrl+C를 누르세요.\n",
        scene.address
    );
    assert!(printed.contains(&told), "{printed}");
}

#[test]
fn a_site_under_a_sub_path_is_served_under_it() {
    let scene = Scene::new(false, "/sub/", &[("index.md", "첫 쪽")]);
    let moved = scene.get("/");
    assert_eq!((moved.status, moved.header("location")), (301, "/sub/"));
    assert_eq!(scene.get("/sub/").text(), "<body>첫 쪽</body>");
    assert_eq!(scene.get("/index.html").status, 404);
}

#[test]
fn hostile_requests_are_refused_and_the_server_lives_on() {
    let scene = Scene::new(true, "", &[("index.md", "첫 쪽"), ("notes.toml", "비밀")]);
    let host = format!("Host: {}", scene.address);
    let long = "a".repeat(10_000);
    let many = "A: b\r\n".repeat(200);
    let endless = "b".repeat(40_000);
    let secret = "비밀".as_bytes();
    for (head, status) in [
        (format!("GET /../notes.toml HTTP/1.1\r\n{host}"), 400),
        (format!("GET /%2e%2e/notes.toml HTTP/1.1\r\n{host}"), 400),
        (format!("GET //etc/passwd HTTP/1.1\r\n{host}"), 400),
        (format!("GET /..\\notes.toml HTTP/1.1\r\n{host}"), 400),
        (format!("GET /%00 HTTP/1.1\r\n{host}"), 400),
        (format!("GET http://evil.example/ HTTP/1.1\r\n{host}"), 400),
        (format!("GET /notes.toml HTTP/1.0\r\n{host}"), 404),
        ("GET / HTTP/1.1\r\nHost: evil.example".to_owned(), 421),
        ("GET / HTTP/1.1\r\nX: y".to_owned(), 400),
        (
            format!("POST / HTTP/1.1\r\n{host}\r\nContent-Length: 2"),
            405,
        ),
        (
            format!("GET / HTTP/1.1\r\n{host}\r\nContent-Length: 18446744073709551615"),
            413,
        ),
        (
            format!("GET / HTTP/1.1\r\n{host}\r\nTransfer-Encoding: chunked"),
            413,
        ),
        (format!("GET /{long} HTTP/1.1\r\n{host}"), 414),
        (format!("GET / HTTP/1.1\r\n{host}\r\n{many}X: y"), 431),
        (format!("GET / HTTP/1.1\r\n{host}\r\nA: {endless}"), 431),
        (
            format!("GET /__notes/events HTTP/1.1\r\n{host}\r\nOrigin: http://evil.example"),
            403,
        ),
        ("\u{16}\u{3}\u{1} TLS".to_owned(), 400),
        ("GET / HTTP/3.0\r\nX: y".to_owned(), 505),
    ] {
        let answer = scene.raw(format!("{head}\r\n\r\n").as_bytes());
        let shown: String = head.chars().take(60).collect();
        assert_eq!(Answer::of(&answer).status, status, "{shown}");
        let leaked = answer.windows(secret.len()).any(|part| part == secret);
        assert!(!leaked, "{shown}");
    }
    // A line that never ends is cut off while it is still being sent.
    let mut stream = scene.connect();
    let sent = (0..1_000_000).take_while(|_| stream.write_all(&[b'a'; 1024]).is_ok());
    assert!(sent.count() < 1_000_000);
    assert_eq!(scene.get("/").status, 200);
}

#[test]
fn one_connection_may_ask_again_and_ahead() {
    let scene = Scene::new(false, "", &[("index.md", "첫 쪽"), ("b.md", "둘째")]);
    let host = format!("Host: {}", scene.address);
    let heads = format!(
        "GET / HTTP/1.1\r\n{host}\r\n\r\nHEAD /b/ HTTP/1.1\r\n{host}\r\n\r\n\
         GET /b/ HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n"
    );
    let answers = scene.raw(heads.as_bytes());
    let text = String::from_utf8(answers).expect("UTF-8");
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 3);
    assert_eq!(text.matches("둘째").count(), 1);
    assert!(text.ends_with("<body>둘째</body>"));
}

#[test]
fn clients_that_stall_do_not_keep_others_waiting() {
    let large = "가".repeat(5_000_000);
    let scene = Scene::new(false, "", &[("index.md", "첫 쪽"), ("a.bin", &large)]);
    let head = format!("GET /a.bin HTTP/1.1\r\nHost: {}\r\n", scene.address);
    let open = |end: &str| {
        let mut stream = scene.connect();
        stream
            .write_all(format!("{head}{end}").as_bytes())
            .expect("sent");
        stream
    };
    // Half of them do not end their request, half do not read the answer.
    let mut slow_to_ask: Vec<_> = (0..20).map(|_| open("")).collect();
    let mut slow_to_read: Vec<_> = (0..20).map(|_| open("Connection: close\r\n\r\n")).collect();
    assert_eq!(scene.get("/").status, 200);
    // They were still stalled while another was answered: each is answered now.
    for stream in &mut slow_to_ask {
        stream
            .write_all(b"Connection: close\r\n\r\n")
            .expect("sent");
    }
    for stream in slow_to_ask.iter_mut().chain(&mut slow_to_read) {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        assert_eq!(Answer::of(&answer).body.len(), large.len());
    }
}

#[test]
fn a_client_that_leaves_in_the_middle_harms_nothing() {
    let scene = Scene::new(false, "", &[("index.md", "첫 쪽")]);
    for part in ["", "GET", "GET / HTTP/1.1\r\nHo"] {
        let mut stream = scene.connect();
        stream.write_all(part.as_bytes()).expect("sent");
        stream.shutdown(Shutdown::Both).expect("left");
    }
    assert_eq!(scene.get("/").status, 200);
}

#[test]
fn a_changed_note_reloads_the_browser_and_a_style_sheet_is_swapped() {
    let files = [("content/index.md", "첫 쪽"), ("themes/a.css", "a{}")];
    let scene = Scene::new(true, "", &files);
    let page = scene.get("/content/index/").text().to_owned();
    let script = "<script type=\"module\" src=\"/__notes/reload.js\" data-notes-build=\"";
    let build = page.split_once(script).expect("the script").1;
    let build = build.split_once('"').expect("the end of it").0;
    let module = scene.get("/__notes/reload.js");
    assert_eq!(module.text(), SCRIPT);
    let media_type = "text/javascript; charset=utf-8";
    assert_eq!(module.header("content-type"), media_type);
    let mut events = scene.events();
    assert_eq!(events.next(), ("hello".to_owned(), build.to_owned()));

    scene.write("content/index.md", "고친 쪽");
    assert_eq!(events.next_name(), "reload");
    let note = Changes::Paths([PathBuf::from("content/index.md")].into());
    assert_eq!(scene.next_build(), note);
    assert!(scene.get("/content/index/").text().contains("고친 쪽"));

    scene.write("themes/a.css", "a{color:red}");
    assert_eq!(events.next_name(), "css");
    assert_eq!(scene.get("/themes/a.css").text(), "a{color:red}");
    scene.next_build();

    // What changes nothing reloads nothing: the next event is that of the change after, a new folder's.
    scene.write("content/index.md", "고친 쪽");
    assert_eq!(scene.next_build(), note);
    scene.write("content/.index.md.swp", "스왑");
    std::fs::create_dir(scene.root.path().join("새 폴더")).expect("made");
    scene.write("새 폴더/글.md", "새 글");
    assert_eq!(events.next_name(), "reload");
    scene.write("새 폴더/글.md", "고친 새 글");
    assert_eq!(events.next_name(), "reload");
    let page = scene.get("/새%20폴더/글/");
    assert!(page.text().contains("고친 새 글"));

    // An editor that writes beside and renames, and a note that goes.
    let content = scene.root.path().join("content");
    scene.write("content/index.md~", "갈아 끼운 쪽");
    std::fs::rename(content.join("index.md~"), content.join("index.md")).expect("renamed");
    assert_eq!(events.next_name(), "reload");
    let page = scene.get("/content/index/");
    assert!(page.text().contains("갈아 끼운 쪽"));
    std::fs::remove_file(content.join("index.md")).expect("removed");
    assert_eq!(events.next_name(), "reload");
    assert_eq!(scene.get("/content/index/").status, 404);
}

#[test]
fn files_that_change_together_are_built_together() {
    let scene = Scene::new(true, "", &[("content/index.md", "첫 쪽")]);
    let mut events = scene.events();
    assert_eq!(events.next_name(), "hello");
    for i in 0..200 {
        scene.write(&format!("content/{i}.md"), "글");
    }
    assert_eq!(events.next_name(), "reload");
    let (mut named, mut builds) = (0, 0);
    while named < 200 {
        named += scene.next_build().len();
        builds += 1;
    }
    // One, unless this machine halts between two writes.
    assert!(builds < 20, "{builds} builds");
}

#[test]
fn a_broken_note_shows_where_and_keeps_the_last_good_site() {
    let scene = Scene::new(true, "", &[("index.md", "첫 쪽")]);
    let mut events = scene.events();
    assert_eq!(events.next_name(), "hello");
    scene.write("index.md", "첫 줄\n둘째 오류 <b>");
    let (event, data) = events.next();
    assert_eq!(event, "error");
    let problem: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    let expected = serde_json::json!({
        "message": "이 글에 오류가 있습니다", "file": "index.md", "line": 2, "column": 4,
        "source_line": "둘째 오류 <b>",
    });
    assert_eq!(problem, expected);
    assert!(scene.get("/").text().contains("첫 쪽"));
    let mut late = scene.events();
    assert_eq!(late.next_name(), "hello");
    assert_eq!(late.next(), ("error".to_owned(), data));

    scene.write("index.md", "패닉");
    let (event, data) = events.next();
    assert_eq!(event, "error");
    assert!(data.contains("notes 안에서"), "{data}");
    assert!(scene.get("/").text().contains("첫 쪽"));

    scene.write("index.md", "고친 쪽");
    assert_eq!(events.next_name(), "ok");
    assert_eq!(events.next_name(), "reload");
    assert!(scene.get("/").text().contains("고친 쪽"));
    assert!(scene.printed.text().contains("index.md:2:4"));
}

#[test]
fn a_first_build_with_an_error_serves_what_there_is_and_the_overlay() {
    let scene = Scene::new(true, "", &[("index.md", "오류"), ("b.md", "둘째")]);
    assert!(scene.get("/b/").text().contains("둘째"));
    let mut events = scene.events();
    assert_eq!(events.next_name(), "hello");
    assert_eq!(events.next_name(), "error");
    scene.write("index.md", "고친 쪽");
    assert_eq!(events.next_name(), "ok");
    assert_eq!(events.next_name(), "reload");
}

#[test]
fn a_taken_port_makes_way_for_the_next_free_one() {
    let root = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let mut options = options(root.path(), false);
    options.port = port;
    let server = Server::bind(options).expect("another port");
    let found = server.address().port();
    assert!(found > port && found <= port + 20, "{port} {found}");
    let printed = Printed::default();
    server.stopper().stop();
    let rebuilt = Rebuilt {
        tree: OutputTree::new(),
        ..Rebuilt::default()
    };
    server
        .run(&mut printed.clone(), |_| rebuilt.clone())
        .expect("served");
    let told = format!("{port}번 포트는 이미 쓰이고 있어 {found}번 포트를 씁니다.");
    assert!(printed.text().contains(&told), "{}", printed.text());
}

#[test]
fn a_host_that_is_not_here_is_an_error_with_advice() {
    let root = tempfile::tempdir().expect("a folder");
    let mut options = options(root.path(), false);
    options.host = "192.0.2.1".to_owned();
    let error = Server::bind(options).expect_err("not an address of this machine");
    let shown = error.diagnostic().render(Lang::Ko);
    let start = "오류[listen]: `192.0.2.1:0`에서 서버를 열 수 없습니다: ";
    assert!(shown.starts_with(start), "{shown}");
    assert!(shown.contains("--host"), "{shown}");
}
