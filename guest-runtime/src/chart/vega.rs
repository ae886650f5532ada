//! A figure's data and encodings as a Vega-Lite specification, so that a browser draws the same chart interactively.
//!
//! Data is inlined, at most [`MOST_ROWS`] rows a mark; where rows were left out, the description says so. Each mark
//! becomes a layer of its panel, twins share a panel with their own scale, and several panels are concatenated.

use serde_json::{Map, Value, json};

use super::{
    color,
    columns::Columns,
    font, math,
    scene::{Axis, AxisKind, Color, Coords, Label, Mark, Panel, Place, Scale, Scene, Shape},
    vega_marks, words,
};

/// Rows of data that one mark may bring into the specification.
pub const MOST_ROWS: usize = 5000;

/// The specification as JSON text.
pub fn spec(scene: &Scene, columns: &Columns, alt: &str) -> String {
    let mut thinned = false;
    let mut views: Vec<Value> = Vec::new();
    let mut across = 1;
    for (index, panel) in scene.panels.iter().enumerate() {
        if panel.bar.is_some()
            || matches!(panel.place, Place::Twin { .. } | Place::Beside { .. })
            || panel.marks.is_empty()
        {
            continue;
        }
        if let Place::Grid { shape, .. } = &panel.place {
            across = across.max(shape[1]);
        }
        let twins: Vec<&Panel> = scene
            .panels
            .iter()
            .filter(|twin| matches!(twin.place, Place::Twin { of } if of == index))
            .collect();
        views.push(view(panel, &twins, columns, &mut thinned));
    }
    let note = if thinned {
        format!(" Only {MOST_ROWS} of the rows of each series are included.")
    } else {
        String::new()
    };
    let mut spec = json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": format!("{alt}{note}"),
        "background": if scene.face[3] > 0.0 { Value::from(color::hex(scene.face)) } else { Value::Null },
        "config": {"font": "DejaVu Sans, Verdana, sans-serif", "view": {"stroke": "#888"}},
    });
    let target = spec.as_object_mut();
    let Some(target) = target else { return String::new() };
    let suptitle = scene
        .suptitle
        .as_ref()
        .map(|label| math::plain(&label.text))
        .filter(|text| !text.is_empty());
    if views.len() == 1 {
        let mut only = views.remove(0);
        if let Some(view) = only.as_object_mut() {
            target.append(view);
        }
        if !has_arcs(target) {
            target.insert("width".to_owned(), json!("container"));
        }
        target.insert("height".to_owned(), json!((scene.size[1] * 60.0).round()));
        target.insert("autosize".to_owned(), json!({"type": "fit", "contains": "padding"}));
        if let Some(title) = suptitle {
            let under = target.get("title").and_then(Value::as_str).map(str::to_owned);
            target.insert(
                "title".to_owned(),
                under.map_or_else(|| json!(title), |under| json!({"text": title, "subtitle": under})),
            );
        }
    } else {
        let width = (scene.size[0] * 70.0 / across as f64 - 60.0).max(120.0).round();
        let rows = views.len().div_ceil(across).max(1);
        let height = (scene.size[1] * 70.0 / rows as f64 - 50.0).max(100.0).round();
        for view in &mut views {
            if let Some(view) = view.as_object_mut() {
                view.insert("width".to_owned(), json!(width));
                view.insert("height".to_owned(), json!(height));
            }
        }
        if let Some(title) = suptitle {
            target.insert("title".to_owned(), json!(title));
        }
        target.insert("concat".to_owned(), Value::Array(views));
        target.insert("columns".to_owned(), json!(across));
        target.insert("resolve".to_owned(), json!({"scale": {"color": "independent"}}));
    }
    serde_json::to_string(&spec).unwrap_or_default()
}

fn has_arcs(view: &Map<String, Value>) -> bool {
    view.get("layer")
        .and_then(Value::as_array)
        .is_some_and(|layers| layers.iter().any(|layer| layer["mark"]["type"] == "arc"))
}

