//! The long columns of a scene: numbers that Python never loops over.

/// The columns that travel beside a scene, by index.
#[derive(Default)]
pub struct Columns(Vec<Vec<f64>>);

impl Columns {
    pub fn push(&mut self, column: Vec<f64>) -> usize {
        self.0.push(column);
        self.0.len() - 1
    }

    /// The numbers of a column; none for an index that does not exist.
    pub fn get(&self, index: usize) -> &[f64] {
        self.0.get(index).map_or(&[], Vec::as_slice)
    }
}
