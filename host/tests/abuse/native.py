# Edges of numpy, pandas, scipy and scikit-learn that reach native code.

# case: strides beyond the array
# expect: crash: 
import numpy as np
a = np.lib.stride_tricks.as_strided(np.arange(3.0), shape=(10 ** 6, 100), strides=(1 << 20, 8))
a.sum()

# case: strides backwards
# expect: prints ok
import numpy as np
a = np.lib.stride_tricks.as_strided(np.arange(3.0), shape=(3,), strides=(-8,))
a.tolist()
print('ok')

# case: array over a pointer
# expect: crash: 
import numpy as np
class P:
    __array_interface__ = {'shape': (100,), 'typestr': '<f8', 'data': (0xfffff000, False), 'version': 3}
np.asarray(P()).sum()

# case: array over a null pointer is written
# expect: prints ok
import numpy as np
class P:
    __array_interface__ = {'shape': (4,), 'typestr': '<f8', 'data': (64, False), 'version': 3}
np.asarray(P()).tolist()
print('ok')

# case: buffer too small
# expect: raises ValueError
import numpy as np
np.frombuffer(b'abc', dtype='f8')

# case: buffer with an offset beyond
# expect: raises ValueError
import numpy as np
np.frombuffer(bytes(80), dtype='f8', offset=1000)

# case: ndarray with a wrong buffer
# expect: raises TypeError
import numpy as np
np.ndarray((100,), 'f8', buffer=bytes(10))

# case: ndarray with strides beyond its buffer
# expect: raises ValueError
import numpy as np
np.ndarray((100,), 'f8', buffer=bytes(800), strides=(10 ** 6,))

# case: ctypeslib
# expect: raises OSError: no file with expected extension
import numpy as np
np.ctypeslib.load_library('libc', '/lib')

# case: read only array made writable
# expect: raises ValueError
import numpy as np
a = np.frombuffer(bytes(8), 'u1')
a.flags.writeable = True

# case: index beyond
# expect: raises IndexError
import numpy as np
np.arange(3)[np.array([2 ** 31 - 1])]

# case: take beyond in raise mode
# expect: raises IndexError
import numpy as np
np.take(np.arange(3), [10 ** 6])

# case: choose of too many
# expect: raises ValueError
import numpy as np
np.choose([5], [[1], [2]])

# case: shape with negative sizes
# expect: raises ValueError
import numpy as np
np.zeros((-1, 3))

# case: too many dimensions
# expect: raises ValueError
import numpy as np
np.zeros((1,) * 100)

# case: dtype with overlapping fields
# expect: raises TypeError
import numpy as np
np.dtype({'names': ['a', 'b'], 'formats': ['O', 'i8'], 'offsets': [0, 2]})

# case: objects made from bytes
# expect: raises ValueError
import numpy as np
np.frombuffer(bytes(8), dtype=object)

# case: bytes viewed as objects
# expect: raises TypeError
import numpy as np
np.arange(4, dtype='i4').view(object)

# case: huge dtype
# expect: raises ValueError
import numpy as np
np.dtype((np.void, 1 << 40))

# case: file of pickled objects
# expect: raises ValueError: allow_pickle
import numpy as np
np.save('x.npy', np.array([print], dtype=object), allow_pickle=True)
np.load('x.npy')

# case: file with a header that lies
# expect: raises MemoryError: Unable to allocate 7.28 TiB for an array with shap
import io
import numpy as np
head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
np.load(io.BytesIO(b'\x93NUMPY\x01\x00' + len(head).to_bytes(2, 'little') + head))

# case: file with a header that is code
# expect: raises ValueError
import io
import numpy as np
head = b"__import__('os').system('id')"
np.load(io.BytesIO(b'\x93NUMPY\x01\x00' + len(head).to_bytes(2, 'little') + head))

# case: einsum that is wrong
# expect: raises ValueError
import numpy as np
np.einsum('ij,jk->' + 'z' * 100, np.eye(3), np.eye(3))

