//! Legends: how large they are, where they stand, and how they are drawn. `best` is the place, among matplotlib's nine,
//! that covers the least of what is drawn.

use super::{
    font::Step,
    layout::Margins,
    markers,
    picture::{self, Picture, Rect},
    scene::{Entry, Legend, Pen},
};

/// The places of `loc='best'` in the order in which they are tried.
const PLACES: [&str; 9] = [
    "upper right",
    "upper left",
    "lower left",
    "lower right",
    "center left",
    "center right",
    "lower center",
    "upper center",
    "center",
];

struct Sizes {
    columns: Vec<f64>,
    rows: usize,
    row: Vec<f64>,
    title: f64,
    width: f64,
    height: f64,
}

fn sizes(legend: &Legend) -> Sizes {
    let size = legend.size;
    let columns = legend.columns.clamp(1, legend.entries.len().max(1));
    let rows = legend.entries.len().div_ceil(columns);
    let mut widths = vec![0.0_f64; columns];
    let mut row = vec![size * 0.7; rows];
    for (index, entry) in legend.entries.iter().enumerate() {
        let block = picture::measure(&entry.label);
        let (at, line) = cell(index, legend.entries.len(), columns);
        widths[at] = widths[at].max(block.width);
        row[line] = row[line].max(block.height * 0.78);
    }
    let handle = size * (legend.handle_length + legend.handle_gap);
    let inner: f64 =
        widths.iter().map(|width| width + handle).sum::<f64>() + size * legend.column_gap * (columns - 1) as f64;
    let (mut title, mut width) = (0.0, inner);
    if let Some(label) = legend.title.as_ref().filter(|label| !label.text.is_empty()) {
        let block = picture::measure(label);
        title = block.height * 0.8 + size * legend.row_gap;
        width = width.max(block.width);
    }
    let height = row.iter().sum::<f64>() + size * legend.row_gap * rows.saturating_sub(1) as f64 + title;
    Sizes {
        columns: widths,
        rows,
        row,
        title,
        width: width + 2.0 * size * legend.pad,
        height: height + 2.0 * size * legend.pad,
    }
}

/// Column and row of an entry: columns are filled one after the other, the first ones fuller.
fn cell(index: usize, count: usize, columns: usize) -> (usize, usize) {
    let (each, more) = (count / columns, count % columns);
    let full = more * (each + 1);
    if index < full {
        (index / (each + 1), index % (each + 1))
    } else {
        (more + (index - full) / each.max(1), (index - full) % each.max(1))
    }
}

/// Where the legend's box lies beside or in `rect`, leaving free what `crowd` takes up if it may choose.
pub fn place(legend: &Legend, rect: Rect, crowd: &[(f64, f64)]) -> Rect {
    let sizes = sizes(legend);
    let gap = legend.size * legend.edge_gap;
    let within = match legend.anchor.as_deref() {
        Some([x, y]) => {
            let at = (rect.left + x * rect.width(), rect.bottom - y * rect.height());
            Rect::new(at.0, at.1, at.0, at.1)
        }
        Some([x, y, width, height]) => {
            let (left, bottom) = (rect.left + x * rect.width(), rect.bottom - y * rect.height());
            Rect::new(
                left,
                bottom - height * rect.height(),
                left + width * rect.width(),
                bottom,
            )
        }
        _ => rect,
    };
    if legend.loc != "best" {
        return boxed(&legend.loc, within, sizes.width, sizes.height, gap);
    }
    let covered = |loc: &str| {
        let place = boxed(loc, within, sizes.width, sizes.height, gap);
        crowd.iter().filter(|(x, y)| place.holds(*x, *y)).count()
    };
    let best = PLACES.iter().min_by_key(|loc| covered(loc)).unwrap_or(&PLACES[0]);
    boxed(best, within, sizes.width, sizes.height, gap)
}

fn boxed(loc: &str, within: Rect, width: f64, height: f64, gap: f64) -> Rect {
    let left = if loc.ends_with("left") {
        within.left + gap
    } else if loc.ends_with("right") {
        within.right - gap - width
    } else {
        f64::midpoint(within.left, within.right) - width / 2.0
    };
    let top = if loc.starts_with("upper") {
        within.top + gap
    } else if loc.starts_with("lower") {
        within.bottom - gap - height
    } else {
        f64::midpoint(within.top, within.bottom) - height / 2.0
    };
    Rect::new(left, top, left + width, top + height)
}

/// Room that a figure's own legend takes away from the panels.
pub fn outside(legend: &Legend) -> Margins {
    let sizes = sizes(legend);
    let mut room = Margins::default();
    let gap = legend.size * 0.6;
    if legend.loc.ends_with("right") && legend.loc.starts_with("center") {
        room.right = sizes.width + gap;
    } else if legend.loc.ends_with("left") && legend.loc.starts_with("center") {
        room.left = sizes.width + gap;
    } else if legend.loc.starts_with("lower") && legend.loc.ends_with("center") {
        room.bottom = sizes.height + gap;
    } else if legend.loc.starts_with("upper") && legend.loc.ends_with("center") {
        room.top = sizes.height + gap;
    }
    room
}

