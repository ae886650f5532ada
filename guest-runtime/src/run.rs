//! Runs one job in the booted interpreter.

use std::collections::BTreeMap;

use glovebox_sdk::{CONTRACT_VERSION, Ending, Fault, Job, Mode};
use pyo3::{exceptions::PyValueError, prelude::*, types::PyString};

use crate::wire;

/// What a warm-up runs: the way from a script's text to something printed.
const WARM_UP: &str = "print(1 + 1)\n";

/// Runs a trivial script. Whatever it tells is dropped by the host; a later job finds nothing of it.
pub fn warm() {
    let job = Job {
        version: CONTRACT_VERSION,
        mode: Mode::Run,
        script_name: "warm_up.py".to_owned(),
        script: WARM_UP.to_owned(),
        inputs: Vec::new(),
        parameters: BTreeMap::new(),
        seed: 0,
        clock_unix_ms: 0,
        displayed_rows: 0,
    };
    // Nothing hangs on how it ends: a run that follows makes everything it needs itself.
    let _ = Python::with_gil(|py| attempt(&job, py));
}

/// Takes the job, runs it, and says how it ended.
pub fn run() -> Ending {
    let job = match wire::job() {
        Ok(job) => job,
        Err(message) => return Ending::Refused { message },
    };
    if job.version != CONTRACT_VERSION {
        return Ending::Refused {
            message: format!(
                "the job speaks version {} of the contract and this guest version {CONTRACT_VERSION}; \
                 build host and guest from the same sources",
                job.version
            ),
        };
    }
    Python::with_gil(|py| attempt(&job, py).unwrap_or_else(|error| describe(&job, &error, py)))
}

/// Runs the script, or only compiles it. An error is one of compiling, or of our own Python code.
fn attempt(job: &Job, py: Python<'_>) -> PyResult<Ending> {
    let run = surroundings("run", py)?;
    let (script, name) = (job.script.as_str(), job.script_name.as_str());
    let code = run.call_method1("compile_script", (script, name))?;
    if job.mode == Mode::Check {
        return Ok(Ending::Done { result: None });
    }
    let parameters = serde_json::to_string(&job.parameters).expect("parameters came as JSON");
    run.call_method1("begin", (job.seed, parameters, job.displayed_rows, script, name))?;
    let ended = run.call_method1("execute", (code, script, name))?;
    let (result, fault): (Bound<'_, PyAny>, Option<String>) = ended.extract()?;
    Ok(match fault {
        Some(fault) => Ending::Fault(serde_json::from_str(&fault).map_err(|error| {
            PyValueError::new_err(format!("what is told of the exception cannot be read: {error}"))
        })?),
        None if result.is_none() => Ending::Done { result: None },
        None => Ending::Done {
            result: Some(text(&result)?),
        },
    })
}

/// What `_glovebox.fault` makes of an exception. A bare `sys.exit()` is a good end.
fn describe(job: &Job, error: &PyErr, py: Python<'_>) -> Ending {
    let told = surroundings("fault", py).and_then(|fault| {
        let described = (error.value(py), job.script_name.as_str(), job.script.as_str());
        fault.call_method1("describe", described)
    });
    match told {
        Ok(told) if told.is_none() => Ending::Done { result: None },
        Ok(told) => text(&told)
            .ok()
            .and_then(|json| serde_json::from_str(&json).ok())
            .map_or_else(|| Ending::Fault(bare(error, py)), Ending::Fault),
        Err(_) => Ending::Fault(bare(error, py)),
    }
}

/// A module of the Python half's package `_glovebox`, which is imported at boot. A script may have removed it from
/// `sys.modules`; it is then imported again.
fn surroundings<'py>(module: &str, py: Python<'py>) -> PyResult<Bound<'py, PyModule>> {
    py.import(format!("_glovebox.{module}").as_str())
}

/// A Python text as UTF-8. Lone surrogates, which UTF-8 has not, become question marks.
fn text(object: &Bound<'_, PyAny>) -> PyResult<String> {
    let bytes = object.str()?.call_method1("encode", ("utf-8", "replace"))?;
    Ok(String::from_utf8_lossy(bytes.extract()?).into_owned())
}

/// What can be said of an exception whose description failed.
fn bare(error: &PyErr, py: Python<'_>) -> Fault {
    let kind = error
        .get_type(py)
        .name()
        .map(|name: Bound<'_, PyString>| name.to_string());
    Fault {
        kind: kind.unwrap_or_else(|_| "Exception".to_owned()),
        message: text(error.value(py)).unwrap_or_default(),
        line: None,
        column: None,
        traceback: String::new(),
        hint: None,
    }
}
