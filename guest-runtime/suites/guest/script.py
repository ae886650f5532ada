"""The script that `glovebox run` is given. All else comes out of the archives."""

import sys

sys.path[:0] = ["/data/harness.zip", "/data/tests.zip"]

import suite_guest

suite_guest.run(params)
