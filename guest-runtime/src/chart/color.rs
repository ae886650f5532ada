//! Values to colours: tables of colours and the ways in which many marks are painted.

use super::{
    columns::Columns,
    scene::{Color, Paint},
};

/// A table of colours, written as eight hexadecimal digits each, for the values between two limits.
pub struct Table {
    colors: Vec<Color>,
    low: f64,
    high: f64,
    log: bool,
    alpha: f32,
    bounds: Option<Vec<f64>>,
}

impl Table {
    pub fn new(digits: &str, low: f64, high: f64, log: bool, alpha: f32, bounds: Option<&[f64]>) -> Self {
        Self {
            colors: parse(digits),
            low,
            high,
            log,
            alpha,
            bounds: bounds.map(<[f64]>::to_vec),
        }
    }

    /// The colour of a value; nothing where the value is missing.
    pub fn color(&self, value: f64) -> Option<Color> {
        if value.is_nan() || self.colors.is_empty() || (self.log && value <= 0.0) {
            return None;
        }
        let count = self.colors.len();
        let index = if let Some(bounds) = &self.bounds {
            let bins = bounds.len().saturating_sub(1).max(1);
            let bin = bounds
                .partition_point(|bound| *bound <= value)
                .saturating_sub(1)
                .min(bins - 1);
            if bins == 1 {
                0.0
            } else {
                bin as f64 * (count - 1) as f64 / (bins - 1) as f64
            }
        } else {
            let scaled = |value: f64| if self.log { value.ln() } else { value };
            let (low, high) = (scaled(self.low), scaled(self.high));
            let share = if high > low {
                (scaled(value) - low) / (high - low)
            } else {
                0.0
            };
            (share.clamp(0.0, 1.0) * count as f64).floor()
        };
        let [red, green, blue, alpha] = self.colors[(index as usize).min(count - 1)];
        Some([red, green, blue, alpha * self.alpha])
    }
}

/// The colours of a table in the order of the table.
pub fn parse(digits: &str) -> Vec<Color> {
    let byte = |text: &[u8]| {
        std::str::from_utf8(text)
            .ok()
            .and_then(|text| u8::from_str_radix(text, 16).ok())
            .map_or(0.0, |v| f32::from(v) / 255.0)
    };
    digits
        .as_bytes()
        .chunks_exact(8)
        .map(|c| [byte(&c[..2]), byte(&c[2..4]), byte(&c[4..6]), byte(&c[6..])])
        .collect()
}

/// A [`Paint`] that answers by index.
pub enum Painter<'a> {
    One(Option<Color>),
    Each(&'a [Color]),
    Mapped(Table, &'a [f64]),
}

impl<'a> Painter<'a> {
    pub fn new(paint: &'a Paint, columns: &'a Columns) -> Self {
        match paint {
            Paint::One { color } => Self::One(*color),
            Paint::Each { colors } => Self::Each(colors),
            Paint::Mapped {
                values,
                table,
                low,
                high,
                log,
                alpha,
                bounds,
            } => Self::Mapped(
                Table::new(table, *low, *high, *log, *alpha, bounds.as_deref()),
                columns.get(*values),
            ),
        }
    }

    pub fn color(&self, index: usize) -> Option<Color> {
        match self {
            Self::One(color) => *color,
            Self::Each([]) => None,
            Self::Each(colors) => Some(colors[index % colors.len()]),
            Self::Mapped(table, values) => values.get(index).and_then(|value| table.color(*value)),
        }
    }
}

/// `#rrggbb` of a colour without its opacity.
pub fn hex(color: Color) -> String {
    let part = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    format!("#{:02x}{:02x}{:02x}", part(color[0]), part(color[1]), part(color[2]))
}
