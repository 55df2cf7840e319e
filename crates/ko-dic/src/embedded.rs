//! The bytes `build.rs` compiled, embedded by Lindera's macro, which also says how to load them.
#![allow(missing_docs, unreachable_pub, reason = "the items are the macro's")]

lindera_dictionary::embedded_dictionary!("/ko-dic", KoDicLoader);
