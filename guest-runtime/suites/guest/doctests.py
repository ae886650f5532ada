"""Runs the examples in the docstrings of modules that the guest holds."""

import doctest
import importlib
import pathlib
import traceback
import warnings

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.DONT_ACCEPT_TRUE_FOR_1
#: An example marked so shows what differs from run to run.
IGNORE_RESULT = doctest.register_optionflag("IGNORE_RESULT")


class Checker(doctest.OutputChecker):
    def check_output(self, want, got, optionflags):
        return bool(optionflags & IGNORE_RESULT) or super().check_output(want, got, optionflags)


class Runner(doctest.DocTestRunner):
    """Stops at a docstring's first failure and keeps what it is."""

    def report_failure(self, out, test, example, got):
        self.reason = self.reason or f"{_source(example)} gave {got}"

    def report_unexpected_exception(self, out, test, example, error):
        told = "".join(traceback.format_exception_only(error[0], error[1]))
        self.reason = self.reason or f"{_source(example)}: {told}"


def _source(example):
    return " ".join(example.source.split())


def _tests(names, records):
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in names:
        try:
            module = importlib.import_module(name)
            found = finder.find(module, name)
        except Exception as error:
            records.broken(name, "".join(traceback.format_exception_only(error)))
        else:
            yield from (test for test in found if test.examples)


def run(names, records):
    polars = importlib.import_module("polars")
    surroundings = {"pl": polars, "dirpath": pathlib.Path("/out")}
    for test in records.chosen(list(_tests(names, records)), lambda test: test.name):
        records.start(test.name)
        runner = Runner(checker=Checker(), verbose=False, optionflags=FLAGS)
        runner.reason = ""
        test.globs = {**test.globs, **surroundings}
        with warnings.catch_warnings(), polars.Config():
            warnings.simplefilter("ignore")
            runner.run(test, out=lambda text: None)
        records.end("failed" if runner.reason else "passed", runner.reason)
