//! Draws a whole figure: its face, every panel with frame, ticks, grid, labels and titles, and the legends.

use super::{
    color,
    columns::Columns,
    layout::{self, Placed},
    legend, marks,
    picture::{Picture, Rect},
    scene::{Axis, Cap, Direction, Label, Panel, Pen, Scene, Shape, Side, Spine, SpineAt, TickStyle},
    ticks::{self, Plan},
    view::{Span, View},
};

/// Draws a scene.
pub fn draw(scene: &Scene, columns: &Columns) -> Picture {
    let mut picture = Picture::new(scene.size[0] * 72.0, scene.size[1] * 72.0);
    let page = Rect::new(0.0, 0.0, picture.width, picture.height);
    if scene.face[3] > 0.0 {
        picture.outline(legend::rounded(page, 0.0), Some(scene.face), None);
    }
    let places = layout::layout(scene);
    for (panel, placed) in scene.panels.iter().zip(&places) {
        draw_panel(panel, placed, page, columns, &mut picture);
    }
    around(scene, &places, page, columns, &mut picture);
    picture
}

/// What belongs to the figure and not to a panel.
fn around(scene: &Scene, places: &[Placed], page: Rect, columns: &Columns, picture: &mut Picture) {
    let middle = places
        .iter()
        .map(|placed| placed.rect)
        .reduce(Rect::joined)
        .map_or(page.width() / 2.0, |_| page.width() / 2.0);
    if let Some(title) = &scene.suptitle {
        let x = title.position.map_or(middle, |[x, _]| x * page.width());
        picture.text(title, (x, 6.0), false);
    }
    if let Some(label) = &scene.supxlabel {
        picture.text(label, (page.width() / 2.0, page.bottom - 5.0), false);
    }
    if let Some(label) = &scene.supylabel {
        picture.text(label, (5.0, page.height() / 2.0), false);
    }
    let mut crowd = Vec::new();
    if let Some(panel) = scene.panels.first() {
        let view = View::new(page, page, &panel.x, &panel.y);
        for mark in &scene.marks {
            marks::draw(mark, &view, columns, picture, &mut crowd);
        }
    } else {
        for mark in &scene.marks {
            if let Shape::Text { at, label, .. } = &mark.shape {
                picture.text(
                    label,
                    (at[0] * page.width(), page.bottom - at[1] * page.height()),
                    false,
                );
            }
        }
    }
    for legend in &scene.legends {
        let place = legend::place(legend, page, &[]);
        legend::draw(legend, place, picture);
    }
}

fn draw_panel(panel: &Panel, placed: &Placed, page: Rect, columns: &Columns, picture: &mut Picture) {
    let rect = placed.rect;
    let view = View::new(rect, page, &panel.x, &panel.y);
    if panel.frame
        && let Some(face) = panel.face
    {
        picture.outline(legend::rounded(rect, 0.0), Some(face), None);
    }
    if let Some(bar) = &panel.bar {
        gradient(&bar.table, bar.vertical, rect, picture);
    }
    if !panel.grid_above {
        grid(panel, rect, picture);
    }
    let mut crowd = Vec::new();
    for mark in panel
        .marks
        .iter()
        .filter(|mark| !matches!(mark.shape, Shape::Text { .. }))
    {
        marks::draw(mark, &view, columns, picture, &mut crowd);
    }
    if panel.grid_above {
        grid(panel, rect, picture);
    }
    if panel.frame {
        for spine in &panel.spines {
            draw_spine(spine, panel, rect, picture);
        }
    }
    let mut room = [0.0_f64; 4];
    for (axis, plan) in [(&panel.x, &placed.x_plan), (&panel.y, &placed.y_plan)] {
        if axis.visible {
            draw_axis(axis, plan, panel, rect, picture, &mut room);
        }
    }
    draw_titles(panel, rect, room, picture);
    for mark in panel
        .marks
        .iter()
        .filter(|mark| matches!(mark.shape, Shape::Text { .. }))
    {
        marks::draw(mark, &view, columns, picture, &mut crowd);
    }
    if let Some(legend) = &panel.legend {
        let place = legend::place(legend, rect, &crowd);
        legend::draw(legend, place, picture);
    }
}

fn gradient(table: &str, vertical: bool, rect: Rect, picture: &mut Picture) {
    let colors = color::parse(table);
    let bytes = |color: &[f32; 4]| color.map(|part| (part * 255.0).round() as u8);
    if vertical {
        let rgba: Vec<u8> = colors.iter().rev().flat_map(bytes).collect();
        picture.image(rect, 1, colors.len(), rgba, false);
    } else {
        let rgba: Vec<u8> = colors.iter().flat_map(bytes).collect();
        picture.image(rect, colors.len(), 1, rgba, false);
    }
}

