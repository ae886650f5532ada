//! Python's small objects, in size classes.
//!
//! The libpython that the guest takes is built without CPython's own allocator for small objects, and libc's general
//! one costs a third of a loop's time. Here a request of up to [`SMALL_MAX_BYTES`] is rounded up to a class of
//! [`STEP_BYTES`]; each class cuts blocks from pages of its own and keeps a list of the freed ones. A table of pages
//! tells a block's class. Pages are never given back: a guest serves one script. Larger requests go to libc.
//!
//! There is one thread, so nothing here is locked.

use std::{
    cell::UnsafeCell,
    ffi::{c_int, c_void},
    ptr,
};

/// Requests up to this size are served from size classes.
const SMALL_MAX_BYTES: usize = 512;
/// Classes are this far apart; every block is aligned to it.
const STEP_BYTES: usize = 16;
const CLASSES: usize = SMALL_MAX_BYTES / STEP_BYTES + 1;
const PAGE_BYTES: usize = 16 << 10;
/// Pages are taken from libc so many at a time.
const CHUNK_BYTES: usize = 64 * PAGE_BYTES;
/// Pages in 32 bits of address space.
const PAGES: usize = usize::MAX / PAGE_BYTES + 1;

unsafe extern "C" {
    fn malloc(bytes: usize) -> *mut u8;
    fn calloc(count: usize, bytes: usize) -> *mut u8;
    fn realloc(block: *mut u8, bytes: usize) -> *mut u8;
    fn free(block: *mut u8);
    fn aligned_alloc(alignment: usize, bytes: usize) -> *mut u8;
}

/// One size class: the freed blocks, linked through their first word, and what is left of its newest page.
#[derive(Clone, Copy)]
struct Class {
    freed: *mut u8,
    next: *mut u8,
    end: *mut u8,
}

struct Heap {
    classes: [Class; CLASSES],
    /// What is left of the newest chunk.
    next_page: *mut u8,
    chunk_end: *mut u8,
    /// The class of the blocks in each page; 0 is libc's.
    class_of_page: [u8; PAGES],
}

struct Single(UnsafeCell<Heap>);

// SAFETY: the guest has one thread.
unsafe impl Sync for Single {}

const EMPTY: Class = Class {
    freed: ptr::null_mut(),
    next: ptr::null_mut(),
    end: ptr::null_mut(),
};

static HEAP: Single = Single(UnsafeCell::new(Heap {
    classes: [EMPTY; CLASSES],
    next_page: ptr::null_mut(),
    chunk_end: ptr::null_mut(),
    class_of_page: [0; PAGES],
}));

impl Heap {
    /// A block of at least `bytes`, null when there is no memory.
    #[inline]
    unsafe fn small(&mut self, bytes: usize) -> *mut u8 {
        let class = bytes.max(1).div_ceil(STEP_BYTES);
        let list = &mut self.classes[class];
        if !list.freed.is_null() {
            let block = list.freed;
            // SAFETY: a freed block holds the address of the next one.
            list.freed = unsafe { *block.cast::<*mut u8>() };
            return block;
        }
        if list.next < list.end {
            let block = list.next;
            // SAFETY: a whole block is left before the end.
            list.next = unsafe { block.add(class * STEP_BYTES) };
            return block;
        }
        // SAFETY: as for this function.
        unsafe { self.new_page(class) }
    }

    /// Gives `class` a page, and answers its first block.
    #[cold]
    #[inline(never)]
    unsafe fn new_page(&mut self, class: usize) -> *mut u8 {
        if self.next_page == self.chunk_end {
            // SAFETY: libc's heap may be asked at any time.
            let chunk = unsafe { aligned_alloc(PAGE_BYTES, CHUNK_BYTES) };
            if chunk.is_null() {
                return chunk;
            }
            self.next_page = chunk;
            self.chunk_end = chunk.wrapping_add(CHUNK_BYTES);
        }
        let page = self.next_page;
        self.next_page = page.wrapping_add(PAGE_BYTES);
        self.class_of_page[page as usize / PAGE_BYTES] = class as u8;
        let block_bytes = class * STEP_BYTES;
        self.classes[class] = Class {
            freed: ptr::null_mut(),
            next: page.wrapping_add(block_bytes),
            end: page.wrapping_add(PAGE_BYTES / block_bytes * block_bytes),
        };
        page
    }

