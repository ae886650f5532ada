//! The marks of a panel as layers of a Vega-Lite view.

use serde_json::{Map, Value, json};

use super::{
    color::{self, Painter},
    columns::Columns,
    math,
    scene::{Color, Coords, Mark, Paint, Panel, Pen, Shape},
    vega::{Frame, MOST_ROWS, name},
};

/// The layers of all marks that have an equivalent.
pub fn layers(panel: &Panel, frame: &Frame, columns: &Columns, thinned: &mut bool) -> Vec<Value> {
    let mut layers: Vec<Value> = panel
        .marks
        .iter()
        .filter_map(|mark| layer(mark, frame, columns, thinned))
        .collect();
    if let Some(pie) = pie(panel) {
        layers.insert(0, pie);
        layers.truncate(1);
    }
    layers
}

fn layer(mark: &Mark, frame: &Frame, columns: &Columns, thinned: &mut bool) -> Option<Value> {
    match &mark.shape {
        Shape::Line {
            x,
            y,
            pen,
            marker,
            step,
            ..
        } => line(
            mark,
            frame,
            [columns.get(*x), columns.get(*y)],
            pen.as_ref(),
            marker.as_ref().map(|marker| (marker.size, marker.face.or(marker.edge))),
            step.as_deref(),
            thinned,
        ),
        Shape::Points {
            x,
            y,
            sizes,
            marker,
            paint,
            ..
        } => {
            let (x, y) = (columns.get(*x), columns.get(*y));
            let step = thin(x.len(), thinned);
            let painter = Painter::new(paint, columns);
            let values = match paint {
                Paint::Mapped { values, .. } => Some(columns.get(*values)),
                _ => None,
            };
            let rows: Vec<Value> = (0..x.len().min(y.len()))
                .step_by(step)
                .map(|index| {
                    let mut row = json!({"x": frame.x.datum(x[index]), "y": frame.y.datum(y[index])});
                    if let Some(values) = values {
                        row["value"] = finite(values.get(index).copied().unwrap_or(f64::NAN));
                    } else if let Painter::Each(_) = painter {
                        row["color"] = json!(painter.color(index).map(color::hex));
                    }
                    if sizes.len() > 1 {
                        row["size"] = json!(sizes[index % sizes.len()] * 1.5);
                    }
                    row
                })
                .collect();
            let mut encoding = places(frame, "y");
            encoding.insert(
                "color".to_owned(),
                match paint {
                    Paint::Mapped { .. } => mapped(paint),
                    Paint::Each { .. } => json!({"field": "color", "type": "nominal", "scale": null}),
                    Paint::One { color } => frame.named.encoding(mark, *color),
                },
            );
            if sizes.len() > 1 {
                encoding.insert(
                    "size".to_owned(),
                    json!({"field": "size", "type": "quantitative", "scale": null}),
                );
            }
            let size = sizes.first().copied().unwrap_or(36.0) * 1.5;
            let opacity = painter.color(0).map_or(1.0, |color| color[3]);
            Some(
                json!({"mark": {"type": "point", "filled": true, "shape": shape(&marker.shape), "size": size, "opacity": opacity}, "data": {"values": rows}, "encoding": encoding}),
            )
        }
        Shape::Boxes { .. } => boxes(mark, frame),
        Shape::Area {
            x,
            low,
            high,
            face,
            horizontal,
            step,
            ..
        } => {
            let (t, low, high) = (columns.get(*x), columns.get(*low), columns.get(*high));
            let skip = thin(t.len(), thinned);
            let (along, across) = if *horizontal {
                (&frame.y, &frame.x)
            } else {
                (&frame.x, &frame.y)
            };
            let (first, second) = if *horizontal { ("y", "x") } else { ("x", "y") };
            let rows: Vec<Value> = (0..t.len())
                .step_by(skip)
                .map(|index| json!({first: along.datum(t[index]), second: across.datum(high.get(index).copied().unwrap_or(f64::NAN)), "base": across.datum(low.get(index).copied().unwrap_or(f64::NAN))}))
                .collect();
            let mut encoding = places(frame, "base");
            encoding.insert(format!("{second}2"), json!({"field": "base"}));
            encoding.insert("color".to_owned(), frame.named.encoding(mark, *face));
            let orient = if *horizontal { "horizontal" } else { "vertical" };
            Some(
                json!({"mark": {"type": "area", "orient": orient, "opacity": face.map_or(1.0, |color| color[3]), "interpolate": interpolation(step.as_deref())}, "data": {"values": rows}, "encoding": encoding}),
            )
        }
        Shape::Segments {
            x0, y0, x1, y1, pens, ..
        } => {
            let pen = pens.first()?;
            let skip = thin(x0.len(), thinned);
            let rows: Vec<Value> = (0..x0.len())
                .step_by(skip)
                .filter(|_| mark.coords == Coords::Data)
                .map(|index| json!({"x": frame.x.datum(x0[index]), "y": frame.y.datum(y0[index]), "x2": frame.x.datum(x1[index]), "y2": frame.y.datum(y1[index])}))
                .collect();
            let mut encoding = places(frame, "y");
            encoding.insert("x2".to_owned(), json!({"field": "x2"}));
            encoding.insert("y2".to_owned(), json!({"field": "y2"}));
            encoding.insert("color".to_owned(), frame.named.encoding(mark, Some(pen.color)));
            (!rows.is_empty())
                .then(|| json!({"mark": stroke("rule", pen), "data": {"values": rows}, "encoding": encoding}))
        }
        Shape::Polygon { x, y, face, edge, .. } if mark.coords == Coords::Data => {
            let rows: Vec<Value> = x
                .iter()
                .zip(y)
                .enumerate()
                .map(|(index, (x, y))| json!({"x": frame.x.datum(*x), "y": frame.y.datum(*y), "order": index}))
                .collect();
            let mut encoding = places(frame, "y");
            encoding.insert("order".to_owned(), json!({"field": "order", "type": "quantitative"}));
            let color = edge.as_ref().map(|pen| pen.color).or(*face);
            encoding.insert("color".to_owned(), frame.named.encoding(mark, face.or(color)));
            let mut drawn = json!({"type": "line", "strokeWidth": edge.as_ref().map_or(0.0, |pen| pen.width)});
            if let Some(face) = face {
                drawn["fill"] = json!(color::hex(*face));
                drawn["fillOpacity"] = json!(face[3]);
            }
            Some(json!({"mark": drawn, "data": {"values": rows}, "encoding": encoding}))
        }
        Shape::Text {
            at,
            label,
            offset,
            arrow,
            ..
        } if mark.coords == Coords::Data && !label.text.is_empty() => {
            let row = json!({"x": frame.x.datum(at[0]), "y": frame.y.datum(at[1]), "text": math::plain(&label.text)});
            let mut encoding = places(frame, "y");
            encoding.remove("tooltip");
            encoding.insert("text".to_owned(), json!({"field": "text"}));
            let align = label.ha.as_str();
            let baseline = match label.va.as_str() {
                "top" => "top",
                "center" | "center_baseline" => "middle",
                "bottom" => "bottom",
                _ => "alphabetic",
            };
            let (dx, dy) = if arrow.is_some() {
                (0.0, 0.0)
            } else {
                (offset[0] * 1.33, -offset[1] * 1.33)
            };
            Some(
                json!({"mark": {"type": "text", "align": align, "baseline": baseline, "dx": dx, "dy": dy, "angle": -label.rotation, "fontSize": (label.size * 1.2).round(), "color": color::hex(label.color), "fontWeight": if label.bold { "bold" } else { "normal" }}, "data": {"values": [row]}, "encoding": encoding}),
            )
        }
        Shape::Image {
            values: Some(values),
            rows,
            cols,
            extent,
            x,
            y,
            paint,
            ..
        } => image(
            frame,
            columns.get(*values),
            (*rows, *cols),
            *extent,
            x.as_deref().zip(y.as_deref()),
            paint,
        ),
        Shape::Tiles {
            x,
            y,
            paint: Paint::Mapped { values, .. },
            ..
        } => {
            let (x, y, values) = (columns.get(*x), columns.get(*y), columns.get(*values));
            let Shape::Tiles { paint, .. } = &mark.shape else {
                return None;
            };
            let rows: Vec<Value> = (0..x.len())
                .take(MOST_ROWS)
                .map(|index| json!({"x": x[index], "y": y[index], "value": finite(values[index])}))
                .collect();
            let mut encoding = places(frame, "y");
            encoding.insert("color".to_owned(), mapped(paint));
            Some(
                json!({"mark": {"type": "point", "filled": true, "shape": "circle", "size": 60}, "data": {"values": rows}, "encoding": encoding}),
            )
        }
        _ => None,
    }
}

