//! The two imports through which guest and host talk: a job comes in, messages go out, both as JSON.

use glovebox_sdk::{Ending, Event, Job, Message};

#[link(wasm_import_module = "glovebox")]
unsafe extern "C" {
    /// Copies the job's JSON to `ptr` if `capacity` bytes hold it; answers its length either way.
    fn take_job(ptr: *mut u8, capacity: usize) -> usize;
    /// Hands `len` bytes of a message's JSON to the host.
    fn emit(ptr: *const u8, len: usize);
}

/// The job that this instance was made for, or why it cannot be read.
pub fn job() -> Result<Job, String> {
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        // SAFETY: the host writes at most `capacity` bytes, and `bytes` owns that many.
        let length = unsafe { take_job(bytes.as_mut_ptr(), bytes.len()) };
        if length <= bytes.len() {
            bytes.truncate(length);
            break;
        }
        bytes.resize(length, 0);
    }
    serde_json::from_slice(&bytes).map_err(|error| format!("the job cannot be read: {error}"))
}

/// Tells the host what happened.
pub fn tell(event: Event) {
    send(&Message::Event(event));
}

/// Tells the host how the script ended. Nothing is told after it.
pub fn tell_ending(ending: Ending) {
    send(&Message::Ending(ending));
}

fn send(message: &Message) {
    let json = serde_json::to_vec(message).expect("messages hold nothing that JSON cannot");
    // SAFETY: the host reads `len` bytes, and `json` holds that many.
    unsafe { emit(json.as_ptr(), json.len()) }
}
