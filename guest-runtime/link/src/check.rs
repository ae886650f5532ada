//! Checks that a module is valid, with all processors.

use anyhow::{Context, Result};
use rayon::prelude::*;
use wasmparser::{FuncValidatorAllocations, Parser, ValidPayload, Validator, WasmFeatures};

/// Fails where `wasm` is no valid module, or asks an engine for more than exceptions, tail calls and relaxed SIMD
/// beside WebAssembly 2.0: constant expressions with arithmetic, for one, must be gone after a merge.
pub fn check(wasm: &[u8]) -> Result<()> {
    let features =
        WasmFeatures::WASM2 | WasmFeatures::TAIL_CALL | WasmFeatures::RELAXED_SIMD | WasmFeatures::EXCEPTIONS;
    let mut validator = Validator::new_with_features(features);
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("the module is broken")?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload).context("the module is not valid")? {
            functions.push((function, body));
        }
    }
    let results =
        functions
            .into_par_iter()
            .map_init(FuncValidatorAllocations::default, |allocations, (function, body)| {
                let mut validator = function.into_validator(std::mem::take(allocations));
                let result = validator.validate(&body);
                let index = validator.index();
                *allocations = validator.into_allocations();
                result.with_context(|| format!("function {index} is not valid"))
            });
    results.collect()
}
