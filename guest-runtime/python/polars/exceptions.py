"""The exceptions and warnings of polars, by the names that scripts catch."""


class PolarsError(Exception):
    """Base of all errors of polars."""


class ColumnNotFoundError(PolarsError):
    """A column does not exist."""


class ComputeError(PolarsError):
    """A computation failed."""


class DuplicateError(PolarsError):
    """A name is there twice."""


class InvalidOperationError(PolarsError):
    """An operation is not possible on these types or values."""


class NoDataError(PolarsError):
    """There is no data, for example in an empty file."""


class OutOfBoundsError(PolarsError):
    """An index is out of bounds."""


class PanicException(PolarsError):
    """An unexpected state of polars."""


class SchemaError(PolarsError):
    """Types or schemas do not fit together."""


class SchemaFieldNotFoundError(PolarsError):
    """A field of a schema does not exist."""


class ShapeError(PolarsError):
    """Lengths or widths do not fit together."""


class SQLInterfaceError(PolarsError):
    """SQL is not possible here."""


class SQLSyntaxError(PolarsError):
    """SQL cannot be read."""


class StringCacheMismatchError(PolarsError):
    """Categories come from different sources."""


class StructFieldNotFoundError(PolarsError):
    """A field of a struct does not exist."""


class RowsError(PolarsError):
    """A selection of rows has the wrong number of them."""


class NoRowsReturnedError(RowsError):
    """No row was found where one was asked for."""


class TooManyRowsReturnedError(RowsError):
    """Several rows were found where one was asked for."""


class ModuleUpgradeRequiredError(ModuleNotFoundError):
    """A module is too old."""


class ParameterCollisionError(PolarsError):
    """Two arguments contradict one another."""


class UnsuitableSQLError(PolarsError):
    """SQL does not suit its use."""


class PolarsWarning(Warning):
    """Base of all warnings of polars."""


class PerformanceWarning(PolarsWarning):
    """Something is needlessly slow."""


class CategoricalRemappingWarning(PerformanceWarning):
    """Categories had to be encoded again."""


class ChronoFormatWarning(PolarsWarning):
    """A date format is written wrongly."""


class CustomUFuncWarning(PolarsWarning):
    """A function may not do what is expected."""


class DataOrientationWarning(PolarsWarning):
    """The orientation of rows was guessed."""


class MapWithoutReturnDtypeWarning(PolarsWarning):
    """A mapped function has no return type."""


class PolarsInefficientMapWarning(PerformanceWarning):
    """A mapped function could be an expression."""


class UnstableWarning(PolarsWarning):
    """A function may change."""