/// Draws the legend in its box.
pub fn draw(legend: &Legend, place: Rect, picture: &mut Picture) {
    let sizes = sizes(legend);
    let size = legend.size;
    if legend.frame {
        let outline = rounded(place, if legend.fancy { size * 0.2 } else { 0.0 });
        if legend.shadow {
            let shade = rounded(
                Rect::new(place.left + 2.0, place.top + 2.0, place.right + 2.0, place.bottom + 2.0),
                size * 0.2,
            );
            picture.outline(shade, Some([0.0, 0.0, 0.0, 0.35]), None);
        }
        let pen = Pen {
            color: legend.edge,
            width: 0.8,
            dash: Vec::new(),
            cap: super::scene::Cap::Butt,
        };
        picture.outline(outline, Some(legend.face), Some(&pen));
    }
    let pad = size * legend.pad;
    let mut top = place.top + pad;
    if let Some(title) = legend.title.as_ref().filter(|label| !label.text.is_empty()) {
        let mut title = title.clone();
        title.ha = "center".to_owned();
        title.va = "top".to_owned();
        picture.text(
            &title,
            (f64::midpoint(place.left, place.right), top - size * 0.1),
            false,
        );
        top += sizes.title;
    }
    for (index, entry) in legend.entries.iter().enumerate() {
        let (column, row) = cell(index, legend.entries.len(), sizes.columns.len());
        let before: f64 = sizes.columns[..column].iter().sum();
        let step = size * (legend.handle_length + legend.handle_gap + legend.column_gap);
        let left = place.left + pad + before + step * column as f64;
        let above: f64 = sizes.row[..row.min(sizes.rows)].iter().sum::<f64>() + size * legend.row_gap * row as f64;
        let middle = top + above + sizes.row[row] / 2.0;
        key(legend, entry, left, middle, picture);
        let mut label = entry.label.clone();
        label.ha = "left".to_owned();
        label.va = if label.text.contains('\n') {
            "center"
        } else {
            "center_baseline"
        }
        .to_owned();
        picture.text(
            &label,
            (left + size * (legend.handle_length + legend.handle_gap), middle),
            false,
        );
    }
}

fn key(legend: &Legend, entry: &Entry, left: f64, middle: f64, picture: &mut Picture) {
    let key = &entry.key;
    let (width, half) = (legend.size * legend.handle_length, legend.size * 0.35);
    if key.patch {
        let edge = key.edge.map(|color| Pen {
            color,
            width: key.edge_width,
            dash: Vec::new(),
            cap: super::scene::Cap::Butt,
        });
        let rect = Rect::new(left, middle - half, left + width, middle + half);
        picture.outline(rounded(rect, 0.0), key.face, edge.as_ref());
        if let Some(hatch) = &key.hatch {
            super::hatch::draw(
                picture,
                hatch,
                &[
                    (rect.left, rect.top),
                    (rect.right, rect.top),
                    (rect.right, rect.bottom),
                    (rect.left, rect.bottom),
                ],
                key.edge.unwrap_or([0.0, 0.0, 0.0, 1.0]),
            );
        }
    }
    if let Some(pen) = &key.error {
        let x = left + width / 2.0;
        picture.line(&[(x, middle - half), (x, middle + half)], pen);
    }
    if let Some(pen) = &key.pen {
        picture.line(&[(left, middle), (left + width, middle)], pen);
    }
    if let Some(marker) = &key.marker {
        let places: Vec<f64> = if legend.points <= 1 {
            vec![left + width / 2.0]
        } else {
            (0..legend.points)
                .map(|index| left + width * (0.15 + 0.7 * index as f64 / (legend.points - 1) as f64))
                .collect()
        };
        let mut marker = marker.clone();
        marker.size *= legend.marker_scale;
        markers::draw(
            picture,
            &marker,
            places.iter().map(|x| (*x as f32, middle as f32)).collect(),
        );
    }
}

/// A rectangle with round corners.
pub fn rounded(rect: Rect, radius: f64) -> Vec<Step> {
    let [left, top, right, bottom] = [rect.left as f32, rect.top as f32, rect.right as f32, rect.bottom as f32];
    if radius <= 0.0 {
        return vec![
            Step::Move(left, top),
            Step::Line(right, top),
            Step::Line(right, bottom),
            Step::Line(left, bottom),
            Step::Close,
        ];
    }
    let r = (radius as f32).min((right - left) / 2.0).min((bottom - top) / 2.0);
    vec![
        Step::Move(left + r, top),
        Step::Line(right - r, top),
        Step::Quad(right, top, right, top + r),
        Step::Line(right, bottom - r),
        Step::Quad(right, bottom, right - r, bottom),
        Step::Line(left + r, bottom),
        Step::Quad(left, bottom, left, bottom - r),
        Step::Line(left, top + r),
        Step::Quad(left, top, left + r, top),
        Step::Close,
    ]
}
