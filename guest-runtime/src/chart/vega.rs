//! A figure's data and encodings as Vega-Lite.

use super::{columns::Columns, scene::Scene};

pub fn spec(scene: &Scene, columns: &Columns, alt: &str) -> String {
    let _ = (scene, columns, alt);
    String::new()
}
