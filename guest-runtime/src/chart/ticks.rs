//! How an axis' tick labels stand: upright, turned or thinned so that no two run into each other, and how much room
//! they take beside the axes.

use super::{
    picture::{self, Rect},
    scene::{Axis, AxisKind, Direction, Label, Side, TickStyle},
    view::Span,
};

/// Least space between two labels on a line, as a share of the text size.
const APART: f64 = 0.5;

/// How the labels of one axis are written.
pub struct Plan {
    pub rotation: f64,
    pub ha: String,
    pub va: String,
    pub anchored: bool,
    /// Every how many labels one is shown.
    pub every: usize,
}

/// Decides for an axis that is `length` points long.
pub fn plan(axis: &Axis, side: Side, length: f64) -> Plan {
    let horizontal = matches!(side, Side::Bottom | Side::Top);
    let style = &axis.style;
    let rotation = style.rotation.unwrap_or(0.0);
    let mut plan = Plan {
        rotation,
        ha: style.ha.clone().unwrap_or_else(|| {
            match side {
                Side::Left => "right",
                Side::Right => "left",
                _ => "center",
            }
            .to_owned()
        }),
        va: style.va.clone().unwrap_or_else(|| {
            match side {
                Side::Bottom => "top",
                Side::Top => "bottom",
                _ => "center_baseline",
            }
            .to_owned()
        }),
        anchored: style.anchored,
        every: 1,
    };
    let span = Span::new(axis, 0.0, length);
    let mut places: Vec<(f64, f64, f64)> = axis
        .ticks
        .iter()
        .filter(|tick| !tick.label.is_empty())
        .filter_map(|tick| {
            let at = span.place(tick.at)?;
            let block = picture::measure(&text(&tick.label, style, &plan, None));
            (at >= -1.0 && at <= length + 1.0).then_some((at, block.width, block.height))
        })
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    if places.len() < 2 {
        return plan;
    }
    let space = places
        .windows(2)
        .map(|pair| pair[1].0 - pair[0].0)
        .fold(f64::MAX, f64::min);
    let (widest, highest) = places.iter().fold((0.0_f64, 0.0_f64), |most, place| {
        (most.0.max(place.1), most.1.max(place.2))
    });
    if !horizontal {
        let needed = if rotation.abs() > 45.0 { widest } else { highest } * 0.95;
        if space < needed && !axis.fixed {
            plan.every = (needed / space.max(0.01)).ceil() as usize;
        }
        return plan;
    }
    if rotation == 0.0 {
        let crowded = |every: usize| {
            let shown: Vec<_> = places.iter().step_by(every).collect();
            shown
                .windows(2)
                .any(|pair| pair[1].0 - pair[0].0 < f64::midpoint(pair[0].1, pair[1].1) + style.size * APART)
        };
        if !crowded(1) {
            return plan;
        }
        if style.rotation.is_none() && (axis.kind != AxisKind::Number || axis.fixed) {
            turn(&mut plan, side, if axis.kind == AxisKind::Date { 30.0 } else { 45.0 });
            if space < highest * 1.15 {
                turn(&mut plan, side, 90.0);
            }
            if space < highest * 1.02 {
                plan.every = (highest * 1.02 / space.max(0.01)).ceil() as usize;
            }
            return plan;
        }
        // Labels that the script placed upright by itself stay as they are unless they would be unreadable.
        while plan.every < places.len() && crowded(plan.every) {
            plan.every += 1;
        }
    } else if !axis.fixed || axis.kind == AxisKind::Category {
        let turned = rotation.to_radians().sin().abs().max(0.2);
        // Turned lines may stand closer than their height, since letters rarely fill it.
        let needed = (highest / turned).min(widest) * 0.75;
        if space < needed {
            plan.every = (needed / space.max(0.01)).ceil() as usize;
        }
    }
    plan
}

fn turn(plan: &mut Plan, side: Side, rotation: f64) {
    plan.rotation = rotation;
    plan.anchored = true;
    let upright = rotation > 80.0;
    plan.ha = if side == Side::Bottom { "right" } else { "left" }.to_owned();
    plan.va = if upright {
        "center"
    } else if side == Side::Bottom {
        "top"
    } else {
        "bottom"
    }
    .to_owned();
}

/// A tick's label with its style.
pub fn text(label: &str, style: &TickStyle, plan: &Plan, color: Option<[f32; 4]>) -> Label {
    Label {
        text: label.to_owned(),
        size: style.size,
        color: color.unwrap_or(style.label_color),
        bold: style.bold,
        italic: false,
        ha: plan.ha.clone(),
        va: plan.va.clone(),
        rotation: plan.rotation,
        pad: 0.0,
        position: None,
        mono: false,
        spacing: 1.2,
    }
}

/// How far the ticks reach out of the axes.
pub fn reach(style: &TickStyle) -> f64 {
    match style.direction {
        Direction::Out => style.length,
        Direction::In => 0.0,
        Direction::Inout => style.length / 2.0,
    }
}

/// Each shown label's place on the page, for the axes' box and the side on which the labels stand.
pub fn labels<'a>(
    axis: &'a Axis,
    plan: &'a Plan,
    side: Side,
    edge: Rect,
    offset: f64,
) -> impl Iterator<Item = (Label, (f64, f64))> + 'a {
    let gap = offset
        + if axis.tick_sides.contains(&side) {
            reach(&axis.style)
        } else {
            0.0
        }
        + axis.style.pad;
    let horizontal = matches!(side, Side::Bottom | Side::Top);
    let span = if horizontal {
        Span::new(axis, edge.left, edge.right)
    } else {
        Span::new(axis, edge.bottom, edge.top)
    };
    axis.ticks
        .iter()
        .filter(|tick| !tick.label.is_empty())
        .step_by(plan.every)
        .filter_map(move |tick| {
            let at = span.place(tick.at)?;
            let (low, high) = if horizontal {
                (edge.left, edge.right)
            } else {
                (edge.top, edge.bottom)
            };
            if at < low - 0.5 || at > high + 0.5 {
                return None;
            }
            let at = match side {
                Side::Bottom => (at, edge.bottom + gap),
                Side::Top => (at, edge.top - gap),
                Side::Left => (edge.left - gap, at),
                Side::Right => (edge.right + gap, at),
            };
            Some((text(&tick.label, &axis.style, plan, tick.color), at))
        })
}
