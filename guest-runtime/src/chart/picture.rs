//! What a figure looks like, recorded: paths, markers, texts and images in points with y downwards, in drawing order.
//!
//! A picture is a plotters backend on a grid of a thousandth of a point, and adds what plotters' own backends cannot
//! express: dashes, clipping, curves, text at any angle, and markers by the hundred thousand. [`super::svg`] and
//! [`super::pixels`] write it down; nothing here knows of files.

use std::{convert::Infallible, rc::Rc};

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

use super::{
    font::{self, Block, Face, Step},
    scene::{Cap, Color, Label, Pen},
};

/// Units of plotters' whole-number coordinates in a point.
const GRID: f64 = 1000.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            left,
            top,
            right,
            bottom,
        }
    }

    pub fn width(self) -> f64 {
        self.right - self.left
    }

    pub fn height(self) -> f64 {
        self.bottom - self.top
    }

    pub fn grown(self, by: f64) -> Self {
        Self::new(self.left - by, self.top - by, self.right + by, self.bottom + by)
    }

    pub fn joined(self, other: Self) -> Self {
        Self::new(
            self.left.min(other.left),
            self.top.min(other.top),
            self.right.max(other.right),
            self.bottom.max(other.bottom),
        )
    }

    pub fn holds(self, x: f64, y: f64) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }
}

pub struct Item {
    pub clip: Option<Rect>,
    pub kind: Kind,
}

pub enum Kind {
    Path {
        steps: Vec<Step>,
        fill: Option<Color>,
        pen: Option<Pen>,
    },
    /// One outline at many places.
    Stamps {
        outline: Rc<Vec<Step>>,
        fill: Option<Color>,
        pen: Option<Pen>,
        at: Vec<(f32, f32)>,
    },
    Text {
        block: Rc<Block>,
        origin: (f64, f64),
        angle: f64,
        align: f64,
        color: Color,
    },
    Image {
        place: Rect,
        columns: usize,
        rows: usize,
        rgba: Vec<u8>,
        smooth: bool,
    },
}

pub struct Picture {
    pub width: f64,
    pub height: f64,
    pub items: Vec<Item>,
    clip: Option<Rect>,
    dash: Vec<f32>,
    cap: Cap,
}

impl Picture {
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            items: Vec::new(),
            clip: None,
            dash: Vec::new(),
            cap: Cap::Butt,
        }
    }

    /// Confines what follows to a rectangle, or to nothing less than the page.
    pub fn clip(&mut self, clip: Option<Rect>) {
        self.clip = clip;
    }

    /// A line through points.
    pub fn line(&mut self, points: &[(f64, f64)], pen: &Pen) {
        if points.len() < 2 || pen.width <= 0.0 {
            return;
        }
        self.dash.clone_from(&pen.dash);
        self.cap = pen.cap;
        // Recording cannot fail.
        let _ = self.draw_path(points.iter().map(|point| grid(*point)), &Stroke(pen));
    }

    /// A filled shape.
    pub fn fill(&mut self, points: &[(f64, f64)], color: Color) {
        let _ = self.fill_polygon(points.iter().map(|point| grid(*point)), &plain(color));
    }

    /// Any outline, filled and then drawn.
    pub fn outline(&mut self, steps: Vec<Step>, fill: Option<Color>, pen: Option<&Pen>) {
        let fill = fill.filter(|color| color[3] > 0.0);
        let pen = pen.filter(|pen| pen.width > 0.0 && pen.color[3] > 0.0).cloned();
        if !steps.is_empty() && (fill.is_some() || pen.is_some()) {
            self.push(Kind::Path { steps, fill, pen });
        }
    }

    pub fn stamps(&mut self, outline: Rc<Vec<Step>>, fill: Option<Color>, pen: Option<Pen>, at: Vec<(f32, f32)>) {
        if !at.is_empty() {
            self.push(Kind::Stamps { outline, fill, pen, at });
        }
    }

    pub fn image(&mut self, place: Rect, columns: usize, rows: usize, rgba: Vec<u8>, smooth: bool) {
        if columns > 0 && rows > 0 {
            self.push(Kind::Image {
                place,
                columns,
                rows,
                rgba,
                smooth,
            });
        }
    }

    /// Writes a text so that the point of its box named by `ha` and `va` lies at `at`; answers the box.
    pub fn text(&mut self, label: &Label, at: (f64, f64), anchored: bool) -> Rect {
        let block = measure(label);
        let (origin, bounds) = place(&block, label, at, anchored);
        if !label.text.trim().is_empty() && label.color[3] > 0.0 {
            let align = share(&label.ha);
            let kind = Kind::Text {
                block: Rc::new(block),
                origin,
                angle: label.rotation,
                align,
                color: label.color,
            };
            self.push(kind);
        }
        bounds
    }

    fn push(&mut self, kind: Kind) {
        self.items.push(Item { clip: self.clip, kind });
    }
}