fn view(panel: &Panel, twins: &[&Panel], columns: &Columns, thinned: &mut bool) -> Value {
    let mut layers = Vec::new();
    let all: Vec<&Mark> = panel
        .marks
        .iter()
        .chain(twins.iter().flat_map(|twin| &twin.marks))
        .collect();
    let named = Named::new(panel, twins, &all);
    for (index, one) in std::iter::once(&panel).chain(twins.iter()).enumerate() {
        let frame = Frame {
            x: Along::new(&one.x, one, true, columns),
            y: Along::new(&one.y, one, false, columns),
            named: &named,
        };
        let made: Vec<Value> = vega_marks::layers(one, &frame, columns, thinned);
        if index > 0 && !made.is_empty() {
            layers.push(json!({"layer": made}));
        } else {
            layers.extend(made);
        }
    }
    if layers.is_empty() {
        layers.push(json!({"mark": "point", "data": {"values": []}}));
    }
    let mut view = Map::new();
    let titles: Vec<String> = panel
        .titles
        .iter()
        .map(|title: &Label| math::plain(&title.text))
        .filter(|text| !text.trim().is_empty())
        .collect();
    if !titles.is_empty() {
        view.insert("title".to_owned(), json!(titles.join(" · ")));
    }
    if !twins.is_empty() {
        let upright = twins.iter().any(|twin| twin.y.visible);
        view.insert(
            "resolve".to_owned(),
            json!({"scale": {if upright { "y" } else { "x" }: "independent"}}),
        );
    }
    view.insert("layer".to_owned(), Value::Array(layers));
    Value::Object(view)
}

/// The series that the legend names, with their colours.
pub struct Named {
    names: Vec<String>,
    colors: Vec<String>,
    title: Option<String>,
}

impl Named {
    fn new(panel: &Panel, twins: &[&Panel], marks: &[&Mark]) -> Self {
        let legend = std::iter::once(&panel)
            .chain(twins)
            .find_map(|panel| panel.legend.as_ref());
        let mut named = Self {
            names: Vec::new(),
            colors: Vec::new(),
            title: legend
                .and_then(|legend| legend.title.as_ref())
                .map(|title| math::plain(&title.text)),
        };
        if legend.is_none() {
            return named;
        }
        for mark in marks {
            if let (Some(label), Some(color)) = (name(mark), main_color(&mark.shape))
                && !named.names.contains(&label)
            {
                named.names.push(label);
                named.colors.push(color::hex(color));
            }
        }
        named
    }

    /// The colour of a mark: by its name in the legend, or as it is.
    pub fn encoding(&self, mark: &Mark, fallback: Option<Color>) -> Value {
        match name(mark).filter(|name| self.names.contains(name)) {
            Some(name) => json!({
                "datum": name,
                "scale": {"domain": self.names, "range": self.colors},
                "legend": {"title": self.title},
            }),
            None => json!({"value": fallback.map_or_else(|| "black".to_owned(), color::hex)}),
        }
    }
}

/// The text of a mark in the legend.
pub fn name(mark: &Mark) -> Option<String> {
    mark.label
        .as_ref()
        .filter(|label| !label.starts_with('_') && !label.is_empty())
        .map(|label| math::plain(label))
}

fn main_color(shape: &Shape) -> Option<Color> {
    match shape {
        Shape::Line { pen, marker, .. } => pen
            .as_ref()
            .map(|pen| pen.color)
            .or_else(|| marker.as_ref().and_then(|marker| marker.face.or(marker.edge))),
        Shape::Points {
            paint: super::scene::Paint::One { color },
            ..
        } => *color,
        Shape::Boxes { faces, edges, .. } => faces
            .first()
            .copied()
            .flatten()
            .or_else(|| edges.first().copied().flatten()),
        Shape::Area { face, edge, .. } => face.or_else(|| edge.as_ref().map(|pen| pen.color)),
        Shape::Polygon { face, edge, .. } => face.or_else(|| edge.as_ref().map(|pen| pen.color)),
        Shape::Segments { pens, .. } => pens.first().map(|pen| pen.color),
        _ => None,
    }
}

