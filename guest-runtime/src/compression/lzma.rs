//! `_lzma`. Filters are chains of dictionaries, as `lzma` documents them.

use liblzma::stream::{Action, Check, Error, Filters, LzmaOptions, MatchFinder, Mode, PRESET_DEFAULT, Status, Stream};
use pyo3::{
    create_exception,
    exceptions::{PyException, PyMemoryError, PyRuntimeError, PyTypeError, PyValueError},
    prelude::*,
    types::{PyBytes, PyDict, PyModule},
};

use super::{Decode, Decompressor, Step, bytes_of, decompressor_methods, drain};

create_exception!(_lzma, LZMAError, PyException, "Call to liblzma failed.");

const FORMAT_AUTO: u32 = 0;
const FORMAT_XZ: u32 = 1;
const FORMAT_ALONE: u32 = 2;
const FORMAT_RAW: u32 = 3;

const FILTER_LZMA1: u64 = 0x4000_0000_0000_0001;
const FILTER_LZMA2: u64 = 0x21;
const FILTER_DELTA: u64 = 0x03;
/// Filters of machine code, which have no property but an optional start.
const FILTER_X86: u64 = 0x04;
const FILTER_POWERPC: u64 = 0x05;
const FILTER_IA64: u64 = 0x06;
const FILTER_ARM: u64 = 0x07;
const FILTER_ARMTHUMB: u64 = 0x08;
const FILTER_SPARC: u64 = 0x09;

const CHECK_CRC64: i32 = 4;
const CHECK_UNKNOWN: u32 = 16;

/// The module that `lzma` imports.
#[pymodule]
pub fn _lzma(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("LZMAError", module.py().get_type::<LZMAError>())?;
    module.add_class::<LZMACompressor>()?;
    module.add_class::<LZMADecompressor>()?;
    module.add_function(wrap_pyfunction!(is_check_supported, module)?)?;
    module.add_function(wrap_pyfunction!(_encode_filter_properties, module)?)?;
    module.add_function(wrap_pyfunction!(_decode_filter_properties, module)?)?;
    let constants: [(&str, u64); 30] = [
        ("FORMAT_AUTO", FORMAT_AUTO.into()),
        ("FORMAT_XZ", FORMAT_XZ.into()),
        ("FORMAT_ALONE", FORMAT_ALONE.into()),
        ("FORMAT_RAW", FORMAT_RAW.into()),
        ("CHECK_NONE", 0),
        ("CHECK_CRC32", 1),
        ("CHECK_CRC64", CHECK_CRC64 as u64),
        ("CHECK_SHA256", 10),
        ("CHECK_ID_MAX", 15),
        ("CHECK_UNKNOWN", CHECK_UNKNOWN.into()),
        ("FILTER_LZMA1", FILTER_LZMA1),
        ("FILTER_LZMA2", FILTER_LZMA2),
        ("FILTER_DELTA", FILTER_DELTA),
        ("FILTER_X86", FILTER_X86),
        ("FILTER_POWERPC", FILTER_POWERPC),
        ("FILTER_IA64", FILTER_IA64),
        ("FILTER_ARM", FILTER_ARM),
        ("FILTER_ARMTHUMB", FILTER_ARMTHUMB),
        ("FILTER_SPARC", FILTER_SPARC),
        ("MF_HC3", 0x03),
        ("MF_HC4", 0x04),
        ("MF_BT2", 0x12),
        ("MF_BT3", 0x13),
        ("MF_BT4", 0x14),
        ("MODE_FAST", 1),
        ("MODE_NORMAL", 2),
        ("PRESET_DEFAULT", PRESET_DEFAULT.into()),
        ("PRESET_EXTREME", 1 << 31),
        ("LZMA_FILTERS_MAX", FILTERS_MAX as u64),
        ("LZMA_DICT_SIZE_MIN", 4096),
    ];
    for (name, value) in constants {
        module.add(name, value)?;
    }
    Ok(())
}

/// Filters in a chain, at most.
const FILTERS_MAX: usize = 4;

