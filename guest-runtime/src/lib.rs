pub use {rustpython_vm, rustpython_stdlib, rustpython_pylib, polars, polars_io, plotters, resvg, png, dejavu, strsim, serde_json};
