//! The command line of the guest's linker.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::{Args, Parser};
use glovebox_guest_link::{Library, Module, Options, check, merge, needs, placeholder};

/// Links position-independent WebAssembly libraries into a static module.
#[derive(Parser)]
#[command(version)]
enum Command {
    /// Write an object that reserves the room of a library's data, to link a program with
    Placeholder {
        /// The library
        library: PathBuf,
        /// The object to write
        object: PathBuf,
    },
    /// Print what libraries want of a program, one `KIND NAME` a line; KIND is function, data, global or tag
    Needs(Libraries),
    /// Make one module of a program and its libraries
    Merge(Merge),
}

/// Libraries are taken in the order: reserved ones, libraries, modules, then the lines of the list.
#[derive(Args)]
struct Libraries {
    /// A library whose data lies where the program was linked with its placeholder
    #[arg(long = "base-library", value_name = "LIB")]
    base: Vec<PathBuf>,
    /// A library whose data goes behind the program's
    #[arg(long = "library", value_name = "LIB")]
    library: Vec<PathBuf>,
    /// A library that is a Python extension module
    #[arg(long = "module", value_name = "DOTTED.NAME=LIB")]
    module: Vec<String>,
    /// A file with more of both, one `LIB` or `DOTTED.NAME=LIB` a line
    #[arg(long = "libraries", value_name = "FILE")]
    list: Option<PathBuf>,
}

#[derive(Args)]
struct Merge {
    /// The program, which imports `__absorb_init` from `env` and calls it before it uses a library
    program: PathBuf,
    #[command(flatten)]
    libraries: Libraries,
    /// Keep an export of the program even though a library imports it
    #[arg(long, value_name = "NAME")]
    export: Vec<String>,
    /// Let a function trap when called where nobody defines it, or with another type
    #[arg(long, value_name = "NAME")]
    trap: Vec<String>,
    /// A file of names, one a line, that nobody needs to define: functions trap when called, data is null
    #[arg(long, value_name = "FILE")]
    allow_missing: Option<PathBuf>,
    /// Keep the names of functions
    #[arg(long)]
    names: bool,
    /// The module to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// A library's file, and what the command line says of it.
struct Input {
    bytes: Vec<u8>,
    name: String,
    reserved: bool,
    python_name: Option<String>,
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Placeholder { library, object } => {
            let input = Input::read(&library, true, None)?;
            let made = placeholder(&Module::parse(&*input.name, &input.bytes)?)?;
            write(&object, &made)
        }
        Command::Needs(libraries) => {
            let inputs = libraries.read()?;
            let modules = inputs.iter().map(|input| Module::parse(&*input.name, &input.bytes));
            for need in needs(&modules.collect::<Result<Vec<_>>>()?)? {
                println!("{need}");
            }
            Ok(())
        }
        Command::Merge(command) => command.run(),
    }
}

impl Merge {
    fn run(self) -> Result<()> {
        let program = Input::read(&self.program, false, None)?;
        let inputs = self.libraries.read()?;
        let mut libraries = Vec::new();
        for input in &inputs {
            let module = Module::parse(&*input.name, &input.bytes)?;
            libraries.push(Library {
                module,
                reserved: input.reserved,
                python_name: input.python_name.clone(),
            });
        }
        let allow_missing = match &self.allow_missing {
            Some(path) => lines(path)?.into_iter().collect(),
            None => HashSet::new(),
        };
        let options = Options {
            trap: self.trap.into_iter().collect(),
            allow_missing,
            exports: self.export.into_iter().collect(),
            names: self.names,
        };
        let merged = merge(Module::parse(&*program.name, &program.bytes)?, libraries, &options)?;
        check(&merged.wasm)?;
        write(&self.output, &merged.wasm)?;
        for (name, askers) in &merged.trapping {
            eprintln!("missing: {name}, imported by {}", askers.join(", "));
        }
        eprintln!(
            "{}: {:.1} MB, {} libraries, {} functions ({} left empty), {} table slots, {:.1} MB of memory",
            self.output.display(),
            merged.wasm.len() as f64 / 1e6,
            inputs.len(),
            merged.functions,
            merged.unreached,
            merged.table,
            (merged.memory_pages * 65536) as f64 / 1e6,
        );
        Ok(())
    }
}

impl Libraries {
    fn read(&self) -> Result<Vec<Input>> {
        let mut inputs = Vec::new();
        for path in &self.base {
            inputs.push(Input::read(path, true, None)?);
        }
        for path in &self.library {
            inputs.push(Input::read(path, false, None)?);
        }
        for line in &self.module {
            let (name, path) = line
                .split_once('=')
                .with_context(|| format!("{line} is not DOTTED.NAME=LIB"))?;
            inputs.push(Input::read(Path::new(path), false, Some(name))?);
        }
        if let Some(list) = &self.list {
            for line in lines(list)? {
                inputs.push(match line.split_once('=') {
                    Some((name, path)) => Input::read(Path::new(path), false, Some(name))?,
                    None => Input::read(Path::new(&line), false, None)?,
                });
            }
        }
        Ok(inputs)
    }
}

impl Input {
    fn read(path: &Path, reserved: bool, python_name: Option<&str>) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path
            .file_stem()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            bytes,
            name,
            reserved,
            python_name: python_name.map(Into::into),
        })
    }
}

/// The lines of a list, but for empty ones and those that start with `#`.
fn lines(path: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(Into::into).collect())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
