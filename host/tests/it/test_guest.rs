//! Small guests that speak the contract, for asking the sandbox anything that a hostile one would.
//!
//! A guest is put together from calls. Each call's errno is printed on a line of its own, so a test compares the whole
//! output with the errnos it expects.

use std::fmt::Write;

pub const DATA: u32 = 3;
pub const OUT: u32 = 4;

pub const CREATE: u32 = 1;
pub const FOLDER: u32 = 2;
pub const TRUNCATE: u32 = 8;

pub const READ: u64 = 1 << 1;
pub const WRITE: u64 = 1 << 6;

const TEXTS_AT: usize = 4096;
const DONE: &str = r#"{"ending":{"done":{"result":null}}}"#;

/// An error of the script's with this message.
fn fault(message: &str) -> String {
    format!(
        r#"{{"ending":{{"fault":{{"type":"OSError","message":"{message}","line":1,"column":null,"traceback":"","hint":null}}}}}}"#
    )
}

const PRELUDE: &str = r#"
  (import "glovebox" "take_job" (func $take_job (param i32 i32) (result i32)))
  (import "glovebox" "emit" (func $emit (param i32 i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory" (func $path_remove_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $path_unlink_file (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_link" (func $path_link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $fd_filestat_set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_allocate" (func $fd_allocate (param i32 i64 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept" (func $sock_accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (type $nothing (func))
  (table (export "table") 1 funcref)
  (func $write (param $fd i32) (param $at i32) (param $length i32) (result i32)
    (i32.store (i32.const 32) (local.get $at))
    (i32.store (i32.const 36) (local.get $length))
    (call $fd_write (local.get $fd) (i32.const 32) (i32.const 1) (i32.const 40)))
  (func $print (param $at i32) (param $length i32)
    (drop (call $write (i32.const 1) (local.get $at) (local.get $length))))
  ;; Prints a number of up to ten digits and a line break, built backwards from address 63.
  (func $number (param $n i32) (local $at i32)
    (local.set $at (i32.const 63))
    (i32.store8 (local.get $at) (i32.const 10))
    (loop $digits
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $n) (i32.const 10))))
      (br_if $digits (local.tee $n (i32.div_u (local.get $n) (i32.const 10)))))
    (call $print (local.get $at) (i32.sub (i32.const 64) (local.get $at))))
"#;

/// A guest under construction. The descriptor that was opened last is remembered.
#[derive(Clone)]
pub struct TestGuest {
    version: i32,
    pages: u32,
    texts: Vec<u8>,
    code: String,
    functions: String,
    ending: String,
}

impl TestGuest {
    pub fn new() -> Self {
        Self {
            version: glovebox_sdk::CONTRACT_VERSION.cast_signed(),
            pages: 4,
            texts: Vec::new(),
            code: String::new(),
            functions: String::new(),
            ending: DONE.to_owned(),
        }
    }

    /// Claims to speak another version of the contract.
    pub fn version(mut self, version: i32) -> Self {
        self.version = version;
        self
    }

    /// Ends with a fault of the script's.
    pub fn ends_in_fault(self) -> Self {
        self.ends_in_fault_of("it failed")
    }

    /// Ends with a fault of the script's with this message.
    pub fn ends_in_fault_of(mut self, message: &str) -> Self {
        self.ending = fault(message);
        self
    }

    /// Ends without a word.
    pub fn ends_silently(mut self) -> Self {
        self.ending = String::new();
        self
    }

    /// Adds instructions as they are.
    pub fn wat(mut self, code: &str) -> Self {
        self.code.push_str(code);
        self.code.push('\n');
        self
    }

    /// Adds a whole function.
    pub fn function(mut self, function: &str) -> Self {
        self.functions.push_str(function);
        self
    }

    /// Loops for ever.
    pub fn spin(self) -> Self {
        self.wat("(loop $spin (br $spin))")
    }

    /// Calls a WASI function with these arguments and prints its errno.
    pub fn call(self, name: &str, arguments: &str) -> Self {
        self.wat(&format!("(call $number (call ${name} {arguments}))"))
    }

    /// Calls a WASI function on a path below the open folder `fd`.
    pub fn path(mut self, name: &str, fd: u32, path: &str) -> Self {
        let path = self.text(path);
        self.call(name, &format!("(i32.const {fd}) {path}"))
    }

    /// Asks what a path is; the answer lies at address 1,800.
    pub fn path_stat(mut self, fd: u32, path: &str) -> Self {
        let path = self.text(path);
        self.call(
            "path_filestat_get",
            &format!("(i32.const {fd}) (i32.const 0) {path} (i32.const 1800)"),
        )
    }

    /// Calls a WASI function on two paths below the open folders.
    pub fn two_paths(mut self, name: &str, (from_fd, from): (u32, &str), (to_fd, to): (u32, &str)) -> Self {
        let (from, to) = (self.text(from), self.text(to));
        let lookup = if name == "path_link" { "(i32.const 0)" } else { "" };
        self.call(
            name,
            &format!("(i32.const {from_fd}) {lookup} {from} (i32.const {to_fd}) {to}"),
        )
    }

    pub fn symlink(mut self, target: &str, fd: u32, path: &str) -> Self {
        let (target, path) = (self.text(target), self.text(path));
        self.call("path_symlink", &format!("{target} (i32.const {fd}) {path}"))
    }

    pub fn open(mut self, fd: u32, path: &str, flags: u32, rights: u64) -> Self {
        let path = self.text(path);
        self.call(
            "path_open",
            &format!(
                "(i32.const {fd}) (i32.const 0) {path} (i32.const {flags}) (i64.const {rights}) (i64.const 0) \
                 (i32.const 0) (i32.const 16)"
            ),
        )
    }

    /// Calls a WASI function on the descriptor that was opened last.
    pub fn opened(self, name: &str, arguments: &str) -> Self {
        self.call(name, &format!("(i32.load (i32.const 16)) {arguments}"))
    }

    pub fn write(mut self, text: &str) -> Self {
        let text = self.text(text);
        self.wat(&format!(
            "(call $number (call $write (i32.load (i32.const 16)) {text}))"
        ))
    }

    /// Reads up to 1,000 bytes from the descriptor that was opened last and prints them.
    pub fn read(self) -> Self {
        self.wat("(i32.store (i32.const 32) (i32.const 2048)) (i32.store (i32.const 36) (i32.const 1000))")
            .opened("fd_read", "(i32.const 32) (i32.const 1) (i32.const 44)")
            .wat("(call $print (i32.const 2048) (i32.load (i32.const 44)))")
    }

    pub fn print(mut self, text: &str) -> Self {
        let text = self.text(text);
        self.wat(&format!("(call $print {text})"))
    }

    /// Sends bytes as a message.
    pub fn emit(mut self, json: &str) -> Self {
        let json = self.text(json);
        self.wat(&format!("(call $emit {json})"))
    }

    pub fn print_forever(mut self, text: &str) -> Self {
        let text = self.text(text);
        self.wat(&format!("(loop $again (call $print {text}) (br $again))"))
    }

    pub fn emit_forever(mut self, json: &str) -> Self {
        let json = self.text(json);
        self.wat(&format!("(loop $again (call $emit {json}) (br $again))"))
    }

    /// Sleeps on the monotonic clock.
    pub fn sleep_ms(self, ms: u64) -> Self {
        self.wat("(i64.store (i32.const 512) (i64.const 0)) (i64.store (i32.const 520) (i64.const 0))")
            .wat("(i32.store (i32.const 528) (i32.const 1))")
            .wat(&format!("(i64.store (i32.const 536) (i64.const {}))", ms * 1_000_000))
            .wat("(i64.store (i32.const 544) (i64.const 0)) (i32.store (i32.const 552) (i32.const 0))")
            .call(
                "poll_oneoff",
                "(i32.const 512) (i32.const 576) (i32.const 1) (i32.const 24)",
            )
    }

    /// The instructions so far, to be repeated in a guest that has the same texts.
    pub fn code(self) -> String {
        self.code
    }

    /// Takes over the texts of another guest, to run its instructions.
    pub fn with_texts_of(mut self, other: Self) -> Self {
        self.texts = other.texts;
        self
    }

    /// The instructions that push a text's address and length.
    fn text(&mut self, text: &str) -> String {
        let at = TEXTS_AT + self.texts.len();
        self.texts.extend_from_slice(text.as_bytes());
        format!("(i32.const {at}) (i32.const {})", text.len())
    }

    pub fn into_wat(mut self) -> String {
        let ending = std::mem::take(&mut self.ending);
        if !ending.is_empty() {
            self = self.emit(&ending);
        }
        let texts = self.texts.iter().fold(String::new(), |mut texts, byte| {
            let _ = write!(texts, "\\{byte:02x}");
            texts
        });
        format!(
            r#"(module {PRELUDE}
  (memory (export "memory") {pages})
  (data (i32.const {TEXTS_AT}) "{texts}")
  (func (export "glovebox_contract_version") (result i32) (i32.const {version}))
  (func $run (export "run") (local $i i32) {code}) {functions})"#,
            functions = self.functions,
            pages = self.pages + (self.texts.len() / 65536) as u32,
            version = self.version,
            code = self.code,
        )
    }
}
