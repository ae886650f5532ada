//! Hatching: lines and dots that fill a shape beside its colour.

use super::{
    geometry,
    picture::Picture,
    scene::{Cap, Color, Pen},
};

/// Points between hatch lines of a sign that is given once; twice halves it.
const SPACING: f64 = 12.0;

/// Fills a convex shape with the hatch named by matplotlib's signs `/ \ | - + x o O . *`.
pub fn draw(picture: &mut Picture, hatch: &str, corners: &[(f64, f64)], color: Color) {
    let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for (x, y) in corners {
        low = (low.0.min(*x), low.1.min(*y));
        high = (high.0.max(*x), high.1.max(*y));
    }
    if high.0 - low.0 > 5000.0 || high.1 - low.1 > 5000.0 || corners.len() < 3 {
        return;
    }
    let pen = Pen {
        color,
        width: 1.0,
        dash: Vec::new(),
        cap: Cap::Butt,
    };
    let count = |signs: &str| hatch.chars().filter(|sign| signs.contains(*sign)).count();
    for (signs, turn) in [("/x", -1.0), ("\\x", 1.0)] {
        let density = count(signs);
        if density > 0 {
            let spacing = SPACING / density as f64 * std::f64::consts::SQRT_2 / 1.2;
            let height = high.1 - low.1;
            let mut at = ((low.0 - height) / spacing).floor() * spacing;
            while at < high.0 + height {
                let (top, bottom) = if turn > 0.0 {
                    (at, at + height)
                } else {
                    (at + height, at)
                };
                cut(picture, (top, low.1), (bottom, high.1), corners, &pen);
                at += spacing;
            }
        }
    }
    for (signs, upright) in [("|+", true), ("-+", false)] {
        let density = count(signs);
        if density > 0 {
            let spacing = SPACING / density as f64;
            let (from, to) = if upright { (low.0, high.0) } else { (low.1, high.1) };
            let mut at = (from / spacing).ceil() * spacing;
            while at < to {
                let ends = if upright {
                    ((at, low.1), (at, high.1))
                } else {
                    ((low.0, at), (high.0, at))
                };
                cut(picture, ends.0, ends.1, corners, &pen);
                at += spacing;
            }
        }
    }
    for (sign, radius) in [("o", 2.0), ("O", 3.6), (".", 0.9), ("*", 1.8)] {
        let density = count(sign);
        if density > 0 {
            let spacing = SPACING / density as f64;
            let mut row = (low.1 / spacing).floor();
            while row * spacing < high.1 {
                let mut x = (low.0 / spacing).floor() * spacing + if row % 2.0 == 0.0 { 0.0 } else { spacing / 2.0 };
                while x < high.0 {
                    let y = row * spacing + spacing / 2.0;
                    if geometry::inside(corners, x, y) {
                        let shape = if sign == "*" {
                            super::markers::outline("*", radius * 2.0).0
                        } else {
                            super::markers::ellipse((0.0, 0.0), radius, radius)
                        };
                        let filled = sign == "." || sign == "*";
                        picture.stamps(
                            std::rc::Rc::new(shape),
                            filled.then_some(color),
                            (!filled).then(|| pen.clone()),
                            vec![(x as f32, y as f32)],
                        );
                    }
                    x += spacing;
                }
                row += 1.0;
            }
        }
    }
}

fn cut(picture: &mut Picture, from: (f64, f64), to: (f64, f64), corners: &[(f64, f64)], pen: &Pen) {
    for (start, end) in geometry::within(corners, from, to) {
        let at = |share: f64| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        picture.line(&[at(start), at(end)], pen);
    }
}
