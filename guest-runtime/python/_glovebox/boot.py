"""Imported once, before the guest's memory is frozen: whatever is imported here costs a run nothing."""

# Before anything imports datetime, which reads the zone's names.
from _glovebox import clock

clock.install()

import abc  # noqa: F401
import base64  # noqa: F401
import bisect  # noqa: F401
import calendar  # noqa: F401
import collections  # noqa: F401
import contextlib  # noqa: F401
import copy  # noqa: F401
import csv  # noqa: F401
import dataclasses  # noqa: F401
import datetime  # noqa: F401
import decimal  # noqa: F401
import difflib  # noqa: F401
import enum  # noqa: F401
import fractions  # noqa: F401
import functools  # noqa: F401
import glob  # noqa: F401
import hashlib  # noqa: F401
import heapq  # noqa: F401
import io
import itertools  # noqa: F401
import json  # noqa: F401
import linecache  # noqa: F401
import math  # noqa: F401
import operator  # noqa: F401
import os  # noqa: F401
import pathlib  # noqa: F401
import pprint  # noqa: F401
import random  # noqa: F401
import re  # noqa: F401
import statistics  # noqa: F401
import string  # noqa: F401
import sys  # noqa: F401
import textwrap  # noqa: F401
import time  # noqa: F401
import traceback  # noqa: F401
import typing  # noqa: F401
import unicodedata  # noqa: F401
import warnings  # noqa: F401

import matplotlib.pyplot
import polars

from _glovebox import fault, files, hints, run, streams  # noqa: F401

streams.install()
files.install()
run.install()


def exercise():
    """Goes once through what a first use would have to set up: hash seeds, lazily made tables, glyphs. In the frozen
    memory it costs a run nothing, and depends on nothing that a run brings."""
    frame = polars.DataFrame({"group": ["a", "b", "a"], "value": [1.0, 2.0, 3.0]})
    means = frame.group_by("group").agg(polars.col("value").mean())
    str(means.join(frame, on="group").filter(polars.col("group").str.contains("^a")).sort("group", "value"))
    polars.read_csv(b"a,b\n1,x\n2,y\n").write_csv()
    figure, axes = matplotlib.pyplot.subplots()
    axes.plot([1, 2, 3], label="x")
    axes.set_title("Title 0123456789")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    matplotlib.pyplot.close("all")


exercise()
