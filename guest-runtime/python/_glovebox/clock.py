"""The guest's time zone is UTC. WASI knows no zones, so the names that Python expects of a zone are set here."""

import time


def install():
    time.tzname = ("UTC", "UTC")
    time.timezone = time.altzone = time.daylight = 0
