# Ways to other files, to the inputs, and beyond the quotas of the output folder.

# case: input opened for writing
# expect: raises PermissionError
open('/data/sales.csv', 'w')

# case: input opened for appending
# expect: raises PermissionError
open('/data/sales.csv', 'a')

# case: input opened for both
# expect: raises PermissionError
open('/data/sales.csv', 'r+')

# case: input truncated
# expect: raises PermissionError
import os
os.truncate('/data/sales.csv', 0)

# case: input removed
# expect: raises PermissionError
import os
os.remove('/data/sales.csv')

# case: input renamed
# expect: raises PermissionError
import os
os.rename('/data/sales.csv', '/data/x')

# case: input moved to the output
# expect: raises PermissionError
import os
os.rename('/data/sales.csv', '/out/x')

# case: file moved over an input
# expect: raises PermissionError
import os
open('x', 'w').write('pwned')
os.replace('x', '/data/sales.csv')

# case: file beside the inputs
# expect: raises PermissionError
open('/data/new.csv', 'w')

# case: folder beside the inputs
# expect: raises PermissionError
import os
os.mkdir('/data/new')

# case: folder of inputs removed
# expect: raises PermissionError
import os
os.rmdir('/data')

# case: mode of an input
# expect: prints nothing
import os
os.chmod('/data/sales.csv', 0o777)

# case: times of an input
# expect: raises PermissionError
import os
os.utime('/data/sales.csv', (0, 0))

# case: own copy of an input leaves the input alone
# expect: prints region,amount
open('sales.csv', 'w').write('pwned')
print(open('/data/sales.csv').readline().strip())

# case: passwd
# expect: raises FileNotFoundError
open('/etc/passwd')

# case: file of the host beside the input
# expect: raises FileNotFoundError
open('secret.txt')

# case: dot dot from the inputs
# expect: raises PermissionError
open('/data/../secret.txt')

# case: dot dot from the output
# expect: raises PermissionError
open('/out/../secret.txt')

# case: many dot dots
# expect: raises PermissionError
open('/out/' + '../' * 40 + 'etc/passwd')

# case: dot dot through a folder
# expect: raises PermissionError
import os
os.mkdir('a')
open('a/../../data/../../etc/passwd')

# case: proc
# expect: raises FileNotFoundError
open('/proc/self/environ')

# case: device
# expect: raises FileNotFoundError
open('/dev/zero', 'rb')

# case: root listed
# expect: raises FileNotFoundError: [Errno 44] No such file or directory: '/'
import os
os.listdir('/')

# case: inputs listed
# expect: prints ['sales.csv']
import os
print(os.listdir('/data'))

# case: walk from above
# expect: prints []
import os
print([f for _, _, files in os.walk('/home') for f in files])

# case: symbolic link to a file of the host
# expect: raises OSError
import os
os.symlink('/etc/passwd', 'link')

# case: symbolic link to the inputs
# expect: raises OSError
import os
os.symlink('/data', 'link')

# case: hard link to an input
# expect: raises OSError
import os
os.link('/data/sales.csv', 'link')

# case: link read
# expect: raises OSError
import os
os.readlink('/data/sales.csv')

# case: named pipe
# expect: raises AttributeError
import os
os.mkfifo('pipe')

# case: device made
# expect: raises AttributeError
import os
os.mknod('device')

# case: owner changed
# expect: raises AttributeError
import os
os.chown('/data/sales.csv', 0, 0)

# case: root changed
# expect: raises AttributeError
import os
os.chroot('/')

# case: nul in a name
# expect: raises ValueError: null
open('a\0b', 'w')

# case: name that is no text
# expect: raises OSError
open(b'\xff\xfe', 'w')

# case: longest name
# expect: prints 9
import os
open('x' * 200, 'w').close()
print(len(os.listdir('.')[0]))

# case: name too long
# expect: limit name_bytes
open('x' * 201, 'w')

# case: own error after a handled refusal
# expect: raises ValueError: mine
try:
    open('x' * 201, 'w')
