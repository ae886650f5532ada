# Edges of polars: sizes, types and arguments that its own checks may not expect.

# case: column that is not there
# expect: raises ColumnNotFoundError
import polars as pl
pl.DataFrame({'a': [1]}).select('b')

# case: lists of unequal lengths are added
# expect: raises ShapeError
import polars as pl
pl.Series([[1, 2]]) + pl.Series([[1]])

# case: unnest of nulls
# expect: raises PanicException
import polars as pl
pl.DataFrame({'a': [None]}).unnest('a')

# case: unpivot of mixed types
# expect: raises InvalidOperationError
import polars as pl
pl.DataFrame({'a': [1], 'b': ['x'], 'c': [[1]]}).lazy().unpivot().collect()

# case: asof join with a wrong tolerance
# expect: raises PanicException: can only use timedelta string language with Date/D
import polars as pl
a = pl.DataFrame({'a': [1, 2]})
a.join_asof(a, on='a', tolerance='1d')

# case: rolling sum with too few weights
# expect: raises PanicException: assertion `left == right` failed
import polars as pl
pl.Series([1.0, 2.0, 3.0]).rolling_sum(2, weights=[1])

# case: truncated to nothing
# expect: raises PanicException: attempt to calculate the remainder with a divisor
import datetime, polars as pl
pl.Series([datetime.datetime(2020, 1, 1)]).dt.truncate('0d')

# case: time with a date's format
# expect: raises PanicException: called `Result::unwrap()` on an `Err` value: Error
import datetime, polars as pl
pl.Series([datetime.time(1)]).dt.strftime('%Y')

# case: transpose of list and text
# expect: raises PanicException: called `Result::unwrap()` on an `Err` value: Inval
import polars as pl
pl.DataFrame({'a': [[1]], 'b': ['x']}).transpose()

# case: product of decimals
# expect: raises InvalidOperationError: conversion from `decimal[*,0]` to `decimal[38,30]`
import decimal, polars as pl
s = pl.Series([decimal.Decimal('1' * 30)], dtype=pl.Decimal(38, 30))
s * s

# case: correlation of unequal lengths
# expect: raises ShapeError
import polars as pl
pl.select(pl.corr(pl.Series([1, 2, 3]), pl.Series([1, 2])))

# case: huge index into lists
# expect: raises PanicException: called `Option::unwrap()` on a `None` value
import polars as pl
pl.Series([[1]]).list.get(2 ** 62)

# case: dates beyond the calendar
# expect: raises PanicException: `NaiveDateTime + TimeDelta` overflowed
import polars as pl
pl.Series([2 ** 31 - 1], dtype=pl.Int32).cast(pl.Date).dt.year().to_list()
pl.Series([2 ** 62]).cast(pl.Datetime('ms')).to_list()

# case: quantiles beyond one
# expect: raises PanicException: called `Result::unwrap()` on an `Err` value: Compu
import polars as pl
pl.Series([1.0, 2.0]).qcut([2.0])

# case: column inserted beyond
# expect: raises IndexError
import polars as pl
pl.DataFrame({'a': [1]}).insert_column(9, pl.Series('b', [1]))

# case: sample larger than all
# expect: raises ShapeError
import polars as pl
pl.DataFrame({'a': [1]}).sample(10)

# case: slices beyond
# expect: raises OverflowError: out of range integral type conversion attempted
import polars as pl
print(pl.DataFrame({'a': [1]}).slice(2 ** 40, 2 ** 40).height)

# case: smallest integer by minus one
# expect: prints [-9223372036854775808]
import polars as pl
print((pl.Series([-2 ** 63]) // pl.Series([-1])).to_list())

# case: integer division by zero
# expect: prints [None]
import polars as pl
print((pl.Series([1]) // pl.Series([0])).to_list())

# case: text repeated without end
# expect: limit memory_bytes
import polars as pl
pl.select(pl.lit('x').repeat_by(400_000_000))

# case: pad to a huge width
# expect: limit memory_bytes
import polars as pl
pl.Series(['x']).str.pad_start(1_000_000_000)

# case: explode that multiplies
# expect: raises MemoryError: there is not as much memory as was asked for
# limits: fuel=20000000000
import polars as pl
a = pl.DataFrame({'a': [list(range(100_000))]})
pl.concat([a] * 3000).explode('a')

# case: date range by microseconds
# expect: limit memory_bytes
# limits: fuel=20000000000
import datetime, polars as pl
pl.datetime_range(datetime.datetime(2000, 1, 1), datetime.datetime(2020, 1, 1), '1us', eager=True)

# case: regular expression that is too large
# expect: raises ComputeError
import polars as pl
pl.Series(['x']).str.contains('(x{1000}){1000}')

# case: regular expression that is wrong
# expect: raises ComputeError
import polars as pl
pl.Series(['x']).str.contains('(')

# case: function that raises
# expect: raises KeyError
import polars as pl
def f(x):
    raise KeyError('x')
pl.Series([1]).map_elements(f, return_dtype=pl.Int64)

# case: function that loops
# expect: limit fuel
import polars as pl
def f(x):
    while True:
        pass
pl.Series([1]).map_elements(f, return_dtype=pl.Int64)

# case: function that answers another type
# expect: raises TypeError
import polars as pl
pl.Series([1]).map_elements(lambda x: object(), return_dtype=pl.Int64)

# case: function that calls the table again
# expect: prints [1]
import polars as pl
a = pl.DataFrame({'a': [1]})
print(a.select(pl.col('a').map_elements(lambda x: a['a'][0], return_dtype=pl.Int64))['a'].to_list())

# case: sql with a wrong statement
# expect: raises SQLInterfaceError
import polars as pl
pl.SQLContext().execute('drop everything')

# case: sql of a file
# expect: raises FileNotFoundError
import polars as pl
pl.SQLContext().execute("select * from read_csv('/etc/passwd')").collect()

# case: plan from bytes
# expect: raises ComputeError
import io, polars as pl
pl.LazyFrame.deserialize(io.BytesIO(b'\xff' * 100))

# case: table from bytes
# expect: raises ComputeError
import io, polars as pl
pl.DataFrame.deserialize(io.BytesIO(b'\xff' * 100))

# case: expression from text
# expect: raises ComputeError
import io, polars as pl
pl.Expr.deserialize(io.StringIO('{"Column": 5}'), format='json')

# case: written over the input
# expect: raises PermissionError
import polars as pl
pl.DataFrame({'a': [1]}).write_csv('/data/sales.csv')

# case: written outside
# expect: raises FileNotFoundError
import polars as pl
pl.DataFrame({'a': [1]}).write_csv('/etc/x/y.csv')

# case: files by a pattern
# expect: prints 2
import polars as pl
print(pl.read_csv('/data/*.csv').height)

# case: same name twice
# expect: raises DuplicateError
import polars as pl
pl.DataFrame({'a': [1]}).select(pl.col('a'), pl.col('a'))

# case: reshaped to nothing that fits
# expect: raises InvalidOperationError
import polars as pl
pl.Series([1, 2, 3]).reshape((2, 2))

# case: own chunk of a plugin
# expect: raises FileNotFoundError: [Errno 44] No such file or directory: '/out/x.so'
import polars as pl
from polars.plugins import register_plugin_function
pl.DataFrame({'a': [1]}).select(register_plugin_function(plugin_path='/out/x.so', function_name='f', args=['a']))
