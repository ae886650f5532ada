//! Text: the embedded DejaVu Sans, its widths and outlines, and the small part of mathtext that labels use.
//!
//! Sizes are in the unit in which they are asked for; lines stand 1.2 heights apart as in matplotlib. A character that
//! the font lacks is drawn as the font's empty box.

use std::cell::RefCell;
use std::collections::HashMap;

use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
    raw::{TableProvider, tables::kern::SubtableKind},
};

use super::math;

/// Height of `l` over the baseline and depth of `p` below it, in ems: what a line of text takes up.
const ASCENT: f64 = 0.76;
const DESCENT: f64 = 0.208;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Face {
    #[default]
    Regular,
    Bold,
    Oblique,
    BoldOblique,
    Mono,
}

impl Face {
    pub fn of(bold: bool, italic: bool, mono: bool) -> Self {
        match (mono, bold, italic) {
            (true, ..) => Self::Mono,
            (_, true, true) => Self::BoldOblique,
            (_, true, false) => Self::Bold,
            (_, false, true) => Self::Oblique,
            _ => Self::Regular,
        }
    }

    /// The slanted face beside this one, for letters in formulas.
    pub fn slanted(self) -> Self {
        match self {
            Self::Bold | Self::BoldOblique => Self::BoldOblique,
            _ => Self::Oblique,
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => dejavu::sans::regular(),
            Self::Bold => dejavu::sans::bold(),
            Self::Oblique => dejavu::sans::oblique(),
            Self::BoldOblique => dejavu::sans::bold_oblique(),
            Self::Mono => dejavu::sans_mono::regular(),
        }
    }
}

/// One piece of a glyph's outline, in ems with y upwards.
#[derive(Clone, Copy)]
pub enum Step {
    Move(f32, f32),
    Line(f32, f32),
    Quad(f32, f32, f32, f32),
    Cubic(f32, f32, f32, f32, f32, f32),
    Close,
}

/// A piece of text in one face and size, at an offset from its line's start on the baseline (y upwards).
pub struct Run {
    pub text: String,
    pub face: Face,
    pub size: f64,
    pub x: f64,
    pub y: f64,
}

pub struct Line {
    pub runs: Vec<Run>,
    pub width: f64,
    /// From the block's top to this line's baseline.
    pub baseline: f64,
}

/// A text of one or more lines, measured.
pub struct Block {
    pub lines: Vec<Line>,
    pub width: f64,
    pub height: f64,
}

/// Measures a text.
pub fn block(text: &str, size: f64, face: Face, spacing: f64) -> Block {
    let mut lines = Vec::new();
    let (mut width, mut top) = (0.0_f64, 0.0);
    for (index, text) in text.split('\n').enumerate() {
        let mut x = 0.0;
        let mut runs = Vec::new();
        let mut rise = 0.0_f64;
        for piece in math::pieces(text, face) {
            let piece_size = size * piece.scale;
            let advance = width_of(&piece.text, piece_size, piece.face);
            rise = rise.max(piece.raise * size + piece_size * ASCENT - size * ASCENT);
            runs.push(Run {
                text: piece.text,
                face: piece.face,
                size: piece_size,
                x,
                y: piece.raise * size,
            });
            x += advance;
        }
        if index > 0 {
            top += size * (ASCENT + DESCENT) * (spacing - 1.0) + size * DESCENT;
        }
        let baseline = top + size * ASCENT + rise;
        top = baseline;
        width = width.max(x);
        lines.push(Line {
            runs,
            width: x,
            baseline,
        });
    }
    Block {
        lines,
        width,
        height: top + size * DESCENT,
    }
}

/// Width of a piece of text on one line.
pub fn width_of(text: &str, size: f64, face: Face) -> f64 {
    with(face, |font| {
        font.glyphs(text).map(|(_, _, advance)| advance).sum::<f64>()
    }) * size
}

