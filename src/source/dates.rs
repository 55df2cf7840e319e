//! Dates as Korean notes write them, to one form: `2023-03-21`, `2023. 3. 21.`, `2021년 10월 20일`, RFC 3339.
//!
//! A small hand-written scanner: numbers with their separators, then an optional clock time and offset. Whether the
//! day exists is asked of `jiff`.

use jiff::civil;

/// Normalises a written date to `YYYY-MM-DD`, or to RFC 3339 where it has a clock time. A time without an offset is
/// taken as Korean time (`+09:00`). `None` where it is no date we know, or no day that exists.
pub fn normalise_date(written: &str) -> Option<String> {
    let mut scan = Scan(written.trim());
    let (year, digits) = scan.number(8)?;
    let (year, month, day) = if digits == 8 {
        (year / 10_000, year / 100 % 100, year % 100)
    } else if digits == 4 {
        let close = scan.separator(&["-", "/", ".", "년"])?;
        let (month, _) = scan.number(2)?;
        let next = scan.separator(&["-", "/", ".", "월"])?;
        let matching = if close == "년" { "월" } else { close };
        if next != matching {
            return None;
        }
        let (day, _) = scan.number(2)?;
        scan.separator(match close {
            "년" => &["일"],
            "." => &[".", ""],
            _ => &[""],
        })?;
        (year, month, day)
    } else {
        return None;
    };
    let date = civil::Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()?;
    scan.weekday();
    if scan.0.is_empty() {
        return Some(date.to_string());
    }
    let clock = scan.clock()?;
    scan.0.is_empty().then(|| format!("{date}T{clock}"))
}

/// What is left to read.
struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    fn space(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// A run of at most `most` ASCII digits: its value and its length.
    fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > most {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        Some((number.parse().ok()?, digits))
    }

    /// The first of `any` that stands next, spaces around it skipped.
    fn separator<'b>(&mut self, any: &[&'b str]) -> Option<&'b str> {
        let trimmed = self.0.trim_start();
        let found = any.iter().find(|s| trimmed.starts_with(**s))?;
        if found.is_empty() {
            return Some(found);
        }
        self.0 = trimmed[found.len()..].trim_start();
        Some(found)
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.0.strip_prefix(text) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// `(화)`, `화요일`, `(화요일)`.
    fn weekday(&mut self) {
        self.space();
        let rest = self.0;
        let open = self.eat("(");
        let named = ["월", "화", "수", "목", "금", "토", "일"]
            .iter()
            .any(|day| self.eat(day));
        let long = named && self.eat("요일");
        if !(named && (open || long) && (!open || self.eat(")"))) {
            self.0 = rest;
        }
        self.space();
    }

    /// `T12:00:00Z`, `12:00 +0900`, `오후 3시 20분`, as `HH:MM:SS[.frac]±HH:MM`.
    fn clock(&mut self) -> Option<String> {
        let _ = self.eat("T") || self.eat("t");
        let half = if self.eat("오전") || self.eat("AM") {
            Some(0)
        } else if self.eat("오후") || self.eat("PM") {
            Some(12)
        } else {
            None
        };
        self.space();
        let (mut hour, _) = self.number(2)?;
        let (mut minute, mut second, mut fraction) = (0, 0, "");
        if self.eat("시") {
            self.space();
            if !self.0.is_empty() {
                minute = self.number(2)?.0;
                self.eat("분").then_some(())?;
            }
        } else {
            self.eat(":").then_some(())?;
            minute = self.number(2)?.0;
            if self.eat(":") {
                second = self.number(2)?.0;
                if self.0.starts_with('.') {
                    let digits = self.0[1..].bytes().take_while(u8::is_ascii_digit).count();
                    if digits == 0 || digits > 9 {
                        return None;
                    }
                    let (dot, rest) = self.0.split_at(1 + digits);
                    (fraction, self.0) = (dot, rest);
                }
            }
        }
        if let Some(half) = half {
            if hour == 0 || hour > 12 {
                return None;
            }
            hour = hour % 12 + half;
        }
        self.space();
        let offset = self.offset()?;
        (hour < 24 && minute < 60 && second < 60)
            .then(|| format!("{hour:02}:{minute:02}:{second:02}{fraction}{offset}"))
    }

    fn offset(&mut self) -> Option<String> {
        if self.0.is_empty() || self.eat("KST") {
            return Some("+09:00".to_owned());
        }
        if self.eat("Z") || self.eat("z") || self.eat("UTC") {
            return Some("Z".to_owned());
        }
        let sign = if self.eat("+") {
            '+'
        } else if self.eat("-") {
            '-'
        } else {
            return None;
        };
        let (hours, minutes) = match self.number(4)? {
            (number, 4) => (number / 100, number % 100),
            (hours, 1 | 2) if self.eat(":") => (hours, self.number(2)?.0),
            (hours, 1 | 2) => (hours, 0),
            _ => return None,
        };
        (hours <= 23 && minutes <= 59).then(|| format!("{sign}{hours:02}:{minutes:02}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_forms_of_korean_notes_become_one() {
        for written in [
            "2023-03-21",
            "2023-3-21",
            "2023/03/21",
            "2023.03.21",
            "2023.03.21.",
            "2023. 3. 21.",
            "2023. 3. 21",
            "2023년 3월 21일",
            "2023년3월21일 화요일",
            "2023-03-21 (화)",
            " 20230321 ",
        ] {
            assert_eq!(
                normalise_date(written).as_deref(),
                Some("2023-03-21"),
                "{written}"
            );
        }
    }

    #[test]
    fn a_clock_time_becomes_rfc_3339_and_is_korean_time_unless_it_says_otherwise() {
        for (written, normal) in [
            ("2022-11-10T12:00:00Z", "2022-11-10T12:00:00Z"),
            ("2022-11-10 12:00:00 +0900", "2022-11-10T12:00:00+09:00"),
            (
                "2022-11-10 12:00:00.25 -05:30",
                "2022-11-10T12:00:00.25-05:30",
            ),
            ("2022-11-10 9:05", "2022-11-10T09:05:00+09:00"),
            ("2022-11-10T09:05:07", "2022-11-10T09:05:07+09:00"),
            ("2022. 11. 10. 오후 3:20", "2022-11-10T15:20:00+09:00"),
            (
                "2022년 11월 10일 오전 12시 5분",
                "2022-11-10T00:05:00+09:00",
            ),
        ] {
            assert_eq!(
                normalise_date(written).as_deref(),
                Some(normal),
                "{written}"
            );
        }
    }

    #[test]
    fn impossible_dates_and_other_text_are_refused() {
        for written in [
            "2023-02-30",
            "2023-13-01",
            "2023-00-10",
            "0000-00-00",
            "2023-03",
            "23.03.21",
            "2023-03.21",
            "2023년 3-21",
            "어제",
            "",
            "2023-03-21 25:00",
            "2023-03-21 그 무렵",
            "2023-03-21T12:00:00+99:00",
            "11/04/2016",
            "99999999999",
        ] {
            assert_eq!(normalise_date(written), None, "{written}");
        }
    }
}
