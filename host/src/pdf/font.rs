//! The fonts of documents: `DejaVu` Sans in three faces and `DejaVu` Sans Mono, of which the used glyphs go into the file.
//!
//! They have the Latin, Greek, Cyrillic, Hebrew and Arabic letters and many signs; what they lack is drawn as an empty
//! box. Letters that change with their neighbours, as in Arabic, stand in their single forms.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, anyhow};
use pdf_writer::{
    Finish, Name, Pdf, Rect, Ref, Str,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use subsetter::GlyphRemapper;

use super::pages::deflated;

/// A face of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Face {
    #[default]
    Regular,
    Bold,
    Italic,
    Mono,
}

const FACES: [Face; 4] = [Face::Regular, Face::Bold, Face::Italic, Face::Mono];

impl Face {
    /// Its name in the resources of every page.
    pub fn resource(self) -> Name<'static> {
        match self {
            Self::Regular => Name(b"F0"),
            Self::Bold => Name(b"F1"),
            Self::Italic => Name(b"F2"),
            Self::Mono => Name(b"F3"),
        }
    }

    /// Six letters that mark a subset, and the font's name.
    fn base_name(self) -> &'static str {
        match self {
            Self::Regular => "GLOVEA+DejaVuSans",
            Self::Bold => "GLOVEB+DejaVuSans-Bold",
            Self::Italic => "GLOVEC+DejaVuSans-Oblique",
            Self::Mono => "GLOVED+DejaVuSansMono",
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => dejavu::sans::regular(),
            Self::Bold => dejavu::sans::bold(),
            Self::Italic => dejavu::sans::oblique(),
            Self::Mono => dejavu::sans_mono::regular(),
        }
    }
}

/// The faces of one document, and what of each it has used.
pub struct Fonts(Vec<Font>);

struct Font {
    face: Face,
    parsed: ttf_parser::Face<'static>,
    /// The glyph in the file and the width in ems of each character.
    known: HashMap<char, (u16, f32)>,
    glyphs: GlyphRemapper,
    /// The first character of each glyph of the file, and its width in ems.
    used: BTreeMap<u16, (char, f32)>,
    lacks: bool,
}

impl Fonts {
    pub fn new() -> Result<Self> {
        let font = |face: Face| {
            Ok(Font {
                face,
                parsed: ttf_parser::Face::parse(face.bytes(), 0).context("reading a font")?,
                known: HashMap::new(),
                glyphs: GlyphRemapper::new(),
                used: BTreeMap::new(),
                lacks: false,
            })
        };
        Ok(Self(FACES.into_iter().map(font).collect::<Result<_>>()?))
    }

    /// The width of a character of size 1.
    pub fn width_of(&mut self, face: Face, c: char) -> f32 {
        self.font(face).glyph(c).1
    }

    /// The width of a text in points.
    pub fn width(&mut self, face: Face, size: f32, text: &str) -> f32 {
        let font = self.font(face);
        text.chars().map(|c| font.glyph(c).1).sum::<f32>() * size
    }

    /// The text as the content of a page has it: two bytes for each glyph.
    pub fn encoded(&mut self, face: Face, text: &str) -> Vec<u8> {
        let font = self.font(face);
        text.chars().flat_map(|c| font.take(c).to_be_bytes()).collect()
    }

    /// Whether something was written that the fonts have no glyph for.
    pub fn lacks_glyphs(&self) -> bool {
        self.0.iter().any(|font| font.lacks)
    }

    fn font(&mut self, face: Face) -> &mut Font {
        &mut self.0[face as usize]
    }

    /// Writes the fonts down. Answers where each is.
    pub fn write(&self, pdf: &mut Pdf, next: &mut impl FnMut() -> Ref) -> Result<Vec<(Name<'static>, Ref)>> {
        let font = |font: &Font| Ok((font.face.resource(), font.write(pdf, next)?));
        self.0.iter().map(font).collect()
    }
}

impl Font {
    fn glyph(&mut self, c: char) -> (u16, f32) {
        if let Some(known) = self.known.get(&c) {
            return *known;
        }
        let glyph = self.parsed.glyph_index(c).unwrap_or_default();
        let units = f32::from(self.parsed.units_per_em());
        let width = f32::from(self.parsed.glyph_hor_advance(glyph).unwrap_or_default()) / units;
        self.known.insert(c, (glyph.0, width));
        (glyph.0, width)
    }

    fn take(&mut self, c: char) -> u16 {
        let (glyph, width) = self.glyph(c);
        self.lacks |= glyph == 0;
        let glyph = self.glyphs.remap(glyph);
        self.used.entry(glyph).or_insert((c, width));
        glyph
    }

    fn write(&self, pdf: &mut Pdf, next: &mut impl FnMut() -> Ref) -> Result<Ref> {
        let (font_id, cid_id, descriptor_id, cmap_id, data_id) = (next(), next(), next(), next(), next());
        let system_info = SystemInfo {
            registry: Str(b"Adobe"),
            ordering: Str(b"Identity"),
            supplement: 0,
        };
        let name = Name(self.face.base_name().as_bytes());
        pdf.type0_font(font_id)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid_id)
            .to_unicode(cmap_id);
        let mut cid = pdf.cid_font(cid_id);
        cid.subtype(CidFontType::Type2)
            .base_font(name)
            .system_info(system_info)
            .font_descriptor(descriptor_id)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid.widths();
        for (glyph, (_, width)) in &self.used {
            widths.consecutive(*glyph, [width * 1000.0]);
        }
        widths.finish();
        cid.finish();

        let per_em = |units: i16| f32::from(units) / f32::from(self.parsed.units_per_em()) * 1000.0;
        let bounds = self.parsed.global_bounding_box();
        let mut flags = FontFlags::SYMBOLIC;
        flags.set(FontFlags::FIXED_PITCH, self.face == Face::Mono);
        flags.set(FontFlags::ITALIC, self.face == Face::Italic);
        pdf.font_descriptor(descriptor_id)
            .name(name)
            .flags(flags)
            .bbox(Rect::new(
                per_em(bounds.x_min),
                per_em(bounds.y_min),
                per_em(bounds.x_max),
                per_em(bounds.y_max),
            ))
            .italic_angle(if self.face == Face::Italic { -11.0 } else { 0.0 })
            .ascent(per_em(self.parsed.ascender()))
            .descent(per_em(self.parsed.descender()))
            .cap_height(per_em(
                self.parsed.capital_height().unwrap_or_else(|| self.parsed.ascender()),
            ))
            .stem_v(if self.face == Face::Bold { 140.0 } else { 80.0 })
            .font_file2(data_id);

        let mut cmap = UnicodeCmap::new(Name(b"Glovebox"), system_info);
        for (glyph, (c, _)) in &self.used {
            cmap.pair(*glyph, *c);
        }
        pdf.cmap(cmap_id, &cmap.finish());

        let subset = subsetter::subset(self.face.bytes(), 0, &self.glyphs)
            .map_err(|error| anyhow!("taking glyphs out of a font: {error}"))?;
        let data = deflated(&subset)?;
        pdf.stream(data_id, &data)
            .filter(pdf_writer::Filter::FlateDecode)
            .pair(Name(b"Length1"), subset.len() as i32);
        Ok(font_id)
    }
}
