//! Where commands speak: results on standard output, everything else on standard error. A reader that has gone away
//! (`notes check | head`) ends the talk, not the program.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::diagnostics::{Bilingual, Lang};
use crate::progress::{Progress, Stage};

/// The user's terminal, pipe or log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    pub(super) lang: Lang,
    pub(super) quiet: bool,
}

impl Terminal {
    pub(super) fn new(lang: Lang, quiet: bool) -> Self {
        Terminal { lang, quiet }
    }

    /// Writes a result to standard output; `false` once nobody reads it.
    pub(super) fn print(&self, text: &str) -> bool {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .is_ok()
    }

    /// Writes to standard error. Control characters from file names and notes cannot command the terminal.
    pub(super) fn tell(&self, text: &str) {
        let _ = io::stderr().lock().write_all(harmless(text).as_bytes());
    }

    /// A line on standard error for whoever watches.
    pub(super) fn note(&self, message: &Bilingual) {
        if !self.quiet {
            self.tell(&format!("{}\n", message.get(self.lang)));
        }
    }

    /// A line on standard output that says what was done.
    pub(super) fn done(&self, message: &Bilingual) {
        if !self.quiet {
            self.print(&harmless(&format!("{}\n", message.get(self.lang))));
        }
    }

    /// A progress display fit for this terminal.
    pub(super) fn progress(&self) -> Display {
        let mode = if self.quiet {
            Mode::Silent
        } else if io::stderr().is_terminal() {
            Mode::Bar(Mutex::new(None))
        } else {
            Mode::Lines
        };
        Display {
            lang: self.lang,
            mode,
        }
    }
}

/// The text with control characters but line breaks and tabs made visible.
pub(super) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' && c != '\t' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Shows a build's progress: a bar on a terminal, a line for each stage elsewhere.
pub(super) struct Display {
    lang: Lang,
    mode: Mode,
}

enum Mode {
    Silent,
    Lines,
    Bar(Mutex<Option<ProgressBar>>),
}

impl Display {
    /// Clears the bar.
    pub(super) fn finish(&self) {
        if let Some(bar) = self.swap(None) {
            bar.finish_and_clear();
        }
    }

    fn swap(&self, new: Option<ProgressBar>) -> Option<ProgressBar> {
        match &self.mode {
            Mode::Bar(bar) => {
                std::mem::replace(&mut *bar.lock().unwrap_or_else(|e| e.into_inner()), new)
            }
            _ => None,
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Progress for Display {
    fn enter(&self, stage: Stage, steps: usize) {
        let name = stage.name();
        let name = name.get(self.lang).to_owned();
        match &self.mode {
            Mode::Silent => {}
            Mode::Lines => {
                let count = if steps > 0 {
                    format!(" {steps}")
                } else {
                    String::new()
                };
                let _ = writeln!(io::stderr().lock(), "· {name}{count}");
            }
            Mode::Bar(_) => {
                self.finish();
                let bar = if steps > 0 {
                    ProgressBar::new(steps as u64)
                } else {
                    ProgressBar::new_spinner()
                };
                let template = if steps > 0 {
                    "{prefix} {wide_bar} {pos}/{len}"
                } else {
                    "{spinner} {prefix}"
                };
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style);
                }
                bar.set_prefix(name);
                bar.enable_steady_tick(Duration::from_millis(120));
                self.swap(Some(bar));
            }
        }
    }

    fn step(&self) {
        if let Mode::Bar(bar) = &self.mode
            && let Some(bar) = &*bar.lock().unwrap_or_else(|e| e.into_inner())
        {
            bar.inc(1);
        }
    }
}
