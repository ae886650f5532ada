//! `_zstd`. Dictionaries can be used, but not trained.

use std::ops::RangeInclusive;

use pyo3::{
    create_exception,
    exceptions::{PyException, PyNotImplementedError, PyTypeError, PyValueError},
    prelude::*,
    types::{PyBytes, PyDict, PyModule},
};
use zstd::zstd_safe::{
    CCtx, CParameter, DCtx, DParameter, InBuffer, OutBuffer, Strategy, find_frame_compressed_size, get_dict_id,
    get_dict_id_from_frame, get_error_name, get_frame_content_size, max_c_level, min_c_level, version_number,
    version_string, zstd_sys::ZSTD_EndDirective,
};

use super::{Decode, Decompressor, Step, bytes_of, decompressor_methods, drain};

create_exception!(_zstd, ZstdError, PyException, "An error occurred in the zstd library.");

/// A parameter's name in `_zstd`, its number in zstd.h, and the values it takes on a 32-bit machine.
struct Parameter(&'static str, i32, RangeInclusive<i32>);

const LEVEL: i32 = 100;
const DEFAULT_LEVEL: i32 = 3;
const WINDOW_LOG_MAX: i32 = 100;
const PARAMETERS: [Parameter; 19] = [
    Parameter("ZSTD_c_windowLog", 101, 10..=30),
    Parameter("ZSTD_c_hashLog", 102, 6..=30),
    Parameter("ZSTD_c_chainLog", 103, 6..=29),
    Parameter("ZSTD_c_searchLog", 104, 1..=29),
    Parameter("ZSTD_c_minMatch", 105, 3..=7),
    Parameter("ZSTD_c_targetLength", 106, 0..=131_072),
    Parameter("ZSTD_c_strategy", 107, 1..=9),
    Parameter("ZSTD_c_enableLongDistanceMatching", 160, 0..=1),
    Parameter("ZSTD_c_ldmHashLog", 161, 6..=30),
    Parameter("ZSTD_c_ldmMinMatch", 162, 4..=4096),
    Parameter("ZSTD_c_ldmBucketSizeLog", 163, 1..=8),
    Parameter("ZSTD_c_ldmHashRateLog", 164, 0..=25),
    Parameter("ZSTD_c_contentSizeFlag", 200, 0..=1),
    Parameter("ZSTD_c_checksumFlag", 201, 0..=1),
    Parameter("ZSTD_c_dictIDFlag", 202, 0..=1),
    // Threads, of which there are none.
    Parameter("ZSTD_c_nbWorkers", 400, 0..=0),
    Parameter("ZSTD_c_jobSize", 401, 0..=0),
    Parameter("ZSTD_c_overlapLog", 402, 0..=0),
    Parameter("ZSTD_c_compressionLevel", LEVEL, -131_072..=22),
];
const STRATEGIES: [(&str, Strategy); 9] = [
    ("ZSTD_fast", Strategy::ZSTD_fast),
    ("ZSTD_dfast", Strategy::ZSTD_dfast),
    ("ZSTD_greedy", Strategy::ZSTD_greedy),
    ("ZSTD_lazy", Strategy::ZSTD_lazy),
    ("ZSTD_lazy2", Strategy::ZSTD_lazy2),
    ("ZSTD_btlazy2", Strategy::ZSTD_btlazy2),
    ("ZSTD_btopt", Strategy::ZSTD_btopt),
    ("ZSTD_btultra", Strategy::ZSTD_btultra),
    ("ZSTD_btultra2", Strategy::ZSTD_btultra2),
];

/// The module that `compression.zstd` imports.
#[pymodule]
pub fn _zstd(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("ZstdError", module.py().get_type::<ZstdError>())?;
    module.add_class::<ZstdCompressor>()?;
    module.add_class::<ZstdDecompressor>()?;
    module.add_class::<ZstdDict>()?;
    module.add("zstd_version", version_string())?;
    module.add("zstd_version_number", version_number())?;
    module.add("ZSTD_CLEVEL_DEFAULT", DEFAULT_LEVEL)?;
    module.add("ZSTD_DStreamOutSize", DCtx::out_size())?;
    module.add("ZSTD_d_windowLogMax", WINDOW_LOG_MAX)?;
    for Parameter(name, number, _) in PARAMETERS {
        module.add(name, number)?;
    }
    for (name, strategy) in STRATEGIES {
        module.add(name, strategy as i32)?;
    }
    module.add_function(wrap_pyfunction!(get_frame_size, module)?)?;
    module.add_function(wrap_pyfunction!(get_frame_info, module)?)?;
    module.add_function(wrap_pyfunction!(get_param_bounds, module)?)?;
    module.add_function(wrap_pyfunction!(set_parameter_types, module)?)?;
    module.add_function(wrap_pyfunction!(train_dict, module)?)?;
    module.add_function(wrap_pyfunction!(finalize_dict, module)?)
}

fn failed(code: usize) -> PyErr {
    ZstdError::new_err(format!("Unable to process zstd data: {}", get_error_name(code)))
}

#[pyfunction]
fn get_frame_size(frame_buffer: &Bound<'_, PyAny>) -> PyResult<usize> {
    find_frame_compressed_size(&bytes_of(frame_buffer)?).map_err(|_| {
        ZstdError::new_err(
            "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer argument starts from \
             the beginning of a frame, and its length is not less than this complete frame.",
        )
    })
}

/// The size when decompressed, if the frame tells it, and the dictionary's id or 0.
#[pyfunction]
fn get_frame_info(frame_buffer: &Bound<'_, PyAny>) -> PyResult<(Option<u64>, u32)> {
    let frame = bytes_of(frame_buffer)?;
    let size = get_frame_content_size(&frame).map_err(|_| {
        ZstdError::new_err(
            "Error when getting information from the header of a Zstandard frame. Ensure the frame_buffer argument \
             starts from the beginning of a frame, and its length is not less than the frame header (6~18 bytes).",
        )
    })?;
    Ok((size, get_dict_id_from_frame(&frame).map_or(0, |id| id.get())))
}

#[pyfunction]
#[pyo3(signature = (parameter, is_compress))]
fn get_param_bounds(parameter: i32, is_compress: bool) -> PyResult<(i32, i32)> {
    if !is_compress {
        return Ok((10, 30));
    }
    let bounds = &known(parameter)?.2;
    if parameter == LEVEL {
        return Ok((min_c_level(), max_c_level()));
    }
    Ok((*bounds.start(), *bounds.end()))
}

/// CPython checks option keys against these types; here a key is any whole number that zstd knows.
#[pyfunction]
fn set_parameter_types(_compression: &Bound<'_, PyAny>, _decompression: &Bound<'_, PyAny>) {}

#[pyfunction]
fn train_dict(_samples: &Bound<'_, PyAny>, _sizes: &Bound<'_, PyAny>, _size: usize) -> PyResult<()> {
    Err(no_training())
}

#[pyfunction]
fn finalize_dict(
    _content: &Bound<'_, PyAny>,
    _samples: &Bound<'_, PyAny>,
    _sizes: &Bound<'_, PyAny>,
    _size: usize,
    _level: i32,
) -> PyResult<()> {
    Err(no_training())
}

fn no_training() -> PyErr {
    PyNotImplementedError::new_err("zstd dictionaries cannot be trained here; compress without one")
}

fn known(number: i32) -> PyResult<&'static Parameter> {
    static KNOWN: [Parameter; 19] = PARAMETERS;
    let found = KNOWN.iter().find(|parameter| parameter.1 == number);
    found.ok_or_else(|| PyValueError::new_err(format!("Invalid compression parameter: {number}")))
}

