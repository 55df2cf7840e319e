//! What a text may hold, by one look at its bytes: each step of the parser asks here first whether it has anything to
//! do, for a dozen searches of the whole text cost more than its parse.

use memchr::memmem;

/// Which bytes a text has, and the text itself for what takes more than a byte to know.
pub(super) struct Features<'t> {
    text: &'t str,
    bytes: [bool; 256],
}

impl<'t> Features<'t> {
    /// Looks `text` through.
    pub(super) fn of(text: &'t str) -> Self {
        let mut bytes = [false; 256];
        for &byte in text.as_bytes() {
            bytes[usize::from(byte)] = true;
        }
        Features { text, bytes }
    }

    /// Whether `needle` is in the text; as good as free where its rarest byte is not.
    pub(super) fn has(&self, needle: &str) -> bool {
        needle
            .as_bytes()
            .iter()
            .all(|&byte| self.bytes[usize::from(byte)])
            && (needle.len() == 1
                || memmem::find(self.text.as_bytes(), needle.as_bytes()).is_some())
    }

    /// Whether any of `needles` is in the text.
    pub(super) fn has_any(&self, needles: &[&str]) -> bool {
        needles.iter().any(|needle| self.has(needle))
    }
}

#[cfg(test)]
mod tests {
    use super::Features;

    #[test]
    fn a_text_has_what_it_contains_and_nothing_else() {
        let features = Features::of("가 {: .a} =b=");
        assert!(features.has("{:") && features.has("=") && features.has("가"));
        assert!(!features.has("==") && !features.has("%") && !features.has("나"));
        assert!(features.has_any(&["%%", ".a"]) && !features.has_any(&[]));
    }
}
