//! Writes a picture as PNG: drawn by tiny-skia with smooth edges, lines along the axes set on whole pixels so that
//! they stay crisp, and compressed for speed rather than for the last byte.

use std::collections::HashMap;

use resvg::tiny_skia::{
    self, Color as Ink, FillRule, FilterQuality, LineCap, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap,
    PixmapPaint, PremultipliedColorU8, Stroke, StrokeDash, Transform,
};

use super::{
    font::{self, Block, Step},
    picture::{Kind, Picture, Rect},
    scene::{Cap, Color, Pen},
};

/// From this many markers on, each is copied from a few drawn ones instead of being drawn.
const STAMPED_FROM: usize = 200;

/// Places within a pixel, each way, at which a copied marker may lie.
const STAMP_PLACES: i32 = 4;

/// Pixels of the largest image, each way.
const LARGEST: u32 = 16_384;

/// The picture as PNG at a number of pixels an inch.
pub fn png(picture: &Picture, dpi: f64) -> Result<Vec<u8>, String> {
    let pixels = draw(picture, dpi)?;
    encode(&pixels, dpi)
}

fn draw(picture: &Picture, dpi: f64) -> Result<Pixmap, String> {
    let scale = dpi / 72.0;
    let (width, height) = (
        (picture.width * scale).round() as u32,
        (picture.height * scale).round() as u32,
    );
    if width == 0
        || height == 0
        || width > LARGEST
        || height > LARGEST
        || u64::from(width) * u64::from(height) > 100_000_000
    {
        return Err(format!(
            "Image size of {width}x{height} pixels is too large or empty. It must be less than {LARGEST} in each direction; \
             choose a smaller figsize or dpi."
        ));
    }
    let pixmap = Pixmap::new(width, height).ok_or("the image does not fit into memory")?;
    let mut canvas = Canvas {
        pixmap,
        scale: scale as f32,
        masks: Vec::new(),
    };
    for item in &picture.items {
        let clip = item.clip.map(|clip| canvas.scaled(clip));
        match &item.kind {
            Kind::Path { steps, fill, pen } => canvas.path(steps, *fill, pen.as_ref(), clip),
            Kind::Stamps { outline, fill, pen, at } => canvas.stamps(outline, *fill, pen.as_ref(), at, clip),
            Kind::Text {
                block,
                origin,
                angle,
                align,
                color,
            } => canvas.text(block, *origin, *angle, *align, *color, clip),
            Kind::Image {
                place,
                columns,
                rows,
                rgba,
                smooth,
            } => canvas.image(*place, *columns, *rows, rgba, *smooth, clip),
        }
    }
    Ok(canvas.pixmap)
}

struct Canvas {
    pixmap: Pixmap,
    scale: f32,
    masks: Vec<(Rect, Mask)>,
}

impl Canvas {
    fn scaled(&self, rect: Rect) -> Rect {
        let by = f64::from(self.scale);
        // Clipping falls on whole pixels, as the axes' lines do.
        Rect::new(
            (rect.left * by).floor(),
            (rect.top * by).floor(),
            (rect.right * by).ceil(),
            (rect.bottom * by).ceil(),
        )
    }

    /// The index of the mask for a clip, if a shape with these bounds needs one.
    fn mask(&mut self, clip: Option<Rect>, bounds: tiny_skia::Rect, grown: f32) -> Option<usize> {
        let clip = clip?;
        let inside = f64::from(bounds.left() - grown) >= clip.left
            && f64::from(bounds.top() - grown) >= clip.top
            && f64::from(bounds.right() + grown) <= clip.right
            && f64::from(bounds.bottom() + grown) <= clip.bottom;
        if inside {
            return None;
        }
        if let Some(index) = self.masks.iter().position(|(known, _)| *known == clip) {
            return Some(index);
        }
        let mut mask = Mask::new(self.pixmap.width(), self.pixmap.height())?;
        let shape =
            tiny_skia::Rect::from_ltrb(clip.left as f32, clip.top as f32, clip.right as f32, clip.bottom as f32)?;
        mask.fill_path(
            &PathBuilder::from_rect(shape),
            FillRule::Winding,
            false,
            Transform::identity(),
        );
        self.masks.push((clip, mask));
        Some(self.masks.len() - 1)
    }