fn places(frame: &Frame, also: &str) -> Map<String, Value> {
    let mut encoding = Map::new();
    encoding.insert("x".to_owned(), frame.x.encoding("x"));
    encoding.insert("y".to_owned(), frame.y.encoding("y"));
    let mut tooltip = vec![frame.x.tooltip("x"), frame.y.tooltip("y")];
    if also == "base" {
        tooltip.push(json!({"field": "base", "title": "from"}));
    }
    encoding.insert("tooltip".to_owned(), Value::Array(tooltip));
    encoding
}

fn thin(rows: usize, thinned: &mut bool) -> usize {
    let step = rows.div_ceil(MOST_ROWS).max(1);
    *thinned |= step > 1;
    step
}

fn finite(value: f64) -> Value {
    if value.is_finite() && value.abs() < 1e300 {
        json!(value)
    } else {
        Value::Null
    }
}

fn stroke(kind: &str, pen: &Pen) -> Value {
    let mut mark = json!({"type": kind, "strokeWidth": pen.width * 1.33, "opacity": pen.color[3]});
    if !pen.dash.is_empty() {
        mark["strokeDash"] = json!(pen.dash);
    }
    mark
}

fn interpolation(step: Option<&str>) -> &'static str {
    match step {
        Some("pre") => "step-before",
        Some("post") => "step-after",
        Some(_) => "step",
        None => "linear",
    }
}

