"""Runs CPython's own test files under unittest."""

import importlib
import io
import sys
import sysconfig
import traceback
import unittest

from suite_guest import unpack

#: Folders of data, by the tests that read them as files.
DATA = {
    "test_cmath": "mathdata",
    "test_decimal": "decimaltestdata",
    "test_float": "mathdata",
    "test_math": "mathdata",
    "test_strtod": "mathdata",
    "test_tokenize": "tokenizedata",
    "test_tomllib": "data",
    "test_xml_etree": "xmltestdata",
}


class Result(unittest.TestResult):
    """Writes down what unittest tells."""

    def __init__(self, records):
        super().__init__()
        self.records = records
        self.outcome = ("passed", "")

    def startTest(self, test):
        super().startTest(test)
        self.outcome = ("passed", "")
        self.records.start(test.id())

    def stopTest(self, test):
        super().stopTest(test)
        self.records.end(*self.outcome)

    def _ended(self, test, outcome, reason):
        if isinstance(test, unittest.suite._ErrorHolder):
            # What sets up or tears down a class or a module is no test, and has no start.
            self.records.start(test.id())
            self.records.end(outcome, reason)
        elif self.outcome[0] in ("passed", "skipped", "xfailed"):
            self.outcome = (outcome, reason)

    def addError(self, test, error):
        self._ended(test, "error", _reason(error))

    def addFailure(self, test, error):
        self._ended(test, "failed", _reason(error))

    def addSubTest(self, test, subtest, error):
        if error is not None:
            kind = "failed" if issubclass(error[0], test.failureException) else "error"
            self._ended(test, kind, f"{subtest._subDescription()}: {_reason(error)}")

    def addSkip(self, test, reason):
        self._ended(test, "skipped", reason)

    def addExpectedFailure(self, test, error):
        self._ended(test, "xfailed", _reason(error))

    def addUnexpectedSuccess(self, test):
        self._ended(test, "failed", "passed, though it is expected to fail")


def _reason(error):
    kind, value, _ = error
    text = "".join(traceback.format_exception_only(kind, value))
    return text.removeprefix("AssertionError: ")


def _flat(tests):
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from _flat(test)
        else:
            yield test


def _tests(files, records):
    loader = unittest.TestLoader()
    for file in files:
        name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        try:
            module = importlib.import_module(name)
            yield from _flat(loader.loadTestsFromModule(module))
        except unittest.SkipTest as skip:
            records.skipped(file, skip)
        except BaseException as error:
            records.broken(file, "".join(traceback.format_exception_only(error)))


def run(files, records):
    data = {folder for test, folder in DATA.items() if any(test in file for file in files)}
    unpack.unpack(files, data=("support", *data))
    # `test.support` splits it as a shell does, and this build's quotes do not match.
    sysconfig.get_config_vars()["CONFIG_ARGS"] = ""
    from test import support

    support.use_resources = {"cpu": True, "decimal": True}
    support.verbose = 0
    shown = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    try:
        tests = records.chosen(list(_tests(files, records)), lambda test: test.id())
        unittest.TestSuite(tests).run(Result(records))
    finally:
        sys.stdout, sys.stderr = shown