    fn path(&mut self, steps: &[Step], fill: Option<Color>, pen: Option<&Pen>, clip: Option<Rect>) {
        let straight = is_straight(steps);
        if let Some(color) = fill {
            let snap = straight.then_some(0.0);
            if let Some(path) = build(
                steps,
                self.scale,
                0.0,
                0.0,
                if pen.is_some() {
                    snap.map(|_| self.offset(pen))
                } else {
                    snap
                },
            ) {
                let mask = self.mask(clip, path.bounds(), 1.0);
                let mask = mask.map(|index| &self.masks[index].1);
                self.pixmap
                    .fill_path(&path, &paint(color), FillRule::Winding, Transform::identity(), mask);
            }
        }
        if let Some(pen) = pen {
            let snap = straight.then(|| self.offset(Some(pen)));
            if let Some(path) = build(steps, self.scale, 0.0, 0.0, snap) {
                let mut width = pen.width as f32 * self.scale;
                if straight && width < 3.0 {
                    width = width.round().max(if width < 0.6 { width } else { 1.0 });
                }
                let mask = self.mask(clip, path.bounds(), width);
                let mask = mask.map(|index| &self.masks[index].1);
                let stroke = stroke(pen, width, self.scale);
                self.pixmap
                    .stroke_path(&path, &paint(pen.color), &stroke, Transform::identity(), mask);
            }
        }
    }

    /// Where in a pixel the middle of a line must lie for its edges to fall between pixels.
    fn offset(&self, pen: Option<&Pen>) -> f32 {
        let width = pen.map_or(0.0, |pen| pen.width as f32 * self.scale).round().max(1.0);
        if pen.is_some() && width as u32 % 2 == 1 {
            0.5
        } else {
            0.0
        }
    }

    fn stamps(
        &mut self,
        outline: &[Step],
        fill: Option<Color>,
        pen: Option<&Pen>,
        at: &[(f32, f32)],
        clip: Option<Rect>,
    ) {
        if at.len() < STAMPED_FROM {
            for (x, y) in at {
                if let Some(path) = build(outline, self.scale, *x, *y, None) {
                    let grown = pen.map_or(0.0, |pen| pen.width as f32 * self.scale) + 1.0;
                    let mask = self.mask(clip, path.bounds(), grown);
                    stamp(
                        &mut self.pixmap,
                        &path,
                        fill,
                        pen,
                        self.scale,
                        mask.map(|index| &self.masks[index].1),
                    );
                }
            }
            return;
        }
        let mut drawn: HashMap<(i32, i32), Option<(Pixmap, i32, i32)>> = HashMap::new();
        let whole = Rect::new(
            0.0,
            0.0,
            f64::from(self.pixmap.width()),
            f64::from(self.pixmap.height()),
        );
        let clip = clip.unwrap_or(whole);
        for (x, y) in at {
            let (x, y) = (x * self.scale, y * self.scale);
            if !x.is_finite() || !y.is_finite() || x.abs() > 1e6 || y.abs() > 1e6 {
                continue;
            }
            let (column, row) = (
                (x * STAMP_PLACES as f32).round() as i32,
                (y * STAMP_PLACES as f32).round() as i32,
            );
            let within = (column.rem_euclid(STAMP_PLACES), row.rem_euclid(STAMP_PLACES));
            let scale = self.scale;
            let copy = drawn
                .entry(within)
                .or_insert_with(|| draw_stamp(outline, fill, pen, scale, within));
            if let Some((copy, left, top)) = copy {
                let (left, top) = (
                    column.div_euclid(STAMP_PLACES) + *left,
                    row.div_euclid(STAMP_PLACES) + *top,
                );
                blend(&mut self.pixmap, copy, left, top, clip);
            }
        }
    }

