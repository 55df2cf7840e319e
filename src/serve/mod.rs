//! The development server: the same pipeline kept warm, fed by notify, answered by tiny_http on loopback.

use std::net::IpAddr;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Failure, Lang, Severity};
use crate::source::Project;

/// What the server is asked for.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Rebuild and reload when notes change.
    pub watch: bool,
    /// Address to listen at.
    pub host: IpAddr,
    /// Port to listen at.
    pub port: u16,
    /// Open the browser.
    pub open: bool,
    /// Include drafts.
    pub drafts: bool,
    /// Language of messages.
    pub lang: Lang,
    /// Show nothing but errors.
    pub quiet: bool,
}

/// Serves the site until the process is stopped.
///
/// # Errors
/// Where the address cannot be listened at.
pub fn run(_project: Project, _options: &ServeOptions) -> Result<(), Failure> {
    // STAND-IN until the server lands.
    let message = bilingual!(
        "서버는 아직 이어지지 않았습니다.",
        "The server is not wired yet."
    );
    Err(Failure::usage(Diagnostic::new(
        Severity::Error,
        "not-wired",
        message,
    )))
}
