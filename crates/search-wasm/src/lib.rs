//! The browser's side of [`search_core::engine`]: a WebAssembly module without imports.
//!
//! The worker allocates, writes a file's or a query's bytes, calls, and reads the answer (JSON, UTF-8) from
//! `result_pointer`/`result_length`. One engine, one thread: a worker instantiates the module for itself.

// The boundary is made of raw pointers; each use says why it holds.
#![allow(unsafe_code)]
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::{boxed::Box, string::String, vec, vec::Vec};
use core::cell::UnsafeCell;

use search_core::FormatError;
use search_core::engine::{Answer, Engine, answer_json, facets_json};

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// A panic is a bug of ours: trap, so that the worker starts a new engine. Without its message the module is half the
/// size.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// The engine and the result of the last call.
struct State {
    engine: Option<Engine>,
    result: String,
}

/// State of a module that only ever has one thread.
struct SingleThreaded(UnsafeCell<State>);

// SAFETY: `wasm32-unknown-unknown` without atomics has one thread, and no function of this module calls back into
// JavaScript, so no two references to the state exist at once.
unsafe impl Sync for SingleThreaded {}

static STATE: SingleThreaded = SingleThreaded(UnsafeCell::new(State {
    engine: None,
    result: String::new(),
}));

fn with_state<T>(act: impl FnOnce(&mut State) -> T) -> T {
    // SAFETY: see `SingleThreaded`: the reference ends before this module is entered again.
    act(unsafe { &mut *STATE.0.get() })
}

/// Makes room for `length` bytes and returns where they begin. Give them back with [`release`].
#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; length].into_boxed_slice()).cast()
}

/// Gives back what [`allocate`] returned.
///
/// # Safety
/// `pointer` and `length` must be those of one call of [`allocate`] that has not been given back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(pointer: *mut u8, length: usize) {
    // SAFETY: by the contract above this is the box that `allocate` made, and nobody else owns it.
    drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(pointer, length)) });
}

/// Takes a file's name (UTF-8) and bytes; 0 when it was good, else the result says what is wrong.
///
/// # Safety
/// Both ranges must lie inside memory that [`allocate`] returned and that the caller has written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn provide(
    name: *const u8,
    name_length: usize,
    bytes: *const u8,
    length: usize,
) -> i32 {
    // SAFETY: by the contract above both ranges are initialised memory of this module, and nothing writes to them
    // while this function runs: the module is single-threaded.
    let (name, bytes) = unsafe {
        (
            core::slice::from_raw_parts(name, name_length),
            core::slice::from_raw_parts(bytes, length),
        )
    };
    let name = core::str::from_utf8(name).unwrap_or_default();
    let outcome = with_state(|state| state.engine.get_or_insert_default().provide(name, bytes));
    finish(outcome.map(|()| Answer::Need(Vec::new())))
}

/// Searches for a query (UTF-8, NFC); 0 when the result holds hits or names of files to provide, else an error.
///
/// # Safety
/// The range must lie inside memory that [`allocate`] returned and that the caller has written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn search(query: *const u8, length: usize, limit: usize) -> i32 {
    // SAFETY: as in `provide`.
    let query = unsafe { core::slice::from_raw_parts(query, length) };
    let query = core::str::from_utf8(query).unwrap_or_default();
    finish(with_state(|state| {
        state.engine.get_or_insert_default().search(query, limit)
    }))
}

/// Asks what a reader may filter by; the result holds it, or names of files to provide.
#[unsafe(no_mangle)]
pub extern "C" fn facets() {
    with_state(|state| {
        let facets = facets_json(&state.engine.get_or_insert_default().facets());
        state.result = facets;
    });
}

/// Where the last call's result begins.
#[unsafe(no_mangle)]
pub extern "C" fn result_pointer() -> *const u8 {
    with_state(|state| state.result.as_ptr())
}

/// How many bytes it has.
#[unsafe(no_mangle)]
pub extern "C" fn result_length() -> usize {
    with_state(|state| state.result.len())
}

fn finish(answer: Result<Answer, FormatError>) -> i32 {
    with_state(|state| state.result = answer_json(&answer));
    i32::from(answer.is_err())
}