# case: convolution without end
# expect: limit fuel
import numpy as np
np.convolve(np.ones(1_000_000), np.ones(500_000))

# case: sort of nan and infinities
# expect: prints [-inf, 1.0, inf, nan]
import numpy as np
print(np.sort([np.nan, np.inf, 1, -np.inf]).tolist())

# case: singular matrix
# expect: raises LinAlgError
import numpy as np
np.linalg.inv(np.zeros((3, 3)))

# case: matrix of nan decomposed
# expect: raises LinAlgError
import numpy as np
np.linalg.svd(np.full((3, 3), np.nan))

# case: integer division by zero
# expect: prints [0]
import numpy as np
print((np.array([1]) // np.array([0])).tolist())

# case: smallest integer divided by minus one
# expect: prints [-9223372036854775808]
import numpy as np
print((np.array([-2 ** 63]) // np.array([-1])).tolist())

# case: query that calls
# expect: raises FileNotFoundError
import pandas as pd
pd.DataFrame({'a': [1]}).query("@pd.io.common.os.open('/etc/passwd', 0)")

# case: query with double underscores
# expect: raises ValueError: "__import__" is not a supported function
import pandas as pd
pd.DataFrame({'a': [1]}).query("__import__('os').system('id')")

# case: eval in pandas
# expect: raises UndefinedVariableError
import pandas as pd
pd.eval("nothing + 1")

# case: pandas reads a pickle that calls
# expect: raises FileNotFoundError
import pandas as pd
open('x.pkl', 'wb').write(b"cbuiltins\nopen\n(V/etc/passwd\ntR.")
pd.read_pickle('x.pkl')

# case: categories with codes beyond
# expect: raises ValueError
import pandas as pd
pd.Categorical.from_codes([5], ['a'])

# case: multi index with codes beyond
# expect: raises ValueError
import pandas as pd
pd.MultiIndex([['a']], [[9]])

# case: time stamps beyond their range
# expect: raises OutOfBoundsDatetime
import pandas as pd
pd.Timestamp(10 ** 30)

# case: sparse matrix with indices beyond
# expect: raises ValueError
import numpy as np, scipy.sparse as s
s.csr_matrix((np.ones(1), np.array([10 ** 6]), np.array([0, 1])), shape=(1, 1)).check_format()

# case: sparse matrix with pointers beyond is multiplied
# expect: raises ValueError
import numpy as np, scipy.sparse as s
m = s.csr_matrix((np.ones(1), np.array([0]), np.array([0, 10 ** 6])), shape=(1, 1))
m @ np.ones(1)

# case: sparse matrix with negative indices
# expect: raises ValueError
import numpy as np, scipy.sparse as s
s.coo_matrix((np.ones(1), ([-5], [0])), shape=(1, 1))

# case: singular sparse system
# expect: raises RuntimeError
import numpy as np, scipy.sparse as s, scipy.sparse.linalg as l
l.splu(s.csc_matrix((3, 3)))

# case: integral of a function that loops
# expect: limit fuel
from scipy.integrate import quad
def f(x):
    while True:
        pass
quad(f, 0, 1)

# case: function of a solver that raises
# expect: raises KeyError
from scipy.optimize import minimize
def f(x):
    raise KeyError('x')
minimize(f, [1.0])

# case: neighbours of nothing
# expect: raises ValueError
from sklearn.neighbors import NearestNeighbors
NearestNeighbors(n_neighbors=5).fit([[1.0]]).kneighbors([[1.0]])

# case: clusters of nan
# expect: raises ValueError
from sklearn.cluster import KMeans
KMeans(2).fit([[float('nan')], [1.0]])

# case: tree with a wild state
# expect: raises ValueError
# limits: fuel=20000000000
import numpy as np
from sklearn.tree import DecisionTreeClassifier
t = DecisionTreeClassifier().fit([[0], [1]], [0, 1]).tree_
state = t.__getstate__()
state['nodes'] = state['nodes'][:1]
t.__setstate__(state)
