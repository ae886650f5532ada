# Files that lie about what they are: tables, workbooks, archives and JSON.

# case: csv with one endless line
# expect: prints 1
import polars as pl
open('x.csv', 'w').write('a\n' + 'x' * 1_900_000)
print(pl.read_csv('x.csv').height)

# case: csv with an open quote
# expect: raises ParserError
import pandas as pd
open('x.csv', 'w').write('a,b\n"1,2\n' * 1000 + '"')
pd.read_csv('x.csv', engine='c')

# case: csv with an open quote in polars
# expect: raises ComputeError
import polars as pl
open('x.csv', 'w').write('a,b\n"1,2\n')
pl.read_csv('x.csv')

# case: csv with many columns
# expect: prints 20000
# limits: fuel=20000000000
import polars as pl
open('x.csv', 'w').write(','.join(f'c{i}' for i in range(20_000)) + '\n')
print(pl.read_csv('x.csv').width)

# case: csv with nul bytes
# expect: prints 1
import polars as pl
open('x.csv', 'wb').write(b'a\0b,c\n\0,1\n')
print(pl.read_csv('x.csv').height)

# case: csv that is no text
# expect: raises ComputeError: utf-8
import polars as pl
open('x.csv', 'wb').write(b'a\n\xff\xfe\n')
pl.read_csv('x.csv')

# case: csv with formulas stays text
# expect: prints =cmd|' /C calc'!A0
import polars as pl
open('x.csv', 'w').write("a\n=cmd|' /C calc'!A0\n")
print(pl.read_csv('x.csv')['a'][0])

# case: csv with the same name for all columns
# expect: prints 500
import pandas as pd
open('x.csv', 'w').write(','.join(['a'] * 500) + '\n')
print(pd.read_csv('x.csv').shape[1])

# case: csv with rows longer than the header
# expect: raises ParserError
import pandas as pd
open('x.csv', 'w').write('a\n1\n1,2,3\n')
pd.read_csv('x.csv', index_col=False, on_bad_lines='error')

# case: csv with huge numbers
# expect: prints 1e999
import pandas as pd
open('x.csv', 'w').write('a\n1e999\n')
print(pd.read_csv('x.csv')['a'][0])

# case: csv module with a huge field
# expect: raises Error: field larger than field limit
import csv
list(csv.reader(['x' * 1_000_000]))

# case: empty csv
# expect: raises NoDataError
import polars as pl
open('x.csv', 'w').close()
pl.read_csv('x.csv')

# case: parquet of noise
# expect: raises ComputeError
import polars as pl
open('x.parquet', 'wb').write(b'PAR1' + bytes(range(256)) * 4 + b'PAR1')
pl.read_parquet('x.parquet')

# case: parquet with a footer that lies
# expect: raises ComputeError
import polars as pl
open('x.parquet', 'wb').write(b'PAR1' + bytes(100) + b'\xff\xff\xff\x7fPAR1')
pl.read_parquet('x.parquet')

# case: parquet that is cut
# expect: raises ComputeError
import io, polars as pl
b = io.BytesIO()
pl.DataFrame({'a': range(1000)}).write_parquet(b)
pl.read_parquet(io.BytesIO(b.getvalue()[:-20]))

# case: parquet with flipped bytes
# expect: prints ok
# limits: fuel=40000000000
import io, polars as pl
b = io.BytesIO()
pl.DataFrame({'a': range(50), 'b': ['x'] * 50}).write_parquet(b)
whole = b.getvalue()
for i in range(4, len(whole) - 8, 29):
    try:
        pl.read_parquet(io.BytesIO(whole[:i] + bytes([whole[i] ^ 0xff]) + whole[i + 1:]))
    except Exception:
        pass
print('ok')

# case: ipc of noise
# expect: raises ComputeError
import io, polars as pl
pl.read_ipc(io.BytesIO(b'ARROW1\0\0' + b'\xff' * 200 + b'ARROW1'))

# case: ipc with flipped bytes
# expect: prints ok
# limits: fuel=40000000000
import io, polars as pl
b = io.BytesIO()
pl.DataFrame({'a': range(50), 'b': ['x'] * 50}).write_ipc(b)
whole = b.getvalue()
for i in range(8, len(whole) - 8, 41):
    try:
        pl.read_ipc(io.BytesIO(whole[:i] + bytes([whole[i] ^ 0xff]) + whole[i + 1:]))
    except Exception:
        pass
