//! Mermaid fences as figures. The drawings are files of the note; their addresses are slots.

use std::ops::Range;

use super::Serializer;
use crate::bilingual;
use crate::diagnostics::Severity;
use crate::markdown::diagrams::{self, Drawing, NotDrawn};
use crate::markdown::{GeneratedFile, SlotKind, escape, mathml};

/// A drawing of this note, its files among the note's.
#[derive(Debug)]
pub(super) struct Drawn {
    light: usize,
    dark: Option<usize>,
    drawing: Drawing,
}

impl Serializer<'_, '_, '_, '_> {
    /// Writes the code block as a drawn diagram, if it is one and can be drawn; what cannot be is reported.
    pub(super) fn diagram(
        &mut self,
        info: Option<&str>,
        source: &str,
        span: &Range<usize>,
    ) -> bool {
        if !self.options.diagrams {
            return false;
        }
        let Some(title) = info.and_then(diagrams::title_of) else {
            return false;
        };
        if !self.drawn.contains_key(source) {
            match diagrams::draw(source, self.options.language) {
                Ok(drawing) => {
                    let light = self.generate(&drawing.light);
                    let dark = drawing.dark.as_ref().map(|file| self.generate(file));
                    let drawn = Drawn {
                        light,
                        dark,
                        drawing,
                    };
                    self.drawn.insert(source.to_owned(), drawn);
                }
                Err(wrong) => {
                    self.report_not_drawn(&wrong, source, span);
                    return false;
                }
            }
        }
        // Taken out, for what is written changes `self`.
        let Some(drawn) = self.drawn.remove(source) else {
            return false;
        };
        self.figure(&drawn, &title);
        self.drawn.insert(source.to_owned(), drawn);
        true
    }

    /// Adds to the note's files.
    fn generate(&mut self, file: &GeneratedFile) -> usize {
        self.out.generated.push(file.clone());
        self.out.generated.len() - 1
    }

    fn figure(&mut self, drawn: &Drawn, title: &str) {
        // Pressed into the page's width, a wide drawing's text could not be read: it scrolls instead.
        let drawing = &drawn.drawing;
        self.push(match drawing.width {
            0..=640 => "<figure class=\"diagram\">\n",
            641..=960 => "<figure class=\"diagram wide\">\n",
            961..=1600 => "<figure class=\"diagram wider\">\n",
            _ => "<figure class=\"diagram widest\">\n",
        });
        let class = if drawn.dark.is_some() {
            "diagram-light"
        } else {
            "diagram-any"
        };
        self.picture(class, drawn.light, drawing);
        if let Some(dark) = drawn.dark {
            self.picture("diagram-dark", dark, drawing);
        }
        if drawing.shortened {
            self.push("<p class=\"diagram-words\">");
            self.push_escaped(&drawing.words);
            self.push("</p>\n");
        }
        if !title.is_empty() {
            self.push("<figcaption>");
            self.push_escaped(title);
            self.push("</figcaption>\n");
        }
        self.push("</figure>\n");
        self.say_break();
        if !title.is_empty() {
            self.say(title);
            self.say_break();
        }
        self.say(&drawing.words);
        self.say_break();
    }

    fn picture(&mut self, class: &str, file: usize, drawing: &Drawing) {
        self.push("<img class=\"");
        self.push(class);
        self.push("\" src=\"");
        self.slot(SlotKind::Generated(file));
        let alt = escape::text(&drawing.alt);
        let (width, height) = (drawing.width, drawing.height);
        self.push(&format!(
            "\" alt=\"{alt}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" decoding=\"async\"/>\n"
        ));
    }

    fn report_not_drawn(&mut self, wrong: &NotDrawn, source: &str, span: &Range<usize>) {
        let (ko, en) = (&wrong.message.ko, &wrong.message.en);
        let message = bilingual!(
            "다이어그램을 그리지 못했습니다. {ko}.",
            "this diagram was not drawn: {en}."
        );
        let hint = Some(bilingual!(
            "그림 대신 원문을 코드로 실었습니다. https://mermaid.live 에서 고쳐 볼 수 있습니다.",
            "its source is shown as code. You can try it at https://mermaid.live."
        ));
        let (severity, code) = (Severity::Warning, "diagram-not-drawn");
        // Of the first line alone: a range may span many.
        let line = wrong.range.as_ref().and_then(|range| {
            let rest = source.get(range.start..)?;
            let length = rest.find('\n').unwrap_or(rest.len());
            (length > 0)
                .then(|| range.start..range.end.min(range.start + length).max(range.start + 1))
        });
        match line {
            Some(line) if source.is_char_boundary(line.end) => {
                let place = mathml::locate(self.reporter.text(), span, source, &line);
                self.reporter.report(severity, code, &place, message, hint);
            }
            _ => self
                .reporter
                .report_start(severity, code, span, message, hint),
        }
    }
}