fn shape(letter: &str) -> &'static str {
    match letter {
        "s" => "square",
        "^" => "triangle-up",
        "v" => "triangle-down",
        "<" => "triangle-left",
        ">" => "triangle-right",
        "D" | "d" => "diamond",
        "+" | "x" | "X" | "P" => "cross",
        _ => "circle",
    }
}

fn line(
    mark: &Mark,
    frame: &Frame,
    [x, y]: [&[f64]; 2],
    pen: Option<&Pen>,
    marker: Option<(f64, Option<Color>)>,
    step: Option<&str>,
    thinned: &mut bool,
) -> Option<Value> {
    let color = pen.map(|pen| pen.color).or_else(|| marker.and_then(|(_, color)| color));
    if mark.coords != Coords::Data {
        // A line across the whole panel.
        let (axis, value, along) = match mark.coords {
            Coords::XData => ("x", *x.first()?, &frame.x),
            Coords::YData => ("y", *y.first()?, &frame.y),
            _ => return None,
        };
        let mut place = along.encoding("at");
        if let Some(place) = place.as_object_mut() {
            place.remove("stack");
        }
        let encoding = json!({axis: place, "color": frame.named.encoding(mark, color), "tooltip": [{"field": "at", "title": name(mark).unwrap_or_else(|| axis.to_owned()), "type": along.kind()}]});
        return Some(
            json!({"mark": stroke("rule", pen?), "data": {"values": [{"at": along.datum(value)}]}, "encoding": encoding}),
        );
    }
    if x.is_empty() {
        return None;
    }
    let skip = thin(x.len(), thinned);
    let steady = x.windows(2).all(|pair| pair[1] >= pair[0]);
    let series = name(mark);
    let rows: Vec<Value> = (0..x.len().min(y.len()))
        .step_by(skip)
        .map(|index| {
            let mut row = json!({"x": frame.x.datum(x[index]), "y": frame.y.datum(y[index])});
            if !steady {
                row["order"] = json!(index);
            }
            if let Some(series) = &series {
                row["series"] = json!(series);
            }
            row
        })
        .collect();
    let mut encoding = places(frame, "y");
    if series.is_some()
        && let Some(Value::Array(tooltip)) = encoding.get_mut("tooltip")
    {
        tooltip.push(json!({"field": "series", "title": "series"}));
    }
    encoding.insert("color".to_owned(), frame.named.encoding(mark, color));
    let drawn = match (pen, marker) {
        (Some(pen), marker) => {
            if !steady {
                encoding.insert("order".to_owned(), json!({"field": "order", "type": "quantitative"}));
            } else if frame.x.by_name {
                encoding.insert("order".to_owned(), Value::Null);
            }
            let mut drawn = stroke("line", pen);
            drawn["interpolate"] = json!(interpolation(step));
            if let Some((size, _)) = marker {
                drawn["point"] = json!({"size": size * size * 1.5, "filled": true});
            }
            drawn
        }
        (None, Some((size, color))) => {
            json!({"type": "point", "filled": true, "size": size * size * 1.5, "opacity": color.map_or(1.0, |color| color[3])})
        }
        (None, None) => return None,
    };
    Some(json!({"mark": drawn, "data": {"values": rows}, "encoding": encoding}))
}

