//! How wasmtime is set up.
//!
//! One set of settings serves the compiler and the workers; [`settings_hash`] names it, so that an image compiled
//! under other settings is never loaded. Whatever a guest of ours does not need is off.

use std::hash::{DefaultHasher, Hash, Hasher};

use wasmtime::{Collector, Config, Engine, OptLevel};

/// Native stack that guest code may use, in bytes. Python's own checks must come first: they watch the stack that the
/// guest keeps in its memory, 16 MiB, of which calls that go deep take a small part of what they take of this one.
const WASM_STACK_BYTES: usize = 512 << 20;

/// Native stack of a thread that runs guest code, in bytes: what that code may use, and room for the host's calls.
pub const THREAD_STACK_BYTES: usize = WASM_STACK_BYTES + (4 << 20);

/// The snapshot of a booted interpreter is mapped, not copied, as long as it is no larger than this.
const MEMORY_IMAGE_MAX_BYTES: u64 = 1 << 30;

/// Address space that is set aside for a guest's memory: all that 32 bits can name, so that it never moves.
pub const MEMORY_RESERVED_BYTES: u64 = 4 << 30;

/// The engine that runs guests: metered by fuel, interrupted by its epoch.
pub fn engine() -> anyhow::Result<Engine> {
    let mut config = narrow();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(MEMORY_IMAGE_MAX_BYTES);
    trust_speculation(&mut config);
    Engine::new(&config).map_err(plain)
}

/// The engine that boots a raw guest once, for its snapshot.
pub fn snapshot_engine() -> anyhow::Result<Engine> {
    let mut config = narrow();
    // Compiling is most of the time, unless the boot compiles a standard library.
    config.cranelift_opt_level(OptLevel::None);
    Engine::new(&config).map_err(plain)
}

/// Leaves out the guards against reads that a processor makes ahead of a bounds check. Such a read can learn what else
/// is in its own process, and a worker holds one script with its files and no secret.
fn trust_speculation(config: &mut Config) {
    for flag in [
        "enable_heap_access_spectre_mitigation",
        "enable_table_access_spectre_mitigation",
    ] {
        #[expect(
            unsafe_code,
            reason = "the flags change no bounds check, only what is speculated past it"
        )]
        // They are part of the hash of the settings.
        unsafe {
            config.cranelift_flag_set(flag, "false");
        }
    }
}

/// Names wasmtime's version, the target and the settings that `engine` was made with.
pub fn settings_hash(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

/// A wasmtime error as one of ours, with its causes.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub fn plain(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}

fn narrow() -> Config {
    let mut config = Config::new();
    config
        .max_wasm_stack(WASM_STACK_BYTES)
        .memory_reservation(MEMORY_RESERVED_BYTES)
        // Nothing is asynchronous here, but wasmtime wants this to be no smaller.
        .async_stack_size(WASM_STACK_BYTES)
        .wasm_simd(true)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_extended_const(false)
        // Rust panics and C++ exceptions unwind by these. What is thrown lives in a heap that wasmtime collects; a
        // guest has no other use for it.
        .wasm_exceptions(true)
        .collector(Collector::Copying)
        .wasm_function_references(false)
        .wasm_gc(false)
        .wasm_wide_arithmetic(false)
        // Only backtraces and native unwinders read these tables, and nothing here does; without them an image is
        // smaller and loads faster.
        .generate_address_map(false)
        .native_unwind_info(false);
    config
}
