//! The modules behind Python's `bz2`, `lzma` and `compression.zstd`, which libpython here lacks: `_bz2`, `_lzma` and
//! `_zstd`, with the interfaces of CPython 3.14.

mod bzip2;
mod lzma;
mod zstd;

pub use self::{bzip2::_bz2, lzma::_lzma, zstd::_zstd};

use pyo3::{
    exceptions::PyEOFError,
    prelude::*,
    types::{PyBytes, PyMemoryView},
};

/// Bytes of output that are made room for at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// The bytes of any object with a buffer.
fn bytes_of(data: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(bytes) = data.downcast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    PyMemoryView::from(data)?.call_method0("tobytes")?.extract()
}

/// What one call of a codec did.
struct Step {
    consumed: usize,
    produced: usize,
    /// The stream's end was reached, or all that was to be flushed is out.
    ended: bool,
}

/// Calls `step` with what is left of `input` and with room for more output, until it ends or can do no more.
fn drain(mut input: &[u8], mut step: impl FnMut(&[u8], &mut [u8]) -> PyResult<Step>) -> PyResult<Vec<u8>> {
    let mut output = Vec::new();
    loop {
        let filled = output.len();
        output.resize(filled + CHUNK_BYTES, 0);
        let done = step(input, &mut output[filled..])?;
        output.truncate(filled + done.produced);
        input = &input[done.consumed..];
        if done.ended || (input.is_empty() && done.produced < CHUNK_BYTES) {
            return Ok(output);
        }
    }
}

/// A decoder of one stream.
trait Decode {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> PyResult<Step>;
}

/// What Python's decompressor objects keep: input that waits, and what followed the stream's end.
struct Decompressor<D> {
    decoder: D,
    waiting: Vec<u8>,
    unused: Vec<u8>,
    eof: bool,
    needs_input: bool,
}

impl<D: Decode> Decompressor<D> {
    fn new(decoder: D) -> Self {
        Self {
            decoder,
            waiting: Vec::new(),
            unused: Vec::new(),
            eof: false,
            needs_input: true,
        }
    }

    /// Decodes `data` after what waits, into at most `max_length` bytes unless that is negative.
    fn decompress<'py>(&mut self, data: &Bound<'py, PyAny>, max_length: isize) -> PyResult<Bound<'py, PyBytes>> {
        if self.eof {
            return Err(PyEOFError::new_err("End of stream already reached"));
        }
        self.waiting.extend(bytes_of(data)?);
        let most = usize::try_from(max_length).unwrap_or(usize::MAX);
        let (mut output, mut read) = (Vec::new(), 0);
        self.needs_input = false;
        while output.len() < most {
            let (filled, room) = (output.len(), CHUNK_BYTES.min(most - output.len()));
            output.resize(filled + room, 0);
            let done = self.decoder.step(&self.waiting[read..], &mut output[filled..])?;
            output.truncate(filled + done.produced);
            read += done.consumed;
            if done.ended {
                self.eof = true;
                self.unused = self.waiting.split_off(read);
                break;
            }
            if read == self.waiting.len() && done.produced < room {
                self.needs_input = true;
                break;
            }
        }
        self.waiting.drain(..read.min(self.waiting.len()));
        Ok(PyBytes::new(data.py(), &output))
    }
}

/// The methods of a decompressor class, which all three modules share.
macro_rules! decompressor_methods {
    ($class:ident { $($constructor:tt)* }) => {
        #[pymethods]
        impl $class {
            $($constructor)*

            #[pyo3(signature = (data, max_length = -1))]
            fn decompress<'py>(&mut self, data: &Bound<'py, PyAny>, max_length: isize) -> PyResult<Bound<'py, PyBytes>> {
                self.0.decompress(data, max_length)
            }

            #[getter]
            fn eof(&self) -> bool {
                self.0.eof
            }

            #[getter]
            fn needs_input(&self) -> bool {
                self.0.needs_input
            }

            #[getter]
            fn unused_data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
                PyBytes::new(py, &self.0.unused)
            }
        }
    };
}
use decompressor_methods;
