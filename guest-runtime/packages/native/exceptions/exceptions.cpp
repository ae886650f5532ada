// C++ exceptions, for modules compiled with `-fwasm-exceptions`: the part of libc++abi and libunwind that the guest's
// libc++abi was built without. Layouts and tables are those of the Itanium C++ ABI. There is one thread.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <typeinfo>

namespace {

// What the engine throws: it leads to the thrown object, which follows it.
struct Unwind {
    uint64_t kind;
    void (*cleanup)(int, Unwind *);
    uint32_t unused[5];
};

constexpr uint64_t KIND = 0x474c4f5645000001; // "GLOVE"

struct alignas(16) Header {
    std::type_info *type;
    void *(*destroy)(void *); // Destructors return their object here.
    int references; // by the machine and by `exception_ptr`s
    int handlers;   // catch clauses that it is in; negative while it is thrown again out of them
    Header *next;   // the exception that was caught before
    void *adjusted; // the object, as the type that the handler names
    Unwind unwind;
};

Header *caught = nullptr;
int uncaught = 0;

void *object(Header *header) { return header + 1; }
Header *header_of(void *object) { return static_cast<Header *>(object) - 1; }
Header *header_of(Unwind *unwind) {
    return reinterpret_cast<Header *>(reinterpret_cast<char *>(unwind) - offsetof(Header, unwind));
}

void release(Header *header) {
    if (--header->references == 0) {
        if (header->destroy) {
            header->destroy(object(header));
        }
        free(header);
    }
}

[[noreturn]] void raise(Header *header) {
    uncaught++;
    __builtin_wasm_throw(0, &header->unwind);
}

// libc++abi's view of a type: whether a handler of this type takes what was thrown.
struct Handler : std::type_info {
    virtual void unused1() const;
    virtual void unused2() const;
    virtual bool can_catch(Handler const *thrown, void *&adjusted) const = 0;
};

uintptr_t read_unsigned(uint8_t const *&at) {
    uintptr_t value = 0;
    for (int shift = 0;; shift += 7) {
        uint8_t byte = *at++;
        value |= uintptr_t(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            return value;
        }
    }
}

intptr_t read_signed(uint8_t const *&at) {
    uintptr_t value = 0;
    int shift = 0;
    uint8_t byte;
    do {
        byte = *at++;
        value |= uintptr_t(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return intptr_t(shift < 32 && byte & 0x40 ? value | ~uintptr_t(0) << shift : value);
}

} // namespace

extern "C" {

// Filled by compiled code before it asks for the handler, and read by it after.
struct {
    uintptr_t place;
    uint8_t const *table;
    uintptr_t selector;
} __wasm_lpad_context;

// Looks in the function's table for the handler of an exception that has come to landing pad `place`.
int _Unwind_CallPersonality(Unwind *unwind) {
    auto &context = __wasm_lpad_context;
    context.selector = 0;
    uint8_t const *at = context.table;
    if (unwind->kind != KIND || at == nullptr) {
        return 8;
    }
    Header *header = header_of(unwind);
    if (*at++ != 0xff) {
        abort(); // No table of ours has a base for its landing pads.
    }
    void *const *types = nullptr;
    if (*at++ != 0xff) {
        uintptr_t offset = read_unsigned(at);
        types = reinterpret_cast<void *const *>(at + offset);
    }
    at++; // Numbers of call sites are ULEB128.
    uintptr_t length = read_unsigned(at);
    uint8_t const *actions = at + length;
    uintptr_t first = 0;
    for (uintptr_t place = 0; at < actions; place++) {
        read_unsigned(at);
        uintptr_t action = read_unsigned(at);
        if (place == context.place) {
            first = action;
            break;
        }
    }
    if (first == 0) {
        return 8;
    }
    for (at = actions + first - 1;;) {
        intptr_t index = read_signed(at);
        if (index > 0) {
            auto handler = static_cast<Handler const *>(types[-index]);
            void *adjusted = object(header);
            if (handler == nullptr || handler->can_catch(static_cast<Handler const *>(header->type), adjusted)) {
                header->adjusted = adjusted;
                context.selector = index;
                return 6;
            }
        }
        uint8_t const *next = at;
        intptr_t offset = read_signed(next);
        if (offset == 0) {
            return 8;
        }
        at += offset;
    }
}

void *__cxa_allocate_exception(size_t size) {
    auto header = static_cast<Header *>(calloc(1, sizeof(Header) + size));
    if (header == nullptr) {
        std::terminate();
    }
    return object(header);
}

void __cxa_free_exception(void *object) { free(header_of(object)); }

[[noreturn]] void __cxa_throw(void *object, std::type_info *type, void *(*destroy)(void *)) {
    Header *header = header_of(object);
    header->type = type;
    header->destroy = destroy;
    header->references = 1;
    header->adjusted = object;
    header->unwind.kind = KIND;
    raise(header);
}

void *__cxa_get_exception_ptr(Unwind *unwind) { return header_of(unwind)->adjusted; }

void *__cxa_begin_catch(Unwind *unwind) {
    if (unwind->kind != KIND) {
        std::terminate();
    }
    Header *header = header_of(unwind);
    uncaught--;
    header->handlers = (header->handlers < 0 ? -header->handlers : header->handlers) + 1;
    if (caught != header) {
        header->next = caught;
        caught = header;
    }
    return header->adjusted;
}

void __cxa_end_catch() {
    Header *header = caught;
    if (header == nullptr) {
        return;
    }
    bool thrown_again = header->handlers < 0;
    header->handlers += thrown_again ? 1 : -1;
    if (header->handlers == 0) {
        caught = header->next;
        if (!thrown_again) {
            release(header);
        }
    }
}

[[noreturn]] void __cxa_rethrow() {
    if (caught == nullptr) {
        std::terminate();
    }
    caught->handlers = -caught->handlers;
    raise(caught);
}

std::type_info *__cxa_current_exception_type() { return caught ? caught->type : nullptr; }
unsigned __cxa_uncaught_exceptions() { return uncaught; }

void *__cxa_current_primary_exception() noexcept {
    if (caught == nullptr) {
        return nullptr;
    }
    caught->references++;
    return object(caught);
}

void __cxa_increment_exception_refcount(void *object) noexcept {
    if (object) {
        header_of(object)->references++;
    }
}

void __cxa_decrement_exception_refcount(void *object) noexcept {
    if (object) {
        release(header_of(object));
    }
}

// One that is being handled stays what it is, as with `__cxa_rethrow`; one that no handler has left is thrown anew.
void __cxa_rethrow_primary_exception(void *object) {
    if (object) {
        Header *header = header_of(object);
        header->references += header->handlers == 0;
        header->handlers = header->handlers > 0 ? -header->handlers : header->handlers;
        raise(header);
    }
}

// The personality that compiled functions name; the machine itself never calls it.
void __gxx_wasm_personality_v0() { abort(); }

} // extern "C"

namespace std {

exception_ptr::exception_ptr(exception_ptr const &other) noexcept : __ptr_(other.__ptr_) {
    __cxa_increment_exception_refcount(__ptr_);
}

exception_ptr &exception_ptr::operator=(exception_ptr const &other) noexcept {
    __cxa_increment_exception_refcount(other.__ptr_);
    __cxa_decrement_exception_refcount(__ptr_);
    __ptr_ = other.__ptr_;
    return *this;
}

exception_ptr::~exception_ptr() noexcept { __cxa_decrement_exception_refcount(__ptr_); }

exception_ptr current_exception() noexcept {
    exception_ptr pointer;
    *reinterpret_cast<void **>(&pointer) = __cxa_current_primary_exception();
    return pointer;
}

[[noreturn]] void rethrow_exception(exception_ptr pointer) {
    __cxa_rethrow_primary_exception(*reinterpret_cast<void **>(&pointer));
    terminate();
}

int uncaught_exceptions() noexcept { return uncaught; }
bool uncaught_exception() noexcept { return uncaught > 0; }

} // namespace std
