"""What numpy does differently here: its C reader of text takes sizes of another width, so `numpy.loadtxt` reads in
Python."""

import os

import numpy


def install():
    numpy.loadtxt = numpy.lib._npyio_impl.loadtxt = loadtxt


def loadtxt(
    fname, dtype=float, comments="#", delimiter=None, converters=None, skiprows=0, usecols=None, unpack=False, ndmin=0,
    encoding=None, max_rows=None, *, quotechar=None, like=None,
):  # fmt: skip
    """Reads rows of text, each with as many values, into an array. See numpy's own documentation.

    Raises ValueError where a row has another number of values, or a value is none of `dtype`. Structured types and
    `quotechar` are not offered here: use `numpy.genfromtxt` or `pandas.read_csv`.
    """
    dtype = numpy.dtype(dtype)
    if quotechar is not None or dtype.names:
        raise NotImplementedError("loadtxt reads neither quotes nor structured types here; use pandas.read_csv")
    marks = [comments] if isinstance(comments, (str, bytes)) else list(comments or [])
    marks = [mark.decode("latin1") if isinstance(mark, bytes) else mark for mark in marks]
    columns = None if usecols is None else [usecols] if isinstance(usecols, int) else list(usecols)
    rows = []
    for line in lines(fname, encoding)[skiprows:]:
        for mark in marks:
            line = line.partition(mark)[0]
        line = line.strip("\r\n") if delimiter else line.strip()
        if not line.strip():
            continue
        if max_rows is not None and len(rows) == max_rows:
            break
        fields = line.split(delimiter)
        fields = fields if columns is None else [fields[column] for column in columns]
        if rows and len(fields) != len(rows[0]):
            raise ValueError(f"row {len(rows) + 1} has {len(fields)} values, the first has {len(rows[0])}")
        rows.append([convert(field, column, converters) for column, field in enumerate(fields)])
    array = numpy.array(rows if rows else numpy.empty((0, 1)), dtype=dtype)
    array = array.reshape(len(rows), -1) if rows else array
    if array.ndim > ndmin:
        array = array.squeeze()
    while array.ndim < ndmin:
        array = array[numpy.newaxis] if ndmin == 2 and len(rows) == 1 else array[..., numpy.newaxis]
    return array.T if unpack else array


def convert(field, column, converters):
    if callable(converters):
        return converters(field)
    if converters and column in converters:
        return converters[column](field)
    return field.strip()


def lines(source, encoding):
    if isinstance(source, (str, os.PathLike)):
        with numpy.lib._datasource.open(os.fspath(source), "rt", encoding=encoding) as file:
            return list(file)
    return [line.decode(encoding or "latin1") if isinstance(line, bytes) else line for line in source]
