//! The addresses in a `srcset` (HTML Living Standard, 4.8.4.3.10 "Parsing a srcset attribute"): an address is a run of
//! characters without white space, and ends before a comma only where that is its last character.

use std::ops::Range;

/// Where the addresses stand in `value`.
pub(super) fn addresses(value: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = &value[at..];
        let start = at + rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', ',']).len();
        if start == value.len() {
            return found;
        }
        let length = value[start..]
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(value.len() - start);
        let address = value[start..start + length].trim_end_matches(',');
        found.push(start..start + address.len());
        at = start + length;
        // Descriptors (`480w`, `2x`) follow up to the next comma.
        if address.len() == length {
            at = value[at..]
                .find(',')
                .map_or(value.len(), |comma| at + comma);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_descriptors() {
        let of = |value: &'static str| -> Vec<&str> {
            addresses(value)
                .into_iter()
                .map(|range| &value[range])
                .collect()
        };
        assert_eq!(of("a.png"), ["a.png"]);
        assert_eq!(of("가.png 1x, b,c.png 2x"), ["가.png", "b,c.png"]);
        assert_eq!(
            of(" a.png, b.png 480w ,\n c.png"),
            ["a.png", "b.png", "c.png"]
        );
        assert_eq!(of(" , "), [""; 0]);
        assert_eq!(of("a.png 2x"), ["a.png"]);
    }
}
