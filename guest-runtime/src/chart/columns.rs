//! The long columns of a scene: numbers that Python never loops over.

use std::rc::Rc;

/// The columns that travel beside a scene, by index.
#[derive(Default)]
pub struct Columns(Vec<Rc<Vec<f64>>>);

impl Columns {
    pub fn push(&mut self, column: Rc<Vec<f64>>) -> usize {
        self.0.push(column);
        self.0.len() - 1
    }

    /// The numbers of a column; none for an index that does not exist.
    pub fn get(&self, index: usize) -> &[f64] {
        self.0.get(index).map_or(&[], |column| column.as_slice())
    }
}
