"""Runs test files under pytest."""

import importlib.util
import io
import os
import sys
import types

from suite_guest import unpack

#: Compiled modules that only tests use. The guest leaves them out; a test that calls one is skipped.
HELPERS = (
    "numpy._core._multiarray_tests",
    "numpy._core._umath_tests",
    "numpy._core._rational_tests",
    "numpy._core._struct_ufunc_tests",
    "numpy._core._operand_flag_tests",
)
#: pytest asks for what a sandbox has not: a null device, signals, other processes.
OPTIONS = ("-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:logging", "--capture=sys", "--assert=plain")
#: Examples that hypothesis tries; its own number takes minutes.
EXAMPLES = 10


class Plugin:
    """Writes down what pytest tells."""

    def __init__(self, records):
        self.records = records
        self.outcome = ("passed", "")

    def pytest_sessionstart(self):
        hypothesis = sys.modules.get("hypothesis")
        if hypothesis:
            checks = list(hypothesis.HealthCheck)
            quick = {"max_examples": EXAMPLES, "deadline": None, "database": None, "suppress_health_check": checks}
            hypothesis.settings.register_profile("guest", **quick)
            hypothesis.settings.load_profile("guest")

    def pytest_collection_modifyitems(self, items):
        items[:] = self.records.chosen(items, lambda item: item.nodeid)

    def pytest_collectreport(self, report):
        if report.failed:
            self.records.broken(report.nodeid, _reason(report))
        elif report.skipped:
            self.records.skipped(report.nodeid, _reason(report))

    def pytest_runtest_setup(self, item):
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        for parameter in parameters:
            if isinstance(parameter, Absent):
                parameter()

    def pytest_runtest_logstart(self, nodeid):
        Absent.skips = True
        self.outcome = ("passed", "")
        self.records.start(nodeid)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.outcome = ("failed" if report.when == "call" else "error", _reason(report))
        elif report.skipped and self.outcome[0] == "passed":
            self.outcome = ("xfailed" if hasattr(report, "wasxfail") else "skipped", _reason(report))

    def pytest_runtest_logfinish(self):
        Absent.skips = False
        self.records.end(*self.outcome)


def _reason(report):
    told = report.longrepr
    if isinstance(told, tuple):
        return told[2]
    crash = getattr(told, "reprcrash", None)
    if crash:
        return crash.message
    return "\n".join(str(told).strip().splitlines()[-3:])


class Absent:
    """Something of a module that the guest leaves out. A test that calls it is skipped; so is one that was given it
    when tests were collected, where a call gives the thing itself."""

    skips = False

    def __init__(self, module):
        self.module = module

    def __call__(self, *args, **options):
        if not self.skips:
            return self
        import pytest

        pytest.skip(f"needs {self.module}, which the guest leaves out")


def _stand_in(name):
    module = types.ModuleType(name)
    absent = Absent(name)

    def look(attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return absent

    module.__getattr__ = look
    module.get_fpu_mode = lambda: 0
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    setattr(sys.modules[parent], child, module)


def run(files, records):
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # The package above a test file is the guest's own, at another place than the file's.
    os.environ["PY_IGNORE_IMPORTMISMATCH"] = "1"
    unpack.unpack(files, data=("data",), settings=("pytest.ini", "pyproject.toml"))
    import pytest

    for name in HELPERS:
        if name.partition(".")[0] in sys.modules and importlib.util.find_spec(name) is None:
            _stand_in(name)
    settings = next(name for name in ("pytest.ini", "pyproject.toml") if os.path.exists(f"{unpack.ROOT}/{name}"))
    options = [*OPTIONS, "--rootdir", unpack.ROOT, "-c", f"{unpack.ROOT}/{settings}", "-o", "addopts=", "--tb=short"]
    options += ["--basetemp=/out/tmp", "-o", "tmp_path_retention_policy=none", "--continue-on-collection-errors"]
    shown, sys.stdout = sys.stdout, io.StringIO()
    try:
        ended = pytest.main([*options, *(f"{unpack.ROOT}/{file}" for file in files)], plugins=[Plugin(records)])
    finally:
        told, sys.stdout = sys.stdout.getvalue(), shown
    if ended not in (0, 1, 2, 5):
        raise RuntimeError(f"pytest ended with {ended!r}:\n{told[-4000:]}")
