// Threads and locks of C++ where there is one thread: libc++ leaves them out, and code that never starts a thread still
// names them. Included before any other line of C++. The work of a thread is done when it is made.

#pragma once

#include <mutex>
#include <thread>

#ifdef _LIBCPP_HAS_NO_THREADS

namespace std {

struct mutex {
    void lock() {}
    void unlock() {}
    bool try_lock() { return true; }
};

struct recursive_mutex : mutex {};

template <class Lockable>
struct unique_lock {
    unique_lock() {}
    explicit unique_lock(Lockable &) {}
    template <class Tag>
    unique_lock(Lockable &, Tag) {}
    void lock() {}
    void unlock() {}
    bool try_lock() { return true; }
    bool owns_lock() const { return true; }
};

template <class First, class... Others>
void lock(First &, Others &...) {}

template <class First, class... Others>
int try_lock(First &, Others &...) {
    return -1;
}

struct thread {
    thread() {}
    template <class Work, class... Arguments>
    explicit thread(Work work, Arguments... arguments) {
        work(arguments...);
    }
    void join() {}
    bool joinable() const { return false; }
    static unsigned hardware_concurrency() { return 1; }
};

} // namespace std

#endif
