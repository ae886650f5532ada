//! From data to points on the page.

use super::{
    picture::Rect,
    scene::{Axis, Coords, Scale},
};

/// Farthest that a place may lie outside the page, in points, so that drawing stays exact.
const FAR: f64 = 20_000.0;

/// One axis laid along a stretch of the page.
#[derive(Clone, Copy)]
pub struct Span {
    scale: Scale,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Span {
    pub fn new(axis: &Axis, from: f64, to: f64) -> Self {
        Self {
            scale: axis.scale,
            low: axis.scale.of(axis.limits[0]),
            high: axis.scale.of(axis.limits[1]),
            from,
            to,
        }
    }

    /// Where a value lies; nothing for a value that has no place, such as zero on a logarithmic axis.
    pub fn place(&self, value: f64) -> Option<f64> {
        let share = (self.scale.of(value) - self.low) / (self.high - self.low);
        let at = self.from + share * (self.to - self.from);
        at.is_finite().then_some(at.clamp(-FAR, FAR))
    }

    /// As [`Span::place`], but what lies below a logarithmic axis goes far down, as bars and areas need.
    pub fn base(&self, value: f64) -> Option<f64> {
        if value.is_nan() {
            return None;
        }
        self.place(value).or(Some(if self.to > self.from { -FAR } else { FAR }))
    }

    /// How many points one unit takes, on a linear axis.
    pub fn unit(&self) -> f64 {
        ((self.to - self.from) / (self.high - self.low)).abs()
    }
}

/// A panel's box with both of its axes.
#[derive(Clone, Copy)]
pub struct View {
    pub rect: Rect,
    pub page: Rect,
    pub x: Span,
    pub y: Span,
}

impl View {
    pub fn new(rect: Rect, page: Rect, x: &Axis, y: &Axis) -> Self {
        Self {
            rect,
            page,
            x: Span::new(x, rect.left, rect.right),
            y: Span::new(y, rect.bottom, rect.top),
        }
    }

    pub fn place(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        Some((self.x.place(x)?, self.y.place(y)?))
    }

    /// A place in any of the coordinate systems.
    pub fn at(&self, coords: Coords, [x, y]: [f64; 2]) -> Option<(f64, f64)> {
        let across = |rect: Rect| rect.left + x * rect.width();
        let up = |rect: Rect| rect.bottom - y * rect.height();
        match coords {
            Coords::Data => self.place(x, y),
            Coords::Axes => Some((across(self.rect), up(self.rect))),
            Coords::Figure => Some((across(self.page), up(self.page))),
            Coords::XData => Some((self.x.place(x)?, up(self.rect))),
            Coords::YData => Some((across(self.rect), self.y.place(y)?)),
            Coords::Points => Some((self.rect.left + x, self.rect.bottom - y)),
        }
    }
}
