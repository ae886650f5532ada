# More memory than there is: at once, bit by bit, and inside of libraries.

# case: list without end
# expect: limit memory_bytes
# limits: fuel=20000000000
x = []
while True:
    x.append([0] * 10_000)

# case: dict without end
# expect: limit memory_bytes
# limits: fuel=20000000000
x = {}
while True:
    x[len(x)] = bytes(10_000)

# case: bytes at once
# expect: limit memory_bytes
bytes(1 << 30)

# case: text at once
# expect: limit memory_bytes
'x' * (1 << 30)

# case: list at once
# expect: limit memory_bytes
[None] * (1 << 28)

# case: tuple at once
# expect: limit memory_bytes
(1,) * (1 << 28)

# case: bytes beyond the address space
# expect: limit memory_bytes
bytes((1 << 31) - 100)

# case: list beyond the address space
# expect: raises MemoryError
[None] * (1 << 30)

# case: size beyond the machine's word
# expect: raises OverflowError
bytes(1 << 40)

# case: doubling text
# expect: limit memory_bytes
x = 'ab'
while True:
    x += x

# case: doubling list
# expect: limit memory_bytes
x = [1]
while True:
    x += x

# case: doubling bytearray
# expect: limit memory_bytes
x = bytearray(b'x')
while True:
    x.extend(bytes(x))

# case: huge number
# expect: limit memory_bytes
1 << (1 << 32)

# case: format width
# expect: limit memory_bytes
f'{1:1000000000}'

# case: format precision
# expect: raises ValueError
f'{1.5:.2147483648f}'

# case: percent width
# expect: limit memory_bytes
'%1000000000d' % 1

# case: rjust
# expect: limit memory_bytes
'x'.rjust(1_000_000_000)

# case: join
# expect: limit memory_bytes
('x' * 1_000_000).join(['y'] * 2000)

# case: replace
# expect: limit memory_bytes
('a' * 1_000_000).replace('a', 'b' * 1000)

# case: translate
# expect: limit memory_bytes
('a' * 1_000_000).translate({97: 'b' * 1000})

# case: expandtabs
# expect: limit memory_bytes
('\t' * 1000).expandtabs(1_000_000)

# case: set of a huge range
# expect: limit memory_bytes
# limits: fuel=20000000000
set(range(100_000_000))

# case: sorted endless
# expect: limit memory_bytes
# limits: fuel=20000000000
import itertools
sorted(itertools.repeat('x' * 10))

# case: product of long lists
# expect: limit memory_bytes
# limits: fuel=20000000000
import itertools
list(itertools.product(range(1000), repeat=3))

# case: tee that grows
# expect: limit memory_bytes
# limits: fuel=40000000000
import itertools
a, b = itertools.tee(itertools.count(10 ** 30))
for _ in a:
    pass

# case: StringIO far away
# expect: limit memory_bytes
import io
x = io.StringIO()
x.write('x' * 300_000_000)

# case: BytesIO far away
# expect: limit memory_bytes
import io
x = io.BytesIO()
x.seek(1_000_000_000)
x.write(b'x')

# case: array at once
# expect: limit memory_bytes
import array
array.array('d', [0.0]) * 100_000_000

# case: handled MemoryError
# expect: prints went on
try:
    bytes((1 << 31) - 100)
except MemoryError:
    print('went on')

# case: own error after a handled MemoryError
# expect: raises ValueError: mine
try:
    bytes((1 << 31) - 100)
except MemoryError:
    pass
raise ValueError('mine')

# case: memory given back and taken again
# expect: limit fuel
for _ in range(30):
    x = bytearray(100_000_000)
    del x
print('done')

# case: closures that hold each other
# expect: limit memory_bytes
# limits: fuel=20000000000
def chain(f):
    data = bytes(100_000)
    return lambda: (f, data)
f = None
while True:
    f = chain(f)

# case: cycles with finalizers
# expect: limit memory_bytes
# limits: fuel=20000000000
keep = []
class Node:
    def __init__(self):
        self.me, self.data = self, bytes(100_000)
    def __del__(self):
        keep.append(self)
while True:
    Node()

# case: exceptions with notes
# expect: limit memory_bytes
# limits: fuel=20000000000
e = ValueError()
while True:
    e.add_note('x' * 100_000)

# case: decompression bomb at once
# expect: limit fuel
import zlib
one = zlib.compress(bytes(100_000_000), 9)
x = [zlib.decompress(one) for _ in range(10)]

# case: numpy zeros
# expect: limit memory_bytes
import numpy as np
np.ones(200_000_000)

# case: numpy beyond the address space
# expect: raises MemoryError: Unable to allocate 2.00 GiB for an array with shap
import numpy as np
np.zeros((1 << 28,))

# case: numpy product of shapes overflows
# expect: raises ValueError
import numpy as np
np.zeros((1 << 20, 1 << 20, 1 << 20))

# case: numpy outer
# expect: raises MemoryError: Unable to allocate 2.98 GiB for an array with shap
import numpy as np
a = np.arange(20_000.0)
np.outer(a, a)

# case: numpy repeat
# expect: limit memory_bytes
import numpy as np
np.repeat(np.arange(1000), 200_000)

# case: numpy broadcasting
# expect: limit memory_bytes
import numpy as np
np.zeros((10_000, 1)) + np.zeros((1, 10_000))

# case: pandas cross join
# expect: limit memory_bytes
# limits: fuel=20000000000
import pandas as pd
a = pd.DataFrame({'a': range(10_000)})
a.merge(a, how='cross')

# case: pandas date range
# expect: raises MemoryError: Unable to allocate 4.70 GiB for an array with shap
# limits: fuel=20000000000
import pandas as pd
pd.date_range('2000', '2020', freq='s')

# case: polars cross join
# expect: limit memory_bytes
# limits: fuel=20000000000
import polars as pl
a = pl.DataFrame({'a': range(12_000)})
a.join(a, how='cross')

# case: polars int range
# expect: limit memory_bytes
import polars as pl
pl.int_range(0, 200_000_000, eager=True)
