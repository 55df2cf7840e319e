//! `notes`: a folder of Korean Markdown in, a fast site with Korean search out.
//!
//! The whole pipeline in one screen: [`build`]. Data flows one way:
//! `source → markdown → site → render + search → output`; no room looks back up.

pub mod cli;
pub mod config;
pub mod diagnostics;
pub mod markdown;
pub mod output;
pub mod render;
pub mod search;
pub mod serve;
pub mod site;
pub mod source;
