"""The `python` that meson finds: it answers meson's questions for the guest, and runs all else on this machine."""

import os
import sys
from pathlib import Path

if any(argument.endswith("python_info.py") for argument in sys.argv[1:]):
    print(Path(__file__).with_name("python.json").read_text())
else:
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