/// One axis as its panel's layers need it.
pub struct Along<'a> {
    pub axis: &'a Axis,
    /// Every mark stands on a category, so that their names can be the data.
    pub by_name: bool,
    horizontal: bool,
    twin: bool,
}

/// Both axes of a panel.
pub struct Frame<'a> {
    pub x: Along<'a>,
    pub y: Along<'a>,
    pub named: &'a Named,
}

impl<'a> Along<'a> {
    fn new(axis: &'a Axis, panel: &Panel, horizontal: bool, columns: &Columns) -> Self {
        let twin = matches!(panel.place, Place::Twin { .. });
        let whole = |values: &[f64]| {
            values
                .iter()
                .all(|value| !value.is_finite() || (value - value.round()).abs() < 1e-9)
        };
        let by_name = axis.kind == AxisKind::Category
            && panel
                .marks
                .iter()
                .filter(|mark| mark.coords == Coords::Data)
                .all(|mark| match &mark.shape {
                    Shape::Line { x, y, .. } | Shape::Points { x, y, .. } => {
                        whole(columns.get(if horizontal { *x } else { *y }))
                    }
                    Shape::Boxes {
                        left,
                        bottom,
                        width,
                        height,
                        ..
                    } => {
                        let (start, size) = if horizontal { (left, width) } else { (bottom, height) };
                        start.iter().zip(size).all(|(start, size)| whole(&[start + size / 2.0]))
                    }
                    Shape::Area {
                        x, horizontal: turned, ..
                    } => *turned != horizontal && whole(columns.get(*x)),
                    Shape::Segments { x0, y0, x1, y1, .. } => {
                        whole(if horizontal { x0 } else { y0 }) && whole(if horizontal { x1 } else { y1 })
                    }
                    Shape::Text { at, .. } => whole(&[at[usize::from(!horizontal)]]),
                    _ => false,
                });
        Self {
            axis,
            by_name,
            horizontal,
            twin,
        }
    }

    /// A value as it stands in the data.
    pub fn datum(&self, value: f64) -> Value {
        if !value.is_finite() || value.abs() > 1e300 {
            return Value::Null;
        }
        if self.by_name {
            return json!(self.category(value));
        }
        match self.axis.kind {
            AxisKind::Date => json!(words::timestamp(value)),
            _ => json!(value),
        }
    }

    /// The name of the category at a place.
    pub fn category(&self, value: f64) -> String {
        self.axis
            .categories
            .get(value.round().max(0.0) as usize)
            .cloned()
            .unwrap_or_default()
    }