/// A dictionary that was trained elsewhere, or any bytes that the data resemble.
#[pyclass(module = "_zstd", frozen)]
struct ZstdDict {
    content: Vec<u8>,
    id: u32,
}

#[pymethods]
impl ZstdDict {
    #[new]
    #[pyo3(signature = (dict_content, /, *, is_raw = false))]
    fn new(dict_content: &Bound<'_, PyAny>, is_raw: bool) -> PyResult<Self> {
        let content = bytes_of(dict_content)?;
        if content.len() < 8 {
            return Err(PyValueError::new_err(
                "Zstandard dictionary content too short (must have at least eight bytes)",
            ));
        }
        let id = get_dict_id(&content).map_or(0, |id| id.get());
        if id == 0 && !is_raw {
            return Err(PyValueError::new_err("invalid Zstandard dictionary"));
        }
        Ok(Self {
            content,
            id: if is_raw { 0 } else { id },
        })
    }

    #[getter]
    fn dict_content<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.content)
    }

    #[getter]
    fn dict_id(&self) -> u32 {
        self.id
    }

    #[getter]
    fn as_digested_dict<'py>(this: &Bound<'py, Self>) -> Bound<'py, Self> {
        this.clone()
    }

    #[getter]
    fn as_undigested_dict<'py>(this: &Bound<'py, Self>) -> Bound<'py, Self> {
        this.clone()
    }

    #[getter]
    fn as_prefix<'py>(this: &Bound<'py, Self>) -> Bound<'py, Self> {
        this.clone()
    }

    fn __len__(&self) -> usize {
        self.content.len()
    }

    fn __repr__(&self) -> String {
        format!("<ZstdDict dict_id={} dict_size={}>", self.id, self.content.len())
    }
}