except OSError:
    pass
raise ValueError('mine')

# case: folders too deep
# expect: limit path_depth
import os
os.makedirs('/'.join('abcdefghijkl'))

# case: too many files
# expect: limit output_files
for i in range(1000):
    open(f'{i}', 'w').close()

# case: too many folders
# expect: limit output_files
import os
for i in range(1000):
    os.mkdir(f'{i}')

# case: file too large
# expect: limit output_file_bytes
with open('x', 'wb') as f:
    while True:
        f.write(bytes(100_000))

# case: too much in all files
# expect: limit output_bytes
for i in range(20):
    open(f'{i}', 'wb').write(bytes(1_000_000))

# case: hole beyond the limit
# expect: limit output_file_bytes
with open('x', 'wb') as f:
    f.seek(1 << 40)
    f.write(b'x')

# case: truncated to a huge size
# expect: limit output_file_bytes
with open('x', 'wb') as f:
    f.truncate(1 << 40)

# case: removed bytes are given back
# expect: prints done
import os
for _ in range(40):
    open('x', 'wb').write(bytes(1_000_000))
    os.remove('x')
print('done')

# case: removed bytes are given back while a log is open
# expect: prints done
import os
log = open('log', 'w')
for _ in range(40):
    open('x', 'wb').write(bytes(1_000_000))
    os.remove('x')
    log.write('x')
print('done')

# case: removed file that is still open counts
# expect: limit output_bytes
import os
held = []
for i in range(20):
    f = open('x', 'wb')
    f.write(bytes(1_000_000))
    f.flush()
    os.remove('x')
    held.append(f)

# case: too many open files
# expect: raises OSError
held = []
for i in range(100_000):
    held.append(open('/data/sales.csv'))

# case: descriptors of the host
# expect: prints [0, 1, 2]
import os
def alive(fd):
    try:
        os.fstat(fd)
        return True
    except OSError:
        return False
print([fd for fd in range(100) if alive(fd) and fd not in (3, 4)])

# case: descriptor of a folder written
# expect: raises OSError
import os
os.write(3, b'x')

# case: special names
# expect: prints done
import os
for name in ['.git', '.bashrc', '-rf', '~', 'con', '$(touch x)', ';ls', 'glovebox-receipt.json', ' ', '...', 'a\nb', '\x1b[2J', '\u202e']:
    open(name, 'w').write('x')
print('done')

# case: receipt as a folder
# expect: prints done
import os
os.mkdir('glovebox-receipt.json')
open('glovebox-receipt.json/x', 'w').write('x')
print('done')

# case: temporary files
# expect: prints done
import tempfile
try:
    tempfile.TemporaryFile().write(b'x')
except OSError:
    pass
print('done')

# case: rename of a folder into itself
# expect: raises OSError
import os
os.mkdir('a')
os.rename('a', 'a/b')

# case: output folder removed
# expect: raises OSError
import os
os.rmdir('/out')

# case: archive with paths that lead out
# expect: prints ['sales.csv', 'x']
import os, zipfile
with zipfile.ZipFile('a.zip', 'w') as z:
    z.writestr('../../x', 'pwned')
zipfile.ZipFile('a.zip').extractall('.')
os.remove('a.zip')
print(os.listdir('.'))

# case: tar with paths that lead out
# expect: raises OutsideDestinationError
import io, tarfile
b = io.BytesIO()
t = tarfile.open(fileobj=b, mode='w')
i = tarfile.TarInfo('../../x')
t.addfile(i)
t.close()
tarfile.open(fileobj=io.BytesIO(b.getvalue())).extractall('.')

# case: tar with links that lead out
# expect: raises AbsoluteLinkError
import io, tarfile
b = io.BytesIO()
t = tarfile.open(fileobj=b, mode='w')
i = tarfile.TarInfo('x')
i.type, i.linkname = tarfile.SYMTYPE, '/etc/passwd'
t.addfile(i)
t.close()
tarfile.open(fileobj=io.BytesIO(b.getvalue())).extractall('.')
