//! A figure as the Python face hands it over: plain data, sizes in points (1/72 inch), colours as four numbers from 0
//! to 1, long columns as indices into a table that travels beside it. Ticks and their labels arrive decided; where
//! anything goes on the page is decided here, by [`super::layout`].

use serde::Deserialize;

/// Red, green, blue and opacity, from 0 to 1.
pub type Color = [f32; 4];

/// An index into the columns that travel beside the scene.
pub type ColumnRef = usize;

#[derive(Deserialize)]
pub struct Scene {
    /// Width and height in inches.
    pub size: [f64; 2],
    pub face: Color,
    pub suptitle: Option<Label>,
    pub supxlabel: Option<Label>,
    pub supylabel: Option<Label>,
    pub panels: Vec<Panel>,
    pub marks: Vec<Mark>,
    pub legends: Vec<Legend>,
}

/// One pair of axes with what is drawn in it.
#[derive(Deserialize)]
pub struct Panel {
    pub place: Place,
    pub x: Axis,
    pub y: Axis,
    pub face: Option<Color>,
    pub frame: bool,
    pub spines: Vec<Spine>,
    /// Left, centre and right.
    pub titles: Vec<Label>,
    /// Height of a unit of y over the width of a unit of x.
    pub aspect: Option<f64>,
    /// Keeps the box and changes the limits, instead of the other way round.
    pub aspect_by_limits: bool,
    pub marks: Vec<Mark>,
    pub legend: Option<Legend>,
    /// Grid lines lie above what is drawn.
    pub grid_above: bool,
    /// A table of colours by the side of another panel.
    pub bar: Option<Bar>,
}

/// Where a panel goes.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    /// Cells of a grid, ends excluded.
    Grid {
        rows: [usize; 2],
        cols: [usize; 2],
        shape: [usize; 2],
        widths: Vec<f64>,
        heights: Vec<f64>,
        wspace: Option<f64>,
        hspace: Option<f64>,
    },
    /// Fractions of the figure: left, bottom, width, height.
    Fixed { rect: [f64; 4] },
    /// Fractions of another panel.
    Inset { of: usize, rect: [f64; 4] },
    /// Over another panel, sharing its box.
    Twin { of: usize },
    /// A colour bar beside panels.
    Beside {
        of: Vec<usize>,
        side: Side,
        shrink: f64,
        aspect: f64,
        pad: f64,
        fraction: f64,
    },
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Left,
    Right,
    Bottom,
    Top,
}

/// The gradient of a colour bar.
#[derive(Deserialize)]
pub struct Bar {
    pub table: String,
    pub vertical: bool,
}

#[derive(Deserialize)]
pub struct Spine {
    pub side: Side,
    pub visible: bool,
    pub color: Color,
    pub width: f64,
    /// Where it stands instead of the edge.
    pub at: Option<SpineAt>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum SpineAt {
    Data(f64),
    Axes(f64),
    Outward(f64),
}

#[derive(Deserialize)]
pub struct Axis {
    pub kind: AxisKind,
    /// View limits; the first is greater when the axis is turned round.
    pub limits: [f64; 2],
    pub scale: Scale,
    pub visible: bool,
    pub ticks: Vec<Tick>,
    pub minor: Vec<f64>,
    pub offset: String,
    pub label: Label,
    /// Where the axis label stands.
    pub side: Side,
    pub tick_sides: Vec<Side>,
    pub label_sides: Vec<Side>,
    pub style: TickStyle,
    pub minor_style: TickStyle,
    pub grid: Option<Pen>,
    pub minor_grid: Option<Pen>,
    /// The tick labels were chosen by the script and are all shown.
    pub fixed: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum AxisKind {
    Number,
    Date,
    Category,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scale {
    Linear,
    Log,
    Symlog { threshold: f64, linear: f64 },
    Logit,
}

impl Scale {
    /// The scale's own coordinate of a value; NaN where there is none.
    pub fn of(self, value: f64) -> f64 {
        // What cannot be told in JSON travels as the greatest number.
        if value.abs() > 1e300 {
            return f64::NAN;
        }
        match self {
            Self::Linear => value,
            Self::Log => {
                if value > 0.0 {
                    value.log10()
                } else {
                    f64::NAN
                }
            }
            Self::Symlog { threshold, linear } => {
                let inner = linear / (1.0 - 0.1);
                if value.abs() <= threshold {
                    value * inner
                } else {
                    value.signum() * threshold * (inner + (value.abs() / threshold).log10())
                }
            }
            Self::Logit => {
                if value > 0.0 && value < 1.0 {
                    (value / (1.0 - value)).log10()
                } else {
                    f64::NAN
                }
            }
        }
    }
}

#[derive(Deserialize)]
pub struct Tick {
    pub at: f64,
    pub label: String,
    pub color: Option<Color>,
}

#[derive(Deserialize)]
pub struct TickStyle {
    pub length: f64,
    pub width: f64,
    pub color: Color,
    pub direction: Direction,
    pub pad: f64,
    pub size: f64,
    pub label_color: Color,
    /// Degrees; none lets the layout turn labels that would run into each other.
    pub rotation: Option<f64>,
    pub anchored: bool,
    pub ha: Option<String>,
    pub va: Option<String>,
    pub bold: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Out,
    In,
    Inout,
}

#[derive(Deserialize, Clone)]
pub struct Pen {
    pub color: Color,
    pub width: f64,
    /// On and off lengths in points; empty for a solid line.
    pub dash: Vec<f32>,
    #[serde(default)]
    pub cap: Cap,
}

#[derive(Deserialize, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    #[default]
    Butt,
    Round,
    Square,
}

/// A text with its style.
#[derive(Deserialize, Clone)]
pub struct Label {
    pub text: String,
    pub size: f64,
    pub color: Color,
    pub bold: bool,
    pub italic: bool,
    pub ha: String,
    pub va: String,
    pub rotation: f64,
    pub pad: f64,
    pub position: Option<[f64; 2]>,
    pub mono: bool,
    pub spacing: f64,
}

/// What coordinates mean.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Coords {
    Data,
    /// Fractions of the panel.
    Axes,
    /// Fractions of the figure.
    Figure,
    /// x in data, y in fractions of the panel.
    XData,
    /// y in data, x in fractions of the panel.
    YData,
    /// Points from another anchor.
    Points,
}

#[derive(Deserialize, Clone)]
pub struct Marker {
    pub shape: String,
    pub size: f64,
    pub face: Option<Color>,
    pub edge: Option<Color>,
    pub edge_width: f64,
}

/// How many things are coloured.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Paint {
    One {
        color: Option<Color>,
    },
    Each {
        colors: Vec<Color>,
    },
    /// Values through a table of colours in hexadecimal; see [`super::color`].
    Mapped {
        values: ColumnRef,
        table: String,
        low: f64,
        high: f64,
        log: bool,
        alpha: f32,
        bounds: Option<Vec<f64>>,
    },
}

