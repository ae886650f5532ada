pub(crate) use _chart::module_def;

#[rustpython_vm::pymodule]
mod _chart {
}
