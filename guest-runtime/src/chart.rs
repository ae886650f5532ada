//! `_chart`, the native module behind `matplotlib`: it draws.
//!
//! The Python face keeps figures, axes and artists as plain data and decides on limits and ticks; `render` takes one
//! such figure and answers an image, and never reads or writes a file. A figure is handed over as dicts, lists, numbers
//! and texts; long columns are numpy arrays, which travel beside it.

mod color;
mod columns;
mod fields;
mod figure;
mod font;
mod geometry;
mod hatch;
mod layout;
mod legend;
mod markers;
mod marks;
mod math;
mod notes;
mod picture;
mod pixels;
mod scene;
mod svg;
mod ticks;
mod value;
mod view;

pub use native::_chart;

mod native {
    use pyo3::{exceptions::PyValueError, prelude::*, types::PyBytes};

    use super::{columns::Columns, figure, font, math, pixels, scene::Scene, svg, value};

    /// The module under the name that the face imports.
    #[pymodule]
    pub fn _chart(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add_function(wrap_pyfunction!(render, module)?)?;
        module.add_function(wrap_pyfunction!(plain, module)?)?;
        module.add_function(wrap_pyfunction!(text_width, module)?)?;
        module.add_function(wrap_pyfunction!(warm_up, module)?)
    }

    /// The image of a figure as `png` or `svg`. An SVG says in the words of `alt` what it shows.
    #[pyfunction]
    fn render<'py>(figure: &Bound<'py, PyAny>, format: &str, dpi: f64, alt: &str) -> PyResult<Bound<'py, PyBytes>> {
        let (scene, columns) = read(figure)?;
        let picture = figure::draw(&scene, &columns);
        let image = match format {
            "svg" => svg::svg(&picture, alt).into_bytes(),
            _ => pixels::png(&picture, dpi).map_err(PyValueError::new_err)?,
        };
        Ok(PyBytes::new(figure.py(), &image))
    }

    /// A text without the marks of its formulas, on one line.
    #[pyfunction]
    fn plain(text: &str) -> String {
        math::plain(text)
    }

    fn read(figure: &Bound<'_, PyAny>) -> PyResult<(Scene, Columns)> {
        let mut columns = Columns::default();
        let json = value::read(figure, &mut columns)?;
        let scene = serde_json::from_value(json)
            .map_err(|error| PyValueError::new_err(format!("the figure cannot be drawn: {error}")))?;
        Ok((scene, columns))
    }

    /// Width of a text on one line, in points.
    #[pyfunction]
    fn text_width(text: &str, size: f64) -> f64 {
        font::block(text, size, font::Face::Regular, 1.2).width
    }

    /// Reads the fonts, so that a run finds them in its memory.
    #[pyfunction]
    fn warm_up() {
        font::warm_up();
    }
}
