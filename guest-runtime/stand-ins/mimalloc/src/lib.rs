//! Nothing: polars-python names mimalloc for targets that are not Unix, but uses it only with its
//! feature `allocator`, which the guest leaves off. The real crate would compile C.