fn failed(error: Error) -> PyErr {
    match error {
        Error::Data => LZMAError::new_err("Corrupt input data"),
        Error::Format => LZMAError::new_err("Input format not supported by decoder"),
        Error::Options => LZMAError::new_err("Invalid or unsupported options"),
        Error::MemLimit => LZMAError::new_err("Memory usage limit exceeded"),
        Error::Mem => PyMemoryError::new_err("no memory for the compressor"),
        Error::UnsupportedCheck | Error::NoCheck => LZMAError::new_err("Unsupported integrity check"),
        Error::Program => PyRuntimeError::new_err("Internal error"),
    }
}

fn process(stream: &mut Stream, input: &[u8], output: &mut [u8], action: Action) -> PyResult<Step> {
    let (read, written) = (stream.total_in(), stream.total_out());
    let status = stream.process(input, output, action).map_err(failed)?;
    Ok(Step {
        consumed: (stream.total_in() - read) as usize,
        produced: (stream.total_out() - written) as usize,
        ended: matches!(status, Status::StreamEnd),
    })
}

#[pyfunction]
#[pyo3(signature = (check_id, /))]
fn is_check_supported(check_id: i32) -> bool {
    matches!(check_id, 0 | 1 | CHECK_CRC64 | 10)
}

fn check_of(id: i32) -> PyResult<Check> {
    match id {
        0 => Ok(Check::None),
        1 => Ok(Check::Crc32),
        -1 | CHECK_CRC64 => Ok(Check::Crc64),
        10 => Ok(Check::Sha256),
        _ => Err(LZMAError::new_err("Unsupported integrity check")),
    }
}

/// `None` once it was flushed.
#[pyclass(module = "_lzma")]
struct LZMACompressor(Option<Stream>);

#[pymethods]
impl LZMACompressor {
    #[new]
    #[pyo3(signature = (format = FORMAT_XZ, check = -1, preset = None, filters = None))]
    fn new(format: u32, check: i32, preset: Option<u32>, filters: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        if preset.is_some() && filters.is_some() {
            return Err(PyValueError::new_err("Cannot specify both preset and filter chain"));
        }
        if format != FORMAT_XZ && !matches!(check, -1 | 0) {
            return Err(PyValueError::new_err(
                "Integrity checks are only supported by FORMAT_XZ",
            ));
        }
        let preset = preset.unwrap_or(PRESET_DEFAULT);
        let stream = match (format, filters) {
            (FORMAT_XZ, None) => Stream::new_easy_encoder(preset, check_of(check)?),
            (FORMAT_XZ, Some(chain)) => Stream::new_stream_encoder(&filters_of(chain)?, check_of(check)?),
            (FORMAT_ALONE, None) => Stream::new_lzma_encoder(&preset_options(preset)?),
            (FORMAT_ALONE, Some(chain)) => match specifications(chain)?.as_slice() {
                [only] if filter_id(only)? == FILTER_LZMA1 => Stream::new_lzma_encoder(&lzma_options(only)?),
                _ => {
                    return Err(PyValueError::new_err(
                        "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter",
                    ));
                }
            },
            (FORMAT_RAW, Some(chain)) => Stream::new_raw_encoder(&filters_of(chain)?),
            (FORMAT_RAW, None) => return Err(PyValueError::new_err("Must specify filters for FORMAT_RAW")),
            _ => return Err(PyValueError::new_err(format!("Invalid container format: {format}"))),
        };
        Ok(Self(Some(stream.map_err(failed)?)))
    }

    fn compress<'py>(&mut self, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let stream = self
            .0
            .as_mut()
            .ok_or_else(|| PyValueError::new_err("Compressor has been flushed"))?;
        let output = drain(&bytes_of(data)?, |input, output| {
            process(stream, input, output, Action::Run)
        })?;
        Ok(PyBytes::new(data.py(), &output))
    }

    fn flush<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut stream = self
            .0
            .take()
            .ok_or_else(|| PyValueError::new_err("Repeated call to flush()"))?;
        let output = drain(&[], |input, output| process(&mut stream, input, output, Action::Finish))?;
        Ok(PyBytes::new(py, &output))
    }
}

impl Decode for Stream {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> PyResult<Step> {
        process(self, input, output, Action::Run)
    }
}

#[pyclass(module = "_lzma")]
struct LZMADecompressor(Decompressor<Stream>);