#[pyclass(module = "_zstd")]
struct ZstdCompressor {
    stream: CCtx<'static>,
    last_mode: i32,
}

#[pymethods]
impl ZstdCompressor {
    #[classattr]
    const CONTINUE: i32 = 0;
    #[classattr]
    const FLUSH_BLOCK: i32 = 1;
    #[classattr]
    const FLUSH_FRAME: i32 = 2;

    #[new]
    #[pyo3(signature = (level = None, options = None, zstd_dict = None))]
    fn new(
        level: Option<i32>,
        options: Option<&Bound<'_, PyDict>>,
        zstd_dict: Option<&Bound<'_, ZstdDict>>,
    ) -> PyResult<Self> {
        if level.is_some() && options.is_some() {
            return Err(PyTypeError::new_err("Only one of level or options should be used."));
        }
        let mut stream = CCtx::create();
        if let Some(level) = level {
            set(&mut stream, LEVEL, level)?;
        }
        for (key, value) in options.into_iter().flatten() {
            set(&mut stream, key.extract()?, value.extract()?)?;
        }
        if let Some(dictionary) = zstd_dict {
            stream.load_dictionary(&dictionary.get().content).map_err(failed)?;
        }
        Ok(Self {
            stream,
            last_mode: Self::FLUSH_FRAME,
        })
    }

    #[getter]
    fn last_mode(&self) -> i32 {
        self.last_mode
    }

    #[pyo3(signature = (data, mode = 0))]
    fn compress<'py>(&mut self, data: &Bound<'py, PyAny>, mode: i32) -> PyResult<Bound<'py, PyBytes>> {
        let output = self.encode(&bytes_of(data)?, mode)?;
        Ok(PyBytes::new(data.py(), &output))
    }

    #[pyo3(signature = (mode = 2))]
    fn flush<'py>(&mut self, py: Python<'py>, mode: i32) -> PyResult<Bound<'py, PyBytes>> {
        if mode == Self::CONTINUE {
            return Err(PyValueError::new_err(
                "mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK.",
            ));
        }
        Ok(PyBytes::new(py, &self.encode(&[], mode)?))
    }

    #[pyo3(signature = (size, /))]
    fn set_pledged_input_size(&mut self, size: Option<u64>) -> PyResult<()> {
        if self.last_mode != Self::FLUSH_FRAME {
            return Err(PyValueError::new_err(
                "set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME",
            ));
        }
        self.stream.set_pledged_src_size(size).map_err(failed).map(drop)
    }
}

