//! `_bz2`.

use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use pyo3::{
    exceptions::{PyOSError, PyRuntimeError, PyValueError},
    prelude::*,
    types::{PyBytes, PyModule},
};

use super::{Decode, Decompressor, Step, bytes_of, decompressor_methods, drain};

/// The module that `bz2` imports.
#[pymodule]
pub fn _bz2(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<BZ2Compressor>()?;
    module.add_class::<BZ2Decompressor>()
}

fn failed(error: Error) -> PyErr {
    match error {
        Error::Data | Error::DataMagic => PyOSError::new_err("Invalid data stream"),
        Error::Param => PyValueError::new_err("Internal error - invalid parameters passed to libbzip2"),
        Error::Sequence => PyRuntimeError::new_err("Internal error - Invalid sequence of commands sent to libbzip2"),
    }
}

/// `None` once it was flushed.
#[pyclass(module = "_bz2")]
struct BZ2Compressor(Option<Compress>);

#[pymethods]
impl BZ2Compressor {
    #[new]
    #[pyo3(signature = (compresslevel = 9, /))]
    fn new(compresslevel: u32) -> PyResult<Self> {
        if !(1..=9).contains(&compresslevel) {
            return Err(PyValueError::new_err("compresslevel must be between 1 and 9"));
        }
        Ok(Self(Some(Compress::new(Compression::new(compresslevel), 0))))
    }

    fn compress<'py>(&mut self, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let stream = self
            .0
            .as_mut()
            .ok_or_else(|| PyValueError::new_err("Compressor has been flushed"))?;
        let output = drain(&bytes_of(data)?, |input, output| {
            encode(stream, input, output, Action::Run)
        })?;
        Ok(PyBytes::new(data.py(), &output))
    }

    fn flush<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut stream = self
            .0
            .take()
            .ok_or_else(|| PyValueError::new_err("Repeated call to flush()"))?;
        let output = drain(&[], |input, output| encode(&mut stream, input, output, Action::Finish))?;
        Ok(PyBytes::new(py, &output))
    }
}

fn encode(stream: &mut Compress, input: &[u8], output: &mut [u8], action: Action) -> PyResult<Step> {
    if input.is_empty() && matches!(action, Action::Run) {
        return Ok(Step {
            consumed: 0,
            produced: 0,
            ended: true,
        });
    }
    let (read, written) = (stream.total_in(), stream.total_out());
    let status = stream.compress(input, output, action).map_err(failed)?;
    Ok(Step {
        consumed: (stream.total_in() - read) as usize,
        produced: (stream.total_out() - written) as usize,
        ended: matches!(status, Status::StreamEnd),
    })
}

impl Decode for Decompress {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> PyResult<Step> {
        let (read, written) = (self.total_in(), self.total_out());
        let status = self.decompress(input, output).map_err(failed)?;
        Ok(Step {
            consumed: (self.total_in() - read) as usize,
            produced: (self.total_out() - written) as usize,
            ended: matches!(status, Status::StreamEnd),
        })
    }
}

#[pyclass(module = "_bz2")]
struct BZ2Decompressor(Decompressor<Decompress>);

decompressor_methods!(BZ2Decompressor {
    #[new]
    fn new() -> Self {
        Self(Decompressor::new(Decompress::new(false)))
    }
});