/// Calls `draw` with the outline and the pen position (in ems) of every glyph of a text.
pub fn outlines(text: &str, face: Face, mut draw: impl FnMut(&[Step], f64)) {
    with(face, |font| {
        let placed: Vec<_> = {
            let mut x = 0.0;
            font.glyphs(text)
                .map(|(glyph, kern, advance)| {
                    let at = x + kern;
                    x += advance;
                    (glyph, at)
                })
                .collect()
        };
        for (glyph, at) in placed {
            let mut cache = font.outlines.borrow_mut();
            let steps = cache.entry(glyph).or_insert_with(|| font.outline(glyph));
            draw(steps, at);
        }
    });
}

/// Reads the fonts and the outlines that most charts use, so that a run need not.
pub fn warm_up() {
    for face in [Face::Regular, Face::Bold, Face::Oblique, Face::BoldOblique, Face::Mono] {
        let letters: String = (' '..='~').chain("−×·…–—%°µαβγδσμ".chars()).collect();
        outlines(&letters, face, |_, _| {});
    }
}

struct Font {
    font: FontRef<'static>,
    em: f64,
    outlines: RefCell<HashMap<GlyphId, Vec<Step>>>,
    advances: RefCell<HashMap<char, (GlyphId, f64)>>,
}

thread_local! {
    static FONTS: RefCell<HashMap<Face, &'static Font>> = RefCell::new(HashMap::new());
}

fn with<T>(face: Face, use_it: impl FnOnce(&Font) -> T) -> T {
    let font = FONTS.with(|fonts| {
        *fonts.borrow_mut().entry(face).or_insert_with(|| {
            let font = FontRef::new(face.bytes()).expect("the embedded fonts are whole");
            let em = f64::from(font.head().map_or(2048, |head| head.units_per_em()));
            // Five fonts that live as long as the guest.
            Box::leak(Box::new(Font {
                font,
                em,
                outlines: RefCell::default(),
                advances: RefCell::default(),
            }))
        })
    });
    use_it(font)
}

impl Font {
    /// Each glyph of a text with its kerning and its whole advance, in ems.
    fn glyphs<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (GlyphId, f64, f64)> + 'a {
        let mut before = None;
        text.chars().map(move |character| {
            let (glyph, advance) = self.glyph(character);
            let kern = before.map_or(0.0, |left| self.kern(left, glyph));
            before = Some(glyph);
            (glyph, kern, kern + advance)
        })
    }

    fn glyph(&self, character: char) -> (GlyphId, f64) {
        *self.advances.borrow_mut().entry(character).or_insert_with(|| {
            let glyph = self.font.charmap().map(character).unwrap_or_default();
            let metrics = self.font.glyph_metrics(Size::unscaled(), LocationRef::default());
            (glyph, f64::from(metrics.advance_width(glyph).unwrap_or(0.0)) / self.em)
        })
    }

    fn kern(&self, left: GlyphId, right: GlyphId) -> f64 {
        let Ok(kern) = self.font.kern() else { return 0.0 };
        kern.subtables()
            .filter_map(Result::ok)
            .filter_map(|table| match table.kind() {
                Ok(SubtableKind::Format0(pairs)) => pairs.kerning(left, right),
                _ => None,
            })
            .map(f64::from)
            .next()
            .unwrap_or(0.0)
            / self.em
    }

    fn outline(&self, glyph: GlyphId) -> Vec<Step> {
        let mut pen = Steps(Vec::new());
        if let Some(outline) = self.font.outline_glyphs().get(glyph) {
            // A glyph that cannot be drawn leaves its space empty.
            let _ = outline.draw(DrawSettings::unhinted(Size::new(1.0), LocationRef::default()), &mut pen);
        }
        pen.0
    }
}

struct Steps(Vec<Step>);

impl OutlinePen for Steps {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(Step::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(Step::Line(x, y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.push(Step::Quad(cx, cy, x, y));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.0.push(Step::Cubic(ax, ay, bx, by, x, y));
    }

    fn close(&mut self) {
        self.0.push(Step::Close);
    }
}