    pub fn kind(&self) -> &'static str {
        match self.axis.kind {
            _ if self.by_name => "nominal",
            AxisKind::Date => "temporal",
            _ => "quantitative",
        }
    }

    pub fn title(&self) -> String {
        math::plain(&self.axis.label.text)
    }

    /// What a tooltip calls the values.
    pub fn tooltip(&self, field: &str) -> Value {
        let title = self.title();
        let title = if title.trim().is_empty() {
            if self.horizontal { "x" } else { "y" }.to_owned()
        } else {
            title
        };
        if self.kind() == "temporal" {
            return json!({"field": field, "type": "temporal", "title": title, "format": "%Y-%m-%d %H:%M"});
        }
        json!({"field": field, "type": self.kind(), "title": title})
    }

    /// The encoding of a field on this axis.
    pub fn encoding(&self, field: &str) -> Value {
        let mut out = json!({"field": field, "type": self.kind(), "scale": self.scale(), "title": self.title()});
        // A twin leaves the axis that it shares to the panel below it.
        if self.axis.visible || !self.twin {
            out["axis"] = self.guide();
        } else if let Some(out) = out.as_object_mut() {
            out.remove("title");
        }
        if self.by_name {
            out["sort"] = Value::Null;
        }
        if self.kind() == "quantitative" {
            out["stack"] = Value::Null;
        }
        out
    }

    pub fn scale(&self) -> Value {
        let (low, high) = (self.axis.limits[0], self.axis.limits[1]);
        let turned = low > high;
        if self.by_name {
            let names: Vec<&String> = self.axis.categories.iter().collect();
            // From bottom to top, as a vertical axis counts.
            let names: Vec<&String> = if self.horizontal == turned {
                names.into_iter().rev().collect()
            } else {
                names
            };
            return json!({"domain": names});
        }
        let (low, high) = (low.min(high), low.max(high));
        let domain = if self.axis.kind == AxisKind::Date {
            {
                // As an expression, since Vega-Lite mixes up dates in the domains of ranged marks.
                json!({"expr": format!("[datetime('{}'), datetime('{}')]", words::timestamp(low), words::timestamp(high))})
            }
        } else {
            json!([low, high])
        };
        let mut scale = json!({"domain": domain, "nice": false});
        if self.axis.kind != AxisKind::Date {
            scale["zero"] = json!(false);
            match self.axis.scale {
                Scale::Log => scale["type"] = json!("log"),
                Scale::Symlog { threshold, .. } => {
                    scale["type"] = json!("symlog");
                    scale["constant"] = json!(threshold);
                }
                _ => {}
            }
        }
        if scale.get("type").is_some_and(|kind| kind == "log")
            && let Some(scale) = scale.as_object_mut()
        {
            scale.remove("zero");
        }
        if turned {
            scale["reverse"] = json!(true);
        }
        scale
    }

    fn guide(&self) -> Value {
        if !self.axis.visible || self.axis.label_sides.is_empty() && self.axis.tick_sides.is_empty() {
            return Value::Null;
        }
        let mut guide = json!({"grid": self.axis.grid.is_some()});
        if let Some(side) = self.axis.label_sides.first() {
            guide["orient"] = json!(format!("{side:?}").to_lowercase());
        }
        let crowded = || {
            let names = self
                .axis
                .categories
                .iter()
                .map(|name| font::width_of(name, 10.0, font::Face::Regular) + 8.0);
            names.sum::<f64>() > 420.0
        };
        match self.axis.style.rotation {
            Some(rotation) if rotation != 0.0 => guide["labelAngle"] = json!(-rotation),
            _ if self.by_name && self.horizontal => guide["labelAngle"] = json!(if crowded() { -45 } else { 0 }),
            _ => {}
        }
        let plain =
            |label: &str| label.chars().all(|c| c.is_ascii_digit() || "−-.e".contains(c)) || label.starts_with("$\\");
        let written = self.axis.kind != AxisKind::Date
            && !self.by_name
            && self.axis.ticks.len() <= 100
            && (self.axis.kind == AxisKind::Category
                || self.axis.fixed
                || self.axis.ticks.iter().any(|tick| !plain(&tick.label)));
        if written {
            let (low, high) = (
                self.axis.limits[0].min(self.axis.limits[1]),
                self.axis.limits[0].max(self.axis.limits[1]),
            );
            let ticks: Vec<_> = self
                .axis
                .ticks
                .iter()
                .filter(|tick| tick.at >= low && tick.at <= high)
                .collect();
            let names: Map<String, Value> = ticks
                .iter()
                .map(|tick| (key(tick.at), json!(math::plain(&tick.label))))
                .collect();
            guide["values"] = json!(ticks.iter().map(|tick| tick.at).collect::<Vec<_>>());
            guide["labelExpr"] = json!(format!("({})[format(datum.value, '.6g')] || ''", Value::Object(names)));
        }
        guide
    }
}

/// A number as Vega's `format(…, '.6g')` writes it, for looking up the text of a tick.
fn key(value: f64) -> String {
    if value == 0.0 {
        return "0.00000".to_owned();
    }
    let exponent = format!("{value:.5e}");
    let (mantissa, power) = exponent.split_once('e').unwrap_or((&exponent, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    let text = if (-7..6).contains(&power) {
        format!("{value:.*}", (5 - power).max(0) as usize)
    } else {
        format!("{mantissa}e{}{}", if power < 0 { '-' } else { '+' }, power.abs())
    };
    text.replace('-', "−")
}
