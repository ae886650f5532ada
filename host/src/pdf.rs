//! Documents as PDF: blocks become pages, with fonts inside the file and pictures as pixels.
//!
//! Whatever comes in, a document is bounded: rows, columns, characters, pictures and pages have limits, and the document
//! itself says what was left out. A row of a table is never cut by the end of a page, and a table that goes on repeats its
//! header. What a dashboard or a conversation is, is not known here.

mod figures;
mod font;
mod markdown;
mod pages;
mod picture;
mod table;
mod text;

use chrono::{DateTime, Utc};

use crate::{
    config::ServerLimits,
    error::{Error, Result},
};

pub use figures::Figure;
pub use markdown::blocks as markdown;
pub use table::{Column, Table, cell, number};
pub use text::{Span, SpanFace};

use pages::Pages;

/// What is to be written.
#[derive(Debug)]
pub struct Document {
    pub title: String,
    /// Stands below the title.
    pub subtitle: String,
    pub made_at: DateTime<Utc>,
    pub paper: Paper,
    pub blocks: Vec<Block>,
}

/// The size of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    #[default]
    A4,
    Letter,
}

impl Paper {
    /// Width and height in points, of which 72 are an inch.
    fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::Letter => (612.0, 792.0),
        }
    }
}

/// A piece of a document.
#[derive(Debug)]
pub enum Block {
    /// Of level 1 to 3. It stays with what follows.
    Heading {
        level: u8,
        text: String,
    },
    Paragraph(Vec<Span>),
    /// An item of a list: its mark, how many lists it is in besides its own, and its text.
    Item {
        mark: String,
        depth: u8,
        spans: Vec<Span>,
    },
    Code(String),
    /// Small and grey: where something comes from, or what was left out.
    Note(String),
    /// What went wrong.
    Problem(String),
    /// Numbers beside each other.
    Figures(Vec<Figure>),
    Table(Table),
    /// A PNG, with what it shows for where it cannot be drawn.
    Picture {
        png: Vec<u8>,
        alt: String,
    },
    PageBreak,
}

/// The document as the bytes of a PDF. It takes long where there is much in it: not for a thread that others wait for.
pub fn write(document: Document, limits: &ServerLimits) -> Result<Vec<u8>> {
    let mut pages = Pages::new(document.paper, limits)?;
    pages.title(&document.title, &document.subtitle);
    let mut pictures_left = limits.pdf_pictures;
    let mut pictures_over = 0_u32;
    let mut blocks = document.blocks.into_iter().peekable();
    while let Some(block) = blocks.next() {
        if pages.is_full() {
            break;
        }
        match block {
            Block::Heading { level, text } if matches!(blocks.peek(), Some(Block::Table(_))) => {
                if let Some(Block::Table(table)) = blocks.next() {
                    pages.table(&table, Some((level, &text)), limits);
                }
            }
            Block::Heading { level, text } => {
                let after = blocks.peek().map_or(0.0, |next| pages.least_height(next));
                pages.heading(level, &text, after);
            }
            Block::Paragraph(spans) => pages.paragraph(&spans),
            Block::Item { mark, depth, spans } => pages.item(&mark, depth, &spans),
            Block::Code(code) => pages.code(&code),
            Block::Note(text) => pages.note(&text),
            Block::Problem(text) => pages.problem(&text),
            Block::Figures(figures) => pages.figures(&figures),
            Block::Table(table) => pages.table(&table, None, limits),
            Block::Picture { alt, .. } if pictures_left == 0 => {
                pictures_over += 1;
                pages.note(&format!("Picture left out: {alt}"));
            }
            Block::Picture { png, alt } => {
                pictures_left -= 1;
                pages.picture(&png, &alt, limits);
            }
            Block::PageBreak => pages.page_break(),
        }
    }
    if pictures_over > 0 {
        let most = limits.pdf_pictures;
        pages.note(&format!(
            "{pictures_over} pictures were left out: a document has at most {most}."
        ));
    }
    let bytes = pages.finish(&document.title, document.made_at)?;
    Ok(bytes)
}

/// The same, on a thread of its own.
pub async fn written(document: Document, limits: &ServerLimits) -> Result<Vec<u8>> {
    let limits = limits.clone();
    tokio::task::spawn_blocking(move || write(document, &limits))
        .await
        .map_err(|error| Error::Internal(anyhow::anyhow!("writing a PDF: {error}")))?
}