fn boxes(mark: &Mark, frame: &Frame) -> Option<Value> {
    let Shape::Boxes {
        left,
        bottom,
        width,
        height,
        faces,
        edges,
        horizontal,
        role,
        line,
        ..
    } = &mark.shape
    else {
        return None;
    };
    let color_at = |index: usize| {
        faces
            .get(index)
            .copied()
            .flatten()
            .or_else(|| edges.get(index).copied().flatten())
    };
    if mark.coords != Coords::Data {
        let (first, second, along, start, size) = match mark.coords {
            Coords::XData => ("x", "x2", &frame.x, left, width),
            Coords::YData => ("y", "y2", &frame.y, bottom, height),
            _ => return None,
        };
        let row = json!({"from": along.datum(*start.first()?), "to": along.datum(start.first()? + size.first()?)});
        let mut place = along.encoding("from");
        if let Some(place) = place.as_object_mut() {
            place.remove("stack");
        }
        let color = color_at(0);
        let encoding = json!({first: place, second: {"field": "to"}, "color": frame.named.encoding(mark, color)});
        return Some(
            json!({"mark": {"type": "rect", "opacity": color.map_or(1.0, |color| color[3])}, "data": {"values": [row]}, "encoding": encoding}),
        );
    }
    let one_color = (1..left.len()).all(|index| color_at(index) == color_at(0));
    let rows: Vec<Value> = (0..left.len())
        .map(|index| {
            let (x, y, w, h) = (left[index], bottom[index], width[index], height[index]);
            let mut row = Map::new();
            for (along, start, size, is_along, names) in [
                (&frame.x, x, w, !horizontal, ["x", "x2"]),
                (&frame.y, y, h, *horizontal, ["y", "y2"]),
            ] {
                if along.by_name {
                    row.insert(names[0].to_owned(), along.datum(start + size / 2.0));
                } else if is_along {
                    row.insert(names[0].to_owned(), along.datum(start));
                    row.insert(names[1].to_owned(), along.datum(start + size));
                } else {
                    row.insert(names[0].to_owned(), along.datum(start + size));
                    row.insert(names[1].to_owned(), along.datum(start));
                    row.insert("value".to_owned(), finite(size));
                }
            }
            let place = if *horizontal { y + h / 2.0 } else { x + w / 2.0 };
            let along = if *horizontal { &frame.y } else { &frame.x };
            if !along.by_name && !along.axis.categories.is_empty() {
                row.insert("category".to_owned(), json!(along.category(place)));
            }
            if !one_color {
                row.insert("color".to_owned(), json!(color_at(index).map(color::hex)));
            }
            if let Some(series) = name(mark) {
                row.insert("series".to_owned(), json!(series));
            }
            Value::Object(row)
        })
        .collect();
    let (along, across) = if *horizontal {
        (&frame.y, &frame.x)
    } else {
        (&frame.x, &frame.y)
    };
    let mut encoding = Map::new();
    for (axis, along) in [("x", &frame.x), ("y", &frame.y)] {
        let mut place = along.encoding(axis);
        if let Some(place) = place.as_object_mut() {
            place.remove("stack");
        }
        encoding.insert(axis.to_owned(), place);
        if !along.by_name {
            encoding.insert(format!("{axis}2"), json!({"field": format!("{axis}2")}));
        }
    }
    let mut tooltip = Vec::new();
    if along.by_name {
        tooltip.push(along.tooltip(if *horizontal { "y" } else { "x" }));
    } else if along.axis.categories.is_empty() {
        let (from, to) = if *horizontal { ("y", "y2") } else { ("x", "x2") };
        tooltip.push(along.tooltip(from));
        tooltip.push(json!({"field": to, "type": along.kind(), "title": "to"}));
    } else {
        tooltip.push(json!({"field": "category", "title": along.title()}));
    }
    let value_title = Some(across.title())
        .filter(|title| !title.trim().is_empty())
        .unwrap_or_else(|| if role == "hist" { "count" } else { "value" }.to_owned());
    tooltip.push(json!({"field": "value", "type": "quantitative", "title": value_title}));
    if name(mark).is_some() {
        tooltip.push(json!({"field": "series", "title": "series"}));
    }
    encoding.insert("tooltip".to_owned(), Value::Array(tooltip));
    let color = color_at(0);
    encoding.insert(
        "color".to_owned(),
        if one_color {
            frame.named.encoding(mark, color)
        } else {
            json!({"field": "color", "type": "nominal", "scale": null})
        },
    );
    let mut drawn =
        json!({"type": if along.by_name { "bar" } else { "rect" }, "opacity": color.map_or(1.0, |color| color[3])});
    if along.by_name {
        drawn["orient"] = json!(if *horizontal { "horizontal" } else { "vertical" });
        let share = if *horizontal { height } else { width }.first().copied().unwrap_or(0.8);
        drawn[if *horizontal { "height" } else { "width" }] = json!({"band": share.clamp(0.05, 1.0)});
    }
    if let Some(edge) = edges.first().copied().flatten() {
        drawn["stroke"] = json!(color::hex(edge));
        drawn["strokeWidth"] = json!(line);
    }
    Some(json!({"mark": drawn, "data": {"values": rows}, "encoding": encoding}))
}

