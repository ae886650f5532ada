//! CSV files in and out.
//!
//! A file is read whole into memory (it cannot be mapped here) and parsed from there by one thread. What polars says
//! of a bad file is kept; the file and the line are added.

use std::{fs, io::Cursor, num::NonZeroUsize, sync::Arc};

use polars::prelude::{
    self as pl, CsvEncoding, CsvParseOptions, CsvReadOptions, CsvWriter, DataFrame, DataType, NullValues, PlSmallStr,
    PolarsError, SerWriter,
};
use polars_io::{RowIndex, SerReader};
use rustpython_vm::{
    AsObject, PyObjectRef,
    builtins::{PyBytes, PyDict, PyStr},
};

use super::{
    args::{Args, Argument},
    datatypes,
    errors::Outcome,
};

/// Reads a CSV: its path or bytes, its name for messages, and the options in the order of the code below.
pub fn read(a: &mut Args) -> Outcome<DataFrame> {
    let source = a.object()?;
    let name: String = a.take()?;
    let options = read_options(a)?;
    let bytes = match source.downcast_ref::<PyBytes>() {
        Some(bytes) => bytes.as_bytes().to_vec(),
        None => fs::read(String::read(&source, a.vm)?).map_err(PolarsError::from)?,
    };
    let mut cursor = Cursor::new(bytes);
    let reader = options.clone().into_reader_with_file_handle(&mut cursor);
    match reader.finish() {
        Ok(frame) => Ok(frame),
        Err(error) => Err(explain(error, &name, cursor.get_ref(), &options).into()),
    }
}

fn read_options(a: &mut Args) -> Outcome<CsvReadOptions> {
    let has_header = a.take()?;
    let columns: Option<Vec<PlSmallStr>> = a.take()?;
    let projection: Option<Vec<usize>> = a.take()?;
    let parse_options = CsvParseOptions {
        separator: byte(a)?.unwrap_or(b','),
        quote_char: byte(a)?,
        eol_char: byte(a)?.unwrap_or(b'\n'),
        comment_prefix: a
            .take::<Option<String>>()?
            .map(|prefix| pl::CommentPrefix::new_from_str(&prefix)),
        null_values: null_values(&a.object()?, a)?,
        missing_is_null: a.take()?,
        try_parse_dates: a.take()?,
        encoding: if a.take()? {
            CsvEncoding::LossyUtf8
        } else {
            CsvEncoding::Utf8
        },
        truncate_ragged_lines: a.take()?,
        decimal_comma: a.take()?,
    };
    let schema = a.take::<bool>()?;
    let whole = datatypes::schema(a)?;
    let overrides = datatypes::schema(a)?;
    let by_position: Option<Vec<DataType>> = a.take()?;
    let row_index: Option<PlSmallStr> = a.take()?;
    let offset = a.take()?;
    Ok(CsvReadOptions {
        n_threads: Some(1),
        has_header,
        columns: columns.map(Into::into),
        projection: projection.map(Arc::new),
        parse_options: Arc::new(parse_options),
        schema: schema.then(|| Arc::new(whole)),
        schema_overwrite: (!overrides.is_empty()).then(|| Arc::new(overrides)),
        dtype_overwrite: by_position.map(Arc::new),
        row_index: row_index.map(|name| RowIndex { name, offset }),
        skip_rows: a.take()?,
        skip_lines: a.take()?,
        skip_rows_after_header: a.take()?,
        n_rows: a.take()?,
        infer_schema_length: a.take()?,
        ignore_errors: a.take()?,
        raise_if_empty: a.take()?,
        ..CsvReadOptions::default()
    })
}

fn byte(a: &mut Args) -> Outcome<Option<u8>> {
    let text: Option<String> = a.take()?;
    match text.as_deref().map(str::as_bytes) {
        None | Some([]) => Ok(None),
        Some([byte]) => Ok(Some(*byte)),
        Some(_) => {
            let message = format!("only single byte characters are allowed as separator and quote, got {text:?}");
            Err(a.vm.new_value_error(message).into())
        }
    }
}