impl ZstdCompressor {
    fn encode(&mut self, data: &[u8], mode: i32) -> PyResult<Vec<u8>> {
        let directive = match mode {
            Self::CONTINUE => ZSTD_EndDirective::ZSTD_e_continue,
            Self::FLUSH_BLOCK => ZSTD_EndDirective::ZSTD_e_flush,
            Self::FLUSH_FRAME => ZSTD_EndDirective::ZSTD_e_end,
            _ => {
                return Err(PyValueError::new_err(
                    "mode argument wrong value, it should be one of ZstdCompressor.CONTINUE, \
                     ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME.",
                ));
            }
        };
        let stream = &mut self.stream;
        let output = drain(data, |input, output| {
            let (mut from, mut to) = (InBuffer::around(input), OutBuffer::around(output));
            let left = stream.compress_stream2(&mut to, &mut from, directive).map_err(failed)?;
            let all_in = from.pos() == input.len();
            Ok(Step {
                consumed: from.pos(),
                produced: to.pos(),
                ended: all_in && (left == 0 || mode == Self::CONTINUE),
            })
        })?;
        self.last_mode = mode;
        Ok(output)
    }
}

fn set(stream: &mut CCtx<'_>, number: i32, value: i32) -> PyResult<()> {
    let Parameter(name, _, bounds) = known(number)?;
    if number != LEVEL && value == 0 {
        return Ok(()); // Zero stands for the level's own choice, and for off.
    }
    if !bounds.contains(&value) {
        let (least, most) = (bounds.start(), bounds.end());
        return Err(PyValueError::new_err(format!(
            "{name} received an illegal value {value}; the valid range is [{least}, {most}]"
        )));
    }
    let count = value as u32;
    let parameter = match number {
        LEVEL => CParameter::CompressionLevel(value),
        101 => CParameter::WindowLog(count),
        102 => CParameter::HashLog(count),
        103 => CParameter::ChainLog(count),
        104 => CParameter::SearchLog(count),
        105 => CParameter::MinMatch(count),
        106 => CParameter::TargetLength(count),
        107 => CParameter::Strategy(STRATEGIES[value as usize - 1].1),
        160 => CParameter::EnableLongDistanceMatching(true),
        161 => CParameter::LdmHashLog(count),
        162 => CParameter::LdmMinMatch(count),
        163 => CParameter::LdmBucketSizeLog(count),
        164 => CParameter::LdmHashRateLog(count),
        200 => CParameter::ContentSizeFlag(true),
        201 => CParameter::ChecksumFlag(true),
        _ => CParameter::DictIdFlag(true),
    };
    stream.set_parameter(parameter).map_err(failed).map(drop)
}

impl Decode for DCtx<'static> {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> PyResult<Step> {
        let (mut from, mut to) = (InBuffer::around(input), OutBuffer::around(output));
        let left = self.decompress_stream(&mut to, &mut from).map_err(failed)?;
        Ok(Step {
            consumed: from.pos(),
            produced: to.pos(),
            ended: left == 0,
        })
    }
}

#[pyclass(module = "_zstd")]
struct ZstdDecompressor(Decompressor<DCtx<'static>>);

decompressor_methods!(ZstdDecompressor {
    #[new]
    #[pyo3(signature = (zstd_dict = None, options = None))]
    fn new(zstd_dict: Option<&Bound<'_, ZstdDict>>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut stream = DCtx::create();
        for (key, value) in options.into_iter().flatten() {
            if key.extract::<i32>()? != WINDOW_LOG_MAX {
                return Err(PyValueError::new_err(format!("Invalid decompression parameter: {key}")));
            }
            stream.set_parameter(DParameter::WindowLogMax(value.extract()?)).map_err(failed)?;
        }
        if let Some(dictionary) = zstd_dict {
            stream.load_dictionary(&dictionary.get().content).map_err(failed)?;
        }
        Ok(Self(Decompressor::new(stream)))
    }
});
