//! The development server: the same pipeline kept warm, fed by notify, answered by tiny_http on loopback.
//!
//! 1. [`Server::bind`] takes a free port; [`Server::run`] builds, serves from memory, and rebuilds on changes.
//! 2. [`http`] reads requests within limits, [`guard`] refuses strangers, [`path`] finds the file, [`answer`] sends it.
//! 3. [`watch`] turns file events into rebuilds; [`site`] tells what a rebuild changed; [`events`] tells the browser.
//!
//! A build with an error changes nothing but the overlay: the last good site stays.

mod answer;
mod browser;
mod events;
mod guard;
mod http;
mod path;
mod site;
mod watch;

use std::io::{self, ErrorKind, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use percent_encoding::{CONTROLS, utf8_percent_encode};

use self::answer::Style;
use self::events::{Broadcaster, Event, Problem};
use self::guard::Hosts;
use self::http::{Method, Outcome, Request};
use self::site::{Difference, Site};
pub use self::watch::Changes;
use self::watch::{Coalescer, Watching};
use crate::bilingual;
use crate::diagnostics::{Bilingual, Diagnostic, Lang, Severity};
use crate::output::OutputTree;

/// Where the server keeps what is its own and not the site's.
const OWN: &str = "/__notes/";
/// The name of the reload script in there.
const RELOAD_SCRIPT: &str = "reload.js";
/// How many ports after a taken one are tried.
const MORE_PORTS: u16 = 20;

/// How to serve a site.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site's folder, which is watched.
    pub root: PathBuf,
    /// The host name or address to listen on; anything but a loopback address is warned of.
    pub host: String,
    /// The port to listen on, or the first free one of the 20 after it; 0 for any.
    pub port: u16,
    /// Rebuild when files change, and reload the browser.
    pub watch: bool,
    /// Open the browser.
    pub open: bool,
    /// The language of messages.
    pub lang: Lang,
    /// The browser's side of live reload, a module that imports nothing. It is served and added to pages with `watch`
    /// only; the published site has none of it.
    pub reload_script: &'static str,
    /// Paths whose changes mean nothing, absolute or relative to `root`: where the site is published. `public/`,
    /// `target/`, hidden folders and editors' temporary files need not be named.
    pub ignored: Vec<PathBuf>,
}

/// What a build made.
#[derive(Debug, Clone, Default)]
pub struct Rebuilt {
    /// The published files.
    pub tree: OutputTree,
    /// What went wrong. With an error among them, `tree` is served only while there is nothing better.
    pub diagnostics: Vec<Diagnostic>,
    /// The path the site lies under, as in its `base_url`: `/`, `/sub/`. Empty is `/`.
    pub base_path: String,
}

/// Why a site cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// No address, or none that can be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Host and port as they were asked for.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The port and all tried after it are taken.
    #[error("ports {first} to {last} are taken")]
    PortsTaken {
        /// The port that was asked for.
        first: u16,
        /// The last one that was tried.
        last: u16,
    },
    /// The site's folder cannot be watched.
    #[error("cannot watch {root}: {source}")]
    Watch {
        /// The site's folder.
        root: PathBuf,
        /// What the system said.
        source: notify::Error,
    },
}

impl ServeError {
    /// The error for the person at the terminal.
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, message, hint) = match self {
            ServeError::Listen { address, source } => (
                "listen",
                bilingual!(
                    "`{address}`에서 서버를 열 수 없습니다: {source}",
                    "Cannot listen on `{address}`: {source}"
                ),
                bilingual!(
                    "`--host`와 `--port`를 확인하세요.",
                    "Check `--host` and `--port`."
                ),
            ),
            ServeError::PortsTaken { first, last } => (
                "ports-taken",
                bilingual!(
                    "포트 {first}번부터 {last}번까지 모두 쓰이고 있습니다.",
                    "Ports {first} to {last} are all taken."
                ),
                bilingual!(
                    "`--port`로 다른 포트를 고르세요.",
                    "Choose another port with `--port`."
                ),
            ),
            ServeError::Watch { root, source } => {
                let root = root.display();
                (
                    "watch",
                    bilingual!(
                        "`{root}` 폴더의 변경을 지켜볼 수 없습니다: {source}",
                        "Cannot watch the folder `{root}`: {source}"
                    ),
                    bilingual!(
                        "`--watch` 없이 실행할 수 있습니다.",
                        "It can be served without `--watch`."
                    ),
                )
            }
        };
        Diagnostic::new(Severity::Error, code, message).hint(hint)
    }
}