fn image(
    frame: &Frame,
    values: &[f64],
    (rows, cols): (usize, usize),
    [left, right, bottom, top]: [f64; 4],
    edges: Option<(&[f64], &[f64])>,
    paint: &Paint,
) -> Option<Value> {
    if rows * cols > MOST_ROWS * 4 {
        return None;
    }
    let edge = |index: usize, count: usize, from: f64, to: f64| from + (to - from) * index as f64 / count as f64;
    let mut data = Vec::with_capacity(rows * cols);
    for row in 0..rows {
        for col in 0..cols {
            let (x, x2, y, y2) = match edges {
                Some((xs, ys)) => (*xs.get(col)?, *xs.get(col + 1)?, *ys.get(row)?, *ys.get(row + 1)?),
                None => (
                    edge(col, cols, left, right),
                    edge(col + 1, cols, left, right),
                    edge(row, rows, top, bottom),
                    edge(row + 1, rows, top, bottom),
                ),
            };
            let named = |axis: &super::scene::Axis, middle: f64| {
                axis.ticks
                    .iter()
                    .find(|tick| (tick.at - middle).abs() < 1e-9)
                    .map_or_else(
                        || {
                            format!("{middle:.6}")
                                .trim_end_matches('0')
                                .trim_end_matches('.')
                                .to_owned()
                        },
                        |tick| math::plain(&tick.label),
                    )
            };
            data.push(json!({
                "x": frame.x.datum(x), "x2": frame.x.datum(x2), "y": frame.y.datum(y), "y2": frame.y.datum(y2),
                "column": named(frame.x.axis, f64::midpoint(x, x2)), "row": named(frame.y.axis, f64::midpoint(y, y2)),
                "value": finite(values.get(row * cols + col).copied().unwrap_or(f64::NAN)),
            }));
        }
    }
    let mut encoding = Map::new();
    for (axis, along) in [("x", &frame.x), ("y", &frame.y)] {
        let mut place = along.encoding(axis);
        if let Some(place) = place.as_object_mut() {
            place.remove("stack");
        }
        encoding.insert(axis.to_owned(), place);
        encoding.insert(format!("{axis}2"), json!({"field": format!("{axis}2")}));
    }
    encoding.insert(
        "tooltip".to_owned(),
        json!([{"field": "column"}, {"field": "row"}, {"field": "value", "type": "quantitative"}]),
    );
    encoding.insert("color".to_owned(), mapped(paint));
    Some(json!({"mark": {"type": "rect"}, "data": {"values": data}, "encoding": encoding}))
}

