"""Translates Fortran 77 to C by f2c, with the signatures that callers in C and Cython expect.

f2c gives each subroutine an `int` to return and each text argument a hidden length. Callers know of neither, and
WebAssembly refuses a call by another type, so both go: subroutines return nothing, and lengths are dropped but for the
few routines that read them.
"""

import re
from pathlib import Path

from sources import run
from store import Failure

# Routines whose text arguments have no fixed length. All others look at the first letter.
KEEP_LENGTHS = frozenset(
    "ilaenv_ ilaenv2stage_ iparam2stage_ iparmq_ xerbla_ lsamen_ s_cmp s_copy s_cat i_len i_indx".split()
)
# Routines in double precision that use single precision too.
MIXED = frozenset("zcgesv zcposv zlag2c zlat2c".split())
DOUBLE = {"REAL": "DBLE", "CMPLX": "DCMPLX"}
_CALL = re.compile(r"\b([a-z]\w*)\s*\(|\(\*\w+\)\s*\(")
_LENGTH = re.compile(r"\(?\s*ftnlen\b.*|\w+_len", re.DOTALL)


def translate(f2c: Path, source: Path, folder: Path) -> Path:
    """The C file in `folder` that `source` becomes."""
    name = source.stem.lower()
    (folder / f"{name}.f").write_text(older(name, source.read_text(errors="replace")))
    run([f2c, "-A", "-a", "-R", "-f", f"{name}.f"], cwd=folder)
    made = folder / f"{name}.c"
    made.write_text(plain(made.read_text()))
    return made


def older(name: str, text: str) -> str:
    """What LAPACK takes from newer Fortran, in words that f2c knows. With `-a` any routine may call itself."""
    lines: list[str] = []
    loops: list[str | None] = []
    for line in text.splitlines():
        if line[:1] in "*Cc!":
            continue
        line = re.sub(r"^( +)RECURSIVE +", r"\1", line, flags=re.IGNORECASE)
        if name[0] == "z" and name not in MIXED:
            line = re.sub(r"\bCONJG\b", "DCONJG", line)
            line = re.sub(r"\bAIMAG\b", "DIMAG", line)
            line = re.sub(r"\b(REAL|CMPLX) *\((?= *\w)", lambda found: DOUBLE[found[1]] + "(", line)
        line = re.sub(r", MAXLOC\b", "", line)
        line = re.sub(r"\bMAXLOC\( *(\w+)\( *([^:]+):(.+?) *\), *1 *\)", rf"MAXLC{'S' if name[0] in 'sc' else 'D'}( \1( \2 ), \3 - \2 + 1 )", line)
        if zeroed := re.fullmatch(r"( +\w+)\((\d+):(\d+)\) *= *0 *", line):
            lines += [f"{zeroed[1]}({at}) = 0" for at in range(int(zeroed[2]), int(zeroed[3]) + 1)]
            continue
        label = None
        if re.match(r" +DO\b *(?!\d)", line):
            loops.append(None)
        elif re.search(r"\bEXIT\b", line):
            loops[-1] = loops[-1] or str(9000 + len(lines))
            line = line.replace("EXIT", f"GO TO {loops[-1]}")
        elif re.match(r" +END *DO\b", line):
            label = loops.pop()
        lines.append(line)
        if label:
            lines.append(f" {label} CONTINUE")
    return "\n".join([*lines, ""])


def plain(text: str) -> str:
    """f2c's output without the `int` of subroutines and without hidden lengths."""
    text = re.sub(r"/\* Subroutine \*/ int\b", "void", text)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return _without_lengths(re.sub(r"\breturn 0;", "return;", text))


def _without_lengths(text: str) -> str:
    out, at = [], 0
    for match in iter(lambda: _CALL.search(text, at), None):
        name = match[1]
        out.append(text[at : match.end()])
        end = _closing(text, match.end())
        arguments = text[match.end() : end]
        if name in ("sizeof", "if", "while", "for", "switch", "return") or (name or "").isupper():
            out.append(_without_lengths(arguments))
        else:
            parts = [_without_lengths(part) for part in _split(arguments)]
            if name not in KEEP_LENGTHS:
                parts = [part for part in parts if not _LENGTH.fullmatch(part.strip())]
            out.append(",".join(parts))
        at = end
    out.append(text[at:])
    return "".join(out)


def _closing(text: str, at: int) -> int:
    depth = 1
    while depth:
        if text[at] == '"':
            at = text.index('"', at + 1)
            while text[at - 1] == "\\":
                at = text.index('"', at + 1)
        elif text[at] == "'":
            at = text.index("'", at + 1)
        depth += (text[at] == "(") - (text[at] == ")")
        at += 1
        if at > len(text):
            raise Failure("f2c's output has an open bracket")
    return at - 1


def _split(arguments: str) -> list[str]:
    parts, depth, start, at = [], 0, 0, 0
    while at < len(arguments):
        letter = arguments[at]
        if letter == '"':
            at = arguments.index('"', at + 1)
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(arguments[start:at])
            start = at + 1
        at += 1
    return [*parts, arguments[start:]]
