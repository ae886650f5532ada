# What could differ from one run to the next: randomness, time, order and addresses.

# case: random numbers
# expect: prints 0.8444218515250481
import random
print(random.random())

# case: random numbers of a new generator
# expect: prints 0.3161179972669531
import random
print(random.Random().random())

# case: system random numbers
# expect: prints 785251082
import random
print(random.SystemRandom().randint(0, 10 ** 9))

# case: random bytes of the system
# expect: prints bb37ec28ab2a6325
import os
print(os.urandom(8).hex())

# case: secrets
# expect: prints bb37ec28ab2a6325
import secrets
print(secrets.token_hex(8))

# case: random uuid
# expect: prints bb37ec28-ab2a-4325-bb7a-31ecf73c6d6f
import uuid
print(uuid.uuid4())

# case: numpy's random numbers
# expect: prints 862585782
import numpy as np
print(np.random.default_rng().integers(0, 10 ** 9))

# case: numpy's old random numbers
# expect: prints 209652396
import numpy as np
print(np.random.randint(0, 10 ** 9))

# case: polars' sample
# expect: prints [35, 52, 93]
import polars as pl
print(pl.DataFrame({'a': range(100)}).sample(3)['a'].to_list())

# case: polars' shuffle
# expect: prints [3, 7, 9, 6, 0, 5, 4, 2, 1, 8]
import polars as pl
print(pl.Series(range(10)).shuffle().to_list())

# case: pandas' sample
# expect: prints [26, 86, 2]
import pandas as pd
print(list(pd.Series(range(100)).sample(3)))

# case: hash of text
# expect: prints -1600925533
print(hash('abc'))

# case: hash of bytes
# expect: prints -1600925533
print(hash(b'abc'))

# case: order of a set of texts
# expect: prints ['centre', 'south', 'north', 'west', 'east']
print(list({'west', 'east', 'north', 'south', 'centre'}))

# case: address of an object
# expect: prints True True
print(id(object()) == id(object()), hash(object()) != 0)

# case: now
# expect: prints 2026-01-01 00:00:00
import datetime
print(datetime.datetime.now())

# case: today
# expect: prints 2026-01-01
import datetime
print(datetime.date.today())

# case: local time
# expect: prints 2026-01-01 00:00:00 UTC
import time
print(time.strftime('%Y-%m-%d %H:%M:%S %Z'))

# case: pandas now
# expect: prints 2026-01-01 00:00:00
import pandas as pd
print(pd.Timestamp.now())

# case: monotonic clock
# expect: prints 1e-06
import time
print(time.monotonic())

# case: time of an input
# expect: prints 1767225600.0
import os
print(os.stat('sales.csv').st_mtime)

# case: time of an own file
# expect: prints 1767225600.0 1767225600.0
import os
open('x', 'w').close()
print(os.stat('x').st_mtime, os.stat('x').st_ctime)

# case: inode of an input
# expect: prints 2 1
import os
print(os.stat('sales.csv').st_ino, os.stat('sales.csv').st_dev)

# case: owner of an input
# expect: prints 0 1
import os
print(os.stat('sales.csv').st_uid, os.stat('sales.csv').st_nlink)

# case: order of a folder
# expect: prints ['a', 'b', 'c', 'd', 'sales.csv']
import os
for name in 'dbca':
    open(name, 'w').close()
print(sorted(os.listdir('.')))

# case: order of a folder as it comes
# expect: prints ['a', 'b', 'c', 'd', 'sales.csv']
import os
for name in 'dbca':
    open(name, 'w').close()
print(os.listdir('.'))

# case: process number
# expect: prints 1
import os
print(os.getpid())

# case: name of a temporary file
# expect: prints loh2uv6i
import tempfile
print(next(tempfile._get_candidate_names()))

# case: order of groups in polars
# expect: prints [1, 2, 3]
import polars as pl
print(pl.DataFrame({'a': [3, 1, 2, 3, 1]}).group_by('a').len()['a'].to_list())

# case: hash in polars
# expect: prints [4247018831278168799, 11571397253050139204]
import polars as pl
print(pl.Series(['a', 'b']).hash().to_list())

# case: order of unique values in polars
# expect: prints ['b', 'a', 'c']
import polars as pl
print(pl.Series(['c', 'a', 'b', 'a']).unique().to_list())

# case: k means
# expect: prints [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
# limits: fuel=20000000000
from sklearn.cluster import KMeans
import numpy as np
print(KMeans(2, n_init=1).fit(np.arange(10.0).reshape(-1, 1)).labels_.tolist())

# case: counts of the collector
# expect: prints True
import gc
print(gc.collect() >= 0)

# case: environment
# expect: prints []
import os
print(sorted(os.environ))

# case: arguments of the program
# expect: prints ['abuse.py']
import sys
print(sys.argv)

# case: floating point sums
# expect: prints 0.30000000000000004
print(0.1 + 0.2)

# case: nan's bits
# expect: prints 000000000000f8ff
import struct
print(struct.pack('<d', float('inf') - float('inf')).hex())