/// The colour of the field `value` through a table of colours.
fn mapped(paint: &Paint) -> Value {
    let Paint::Mapped {
        table, low, high, log, ..
    } = paint
    else {
        return Value::Null;
    };
    let colors = color::parse(table);
    let some = colors.len().div_ceil(16).max(1);
    let mut range: Vec<String> = colors.iter().step_by(some).map(|color| color::hex(*color)).collect();
    if let Some(last) = colors.last() {
        range.push(color::hex(*last));
    }
    let kind = if *log { "log" } else { "linear" };
    json!({"field": "value", "type": "quantitative", "scale": {"type": kind, "domain": [low, high], "range": range, "clamp": true}, "title": ""})
}

/// All wedges of a panel as one layer of arcs.
fn pie(panel: &Panel) -> Option<Value> {
    let mut rows = Vec::new();
    let (mut names, mut colors) = (Vec::new(), Vec::new());
    let mut hole = 0.0_f64;
    for mark in &panel.marks {
        if let Shape::Wedge {
            from,
            to,
            radius,
            inner,
            face,
            ..
        } = &mark.shape
        {
            let label = name(mark).unwrap_or_else(|| format!("part {}", rows.len() + 1));
            hole = hole.max(inner / radius);
            rows.push(json!({"part": label, "share": (to - from) / 360.0, "from": (90.0 - to).to_radians(), "to": (90.0 - from).to_radians()}));
            names.push(label);
            colors.push(color::hex(face.unwrap_or([0.5, 0.5, 0.5, 1.0])));
        }
    }
    if rows.is_empty() {
        return None;
    }
    Some(json!({
        "mark": {"type": "arc", "innerRadius": {"expr": format!("{hole:.3} * min(width, height) / 2")}, "stroke": "white"},
        "data": {"values": rows},
        "encoding": {
            "theta": {"field": "from", "type": "quantitative", "scale": null},
            "theta2": {"field": "to"},
            "color": {"field": "part", "type": "nominal", "sort": null, "scale": {"domain": names, "range": colors}, "title": null},
            "tooltip": [{"field": "part"}, {"field": "share", "type": "quantitative", "format": ".1%"}],
        },
    }))
}
