# Other processes, the network, and packages from elsewhere.

# case: subprocess run
# expect: raises OSError
import subprocess
subprocess.run(['id'])

# case: subprocess through a shell
# expect: raises OSError
import subprocess
subprocess.check_output('id', shell=True)

# case: Popen
# expect: raises OSError
import subprocess
subprocess.Popen('id')

# case: system
# expect: raises AttributeError
import os
os.system('id')

# case: popen
# expect: raises OSError: [Errno 58] wasi does not support processes.
import os
os.popen('id').read()

# case: fork
# expect: raises AttributeError
import os
os.fork()

# case: fork without end
# expect: raises AttributeError
import os
while True:
    os.fork()

# case: exec
# expect: raises AttributeError
import os
os.execv('/bin/sh', ['sh'])

# case: spawn
# expect: raises AttributeError
import os
os.spawnv(0, '/bin/sh', ['sh'])

# case: posix spawn
# expect: raises AttributeError
import os
os.posix_spawn('/bin/sh', ['sh'], {})

# case: pseudo terminal
# expect: raises ModuleNotFoundError
import pty
pty.spawn('/bin/sh')

# case: multiprocessing
# expect: raises AttributeError: module 'os' has no attribute 'WNOHANG'
import multiprocessing
multiprocessing.Process(target=print).start()

# case: process pool
# expect: raises NotImplementedError: This Python build lacks multiprocessing.synchroniz
from concurrent.futures import ProcessPoolExecutor
ProcessPoolExecutor().submit(print)

# case: process numbers
# expect: raises AttributeError
import os
os.getppid()

# case: user
# expect: raises AttributeError
import os
os.getuid()

# case: user changed
# expect: raises AttributeError
import os
os.setuid(0)

# case: host name
# expect: prints posix.uname_result(sysname='wasi', nodename='(none)', release='0.0.0', version='0.0.0', machine='wasm32')
import os
os.uname()

# case: platform of the host
# expect: prints wasi
import sys
print(sys.platform)

# case: processors counted
# expect: prints True
import os
print(os.cpu_count() in (None, 1))

# case: socket
# expect: raises OSError
import socket
socket.socket()

# case: connection
# expect: raises gaierror: [Errno -1] scripts have no network
import socket
socket.create_connection(('127.0.0.1', 80))

# case: name looked up
# expect: raises gaierror: [Errno -1] scripts have no network
import socket
socket.getaddrinfo('example.com', 80)

# case: socket pair
# expect: raises OSError
import socket
socket.socketpair()

# case: socket of the database
# expect: raises OSError
import socket
socket.socket(1, 1).connect('/var/run/postgresql/.s.PGSQL.5432')

# case: urllib
# expect: raises URLError
import urllib.request
urllib.request.urlopen('http://169.254.169.254/latest/meta-data/')

# case: urllib of a file
# expect: raises URLError
import urllib.request
urllib.request.urlopen('file:///etc/passwd')

# case: urllib of data
# expect: prints b'hi'
import urllib.request
print(urllib.request.urlopen('data:text/plain,hi').read())

# case: http client
# expect: raises gaierror: [Errno -1] scripts have no network
import http.client
http.client.HTTPConnection('127.0.0.1').request('GET', '/')

# case: https
# expect: raises ModuleNotFoundError
import ssl

# case: requests
# expect: raises ModuleNotFoundError
import requests

# case: mail
# expect: raises gaierror: [Errno -1] scripts have no network
import smtplib
smtplib.SMTP('127.0.0.1')

# case: ftp
# expect: raises gaierror: [Errno -1] scripts have no network
import ftplib
ftplib.FTP('127.0.0.1')

# case: server
# expect: raises OSError
import http.server
http.server.HTTPServer(('', 8000), http.server.BaseHTTPRequestHandler)

# case: asyncio connection
# expect: raises OSError
import asyncio
asyncio.run(asyncio.open_connection('127.0.0.1', 80))

# case: pip
# expect: raises ModuleNotFoundError
import pip

# case: ensurepip
# expect: raises ModuleNotFoundError
import ensurepip
ensurepip.bootstrap()

# case: web browser
# expect: prints False
import webbrowser
print(webbrowser.open('http://example.com'))

# case: pandas from the network
# expect: raises URLError
import pandas as pd
pd.read_csv('http://127.0.0.1/x.csv')

# case: polars from the network
# expect: raises URLError: <urlopen error [Errno -1] scripts have no network>
import polars as pl
pl.read_csv('http://127.0.0.1/x.csv')

# case: polars from a bucket
# expect: raises PanicException: Feature `cloud` must be enabled to use globbing pa
import polars as pl
pl.scan_parquet('s3://bucket/x.parquet').collect()

# case: shared memory
# expect: raises ModuleNotFoundError
from multiprocessing import shared_memory
shared_memory.SharedMemory(create=True, size=10)

# case: mapped memory
# expect: raises OSError: mmap is not available in the sandbox: read the fil
import mmap
mmap.mmap(-1, 1000)

# case: file locks
# expect: raises ModuleNotFoundError
import fcntl

# case: password file
# expect: raises ModuleNotFoundError
import pwd
