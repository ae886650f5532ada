# Floods of text, tables, names and messages.

# case: printed without end
# expect: limit fuel
while True:
    print('x' * 1000)

# case: one long line is cut
# expect: prints 1048607 characters
print('x' * 20_000_000)

# case: many short lines are cut
# expect: limit fuel
for _ in range(200_000):
    print('xxxxxxxxx')

# case: own limit of text
# expect: prints 1037 characters
# limits: stdout_bytes=1000
print('x' * 20_000)

# case: text that is no text
# expect: prints ?\n\udcff is told
import sys
try:
    print('\ud800')
except UnicodeEncodeError:
    pass
print('\\udcff is told')

# case: bytes that are no text
# expect: prints ���ok\n3
import os
os.write(1, b'\xff\xfe\xfd')
os.write(1, b'ok\n')

# case: many bytes that are no text
# expect: prints 349557 characters
import os
os.write(1, b'\xff' * 10_000_000)

# case: nul and controls are passed on as data
# expect: prints 4
import os
print(os.write(2, b'\x00\x1b[2J'[:4]))

# case: standard error flood
# expect: prints nothing
import sys
for _ in range(20_000):
    sys.stderr.write('x' * 1000)
print('done')

# case: exception with a long message
# expect: raises ValueError: xxxx
raise ValueError('x' * 17_000_000)

# case: exit with a long message
# expect: raises SystemExit
import sys
sys.exit('x' * 20_000_000)

# case: exception with many notes
# expect: raises ValueError: x
e = ValueError('x')
for i in range(200_000):
    e.add_note('note')
raise e

# case: exception that cannot be shown
# expect: raises E
class E(Exception):
    def __str__(self):
        raise RuntimeError
raise E()

# case: exception whose text never ends
# expect: limit fuel
class E(Exception):
    def __str__(self):
        while True:
            pass
raise E()

# case: result with a long text
# expect: prints 65568 characters
print('ok')
'x' * 20_000_000

# case: result that cannot be shown
# expect: raises RuntimeError: no
class R:
    def __repr__(self):
        raise RuntimeError('no')
R()

# case: result whose text never ends
# expect: limit fuel
class R:
    def __repr__(self):
        while True:
            pass
R()

# case: result nested deeply
# expect: raises RecursionError
x = []
for _ in range(50_000):
    x = [x]
x

# case: table with many rows
# expect: prints ok
import polars as pl
print('ok')
pl.DataFrame({'a': range(300_000)})

# case: table with many columns
# expect: prints ok
# limits: fuel=20000000000
import polars as pl
print('ok')
pl.DataFrame({f'c{i}': [1] for i in range(20_000)})

# case: table with a huge cell
# expect: prints ok
import polars as pl
print('ok')
pl.DataFrame({'a': ['x' * 20_000_000]})

# case: table with many large cells
# expect: raises PanicException: Python API call failed
import polars as pl
print('ok')
pl.DataFrame({'a': ['x' * 1_000_000] * 100})

# case: table with a huge column name
# expect: prints ok
import polars as pl
print('ok')
pl.DataFrame({'x' * 5_000_000: [1]})

# case: table with lists nested deeply
# expect: prints ok
import polars as pl
print('ok')
x = [1]
for _ in range(60):
    x = [x]
pl.DataFrame({'a': [x]})

# case: table with control characters
# expect: prints ok
import polars as pl
print('ok')
pl.DataFrame({'\x1b[2J': ['\x1b]0;pwned\x07', '\u202eabc']})

# case: pandas table of objects that cannot be shown
# expect: raises RuntimeError: no
import pandas as pd
class R:
    def __str__(self):
        raise RuntimeError('no')
    __repr__ = __str__
pd.DataFrame({'a': [R()]})

# case: chart of a huge size
# expect: raises ValueError
import matplotlib.pyplot as plt
plt.figure(figsize=(100_000, 100_000))
plt.savefig('a.png')

# case: chart with a name of two lines
# expect: prints ok
import matplotlib.pyplot as plt
plt.plot([1, 2])
try:
    plt.savefig('a\nb.png')
except (ValueError, OSError):
    pass
print('ok')

# case: chart with huge markers
# expect: prints ok
import matplotlib.pyplot as plt
plt.plot([1, 2], [3, 4], 'o', markersize=1e9)
plt.savefig('a.png')
print('ok')

# case: chart of values that are no numbers
# expect: raises ValueError: cannot convert float NaN to integer
import matplotlib.pyplot as plt
plt.plot([float('nan'), float('inf'), -float('inf'), 1e308, -1e308])
plt.savefig('a.png')
print('ok')

# case: chart with a title of a million characters
# expect: prints ok
# limits: fuel=20000000000
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.title('x' * 100_000)
plt.savefig('a.png')
print('ok')

# case: format that reaches into objects
# expect: raises AttributeError
'{0.__class__.__mro__[1].__subclasses__.__func__}'.format(1)

# case: standard output closed
# expect: prints before
import sys
print('before')
sys.stdout.close()

# case: standard output replaced
# expect: prints shown
import sys
class W:
    def write(self, text):
        raise OSError('mine')
    def flush(self):
        pass
print('shown')
sys.stdout = W()
try:
    print('hidden')
except OSError:
    pass

# case: print that prints
# expect: raises RecursionError
import sys
class W:
    def write(self, text):
        print(text)
sys.stdout = W()
print('x')
