"""Tests that mostly wait are begun together and only waited for in their turn.

A test with `@together` takes no fixtures: a thread runs it from the moment that its suite begins. `@together_few` is for
those that keep the machine busy: two at a time.
"""

import threading
import time
from concurrent.futures import Future

STAGGER = 0.05  # seconds between two beginnings, so that all the processes do not start at once


def together(function):
    function.lane = "many"
    return function


def together_few(function):
    function.lane = "few"
    return function


class Lanes:
    """Runs marked tests beside each other."""

    def __init__(self):
        self._busy = threading.Semaphore(2)
        self._begun = {}

    def begin(self, items):
        """Starts the marked ones among these; a second time does nothing."""
        marked = [x for x in items if hasattr(x.obj, "lane") and not _skipped(x)]
        fresh = [item for item in marked if item.nodeid not in self._begun]
        for at, item in enumerate(fresh):
            self._begun[item.nodeid] = Future()
            # of no importance to the end of the process: an interrupted run ends at once
            threading.Thread(target=self._run, args=[item, at * STAGGER], daemon=True).start()

    def wait(self, item) -> bool:
        """Whether it was one of these; fails as the test did."""
        if item.nodeid not in self._begun:
            return False
        self._begun[item.nodeid].result()
        return True

    def _run(self, item, delay):
        time.sleep(delay)
        if item.obj.lane == "few":
            with self._busy:
                self._settle(item)
        else:
            self._settle(item)

    def _settle(self, item):
        given = item.callspec.params if hasattr(item, "callspec") else {}
        future = self._begun[item.nodeid]
        try:
            future.set_result(item.obj(**given))
        except BaseException as fault:
            future.set_exception(fault)


def _skipped(item) -> bool:
    return any(mark.args[0] for mark in item.iter_markers("skipif"))
