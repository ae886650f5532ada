//! Where everything goes: the boxes of the panels, so that titles, labels, colour bars and outside legends all find
//! room and nothing is cut off.
//!
//! Panels of a grid share their columns' and rows' margins, and boxes of one row or column are equal, as after
//! matplotlib's `tight_layout`.

use super::{
    legend, picture,
    picture::Rect,
    scene::{Axis, Label, Panel, Place, Scene, Shape, Side},
    ticks::{self, Plan},
};

/// Points between the page's edge and what stands nearest to it, and between panels.
const PAD: f64 = 8.0;

/// Panels are laid out on a common grid of at most this many columns or rows.
const FINEST: usize = 120;

/// Where a panel stands, and how its labels are written.
pub struct Placed {
    pub rect: Rect,
    pub x_plan: Plan,
    pub y_plan: Plan,
}

/// Room needed outside a box.
#[derive(Clone, Copy, Default, Debug)]
pub struct Margins {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Margins {
    fn grow(&mut self, other: Self) {
        self.left = self.left.max(other.left);
        self.right = self.right.max(other.right);
        self.top = self.top.max(other.top);
        self.bottom = self.bottom.max(other.bottom);
    }
}

/// Places all panels of a figure.
pub fn layout(scene: &Scene) -> Vec<Placed> {
    let page = Rect::new(0.0, 0.0, scene.size[0] * 72.0, scene.size[1] * 72.0);
    let mut inner = page.grown(-PAD);
    if let Some(title) = &scene.suptitle {
        inner.top += picture::measure(title).height + 4.0;
    }
    if let Some(label) = &scene.supxlabel {
        inner.bottom -= picture::measure(label).height + 4.0;
    }
    if let Some(label) = &scene.supylabel {
        inner.left += picture::measure(label).height + 4.0;
    }
    // Notes at the foot or the head of the page, as `fig.text(0.5, 0.01, …)` writes them, keep their lines to themselves.
    for mark in &scene.marks {
        if let Shape::Text { at, label, .. } = &mark.shape {
            let bounds = picture::bounds(label, (at[0] * page.right, page.bottom * (1.0 - at[1])), false);
            if at[1] < 0.06 {
                inner.bottom = inner.bottom.min(bounds.top - 3.0);
            } else if at[1] > 0.94 {
                inner.top = inner.top.max(bounds.bottom + 3.0);
            }
        }
    }
    for legend in &scene.legends {
        let room = legend::outside(legend);
        inner.top += room.top;
        inner.bottom -= room.bottom;
        inner.left += room.left;
        inner.right -= room.right;
    }
    let mut rects: Vec<Rect> = scene.panels.iter().map(|panel| guess(panel, page)).collect();
    // Labels decide on boxes and boxes on labels; it settles at once.
    for _ in 0..3 {
        let margins = all_margins(scene, &rects);
        settle(scene, page, inner, &margins, &mut rects);
    }
    scene
        .panels
        .iter()
        .zip(rects)
        .map(|(panel, rect)| Placed {
            rect,
            x_plan: ticks::plan(&panel.x, label_side(&panel.x), rect.width()),
            y_plan: ticks::plan(&panel.y, label_side(&panel.y), rect.height()),
        })
        .collect()
}

/// The side on which an axis' labels stand first.
pub fn label_side(axis: &Axis) -> Side {
    axis.label_sides.first().copied().unwrap_or(axis.side)
}

fn guess(panel: &Panel, page: Rect) -> Rect {
    match &panel.place {
        Place::Grid { rows, cols, shape, .. } => {
            let width = page.width() * 0.8 * (cols[1] - cols[0]) as f64 / shape[1].max(1) as f64;
            let height = page.height() * 0.8 * (rows[1] - rows[0]) as f64 / shape[0].max(1) as f64;
            Rect::new(0.0, 0.0, width, height)
        }
        Place::Fixed { rect } => fraction(page, *rect),
        _ => Rect::new(0.0, 0.0, page.width() * 0.5, page.height() * 0.7),
    }
}

fn fraction(of: Rect, [left, bottom, width, height]: [f64; 4]) -> Rect {
    let x = of.left + left * of.width();
    let y = of.bottom - bottom * of.height();
    Rect::new(x, y - height * of.height(), x + width * of.width(), y)
}

/// What every panel needs around its box, with its twins and colour bars counted.
fn all_margins(scene: &Scene, rects: &[Rect]) -> Vec<Margins> {
    let mut margins: Vec<Margins> = scene
        .panels
        .iter()
        .zip(rects)
        .map(|(panel, rect)| own_margins(panel, *rect))
        .collect();
    for (index, panel) in scene.panels.iter().enumerate() {
        if let Place::Twin { of } = panel.place
            && of < margins.len()
        {
            let twin = margins[index];
            margins[of].grow(twin);
        }
    }
    for (index, panel) in scene.panels.iter().enumerate() {
        let Place::Beside { of, side, .. } = &panel.place else {
            continue;
        };
        let bar = margins[index];
        let (gap, thick) = bar_size(panel, union(of, rects));
        let ends = |panel: &Panel| match &panel.place {
            Place::Grid { cols, shape, .. } if *side == Side::Right => cols[1] * 1000 / shape[1].max(1),
            Place::Grid { rows, shape, .. } if *side == Side::Bottom => rows[1] * 1000 / shape[0].max(1),
            _ => 0,
        };
        let last = of
            .iter()
            .filter_map(|index| scene.panels.get(*index))
            .map(ends)
            .max()
            .unwrap_or(0);
        for parent in of.iter().copied() {
            if parent >= margins.len()
                || matches!(side, Side::Right | Side::Bottom) && ends(&scene.panels[parent]) < last
            {
                continue;
            }
            let own = &mut margins[parent];
            match side {
                Side::Right => own.right += gap + thick + bar.right,
                Side::Left => own.left += gap + thick + bar.left,
                Side::Top => own.top += gap + thick + bar.top,
                Side::Bottom => own.bottom += gap + thick + bar.bottom,
            }
        }
    }
    margins
}

/// Distance and thickness of a colour bar beside a box.
fn bar_size(panel: &Panel, beside: Rect) -> (f64, f64) {
    let Place::Beside {
        side,
        shrink,
        aspect,
        pad,
        fraction,
        ..
    } = &panel.place
    else {
        return (0.0, 0.0);
    };
    let (along, across) = match side {
        Side::Left | Side::Right => (beside.height(), beside.width()),
        _ => (beside.width(), beside.height()),
    };
    let whole = across / (1.0 - fraction - pad).max(0.2);
    (
        (pad * whole).clamp(4.0, 40.0),
        (along * shrink / aspect).min(fraction * whole).max(4.0),
    )
}

fn union(of: &[usize], rects: &[Rect]) -> Rect {
    of.iter()
        .filter_map(|index| rects.get(*index).copied())
        .reduce(Rect::joined)
        .unwrap_or(Rect::new(0.0, 0.0, 100.0, 100.0))
}

/// What a panel's ticks, labels, titles and outside legend need around a box of this size.
fn own_margins(panel: &Panel, rect: Rect) -> Margins {
    let mut margins = Margins::default();
    for axis in [&panel.x, &panel.y] {
        let horizontal = matches!(axis.side, Side::Bottom | Side::Top);
        let length = if horizontal { rect.width() } else { rect.height() };
        if !axis.visible {
            continue;
        }
        for side in &axis.tick_sides {
            let room = side_of(&mut margins, *side);
            *room = room.max(ticks::reach(&axis.style));
        }
        for side in &axis.label_sides {
            let plan = ticks::plan(axis, *side, length);
            for (label, at) in ticks::labels(axis, &plan, *side, rect, 0.0) {
                let bounds = picture::bounds(&label, at, plan.anchored);
                margins.grow(Margins {
                    left: rect.left - bounds.left,
                    right: bounds.right - rect.right,
                    top: rect.top - bounds.top,
                    bottom: bounds.bottom - rect.bottom,
                });
            }
        }
        if !axis.offset.is_empty() {
            match label_side(axis) {
                Side::Bottom => margins.bottom += axis.style.size * 1.3,
                Side::Top => margins.top += axis.style.size * 1.3,
                _ => margins.top = margins.top.max(axis.style.size * 1.5),
            }
        }
    }
    for axis in [&panel.x, &panel.y] {
        if axis.label.text.trim().is_empty() || !axis.visible && axis.label.text.is_empty() {
            continue;
        }
        let bounds = picture::bounds(&axis.label, (0.0, 0.0), true);
        let thick = match axis.side {
            Side::Bottom | Side::Top => bounds.height(),
            _ => bounds.width(),
        };
        *side_of(&mut margins, axis.side) += axis.label.pad + thick;
        // A label longer than its axis must not leave the page.
        let (over, low, high) = match axis.side {
            Side::Bottom | Side::Top => ((bounds.width() - rect.width()) / 2.0, Side::Left, Side::Right),
            _ => ((bounds.height() - rect.height()) / 2.0, Side::Top, Side::Bottom),
        };
        if over > 0.0 {
            *side_of(&mut margins, low) = side_of(&mut margins, low).max(over);
            *side_of(&mut margins, high) = side_of(&mut margins, high).max(over);
        }
    }
    let title = panel
        .titles
        .iter()
        .filter(|title| !title.text.trim().is_empty())
        .map(title_height)
        .fold(0.0, f64::max);
    margins.top += title;
    for title in panel.titles.iter().filter(|title| !title.text.is_empty()) {
        let over = picture::measure(title).width - rect.width();
        if over > 0.0 {
            match title.ha.as_str() {
                "left" => margins.right = margins.right.max(over),
                "right" => margins.left = margins.left.max(over),
                _ => {
                    margins.left = margins.left.max(over / 2.0);
                    margins.right = margins.right.max(over / 2.0);
                }
            }
        }
    }
    for mark in &panel.marks {
        if let Shape::Text { at, offset, label, .. } = &mark.shape
            && !mark.clip
        {
            text_margins(panel, rect, mark.coords, *at, *offset, label, &mut margins);
        }
    }
    if let Some(legend) = &panel.legend {
        let box_ = legend::place(legend, rect, &[]);
        let pad = 2.0;
        margins.grow(Margins {
            left: rect.left - box_.left + pad,
            right: box_.right - rect.right + pad,
            top: rect.top - box_.top + pad,
            bottom: box_.bottom - rect.bottom + pad,
        });
    }
    margins
}

/// Texts beside the box, such as the labels of a pie or of long bars, need room as well.
fn text_margins(
    panel: &Panel,
    rect: Rect,
    coords: super::scene::Coords,
    at: [f64; 2],
    offset: [f64; 2],
    label: &Label,
    margins: &mut Margins,
) {
    use super::scene::Coords;
    if coords == Coords::Figure || label.text.is_empty() {
        return;
    }
    let view = super::view::View::new(rect, rect, &panel.x, &panel.y);
    let Some((x, y)) = view.at(coords, at) else { return };
    // A text far outside belongs to data that the limits leave out.
    if coords == Coords::Data && !rect.grown(60.0).holds(x, y) {
        return;
    }
    let bounds = picture::bounds(label, (x + offset[0], y - offset[1]), false);
    margins.grow(Margins {
        left: (rect.left - bounds.left).min(rect.width() * 0.6),
        right: (bounds.right - rect.right).min(rect.width() * 0.6),
        top: (rect.top - bounds.top).min(rect.height() * 0.6),
        bottom: (bounds.bottom - rect.bottom).min(rect.height() * 0.6),
    });
}

/// Room for a title over the box.
pub fn title_height(title: &Label) -> f64 {
    picture::measure(title).height + title.pad
}

fn side_of(margins: &mut Margins, side: Side) -> &mut f64 {
    match side {
        Side::Left => &mut margins.left,
        Side::Right => &mut margins.right,
        Side::Top => &mut margins.top,
        Side::Bottom => &mut margins.bottom,
    }
}

/// Gives every panel its box.
fn settle(scene: &Scene, page: Rect, inner: Rect, margins: &[Margins], rects: &mut [Rect]) {
    let columns = Tracks::new(scene, margins, inner.left, inner.right, true);
    let rows = Tracks::new(scene, margins, inner.top, inner.bottom, false);
    for (index, panel) in scene.panels.iter().enumerate() {
        rects[index] = match &panel.place {
            Place::Grid {
                rows: [top, bottom],
                cols: [left, right],
                shape,
                ..
            } => {
                let (left, right) = columns.stretch(*left, *right, shape[1]);
                let (top, bottom) = rows.stretch(*top, *bottom, shape[0]);
                Rect::new(left, top, right, bottom)
            }
            Place::Fixed { rect } => fraction(page, *rect),
            _ => rects[index],
        };
        if matches!(panel.place, Place::Grid { .. } | Place::Fixed { .. }) {
            rects[index] = shaped(panel, rects[index]);
        }
    }
    for (index, panel) in scene.panels.iter().enumerate() {
        match &panel.place {
            Place::Twin { of } if *of < rects.len() => rects[index] = rects[*of],
            Place::Inset { of, rect } if *of < rects.len() => rects[index] = fraction(rects[*of], *rect),
            Place::Beside { of, side, shrink, .. } => {
                let beside = union(of, rects);
                let (gap, thick) = bar_size(panel, beside);
                let own = of.iter().filter_map(|parent| {
                    scene
                        .panels
                        .get(*parent)
                        .map(|panel| own_margins(panel, rects[*parent]))
                });
                let own = own.fold(Margins::default(), |mut all, one| {
                    all.grow(one);
                    all
                });
                let (x, y) = (
                    beside.width() * (1.0 - shrink) / 2.0,
                    beside.height() * (1.0 - shrink) / 2.0,
                );
                rects[index] = match side {
                    Side::Right => {
                        let left = beside.right + own.right.max(0.0) + gap;
                        Rect::new(left, beside.top + y, left + thick, beside.bottom - y)
                    }
                    Side::Left => {
                        let right = beside.left - own.left - gap;
                        Rect::new(right - thick, beside.top + y, right, beside.bottom - y)
                    }
                    Side::Top => {
                        let bottom = beside.top - own.top - gap;
                        Rect::new(beside.left + x, bottom - thick, beside.right - x, bottom)
                    }
                    Side::Bottom => {
                        let top = beside.bottom + own.bottom + gap;
                        Rect::new(beside.left + x, top, beside.right - x, top + thick)
                    }
                };
            }
            _ => {}
        }
    }
}

/// The box within its cell that has the panel's aspect.
fn shaped(panel: &Panel, cell: Rect) -> Rect {
    let Some(aspect) = panel.aspect.filter(|aspect| aspect.is_finite() && *aspect > 0.0) else {
        return cell;
    };
    let reach = |axis: &Axis| (axis.scale.of(axis.limits[1]) - axis.scale.of(axis.limits[0])).abs();
    let ratio = aspect * reach(&panel.y) / reach(&panel.x);
    if !ratio.is_finite() || ratio <= 0.0 || panel.aspect_by_limits {
        return cell;
    }
    let (width, height) = (
        cell.width().min(cell.height() / ratio),
        cell.height().min(cell.width() * ratio),
    );
    let (x, y) = (
        f64::midpoint(cell.left, cell.right),
        f64::midpoint(cell.top, cell.bottom),
    );
    Rect::new(x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)
}

/// The columns, or the rows, of a figure's common grid.
struct Tracks {
    starts: Vec<f64>,
    ends: Vec<f64>,
}

impl Tracks {
    fn new(scene: &Scene, margins: &[Margins], from: f64, to: f64, across: bool) -> Self {
        let grids: Vec<(usize, [usize; 2], &[f64], Option<f64>, Margins)> = scene
            .panels
            .iter()
            .zip(margins)
            .filter_map(|(panel, margins)| match &panel.place {
                Place::Grid {
                    rows,
                    cols,
                    shape,
                    widths,
                    heights,
                    wspace,
                    hspace,
                } => Some(if across {
                    (shape[1].max(1), *cols, widths.as_slice(), *wspace, *margins)
                } else {
                    (shape[0].max(1), *rows, heights.as_slice(), *hspace, *margins)
                }),
                _ => None,
            })
            .collect();
        let count = grids.iter().fold(1, |all, (count, ..)| lcm(all, *count)).min(FINEST);
        let (mut before, mut after) = (vec![0.0_f64; count], vec![0.0_f64; count]);
        let mut joined = vec![true; count];
        let mut sizes = vec![1.0; count];
        let mut space = None;
        for (shape, [start, end], ratios, wanted, margins) in &grids {
            let (first, last) = (start * count / shape, (end * count / shape).max(1) - 1);
            let (low, high) = if across {
                (margins.left, margins.right)
            } else {
                (margins.top, margins.bottom)
            };
            before[first] = before[first].max(low);
            after[last] = after[last].max(high);
            joined[first] = false;
            if last + 1 < count {
                joined[last + 1] = false;
            }
            space = space.or(*wanted);
            if ratios.len() == *shape {
                for (index, size) in sizes.iter_mut().enumerate() {
                    *size = ratios[index * shape / count] * *shape as f64 / count as f64;
                }
            }
        }
        let total: f64 = sizes.iter().sum();
        let gap = |index: usize| {
            if joined[index] {
                0.0
            } else {
                after[index - 1] + before[index] + if space == Some(0.0) { 0.0 } else { PAD }
            }
        };
        let gaps: f64 = (1..count).map(gap).sum();
        let room = (to - from - before[0] - after[count - 1] - gaps).max((to - from) * 0.1);
        let mut at = from + before[0];
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for index in 0..count {
            if index > 0 {
                at += gap(index);
            }
            starts.push(at);
            at += room * sizes[index] / total.max(1e-9);
            ends.push(at);
        }
        Self { starts, ends }
    }

    fn stretch(&self, start: usize, end: usize, shape: usize) -> (f64, f64) {
        let count = self.starts.len();
        let first = (start * count / shape.max(1)).min(count - 1);
        let last = ((end * count / shape.max(1)).max(1) - 1).min(count - 1);
        (self.starts[first], self.ends[last.max(first)])
    }
}

fn lcm(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x.max(1) * b
}
