//! Opens the site in the author's browser, where there is one.

use std::process::{Command, Stdio};

/// Opens `url` with what the system opens addresses with. Without one, nothing happens: the address is on the screen.
pub(super) fn open(url: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[url])
    } else if cfg!(windows) {
        // The empty argument is the window's title.
        ("cmd", &["/C", "start", "", url])
    } else {
        ("xdg-open", &[url])
    };
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Ok(mut child) = started {
        // Waited for elsewhere, so that no dead process is left.
        let _ = std::thread::Builder::new()
            .name("serve-browser".to_owned())
            .spawn(move || child.wait());
    }
}
