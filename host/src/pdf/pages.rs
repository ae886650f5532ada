//! Pages under way: where the next thing stands, when a new page begins, and the file in the end.

use std::io::Write;

use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, Timelike, Utc};
use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{Content, Date, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::{
    Block, Paper,
    font::{Face, Fonts},
    picture::{self, Pixels},
    text::{self, Line, Span, wrap},
};
use crate::config::ServerLimits;

/// Points between the edge of the paper and what stands on it.
const MARGIN: f32 = 48.0;
/// Points below the content that the footer takes.
const FOOTER: f32 = 22.0;
/// Height of a line, in its size.
pub const LEADING: f32 = 1.35;
const BODY: f32 = 9.5;
const SMALL: f32 = 7.5;
const CODE: f32 = 8.0;
/// Characters of one block of text. Far more than a page takes.
const TEXT_MAX_CHARS: usize = 500_000;

pub type Colour = (f32, f32, f32);
pub const INK: Colour = (0.11, 0.13, 0.16);
pub const GREY: Colour = (0.42, 0.45, 0.5);
pub const RED: Colour = (0.72, 0.11, 0.11);
pub const RULE: Colour = (0.85, 0.87, 0.89);
pub const SHADE: Colour = (0.955, 0.96, 0.968);

/// Pages that are being filled, from the top down.
pub struct Pages {
    pub fonts: Fonts,
    pub width: f32,
    paper: (f32, f32),
    /// How far the page is filled, in points from its upper edge.
    y: f32,
    content: Content,
    done: Vec<Page>,
    pictures: Vec<Pixels>,
    on_page: Vec<usize>,
    limit: usize,
    full: bool,
}

struct Page {
    content: Vec<u8>,
    /// The pictures on it, by their places among all.
    pictures: Vec<usize>,
}

impl Pages {
    pub fn new(paper: Paper, limits: &ServerLimits) -> Result<Self> {
        let paper = paper.size();
        Ok(Self {
            fonts: Fonts::new()?,
            width: paper.0 - 2.0 * MARGIN,
            paper,
            y: MARGIN,
            content: Content::new(),
            done: Vec::new(),
            pictures: Vec::new(),
            on_page: Vec::new(),
            limit: limits.pdf_pages.max(1) as usize,
            full: false,
        })
    }

    /// Whether the last page is full, so that nothing more is drawn.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Points of a whole page.
    pub fn page_height(&self) -> f32 {
        self.paper.1 - 2.0 * MARGIN - FOOTER
    }

    /// Points that are left on this page.
    pub fn left(&self) -> f32 {
        self.paper.1 - MARGIN - FOOTER - self.y
    }

    /// Where the next thing stands, in points from the paper's upper edge.
    pub fn y(&self) -> f32 {
        self.y
    }

    pub fn down(&mut self, points: f32) {
        self.y += points;
    }

    pub fn page_break(&mut self) {
        if self.y > MARGIN {
            self.new_page();
        }
    }

    /// A new page where this one has no room for so many points.
    pub fn room(&mut self, points: f32) {
        if self.left() < points && self.y > MARGIN {
            self.new_page();
        }
    }

    pub fn new_page(&mut self) {
        self.y = MARGIN;
        if self.done.len() + 1 >= self.limit {
            self.full = true;
            return;
        }
        self.end_page();
    }

    fn end_page(&mut self) {
        let content = std::mem::replace(&mut self.content, Content::new()).finish().into_vec();
        let pictures = std::mem::take(&mut self.on_page);
        self.done.push(Page { content, pictures });
    }

    /// A text whose baseline is `y` points below the paper's upper edge and which begins `x` points right of the margin.
    pub fn text(&mut self, face: Face, size: f32, (x, y): (f32, f32), colour: Colour, text: &str) {
        if self.full || text.is_empty() {
            return;
        }
        let encoded = self.fonts.encoded(face, text);
        draw_text(
            &mut self.content,
            face,
            size,
            (MARGIN + x, self.paper.1 - y),
            colour,
            &encoded,
        );
    }

    /// A filled rectangle, in the same measures.
    pub fn rectangle(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), colour: Colour) {
        if self.full {
            return;
        }
        self.content
            .set_fill_rgb(colour.0, colour.1, colour.2)
            .rect(MARGIN + x, self.paper.1 - y - height, width, height)
            .fill_nonzero();
    }

    /// Draws a line of text, `y` being its upper edge.
    pub fn line(&mut self, line: &Line, size: f32, (x, y): (f32, f32), colour: Colour) {
        let mut at = x;
        for (face, text, width) in &line.0 {
            self.text(*face, size, (at, y + size), colour, text);
            at += width;
        }
    }

    pub fn title(&mut self, title: &str, subtitle: &str) {
        self.lines(&[Span::bold(text::one_line(title))], 18.0, 0.0, INK);
        if !subtitle.is_empty() {
            self.down(2.0);
            self.lines(&[Span::plain(subtitle)], SMALL, 0.0, GREY);
        }
        self.down(8.0);
    }

    /// A heading, below which there is room for so many points more.
    pub fn heading(&mut self, level: u8, heading: &str, after: f32) {
        let (size, above) = match level {
            1 => (14.0, 10.0),
            2 => (11.5, 8.0),
            _ => (10.0, 6.0),
        };
        let spans = [Span::bold(text::one_line(heading))];
        let lines = wrap(&mut self.fonts, &spans, size, self.width);
        let height = lines.len() as f32 * size * LEADING;
        self.room((above + height + after).min(self.page_height()));
        if self.y > MARGIN {
            self.down(above);
        }
        self.put(&lines, size, 0.0, INK);
        self.down(3.0);
    }

    pub fn paragraph(&mut self, spans: &[Span]) {
        self.lines(spans, BODY, 0.0, INK);
        self.down(5.0);
    }

    pub fn item(&mut self, mark: &str, depth: u8, spans: &[Span]) {
        let indent = 14.0 * f32::from(depth.min(6)) + 16.0;
        self.room(BODY * LEADING);
        let y = self.y;
        self.text(
            Face::Regular,
            BODY,
            (indent - 13.0, y + BODY),
            INK,
            &text::one_line(mark),
        );
        self.lines(spans, BODY, indent, INK);
        self.down(2.0);
    }

    pub fn code(&mut self, code: &str) {
        let code = code.trim_end_matches('\n').replace('\t', "    ");
        let span = Span {
            text: cut(&code),
            face: Face::Mono,
        };
        let lines = wrap(&mut self.fonts, &[span], CODE, self.width - 12.0);
        let height = CODE * LEADING;
        self.room(height * 2.0);
        for line in &lines {
            self.room(height);
            let y = self.y;
            // Below what hangs under the line before.
            self.rectangle((0.0, y + 0.6), (self.width, height + 0.3), SHADE);
            self.line(line, CODE, (6.0, y), INK);
            self.down(height);
        }
        self.down(7.0);
    }

    pub fn note(&mut self, text: &str) {
        self.lines(&[Span::plain(text)], SMALL, 0.0, GREY);
        self.down(5.0);
    }

    pub fn problem(&mut self, text: &str) {
        self.lines(&[Span::plain(text)], BODY, 0.0, RED);
        self.down(5.0);
    }

    pub fn picture(&mut self, png: &[u8], alt: &str, limits: &ServerLimits) {
        let Some(pixels) = picture::read(png, limits.pdf_picture_max_pixels) else {
            self.note(&format!("This picture cannot be shown: {alt}"));
            return;
        };
        let (width, height) = picture::size(pixels.width, pixels.height, self.width, self.page_height());
        self.room(height);
        if self.full {
            return;
        }
        let at = self.pictures.len();
        self.pictures.push(pixels);
        self.on_page.push(at);
        let name = format!("P{at}");
        self.content
            .save_state()
            .transform([width, 0.0, 0.0, height, MARGIN, self.paper.1 - self.y - height])
            .x_object(Name(name.as_bytes()))
            .restore_state();
        self.down(height + 8.0);
    }

    /// Points that the beginning of a block takes.
    pub fn least_height(&self, block: &Block) -> f32 {
        match block {
            Block::Picture { png, .. } => match picture::dimensions(png) {
                Some((width, height)) => picture::size(width, height, self.width, self.page_height()).1,
                None => 20.0,
            },
            Block::Table(_) | Block::Figures(_) => 60.0,
            Block::PageBreak => 0.0,
            _ => 30.0,
        }
    }

    fn lines(&mut self, spans: &[Span], size: f32, indent: f32, colour: Colour) {
        let long = spans.iter().any(|span| span.text.len() > TEXT_MAX_CHARS);
        let lines = if long {
            let cut: Vec<_> = spans
                .iter()
                .map(|span| Span {
                    text: cut(&span.text),
                    face: span.face,
                })
                .collect();
            wrap(&mut self.fonts, &cut, size, self.width - indent)
        } else {
            wrap(&mut self.fonts, spans, size, self.width - indent)
        };
        self.put(&lines, size, indent, colour);
    }

    fn put(&mut self, lines: &[Line], size: f32, indent: f32, colour: Colour) {
        let height = size * LEADING;
        for line in lines {
            if self.full {
                return;
            }
            self.room(height);
            let y = self.y;
            self.line(line, size, (indent, y), colour);
            self.down(height);
        }
    }

    /// The file.
    pub fn finish(mut self, title: &str, made_at: DateTime<Utc>) -> Result<Vec<u8>> {
        self.end_page();
        let mut count = 0;
        let mut next = move || {
            count += 1;
            Ref::new(count)
        };
        let (catalog_id, tree_id, info_id) = (next(), next(), next());
        let mut pdf = Pdf::new();
        let page_ids: Vec<_> = self.done.iter().map(|_| next()).collect();
        let picture_ids: Vec<_> = self.pictures.iter().map(|_| next()).collect();
        let footers = self.footers(title, made_at);
        let fonts = self.fonts.write(&mut pdf, &mut next)?;
        for (id, pixels) in picture_ids.iter().zip(&self.pictures) {
            pixels.write(&mut pdf, *id);
        }
        for ((page, page_id), footer) in self.done.iter().zip(&page_ids).zip(footers) {
            let content_id = next();
            let content = deflated(&[page.content.as_slice(), b"\n", &footer].concat())?;
            pdf.stream(content_id, &content).filter(Filter::FlateDecode);
            let mut written = pdf.page(*page_id);
            written
                .media_box(Rect::new(0.0, 0.0, self.paper.0, self.paper.1))
                .parent(tree_id)
                .contents(content_id);
            let mut resources = written.resources();
            resources.fonts().pairs(fonts.iter().copied());
            let mut shown = resources.x_objects();
            for at in &page.pictures {
                shown.pair(Name(format!("P{at}").as_bytes()), picture_ids[*at]);
            }
            shown.finish();
            resources.finish();
        }
        pdf.pages(tree_id)
            .kids(page_ids.iter().copied())
            .count(page_ids.len() as i32);
        let mut catalog = pdf.catalog(catalog_id);
        catalog.pages(tree_id);
        catalog.viewer_preferences().display_doc_title(true);
        catalog.finish();
        let title = text::one_line(title);
        pdf.document_info(info_id)
            .title(TextStr(&title))
            .creator(TextStr("Glovebox"))
            .creation_date(date(made_at));
        Ok(pdf.finish())
    }

    /// What stands at the foot of each page.
    fn footers(&mut self, title: &str, made_at: DateTime<Utc>) -> Vec<Vec<u8>> {
        let count = self.done.len();
        let mut said = format!("{} · {}", text::one_line(title), made_at.format("%F %H:%M UTC"));
        if said.chars().count() > 90 {
            said = said.chars().skip(said.chars().count() - 90).collect();
        }
        let mut colour = GREY;
        if self.full {
            said = format!(
                "Cut off: a document has at most {} pages. What follows is missing.",
                self.limit
            );
            colour = RED;
        } else if self.fonts.lacks_glyphs() {
            said.push_str(" · Boxes stand for signs that the fonts lack.");
        }
        let y = MARGIN - 4.0;
        let footer = |number: usize| {
            let mut content = Content::new();
            let left = self.fonts.encoded(Face::Regular, &text::in_places(&said));
            draw_text(&mut content, Face::Regular, 7.0, (MARGIN, y), colour, &left);
            let page = format!("Page {number} of {count}");
            let width = self.fonts.width(Face::Regular, 7.0, &page);
            let right = self.fonts.encoded(Face::Regular, &page);
            let x = self.paper.0 - MARGIN - width;
            draw_text(&mut content, Face::Regular, 7.0, (x, y), GREY, &right);
            content.finish().into_vec()
        };
        (1..=count).map(footer).collect()
    }
}

fn draw_text(content: &mut Content, face: Face, size: f32, (x, y): (f32, f32), colour: Colour, encoded: &[u8]) {
    content
        .begin_text()
        .set_fill_rgb(colour.0, colour.1, colour.2)
        .set_font(face.resource(), size)
        .next_line(x, y)
        .show(Str(encoded))
        .end_text();
}

fn cut(text: &str) -> String {
    if text.len() <= TEXT_MAX_CHARS {
        return text.to_owned();
    }
    let kept = &text[..text.floor_char_boundary(TEXT_MAX_CHARS)];
    format!("{kept}…\n[The rest of this text is left out.]")
}

fn date(at: DateTime<Utc>) -> Date {
    Date::new(at.year() as u16)
        .month(at.month() as u8)
        .day(at.day() as u8)
        .hour(at.hour() as u8)
        .minute(at.minute() as u8)
        .second(at.second() as u8)
        .utc_offset_hour(0)
}

pub fn deflated(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(6));
    encoder.write_all(bytes).context("compressing a stream")?;
    encoder.finish().context("compressing a stream")
}
