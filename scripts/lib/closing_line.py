"""Prints `N passed, N failed` from a JUnit report; fails when no test ran."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def main() -> int:
    path = pathlib.Path(sys.argv[1])
    suites = ElementTree.parse(path).getroot().iter("testsuite") if path.exists() else []
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests"))
        failed += int(suite.get("failures")) + int(suite.get("errors"))
        skipped += int(suite.get("skipped"))
    print(f"{total - failed - skipped} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if total - skipped > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
