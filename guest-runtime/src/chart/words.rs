//! Says in words what a figure shows.

use super::{columns::Columns, scene::Scene};

pub fn title(scene: &Scene) -> String {
    let _ = scene;
    String::new()
}

pub fn describe(scene: &Scene, columns: &Columns) -> String {
    let _ = (scene, columns);
    String::new()
}
