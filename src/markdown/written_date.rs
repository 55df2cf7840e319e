//! The date a note says it was written on: a line near its top such as `최초 작성 일자: 2023-03-21`.

/// How many lines from the top are looked at.
const LINES: usize = 30;

/// Words that name a date of writing.
const NAMES: [&str; 14] = [
    "최초 작성 일자",
    "최초 작성일자",
    "최초 작성일",
    "작성 일자",
    "작성일자",
    "작성 날짜",
    "작성일시",
    "작성일",
    "작성",
    "날짜",
    "일자",
    "등록일",
    "date",
    "written",
];

/// The date as `YYYY-MM-DD`, if `body` names one near its top.
pub(super) fn find(body: &str) -> Option<String> {
    let mut fenced = false;
    body.lines().take(LINES).find_map(|line| {
        let line = line.get(..line.len().min(400)).unwrap_or_default();
        let trimmed =
            line.trim_start_matches(|c: char| c.is_whitespace() || "->*+#_`(|".contains(c));
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            return None;
        }
        if !trimmed.starts_with(|c: char| "최작날일등dDwW0123456789".contains(c)) {
            return None;
        }
        let named = NAMES.iter().find_map(|name| {
            let head = trimmed.get(..name.len())?;
            head.eq_ignore_ascii_case(name)
                .then(|| &trimmed[name.len()..])
        });
        match named {
            Some(rest) => {
                let rest =
                    rest.trim_start_matches(|c: char| c.is_whitespace() || ":：*_|-".contains(c));
                read(rest).map(|(date, _)| date)
            }
            // A line of nothing but a date, with its year, month and day spelt out or dotted.
            None => read(trimmed)
                .filter(|(_, rest)| {
                    let rest =
                        rest.trim_matches(|c: char| c.is_whitespace() || ".*_`)|".contains(c));
                    let weekday = rest.trim_matches(['(', ')']).trim_end_matches("요일");
                    rest.is_empty() || "월화수목금토일".contains(weekday)
                })
                .map(|(date, _)| date),
        }
    })
}

/// Reads `2023-03-21`, `2023. 3. 21.`, `2023/3/21` or `2021년 10월 20일`; gives what follows too.
fn read(text: &str) -> Option<(String, &str)> {
    let (year, rest) = number(text, 4..=4)?;
    let rest = separator(rest, '년')?;
    let (month, rest) = number(rest, 1..=2)?;
    let rest = separator(rest, '월')?;
    let (day, rest) = number(rest, 1..=2)?;
    let rest = rest.strip_prefix('일').unwrap_or(rest);
    let good = (1970..=2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day);
    good.then(|| (format!("{year:04}-{month:02}-{day:02}"), rest))
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = text[..length].parse().ok()?;
    digits.contains(&length).then(|| (value, &text[length..]))
}

fn separator(text: &str, unit: char) -> Option<&str> {
    let rest = text.trim_start().strip_prefix(['-', '.', '/', unit])?;
    Some(rest.trim_start())
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_date_near_the_top_is_found_in_the_forms_koreans_write() {
        let want = |date: &str| Some(date.to_owned());
        assert_eq!(
            find("# 글\n\n- 최초 작성 일자: 2023-03-21\n"),
            want("2023-03-21")
        );
        assert_eq!(find("작성일: 2023. 3. 21."), want("2023-03-21"));
        assert_eq!(find("> **작성일자** : 2024/1/5"), want("2024-01-05"));
        assert_eq!(find("# 글\n2021년 10월 20일 (수)\n"), want("2021-10-20"));
        assert_eq!(find("Date: 2020-02-29"), want("2020-02-29"));
    }

    #[test]
    fn other_numbers_are_no_date() {
        assert_eq!(find("2021년 10월 20일에 발표된 서비스"), None);
        assert_eq!(find("작성일: 2023-13-40"), None);
        assert_eq!(find("- 수정 내역:\n  - 2021-01-01 고침\n"), None);
        assert_eq!(
            find(&format!("{}작성일: 2023-03-21", "줄\n".repeat(40))),
            None
        );
        assert_eq!(find("```\n2021-01-01\n```"), None);
    }
}