decompressor_methods!(LZMADecompressor {
    #[new]
    #[pyo3(signature = (format = FORMAT_AUTO, memlimit = None, filters = None))]
    fn new(format: u32, memlimit: Option<u64>, filters: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        if format == FORMAT_RAW && memlimit.is_some() {
            return Err(PyValueError::new_err("Cannot specify memory limit with FORMAT_RAW"));
        }
        if (format == FORMAT_RAW) != filters.is_some() {
            return Err(PyValueError::new_err(if filters.is_some() {
                "Cannot specify filters except with FORMAT_RAW"
            } else {
                "Must specify filters for FORMAT_RAW"
            }));
        }
        let limit = memlimit.unwrap_or(u64::MAX);
        let stream = match (format, filters) {
            (FORMAT_RAW, Some(chain)) => Stream::new_raw_decoder(&filters_of(chain)?),
            (FORMAT_AUTO, _) => Stream::new_auto_decoder(limit, 0),
            (FORMAT_XZ, _) => Stream::new_stream_decoder(limit, 0),
            (FORMAT_ALONE, _) => Stream::new_lzma_decoder(limit),
            _ => return Err(PyValueError::new_err(format!("Invalid container format: {format}"))),
        };
        Ok(Self(Decompressor::new(stream.map_err(failed)?)))
    }

    /// The kind of integrity check; liblzma tells it only to who asks for it while decoding.
    #[getter]
    fn check(&self) -> u32 {
        CHECK_UNKNOWN
    }
});

fn specifications<'py>(chain: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let wrong = |_| PyTypeError::new_err("Filter specifier must be a dict or dict-like object");
    let chain = chain
        .try_iter()?
        .map(|one| one?.downcast_into::<PyDict>().map_err(PyErr::from).map_err(wrong));
    let chain = chain.collect::<PyResult<Vec<_>>>()?;
    if chain.len() > FILTERS_MAX {
        return Err(PyValueError::new_err(format!(
            "Too many filters - liblzma supports a maximum of {FILTERS_MAX}"
        )));
    }
    Ok(chain)
}

fn filter_id(specification: &Bound<'_, PyDict>) -> PyResult<u64> {
    let id = specification.get_item("id")?;
    id.ok_or_else(|| PyValueError::new_err("Filter specifier must have an \"id\" entry"))?
        .extract()
}

fn option<'py, T: FromPyObject<'py>>(specification: &Bound<'py, PyDict>, name: &str) -> PyResult<Option<T>> {
    specification.get_item(name)?.map(|value| value.extract()).transpose()
}

fn preset_options(preset: u32) -> PyResult<LzmaOptions> {
    LzmaOptions::new_preset(preset).map_err(|_| LZMAError::new_err(format!("Invalid compression preset: {preset}")))
}

/// The options of an LZMA1 or LZMA2 filter.
fn lzma_options(specification: &Bound<'_, PyDict>) -> PyResult<LzmaOptions> {
    let mut options = preset_options(option(specification, "preset")?.unwrap_or(PRESET_DEFAULT))?;
    let (mut literal_context, mut literal_position) = (3, 0);
    for (name, value) in specification.iter() {
        let name: String = name.extract()?;
        if matches!(name.as_str(), "id" | "preset") {
            continue;
        }
        let value: u32 = value.extract()?;
        match name.as_str() {
            "dict_size" => options.dict_size(value),
            "lc" => {
                literal_context = value;
                &mut options
            }
            "lp" => {
                literal_position = value;
                &mut options
            }
            "pb" if value <= 4 => options.position_bits(value),
            "mode" if value == 1 => options.mode(Mode::Fast),
            "mode" if value == 2 => options.mode(Mode::Normal),
            "nice_len" => options.nice_len(value),
            "mf" => options.match_finder(match value {
                0x03 => MatchFinder::HashChain3,
                0x04 => MatchFinder::HashChain4,
                0x12 => MatchFinder::BinaryTree2,
                0x13 => MatchFinder::BinaryTree3,
                0x14 => MatchFinder::BinaryTree4,
                _ => return Err(LZMAError::new_err("Invalid or unsupported options")),
            }),
            "depth" => options.depth(value),
            "pb" | "mode" => return Err(LZMAError::new_err("Invalid or unsupported options")),
            _ => return Err(PyValueError::new_err("Invalid filter specifier for LZMA filter")),
        };
    }
    if literal_context + literal_position > 4 {
        return Err(LZMAError::new_err("Invalid or unsupported options"));
    }
    options
        .literal_context_bits(literal_context)
        .literal_position_bits(literal_position);
    Ok(options)
}

