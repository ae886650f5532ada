# Work without end, and work that is much larger than its text.

# case: endless loop
# expect: limit fuel
while True:
    pass

# case: endless loop that swallows every exception
# expect: limit fuel
while True:
    try:
        x = 1
        while True:
            x += 1
    except BaseException:
        pass

# case: endless generator
# expect: limit fuel
def forever():
    while True:
        yield 1
sum(forever())

# case: endless iter with sentinel
# expect: limit fuel
for _ in iter(int, 1):
    pass

# case: itertools count summed
# expect: limit fuel
import itertools
sum(itertools.count())

# case: itertools cycle into a deque
# expect: limit fuel
import collections, itertools
collections.deque(itertools.cycle([1]), maxlen=1)

# case: itertools repeat any
# expect: limit fuel
import itertools
any(itertools.repeat(0))

# case: power of huge numbers
# expect: limit fuel
print(len(bin(7 ** 7 ** 8)))

# case: product of huge numbers
# expect: limit fuel
x = (1 << 20_000_000) - 1
while True:
    x = x * x >> 20_000_000

# case: factorial
# expect: limit fuel
import math
math.factorial(2_000_000)

# case: huge modular power
# expect: limit fuel
pow(3, 1 << 200_000, (1 << 200_000) - 1)

# case: text of a huge number
# expect: raises ValueError: Exceeds the limit
str(10 ** 5000)

# case: huge number from text
# expect: raises ValueError: Exceeds the limit
int('9' * 5000)

# case: limit of number text lifted
# expect: limit fuel
import sys
sys.set_int_max_str_digits(0)
print(len(str(1 << 10_000_000)))

# case: isqrt of a huge number
# expect: raises ValueError: Exceeds the limit (4300 digits) for integer string
import math
math.isqrt(1 << 40_000_000)

# case: gcd of huge numbers
# expect: prints 5
import math
math.gcd((1 << 4_000_000) - 1, (1 << 3_999_999) - 3)

# case: comb of large numbers
# expect: limit fuel
import math
math.comb(4_000_000, 2_000_000)

# case: catastrophic regular expression
# expect: limit fuel
import re
re.match(r'(a+)+$', 'a' * 60 + 'b')

# case: nested quantifiers with alternatives
# expect: limit fuel
import re
re.fullmatch(r'(a|aa)+', 'a' * 80 + 'b')

# case: backtracking over groups
# expect: limit fuel
import re
re.search(r'(.*)(.*)(.*)(.*)(.*)(.*)(.*)=', 'x' * 400)

# case: naive substring count
# expect: limit fuel
text = 'a' * 200_000
while True:
    text.count('a' * 99_999 + 'b')

# case: quadratic concatenation
# expect: limit fuel
parts = ()
while True:
    parts += (1,)

# case: sort with a comparison that calls back
# expect: raises RecursionError: maximum recursion depth exceeded
class Key:
    def __lt__(self, other):
        return sorted([Key(), Key()]) is None
sorted([Key(), Key()])

# case: comparison that lies
# expect: prints 1000
import functools
flip = iter(range(10 ** 9))
print(len(sorted(range(1000), key=functools.cmp_to_key(lambda a, b: -1 if next(flip) % 3 else 1))))

# case: hash that never ends
# expect: limit fuel
class Slow:
    def __hash__(self):
        while True:
            pass
{Slow(): 1}

# case: all keys collide
# expect: limit fuel
class Same:
    def __hash__(self):
        return 1
{Same(): 1 for _ in range(100_000)}

# case: integers that collide
# expect: prints 3000
print(len({i * ((1 << 61) - 1): i for i in range(3000)}))

# case: combinations of everything
# expect: limit fuel
import itertools
print(sum(1 for _ in itertools.permutations(range(14))))

# case: endless awaiting
# expect: limit fuel
class Forever:
    def __await__(self):
        while True:
            yield
async def main():
    await Forever()
task = main()
while True:
    task.send(None)

# case: finalizer that loops
# expect: limit fuel
class Last:
    def __del__(self):
        while True:
            pass
x = Last()
del x

# case: finalizer at the end that loops
# expect: limit fuel
class Last:
    def __del__(self):
        while True:
            pass
x = Last()

# case: atexit that loops
# expect: prints done
import atexit
def forever():
    while True:
        pass
atexit.register(forever)
print('done')

# case: decimal of huge precision
# expect: limit fuel
import decimal
decimal.getcontext().prec = 10_000_000
decimal.Decimal(2).sqrt()

# case: fraction power
# expect: limit fuel
from fractions import Fraction
x = Fraction(3, 7)
while True:
    x = x * x + Fraction(1, 3)

# case: compress without end
# expect: limit fuel
import zlib
data = bytes(range(256)) * 4000
while True:
    zlib.compress(data, 9)

# case: hash without end
# expect: limit fuel
import hashlib
while True:
    hashlib.sha256(b'x' * 1_000_000)

# case: password hash with many rounds
# expect: raises AttributeError: module 'hashlib' has no attribute 'pbkdf2_hmac'
import hashlib
hashlib.pbkdf2_hmac('sha256', b'x', b'y', 100_000_000)

# case: random bytes without end
# expect: limit fuel
import os
while True:
    os.urandom(10_000_000)

# case: system calls without end
# expect: limit fuel
import os
while True:
    os.stat('sales.csv')

# case: listing without end
# expect: limit fuel
import os
while True:
    os.listdir('.')