    /// The class of a block; 0 for one of libc's.
    #[inline]
    fn class(&self, block: *mut u8) -> usize {
        self.class_of_page[block as usize / PAGE_BYTES] as usize
    }
}

/// The heap. There is one thread, and no two of these references live at once.
unsafe fn heap() -> &'static mut Heap {
    // SAFETY: no caller holds one across a call of another function here.
    unsafe { &mut *HEAP.0.get() }
}

unsafe extern "C" fn allocate(_: *mut c_void, bytes: usize) -> *mut c_void {
    // SAFETY: what Python asks is what libc would be asked.
    unsafe {
        if bytes <= SMALL_MAX_BYTES {
            heap().small(bytes).cast()
        } else {
            malloc(bytes).cast()
        }
    }
}

unsafe extern "C" fn allocate_zeroed(_: *mut c_void, count: usize, bytes: usize) -> *mut c_void {
    let Some(total) = count.checked_mul(bytes) else {
        return ptr::null_mut();
    };
    // SAFETY: a block of `total` bytes is zeroed.
    unsafe {
        if total > SMALL_MAX_BYTES {
            return calloc(count, bytes).cast();
        }
        let block = heap().small(total);
        if !block.is_null() {
            ptr::write_bytes(block, 0, total);
        }
        block.cast()
    }
}

unsafe extern "C" fn release(_: *mut c_void, block: *mut c_void) {
    let block = block.cast::<u8>();
    // SAFETY: the block came from here, and is Python's no more. Null is in page 0, which is libc's.
    unsafe {
        let heap = heap();
        match heap.class(block) {
            0 => free(block),
            class => {
                *block.cast::<*mut u8>() = heap.classes[class].freed;
                heap.classes[class].freed = block;
            }
        }
    }
}

unsafe extern "C" fn resize(context: *mut c_void, block: *mut c_void, bytes: usize) -> *mut c_void {
    // SAFETY: the block came from here; its contents are copied before it is released.
    unsafe {
        if block.is_null() {
            return allocate(context, bytes);
        }
        let old_bytes = match heap().class(block.cast()) {
            0 => return realloc(block.cast(), bytes.max(1)).cast(),
            class => class * STEP_BYTES,
        };
        // A block that shrinks a little stays where it is.
        if bytes <= old_bytes && bytes * 4 > old_bytes * 3 {
            return block;
        }
        let new = allocate(context, bytes);
        if !new.is_null() {
            ptr::copy_nonoverlapping(block.cast::<u8>(), new.cast::<u8>(), old_bytes.min(bytes));
            release(context, block);
        }
        new
    }
}

/// `PyMemAllocatorEx` of CPython's `Include/cpython/pymem.h`.
#[repr(C)]
struct PyMemAllocator {
    context: *mut c_void,
    malloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    calloc: unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void,
    realloc: unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void, *mut c_void),
}

/// Makes Python's allocator domains `MEM` and `OBJ` use this heap. Call it before Python starts.
pub fn install() {
    const MEM: c_int = 1;
    const OBJ: c_int = 2;
    unsafe extern "C" {
        fn PyMem_SetAllocator(domain: c_int, allocator: *mut PyMemAllocator);
    }
    let mut ours = PyMemAllocator {
        context: ptr::null_mut(),
        malloc: allocate,
        calloc: allocate_zeroed,
        realloc: resize,
        free: release,
    };
    for domain in [MEM, OBJ] {
        // SAFETY: Python has not started, so no block of another allocator exists. It copies the structure.
        unsafe { PyMem_SetAllocator(domain, &raw mut ours) };
    }
}
