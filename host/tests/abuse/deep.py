# Structures nested deeper than the stack of whoever reads them.

# case: endless recursion
# expect: raises RecursionError
def f():
    return f()
f()

# case: recursion limit lifted
# expect: limit fuel
import sys
sys.setrecursionlimit(10_000_000)
def f():
    return f()
f()

# case: recursion through repr
# expect: raises RecursionError
class R:
    def __repr__(self):
        return repr(self)
repr(R())

# case: recursion through getattr
# expect: raises RecursionError
class G:
    def __getattr__(self, name):
        return getattr(self, name + 'x')
G().a

# case: recursion through eq
# expect: raises RecursionError
class E:
    def __eq__(self, other):
        return other == self
E() == E()

# case: recursion through hash
# expect: raises RecursionError
class H:
    def __hash__(self):
        return hash(self)
hash(H())

# case: recursion through iter
# expect: raises RecursionError
class I:
    def __iter__(self):
        return iter(self)
iter(I())

# case: recursion through call
# expect: raises RecursionError
class C:
    pass
C.__call__ = C()
C()()

# case: recursion through metaclass
# expect: raises RecursionError
class M(type):
    def __call__(cls):
        return cls()
class A(metaclass=M):
    pass
A()

# case: recursion through sort keys
# expect: raises RecursionError
def key(x):
    return sorted([x], key=key)
key(1)

# case: recursion handled at every level
# expect: limit fuel
def f():
    try:
        f()
    finally:
        f()
f()

# case: list in lists is shown
# expect: limit fuel
x = []
for _ in range(100_000):
    x = [x]
repr(x)

# case: list in lists is freed
# expect: prints done
x = []
for _ in range(300_000):
    x = [x]
del x
print('done')

# case: dict in dicts is freed
# expect: prints done
x = {}
for _ in range(300_000):
    x = {'a': x}
del x
print('done')

# case: tuples compared
# expect: prints True
a, b = (), ()
for _ in range(100_000):
    a, b = (a,), (b,)
a == b

# case: tuples hashed
# expect: prints 333678953
a = ()
for _ in range(100_000):
    a = (a,)
hash(a)

# case: list that holds itself
# expect: prints [[...]]
x = []
x.append(x)
print(x)

# case: lists that hold themselves compared
# expect: raises RecursionError
a, b = [], []
a.append(b)
b.append(a)
a == b

# case: json text nested
# expect: raises JSONDecodeError: Expecting value: line 1 column 200001 (char 200000
import json
json.loads('[' * 200_000)

# case: json value nested
# expect: prints 65563 characters
import json
x = []
for _ in range(100_000):
    x = [x]
json.dumps(x)

# case: json value that holds itself
# expect: raises ValueError: Circular
import json
x = []
x.append(x)
json.dumps(x)

# case: source with nested brackets
# expect: raises MemoryError: Parser stack overflowed - Python source too comple
compile('(' * 10_000 + ')' * 10_000, 'x', 'eval')

# case: source with a long sum
# expect: raises RecursionError
eval('+'.join(['1'] * 100_000))

# case: source with nested unary signs
# expect: raises MemoryError: Parser stack overflowed - Python source too comple
eval('-' * 100_000 + '1')

# case: source with nested blocks
# expect: raises IndentationError: too many levels
exec('\n'.join(' ' * i + 'if 1:' for i in range(200)))

# case: source with nested functions of lambdas
# expect: raises MemoryError: Parser stack overflowed - Python source too comple
eval('lambda: ' * 50_000 + '1')

# case: source with nested attribute access
# expect: raises RecursionError
eval('a' + '.b' * 100_000)

# case: literal_eval nested
# expect: raises MemoryError: Parser stack overflowed - Python source too comple
import ast
ast.literal_eval('-' * 50_000 + '1')

# case: tree built by hand
# expect: raises RecursionError
import ast
node = ast.Constant(1)
for _ in range(100_000):
    node = ast.UnaryOp(ast.USub(), node)
compile(ast.fix_missing_locations(ast.Expression(node)), 'x', 'eval')

# case: regular expression nested
# expect: limit fuel
import re
re.compile('(' * 20_000 + ')' * 20_000)

# case: copied deeply
# expect: raises RecursionError
import copy
x = []
for _ in range(100_000):
    x = [x]
copy.deepcopy(x)

# case: pickled deeply
# expect: prints 65563 characters
import pickle
x = []
for _ in range(100_000):
    x = [x]
pickle.dumps(x)

# case: marshalled deeply
# expect: raises ValueError: object too deeply nested to marshal
import marshal
x = []
for _ in range(100_000):
    x = [x]
marshal.dumps(x)

# case: maps of maps
# expect: crash: wasm trap: out of bounds memory access
x = iter([1])
for _ in range(300_000):
    x = map(int, x)
next(x)

# case: chains of chains
# expect: limit fuel
import itertools
x = iter([1])
for _ in range(300_000):
    x = itertools.chain(x, [1])
next(x)

# case: zips of zips
# expect: raises RecursionError: maximum recursion depth exceeded
x = iter([1])
for _ in range(300_000):
    x = zip(x)
next(x)

# case: partials of partials
# expect: prints 1
import functools
f = lambda: 1
for _ in range(100_000):
    f = functools.partial(f)
print(f())

# case: causes of causes
# expect: limit fuel
e = None
for i in range(50_000):
    n = ValueError(i)
    n.__cause__ = e
    e = n
raise ValueError('last') from e

# case: groups of groups
# expect: raises ExceptionGroup
e = ValueError()
for _ in range(20_000):
    e = ExceptionGroup('g', [e])
raise e

# case: classes below classes
# expect: limit fuel
c = object
while True:
    c = type('C', (c,), {})

# case: union of types
# expect: limit fuel
x = int
i = 0
while True:
    i += 1
    x = x | list[x]

# case: xml nested
# expect: prints done
import xml.etree.ElementTree as E
try:
    E.fromstring('<a>' * 100_000)
except E.ParseError:
    print('done')

# case: xml entities that multiply
# expect: limit fuel
import xml.etree.ElementTree as E
ents = ''.join(f'<!ENTITY e{i} "{"&e%d;" % (i - 1) * 10}">' for i in range(1, 12))
E.fromstring(f'<!DOCTYPE a [<!ENTITY e0 "x">{ents}]><a>&e11;</a>')

# case: numpy array in arrays
# expect: crash: out of bounds memory access at the end of the stack: the scr
import numpy as np
a = np.array([0], dtype=object)
for _ in range(50_000):
    b = np.empty(1, dtype=object)
    b[0] = a
    a = b
del a, b
print('done')

# case: polars expression nested
# expect: limit fuel
import polars as pl
e = pl.col('a')
for _ in range(100_000):
    e = e + 1
pl.DataFrame({'a': [1]}).select(e)
