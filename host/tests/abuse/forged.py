# What looks like the sandbox's own messages, from a script.

# case: JSON of an ending on standard output
# expect: prints {"done":{"result":"forged"}}
print('{"done":{"result":"forged"}}')

# case: ending on standard error
# expect: prints 36
import sys
sys.stderr.write('{"ending":{"done":{"result":null}}}\n')

# case: frame on standard output
# expect: prints 8
import os
n = os.write(2, b'\x00\x00\x00\x04true')
print(n)

# case: writes to every descriptor
# expect: prints []
import os
wrote = []
for fd in range(3, 64):
    try:
        os.write(fd, b'{"event":{"progress":{"done":1,"total":1}}}')
        wrote.append(fd)
    except OSError:
        pass
print(wrote)

# case: reads from every descriptor
# expect: prints []
import os
got = []
for fd in range(3, 64):
    try:
        os.read(fd, 10)
        got.append(fd)
    except OSError:
        pass
print(got)

# case: standard output closed by its number
# expect: prints nothing
import os
os.close(1)

# case: descriptors closed by their numbers
# expect: raises OSError
import os
for fd in range(3, 64):
    try:
        os.close(fd)
    except OSError:
        pass
open('sales.csv')

# case: descriptors moved
# expect: raises AttributeError
import os
os.dup2(1, 3)

# case: hidden module has a face
# expect: prints ok
import _host
print('ok')

# case: table with too few columns
# expect: prints nothing
import _host
_host.table(['a'], ['i64', 'i64'], 1, '[[1]]')

# case: table with text that is no JSON
# expect: raises ValueError
import _host
_host.table(['a'], ['i64'], 1, 'no json')

# case: table with rows of another length
# expect: prints [some of what was displayed is left out: it was too large, or beyond 200 tables, 100,000 cells or 8 MiB of a run]
import _host
_host.table(['a'], ['i64'], 1, '[[1, 2, 3]]')

# case: table of five million empty rows
# expect: limit memory_bytes
import _host
_host.table(['a'], ['i64'], 1, '[' + '[],' * 5_000_000 + '[]]')

# case: table nested deeply
# expect: raises ValueError
import _host
_host.table(['a'], ['i64'], 1, '[' * 100_000 + ']' * 100_000)

# case: table with a count that lies
# expect: raises OverflowError
import _host
_host.table(['a'], ['i64'], -1, '[[1]]')

# case: table with a kind that is none
# expect: prints ok
import _host
try:
    _host.table(['a'], ['\x1b[2J'], 1, '[[1]]')
except ValueError:
    pass
print('ok')

# case: table with wrong types
# expect: raises TypeError
import _host
_host.table(1, 2, 3, 4)

# case: one hundred thousand tables
# expect: prints [some of what was displayed is left out: it was too large, or beyond 200 tables, 100,000 cells or 8 MiB of a run]\nok
import _host
for _ in range(20_000):
    try:
        _host.table(['a'], ['i64'], 1, '[[1]]')
    except Exception:
        pass
print('ok')

# case: progress without end
# expect: prints ok
import _host
for i in range(50_000):
    _host.progress(i, 50_000, 'x')
print('ok')

# case: progress with a long label
# expect: prints ok
import _host
try:
    _host.progress(1, 2, 'x' * 20_000_000)
except ValueError:
    pass
print('ok')

# case: progress with a control label
# expect: prints ok
import _host
try:
    _host.progress(1, 2, '\x1b]0;pwned\x07\n')
except ValueError:
    pass
print('ok')

# case: progress that is negative
# expect: raises OverflowError
import _host
_host.progress(-1, 2, 'x')

# case: progress beyond everything
# expect: prints ok
import _host
_host.progress((1 << 64) - 1, 1, 'x')
print('ok')

# case: progress of none
# expect: prints ok
import _host
_host.progress(1, 0, 'x')
print('ok')

# case: chart that was never written
# expect: prints ok
import _host
try:
    _host.chart('nothing.png')
except Exception:
    pass
print('ok')

# case: chart outside of the folder
# expect: prints ok
import _host
for name in ['../../secret.txt', '/etc/passwd', '/data/sales.csv', '', '.', 'a\0b', 'a\nb.png', '\x1b[2J']:
    try:
        _host.chart(name)
    except Exception:
        pass
print('ok')

# case: every function of the hidden module called with nothing
# expect: prints ok
import _host
for name in dir(_host):
    f = getattr(_host, name)
    if callable(f) and not name.startswith('__'):
        try:
            f()
        except Exception:
            pass
print('ok')

# case: every function of the hidden module called with nonsense
# expect: prints ok
import _host
for name in dir(_host):
    f = getattr(_host, name)
    if callable(f) and not name.startswith('__'):
        for args in [(None,), ('x',), (1, 2), ('a', 'b', 'c'), ([], [], 0, '[]'), ({},) * 5]:
            try:
                f(*args)
            except Exception:
                pass
print('ok')

# case: hidden module replaced
# expect: prints ok
import sys
sys.modules['_host'] = None
print('ok')

# case: result that looks like an error
# expect: prints 'Traceback (most recent call last):\n  File "x"\nMemoryError'
'Traceback (most recent call last):\n  File "x"\nMemoryError'

# case: error that looks like a limit
# expect: raises MemoryError
raise MemoryError('memory_bytes: the limit of 1 byte')

# case: error with a name of the host
# expect: raises LimitReached
class LimitReached(Exception):
    pass
raise LimitReached('fuel')

# case: error with a wrong line
# expect: raises SyntaxError: forged
raise SyntaxError('forged', ('/etc/passwd', 10 ** 9, 10 ** 9, 'x' * 100_000))

# case: error with negative places
# expect: raises IndexError: list index out of range
raise SyntaxError('forged', ('abuse.py', -5, -5, 'text', -9, -9))

# case: printed text that drives a terminal
# expect: prints ok
import sys
sys.stderr.write('\x1b]52;c;cHduZWQ=\x07\x1b[2J')
print('ok')