/// Something drawn in a panel.
#[derive(Deserialize)]
pub struct Mark {
    pub clip: bool,
    pub coords: Coords,
    pub shape: Shape,
    /// Whether its place counts when the legend looks for room.
    pub crowded: bool,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    Line {
        x: ColumnRef,
        y: ColumnRef,
        pen: Option<Pen>,
        marker: Option<Marker>,
        every: usize,
        step: Option<String>,
    },
    Points {
        x: ColumnRef,
        y: ColumnRef,
        /// Areas in square points; one, or one a point.
        sizes: Vec<f64>,
        marker: Marker,
        paint: Paint,
        edge: Paint,
    },
    Boxes {
        left: Vec<f64>,
        bottom: Vec<f64>,
        width: Vec<f64>,
        height: Vec<f64>,
        faces: Vec<Option<Color>>,
        edges: Vec<Option<Color>>,
        line: f64,
        dash: Vec<f32>,
        hatch: Option<String>,
    },
    Area {
        x: ColumnRef,
        low: ColumnRef,
        high: ColumnRef,
        face: Option<Color>,
        edge: Option<Pen>,
        step: Option<String>,
        horizontal: bool,
        hatch: Option<String>,
    },
    Segments {
        x0: Vec<f64>,
        y0: Vec<f64>,
        x1: Vec<f64>,
        y1: Vec<f64>,
        pens: Vec<Pen>,
        /// Half the length of the bars at the ends, in points.
        cap: f64,
    },
    Polygon {
        x: Vec<f64>,
        y: Vec<f64>,
        face: Option<Color>,
        edge: Option<Pen>,
        closed: bool,
        hatch: Option<String>,
    },
    Ellipse {
        center: [f64; 2],
        size: [f64; 2],
        angle: f64,
        face: Option<Color>,
        edge: Option<Pen>,
    },
    Wedge {
        center: [f64; 2],
        radius: f64,
        inner: f64,
        from: f64,
        to: f64,
        face: Option<Color>,
        edge: Option<Pen>,
        hatch: Option<String>,
    },
    Text {
        at: [f64; 2],
        offset: [f64; 2],
        label: Label,
        back: Option<Back>,
        arrow: Option<Arrow>,
    },
    Image {
        rows: usize,
        cols: usize,
        /// Left, right, bottom and top edge.
        extent: [f64; 4],
        /// Edges of the columns and rows when they are not even.
        x: Option<Vec<f64>>,
        y: Option<Vec<f64>>,
        paint: Paint,
        smooth: bool,
        line: Option<Pen>,
    },
    /// Polygons filled by value, as hexagons are.
    Tiles {
        x: ColumnRef,
        y: ColumnRef,
        outline: Vec<[f64; 2]>,
        paint: Paint,
    },
}

#[derive(Deserialize)]
pub struct Back {
    pub face: Option<Color>,
    pub edge: Option<Color>,
    pub width: f64,
    pub pad: f64,
    pub round: f64,
}

#[derive(Deserialize)]
pub struct Arrow {
    pub to: [f64; 2],
    pub coords: Coords,
    pub style: String,
    pub pen: Pen,
    pub face: Option<Color>,
    pub head: f64,
    pub bend: f64,
    /// Points left free at the text and at the target.
    pub shrink: [f64; 2],
    /// Width of a filled arrow's shaft.
    pub shaft: Option<f64>,
}

#[derive(Deserialize)]
pub struct Legend {
    pub entries: Vec<Entry>,
    pub title: Option<Label>,
    pub loc: String,
    pub anchor: Option<Vec<f64>>,
    pub columns: usize,
    pub frame: bool,
    pub face: Color,
    pub edge: Color,
    pub fancy: bool,
    pub shadow: bool,
    pub size: f64,
    pub handle_length: f64,
    pub handle_gap: f64,
    pub row_gap: f64,
    pub column_gap: f64,
    pub pad: f64,
    pub edge_gap: f64,
    pub marker_scale: f64,
    pub points: usize,
}

#[derive(Deserialize)]
pub struct Entry {
    pub label: Label,
    pub key: Key,
}

/// What stands before a legend's text.
#[derive(Deserialize)]
pub struct Key {
    pub pen: Option<Pen>,
    pub marker: Option<Marker>,
    pub patch: bool,
    pub face: Option<Color>,
    pub edge: Option<Color>,
    pub edge_width: f64,
    pub hatch: Option<String>,
    pub error: Option<Pen>,
}
