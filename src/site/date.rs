//! Dates as Korean notes write them, read to `YYYY-MM-DD` and shown again.

use jiff::civil::Date;

/// Reads `2023-03-21`, `2023. 3. 21.`, `2021년 10월 20일`, `2021/10/20`, `20231020` or RFC 3339; the day as written,
/// whatever its time zone. `None` if there is no such day.
pub(crate) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    let mut numbers = [0_i16; 3];
    let mut rest = text;
    if rest.len() >= 8 && rest.bytes().take(8).all(|byte| byte.is_ascii_digit()) {
        numbers = [
            rest[..4].parse().ok()?,
            rest[4..6].parse().ok()?,
            rest[6..8].parse().ok()?,
        ];
    } else {
        for (at, number) in numbers.iter_mut().enumerate() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 || digits > if at == 0 { 4 } else { 2 } || (at == 0 && digits < 4) {
                return None;
            }
            *number = rest[..digits].parse().ok()?;
            rest = rest[digits..]
                .trim_start_matches(|c: char| c.is_whitespace() || "-./년월일".contains(c));
        }
    }
    let [year, month, day] = numbers;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.to_string())
}

/// The months in English.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2026년 3월 21일`, or `21 March 2026` where the site is not Korean; the text itself if it is no date.
pub(crate) fn display(date: &str, korean: bool) -> String {
    let Ok(day) = date.parse::<Date>() else {
        return date.to_owned();
    };
    if korean {
        format!("{}년 {}월 {}일", day.year(), day.month(), day.day())
    } else {
        let month = usize::from(day.month().unsigned_abs()).saturating_sub(1);
        format!(
            "{} {} {}",
            day.day(),
            MONTHS.get(month).unwrap_or(&""),
            day.year()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_korean_notes_use_are_read() {
        for text in [
            "2023-03-21",
            "2023. 3. 21.",
            "2023.03.21",
            "2023년 3월 21일",
            "2023/3/21",
            "2023-03-21T12:00:00Z",
            "2023-03-21 09:00",
            "20230321",
        ] {
            assert_eq!(parse(text).as_deref(), Some("2023-03-21"), "{text}");
        }
        for text in ["", "어제", "2023-13-01", "2023-02-30", "23-01-01", "2023-3"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_shown_the_korean_way() {
        assert_eq!(display("2026-03-21", true), "2026년 3월 21일");
        assert_eq!(display("2026-03-21", false), "21 March 2026");
    }
}
