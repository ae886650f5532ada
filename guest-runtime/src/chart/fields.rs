//! Wedges of pies, and images of matrices.

use super::{
    color::Painter,
    font::Step,
    legend, markers,
    marks::{corners, pick},
    picture::{Picture, Rect},
    scene::{Color, Coords, Pen},
    view::View,
};

pub fn wedge(view: &View, [x, y]: [f64; 2], radius: f64, inner: f64, from: f64, to: f64) -> Option<Vec<Step>> {
    let center = view.place(x, y)?;
    let (across, up) = (view.x.unit(), view.y.unit());
    // The page's angles run the other way round.
    let mut steps = markers::arc(center, radius * across, radius * up, -from, -to, true);
    let whole = (to - from).abs() >= std::f64::consts::TAU - 1e-9;
    if inner > 0.0 {
        let mut hole = markers::arc(center, inner * across, inner * up, -to, -from, whole);
        steps.append(&mut hole);
    } else if !whole {
        steps.push(Step::Line(center.0 as f32, center.1 as f32));
    }
    steps.push(Step::Close);
    Some(steps)
}

pub fn wedge_corners(view: &View, [x, y]: [f64; 2], radius: f64, inner: f64, from: f64, to: f64) -> Vec<(f64, f64)> {
    let along = |radius: f64, angle: f64| view.place(x + radius * angle.cos(), y + radius * angle.sin());
    let outer = (0..=48).filter_map(|i| along(radius, from + (to - from) * f64::from(i) / 48.0));
    let back = (0..=48)
        .rev()
        .filter_map(|i| along(inner, from + (to - from) * f64::from(i) / 48.0));
    outer.chain(back).collect()
}

#[expect(clippy::too_many_arguments, reason = "an image is that many parts")]
pub fn image(
    view: &View,
    (rows, cols): (usize, usize),
    [left, right, bottom, top]: [f64; 4],
    edges: Option<(&[f64], &[f64])>,
    painter: &Painter,
    smooth: bool,
    line: Option<&Pen>,
    picture: &mut Picture,
) {
    let bytes = |color: Option<Color>| {
        color.map_or([0; 4], |color| {
            color.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8)
        })
    };
    if let Some((x, y)) = edges {
        for row in 0..rows {
            for col in 0..cols {
                let (Some(color), Some(rect)) = (
                    painter.color(row * cols + col),
                    corners(
                        view,
                        Coords::Data,
                        [pick(x, col), pick(y, row)],
                        [pick(x, col + 1), pick(y, row + 1)],
                    ),
                ) else {
                    continue;
                };
                picture.outline(legend::rounded(rect, 0.0), Some(color), line);
            }
        }
        return;
    }
    let (Some(a), Some(b)) = (view.place(left, top), view.place(right, bottom)) else {
        return;
    };
    let place = Rect::new(a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1));
    let (mirrored, upside_down) = (a.0 > b.0, a.1 > b.1);
    let mut rgba = Vec::with_capacity(rows * cols * 4);
    for row in 0..rows {
        let row = if upside_down { rows - 1 - row } else { row };
        for col in 0..cols {
            let col = if mirrored { cols - 1 - col } else { col };
            rgba.extend(bytes(painter.color(row * cols + col)));
        }
    }
    picture.image(place, cols, rows, rgba, smooth);
    if let Some(pen) = line {
        for col in 0..=cols {
            let x = place.left + place.width() * col as f64 / cols as f64;
            picture.line(&[(x, place.top), (x, place.bottom)], pen);
        }
        for row in 0..=rows {
            let y = place.top + place.height() * row as f64 / rows as f64;
            picture.line(&[(place.left, y), (place.right, y)], pen);
        }
    }
}
