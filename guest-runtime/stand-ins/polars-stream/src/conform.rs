//! Fits the columns of a file to those the scan promises.

use polars_core::prelude::*;
use polars_plan::dsl::{MissingColumnsPolicy, UnifiedScanArgs};

/// What a reader gives: the wanted columns the file has, and the names of all it has.
pub(crate) struct FileFrame {
    /// The names of all columns of the file.
    pub(crate) schema: Schema,
    /// The wanted columns; its height counts where there is none.
    pub(crate) df: DataFrame,
}

/// Fails if the file has a column the scan does not know.
pub(crate) fn refuse_extra_columns(file: &Schema, known: &Schema) -> PolarsResult<()> {
    match file.iter_names().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => polars_bail!(
            SchemaMismatch:
            "extra column in file outside of expected schema: {name}, \
            hint: specify this column in the schema, or pass \
            extra_columns='ignore' in scan options"
        ),
    }
}

/// The column `name` as `dtype`, as far as the scan's policies allow.
pub(crate) fn column(
    df: &DataFrame,
    name: &PlSmallStr,
    dtype: &DataType,
    args: &UnifiedScanArgs,
) -> PolarsResult<Column> {
    let Some(position) = df.get_column_index(name) else {
        return match args.missing_columns_policy {
            MissingColumnsPolicy::Insert => Ok(Column::full_null(name.clone(), df.height(), dtype)),
            MissingColumnsPolicy::Raise => polars_bail!(
                ColumnNotFound:
                "did not find column {name}, consider passing `missing_columns='insert'`"
            ),
        };
    };
    let column = &df.get_columns()[position];
    let policy = &args.cast_columns_policy;
    if policy.should_cast_column(name, dtype, column.dtype())? {
        column.strict_cast(dtype)
    } else {
        Ok(column.clone())
    }
}