/// A server that has its port, and listens once it runs.
#[derive(Debug)]
pub struct Server {
    options: Options,
    listener: TcpListener,
    address: SocketAddr,
    signals: (Sender<Signal>, Receiver<Signal>),
}

#[derive(Debug)]
enum Signal {
    File(notify::Result<notify::Event>),
    Stop,
}

/// Ends a running [`Server`] from another thread.
#[derive(Debug, Clone)]
pub struct Stopper(Sender<Signal>);

impl Stopper {
    /// Makes [`Server::run`] return.
    pub fn stop(&self) {
        let _ = self.0.send(Signal::Stop);
    }
}

/// Builds a site with `build`, serves it, and never returns but with an error. What happens is written to `out`.
///
/// # Errors
/// A [`ServeError`] if there is no port to listen on or the site's folder cannot be watched.
pub fn run(
    options: Options,
    out: &mut dyn Write,
    build: impl FnMut(&Changes) -> Rebuilt,
) -> Result<(), ServeError> {
    Server::bind(options)?.run(out, build)
}

/// What the threads of the server share.
#[derive(Debug, Default)]
struct Shared {
    site: RwLock<Arc<Site>>,
    pages: Broadcaster,
}

impl Shared {
    fn site(&self) -> Arc<Site> {
        Arc::clone(&self.site.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn serve(&self, site: Site) {
        self.pages.serving(site.id());
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(site);
    }
}

impl Server {
    /// Takes the first free port from the one in `options` on.
    ///
    /// # Errors
    /// If the host has no address here, or no port is free.
    pub fn bind(options: Options) -> Result<Server, ServeError> {
        let last = match options.port {
            0 => 0,
            port => port.saturating_add(MORE_PORTS),
        };
        for port in options.port..=last {
            let bound = addresses(&options.host, port)
                .and_then(|addresses| TcpListener::bind(addresses.as_slice()))
                .and_then(|listener| Ok((listener.local_addr()?, listener)));
            match bound {
                Ok((address, listener)) => {
                    return Ok(Server {
                        options,
                        listener,
                        address,
                        signals: channel(),
                    });
                }
                Err(error) if error.kind() == ErrorKind::AddrInUse && port != 0 => {}
                Err(source) => {
                    let address = format!("{}:{port}", options.host);
                    return Err(ServeError::Listen { address, source });
                }
            }
        }
        Err(ServeError::PortsTaken {
            first: options.port,
            last,
        })
    }

    /// The address that is listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A handle that ends [`Server::run`].
    pub fn stopper(&self) -> Stopper {
        Stopper(self.signals.0.clone())
    }

    /// Builds the site with `build` and serves it until stopped. With [`Options::watch`], `build` is called again for
    /// every change, never twice at once; a panic in it counts as a failed build. What happens is written to `out`.
    ///
    /// # Errors
    /// If the site's folder cannot be watched, or no thread can be started.
    pub fn run(
        self,
        out: &mut dyn Write,
        mut build: impl FnMut(&Changes) -> Rebuilt,
    ) -> Result<(), ServeError> {
        let Server {
            mut options,
            listener,
            address,
            signals: (sender, signals),
        } = self;
        options.root = options.root.canonicalize().unwrap_or(options.root);
        let ignored: Vec<_> = options
            .ignored
            .iter()
            .filter_map(|path| {
                options
                    .root
                    .join(path)
                    .strip_prefix(&options.root)
                    .ok()
                    .map(PathBuf::from)
            })
            .collect();
        // Watched before the first build, so that nothing is missed while it runs.
        let watching = if options.watch {
            let forward = || {
                let sender = sender.clone();
                move |event| {
                    let _ = sender.send(Signal::File(event));
                }
            };
            let watching = Watching::start(&options.root, &ignored, forward);
            Some(watching.map_err(|source| ServeError::Watch {
                root: options.root.clone(),
                source,
            })?)
        } else {
            None
        };
        let shared = Arc::new(Shared::default());
        let mut session = Session {
            lang: options.lang,
            shared: Arc::clone(&shared),
            good: false,
            failed: false,
            known: Vec::new(),
            out,
        };
        session.build(&Changes::Everything, &mut build);
        let handler = handler(&options, Hosts::new(&options.host, address.ip()), shared);
        let _listening = http::listen(listener, handler).map_err(|source| ServeError::Listen {
            address: address.to_string(),
            source,
        })?;
        session.announce(
            &options,
            address,
            watching.as_ref().is_some_and(|watching| watching.polling),
        );
        let coalescer = Coalescer::new(options.root, ignored);
        session.follow(&signals, watching, coalescer, &mut build);
        Ok(())
    }
}

/// IPv4 first: what is bound is the first that can be.
fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    let mut addresses: Vec<_> = (host, port).to_socket_addrs()?.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    Ok(addresses)
}

/// What is done with a request.
fn handler(options: &Options, hosts: Hosts, shared: Arc<Shared>) -> Arc<http::Handler> {
    let reload_script = options.reload_script;
    let style = Style {
        lang: options.lang,
        script: options.watch.then(|| format!("{OWN}{RELOAD_SCRIPT}")),
    };
    let watch = options.watch;
    Arc::new(move |request: &Request| {
        let refused = |refusal| Outcome::Answer(answer::refused(&refusal, style.lang));
        if let Err(refusal) = guard::check(request, &hosts) {
            return refused(refusal);
        }
        let own = request.target.strip_prefix(OWN).filter(|_| watch);
        if own == Some("events") && request.method == Method::Get {
            if let Err(refusal) = guard::check_origin(request) {
                return refused(refusal);
            }
            let events = shared.pages.listen();
            return Outcome::Stream(Box::new(move |stream| events::stream(&events, stream)));
        }
        if own == Some(RELOAD_SCRIPT) {
            return Outcome::Answer(answer::script(reload_script));
        }
        Outcome::Answer(answer::answer(&shared.site(), &style, request))
    })
}

/// A running server, from build to build.
struct Session<'a> {
    lang: Lang,
    shared: Arc<Shared>,
    /// Whether what is served was built without an error.
    good: bool,
    /// Whether the last build had an error.
    failed: bool,
    /// The diagnostics of the last build, which are not told again.
    known: Vec<Diagnostic>,
    out: &'a mut dyn Write,
}

