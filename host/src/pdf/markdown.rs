//! Markdown as blocks. Pictures are not fetched: their description stands for them. HTML is text.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::{
    Block, Column, Table,
    text::{Span, SpanFace as Face},
};

/// What Markdown says, as blocks. Its headings stand below the document's own ones.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        reader.take(event);
    }
    reader.flush();
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    bold: u32,
    italic: u32,
    /// The number of the next item of each list that is open; none where they have dots.
    lists: Vec<Option<u64>>,
    /// The mark of the item that has begun.
    mark: Option<String>,
    heading: Option<u8>,
    code: Option<String>,
    links: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) | Event::FootnoteReference(text) => {
                self.push(&text, self.face());
            }
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.push(&text, Face::Mono),
            Event::SoftBreak => self.push(" ", self.face()),
            Event::HardBreak => self.push("\n", self.face()),
            Event::Rule => self.flush(),
            Event::TaskListMarker(done) => self.push(if done { "☑ " } else { "☐ " }, self.face()),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(if level == HeadingLevel::H1 { 2 } else { 3 });
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.code = Some(String::new());
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                self.mark = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let mark = format!("{number}.");
                        *number = number.saturating_add(1);
                        mark
                    }
                    _ => "•".to_owned(),
                });
            }
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            Tag::Link { dest_url, .. } => self.links.push(dest_url.to_string()),
            Tag::Table(_) => {
                self.flush();
                self.rows.clear();
            }
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::HtmlBlock => self.flush(),
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.blocks.push(Block::Code(code));
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Link => {
                let link = self.links.pop().unwrap_or_default();
                let said: String = self.spans.iter().map(|span| span.text.as_str()).collect();
                if !link.is_empty() && !said.ends_with(&link) {
                    self.push(&format!(" ({link})"), self.face());
                }
            }
            TagEnd::TableCell => {
                let cell: String = self.spans.drain(..).map(|span| span.text).collect();
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.table(),
            _ => {}
        }
    }

    fn face(&self) -> Face {
        match (self.bold, self.italic) {
            (1.., _) => Face::Bold,
            (_, 1..) => Face::Italic,
            _ => Face::Regular,
        }
    }

    fn push(&mut self, text: &str, face: Face) {
        match &mut self.code {
            Some(code) => code.push_str(text),
            None => self.spans.push(Span {
                text: text.to_owned(),
                face,
            }),
        }
    }

    /// Ends the paragraph, the heading or the item that is under way.
    fn flush(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        let heading = self.heading.take();
        if spans.iter().all(|span| span.text.trim().is_empty()) {
            return;
        }
        let depth = self.lists.len().saturating_sub(1).min(6) as u8;
        self.blocks.push(match (heading, self.mark.take()) {
            (Some(level), _) => Block::Heading {
                level,
                text: spans.into_iter().map(|span| span.text).collect(),
            },
            (None, Some(mark)) => Block::Item { mark, depth, spans },
            // A further paragraph of an item.
            (None, None) if !self.lists.is_empty() => Block::Item {
                mark: String::new(),
                depth,
                spans,
            },
            (None, None) => Block::Paragraph(spans),
        });
    }

    fn table(&mut self) {
        let mut rows = std::mem::take(&mut self.rows).into_iter();
        let columns = rows.next().unwrap_or_default().into_iter().map(Column::text);
        let columns: Vec<_> = columns.collect();
        let rows: Vec<Vec<Value>> = rows.map(|row| row.into_iter().map(Value::from).collect()).collect();
        self.blocks.push(Block::Table(Table {
            row_count: rows.len() as u64,
            columns,
            rows,
            rest: String::new(),
        }));
    }
}
