//! The outlines of markers, by matplotlib's letters.

use std::{f64::consts::TAU, rc::Rc};

use super::{
    font::Step,
    picture::{self, Picture},
    scene::{Cap, Marker, Pen},
};

/// Draws one marker at many places.
pub fn draw(picture: &mut Picture, marker: &Marker, at: Vec<(f32, f32)>) {
    let (outline, filled) = outline(&marker.shape, marker.size);
    let pen = marker
        .edge
        .filter(|edge| edge[3] > 0.0 && marker.edge_width > 0.0)
        .map(|color| Pen {
            color,
            width: marker.edge_width,
            dash: Vec::new(),
            cap: Cap::Butt,
        });
    let fill = marker.face.filter(|_| filled);
    if outline.is_empty() || (fill.is_none() && pen.is_none()) {
        return;
    }
    picture.stamps(Rc::new(outline), fill, pen, at);
}

/// The outline of a marker of `size` points around the origin, with y downwards, and whether it has an inside.
pub fn outline(shape: &str, size: f64) -> (Vec<Step>, bool) {
    let half = size / 2.0;
    let polygon = |corners: &[(f64, f64)]| {
        let corners: Vec<_> = corners.iter().map(|(x, y)| (x * half, -y * half)).collect();
        (picture::polygon(&corners, true), true)
    };
    let strokes = |lines: &[[(f64, f64); 2]]| {
        let steps = lines
            .iter()
            .flat_map(|[from, to]| {
                [
                    Step::Move((from.0 * half) as f32, (-from.1 * half) as f32),
                    Step::Line((to.0 * half) as f32, (-to.1 * half) as f32),
                ]
            })
            .collect();
        (steps, false)
    };
    let ring = |corners: usize, turn: f64| {
        let points: Vec<_> = (0..corners)
            .map(|i| (turn + TAU * i as f64 / corners as f64).sin_cos())
            .collect();
        polygon(&points)
    };
    match shape {
        "o" => (ellipse((0.0, 0.0), half, half), true),
        "." => (ellipse((0.0, 0.0), half / 2.0, half / 2.0), true),
        "," => polygon(&[(-0.2, -0.2), (0.2, -0.2), (0.2, 0.2), (-0.2, 0.2)]),
        "s" => polygon(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]),
        "D" => polygon(&[(0.0, -1.414), (1.414, 0.0), (0.0, 1.414), (-1.414, 0.0)]),
        "d" => polygon(&[(0.0, -1.414), (0.848, 0.0), (0.0, 1.414), (-0.848, 0.0)]),
        "^" => polygon(&[(0.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]),
        "v" => polygon(&[(0.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]),
        "<" => polygon(&[(-1.0, 0.0), (1.0, -1.0), (1.0, 1.0)]),
        ">" => polygon(&[(1.0, 0.0), (-1.0, 1.0), (-1.0, -1.0)]),
        "p" => ring(5, 0.0),
        "h" => ring(6, 0.0),
        "H" => ring(6, TAU / 12.0),
        "8" => ring(8, TAU / 16.0),
        "*" => {
            let points: Vec<_> = (0..10)
                .map(|i| {
                    let (sin, cos) = (TAU * f64::from(i) / 10.0).sin_cos();
                    let radius = if i % 2 == 0 { 1.0 } else { 0.381_966 };
                    (sin * radius, cos * radius)
                })
                .collect();
            polygon(&points)
        }
        "P" => polygon(&[
            (-0.33, -1.0),
            (0.33, -1.0),
            (0.33, -0.33),
            (1.0, -0.33),
            (1.0, 0.33),
            (0.33, 0.33),
            (0.33, 1.0),
            (-0.33, 1.0),
            (-0.33, 0.33),
            (-1.0, 0.33),
            (-1.0, -0.33),
            (-0.33, -0.33),
        ]),
        "X" => polygon(&[
            (-0.5, -1.0),
            (0.0, -0.5),
            (0.5, -1.0),
            (1.0, -0.5),
            (0.5, 0.0),
            (1.0, 0.5),
            (0.5, 1.0),
            (0.0, 0.5),
            (-0.5, 1.0),
            (-1.0, 0.5),
            (-0.5, 0.0),
            (-1.0, -0.5),
        ]),
        "+" => strokes(&[[(-1.0, 0.0), (1.0, 0.0)], [(0.0, -1.0), (0.0, 1.0)]]),
        "x" => strokes(&[[(-1.0, -1.0), (1.0, 1.0)], [(-1.0, 1.0), (1.0, -1.0)]]),
        "|" => strokes(&[[(0.0, -1.0), (0.0, 1.0)]]),
        "_" => strokes(&[[(-1.0, 0.0), (1.0, 0.0)]]),
        "1" => strokes(&[
            [(0.0, 0.0), (0.0, -1.0)],
            [(0.0, 0.0), (0.8, 0.5)],
            [(0.0, 0.0), (-0.8, 0.5)],
        ]),
        "2" => strokes(&[
            [(0.0, 0.0), (0.0, 1.0)],
            [(0.0, 0.0), (0.8, -0.5)],
            [(0.0, 0.0), (-0.8, -0.5)],
        ]),
        "3" => strokes(&[
            [(0.0, 0.0), (-1.0, 0.0)],
            [(0.0, 0.0), (0.5, 0.8)],
            [(0.0, 0.0), (0.5, -0.8)],
        ]),
        "4" => strokes(&[
            [(0.0, 0.0), (1.0, 0.0)],
            [(0.0, 0.0), (-0.5, 0.8)],
            [(0.0, 0.0), (-0.5, -0.8)],
        ]),
        _ => (Vec::new(), false),
    }
}

/// An ellipse around a point, radii in points.
pub fn ellipse((x, y): (f64, f64), across: f64, up: f64) -> Vec<Step> {
    arc((x, y), across, up, 0.0, TAU, true)
}

/// A part of an ellipse from one angle to another, counted from the right and, as y goes down, clockwise on the page
/// for growing angles of the page's own coordinates. `first` starts a new outline; else the arc continues one.
pub fn arc((x, y): (f64, f64), across: f64, up: f64, from: f64, to: f64, first: bool) -> Vec<Step> {
    let pieces = (((to - from).abs() / (TAU / 4.0)) - 1e-9).ceil().max(1.0);
    let step = (to - from) / pieces;
    let reach = 4.0 / 3.0 * (step / 4.0).tan();
    let mut steps = Vec::new();
    let at = |angle: f64| {
        let (sin, cos) = angle.sin_cos();
        (x + across * cos, y + up * sin)
    };
    let start = at(from);
    steps.push(if first {
        Step::Move(start.0 as f32, start.1 as f32)
    } else {
        Step::Line(start.0 as f32, start.1 as f32)
    });
    for piece in 0..pieces as usize {
        let (begin, end) = (from + step * piece as f64, from + step * (piece + 1) as f64);
        let ((begin_sin, begin_cos), (end_sin, end_cos)) = (begin.sin_cos(), end.sin_cos());
        let (a, b) = (at(begin), at(end));
        steps.push(Step::Cubic(
            (a.0 - reach * across * begin_sin) as f32,
            (a.1 + reach * up * begin_cos) as f32,
            (b.0 + reach * across * end_sin) as f32,
            (b.1 - reach * up * end_cos) as f32,
            b.0 as f32,
            b.1 as f32,
        ));
    }
    if first && (to - from).abs() >= TAU - 1e-9 {
        steps.push(Step::Close);
    }
    steps
}
