//! The scan of one or more files: reads them whole and applies what the plan pushed down to them.

use std::sync::Arc;

use polars_core::prelude::*;
use polars_core::utils::accumulate_dataframes_vertical;
use polars_expr::planner::{ExpressionConversionState, create_physical_expr};
use polars_expr::prelude::PhysicalExpr;
use polars_expr::state::ExecutionState;
use polars_io::RowIndex;
use polars_mem_engine::Executor;
use polars_plan::dsl::{ExtraColumnsPolicy, FileScanIR, ScanSourceRef, ScanSources, UnifiedScanArgs};
use polars_plan::plans::hive::HivePartitionsDf;
use polars_plan::plans::{Context, IR};
use polars_plan::prelude::AExpr;
use polars_utils::IdxSize;
use polars_utils::arena::{Arena, Node};
use polars_utils::slice_enum::Slice;

use crate::conform::{self, FileFrame};
use crate::formats;

/// A planned scan.
pub(crate) struct Scan {
    sources: ScanSources,
    format: Box<FileScanIR>,
    /// All columns the files may have.
    file_schema: SchemaRef,
    /// The columns to read from each file, and their types.
    projected: SchemaRef,
    /// The columns the scan gives, in order.
    output: SchemaRef,
    hive: Option<HivePartitionsDf>,
    args: Box<UnifiedScanArgs>,
    extra_columns: ExtraColumnsPolicy,
    predicate: Option<Arc<dyn PhysicalExpr>>,
}

impl Scan {
    /// Plans the scan at `node`.
    ///
    /// # Panics
    /// If the node is not a scan.
    pub(crate) fn new(node: Node, ir_arena: &Arena<IR>, expr_arena: &mut Arena<AExpr>) -> PolarsResult<Self> {
        let IR::Scan {
            sources,
            file_info,
            hive_parts,
            predicate,
            output_schema,
            scan_type,
            unified_scan_args,
        } = ir_arena.get(node).clone()
        else {
            panic!("not a scan")
        };
        polars_ensure!(
            unified_scan_args.column_mapping.is_none() && unified_scan_args.deletion_files.is_none(),
            InvalidOperation: "table formats such as Iceberg and Delta are not available here"
        );

        let output = output_schema.unwrap_or_else(|| file_info.schema.clone());
        let predicate = predicate
            .map(|predicate| {
                create_physical_expr(
                    &predicate,
                    Context::Default,
                    expr_arena,
                    &output,
                    &mut ExpressionConversionState::new(true),
                )
            })
            .transpose()?;

        let mut file_schema = Arc::unwrap_or_clone(file_info.schema);
        let added = [
            unified_scan_args.row_index.as_ref().map(|index| &index.name),
            unified_scan_args.include_file_paths.as_ref(),
        ];
        for name in added.into_iter().flatten() {
            file_schema.shift_remove(name);
        }
        let projected = file_schema
            .iter()
            .filter(|(name, _)| {
                output.contains(name) && hive_parts.as_ref().is_none_or(|hive| !hive.schema().contains(name))
            })
            .map(|(name, dtype)| (name.clone(), dtype.clone()))
            .collect::<Schema>();
        let extra_columns = match *scan_type {
            #[cfg(feature = "parquet")]
            FileScanIR::Parquet { .. } => unified_scan_args.extra_columns_policy,
            _ if unified_scan_args.projection.is_some() => ExtraColumnsPolicy::Ignore,
            _ => ExtraColumnsPolicy::Raise,
        };

        Ok(Self {
            sources,
            format: scan_type,
            file_schema: Arc::new(file_schema),
            projected: Arc::new(projected),
            output,
            hive: hive_parts,
            args: unified_scan_args,
            extra_columns,
            predicate,
        })
    }

    /// Reads one file, at most `limit` rows of it, as the scan's output columns.
    fn read(
        &self,
        index: usize,
        source: ScanSourceRef<'_>,
        limit: Option<usize>,
        rows_before: usize,
    ) -> PolarsResult<DataFrame> {
        let bytes = source.to_memslice()?;
        let FileFrame { schema, df } = formats::read(&self.format, bytes, &self.file_schema, &self.projected, limit)?;
        if matches!(self.extra_columns, ExtraColumnsPolicy::Raise) {
            conform::refuse_extra_columns(&schema, &self.file_schema)?;
        }

        let height = df.height();
        let columns = self
            .output
            .iter()
            .map(|(name, dtype)| {
                if let Some(RowIndex { name: wanted, offset }) = &self.args.row_index
                    && wanted == name
                {
                    return row_index(name, *offset, rows_before, height);
                }
                if self.args.include_file_paths.as_ref() == Some(name) {
                    let path = Scalar::from(PlSmallStr::from_str(source.to_include_path_name()));
                    return Ok(Column::new_scalar(name.clone(), path, height));
                }
                if let Some(hive) = &self.hive
                    && hive.schema().contains(name)
                {
                    let value = hive.df().column(name)?.get(index)?.into_static();
                    let value = Scalar::new(dtype.clone(), value);
                    return Ok(Column::new_scalar(name.clone(), value, height));
                }
                conform::column(&df, name, dtype, &self.args)
            })
            .collect::<PolarsResult<Vec<_>>>()?;
        DataFrame::new_with_height(height, columns)
    }

    /// Reads as many files as the slice needs.
    fn read_all(&self) -> PolarsResult<DataFrame> {
        let slice = &self.args.pre_slice;
        let end = match slice {
            Some(Slice::Positive { offset, len }) => Some(offset.saturating_add(*len)),
            _ => None,
        };
        let mut frames = Vec::with_capacity(self.sources.len());
        let mut rows = 0usize;
        for (index, source) in self.sources.iter().enumerate() {
            let limit = end.map(|end| end - rows.min(end));
            if limit == Some(0) {
                break;
            }
            let df = self.read(index, source, limit, rows)?;
            rows += df.height();
            frames.push(df);
        }
        let mut df = accumulate_dataframes_vertical(frames)?;
        if let Some(slice) = slice.clone() {
            let slice = slice.restrict_to_bounds(df.height());
            df = df.slice(slice.positive_offset() as i64, slice.len());
        }
        Ok(df)
    }
}

impl Executor for Scan {
    fn execute(&mut self, state: &mut ExecutionState) -> PolarsResult<DataFrame> {
        state.should_stop()?;
        let nothing = self.args.pre_slice.as_ref().is_some_and(|slice| slice.len() == 0);
        if self.sources.is_empty() || nothing {
            return Ok(DataFrame::empty_with_schema(&self.output));
        }
        let mut df = self.read_all()?;
        if let Some(predicate) = &self.predicate {
            let mask = predicate.evaluate(&df, &ExecutionState::new())?;
            df = df.filter(mask.bool()?)?;
        }
        if self.args.rechunk {
            df.as_single_chunk_par();
        }
        Ok(df)
    }
}

/// The numbers of the rows of a file that `rows_before` rows of other files precede.
fn row_index(name: &PlSmallStr, offset: IdxSize, rows_before: usize, height: usize) -> PolarsResult<Column> {
    let first = IdxSize::try_from(rows_before)
        .ok()
        .and_then(|rows| offset.checked_add(rows));
    let end = IdxSize::try_from(height)
        .ok()
        .and_then(|height| first?.checked_add(height));
    let (Some(first), Some(end)) = (first, end) else {
        polars_bail!(ComputeError: "the row index is too large for its type")
    };
    let mut index = IdxCa::from_vec(name.clone(), (first..end).collect());
    index.set_sorted_flag(polars_core::series::IsSorted::Ascending);
    Ok(index.into_column())
}
