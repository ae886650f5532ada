//! `polars.polars`, the native module behind the Python package `polars`: py-polars' own bindings, compiled in.

use pyo3::ffi::PyObject;

/// The function that makes the module; the interpreter's list of built-in modules takes it.
pub fn init() -> unsafe extern "C" fn() -> *mut PyObject {
    polars_python::c_api::polars::__pyo3_init
}