    fn text(&mut self, block: &Block, origin: (f64, f64), angle: f64, align: f64, color: Color, clip: Option<Rect>) {
        let (sin, cos) = (-angle).to_radians().sin_cos();
        let scale = f64::from(self.scale);
        let upright = angle == 0.0;
        for line in &block.lines {
            let mut left = (block.width - line.width) * align;
            if upright {
                // Letters begin on a pixel and stand on one, so that equal texts look equal.
                left = ((origin.0 + left) * scale).round() / scale - origin.0;
            }
            for run in &line.runs {
                let (dx, dy) = (left + run.x, line.baseline - run.y);
                let x = (origin.0 + dx * cos - dy * sin) * scale;
                let mut y = (origin.1 + dx * sin + dy * cos) * scale;
                if upright && run.y == 0.0 {
                    y = y.round();
                }
                let size = run.size * scale;
                let mut builder = PathBuilder::new();
                font::outlines(&run.text, run.face, |steps, at| {
                    let turn = |gx: f32, gy: f32| {
                        let (gx, gy) = ((f64::from(gx) + at) * size, -f64::from(gy) * size);
                        ((x + gx * cos - gy * sin) as f32, (y + gx * sin + gy * cos) as f32)
                    };
                    push(&mut builder, steps, turn);
                });
                if let Some(path) = builder.finish() {
                    let mask = self.mask(clip, path.bounds(), 0.0);
                    let mask = mask.map(|index| &self.masks[index].1);
                    self.pixmap
                        .fill_path(&path, &paint(color), FillRule::Winding, Transform::identity(), mask);
                }
            }
        }
    }

    fn image(&mut self, place: Rect, columns: usize, rows: usize, rgba: &[u8], smooth: bool, clip: Option<Rect>) {
        let by = f64::from(self.scale);
        let place = Rect::new(place.left * by, place.top * by, place.right * by, place.bottom * by);
        let Some(mut source) = Pixmap::new(columns as u32, rows as u32) else {
            return;
        };
        for (pixel, bytes) in source.pixels_mut().iter_mut().zip(rgba.chunks_exact(4)) {
            *pixel = tiny_skia::ColorU8::from_rgba(bytes[0], bytes[1], bytes[2], bytes[3]).premultiply();
        }
        if smooth {
            let transform = Transform::from_row(
                (place.width() / columns as f64) as f32,
                0.0,
                0.0,
                (place.height() / rows as f64) as f32,
                place.left as f32,
                place.top as f32,
            );
            let quality = PixmapPaint {
                quality: FilterQuality::Bicubic,
                ..PixmapPaint::default()
            };
            let bounds = tiny_skia::Rect::from_ltrb(
                place.left as f32,
                place.top as f32,
                place.right as f32,
                place.bottom as f32,
            );
            let mask = bounds.and_then(|bounds| self.mask(clip, bounds, 0.0));
            let mask = mask.map(|index| &self.masks[index].1);
            self.pixmap
                .draw_pixmap(0, 0, source.as_ref(), &quality, transform, mask);
            return;
        }
        let whole = Rect::new(
            0.0,
            0.0,
            f64::from(self.pixmap.width()),
            f64::from(self.pixmap.height()),
        );
        let clip = clip.unwrap_or(whole);
        let edge = |value: f64, low: f64, high: f64| value.round().clamp(low.max(0.0), high);
        let (left, right) = (
            edge(place.left, clip.left, clip.right.min(whole.right)),
            edge(place.right, clip.left, clip.right.min(whole.right)),
        );
        let (top, bottom) = (
            edge(place.top, clip.top, clip.bottom.min(whole.bottom)),
            edge(place.bottom, clip.top, clip.bottom.min(whole.bottom)),
        );
        let width = self.pixmap.width() as usize;
        // Cells meet on whole pixels and keep their edges sharp.
        let cell = |at: usize, start: f64, length: f64, count: usize| {
            (((at as f64 + 0.5 - start) / length * count as f64).max(0.0) as usize).min(count - 1)
        };
        let across: Vec<usize> = (left as usize..right as usize)
            .map(|x| cell(x, place.left, place.width(), columns))
            .collect();
        for y in top as usize..bottom as usize {
            let row = cell(y, place.top, place.height(), rows);
            for (x, column) in (left as usize..).zip(&across) {
                over(
                    &mut self.pixmap.pixels_mut()[y * width + x],
                    source.pixels()[row * columns + column],
                );
            }
        }
    }
}