print('ok')

# case: json nested in polars
# expect: raises ComputeError
import io, polars as pl
pl.read_json(io.BytesIO(b'[' * 100_000))

# case: json of noise
# expect: raises JSONDecodeError
import json
json.loads('{"a": }')

# case: json with huge numbers
# expect: prints inf
import json
print(json.loads('1e999'))

# case: json with long integers
# expect: raises ValueError: Exceeds the limit
import json
json.loads('1' * 10_000)

# case: json with a key many times
# expect: prints 99999
import json
print(json.loads('{' + ','.join(f'"a":{i}' for i in range(100_000)) + '}')['a'])

# case: ndjson with changing types
# expect: raises SchemaError: failed to determine supertype of struct[1] and str
import io, polars as pl
pl.read_ndjson(io.BytesIO(b'{"a": 1}\n{"a": [1, {"b": 2}]}\n'))

# case: zip that is a bomb
# expect: limit output_file_bytes
import zipfile
with zipfile.ZipFile('x.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('x', bytes(4_000_000))
zipfile.ZipFile('x.zip').extractall('.')

# case: zip of many files
# expect: limit output_files
import zipfile
with zipfile.ZipFile('x.zip', 'w') as z:
    for i in range(1000):
        z.writestr(f'{i}', '')
zipfile.ZipFile('x.zip').extractall('.')

# case: zip whose directory lies
# expect: raises ValueError: negative seek value -10
import io, zipfile
b = io.BytesIO()
with zipfile.ZipFile(b, 'w') as z:
    z.writestr('x', 'abc')
zipfile.ZipFile(io.BytesIO(b.getvalue()[10:])).read('x')

# case: zip of noise
# expect: raises BadZipFile
import io, zipfile
zipfile.ZipFile(io.BytesIO(b'PK\x03\x04' + b'\xff' * 100))

# case: gzip that is a bomb
# expect: limit fuel
# limits: fuel=20000000000
import gzip
gzip.decompress(gzip.compress(bytes(150_000_000), 1) * 4)

# case: gzip that is cut
# expect: raises EOFError
import gzip
gzip.decompress(gzip.compress(b'x' * 1000)[:-10])

# case: gzip with a wrong sum
# expect: raises BadGzipFile
import gzip
x = bytearray(gzip.compress(b'x' * 1000))
x[-6] ^= 0xff
gzip.decompress(bytes(x))

# case: deflate of noise
# expect: raises error
import zlib
zlib.decompress(b'\x78\x9c' + b'\xff' * 100)

# case: workbook of noise
# expect: raises BadZipFile
import pandas as pd
open('x.xlsx', 'wb').write(b'PK\x03\x04' + b'\xff' * 100)
pd.read_excel('x.xlsx', engine='openpyxl')

# case: workbook that is an empty archive
# expect: raises KeyError
import pandas as pd, zipfile
with zipfile.ZipFile('x.xlsx', 'w') as z:
    z.writestr('x', '')
pd.read_excel('x.xlsx', engine='openpyxl')

# case: workbook of noise in polars
# expect: raises CalamineError: Cannot detect file format
import polars as pl
open('x.xlsx', 'wb').write(b'\xff' * 100)
pl.read_excel('x.xlsx')

# case: html of nested tables
# expect: raises ImportError
import io, pandas as pd
pd.read_html(io.StringIO('<table>' * 10_000))

# case: xml that reads a file
# expect: raises ParseError
import xml.etree.ElementTree as E
E.fromstring('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')

# case: toml nested
# expect: raises RecursionError
import tomllib
tomllib.loads('a = ' + '[' * 100_000)

# case: configuration that expands itself
# expect: raises InterpolationDepthError
import configparser
c = configparser.ConfigParser()
c.read_string('[a]\nx = %(x)s\n')
c['a']['x']

# case: sqlite
# expect: prints nothing
import sqlite3

# case: base64 of noise
# expect: raises Error
import base64
base64.b64decode('abc', validate=True)

# case: text with a wrong encoding
# expect: raises UnicodeDecodeError
b'\xff\xfe\x00\xd8'.decode('utf-16')

# case: encoding that compresses
# expect: raises LookupError
b'x'.decode('zip')
