//! Texts with their frames and arrows.

use super::{
    legend, marks,
    picture::{self, Picture, Rect},
    scene::{Arrow, Back, Cap, Label, Pen},
    view::View,
};

/// A text with its frame and arrow.
pub fn note(
    view: &View,
    label: &Label,
    at: (f64, f64),
    back: Option<&Back>,
    arrow: Option<&Arrow>,
    picture: &mut Picture,
    crowd: &mut Vec<(f64, f64)>,
) {
    let bounds = picture::bounds(label, at, false);
    let pad = back.map_or(0.0, |back| back.pad);
    if let Some(arrow) = arrow
        && let Some(target) = view.at(arrow.coords, arrow.to)
    {
        draw_arrow(
            arrow,
            bounds.grown(pad),
            label.text.is_empty().then_some(at),
            target,
            picture,
        );
    }
    if let Some(back) = back {
        let pen = back.edge.map(|color| Pen {
            color,
            width: back.width,
            dash: Vec::new(),
            cap: Cap::Butt,
        });
        picture.outline(legend::rounded(bounds.grown(pad), back.round), back.face, pen.as_ref());
    }
    marks::fill_crowd(crowd, bounds, view.rect);
    picture.text(label, at, false);
}

fn draw_arrow(arrow: &Arrow, text: Rect, from: Option<(f64, f64)>, to: (f64, f64), picture: &mut Picture) {
    let center = from.unwrap_or((
        f64::midpoint(text.left, text.right),
        f64::midpoint(text.top, text.bottom),
    ));
    let length = ((to.0 - center.0).powi(2) + (to.1 - center.1).powi(2)).sqrt();
    if length < 1e-6 {
        return;
    }
    let control = (
        f64::midpoint(center.0, to.0) + arrow.bend * (to.1 - center.1),
        f64::midpoint(center.1, to.1) - arrow.bend * (to.0 - center.0),
    );
    let at = |t: f64| {
        let s = 1.0 - t;
        (
            s * s * center.0 + 2.0 * s * t * control.0 + t * t * to.0,
            s * s * center.1 + 2.0 * s * t * control.1 + t * t * to.1,
        )
    };
    let path: Vec<(f64, f64)> = (0..=64).map(|i| at(f64::from(i) / 64.0)).collect();
    let away = |a: (f64, f64), b: (f64, f64)| ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt();
    let box_ = text.grown(if from.is_some() { 0.0 } else { arrow.shrink[0] });
    let start = path.iter().position(|point| {
        if from.is_some() {
            away(*point, center) >= arrow.shrink[0]
        } else {
            !box_.holds(point.0, point.1)
        }
    });
    let stop = path.iter().rposition(|point| away(*point, to) >= arrow.shrink[1]);
    let (Some(start), Some(stop)) = (start, stop) else {
        return;
    };
    if stop <= start {
        return;
    }
    let path = &path[start..=stop];
    let (tip, tail) = (path[path.len() - 1], path[0]);
    let before = path[path.len().saturating_sub(6).min(path.len() - 2)];
    let head = |picture: &mut Picture, tip: (f64, f64), before: (f64, f64), filled: bool| {
        let length = away(tip, before).max(1e-9);
        let (dx, dy) = ((tip.0 - before.0) / length, (tip.1 - before.1) / length);
        let (long, wide) = (arrow.head * 0.4, arrow.head * 0.2);
        let wing = |sign: f64| {
            (
                tip.0 - dx * long - dy * wide * sign,
                tip.1 - dy * long + dx * wide * sign,
            )
        };
        if filled {
            let shape = picture::polygon(&[wing(1.0), tip, wing(-1.0)], true);
            picture.outline(
                shape,
                arrow.face.or(Some(arrow.pen.color)),
                Some(&Pen {
                    dash: Vec::new(),
                    ..arrow.pen.clone()
                }),
            );
        } else {
            picture.line(
                &[wing(1.0), tip, wing(-1.0)],
                &Pen {
                    dash: Vec::new(),
                    cap: Cap::Round,
                    ..arrow.pen.clone()
                },
            );
        }
    };
    if let Some(shaft) = arrow.shaft {
        // The plain arrow of `arrowprops=dict(facecolor=…)`: one filled shape.
        let length = away(tip, tail).max(1e-9);
        let (dx, dy) = ((tip.0 - tail.0) / length, (tip.1 - tail.1) / length);
        let long = arrow.head.min(length);
        let neck = (tip.0 - dx * long, tip.1 - dy * long);
        let aside = |point: (f64, f64), wide: f64| (point.0 - dy * wide, point.1 + dx * wide);
        let shape = [
            aside(tail, shaft / 2.0),
            aside(neck, shaft / 2.0),
            aside(neck, shaft * 1.5 / 2.0 + shaft / 2.0),
            tip,
            aside(neck, -shaft * 1.5 / 2.0 - shaft / 2.0),
            aside(neck, -shaft / 2.0),
            aside(tail, -shaft / 2.0),
        ];
        picture.outline(picture::polygon(&shape, true), arrow.face, Some(&arrow.pen));
        return;
    }
    picture.line(path, &arrow.pen);
    let after = path[5.min(path.len() - 1)];
    match arrow.style.as_str() {
        "->" => head(picture, tip, before, false),
        "-|>" => head(picture, tip, before, true),
        "<-" => head(picture, tail, after, false),
        "<|-" => head(picture, tail, after, true),
        "<->" => {
            head(picture, tip, before, false);
            head(picture, tail, after, false);
        }
        "<|-|>" => {
            head(picture, tip, before, true);
            head(picture, tail, after, true);
        }
        "-" => {}
        "simple" | "fancy" | "wedge" => head(picture, tip, before, true),
        _ => {
            let across = |point: (f64, f64), next: (f64, f64), picture: &mut Picture| {
                let length = away(point, next).max(1e-9);
                let (dx, dy) = ((point.0 - next.0) / length * 4.0, (point.1 - next.1) / length * 4.0);
                picture.line(
                    &[(point.0 - dy, point.1 + dx), (point.0 + dy, point.1 - dx)],
                    &arrow.pen,
                );
            };
            if arrow.style.ends_with(['[', ']', '|']) {
                across(tip, before, picture);
            }
            if arrow.style.starts_with(['[', ']', '|']) {
                across(tail, after, picture);
            }
        }
    }
}
