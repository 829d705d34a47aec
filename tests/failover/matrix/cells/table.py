"""Reads expected.md."""

import dataclasses
import pathlib
import re

FILE = pathlib.Path(__file__).resolve().parents[1] / "expected.md"
FORMS = ["stream", "buffered"]
COMPANY = ["alone", "another"]
# Seconds; written into the gateway's configuration and told in the table's introduction.
CLOCKS = {
    "connect": 1.0,
    "first": 2.5,
    "first-another": 1.0,
    "idle": 1.0,
    "pings": 1.8,
    "finish": 0.8,
    "stream": 4.0,
    "request": 3.0,
}
_OUTCOME = re.compile(
    r"(?P<what>answer|another|broken|empty|overloaded|\d{3})(?: (?P<codes>[a-z_/]+))?"
    r"(?: x(?P<tries>\d(?:-\d)?))?(?: @(?P<clock>[a-z-]+))?(?: after (?P<after>\d+\.\.\d+\??))?"
    r"(?: at (?P<dialects>[a-z/]+))?"
)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One way to end that is right."""

    text: str
    what: str  # answer, another, broken, empty or error
    status: int
    codes: tuple[str, ...]
    tries: range
    clock: str | None
    after: tuple[int, int, bool] | None  # least, most, may it be missing
    dialects: tuple[str, ...]  # of the provider; none is any


@dataclasses.dataclass(frozen=True)
class Row:
    """A fault; the outcomes by form and company."""

    fault: str
    means: str
    cells: dict

    @property
    def address(self) -> str | None:
        """The place where nobody answers, for what is no fault of the wall."""
        return self.fault.removeprefix("at ") if self.fault.startswith("at ") else None

    @property
    def names(self) -> set[str]:
        """The faults of the catalogue that it is made of."""
        return set() if self.address else {item.split(":")[0] for item in self.fault.split(",")}


def rows() -> list[Row]:
    found = [
        Row(fault.strip("`"), means, dict(zip(_places(), map(outcomes, cells))))
        for fault, means, *cells in _lines()
        if len(cells) == 4
    ]
    assert len({row.fault for row in found}) == len(found), "a fault stands there twice"
    return found


def exceptions() -> dict[str, str]:
    """Faults that the table leaves out, and why."""
    _, _, part = FILE.read_text().partition("## Not in the table")
    return {name.strip("`"): why for name, why in _cells(part) if name.startswith("`")}


def outcomes(text: str) -> list[Outcome]:
    """Reads a cell: `502 upstream_error x2 or 504 upstream_timeout`."""
    return [] if text == "–" else [_outcome(part) for part in text.split(" or ")]


def _outcome(text: str) -> Outcome:
    found = _OUTCOME.fullmatch(text)
    assert found, f"{FILE.name}: what is {text!r}?"
    what, clock = found["what"], found["clock"]
    assert clock is None or clock in CLOCKS, f"{FILE.name}: no clock {clock!r}"
    first, _, last = (found["tries"] or ("2" if what == "another" else "1")).partition("-")
    status = 503 if what == "overloaded" else int(what) if what.isdigit() else 200
    codes = "upstream_overloaded" if what == "overloaded" else found["codes"]
    return Outcome(
        text=text,
        what="error" if status != 200 else what,
        status=status,
        codes=_parts(codes),
        tries=range(int(first), int(last or first) + 1),
        clock=clock,
        after=_after(found["after"]),
        dialects=_parts(found["dialects"]),
    )


def _parts(text):
    return tuple(text.split("/")) if text else ()


def _after(text):
    if text is None:
        return None
    least, most = text.rstrip("?").split("..")
    return int(least), int(most), text.endswith("?")


def _places():
    return [(form, company) for form in FORMS for company in COMPANY]


def _lines():
    before, _, _ = FILE.read_text().partition("## Not in the table")
    return [cells for cells in _cells(before) if cells[0].startswith("`")]


def _cells(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
