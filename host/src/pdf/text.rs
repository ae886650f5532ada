//! Text in lines: cleaned of what does not print, broken between words, and ordered as it is read.

use std::borrow::Cow;

use unicode_bidi::BidiInfo;
use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

use super::font::{Face, Fonts};

/// A piece of text in one face.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub face: SpanFace,
}

/// How a piece of text looks.
pub type SpanFace = Face;

impl Span {
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            face: Face::Regular,
        }
    }

    pub fn bold(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            face: Face::Bold,
        }
    }
}

/// A line: pieces with their widths in points, in the order of their places.
#[derive(Debug, Default, PartialEq)]
pub struct Line(pub Vec<(Face, String, f32)>);

impl Line {
    pub fn width(&self) -> f32 {
        self.0.iter().map(|(.., width)| width).sum()
    }

    fn push(&mut self, face: Face, text: &str, width: f32) {
        match self.0.last_mut() {
            Some((last, before, whole)) if *last == face => {
                before.push_str(text);
                *whole += width;
            }
            _ => self.0.push((face, text.to_owned(), width)),
        }
    }
}

/// Without control characters, other than the ends of lines, and in composed letters.
pub fn clean(text: &str) -> String {
    let shown = text.chars().filter_map(|c| match c {
        '\n' => Some('\n'),
        '\t' | '\u{a0}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' => None,
        c if c.is_control() || ('\u{fe00}'..='\u{fe0f}').contains(&c) => None,
        c => Some(c),
    });
    let shown: String = shown.collect();
    if is_nfc_quick(shown.chars()) == unicode_normalization::IsNormalized::Yes {
        shown
    } else {
        shown.nfc().collect()
    }
}

/// The same, in one line.
pub fn one_line(text: &str) -> String {
    clean(&text.replace(['\n', '\r'], " "))
}

/// The lines of spans of a size in a width, both in points. A word wider than a line is broken.
pub fn wrap(fonts: &mut Fonts, spans: &[Span], size: f32, width: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut line, mut filled) = (Line::default(), 0.0);
    for span in spans {
        let text = clean(&span.text);
        for (number, row) in text.split('\n').enumerate() {
            if number > 0 {
                lines.push(std::mem::take(&mut line));
                filled = 0.0;
            }
            for word in row.split_inclusive(' ') {
                let bare = word.trim_end_matches(' ');
                let bare_width = fonts.width(span.face, size, bare);
                if filled + bare_width > width && filled > 0.0 {
                    lines.push(std::mem::take(&mut line));
                    filled = 0.0;
                }
                if bare_width > width {
                    filled = broken(fonts, span.face, word, size, width, &mut line, &mut lines);
                } else if !(word.trim().is_empty() && filled == 0.0 && span.face != Face::Mono) {
                    let word_width = fonts.width(span.face, size, word);
                    line.push(span.face, word, word_width);
                    filled += word_width;
                }
            }
        }
    }
    if !line.0.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    for line in &mut lines {
        order(line, fonts, size);
    }
    lines
}

/// A word over several lines. Answers how far the last one is filled.
fn broken(
    fonts: &mut Fonts,
    face: Face,
    word: &str,
    size: f32,
    width: f32,
    line: &mut Line,
    lines: &mut Vec<Line>,
) -> f32 {
    let mut filled = 0.0;
    let mut utf8 = [0; 4];
    for c in word.chars() {
        let wide = fonts.width_of(face, c) * size;
        if filled + wide > width && filled > 0.0 {
            lines.push(std::mem::take(line));
            filled = 0.0;
        }
        line.push(face, c.encode_utf8(&mut utf8), wide);
        filled += wide;
    }
    filled
}

/// Puts what is read from right to left in the order of its places.
fn order(line: &mut Line, fonts: &mut Fonts, size: f32) {
    for (face, text, width) in &mut line.0 {
        if let Cow::Owned(ordered) = in_places(text) {
            *text = ordered;
            *width = fonts.width(*face, size, text);
        }
    }
}

/// A line of text in the order of its places, from left to right.
pub fn in_places(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let info = BidiInfo::new(text, None);
    if !info.has_rtl() {
        return Cow::Borrowed(text);
    }
    let ordered = info
        .paragraphs
        .iter()
        .map(|paragraph| info.reorder_line(paragraph, paragraph.range.clone()));
    Cow::Owned(ordered.collect())
}
