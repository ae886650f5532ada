/* blas.c asks for numpy's headers; gemm.c says what it needs of them. */