impl Session<'_> {
    fn say(&mut self, message: &Bilingual) {
        // A closed terminal is no reason to stop serving.
        let _ = writeln!(self.out, "{}", message.get(self.lang));
        let _ = self.out.flush();
    }

    fn announce(&mut self, options: &Options, address: SocketAddr, polling: bool) {
        let port = address.port();
        let asked = options.port;
        if asked != 0 && asked != port {
            self.say(&bilingual!(
                "{asked}번 포트는 이미 쓰이고 있어 {port}번 포트를 씁니다.",
                "Port {asked} is taken; using port {port}."
            ));
        }
        if !address.ip().is_loopback() {
            self.say(&bilingual!(
                "주의: 같은 네트워크의 다른 사람도 이 사이트를 볼 수 있습니다.",
                "Caution: others on your network can see this site."
            ));
        }
        if polling {
            self.say(&bilingual!(
                "이 폴더는 운영 체제가 변경을 알려 주지 못해 1초마다 확인합니다.",
                "The system cannot watch this folder; it is looked through every second."
            ));
        }
        let url = url(address, self.shared.site().base());
        self.say(&bilingual!(
            "{url} 에서 볼 수 있습니다. 끝내려면 Ctrl+C를 누르세요.",
            "Serving at {url} – press Ctrl+C to stop."
        ));
        if options.open {
            browser::open(&url);
        }
    }

    /// Waits for changes and rebuilds, until stopped. What changes during a build waits for the next.
    fn follow(
        &mut self,
        signals: &Receiver<Signal>,
        mut watching: Option<Watching>,
        mut coalescer: Coalescer,
        build: &mut dyn FnMut(&Changes) -> Rebuilt,
    ) {
        loop {
            let now = Instant::now();
            let due = coalescer.due();
            if due.is_some_and(|due| due <= now) {
                let changes = coalescer.take();
                self.build(&changes, build);
                continue;
            }
            // With nothing to wait for, any long time will do.
            let left = due.map_or(Duration::from_secs(3600), |due| {
                due.saturating_duration_since(now)
            });
            match signals.recv_timeout(left) {
                Ok(Signal::File(event)) => {
                    let now = Instant::now();
                    coalescer.push(&event, now);
                    if watching
                        .as_mut()
                        .is_some_and(|watching| watching.follow(&event))
                    {
                        coalescer.push_everything(now);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn build(&mut self, changes: &Changes, build: &mut dyn FnMut(&Changes) -> Rebuilt) {
        let started = Instant::now();
        let rebuilt = catch_unwind(AssertUnwindSafe(|| build(changes))).unwrap_or_else(|_| {
            let message = bilingual!(
                "사이트를 만들다가 notes 안에서 문제가 생겼습니다.",
                "Something went wrong inside notes while building."
            );
            Rebuilt {
                diagnostics: vec![Diagnostic::new(Severity::Error, "internal", message)],
                ..Rebuilt::default()
            }
        });
        self.tell(&rebuilt.diagnostics);
        let problem = Problem::first(&rebuilt.diagnostics, self.lang);
        if let Some(problem) = problem {
            if !self.good {
                // Nothing better to show: what could be built.
                let previous = self.shared.site();
                self.shared
                    .serve(Site::new(rebuilt.tree, &rebuilt.base_path, &previous));
            } else {
                self.say(&bilingual!(
                    "고칠 때까지 마지막으로 잘 만든 사이트를 보여 줍니다.",
                    "The last good site is served until this is mended."
                ));
            }
            self.failed = true;
            self.shared.pages.send(Event::Error(&problem));
            return;
        }
        let previous = self.shared.site();
        let site = Site::new(rebuilt.tree, &rebuilt.base_path, &previous);
        let difference = site.difference(&previous);
        let changed = site.count_changes(&previous);
        self.shared.serve(site);
        if std::mem::take(&mut self.failed) {
            self.shared.pages.send(Event::Ok);
        }
        self.good = true;
        match difference {
            Difference::Nothing => {}
            Difference::Styles => self.shared.pages.send(Event::Css),
            Difference::Pages => self.shared.pages.send(Event::Reload),
        }
        // Of the first build the address tells.
        if !previous.base().is_empty() {
            let seconds = started.elapsed().as_secs_f64();
            self.say(&bilingual!(
                "다시 만들었습니다: 파일 {changed}개 바뀜 ({seconds:.2}초)",
                "Rebuilt: {changed} files changed ({seconds:.2} s)"
            ));
        }
    }

    /// Prints the diagnostics that the last build did not have, and all errors.
    fn tell(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            if diagnostic.severity == Severity::Error || !self.known.contains(diagnostic) {
                let _ = writeln!(self.out, "{}", diagnostic.render(self.lang));
            }
        }
        self.known = diagnostics.to_vec();
    }
}

/// The address to open in a browser. A server on all addresses is reached by the loopback one.
fn url(address: SocketAddr, base: &str) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    let base = utf8_percent_encode(base, CONTROLS);
    format!("http://{host}:{}{base}", address.port())
}
