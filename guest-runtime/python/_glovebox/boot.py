"""Imported once, before the guest's memory is frozen: whatever is imported here costs a run nothing."""

# Before anything that keeps a function of the system's: it then keeps ours.
from _glovebox import files

files.install()

from _glovebox import streams  # noqa: E402

streams.install()

import abc  # noqa: E402, F401
import base64  # noqa: E402, F401
import bisect  # noqa: E402, F401
import calendar  # noqa: E402, F401
import collections  # noqa: E402, F401
import contextlib  # noqa: E402, F401
import copy  # noqa: E402, F401
import csv  # noqa: E402, F401
import dataclasses  # noqa: E402, F401
import datetime  # noqa: E402, F401
import decimal  # noqa: E402, F401
import difflib  # noqa: E402, F401
import enum  # noqa: E402, F401
import fractions  # noqa: E402, F401
import functools  # noqa: E402, F401
import gc  # noqa: E402
import glob  # noqa: E402, F401
import hashlib  # noqa: E402, F401
import heapq  # noqa: E402, F401
import io  # noqa: E402
import itertools  # noqa: E402, F401
import json  # noqa: E402, F401
import linecache  # noqa: E402, F401
import math  # noqa: E402, F401
import operator  # noqa: E402, F401
import os  # noqa: E402, F401
import pathlib  # noqa: E402, F401
import pprint  # noqa: E402, F401
import random  # noqa: E402, F401
import re  # noqa: E402, F401
import sqlite3  # noqa: E402, F401
import statistics  # noqa: E402, F401
import string  # noqa: E402, F401
import sys  # noqa: E402, F401
import textwrap  # noqa: E402, F401
import time  # noqa: E402, F401
import traceback  # noqa: E402, F401
import typing  # noqa: E402, F401
import unicodedata  # noqa: E402, F401
import uuid  # noqa: E402, F401
import warnings  # noqa: E402, F401
import zipfile  # noqa: E402, F401
import zoneinfo  # noqa: E402, F401

import dateutil.parser  # noqa: E402, F401
import matplotlib.pyplot  # noqa: E402
import numpy  # noqa: E402
import openpyxl  # noqa: E402, F401
import pandas  # noqa: E402
import polars  # noqa: E402
import scipy.cluster.hierarchy  # noqa: E402, F401
import scipy.integrate  # noqa: E402, F401
import scipy.interpolate  # noqa: E402, F401
import scipy.ndimage  # noqa: E402, F401
import scipy.optimize  # noqa: E402, F401
import scipy.signal  # noqa: E402, F401
import scipy.stats  # noqa: E402
import seaborn  # noqa: E402, F401
import sklearn.cluster  # noqa: E402, F401
import sklearn.compose  # noqa: E402, F401
import sklearn.datasets  # noqa: E402, F401
import sklearn.decomposition  # noqa: E402, F401
import sklearn.ensemble  # noqa: E402, F401
import sklearn.feature_extraction.text  # noqa: E402, F401
import sklearn.feature_selection  # noqa: E402, F401
import sklearn.impute  # noqa: E402, F401
import sklearn.inspection  # noqa: E402, F401
import sklearn.linear_model  # noqa: E402
import sklearn.manifold  # noqa: E402, F401
import sklearn.metrics  # noqa: E402, F401
import sklearn.mixture  # noqa: E402, F401
import sklearn.model_selection  # noqa: E402, F401
import sklearn.naive_bayes  # noqa: E402, F401
import sklearn.neighbors  # noqa: E402, F401
import sklearn.neural_network  # noqa: E402, F401
import sklearn.pipeline  # noqa: E402, F401
import sklearn.preprocessing  # noqa: E402, F401
import sklearn.svm  # noqa: E402, F401
import sklearn.tree  # noqa: E402, F401
import statsmodels.api  # noqa: E402
import statsmodels.formula.api  # noqa: E402, F401
import statsmodels.stats.api  # noqa: E402, F401
import statsmodels.tsa.api  # noqa: E402, F401
import tabulate  # noqa: E402, F401
import xlsxwriter  # noqa: E402, F401

from _glovebox import (  # noqa: E402
    fault,  # noqa: F401
    hints,  # noqa: F401
    imports,
    library,
    pandas_files,
    pandas_here,
    plotting,
    polars_here,
    run,
    scipy_here,
)

pandas_here.install()
pandas_files.install()
polars_here.install()
scipy_here.install()
plotting.prepare()
run.install()


def exercise():
    """Goes once through what a first use would have to set up: hash seeds, lazily made tables, glyphs. In the frozen
    memory it costs a run nothing, and depends on nothing that a run brings."""
    frame = polars.DataFrame({"group": ["a", "b", "a"], "value": [1.0, 2.0, 3.0]})
    means = frame.group_by("group").agg(polars.col("value").mean())
    str(means.join(frame, on="group").filter(polars.col("group").str.contains("^a")).sort("group", "value"))
    polars.read_csv(b"a,b\n1,x\n2,y\n").write_csv()
    numbers = numpy.arange(12.0).reshape(3, 4)
    str(numbers @ numbers.T + numpy.linalg.inv(numpy.eye(3)))
    table = pandas.read_csv(io.StringIO("group,value,day\na,1,2024-01-01\nb,2,2024-01-02\na,3,2024-01-03\n"))
    table["day"] = pandas.to_datetime(table["day"])
    str(table.groupby("group")["value"].agg(["mean", "sum"]).reset_index().merge(table, on="group").sort_values("value"))
    str(table.describe()), table.to_csv(index=False), table.pivot_table(index="group", values="value")
    scipy.stats.ttest_ind(numbers[0], numbers[1], equal_var=False)
    sklearn.linear_model.LinearRegression().fit(numbers, numbers[:, 0]).score(numbers, numbers[:, 0])
    line = numpy.arange(20.0)
    str(statsmodels.api.OLS(numpy.sin(line), statsmodels.api.add_constant(line)).fit().summary())
    for value in (frame, table, numbers):
        run.tables.of(value, 100)
    figure, axes = matplotlib.pyplot.subplots()
    axes.plot([1, 2, 3], label="x")
    axes.set_title("Title 0123456789")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    matplotlib.pyplot.close("all")


exercise()
# polars leaves a setting of its allocator's there; a script has no environment.
os.environ.clear()
library.keep()
imports.install([files.OUT, files.DATA])
# What is here stays for ever: no collection in a run looks at it again.
gc.collect()
gc.freeze()
