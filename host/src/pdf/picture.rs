//! Pictures: the pixels of a PNG on white. A file that is none, or has too many pixels, is not read.

use std::io::Cursor;

use pdf_writer::{Filter, Pdf, Ref};
use png::{ColorType, Decoder, Transformations};

use super::pages::deflated;

/// Points of a pixel that is drawn in its own size.
const POINTS: f32 = 0.75;
/// How much of a page's height a picture takes at most.
const HEIGHT_SHARE: f32 = 0.42;

/// Pixels as they go into the file.
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    /// Three bytes a pixel, compressed.
    data: Vec<u8>,
}

impl Pixels {
    pub fn write(&self, pdf: &mut Pdf, id: Ref) {
        let mut image = pdf.image_xobject(id, &self.data);
        image
            .width(self.width as i32)
            .height(self.height as i32)
            .bits_per_component(8)
            .filter(Filter::FlateDecode);
        image.color_space().device_rgb();
    }
}

/// Width and height in pixels, as the file's beginning says.
pub fn dimensions(png: &[u8]) -> Option<(u32, u32)> {
    let reader = Decoder::new(Cursor::new(png)).read_info().ok()?;
    let info = reader.info();
    Some((info.width, info.height))
}

/// Width and height in points on a page whose content is so wide and high.
pub fn size(width: u32, height: u32, page_width: f32, page_height: f32) -> (f32, f32) {
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let scale = (page_width / width)
        .min(page_height * HEIGHT_SHARE / height)
        .min(POINTS);
    (width * scale, height * scale)
}

/// The pixels of a PNG of at most so many.
pub fn read(png: &[u8], pixels_max: u64) -> Option<Pixels> {
    let mut decoder = Decoder::new(Cursor::new(png));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > pixels_max {
        return None;
    }
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut buffer).ok()?;
    let bytes = &buffer[..frame.buffer_size()];
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha)) / 255) as u8
    };
    let rgb: Vec<u8> = match frame.color_type {
        ColorType::Rgb => bytes.to_vec(),
        ColorType::Rgba => bytes
            .chunks_exact(4)
            .flat_map(|pixel| [0, 1, 2].map(|at: usize| on_white(pixel[at], pixel[3])))
            .collect(),
        ColorType::Grayscale => bytes.iter().flat_map(|value| [*value; 3]).collect(),
        ColorType::GrayscaleAlpha => bytes
            .chunks_exact(2)
            .flat_map(|pixel| [on_white(pixel[0], pixel[1]); 3])
            .collect(),
        ColorType::Indexed => return None,
    };
    Some(Pixels {
        width,
        height,
        data: deflated(&rgb).ok()?,
    })
}