fn grid(panel: &Panel, rect: Rect, picture: &mut Picture) {
    for (axis, upright) in [(&panel.x, true), (&panel.y, false)] {
        let span = if upright {
            Span::new(axis, rect.left, rect.right)
        } else {
            Span::new(axis, rect.bottom, rect.top)
        };
        let (low, high) = if upright {
            (rect.left, rect.right)
        } else {
            (rect.top, rect.bottom)
        };
        let mut draw = |at: f64, pen: &Pen| {
            if let Some(place) = span
                .place(at)
                .filter(|place| (low - 0.01..=high + 0.01).contains(place))
            {
                let ends = if upright {
                    [(place, rect.bottom), (place, rect.top)]
                } else {
                    [(rect.left, place), (rect.right, place)]
                };
                picture.line(&ends, pen);
            }
        };
        if let Some(pen) = &axis.minor_grid {
            axis.minor.iter().for_each(|at| draw(*at, pen));
        }
        if let Some(pen) = &axis.grid {
            axis.ticks.iter().for_each(|tick| draw(tick.at, pen));
        }
    }
}

/// The box as this side's spine sees it: its own edge may be moved.
fn edge_of(side: Side, panel: &Panel, rect: Rect) -> f64 {
    let at = panel
        .spines
        .iter()
        .find(|spine| spine.side == side)
        .and_then(|spine| spine.at);
    let place = |axis: &Axis, from: f64, to: f64, value: f64| Span::new(axis, from, to).place(value);
    match (side, at) {
        (Side::Left | Side::Right, Some(SpineAt::Data(value))) => {
            place(&panel.x, rect.left, rect.right, value).unwrap_or(rect.left)
        }
        (Side::Bottom | Side::Top, Some(SpineAt::Data(value))) => {
            place(&panel.y, rect.bottom, rect.top, value).unwrap_or(rect.bottom)
        }
        (Side::Left | Side::Right, Some(SpineAt::Axes(share))) => rect.left + share * rect.width(),
        (Side::Bottom | Side::Top, Some(SpineAt::Axes(share))) => rect.bottom - share * rect.height(),
        (side, at) => {
            let out = if let Some(SpineAt::Outward(points)) = at {
                points
            } else {
                0.0
            };
            match side {
                Side::Left => rect.left - out,
                Side::Right => rect.right + out,
                Side::Bottom => rect.bottom + out,
                Side::Top => rect.top - out,
            }
        }
    }
}

fn draw_spine(spine: &Spine, panel: &Panel, rect: Rect, picture: &mut Picture) {
    if !spine.visible {
        return;
    }
    let edge = edge_of(spine.side, panel, rect);
    let pen = Pen {
        color: spine.color,
        width: spine.width,
        dash: Vec::new(),
        cap: Cap::Square,
    };
    let ends = match spine.side {
        Side::Left | Side::Right => [(edge, rect.top), (edge, rect.bottom)],
        _ => [(rect.left, edge), (rect.right, edge)],
    };
    picture.line(&ends, &pen);
}

fn draw_axis(axis: &Axis, plan: &Plan, panel: &Panel, rect: Rect, picture: &mut Picture, room: &mut [f64; 4]) {
    let horizontal = matches!(axis.side, Side::Bottom | Side::Top);
    let span = if horizontal {
        Span::new(axis, rect.left, rect.right)
    } else {
        Span::new(axis, rect.bottom, rect.top)
    };
    let (low, high) = if horizontal {
        (rect.left, rect.right)
    } else {
        (rect.top, rect.bottom)
    };
    let inside = |at: f64| {
        span.place(at)
            .filter(|place| (low - 0.05..=high + 0.05).contains(place))
    };
    for side in &axis.tick_sides {
        let edge = edge_of(*side, panel, rect);
        for at in axis.minor.iter().filter_map(|at| inside(*at)) {
            draw_tick(at, edge, *side, &axis.minor_style, picture);
        }
        for at in axis.ticks.iter().filter_map(|tick| inside(tick.at)) {
            draw_tick(at, edge, *side, &axis.style, picture);
        }
        room[side_index(*side)] = ticks::reach(&axis.style);
    }
    let mut extent = rect;
    for side in &axis.label_sides {
        let moved = edge_of(*side, panel, rect);
        let mut edge = rect;
        match side {
            Side::Left => edge.left = moved,
            Side::Right => edge.right = moved,
            Side::Bottom => edge.bottom = moved,
            Side::Top => edge.top = moved,
        }
        let own;
        let plan = if *side == layout::label_side(axis) {
            plan
        } else {
            own = ticks::plan(axis, *side, if horizontal { rect.width() } else { rect.height() });
            &own
        };
        // Ticks along an edge that has moved still run over the whole box.
        let along = if horizontal {
            Rect::new(rect.left, edge.top, rect.right, edge.bottom)
        } else {
            Rect::new(edge.left, rect.top, edge.right, rect.bottom)
        };
        let labels: Vec<_> = ticks::labels(axis, plan, *side, along, 0.0).collect();
        for (label, at) in labels {
            extent = extent.joined(picture.text(&label, at, plan.anchored));
        }
    }
    let out = |side: Side, extent: Rect| match side {
        Side::Left => rect.left - extent.left,
        Side::Right => extent.right - rect.right,
        Side::Bottom => extent.bottom - rect.bottom,
        Side::Top => rect.top - extent.top,
    };
    for side in [Side::Left, Side::Right, Side::Bottom, Side::Top] {
        let index = side_index(side);
        if (axis.label_sides.contains(&side)) || side == Side::Top && extent.top < rect.top {
            room[index] = room[index].max(if axis.label_sides.contains(&side) {
                out(side, extent)
            } else {
                0.0
            });
        }
    }
    let shown = draw_offset(axis, rect, extent, picture);
    room[3] = room[3].max(rect.top - shown.top).max(0.0);
    let far = extent.joined(if horizontal { shown } else { rect });
    axis_label(
        axis,
        rect,
        out(axis.side, far).max(room[side_index(axis.side)]),
        picture,
    );
}