/// A label's text, measured.
pub fn measure(label: &Label) -> Block {
    font::block(
        &label.text,
        label.size,
        Face::of(label.bold, label.italic, label.mono),
        label.spacing,
    )
}

/// Where the label's box lies if it is written at `at`.
pub fn bounds(label: &Label, at: (f64, f64), anchored: bool) -> Rect {
    place(&measure(label), label, at, anchored).1
}

fn share(ha: &str) -> f64 {
    match ha {
        "left" => 0.0,
        "right" => 1.0,
        _ => 0.5,
    }
}

/// The top left corner of the block before it is turned round that corner, and the box of the turned block.
fn place(block: &Block, label: &Label, at: (f64, f64), anchored: bool) -> ((f64, f64), Rect) {
    let (sin, cos) = (-label.rotation).to_radians().sin_cos();
    let turn = |x: f64, y: f64| (x * cos - y * sin, x * sin + y * cos);
    let baseline = block.lines.last().map_or(block.height, |line| line.baseline);
    let first = block.lines.first().map_or(0.0, |line| line.baseline);
    let corners = [
        turn(0.0, 0.0),
        turn(block.width, 0.0),
        turn(0.0, block.height),
        turn(block.width, block.height),
    ];
    let low = corners.iter().fold((f64::MAX, f64::MAX), |low, corner| {
        (low.0.min(corner.0), low.1.min(corner.1))
    });
    let high = corners.iter().fold((f64::MIN, f64::MIN), |high, corner| {
        (high.0.max(corner.0), high.1.max(corner.1))
    });
    let horizontal = share(&label.ha);
    let (dx, dy) = if anchored {
        let y = match label.va.as_str() {
            "top" => 0.0,
            "center" => block.height / 2.0,
            "baseline" => baseline,
            "center_baseline" => first - label.size * 0.27,
            _ => block.height,
        };
        let (x, y) = turn(block.width * horizontal, y);
        (-x, -y)
    } else {
        let y = match label.va.as_str() {
            "top" => low.1,
            "center" => f64::midpoint(low.1, high.1),
            "baseline" if label.rotation == 0.0 => baseline,
            "center_baseline" if label.rotation == 0.0 => first - label.size * 0.27,
            "center_baseline" => f64::midpoint(low.1, high.1),
            _ => high.1,
        };
        (-(low.0 + (high.0 - low.0) * horizontal), -y)
    };
    let origin = (at.0 + dx, at.1 + dy);
    (
        origin,
        Rect::new(origin.0 + low.0, origin.1 + low.1, origin.0 + high.0, origin.1 + high.1),
    )
}

/// A polygon as steps.
pub fn polygon(points: &[(f64, f64)], closed: bool) -> Vec<Step> {
    let mut steps = Vec::with_capacity(points.len() + 1);
    for (index, (x, y)) in points.iter().enumerate() {
        let (x, y) = (*x as f32, *y as f32);
        steps.push(if index == 0 { Step::Move(x, y) } else { Step::Line(x, y) });
    }
    if closed && !steps.is_empty() {
        steps.push(Step::Close);
    }
    steps
}

fn grid(point: (f64, f64)) -> BackendCoord {
    ((point.0 * GRID).round() as i32, (point.1 * GRID).round() as i32)
}

fn points(points: impl IntoIterator<Item = BackendCoord>) -> Vec<(f64, f64)> {
    points
        .into_iter()
        .map(|(x, y)| (f64::from(x) / GRID, f64::from(y) / GRID))
        .collect()
}

fn plain([red, green, blue, alpha]: Color) -> BackendColor {
    let byte = |part: f32| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    BackendColor {
        rgb: (byte(red), byte(green), byte(blue)),
        alpha: f64::from(alpha),
    }
}

fn color(color: BackendColor) -> Color {
    let part = |byte: u8| f32::from(byte) / 255.0;
    [
        part(color.rgb.0),
        part(color.rgb.1),
        part(color.rgb.2),
        color.alpha as f32,
    ]
}

/// A pen as plotters sees it.
struct Stroke<'a>(&'a Pen);

impl BackendStyle for Stroke<'_> {
    fn color(&self) -> BackendColor {
        plain(self.0.color)
    }

    fn stroke_width(&self) -> u32 {
        (self.0.width * GRID).round() as u32
    }
}

impl DrawingBackend for Picture {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.width * GRID) as u32, (self.height * GRID) as u32)
    }

    fn ensure_prepared(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        Ok(())
    }

    fn present(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Result<(), DrawingErrorKind<Infallible>> {
        self.fill_polygon([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], &color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        if fill {
            self.fill_polygon(corners, style)
        } else {
            self.draw_path(corners, style)
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let pen = Pen {
            color: color(style.color()),
            width: f64::from(style.stroke_width()) / GRID,
            dash: self.dash.clone(),
            cap: self.cap,
        };
        self.outline(polygon(&points(path), false), None, Some(&pen));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        self.outline(polygon(&points(corners), true), Some(color(style.color())), None);
        Ok(())
    }
}
