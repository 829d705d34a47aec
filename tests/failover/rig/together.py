"""Tests that mostly wait are begun together and only waited for in their turn.

A test with `@together` takes no fixtures: a thread runs it from the moment that its suite begins.
"""

import threading
from concurrent.futures import Future


def together(function):
    function.together = True
    return function


class Lanes:
    """Runs marked tests beside each other, so many at a time."""

    def __init__(self, width):
        self._free = threading.Semaphore(width)
        self._begun = {}

    def begin(self, items):
        """Starts the marked ones among these; a second time does nothing."""
        for item in items:
            if getattr(item.obj, "together", False) and item.nodeid not in self._begun:
                self._begun[item.nodeid] = Future()
                # of no importance to the end of the process: an interrupted run ends at once
                threading.Thread(target=self._run, args=[item], daemon=True).start()

    def wait(self, item) -> bool:
        """Whether it was one of these; fails as the test did."""
        if item.nodeid not in self._begun:
            return False
        self._begun[item.nodeid].result()
        return True

    def _run(self, item):
        given = item.callspec.params if hasattr(item, "callspec") else {}
        future = self._begun[item.nodeid]
        with self._free:
            try:
                future.set_result(item.obj(**given))
            except BaseException as fault:
                future.set_exception(fault)
