//! Draws the marks of a panel: lines, points, bars, areas, images, wedges and texts.

use super::{
    color::Painter,
    columns::Columns,
    font::Step,
    geometry, hatch, legend, markers,
    picture::{self, Picture, Rect},
    scene::{Arrow, Back, Cap, Color, Coords, Label, Mark, Marker, Pen, Shape},
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
            if let Some(steps) = wedge(view, *center, *radius, *inner, from.to_radians(), to.to_radians()) {
                picture.outline(steps, *face, edge.as_ref());
            }
            if let Some(signs) = hatch {
                let around: Vec<_> = wedge_corners(view, *center, *radius, *inner, from.to_radians(), to.to_radians());
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
                    note(view, label, place, back.as_ref(), arrow.as_ref(), picture, crowd);
                }
            }
        }
        Shape::Image {
            values: _,
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
            image(
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

fn pick(values: &[f64], index: usize) -> f64 {
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

fn corners(view: &View, coords: Coords, a: [f64; 2], b: [f64; 2]) -> Option<Rect> {
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

fn fill_crowd(crowd: &mut Vec<(f64, f64)>, place: Rect, rect: Rect) {
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

fn wedge(view: &View, [x, y]: [f64; 2], radius: f64, inner: f64, from: f64, to: f64) -> Option<Vec<Step>> {
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

fn wedge_corners(view: &View, [x, y]: [f64; 2], radius: f64, inner: f64, from: f64, to: f64) -> Vec<(f64, f64)> {
    let along = |radius: f64, angle: f64| view.place(x + radius * angle.cos(), y + radius * angle.sin());
    let outer = (0..=48).filter_map(|i| along(radius, from + (to - from) * f64::from(i) / 48.0));
    let back = (0..=48)
        .rev()
        .filter_map(|i| along(inner, from + (to - from) * f64::from(i) / 48.0));
    outer.chain(back).collect()
}

#[expect(clippy::too_many_arguments, reason = "an image is that many parts")]
fn image(
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
    fill_crowd(crowd, bounds, view.rect);
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
