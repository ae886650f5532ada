//! Draws the marks of a panel: lines, points, bars, areas, images, wedges and texts.

use super::{
    color::Painter,
    columns::Columns,
    fields, geometry, hatch, legend, markers, notes,
    picture::{self, Picture, Rect},
    scene::{Cap, Color, Coords, Mark, Marker, Pen, Shape},
    view::View,
};

/// Points that the legend looks at in one mark.
const CROWD: usize = 2000;

/// Draws a mark; `crowd` collects where it lies, for the legend.
pub fn draw(mark: &Mark, view: &View, columns: &Columns, picture: &mut Picture, crowd: &mut Vec<(f64, f64)>) {
    picture.clip(mark.clip.then_some(view.rect));
    let see = view.rect.grown(60.0);
    match &mark.shape {
        Shape::Line {
            x,
            y,
            pen,
            marker,
            every,
            step,
        } => {
            let places = runs(view, mark.coords, columns.get(*x), columns.get(*y), step.as_deref());
            for run in &places {
                remember(crowd, run, mark.crowded, view.rect);
                if let Some(pen) = pen {
                    for part in geometry::clip_line(&geometry::thin(run.clone()), see) {
                        picture.line(&part, pen);
                    }
                }
            }
            if let Some(marker) = marker {
                let at: Vec<_> = columns
                    .get(*x)
                    .iter()
                    .zip(columns.get(*y))
                    .step_by((*every).max(1))
                    .filter_map(|(x, y)| view.at(mark.coords, [*x, *y]))
                    .collect();
                // Markers on the axes' edge are whole, as in matplotlib only their place must lie within.
                markers::draw(picture, marker, visible(&at, see));
            }
        }
        Shape::Points {
            x,
            y,
            sizes,
            marker,
            paint,
            edge,
        } => {
            points(
                view,
                mark.coords,
                columns,
                (*x, *y),
                sizes,
                marker,
                &Painter::new(paint, columns),
                &Painter::new(edge, columns),
                picture,
                crowd,
            );
        }
        Shape::Boxes {
            left,
            bottom,
            width,
            height,
            faces,
            edges,
            line,
            dash,
            hatch,
            ..
        } => {
            for index in 0..left.len() {
                let (x, y, w, h) = (
                    left[index],
                    pick(bottom, index),
                    pick(width, index),
                    pick(height, index),
                );
                let Some(rect) = corners(view, mark.coords, [x, y], [x + w, y + h]) else {
                    continue;
                };
                let rect = Rect::new(
                    rect.left.max(see.left),
                    rect.top.max(see.top),
                    rect.right.min(see.right),
                    rect.bottom.min(see.bottom),
                );
                if rect.left > rect.right || rect.top > rect.bottom {
                    continue;
                }
                if mark.crowded {
                    fill_crowd(crowd, rect, view.rect);
                }
                let face = pick_color(faces, index);
                let edge = pick_color(edges, index);
                let pen = edge.map(|color| Pen {
                    color,
                    width: *line,
                    dash: dash.clone(),
                    cap: Cap::Butt,
                });
                picture.outline(legend::rounded(rect, 0.0), face, pen.as_ref());
                if let Some(signs) = hatch {
                    hatch::draw(
                        picture,
                        signs,
                        &[
                            (rect.left, rect.top),
                            (rect.right, rect.top),
                            (rect.right, rect.bottom),
                            (rect.left, rect.bottom),
                        ],
                        edge.unwrap_or([0.0, 0.0, 0.0, 1.0]),
                    );
                }
            }
        }
        Shape::Area {
            x,
            low,
            high,
            face,
            edge,
            step,
            horizontal,
            hatch,
        } => {
            area(
                view,
                [columns.get(*x), columns.get(*low), columns.get(*high)],
                step.as_deref(),
                *horizontal,
                |outline| {
                    if mark.crowded {
                        let some = outline.len().div_ceil(CROWD).max(1);
                        crowd.extend(outline.iter().step_by(some).filter(|(x, y)| view.rect.holds(*x, *y)));
                    }
                    let outline = geometry::clip_polygon(outline, see);
                    if let Some(color) = face {
                        picture.fill(&outline, *color);
                    }
                    if let Some(pen) = edge {
                        picture.outline(picture::polygon(&outline, true), None, Some(pen));
                    }
                    if let Some(signs) = hatch {
                        hatch::draw(
                            picture,
                            signs,
                            &outline,
                            edge.as_ref().map_or([0.0, 0.0, 0.0, 1.0], |pen| pen.color),
                        );
                    }
                },
            );
        }
        Shape::Segments {
            x0,
            y0,
            x1,
            y1,
            pens,
            cap,
            ..
        } => {
            for index in 0..x0.len() {
                let (Some(from), Some(to)) = (
                    end(view, mark.coords, [x0[index], y0[index]]),
                    end(view, mark.coords, [pick(x1, index), pick(y1, index)]),
                ) else {
                    continue;
                };
                if pens.is_empty() {
                    break;
                }
                let pen = &pens[index % pens.len()];
                remember(crowd, &[from, to], mark.crowded, view.rect);
                for part in geometry::clip_line(&[from, to], see) {
                    picture.line(&part, pen);
                }
                if *cap > 0.0 {
                    let flat = (from.1 - to.1).abs() < (from.0 - to.0).abs();
                    let solid = Pen {
                        dash: Vec::new(),
                        ..pen.clone()
                    };
                    for (x, y) in [from, to] {
                        let bar = if flat {
                            [(x, y - cap), (x, y + cap)]
                        } else {
                            [(x - cap, y), (x + cap, y)]
                        };
                        if see.holds(x, y) {
                            picture.line(&bar, &solid);
                        }
                    }
                }
            }
        }
        Shape::Polygon {
            x,
            y,
            face,
            edge,
            closed,
            hatch,
        } => {
            let points: Vec<_> = x
                .iter()
                .zip(y)
                .filter_map(|(x, y)| end(view, mark.coords, [*x, *y]))
                .collect();
            remember(crowd, &points, mark.crowded, view.rect);
            let points = if *closed {
                geometry::clip_polygon(points, see)
            } else {
                points
            };
            picture.outline(picture::polygon(&points, *closed), *face, edge.as_ref());
            if let Some(signs) = hatch {
                hatch::draw(
                    picture,
                    signs,
                    &points,
                    edge.as_ref().map_or([0.0, 0.0, 0.0, 1.0], |pen| pen.color),
                );
            }
        }
        Shape::Ellipse {
            center,
            size,
            angle,
            face,
            edge,
        } => {
            let around: Vec<_> = (0..72)
                .filter_map(|step| {
                    let (sin, cos) = (f64::from(step) * 5.0).to_radians().sin_cos();
                    let (x, y) = (size[0] / 2.0 * cos, size[1] / 2.0 * sin);
                    let (turn_sin, turn_cos) = angle.to_radians().sin_cos();
                    end(
                        view,
                        mark.coords,
                        [
                            center[0] + x * turn_cos - y * turn_sin,
                            center[1] + x * turn_sin + y * turn_cos,
                        ],
                    )
                })
                .collect();
            picture.outline(
                picture::polygon(&geometry::clip_polygon(around, see), true),
                *face,
                edge.as_ref(),
            );
        }
        Shape::Wedge {
            center,
            radius,
            inner,
            from,
            to,
            face,
            edge,
            hatch,
        } => {
            if let Some(steps) = fields::wedge(view, *center, *radius, *inner, from.to_radians(), to.to_radians()) {
                picture.outline(steps, *face, edge.as_ref());
            }
            if let Some(signs) = hatch {
                let around: Vec<_> =
                    fields::wedge_corners(view, *center, *radius, *inner, from.to_radians(), to.to_radians());
                hatch::draw(
                    picture,
                    signs,
                    &around,
                    edge.as_ref().map_or([0.0, 0.0, 0.0, 1.0], |pen| pen.color),
                );
            }
        }
        Shape::Text {
            at,
            offset,
            label,
            back,
            arrow,
        } => {
            if let Some(place) = view.at(mark.coords, *at) {
                let place = (place.0 + offset[0], place.1 - offset[1]);
                // A text whose place the limits leave out is not drawn over the neighbours.
                if mark.coords != Coords::Data || view.rect.grown(80.0).holds(place.0, place.1) || arrow.is_some() {
                    notes::note(view, label, place, back.as_ref(), arrow.as_ref(), picture, crowd);
                }
            }
        }
        Shape::Image {
            rows,
            cols,
            extent,
            x,
            y,
            paint,
            smooth,
            line,
        } => {
            let painter = Painter::new(paint, columns);
            fields::image(
                view,
                (*rows, *cols),
                *extent,
                x.as_deref().zip(y.as_deref()),
                &painter,
                *smooth,
                line.as_ref(),
                picture,
            );
        }
        Shape::Tiles { x, y, outline, paint } => {
            let painter = Painter::new(paint, columns);
            for (index, (cx, cy)) in columns.get(*x).iter().zip(columns.get(*y)).enumerate() {
                let Some(color) = painter.color(index) else { continue };
                let points: Vec<_> = outline
                    .iter()
                    .filter_map(|[dx, dy]| view.place(cx + dx, cy + dy))
                    .collect();
                let pen = Pen {
                    color,
                    width: 0.3,
                    dash: Vec::new(),
                    cap: Cap::Butt,
                };
                picture.outline(picture::polygon(&points, true), Some(color), Some(&pen));
            }
        }
    }
    picture.clip(None);
}

