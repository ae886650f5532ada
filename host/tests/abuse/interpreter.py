# The interpreter's own parts: frames, code objects, collectors, imports and what stands behind objects.

# case: subclasses of object
# expect: prints True
print(len(object.__subclasses__()) > 100)

# case: Popen through subclasses
# expect: raises OSError
import subprocess
[c for c in object.__subclasses__() if c.__name__ == 'Popen'][0]('id')

# case: import through a frame
# expect: raises FileNotFoundError
import sys
sys._getframe().f_builtins['__import__']('os').open('/etc/passwd', 0)

# case: builtins through a traceback
# expect: raises FileNotFoundError
try:
    1 / 0
except ZeroDivisionError as e:
    e.__traceback__.tb_frame.f_builtins['open']('/etc/passwd')

# case: builtins through a function
# expect: raises FileNotFoundError
(lambda: 0).__globals__['__builtins__']
import builtins
builtins.open('/etc/shadow')

# case: builtins emptied
# expect: raises NameError
import builtins
for name in list(vars(builtins)):
    if name not in ('list', 'vars'):
        delattr(builtins, name)
print(1)

# case: builtins replaced
# expect: raises TypeError: 'NoneType' object is not callable
import builtins
keep = builtins.print
builtins.print = builtins.len = builtins.isinstance = None
keep('ok')

# case: ctypes calls the C library
# expect: raises OSError
import ctypes
ctypes.CDLL(None).system(b'id')

# case: ctypes writes to memory
# expect: raises OSError: ctypes is not available in the sandbox
import ctypes
ctypes.memset(0xfffffff0, 0, 100)

# case: ctypes module of C
# expect: raises ModuleNotFoundError
import _ctypes

# case: modules unloaded
# expect: raises AttributeError: module 'sys' has no attribute 'builtin_module_name
import sys
sys.modules.clear()
1 / 0

# case: sys deleted from modules
# expect: raises ZeroDivisionError
import sys
del sys.modules['sys'], sys.modules['builtins']
1 / 0

# case: search path emptied
# expect: raises ModuleNotFoundError
import sys
sys.path.clear()
sys.meta_path.clear()
import wave

# case: finder of its own
# expect: prints hello
import sys, types
class Finder:
    def find_spec(self, name, path, target=None):
        if name == 'evil':
            from importlib.machinery import ModuleSpec
            return ModuleSpec(name, self)
    def create_module(self, spec):
        return types.ModuleType('evil')
    def exec_module(self, module):
        module.word = 'hello'
sys.meta_path.insert(0, Finder())
import evil
print(evil.word)

# case: module in the output folder
# expect: prints mine
import sys
open('mine.py', 'w').write('word = "mine"')
sys.path.insert(0, '/out')
import mine
print(mine.word)

# case: extension in the output folder
# expect: raises ImportError: unknown dlopen() error
import sys
open('evil.so', 'wb').write(b'\0asm\1\0\0\0')
sys.path.insert(0, '/out')
import evil

# case: extension loaded by hand
# expect: raises ImportError
import _imp
from importlib.machinery import ModuleSpec
open('evil.so', 'wb').write(b'\0asm\1\0\0\0')
_imp.create_dynamic(ModuleSpec('evil', None, origin='/out/evil.so'))

# case: code object with a wild stack
# expect: raises TypeError: '' object is not subscriptable
def f():
    pass
f.__code__ = f.__code__.replace(co_code=bytes([1, 0] * 20_000), co_stacksize=0)
f()

# case: code object with too few names
# expect: raises ValueError
def f():
    x = 1
f.__code__.replace(co_varnames=())

# case: code object of another function
# expect: raises ValueError
def f():
    pass
x = 1
def outer():
    y = 1
    def g():
        return y
    return g
f.__code__ = outer().__code__

# case: marshalled code of noise
# expect: raises ValueError
import marshal
marshal.loads(b'c' + bytes(range(1, 200)))

# case: marshalled references that do not exist
# expect: raises ValueError
import marshal
marshal.loads(b'r\xff\xff\xff\x7f')

# case: marshalled list with a huge size
# expect: raises MemoryError
import marshal
marshal.loads(b'[\xff\xff\xff\x7f')

# case: trace function
# expect: limit fuel
import sys
def trace(frame, event, arg):
    return trace
def f():
    while True:
        pass
sys.settrace(trace)
f()

# case: trace function that jumps
# expect: raises ValueError
import sys
def trace(frame, event, arg):
    if event == 'line':
        frame.f_lineno = 1_000_000
    return trace
def f():
    x = 1
sys.settrace(trace)
f()

# case: profile function that raises
# expect: raises KeyError
import sys
def profile(frame, event, arg):
    sys.setprofile(None)
    raise KeyError('x')
