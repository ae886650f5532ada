"""The `pkg-config` that meson finds: it answers from `pkg-config.json` beside it, name by name."""

import json
import sys
from pathlib import Path

known = json.loads(Path(__file__).with_name("pkg-config.json").read_text())
options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
names = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
if "--version" in options and not names:
    print("1.8")
    sys.exit()
for name in names:
    if name not in known:
        sys.exit(f"Package {name} was not found")
    about = known[name]
    for option in options:
        if option.startswith("--variable"):
            print(about.get(option.partition("=")[2], ""))
        elif option == "--modversion":
            print(about["version"])
        elif option == "--cflags":
            print(about.get("cflags", ""))
        elif option == "--libs":
            print("")
