//! Reads the bytes of one file of each format.

#![cfg_attr(
    not(all(feature = "csv", feature = "json", feature = "parquet", feature = "ipc")),
    allow(unused)
)]

use std::io::Cursor;
use std::sync::Arc;

use polars_core::prelude::*;
use polars_io::SerReader;
use polars_io::utils::compression::maybe_decompress_bytes;
use polars_plan::dsl::FileScanIR;
use polars_utils::mmap::MemSlice;

use crate::conform::FileFrame;

/// Reads the columns of `projected` that the file has, at most `limit` rows.
pub(crate) fn read(
    format: &FileScanIR,
    bytes: MemSlice,
    known: &SchemaRef,
    projected: &SchemaRef,
    limit: Option<usize>,
) -> PolarsResult<FileFrame> {
    match format {
        #[cfg(feature = "csv")]
        FileScanIR::Csv { options } => csv::read(options, &bytes, known, projected, limit),
        #[cfg(feature = "json")]
        FileScanIR::NDJson { options } => ndjson(options, &bytes, known, projected, limit),
        #[cfg(feature = "parquet")]
        FileScanIR::Parquet { .. } => parquet(bytes, projected, limit),
        #[cfg(feature = "ipc")]
        FileScanIR::Ipc { .. } => ipc(bytes, projected, limit),
        other => polars_bail!(
            InvalidOperation: "scan of {} is not available here", <&'static str>::from(other)
        ),
    }
}

/// The positions in `file` of the wanted columns; of the first if none is wanted, as the height
/// is still needed.
fn positions(file: &Schema, projected: &Schema) -> Vec<usize> {
    let wanted = projected.iter_names().filter_map(|name| file.index_of(name));
    let mut wanted = wanted.collect::<Vec<_>>();
    if wanted.is_empty() && !file.is_empty() {
        wanted.push(0);
    }
    wanted
}

#[cfg(feature = "csv")]
mod csv {
    use polars_io::csv::read::{CsvReadOptions, infer_file_schema};
    use polars_io::mmap::ReaderBytes;

    use super::*;

    pub(super) fn read(
        options: &CsvReadOptions,
        bytes: &[u8],
        known: &Schema,
        projected: &Schema,
        limit: Option<usize>,
    ) -> PolarsResult<FileFrame> {
        let mut plain = Vec::new();
        let bytes = maybe_decompress_bytes(bytes, &mut plain)?;
        let schema = schema(options, bytes, known)?;
        let options = CsvReadOptions {
            path: None,
            n_rows: limit,
            row_index: None,
            columns: None,
            projection: Some(Arc::new(positions(&schema, projected))),
            schema: Some(Arc::new(schema.clone())),
            schema_overwrite: None,
            dtype_overwrite: None,
            ..options.clone()
        };
        let df = options.into_reader_with_file_handle(Cursor::new(bytes)).finish()?;
        Ok(FileFrame { schema, df })
    }

    /// The columns of this file, in its own order, with the types the scan knows for them.
    fn schema(options: &CsvReadOptions, bytes: &[u8], known: &Schema) -> PolarsResult<Schema> {
        // Only names and number of columns are taken from this file. A header tells them by one
        // row; without one, later rows may be longer.
        let rows = if options.has_header {
            Some(1)
        } else {
            options.infer_schema_length
        };
        let (mut schema, ..) = infer_file_schema(
            &ReaderBytes::Borrowed(bytes),
            &options.parse_options,
            rows,
            options.has_header,
            options.schema_overwrite.as_deref(),
            options.skip_rows,
            options.skip_lines,
            options.skip_rows_after_header,
            options.raise_if_empty,
        )?;
        if let Some(given) = &options.schema {
            let truncate = options.parse_options.truncate_ragged_lines;
            polars_ensure!(
                given.len() >= schema.len() || truncate,
                SchemaMismatch:
                "provided schema does not match number of columns in file ({} != {} in file)",
                given.len(),
                schema.len(),
            );
            schema = if truncate {
                Schema::clone(given)
            } else {
                let dtypes = schema.into_iter().map(|(_, dtype)| dtype);
                given.iter_names().cloned().zip(dtypes).collect()
            };
        }
        for (index, dtype) in options.dtype_overwrite.iter().flat_map(|d| d.iter()).enumerate() {
            schema.set_dtype_at_index(index, dtype.clone());
        }
        for (name, dtype) in schema.iter_mut() {
            if let Some(wanted) = known.get(name) {
                *dtype = wanted.clone();
            }
        }
        Ok(schema)
    }
}

#[cfg(feature = "json")]
fn ndjson(
    options: &polars_plan::dsl::NDJsonReadOptions,
    bytes: &[u8],
    known: &SchemaRef,
    projected: &SchemaRef,
    limit: Option<usize>,
) -> PolarsResult<FileFrame> {
    // A field that a line does not have is null, so every file has all columns.
    let wanted = if projected.is_empty() { known } else { projected };
    let mut plain = Vec::new();
    let bytes = maybe_decompress_bytes(bytes, &mut plain)?;
    let df = if bytes.iter().all(u8::is_ascii_whitespace) {
        DataFrame::empty_with_schema(wanted)
    } else {
        polars_io::ndjson::core::JsonLineReader::new(Cursor::new(bytes))
            .with_schema(wanted.clone())
            .with_ignore_errors(options.ignore_errors)
            .with_rechunk(false)
            .with_n_rows(limit)
            .finish()?
    };
    let df = match limit {
        Some(limit) => df.head(Some(limit)),
        None => df,
    };
    Ok(FileFrame {
        schema: Schema::clone(wanted),
        df,
    })
}

#[cfg(feature = "parquet")]
fn parquet(bytes: MemSlice, projected: &Schema, limit: Option<usize>) -> PolarsResult<FileFrame> {
    use polars_io::parquet::read::{ParallelStrategy, ParquetReader};

    let mut reader = ParquetReader::new(Cursor::new(bytes))
        .set_rechunk(false)
        .read_parallel(ParallelStrategy::None)
        .with_slice(limit.map(|limit| (0, limit)));
    let schema = Schema::from_arrow_schema(reader.schema()?.as_ref());
    let df = reader.with_projection(Some(positions(&schema, projected))).finish()?;
    Ok(FileFrame { schema, df })
}

#[cfg(feature = "ipc")]
fn ipc(bytes: MemSlice, projected: &Schema, limit: Option<usize>) -> PolarsResult<FileFrame> {
    let mut reader = polars_io::ipc::IpcReader::new(Cursor::new(bytes))
        .set_rechunk(false)
        .with_n_rows(limit);
    let schema = Schema::from_arrow_schema(reader.schema()?.as_ref());
    let df = reader.with_projection(Some(positions(&schema, projected))).finish()?;
    Ok(FileFrame { schema, df })
}