sys.setprofile(profile)
len([])

# case: monitoring
# expect: prints ok
import sys
sys.monitoring.use_tool_id(0, 'x')
sys.monitoring.set_events(0, sys.monitoring.events.CALL)
print('ok')

# case: audit hook that raises
# expect: raises RuntimeError: audited
import sys
def hook(event, args):
    if event == 'open':
        raise RuntimeError('audited')
sys.addaudithook(hook)
open('sales.csv')

# case: exception hook replaced
# expect: raises ValueError: mine
import sys
sys.excepthook = lambda *a: print('hooked')
raise ValueError('mine')

# case: unraisable hook that loops
# expect: limit fuel
import sys
def forever(*a):
    while True:
        pass
sys.unraisablehook = forever
class A:
    def __del__(self):
        raise ValueError
A()

# case: collector's objects overwritten
# expect: prints ok
import gc
for o in gc.get_objects():
    if isinstance(o, dict) and 'never there' in o:
        o.clear()
print('ok')

# case: collector's callbacks
# expect: prints called
import gc
said = []
gc.callbacks.append(lambda phase, info: said.append(phase))
gc.collect()
gc.callbacks.clear()
print('called' if said else 'not')

# case: referents of a mapping proxy
# expect: raises TypeError
import gc
int_dict = gc.get_referents(int.__dict__)[0]
int_dict['__add__'] = None
import types
type.__setattr__(int, 'x', 1)

# case: immutable type changed
# expect: raises TypeError: immutable
int.real = 1

# case: class of an instance changed
# expect: raises TypeError
x = []
x.__class__ = dict

# case: bases changed while in use
# expect: raises TypeError
class A:
    pass
class B(A):
    pass
A.__bases__ = (B,)

# case: cell emptied
# expect: raises NameError
def outer():
    x = 1
    def inner():
        return x
    del x
    return inner
outer()()

# case: generator entered twice
# expect: raises ValueError: already executing
def g():
    yield next(me)
me = g()
next(me)

# case: list changed while sorted
# expect: raises ValueError: modified during sort
x = [3, 2, 1]
x.sort(key=lambda v: x.append(v) or v)

# case: dict changed while walked
# expect: raises RuntimeError: changed size
x = {1: 1}
for k in x:
    x[k + 1] = 1

# case: bytearray resized while viewed
# expect: raises BufferError
x = bytearray(10)
v = memoryview(x)
x.extend(b'x' * 100)

# case: view used after release
# expect: raises ValueError: released
v = memoryview(b'abc')
v.release()
v[0]

# case: view cast to wrong shapes
# expect: raises ValueError: memoryview.cast(): product(shape) > SSIZE_MAX
memoryview(bytes(10)).cast('B', shape=[1 << 30, 1 << 30])

# case: index that changes what it indexes
# expect: raises IndexError
x = [1] * 10
class I:
    def __index__(self):
        x.clear()
        return 5
x[I()]

# case: length that lies
# expect: raises ValueError
class L:
    def __len__(self):
        return -1
len(L())

# case: length hint that lies
# expect: prints 0
class L:
    def __iter__(self):
        return iter(())
    def __length_hint__(self):
        return 1 << 20
print(len(list(L())))

# case: struct beyond its buffer
# expect: raises error
import struct
struct.unpack_from('<100i', bytes(10), 5)

# case: struct of a huge count
# expect: raises error
import struct
struct.calcsize('9999999999999i')

# case: regular expression program by hand
# expect: raises RuntimeError: invalid SRE code
import _sre
_sre.compile('x', 0, [1, 2, 3, 0xffffffff], 0, {}, ())

# case: type slots through object new
# expect: raises TypeError
object.__new__(int)

# case: heap type of the interpreter made by hand
# expect: raises TypeError
type(sys._getframe() if 'sys' in globals() else (lambda: 0).__code__)()

# case: internal test modules
# expect: raises ModuleNotFoundError
import _testcapi

# case: interpreters
# expect: raises ModuleNotFoundError
import _interpreters

# case: unpickled call
# expect: raises FileNotFoundError
import pickle
pickle.loads(b"cbuiltins\nopen\n(V/etc/passwd\ntR.")

# case: unpickled noise
# expect: raises OverflowError: FRAME length exceeds system's maximum of 214748364
import pickle
pickle.loads(b'\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\x7f.')

# case: eval with own builtins
# expect: raises NameError
eval('open("/etc/passwd")', {'__builtins__': {}})

# case: environment
# expect: prints []
import os
print([k for k in os.environ if 'KEY' in k or 'SECRET' in k or 'DATABASE' in k])
