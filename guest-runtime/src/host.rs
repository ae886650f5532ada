//! `_host`, the native module behind `_glovebox`: what Python code tells the host.

use pyo3::{ffi, prelude::*};

/// The function that makes the module, for the table of built-in ones.
pub fn init() -> unsafe extern "C" fn() -> *mut ffi::PyObject {
    _host::__pyo3_init
}

#[pymodule]
mod _host {
    use std::ffi::c_ulong;

    use glovebox_sdk::{Column, Event, Stream, Table};
    use pyo3::{
        exceptions::{PyRuntimeError, PyValueError},
        ffi,
        prelude::*,
        types::{PyDict, PyString, PyType},
    };

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

    /// Sets attributes of a built-in type, which Python code may not do. Boot takes this function away.
    #[pyfunction]
    fn change_type(kind: &Bound<'_, PyType>, attributes: &Bound<'_, PyDict>) -> PyResult<()> {
        // The stable interface does not tell where a type keeps its flags: it is the 22nd word of a `PyTypeObject` here.
        const FLAGS_WORD: usize = 21;
        // SAFETY: a type is longer than that, and nothing else looks at it meanwhile.
        let (flags, known) = unsafe {
            let flags = kind.as_type_ptr().cast::<c_ulong>().add(FLAGS_WORD);
            (flags, ffi::PyType_GetFlags(kind.as_type_ptr()))
        };
        // SAFETY: as above; the place is that of the flags if it holds what Python says of them.
        if unsafe { *flags } != known {
            return Err(PyRuntimeError::new_err("a type's flags are not where they were"));
        }
        // SAFETY: as above.
        unsafe { *flags = known & !ffi::Py_TPFLAGS_IMMUTABLETYPE };
        let done = attributes
            .iter()
            .try_for_each(|(name, value)| kind.setattr(name.downcast_into::<PyString>()?, value));
        // SAFETY: as above.
        unsafe { *flags |= known & ffi::Py_TPFLAGS_IMMUTABLETYPE };
        done
    }
}