fn stamp(pixmap: &mut Pixmap, path: &Path, fill: Option<Color>, pen: Option<&Pen>, scale: f32, mask: Option<&Mask>) {
    if let Some(color) = fill {
        pixmap.fill_path(path, &paint(color), FillRule::Winding, Transform::identity(), mask);
    }
    if let Some(pen) = pen {
        let stroke = stroke(pen, pen.width as f32 * scale, scale);
        pixmap.stroke_path(path, &paint(pen.color), &stroke, Transform::identity(), mask);
    }
}

/// A marker drawn once at one of the places within a pixel, and the pixel of its upper left corner.
fn draw_stamp(
    outline: &[Step],
    fill: Option<Color>,
    pen: Option<&Pen>,
    scale: f32,
    within: (i32, i32),
) -> Option<(Pixmap, i32, i32)> {
    let places = STAMP_PLACES as f32;
    let (x, y) = (within.0 as f32 / places / scale, within.1 as f32 / places / scale);
    let path = build(outline, scale, x, y, None)?;
    let grown = pen.map_or(0.0, |pen| pen.width as f32 * scale) + 1.0;
    let (left, top) = (
        (path.bounds().left() - grown).floor(),
        (path.bounds().top() - grown).floor(),
    );
    let (width, height) = (
        (path.bounds().right() + grown).ceil() - left,
        (path.bounds().bottom() + grown).ceil() - top,
    );
    let mut pixmap = Pixmap::new(width as u32, height as u32)?;
    let moved = path.transform(Transform::from_translate(-left, -top))?;
    stamp(&mut pixmap, &moved, fill, pen, scale, None);
    Some((pixmap, left as i32, top as i32))
}

fn blend(onto: &mut Pixmap, copy: &Pixmap, left: i32, top: i32, clip: Rect) {
    let (width, height) = (onto.width() as i32, onto.height() as i32);
    let rows = (top.max(clip.top as i32).max(0))..((top + copy.height() as i32).min(clip.bottom as i32).min(height));
    let (from, to) = (
        left.max(clip.left as i32).max(0),
        (left + copy.width() as i32).min(clip.right as i32).min(width),
    );
    if from >= to {
        return;
    }
    for y in rows {
        let source = ((y - top) * copy.width() as i32 + from - left) as usize;
        let target = (y * width + from) as usize;
        let count = (to - from) as usize;
        for (below, above) in onto.pixels_mut()[target..target + count]
            .iter_mut()
            .zip(&copy.pixels()[source..source + count])
        {
            over(below, *above);
        }
    }
}

fn over(below: &mut PremultipliedColorU8, above: PremultipliedColorU8) {
    let rest = 255 - u32::from(above.alpha());
    if rest == 255 {
        return;
    }
    let mix = |above: u8, below: u8| (u32::from(above) + (u32::from(below) * rest + 127) / 255).min(255) as u8;
    let alpha = mix(above.alpha(), below.alpha());
    let [red, green, blue] = [
        mix(above.red(), below.red()),
        mix(above.green(), below.green()),
        mix(above.blue(), below.blue()),
    ];
    if let Some(mixed) = PremultipliedColorU8::from_rgba(red.min(alpha), green.min(alpha), blue.min(alpha), alpha) {
        *below = mixed;
    }
}

/// Only lines along the axes, and few enough that it is a frame, a grid or bars.
fn is_straight(steps: &[Step]) -> bool {
    if steps.len() > 1024 {
        return false;
    }
    let mut last = None;
    for step in steps {
        match *step {
            Step::Move(x, y) => last = Some((x, y)),
            Step::Line(x, y) => {
                if let Some((before_x, before_y)) = last
                    && (x - before_x).abs() > 1e-3
                    && (y - before_y).abs() > 1e-3
                {
                    return false;
                }
                last = Some((x, y));
            }
            Step::Close => {}
            _ => return false,
        }
    }
    true
}

