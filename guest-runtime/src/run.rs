//! Runs one job in the booted interpreter.

use glovebox_sdk::{CONTRACT_VERSION, Ending, Fault, Job, Mode};
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef, compiler};

use crate::{boot, wire};

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
    boot::with_interpreter(|interpreter| {
        interpreter.enter(|vm| match attempt(&job, vm) {
            Ok(result) => Ending::Done { result },
            Err(error) => describe(&job, &error, vm),
        })
    })
}

/// Runs the script; answers the text of its last expression's value.
fn attempt(job: &Job, vm: &VirtualMachine) -> PyResult<Option<String>> {
    let code = vm
        .compile(&job.script, compiler::Mode::BlockExpr, job.script_name.as_str())
        .map_err(|error| error.into_pyexception(vm, Some(&job.script)))?;
    if job.mode == Mode::Check {
        return Ok(None);
    }
    let parameters = serde_json::to_string(&job.parameters).expect("parameters came as JSON");
    let begin = surroundings("run", "begin", vm)?;
    begin.call(
        (
            job.seed,
            parameters,
            job.displayed_rows,
            job.script.as_str(),
            job.script_name.as_str(),
        ),
        vm,
    )?;
    let value = vm.run_code_obj(code, vm.new_scope_with_main()?)?;
    // As in a notebook, a closing semicolon keeps the value from being shown.
    let value = if job.script.trim_end().ends_with(';') {
        vm.ctx.none()
    } else {
        value
    };
    let result = surroundings("run", "end", vm)?.call((value,), vm)?;
    if vm.is_none(&result) {
        Ok(None)
    } else {
        Ok(Some(text(&result, vm)?))
    }
}

/// What `_glovebox.fault` makes of an exception. A bare `sys.exit()` is a good end.
fn describe(job: &Job, error: &PyBaseExceptionRef, vm: &VirtualMachine) -> Ending {
    let told = surroundings("fault", "describe", vm)
        .and_then(|describe| describe.call((error.clone(), job.script_name.as_str(), job.script.as_str()), vm));
    match told {
        Ok(told) if vm.is_none(&told) => Ending::Done { result: None },
        Ok(told) => text(&told, vm)
            .ok()
            .and_then(|json| serde_json::from_str(&json).ok())
            .map_or_else(|| Ending::Fault(bare(error, vm)), Ending::Fault),
        Err(_) => Ending::Fault(bare(error, vm)),
    }
}

/// A function of the Python half's package `_glovebox`, which is imported at boot.
fn surroundings(module: &str, function: &str, vm: &VirtualMachine) -> PyResult {
    let modules = vm.sys_module.get_attr("modules", vm)?;
    let module = modules.get_item(format!("_glovebox.{module}").as_str(), vm)?;
    module.get_attr(&vm.ctx.new_str(function), vm)
}

fn text(object: &PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    Ok(object.str(vm)?.to_string_lossy().into_owned())
}

/// What can be said of an exception whose description failed.
fn bare(error: &PyBaseExceptionRef, vm: &VirtualMachine) -> Fault {
    let message = text(&error.as_object().to_owned(), vm).unwrap_or_default();
    Fault {
        kind: error.class().name().to_string(),
        message,
        line: None,
        column: None,
        traceback: String::new(),
        hint: None,
    }
}
