//! A stand-in for the search engine: the same exports, no search. It asks for files in three rounds as the real one does, and
//! traps, fails or never ends when the query says so. Compiled by the tests with plain `rustc`.

use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    static FILES: RefCell<BTreeMap<String, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
    static RESULT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    Box::leak(vec![0u8; length].into_boxed_slice()).as_mut_ptr()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(pointer: *mut u8, length: usize) {
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(pointer, length)) });
}

unsafe fn text(pointer: *const u8, length: usize) -> String {
    String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(pointer, length) }).into_owned()
}

fn tell(json: String) {
    RESULT.with_borrow_mut(|result| *result = json.into_bytes());
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn provide(name: *const u8, name_length: usize, bytes: *const u8, length: usize) -> i32 {
    let (name, bytes) = unsafe { (text(name, name_length), std::slice::from_raw_parts(bytes, length).to_vec()) };
    if name.ends_with(".bin") && !bytes.starts_with(b"good") {
        tell(format!(r#"{{"need":[],"hits":null,"error":"{name} is damaged"}}"#));
        return 1;
    }
    FILES.with_borrow_mut(|files| files.insert(name, bytes));
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn search(query: *const u8, length: usize, _limit: usize) -> i32 {
    let query = unsafe { text(query, length) };
    let missing = |names: &[&str]| {
        let names: Vec<String> =
            FILES.with_borrow(|files| names.iter().filter(|name| !files.contains_key(**name)).map(|name| format!("{name:?}")).collect());
        names.join(",")
    };
    match query.as_str() {
        "trap" => panic!("as asked"),
        "fail" => {
            tell(r#"{"need":[],"hits":null,"error":"as asked"}"#.to_owned());
            return 1;
        }
        "endless" => {
            tell(r#"{"need":["one.bin"],"hits":null,"error":null}"#.to_owned());
            return 0;
        }
        _ => {}
    }
    let lexicon = if query == "gone" { missing(&["gone.bin"]) } else { missing(&["one.bin", "two.bin"]) };
    if !lexicon.is_empty() {
        tell(format!(r#"{{"need":[{lexicon}],"hits":null,"error":null}}"#));
        return 0;
    }
    let text = missing(&["text.bin"]);
    let excerpt = if text.is_empty() { r#","excerpt":[["앞 ",0],["표시",1]]"# } else { "" };
    let hit = format!(r#"{{"url":"/한글/","anchor":"앵커","title":"제목","heading":["제목"],"score":1.5{excerpt}}}"#);
    tell(format!(r#"{{"need":[{text}],"hits":[{hit}],"error":null,"corrections":[["아림","알림"]]}}"#));
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn result_pointer() -> *const u8 {
    RESULT.with_borrow(|result| result.as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn result_length() -> usize {
    RESULT.with_borrow(|result| result.len())
}