/// The steps in pixels, moved by (x, y) points; with `snap`, every corner on a pixel plus that offset.
fn build(steps: &[Step], scale: f32, x: f32, y: f32, snap: Option<f32>) -> Option<Path> {
    let mut builder = PathBuilder::with_capacity(steps.len() + 1, steps.len() * 3);
    let moved = |px: f32, py: f32| ((px + x) * scale, (py + y) * scale);
    match snap {
        // A shape thinner than a pixel would vanish on whole pixels.
        Some(offset) if offset > 0.0 || !is_thin(steps, scale) => {
            let snap = |v: f32| if offset > 0.0 { v.floor() + offset } else { v.round() };
            push(&mut builder, steps, |px, py| {
                let (px, py) = moved(px, py);
                (snap(px), snap(py))
            });
        }
        _ => push(&mut builder, steps, moved),
    }
    builder.finish()
}

fn is_thin(steps: &[Step], scale: f32) -> bool {
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for step in steps {
        if let Step::Move(x, y) | Step::Line(x, y) = *step {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
    }
    (high.0 - low.0) * scale < 1.5 || (high.1 - low.1) * scale < 1.5
}

fn push(builder: &mut PathBuilder, steps: &[Step], at: impl Fn(f32, f32) -> (f32, f32)) {
    for step in steps {
        match *step {
            Step::Move(x, y) => {
                let (x, y) = at(x, y);
                builder.move_to(x, y);
            }
            Step::Line(x, y) => {
                let (x, y) = at(x, y);
                builder.line_to(x, y);
            }
            Step::Quad(cx, cy, x, y) => {
                let ((cx, cy), (x, y)) = (at(cx, cy), at(x, y));
                builder.quad_to(cx, cy, x, y);
            }
            Step::Cubic(ax, ay, bx, by, x, y) => {
                let ((ax, ay), (bx, by), (x, y)) = (at(ax, ay), at(bx, by), at(x, y));
                builder.cubic_to(ax, ay, bx, by, x, y);
            }
            Step::Close => builder.close(),
        }
    }
}

fn paint(color: Color) -> Paint<'static> {
    let [red, green, blue, alpha] = color.map(|part| part.clamp(0.0, 1.0));
    let mut paint = Paint::default();
    paint.set_color(Ink::from_rgba(red, green, blue, alpha).unwrap_or(Ink::BLACK));
    paint
}

fn stroke(pen: &Pen, width: f32, scale: f32) -> Stroke {
    let dash: Vec<f32> = pen.dash.iter().map(|length| (length * scale).max(0.01)).collect();
    Stroke {
        width,
        line_cap: match pen.cap {
            Cap::Butt => LineCap::Butt,
            Cap::Round => LineCap::Round,
            Cap::Square => LineCap::Square,
        },
        line_join: if pen.cap == Cap::Butt && pen.dash.is_empty() {
            LineJoin::Miter
        } else {
            LineJoin::Round
        },
        miter_limit: 10.0,
        dash: if dash.is_empty() {
            None
        } else {
            StrokeDash::new(dash, 0.0)
        },
    }
}

/// An image as PNG, one pixel a cell.
pub fn raw_png(columns: usize, rows: usize, rgba: &[u8]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, columns as u32, rows as u32);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(rgba))
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn encode(pixmap: &Pixmap, dpi: f64) -> Result<Vec<u8>, String> {
    let opaque = pixmap.pixels().iter().all(|pixel| pixel.alpha() == 255);
    let mut bytes = Vec::with_capacity(pixmap.data().len() / 8);
    let mut encoder = png::Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(if opaque {
        png::ColorType::Rgb
    } else {
        png::ColorType::Rgba
    });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let per_metre = (dpi / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let data: Vec<u8> = if opaque {
        pixmap
            .data()
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect()
    } else {
        pixmap
            .pixels()
            .iter()
            .flat_map(|pixel| {
                let color = pixel.demultiply();
                [color.red(), color.green(), color.blue(), color.alpha()]
            })
            .collect()
    };
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&data))
        .map_err(|error| format!("the image cannot be written: {error}"))?;
    Ok(bytes)
}
