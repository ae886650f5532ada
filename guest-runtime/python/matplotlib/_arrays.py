"""Rows of numbers: what charts take in, and what they give back where matplotlib gives numpy arrays."""

import math

import _chart

Column = _chart.Column


def shape_of(value):
    """Whether a value is a row of values rather than one."""
    return isinstance(value, Column) or (not isinstance(value, (str, bytes, int, float)) and hasattr(value, "__iter__"))


def numbers(values):
    """The column of a row of numbers."""
    if isinstance(values, Column):
        return values
    column = _chart.column(as_list(values))
    if column is None:
        raise TypeError(f"numbers are needed here, but the data holds {_stranger(values)}")
    return column


def flat_numbers(rows):
    """The column of all numbers of a matrix, row by row, and its two sizes."""
    rows = [as_list(row) for row in as_list(rows)]
    width = len(rows[0]) if rows else 0
    if any(len(row) != width for row in rows):
        raise ValueError("setting an array element with a sequence: the rows of the matrix have different lengths")
    return numbers([value for row in rows for value in row]), len(rows), width


def _stranger(values):
    for value in as_list(values):
        if value is not None and _chart.column([value]) is None:
            return f"{value!r} ({type(value).__name__})"
    return "something else"


def as_list(values):
    """Any row of values as a list or tuple."""
    if type(values) in (list, tuple):
        return values
    if isinstance(values, Column):
        return values.tolist()
    if hasattr(values, "rows") and hasattr(values, "columns"):
        return values.rows()
    for name in ("to_list", "tolist"):
        convert = getattr(values, name, None)
        if convert is not None:
            return convert()
    return list(values)


class Array(list):
    """A row of values that answers as a numpy array does where scripts about charts need it."""

    __glovebox_quiet__ = True

    @property
    def shape(self):
        return (len(self), len(self[0])) if self and isinstance(self[0], list) else (len(self),)

    @property
    def size(self):
        return math.prod(self.shape)

    @property
    def ndim(self):
        return len(self.shape)

    def tolist(self):
        """A plain list."""
        return [value.tolist() if isinstance(value, Array) else value for value in self]

    def sum(self):
        """The sum of all values."""
        return math.fsum(self)

    def mean(self):
        """The mean of all values."""
        return math.fsum(self) / len(self)

    def max(self):
        """The greatest value."""
        return max(self)

    def min(self):
        """The least value."""
        return min(self)

    def argmax(self):
        """The place of the greatest value."""
        return max(range(len(self)), key=self.__getitem__)

    def argmin(self):
        """The place of the least value."""
        return min(range(len(self)), key=self.__getitem__)

    def cumsum(self):
        """The running sums."""
        total, out = 0, Array()
        for value in self:
            total += value
            out.append(total)
        return out

    def astype(self, dtype):
        """The values as another type."""
        return Array(dtype(value) if callable(dtype) else value for value in self)

    def round(self, decimals=0):
        """The values, rounded."""
        return Array(round(value, decimals) for value in self)

    def copy(self):
        return Array(self)

    def __getitem__(self, index):
        if isinstance(index, tuple):
            value = self
            for one in index:
                value = value[one]
            return value
        if isinstance(index, list):
            if index and isinstance(index[0], bool):
                return Array(value for value, keep in zip(self, index) if keep)
            return Array(self[one] for one in index)
        value = list.__getitem__(self, index)
        return Array(value) if isinstance(index, slice) else value

    def _each(self, other, apply):
        if shape_of(other):
            other = as_list(other)
            if len(other) != len(self):
                raise ValueError(f"operands could not be broadcast together with shapes ({len(self)},) ({len(other)},)")
            return Array(apply(a, b) for a, b in zip(self, other))
        return Array(apply(a, other) for a in self)

    def __add__(self, other):
        return self._each(other, lambda a, b: a + b)

    __radd__ = __add__

    def __sub__(self, other):
        return self._each(other, lambda a, b: a - b)

    def __rsub__(self, other):
        return self._each(other, lambda a, b: b - a)

    def __mul__(self, other):
        return self._each(other, lambda a, b: a * b)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self._each(other, lambda a, b: a / b)

    def __rtruediv__(self, other):
        return self._each(other, lambda a, b: b / a)

    def __pow__(self, other):
        return self._each(other, lambda a, b: a**b)

    def __neg__(self):
        return Array(-a for a in self)

    def __lt__(self, other):
        return self._each(other, lambda a, b: a < b)

    def __le__(self, other):
        return self._each(other, lambda a, b: a <= b)

    def __gt__(self, other):
        return self._each(other, lambda a, b: a > b)

    def __ge__(self, other):
        return self._each(other, lambda a, b: a >= b)

    def __str__(self):
        return _brackets(self, " ", 1, 75)

    def __repr__(self):
        return f"array({_brackets(self, ', ', 7, 68)})"


def _brackets(values, between, indent, width):
    if values and isinstance(values[0], list):
        rows = [_brackets(row, between, indent + 1, width) for row in values]
        return "[" + (between.rstrip() + "\n" + " " * indent).join(rows) + "]"
    texts = _texts(values)
    lines, line = [], ""
    for index, text in enumerate(texts):
        piece = text + (between.rstrip() if index + 1 < len(texts) else "")
        if line and len(line) + 1 + len(piece) > width - (indent - 1) * 0 and between == " ":
            lines.append(line)
            line = piece
        elif line and len(line) + 1 + len(piece) > width:
            lines.append(line)
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    lines.append(line)
    return "[" + ("\n" + " " * indent).join(lines) + "]"


def _texts(values):
    """The values as numpy writes them: all with as many decimals as the one that needs most, up to eight."""
    if not values:
        return []
    if len(values) > 1000:
        head, tail = _texts(values[:3] + values[-3:])[:3], _texts(values[:3] + values[-3:])[3:]
        return [*head, "...", *tail]
    if any(isinstance(value, float) for value in values) and all(isinstance(value, (int, float)) for value in values):
        return _float_texts([float(value) for value in values])
    texts = [repr(value) if isinstance(value, str) else str(value) for value in values]
    if all(isinstance(value, int) for value in values):
        width = max(map(len, texts))
        return [text.rjust(width) for text in texts]
    return texts


def _float_texts(values):
    finite = [value for value in values if math.isfinite(value)]
    sizes = [abs(value) for value in finite if value]
    if sizes and (max(sizes) >= 1e8 or min(sizes) < 1e-4 or max(sizes) / min(sizes) > 1000):
        if max(sizes) >= 1e8 or min(sizes) < 1e-4 or max(sizes) / min(sizes) > 1000.0:
            digits = max(len(_mantissa(value)) for value in finite)
            texts = [f"{value:.{digits}e}" if math.isfinite(value) else repr(value) for value in values]
            width = max(map(len, texts))
            return [_trim(text, digits).rjust(width) for text in texts]
    decimals = max((len(_decimals(value)) for value in finite), default=0)
    texts = []
    for value in values:
        if not math.isfinite(value):
            texts.append(repr(value))
            continue
        own = _decimals(value)
        whole = f"{value:.{max(len(own), 0)}f}".partition(".")[0]
        texts.append(f"{whole}.{own.ljust(decimals)}")
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts]


def _trim(text, digits):
    return text if digits else text.replace("e", ".e")


def _mantissa(value):
    best = repr(float(f"{value:.8e}"))
    text = f"{float(best):.8e}".partition("e")[0].partition(".")[2].rstrip("0")
    return text


def _decimals(value):
    text = f"{value:.8f}".rstrip("0")
    return text.partition(".")[2]