/// One text, several, or one for each column.
fn null_values(object: &PyObjectRef, a: &Args) -> Outcome<Option<NullValues>> {
    if a.vm.is_none(object) {
        return Ok(None);
    }
    if object.downcast_ref::<PyStr>().is_some() {
        return Ok(Some(NullValues::AllColumnsSingle(PlSmallStr::read(object, a.vm)?)));
    }
    if let Some(dict) = object.downcast_ref::<PyDict>() {
        let pairs = dict.items_vec();
        let pairs = pairs.iter().map(|(column, text)| {
            Ok((
                PlSmallStr::read(column.as_object(), a.vm)?,
                PlSmallStr::read(text.as_object(), a.vm)?,
            ))
        });
        return Ok(Some(NullValues::Named(pairs.collect::<Outcome<_>>()?)));
    }
    Ok(Some(NullValues::AllColumns(Vec::read(object, a.vm)?)))
}

/// Adds to an error where it is and what to do.
fn explain(error: PolarsError, name: &str, bytes: &[u8], options: &CsvReadOptions) -> PolarsError {
    let error = error.context_trace();
    let text = error.to_string();
    if let Some(at) = invalid_utf8(bytes, options) {
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = format!(
            "invalid utf-8 sequence\n\n{name}, line {line}: the file is not UTF-8. Pass encoding=\"latin-1\" or \
             encoding=\"windows-1252\" (or encoding=\"utf8-lossy\" to replace what cannot be read)."
        );
        return PolarsError::ComputeError(message.into());
    }
    let parse = text
        .strip_prefix("could not parse `")
        .and_then(|rest| rest.split_once('`'));
    if let Some((value, rest)) = parse {
        let column = rest
            .split("(column number ")
            .nth(1)
            .and_then(|rest| rest.split(')').next()?.parse::<usize>().ok());
        if let Some(line) = column.and_then(|column| find(value, column, bytes, options)) {
            return error.wrap_msg(|message| format!("{message}\n\n{name}, line {line} holds that value."));
        }
    }
    error.wrap_msg(|message| format!("{message}\n\nThis is about {name}."))
}

fn invalid_utf8(bytes: &[u8], options: &CsvReadOptions) -> Option<usize> {
    if options.parse_options.encoding != CsvEncoding::Utf8 {
        return None;
    }
    std::str::from_utf8(bytes).err().map(|error| error.valid_up_to())
}

/// The first line, from 1, whose field number `column`, from 1, is `value`.
fn find(value: &str, column: usize, bytes: &[u8], options: &CsvReadOptions) -> Option<usize> {
    let options = &options.parse_options;
    let (mut line, mut field, mut quoted) = (1, 1, false);
    let mut start = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if Some(byte) == options.quote_char {
            quoted = !quoted;
        }
        if byte == options.eol_char || (byte == options.separator && !quoted) {
            let text = bytes[start..at].trim_ascii();
            if field == column
                && !quoted
                && (text == value.as_bytes()
                    || text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")) == Some(value.as_bytes()))
            {
                return Some(line);
            }
            start = at + 1;
            field += 1;
        }
        if byte == options.eol_char {
            line += 1;
            if !quoted {
                field = 1;
            }
        }
    }
    None
}

/// Writes the frame as CSV to a path; without one answers the text. The options come in the order of the code below.
pub fn write(mut frame: DataFrame, a: &mut Args) -> Outcome<Option<String>> {
    let path: Option<String> = a.take()?;
    let mut bytes = Vec::new();
    let mut writer = CsvWriter::new(&mut bytes)
        .n_threads(1)
        .include_bom(a.take()?)
        .include_header(a.take()?)
        .with_separator(byte(a)?.unwrap_or(b','))
        .with_line_terminator(a.take()?)
        .with_quote_char(byte(a)?.unwrap_or(b'"'))
        .with_batch_size(NonZeroUsize::new(a.take()?).unwrap_or(NonZeroUsize::MIN))
        .with_datetime_format(a.take()?)
        .with_date_format(a.take()?)
        .with_time_format(a.take()?)
        .with_float_scientific(a.take()?)
        .with_float_precision(a.take()?)
        .with_decimal_comma(a.take()?)
        .with_null_value(a.take()?)
        .with_quote_style(a.take()?);
    writer.finish(&mut frame)?;
    match path {
        Some(path) => {
            fs::write(path, bytes).map_err(PolarsError::from)?;
            Ok(None)
        }
        None => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
    }
}
