"""Names of the `mmap` module, for code that imports it. Files cannot be mapped in the sandbox."""

ACCESS_DEFAULT = 0
ACCESS_READ = 1
ACCESS_WRITE = 2
ACCESS_COPY = 3
MAP_SHARED = 1
MAP_PRIVATE = 2
PROT_READ = 1
PROT_WRITE = 2
PAGESIZE = ALLOCATIONGRANULARITY = 65536

error = OSError


class mmap:
    def __new__(cls, *args, **kwargs):
        raise OSError("mmap is not available in the sandbox: read the file with open() instead")
