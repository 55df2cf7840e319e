//! Particles (조사). Two uses: picking the form that fits the word before it, for messages (`노트는`, `문단은`); and
//! telling a sequence of particles and endings from a word, where Hangul is glued to Latin, a number, a closing bracket
//! or a bare URL (`EC2의`, `https://example.com입니다`).

mod form;
mod sequence;

pub use form::{Josa, final_sound, josa};
pub use sequence::particle_prefix;