pub fn pick(values: &[f64], index: usize) -> f64 {
    if values.is_empty() {
        f64::NAN
    } else {
        values[index % values.len()]
    }
}

fn pick_color(colors: &[Option<Color>], index: usize) -> Option<Color> {
    if colors.is_empty() {
        None
    } else {
        colors[index % colors.len()]
    }
}

/// A place that may lie at the foot of a logarithmic axis.
fn end(view: &View, coords: Coords, [x, y]: [f64; 2]) -> Option<(f64, f64)> {
    match coords {
        Coords::Data => Some((view.x.base(x)?, view.y.base(y)?)),
        Coords::XData => Some((view.x.base(x)?, view.at(coords, [x, y])?.1)),
        Coords::YData => Some((view.at(coords, [x, y])?.0, view.y.base(y)?)),
        _ => view.at(coords, [x, y]),
    }
}

pub fn corners(view: &View, coords: Coords, a: [f64; 2], b: [f64; 2]) -> Option<Rect> {
    let (a, b) = (end(view, coords, a)?, end(view, coords, b)?);
    Some(Rect::new(a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1)))
}

/// The unbroken parts of a line: a missing value ends one.
fn runs(view: &View, coords: Coords, x: &[f64], y: &[f64], step: Option<&str>) -> Vec<Vec<(f64, f64)>> {
    let mut parts = Vec::new();
    let mut part: Vec<(f64, f64)> = Vec::new();
    for (x, y) in x.iter().zip(y) {
        match view.at(coords, [*x, *y]) {
            Some(place) => part.push(place),
            None if !part.is_empty() => parts.push(std::mem::take(&mut part)),
            None => {}
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    match step {
        Some(step) => parts.into_iter().map(|part| stepped(&part, step, false)).collect(),
        None => parts,
    }
}

fn stepped(points: &[(f64, f64)], step: &str, along_y: bool) -> Vec<(f64, f64)> {
    let turn = |point: (f64, f64)| if along_y { (point.1, point.0) } else { point };
    let mut out = Vec::with_capacity(points.len() * 3);
    for (index, point) in points.iter().enumerate() {
        let point = turn(*point);
        if index > 0 {
            let before = turn(points[index - 1]);
            match step {
                "pre" => out.push(turn((before.0, point.1))),
                "post" => out.push(turn((point.0, before.1))),
                _ => {
                    let middle = f64::midpoint(before.0, point.0);
                    out.push(turn((middle, before.1)));
                    out.push(turn((middle, point.1)));
                }
            }
        }
        out.push(turn(point));
    }
    out
}

fn remember(crowd: &mut Vec<(f64, f64)>, points: &[(f64, f64)], wanted: bool, rect: Rect) {
    if !wanted || points.is_empty() {
        return;
    }
    let some = points.len().div_ceil(CROWD).max(1);
    // Long straight stretches count along their whole length.
    let fine = if points.len() < 200 { 24 } else { 1 };
    for pair in points.windows(2).step_by(some) {
        for share in 0..fine {
            let share = f64::from(share) / f64::from(fine);
            let at = (
                pair[0].0 + (pair[1].0 - pair[0].0) * share,
                pair[0].1 + (pair[1].1 - pair[0].1) * share,
            );
            if rect.holds(at.0, at.1) {
                crowd.push(at);
            }
        }
    }
    crowd.extend(points.last().filter(|(x, y)| rect.holds(*x, *y)));
}

pub fn fill_crowd(crowd: &mut Vec<(f64, f64)>, place: Rect, rect: Rect) {
    let place = Rect::new(
        place.left.max(rect.left),
        place.top.max(rect.top),
        place.right.min(rect.right),
        place.bottom.min(rect.bottom),
    );
    if place.width() < 0.0 || place.height() < 0.0 {
        return;
    }
    let (across, down) = (
        ((place.width() / 8.0) as usize).clamp(1, 40),
        ((place.height() / 8.0) as usize).clamp(1, 40),
    );
    for column in 0..=across {
        for row in 0..=down {
            crowd.push((
                place.left + place.width() * column as f64 / across as f64,
                place.top + place.height() * row as f64 / down as f64,
            ));
        }
    }
}

fn visible(at: &[(f64, f64)], see: Rect) -> Vec<(f32, f32)> {
    at.iter()
        .filter(|(x, y)| see.holds(*x, *y))
        .map(|(x, y)| (*x as f32, *y as f32))
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "a scatter is that many columns")]
fn points(
    view: &View,
    coords: Coords,
    columns: &Columns,
    (x, y): (usize, usize),
    sizes: &[f64],
    marker: &Marker,
    paint: &Painter,
    edge: &Painter,
    picture: &mut Picture,
    crowd: &mut Vec<(f64, f64)>,
) {
    let (x, y) = (columns.get(x), columns.get(y));
    let some = x.len().div_ceil(CROWD).max(1);
    let mut group: Option<(Marker, Vec<(f32, f32)>)> = None;
    for index in 0..x.len().min(y.len()) {
        let Some(place) = view.at(coords, [x[index], y[index]]) else {
            continue;
        };
        if !view.rect.grown(60.0).holds(place.0, place.1) {
            continue;
        }
        if index % some == 0 && view.rect.holds(place.0, place.1) {
            crowd.push(place);
        }
        let size = if sizes.is_empty() {
            36.0
        } else {
            sizes[index % sizes.len()]
        };
        let size = size.max(0.0).sqrt();
        let face = paint.color(index);
        let edge = match edge {
            // Marks without an inside are drawn in the face's colour.
            Painter::One(None) => None,
            painter => painter.color(index),
        };
        let same = group
            .as_ref()
            .is_some_and(|(marker, _)| marker.size == size && marker.face == face && marker.edge == edge);
        if !same {
            if let Some((marker, at)) = group.take() {
                markers::draw(picture, &marker, at);
            }
            group = Some((
                Marker {
                    size,
                    face,
                    edge,
                    ..marker.clone()
                },
                Vec::new(),
            ));
        }
        if let Some((_, at)) = &mut group {
            at.push((place.0 as f32, place.1 as f32));
        }
    }
    if let Some((marker, at)) = group {
        markers::draw(picture, &marker, at);
    }
}

fn area(
    view: &View,
    [x, low, high]: [&[f64]; 3],
    step: Option<&str>,
    horizontal: bool,
    mut draw: impl FnMut(Vec<(f64, f64)>),
) {
    let mut part: Vec<[(f64, f64); 2]> = Vec::new();
    let mut flush = |part: &mut Vec<[(f64, f64); 2]>| {
        if !part.is_empty() {
            let side = |index: usize| {
                let points: Vec<_> = part.iter().map(|pair| pair[index]).collect();
                let points = step.map_or(points.clone(), |step| stepped(&points, step, horizontal));
                geometry::thin(points)
            };
            let mut outline = side(0);
            outline.extend(side(1).into_iter().rev());
            draw(outline);
            part.clear();
        }
    };
    for index in 0..x.len() {
        let ends = [pick(low, index), pick(high, index)].map(|value| {
            if horizontal {
                Some((view.x.base(value)?, view.y.place(x[index])?))
            } else {
                Some((view.x.place(x[index])?, view.y.base(value)?))
            }
        });
        match ends {
            [Some(a), Some(b)] => part.push([a, b]),
            _ => flush(&mut part),
        }
    }
    flush(&mut part);
}
