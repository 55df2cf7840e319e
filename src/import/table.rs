//! A database that Notion exported as CSV, as a Markdown table.

/// A table: its head and its rows, each cell as plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads CSV (RFC 4180). What is no CSV at all is an empty table.
    pub(super) fn parse(text: &str) -> Table {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows = reader
            .records()
            .filter_map(Result::ok)
            .map(|record| record.iter().map(|cell| cell.trim().to_owned()).collect());
        Table {
            head: rows.next().unwrap_or_default(),
            rows: rows.collect(),
        }
    }

    /// The table in Markdown; `cell` writes the cell of a row and a column.
    pub(super) fn markdown(&self, mut cell: impl FnMut(usize, usize, &str) -> String) -> String {
        if self.head.is_empty() {
            return String::new();
        }
        let mut out = String::new();
        let line = |out: &mut String, cells: Vec<String>| {
            out.push_str("| ");
            out.push_str(&cells.join(" | "));
            out.push_str(" |\n");
        };
        line(
            &mut out,
            self.head.iter().map(|name| escape(name)).collect(),
        );
        line(&mut out, vec!["---".to_owned(); self.head.len()]);
        for (at, row) in self.rows.iter().enumerate() {
            let cells = (0..self.head.len())
                .map(|column| cell(at, column, row.get(column).map_or("", String::as_str)))
                .collect();
            line(&mut out, cells);
        }
        out
    }
}

/// Plain text as it stands in a cell: nothing in it is markup, its line breaks are kept.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        match c {
            '\n' => out.push_str("<br>"),
            '\r' => {}
            '\\' | '|' | '*' | '`' | '[' | ']' | '<' | '>' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // Within a word these mark nothing, and an address must stay whole.
            '_' if !(before.is_alphanumeric() && next.is_alphanumeric()) => out.push_str("\\_"),
            '~' | '=' if next == c => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_keeps_its_line_breaks_and_its_marks_as_text() {
        let table = Table::parse("이름,메모\n\"가, 나\",\"첫 줄\n둘째 | *별*\"\n다\n");
        assert_eq!(table.head, ["이름", "메모"]);
        assert_eq!(
            table.markdown(|_, _, cell| escape(cell)),
            "| 이름 | 메모 |\n| --- | --- |\n| 가, 나 | 첫 줄<br>둘째 \\| \\*별\\* |\n| 다 |  |\n"
        );
        assert_eq!(
            escape("https://a.b/c_d_e _x_ ~~y~~"),
            "https://a.b/c_d_e \\_x\\_ \\~~y\\~~"
        );
    }
}
