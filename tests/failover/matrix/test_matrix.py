"""Every fault of a provider, on every front, streamed and buffered, alone and with another provider: expected.md."""

import pytest
from cells import table
from cells.ask import going_on
from cells.ground import FIRST_KEY, OTHER_KEY, cells


@pytest.mark.parametrize("cell", cells(), ids=lambda cell: cell.model)
def test_cell(check, cell):
    check(cell)


def test_every_answer_tells_its_attempts(run):
    """Errors too: who debugs one wants to know how often it was tried."""
    seen, _ = run
    silent = [cell.model for cell, each in seen.items() if each.status and not each.header("x-tiergate-attempts")]
    assert not silent, f"{len(silent)} answers without x-tiergate-attempts, among them {silent[:5]}"


def test_nothing_goes_on_afterwards(run):
    """Every attempt has ended or was let go of: nobody pays for words that nobody hears."""
    _, tally = run
    assert going_on(tally) == []


def test_redirects_are_not_followed(run):
    _, tally = run
    assert tally["followed"] == 0


def test_the_log_holds_no_key(ground, run):
    for gateway in ground.gateways.values():
        assert FIRST_KEY not in gateway.log and OTHER_KEY not in gateway.log


def test_the_table_is_complete(ground):
    """Every fault of the wall's catalogue is in the table, or is left out for a reason."""
    catalogue, named = set(ground.wall.faults()), {name for row in table.rows() for name in row.names}
    left_out = table.exceptions()
    assert catalogue - named - left_out.keys() == set(), "in the catalogue only"
    assert (named | left_out.keys()) - catalogue == set(), "in the table only"
    assert not named & left_out.keys(), "left out, and in the table"
    assert all(left_out.values()), "left out without a reason"


def test_the_clocks_are_told():
    """The introduction and the configuration say the same."""
    text = " ".join(table.FILE.read_text().split())
    for name, seconds in table.CLOCKS.items():
        assert f"`{name}` {seconds:g}" in text, name
