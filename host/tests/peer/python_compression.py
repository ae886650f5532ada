import bz2
import hashlib
import io
import lzma
import tarfile
import zipfile

text = "".join(f"{i},{i * i % 97},{'north' if i % 3 else 'south'}\n" for i in range(20_000)).encode()


def digest(data):
    return len(data), hashlib.sha256(data).hexdigest()[:12]


for level in (1, 5, 9):
    packed = bz2.compress(text, level)
    print("bz2", level, digest(packed), bz2.decompress(packed) == text)
for settings in (
    {},
    {"preset": 1},
    {"preset": 2 | lzma.PRESET_EXTREME},
    {"check": lzma.CHECK_SHA256},
    {"format": lzma.FORMAT_ALONE},
    {"filters": [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 3, "lc": 2, "lp": 1}]},
    {"filters": [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16, "mf": lzma.MF_HC4}]},
):
    packed = lzma.compress(text, **settings)
    print("lzma", sorted(settings), lzma.decompress(packed) == text, len(packed) < len(text) // 2)
raw = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20}]
packed = lzma.compress(text, lzma.FORMAT_RAW, filters=raw)
print("raw", lzma.decompress(packed, lzma.FORMAT_RAW, filters=raw) == text)
print(lzma._encode_filter_properties({"id": lzma.FILTER_LZMA1}), lzma._encode_filter_properties({"id": lzma.FILTER_LZMA2}))
print(lzma._decode_filter_properties(lzma.FILTER_LZMA1, b"]\x00\x00\x80\x00"))
print([lzma.is_check_supported(check) for check in (0, 1, 4, 10, 15)])

# Two streams behind one another, and what follows the last.
for module in (bz2, lzma):
    twice = module.compress(text[:1000]) + module.compress(text[1000:3000])
    print(module.__name__, module.decompress(twice) == text[:3000])
    make = bz2.BZ2Decompressor if module is bz2 else lzma.LZMADecompressor
    decompressor = make()
    first = decompressor.decompress(twice + b"rest")
    print(first == text[:1000], decompressor.eof, decompressor.needs_input, decompressor.unused_data.endswith(b"rest"))
    decompressor = make()
    parts, packed = [], module.compress(text)
    for at in range(0, len(packed), 700):
        parts.append(decompressor.decompress(packed[at : at + 700], 50))
        while not decompressor.needs_input and not decompressor.eof:
            parts.append(decompressor.decompress(b"", 5_000))
    print(b"".join(parts) == text, max(map(len, parts)), decompressor.eof)
    for broken in (b"", b"no stream at all", packed[: len(packed) // 2], packed[:300] + b"\x00" * 40 + packed[340:]):
        try:
            print(len(module.decompress(broken)))
        except Exception as error:
            print(type(error).__name__, error)
    for misuse in (lambda: decompressor.decompress(b"more"), lambda: module.compress("text"), lambda: module.open("none.csv")):
        try:
            misuse()
        except Exception as error:
            print(type(error).__name__)
    with module.open(io.BytesIO(packed), "rt") as lines:
        print(sum(1 for _ in lines))
    file = module.open(io.BytesIO(packed))
    file.seek(100_000)
    print(file.read(30), file.tell(), file.seek(5), file.readline())

store = io.BytesIO()
for kind in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
    with zipfile.ZipFile(store, "w", kind) as archive:
        archive.writestr("a.csv", text)
    with zipfile.ZipFile(store) as archive:
        print("zip", archive.testzip(), archive.read("a.csv") == text)
for mode in ("bz2", "xz"):
    store = io.BytesIO()
    with tarfile.open(fileobj=store, mode=f"w:{mode}") as archive:
        member = tarfile.TarInfo("a.csv")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    store.seek(0)
    with tarfile.open(fileobj=store) as archive:
        print("tar", archive.getnames(), archive.extractfile("a.csv").read() == text)