fn side_index(side: Side) -> usize {
    match side {
        Side::Left => 0,
        Side::Right => 1,
        Side::Bottom => 2,
        Side::Top => 3,
    }
}

fn draw_tick(at: f64, edge: f64, side: Side, style: &TickStyle, picture: &mut Picture) {
    let (out, into) = match style.direction {
        Direction::Out => (style.length, 0.0),
        Direction::In => (0.0, style.length),
        Direction::Inout => (style.length / 2.0, style.length / 2.0),
    };
    let ends = match side {
        Side::Bottom => [(at, edge - into), (at, edge + out)],
        Side::Top => [(at, edge + into), (at, edge - out)],
        Side::Left => [(edge + into, at), (edge - out, at)],
        Side::Right => [(edge - into, at), (edge + out, at)],
    };
    picture.line(
        &ends,
        &Pen {
            color: style.color,
            width: style.width,
            dash: Vec::new(),
            cap: Cap::Butt,
        },
    );
}

/// Writes the factor or the offset that all of an axis' labels share; answers the box it takes up.
fn draw_offset(axis: &Axis, rect: Rect, extent: Rect, picture: &mut Picture) -> Rect {
    if axis.offset.is_empty() {
        return rect;
    }
    let (at, ha, va) = match layout::label_side(axis) {
        Side::Bottom => ((rect.right, extent.bottom + 3.0), "right", "top"),
        Side::Top => ((rect.right, extent.top - 3.0), "right", "bottom"),
        Side::Left => ((rect.left, rect.top - 3.0), "left", "bottom"),
        Side::Right => ((rect.right, rect.top - 3.0), "right", "bottom"),
    };
    let label = Label {
        text: axis.offset.clone(),
        size: axis.style.size,
        color: axis.style.label_color,
        bold: false,
        italic: false,
        ha: ha.to_owned(),
        va: va.to_owned(),
        rotation: 0.0,
        pad: 0.0,
        position: None,
        mono: false,
        spacing: 1.2,
    };
    picture.text(&label, at, false).joined(rect)
}

fn axis_label(axis: &Axis, rect: Rect, room: f64, picture: &mut Picture) {
    let label = &axis.label;
    if label.text.trim().is_empty() {
        return;
    }
    let gap = room + label.pad;
    let share = match label.ha.as_str() {
        "left" => 0.0,
        "right" => 1.0,
        _ => 0.5,
    };
    match axis.side {
        Side::Bottom | Side::Top => {
            let x = rect.left + rect.width() * label.position.map_or(share, |[x, _]| x);
            let (y, va) = if axis.side == Side::Bottom {
                (rect.bottom + gap, "top")
            } else {
                (rect.top - gap, "bottom")
            };
            let label = Label {
                va: va.to_owned(),
                ..label.clone()
            };
            picture.text(&label, (x, y), false);
        }
        side => {
            let y = rect.bottom - rect.height() * label.position.map_or(share, |[_, y]| y);
            let size = crate::chart::picture::bounds(label, (0.0, 0.0), false);
            let x = if side == Side::Left {
                rect.left - gap - size.width() / 2.0
            } else {
                rect.right + gap + size.width() / 2.0
            };
            let (up, down) = (share == 1.0, share == 0.0);
            let y = if up {
                y + size.height() / 2.0
            } else if down {
                y - size.height() / 2.0
            } else {
                y
            };
            let label = Label {
                va: "center".to_owned(),
                ha: "center".to_owned(),
                ..label.clone()
            };
            picture.text(&label, (x, y), false);
        }
    }
}

fn draw_titles(panel: &Panel, rect: Rect, room: [f64; 4], picture: &mut Picture) {
    let mut over = room[3];
    if panel.x.visible && panel.x.side == Side::Top && !panel.x.label.text.is_empty() {
        over += panel.x.label.pad + crate::chart::picture::measure(&panel.x.label).height;
    }
    for title in panel.titles.iter().filter(|title| !title.text.trim().is_empty()) {
        let share = match title.ha.as_str() {
            "left" => 0.0,
            "right" => 1.0,
            _ => 0.5,
        };
        let [x, y] = title.position.unwrap_or([share, 1.0]);
        let at = (
            rect.left + rect.width() * x,
            rect.bottom - rect.height() * y - title.pad - over.max(0.0),
        );
        picture.text(title, at, false);
    }
}
