//! `_host`, the native module behind `_glovebox`: what Python code tells the host.

use pyo3::{ffi, prelude::*};

/// The function that makes the module, for the table of built-in ones.
pub fn init() -> unsafe extern "C" fn() -> *mut ffi::PyObject {
    _host::__pyo3_init
}

#[pymodule]
mod _host {
    use glovebox_sdk::{Column, Event, Stream, Table};
    use pyo3::{exceptions::PyValueError, prelude::*};

    use crate::wire;

    /// Tells the host that text was printed to stream 1 or 2.
    #[pyfunction]
    fn output(stream: u32, text: String) {
        let stream = if stream == 2 { Stream::Stderr } else { Stream::Stdout };
        wire::tell(Event::Output { stream, text });
    }

    /// Tells the host of a displayed table: names, types, the number of rows, and the first rows as a JSON array of
    /// arrays.
    #[pyfunction]
    fn table(names: Vec<String>, dtypes: Vec<String>, row_count: u64, rows: &str) -> PyResult<()> {
        let rows = serde_json::from_str(rows).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let columns = names
            .into_iter()
            .zip(dtypes)
            .map(|(name, dtype)| Column { name, dtype })
            .collect();
        wire::tell(Event::Table(Table {
            columns,
            row_count,
            rows,
        }));
        Ok(())
    }

    /// Tells the host of a chart in the output folder.
    #[pyfunction]
    fn chart(name: String, spec: Option<String>, title: String, alt: String) {
        wire::tell(Event::Chart { name, spec, title, alt });
    }

    /// Tells the host how far a long piece of work has come.
    #[pyfunction]
    fn progress(done: u64, total: u64, label: String) {
        wire::tell(Event::Progress { done, total, label });
    }
}
