"""What scipy does differently here: it factors sparse matrices as dense ones, since its SuperLU fails in WebAssembly, and
one function of its newest version is mended."""

import types

import numpy
from scipy import linalg, sparse, stats
from scipy.sparse.linalg._dsolve import linsolve
from scipy.stats import _stats_py

#: Unknowns of a sparse system: its dense factors take eight bytes for each pair, 200 MB in all.
UNKNOWNS_MAX = 5_000


def install():
    linsolve._superlu = types.SimpleNamespace(gssv=gssv, gstrf=gstrf, gstrs=gstrs)
    _stats_py._parse_kstest_args = kstest_arguments(_stats_py._parse_kstest_args)


def kstest_arguments(parse):
    """Lets `kstest(x, "norm", args=(mean, deviation))` take its arguments, which scipy 1.18.1 hands to `special.ndtr`."""

    def parse_with_arguments(data1, data2, args, N):
        if args and isinstance(data2, str) and data2 == "norm":
            data2 = stats.norm.cdf
        return parse(data1, data2, args, N)

    return parse_with_arguments


class Factors:
    """What `splu` and `spilu` return: `Pr @ A = L @ U`, with the columns in their order."""

    def __init__(self, matrix, packed, pivots, construct):
        self.shape = matrix.shape
        self._packed, self._pivots, self._construct = packed, pivots, construct
        order = numpy.arange(self.shape[0], dtype=numpy.intc)
        for row, other in enumerate(pivots):
            order[[row, other]] = order[[other, row]]
        self.perm_r = numpy.argsort(order).astype(numpy.intc)
        self.perm_c = numpy.arange(self.shape[1], dtype=numpy.intc)

    @property
    def L(self):
        return self._sparse(numpy.tril(self._packed, -1) + numpy.eye(self.shape[0], dtype=self._packed.dtype))

    @property
    def U(self):
        return self._sparse(numpy.triu(self._packed))

    @property
    def nnz(self):
        return self.L.nnz + self.U.nnz

    def solve(self, rhs, trans="N"):
        """Solves `A x = rhs`, or with `trans` of "T" or "H" the transposed or adjoint system."""
        return linalg.lu_solve((self._packed, self._pivots), rhs, trans={"N": 0, "T": 1, "H": 2}[trans])

    def _sparse(self, dense):
        found = sparse.csc_array(dense)
        return self._construct((found.data, found.indices, found.indptr), shape=self.shape)


def gstrf(size, nnz, data, indices, indptr, csc_construct_func=sparse.csc_array, ilu=False, options=None):
    matrix = sparse.csc_array((data, indices, indptr), shape=(size, size))
    packed, pivots = factors(matrix)
    if (packed.diagonal() == 0).any():
        raise RuntimeError("Factor is exactly singular")
    return Factors(matrix, packed, pivots, csc_construct_func)


def gssv(size, nnz, data, indices, indptr, right, columns_first, options=None):
    kind = sparse.csc_array if columns_first else sparse.csr_array
    packed, pivots = factors(kind((data, indices, indptr), shape=(size, size)))
    singular = numpy.flatnonzero(packed.diagonal() == 0)
    if singular.size:
        return numpy.array(right, dtype=packed.dtype), int(singular[0]) + 1
    return linalg.lu_solve((packed, pivots), right), 0


def gstrs(trans, size, l_nnz, l_data, l_indices, l_indptr, u_size, u_nnz, u_data, u_indices, u_indptr, right):
    lower = dense(sparse.csc_array((l_data, l_indices, l_indptr), shape=(size, size)))
    upper = dense(sparse.csc_array((u_data, u_indices, u_indptr), shape=(size, size)))
    if (lower.diagonal() == 0).any() or (upper.diagonal() == 0).any():
        return right, 1
    steps = [(lower, True), (upper, False)]
    how = {"N": 0, "T": 1, "H": 2}[trans]
    for matrix, is_lower in steps if how == 0 else reversed(steps):
        right = linalg.solve_triangular(matrix, right, lower=is_lower, trans=how)
    return right, 0


def factors(matrix):
    """LAPACK's `getrf` of a sparse matrix, without its warning of a singular one."""
    packed, pivots, _ = linalg.get_lapack_funcs(("getrf",), (matrix.data,))[0](dense(matrix))
    return packed, pivots


def dense(matrix):
    if matrix.shape[0] > UNKNOWNS_MAX:
        raise MemoryError(
            f"sparse systems are solved directly up to {UNKNOWNS_MAX} unknowns here, and this one has "
            f"{matrix.shape[0]}; use scipy.sparse.linalg.cg, minres, gmres or lsqr"
        )
    return matrix.toarray()
