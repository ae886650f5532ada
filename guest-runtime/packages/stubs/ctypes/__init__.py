"""Names of the `ctypes` module, for code that imports it. The sandbox can load no foreign library."""

_REASON = "ctypes is not available in the sandbox: foreign libraries cannot be loaded"


class ArgumentError(Exception):
    pass


class _Type(type):
    """Types can be named, subclassed and multiplied, as declarations do. They have no instances."""

    def __mul__(cls, length):
        return _Type(f"{cls.__name__}_Array_{length}", (Array,), {"_type_": cls, "_length_": length})

    def from_param(cls, *args):
        raise OSError(_REASON)

    from_buffer = from_buffer_copy = from_address = in_dll = from_param


class _SimpleCData(metaclass=_Type):
    def __new__(cls, *args, **kwargs):
        raise OSError(_REASON)


class Array(_SimpleCData):
    pass


class Structure(_SimpleCData):
    pass


class Union(_SimpleCData):
    pass


class _Pointer(_SimpleCData):
    pass


class _CFuncPtr(_SimpleCData):
    pass


BigEndianStructure = LittleEndianStructure = Structure

_SIZES = {
    "c_bool": 1, "c_char": 1, "c_byte": 1, "c_ubyte": 1, "c_int8": 1, "c_uint8": 1,
    "c_short": 2, "c_ushort": 2, "c_int16": 2, "c_uint16": 2,
    "c_int": 4, "c_uint": 4, "c_long": 4, "c_ulong": 4, "c_int32": 4, "c_uint32": 4, "c_float": 4, "c_wchar": 4,
    "c_size_t": 4, "c_ssize_t": 4, "c_void_p": 4, "c_char_p": 4, "c_wchar_p": 4, "py_object": 4,
    "c_longlong": 8, "c_ulonglong": 8, "c_int64": 8, "c_uint64": 8, "c_double": 8, "c_time_t": 8, "c_longdouble": 16,
}  # fmt: skip
for _name, _size in _SIZES.items():
    globals()[_name] = _Type(_name, (_SimpleCData,), {"_size_": _size})


def sizeof(kind):
    try:
        return kind._size_
    except AttributeError:
        raise TypeError("this type has no size") from None


def CFUNCTYPE(restype, *argtypes, **kwargs):
    return _Type("CFunctionType", (_CFuncPtr,), {"_restype_": restype, "_argtypes_": argtypes})


PYFUNCTYPE = CFUNCTYPE


def POINTER(kind):
    return _Type("LP_" + getattr(kind, "__name__", str(kind)), (_Pointer,), {"_type_": kind, "_size_": 4})


def get_errno():
    return 0


def set_errno(value):
    return 0


def _refuse(*args, **kwargs):
    raise OSError(_REASON)


addressof = alignment = byref = cast = create_string_buffer = create_unicode_buffer = _refuse
memmove = memset = pointer = resize = string_at = wstring_at = _refuse
CDLL = PyDLL = LibraryLoader = _refuse


class _Libraries:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise OSError(_REASON)

    LoadLibrary = __getitem__ = _refuse


cdll = pydll = pythonapi = _Libraries()

RTLD_LOCAL = 0
RTLD_GLOBAL = 256
DEFAULT_MODE = RTLD_LOCAL
