"""How long a run is: short in every run of the tests, whole by scripts/long-tests."""

import os

LONG = os.environ.get("TIERGATE_LONG") == "1"


def pick(short, long):
    return long if LONG else short
