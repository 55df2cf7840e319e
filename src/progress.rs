//! How a build tells whoever waits for it where it is. The pipeline reports; what is shown is the caller's affair.

use crate::bilingual;
use crate::diagnostics::Bilingual;

/// A stage of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading and decoding the notes.
    Read,
    /// Markdown to HTML.
    Parse,
    /// Addresses, navigation, links.
    Assemble,
    /// WebP variants of the pictures.
    Images,
    /// Pages, feed, sitemap.
    Render,
    /// The search index.
    Search,
    /// Asking the web about links.
    Web,
    /// Writing what changed.
    Write,
}

impl Stage {
    /// Its name.
    pub fn name(self) -> Bilingual {
        match self {
            Stage::Read => bilingual!("읽기", "read"),
            Stage::Parse => bilingual!("변환", "convert"),
            Stage::Assemble => bilingual!("엮기", "assemble"),
            Stage::Images => bilingual!("그림", "pictures"),
            Stage::Render => bilingual!("그리기", "render"),
            Stage::Search => bilingual!("색인", "index"),
            Stage::Web => bilingual!("외부 링크", "external links"),
            Stage::Write => bilingual!("쓰기", "write"),
        }
    }
}

/// Listens to a build.
pub trait Progress: Sync {
    /// A stage begins; it will take `steps` steps, 0 if that is not known.
    fn enter(&self, stage: Stage, steps: usize);

    /// One step is done; called from any thread.
    fn step(&self);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn enter(&self, _stage: Stage, _steps: usize) {}

    fn step(&self) {}
}
