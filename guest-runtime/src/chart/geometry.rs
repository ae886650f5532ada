//! Plane geometry: cutting lines and polygons to what can be seen, and thinning lines that have more points than the
//! page has room for.

use super::picture::Rect;

/// The parts of a polyline that touch a rectangle. Points far outside are cut off, so that what remains can be drawn
/// exactly.
pub fn clip_line(points: &[(f64, f64)], rect: Rect) -> Vec<Vec<(f64, f64)>> {
    if points.iter().all(|(x, y)| rect.holds(*x, *y)) {
        return vec![points.to_vec()];
    }
    let mut parts: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut joins = false;
    for pair in points.windows(2) {
        let Some((start, end)) = cut(pair[0], pair[1], rect) else {
            joins = false;
            continue;
        };
        let at = |share: f64| {
            (
                pair[0].0 + (pair[1].0 - pair[0].0) * share,
                pair[0].1 + (pair[1].1 - pair[0].1) * share,
            )
        };
        match parts.last_mut() {
            Some(part) if joins && start == 0.0 => part.push(at(end)),
            _ => parts.push(vec![at(start), at(end)]),
        }
        joins = end == 1.0;
    }
    parts
}

/// The shares of a line between which it lies in a rectangle.
fn cut(from: (f64, f64), to: (f64, f64), rect: Rect) -> Option<(f64, f64)> {
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    for (toward, room) in [
        (-dx, from.0 - rect.left),
        (dx, rect.right - from.0),
        (-dy, from.1 - rect.top),
        (dy, rect.bottom - from.1),
    ] {
        if toward == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if toward < 0.0 {
            start = start.max(room / toward);
        } else {
            end = end.min(room / toward);
        }
    }
    (start <= end).then_some((start, end))
}

/// The part of a polygon within a rectangle.
pub fn clip_polygon(points: Vec<(f64, f64)>, rect: Rect) -> Vec<(f64, f64)> {
    if points.iter().all(|(x, y)| rect.holds(*x, *y)) {
        return points;
    }
    let edges: [(bool, f64, f64); 4] = [
        (true, rect.left, 1.0),
        (true, rect.right, -1.0),
        (false, rect.top, 1.0),
        (false, rect.bottom, -1.0),
    ];
    let mut points = points;
    for (across, edge, sign) in edges {
        let depth = |point: &(f64, f64)| (if across { point.0 } else { point.1 } - edge) * sign;
        let mut kept = Vec::with_capacity(points.len());
        for (index, point) in points.iter().enumerate() {
            let before = points[(index + points.len() - 1) % points.len()];
            let (a, b) = (depth(&before), depth(point));
            if (a < 0.0) != (b < 0.0) {
                let share = a / (a - b);
                kept.push((
                    before.0 + (point.0 - before.0) * share,
                    before.1 + (point.1 - before.1) * share,
                ));
            }
            if b >= 0.0 {
                kept.push(*point);
            }
        }
        points = kept;
    }
    points
}

/// Whether a point lies in a polygon.
pub fn inside(corners: &[(f64, f64)], x: f64, y: f64) -> bool {
    let mut inside = false;
    for (index, a) in corners.iter().enumerate() {
        let b = corners[(index + 1) % corners.len()];
        if (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 {
            inside = !inside;
        }
    }
    inside
}

/// The shares of a line that lie within a polygon.
pub fn within(corners: &[(f64, f64)], from: (f64, f64), to: (f64, f64)) -> Vec<(f64, f64)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let mut crossings: Vec<f64> = Vec::new();
    for (index, a) in corners.iter().enumerate() {
        let b = corners[(index + 1) % corners.len()];
        let (ex, ey) = (b.0 - a.0, b.1 - a.1);
        let cross = dx * ey - dy * ex;
        if cross.abs() < 1e-12 {
            continue;
        }
        let along = ((a.0 - from.0) * ey - (a.1 - from.1) * ex) / cross;
        let across = ((a.0 - from.0) * dy - (a.1 - from.1) * dx) / cross;
        if (0.0..1.0).contains(&across) && (0.0..=1.0).contains(&along) {
            crossings.push(along);
        }
    }
    crossings.sort_by(f64::total_cmp);
    crossings.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// A line with at most a few points for each quarter of a point across: first, lowest, highest and last of a run.
/// Only lines that run steadily to one side are thinned like that; others lose points that nobody could tell apart.
pub fn thin(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    const ENOUGH: usize = 4000;
    const CELL: f64 = 0.25;
    if points.len() <= ENOUGH {
        return points;
    }
    let steady = points.windows(2).all(|pair| pair[1].0 >= pair[0].0);
    let mut kept: Vec<(f64, f64)> = Vec::with_capacity(ENOUGH * 2);
    if !steady {
        for point in points {
            match kept.last() {
                Some(last) if (last.0 - point.0).abs() < CELL / 2.0 && (last.1 - point.1).abs() < CELL / 2.0 => {}
                _ => kept.push(point),
            }
        }
        return kept;
    }
    let cell = |point: &(f64, f64)| (point.0 / CELL).floor();
    for run in points.chunk_by(|a, b| cell(a) == cell(b)) {
        if run.len() <= 4 {
            kept.extend_from_slice(run);
            continue;
        }
        let by_height = |a: &usize, b: &usize| run[*a].1.total_cmp(&run[*b].1);
        let lowest = (0..run.len()).min_by(by_height).unwrap_or(0);
        let highest = (0..run.len()).max_by(by_height).unwrap_or(0);
        let mut chosen = [0, lowest.min(highest), lowest.max(highest), run.len() - 1].to_vec();
        chosen.dedup();
        kept.extend(chosen.into_iter().map(|index| run[index]));
    }
    kept
}
