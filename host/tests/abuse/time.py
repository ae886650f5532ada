# Waiting, clocks, signals, threads and ways to end that are not the script's end.

# case: one long sleep
# expect: limit wall_ms
# limits: wall_ms=300
import time
time.sleep(1_000_000)

# case: sleep without end
# expect: limit wall_ms
# limits: wall_ms=300
import time
while True:
    time.sleep(0.001)

# case: negative sleep
# expect: raises ValueError
import time
time.sleep(-1)

# case: clock stands at the job's time
# expect: prints 1767225600.0 0.0
import time
a = time.time()
sum(range(100_000))
print(a, time.time() - a)

# case: fine clocks stand
# expect: prints 2000 2000
import time
a, b = time.perf_counter_ns(), time.monotonic_ns()
sum(range(100_000))
print(time.perf_counter_ns() - a, time.monotonic_ns() - b)

# case: processor time stands
# expect: prints 0.0
import time
a = time.process_time()
sum(range(100_000))
print(time.process_time() - a)

# case: waiting for the clock
# expect: limit fuel
import time
end = time.monotonic() + 1
while time.monotonic() < end:
    pass

# case: clock set
# expect: raises AttributeError
import time
time.clock_settime(0, 0)

# case: counting as a clock with a thread
# expect: raises RuntimeError: can't start new thread
import threading
threading.Thread(target=lambda: None).start()

# case: timer
# expect: raises RuntimeError: can't start new thread
import threading
threading.Timer(1, print).start()

# case: pool of threads
# expect: raises RuntimeError: can't start new thread
from concurrent.futures import ThreadPoolExecutor
ThreadPoolExecutor().submit(print).result()

# case: low level thread
# expect: raises RuntimeError: can't start new thread
import _thread
_thread.start_new_thread(print, ())

# case: lock taken twice
# expect: crash: wasm trap: wasm `unreachable` instruction executed
import threading
lock = threading.Lock()
lock.acquire()
lock.acquire()

# case: event that never comes
# expect: crash: wasm trap: wasm `unreachable` instruction executed
import threading
threading.Event().wait()

# case: queue that stays empty
# expect: crash: wasm trap: wasm `unreachable` instruction executed
import queue
queue.Queue().get()

# case: standard input
# expect: raises EOFError
input()

# case: standard input read whole
# expect: prints 0
import sys
print(len(sys.stdin.read()))

# case: asyncio sleeps
# expect: raises OSError: [Errno 0] Error
import asyncio
asyncio.run(asyncio.sleep(100_000))
print('done')

# case: asyncio waits for nothing
# expect: raises OSError: [Errno 0] Error
import asyncio
async def main():
    await asyncio.Future()
asyncio.run(main())

# case: asyncio spins
# expect: raises OSError: [Errno 0] Error
import asyncio
async def main():
    while True:
        await asyncio.sleep(0)
asyncio.run(main())

# case: select without end
# expect: prints ([0], [], [])
import select
select.select([0], [], [])

# case: alarm
# expect: raises AttributeError
import signal
signal.alarm(1)

# case: handler of a signal
# expect: prints done
import signal
signal.signal(signal.SIGINT, lambda *a: None)
print('done')

# case: signal raised
# expect: raises OSError: [Errno 0] Error
import signal
signal.raise_signal(signal.SIGINT)

# case: signal that ends the process
# expect: raises OSError: [Errno 0] Error
import signal
signal.raise_signal(signal.SIGABRT)

# case: kill
# expect: raises AttributeError
import os
os.kill(1, 9)

# case: exit
# expect: prints before
import sys
print('before')
sys.exit()

# case: exit with a number
# expect: raises SystemExit: 3
import sys
sys.exit(3)

# case: exit that is handled
# expect: prints went on
import sys
try:
    sys.exit(1)
except SystemExit:
    print('went on')

# case: quit
# expect: raises NameError
quit()

# case: exit at once
# expect: prints nothing
import os
os._exit(0)

# case: abort
# expect: raises SystemExit: the script called os.abort()
import os
os.abort()

# case: interrupt raised by the script
# expect: raises KeyboardInterrupt
raise KeyboardInterrupt

# case: exit in a finalizer
# expect: prints done
import os
class A:
    def __del__(self):
        raise SystemExit(1)
A()
print('done')

# case: exit at the end of the interpreter
# expect: prints done
import atexit, os
atexit.register(os._exit, 7)
print('done')

# case: faulthandler
# expect: prints nothing
import faulthandler
faulthandler._sigsegv()

# case: resource limits
# expect: raises ModuleNotFoundError
import resource

# case: scheduler
# expect: limit wall_ms
# limits: wall_ms=300
import sched
s = sched.scheduler()
s.enter(1000, 1, lambda: print('done'))
s.run()

# case: time zones
# expect: prints ('UTC', 'UTC')
import os, time
os.environ['TZ'] = 'America/New_York'
print(time.tzname)

# case: dates out of range
# expect: raises OverflowError
import datetime
datetime.datetime.fromtimestamp(1e20)