fn filters_of(chain: &Bound<'_, PyAny>) -> PyResult<Filters> {
    let mut filters = Filters::new();
    for one in specifications(chain)? {
        match filter_id(&one)? {
            FILTER_LZMA1 => filters.lzma1(&lzma_options(&one)?),
            FILTER_LZMA2 => filters.lzma2(&lzma_options(&one)?),
            FILTER_DELTA => filters.delta_properties(&[delta_byte(&one)?]).map_err(failed)?,
            FILTER_X86 => filters.x86(),
            FILTER_POWERPC => filters.powerpc(),
            FILTER_IA64 => filters.ia64(),
            FILTER_ARM => filters.arm(),
            FILTER_ARMTHUMB => filters.arm_thumb(),
            FILTER_SPARC => filters.sparc(),
            id => return Err(PyValueError::new_err(format!("Invalid filter ID: {id}"))),
        };
    }
    Ok(filters)
}

/// A delta filter's property: its distance less one.
fn delta_byte(specification: &Bound<'_, PyDict>) -> PyResult<u8> {
    let distance: u32 = option(specification, "dist")?.unwrap_or(1);
    u8::try_from(distance.wrapping_sub(1)).map_err(|_| LZMAError::new_err("Invalid or unsupported options"))
}

/// The bytes that a container keeps of a filter: xz-file-format.txt section 5.3, and `lzma_lzma_props_encode`.
#[pyfunction]
#[pyo3(signature = (filter, /))]
fn _encode_filter_properties<'py>(filter: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyBytes>> {
    let size: u32 = option(filter, "dict_size")?.unwrap_or(8 << 20);
    let bits = |name, otherwise| Ok::<u32, PyErr>(option(filter, name)?.unwrap_or(otherwise));
    let bytes = match filter_id(filter)? {
        FILTER_LZMA1 => {
            let packed = (bits("pb", 2)? * 5 + bits("lp", 0)?) * 9 + bits("lc", 3)?;
            let packed = u8::try_from(packed).map_err(|_| LZMAError::new_err("Invalid or unsupported options"))?;
            [&[packed][..], &size.to_le_bytes()].concat()
        }
        FILTER_LZMA2 => {
            let fits = (0..=40_u8).find(|packed| lzma2_dictionary(*packed) >= size);
            vec![fits.unwrap_or(40)]
        }
        FILTER_DELTA => vec![delta_byte(filter)?],
        FILTER_X86..=FILTER_SPARC => Vec::new(),
        id => return Err(PyValueError::new_err(format!("Invalid filter ID: {id}"))),
    };
    Ok(PyBytes::new(filter.py(), &bytes))
}

/// Bytes of an LZMA2 dictionary, from the byte that stands for it.
fn lzma2_dictionary(packed: u8) -> u32 {
    if packed == 40 {
        u32::MAX
    } else {
        (2 | u32::from(packed & 1)) << (packed / 2 + 11)
    }
}

/// The filter that [`_encode_filter_properties`] made bytes of.
#[pyfunction]
#[pyo3(signature = (filter_id, encoded_props, /))]
fn _decode_filter_properties<'py>(
    py: Python<'py>,
    filter_id: u64,
    encoded_props: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyDict>> {
    let filter = PyDict::new(py);
    filter.set_item("id", filter_id)?;
    let invalid = || LZMAError::new_err("Invalid or unsupported options");
    match (filter_id, bytes_of(encoded_props)?.as_slice()) {
        (FILTER_LZMA1, [packed, size @ ..]) if *packed < 225 => {
            let size: [u8; 4] = size.try_into().map_err(|_| invalid())?;
            filter.set_item("lc", packed % 9)?;
            filter.set_item("lp", packed / 9 % 5)?;
            filter.set_item("pb", packed / 45)?;
            filter.set_item("dict_size", u32::from_le_bytes(size))?;
        }
        (FILTER_LZMA2, [packed]) if *packed <= 40 => filter.set_item("dict_size", lzma2_dictionary(*packed))?,
        (FILTER_DELTA, [distance]) => filter.set_item("dist", u32::from(*distance) + 1)?,
        (FILTER_X86..=FILTER_SPARC, []) => {}
        _ => return Err(invalid()),
    }
    Ok(filter)
}
