"""Holds what was seen against the table. Each problem is a sentence; none means that the cell is right."""

import json
import re

from . import table
from .ask import SLACK, Seen, curl
from .fronts import FINISH, FRONTS, PROMPT, Said
from .ground import FIRST_KEY, OTHER_KEY, Cell, Ground

CLASSES = {429: "provider", 502: "provider", 503: "provider", 504: "timeout"}
# The types that Anthropic has for an error.
KINDS = {
    400: "invalid_request_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}
FINAL = ("upstream_auth", "upstream_billing", "upstream_model_not_found")
# Faults whose streams the provider leaves without an end, so that the client need not get one.
WITHOUT_END = ("no-done", "finish-hang", "finish-reset")
STATUSES = {"context": 400, "filter": 400, "key-echo": 401, "quota": 429, "redirect": 307}
RECEIPTS = {"error": "failed", "broken": "interrupted"} | dict.fromkeys(["answer", "another", "empty"], "complete")
END = {"chat": "[DONE]", "messages": "message_stop"}


def problems(ground: Ground, cell: Cell, seen: Seen, tally: dict) -> list[str]:
    found = always(ground, cell, seen, tally)
    if seen.status is not None:
        found += min((judged(ground, cell, seen, outcome) for outcome in cell.expected), key=len)
    return found


def report(cell: Cell, seen: Seen, found: list[str]) -> str:
    """What a failed test says."""
    expected = " or ".join(outcome.text for outcome in cell.expected)
    return "\n".join(
        [
            f"{cell.model}: the provider {cell.row.means}",
            f"expected: {expected}",
            f"seen: {shown(seen)}",
            *(f"  - {problem}" for problem in found),
            f"again: scripts/test blackbox -k '{cell.model}'",
            f"by hand: `python -m cells '{cell.model}'` in tests/failover/matrix tells URL and waits; then {curl(cell)}",
        ]
    )


def shown(seen: Seen) -> str:
    end = "whole" if seen.complete else "cut short"
    body = seen.body if len(seen.body) < 900 else seen.body[:300] + b" ... " + seen.body[-500:]
    return f"{seen.status} after {seen.seconds:.2f} s, {end}, {noted(seen)} attempts: {body!r}"


def attempts(seen: Seen) -> int | None:
    told = seen.header("x-tiergate-attempts")
    return int(told) if told and told.isdigit() else None


def noted(seen: Seen) -> int | None:
    """The attempts by the receipt, which an answer without the header has as well."""
    return len(seen.receipt["attempts"]) if seen.receipt else None


def counted(ground: Ground, cell: Cell, tally: dict) -> int | None:
    """The attempts by the wall's own account; it knows nothing of those that never reached it."""
    if cell.row.address:
        return None
    of = lambda name: tally["models"].get(name, {}).get("requests", 0)  # noqa: E731
    first = tally["ports"].get(str(ground.ports[cell]), 0) if cell.at_accept else of(cell.upstream)
    return first + of(cell.other)


def always(ground, cell, seen, tally):
    """What holds whatever the outcome."""
    found = [seen.trouble] if seen.trouble else []
    heads = "\n".join(f"{name}: {value}" for name, value in [*seen.headers, *seen.trailers]).encode()
    for name, key in (("first", FIRST_KEY), ("other", OTHER_KEY)):
        if key.encode() in heads + seen.body:
            found.append(f"the key for the {name} provider came out")
    if seen.status is None:
        return found
    if not seen.header("x-request-id"):
        found.append("no x-request-id")
    count = counted(ground, cell, tally)
    for name, told in (("x-tiergate-attempts", attempts(seen)), ("the receipt", noted(seen))):
        if told is not None and count is not None and told != count:
            found.append(f"{name} says {told} attempts, the wall has counted {count}")
    if seen.receipt is None:
        found.append("no receipt")
    if cell.row.address is None and count not in union(cell):
        found.append(f"{count} attempts at the wall")
    return found


def union(cell):
    return {tries for outcome in cell.expected for tries in outcome.tries}


def judged(ground, cell, seen, outcome):
    """What speaks against one outcome."""
    found = timed(seen, outcome)
    told = noted(seen)
    if told is not None and told not in outcome.tries:
        found.append(f"{told} attempts")
    if seen.receipt and seen.receipt["outcome"] != RECEIPTS[outcome.what]:
        found.append(f"the receipt says {seen.receipt['outcome']}")
    status = FRONTS[cell.front].statuses.get(outcome.status, outcome.status)
    if seen.status != status:
        return [*found, f"status {seen.status}, not {status}"]
    try:
        if outcome.what == "error":
            return found + refused(cell, seen, outcome)
        front = FRONTS[cell.front]
        said = front.stream(seen.body) if cell.streaming else front.whole(json.loads(seen.body))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError) as fault:
        return [*found, f"cannot be read: {fault!r}"]
    found += [f"an event that cannot be read: {each}" for each in said.unreadable[:3]]
    return found + (broken if outcome.what == "broken" else answered)(ground, cell, seen, outcome, said)


def timed(seen, outcome):
    clock = table.CLOCKS.get(outcome.clock, 0.0)
    times = (1, 1) if outcome.what == "another" else (outcome.tries[0], outcome.tries[-1])
    if seen.seconds > clock * times[1] + SLACK:
        return [f"took {seen.seconds:.2f} s"]
    if outcome.what != "answer" and seen.seconds < clock * times[0] - 0.05:
        return [f"took {seen.seconds:.2f} s only: another clock than {outcome.clock}?"]
    return []


def answered(ground, cell, seen, outcome, said: Said):
    other = outcome.what == "another"
    found = []
    if not seen.complete:
        found.append("a body cut short")
    if said.errors:
        found.append(f"an error in a good answer: {said.errors[0]}")
    if outcome.what == "empty":
        found += [f"says {said.text[:200]!r}"] if said.text else []
    elif wrong := unlike(ground, cell, said.text, other, whole=True):
        found.append(wrong)
    kind = (seen.header("content-type") or "").split(";")[0]
    if kind != ("text/event-stream" if cell.streaming else "application/json"):
        found.append(f"content-type {kind}")
    provider = seen.header("x-model-router-provider") or ""
    if not provider.startswith("other-" if other else "first-"):
        found.append(f"x-model-router-provider is {provider!r}")
    finish = FINISH[cell.front].get(None if other else cell.fault, FINISH[cell.front][None])
    twice = cell.fault == "double-finish" and cell.front == "chat" and not other
    if said.finishes not in ([finish], [finish] * 2 if twice else [finish]):
        found.append(f"finishes {said.finishes}, not {[finish]}")
    end = END.get(cell.front)
    if cell.streaming and end and (other or cell.fault not in WITHOUT_END) and said.ends != [end]:
        found.append(f"ends {said.ends}, not {[end]}")
    return found


def broken(ground, cell, seen, outcome, said: Said):
    found = []
    if seen.complete:
        found.append("the framing claims that the body is whole")
    if said.finishes or said.ends:
        found.append(f"made up: {said.finishes + said.ends}")
    if len(said.errors) != 1 or not said.error_last:
        found.append(f"{len(said.errors)} error events, the last event an error: {said.error_last}")
    if not said.text:
        found.append("not a word before the break")
    if wrong := unlike(ground, cell, said.text, other=False, whole=False):
        found.append(wrong)
    if cell.front != "responses" and said.errors:
        error = said.errors[0]
        wanted = {"code": "upstream_interrupted", "class": "provider", "retryable": True, "partial": True}
        if cell.front == "chat":
            wanted |= {"type": "api_error", "request_id": seen.header("x-request-id")}
        found += [f"error.{name} is {error.get(name)!r}" for name, value in wanted.items() if error.get(name) != value]
        if not str(error.get("provider")).startswith("first-"):
            found.append(f"error.provider is {error.get('provider')!r}")
    return found


def unlike(ground, cell, text, other, whole):
    """Where the words are not the provider's."""
    if other:
        said = ground.words["other"]
    elif cell.fault == "echo":
        said = PROMPT
    elif cell.fault == "huge:8" and cell.streaming:
        said = "a" * (8 << 20)
    elif cell.fault == "endless":
        said = " " + ground.words["first"].split(" ")[1]
        said *= len(text) // len(said) + 1
    else:
        said = ground.words["first"]
    if text == said or (not whole and said.startswith(text)):
        return None
    return f"says {text[:200]!r}, the provider said {said[:200]!r}"


def refused(cell, seen, outcome):
    """An error in the front's envelope, with what a client can act on."""
    found = []
    if not seen.complete:
        found.append("a body cut short")
    if not (seen.header("content-type") or "").startswith("application/json"):
        found.append(f"content-type {seen.header('content-type')}")
    value = json.loads(seen.body)
    error = FRONTS[cell.front].error(value)
    found += waiting(seen, outcome)
    error["request_id"] = error.get("request_id", value.get("request_id"))
    kind = CLASSES.get(outcome.status, "validation")
    wanted = {"class": kind, "request_id": seen.header("x-request-id")}
    wanted["retryable"] = kind != "validation" and error["code"] not in FINAL
    if status := provider_status(cell.fault):
        wanted["provider_status"] = status
    if cell.front == "messages":
        wanted["type"] = KINDS.get(outcome.status, "api_error")
    if outcome.codes and error["code"] not in outcome.codes:
        found.append(f"code {error['code']}")
    if not str(error.get("provider")).startswith("first-"):
        found.append(f"error.provider is {error.get('provider')!r}")
    found += [f"error.{name} is {error.get(name)!r}, not {value!r}" for name, value in wanted.items() if error.get(name) != value]
    return found


def provider_status(fault):
    name, _, rest = fault.partition(":")
    if name == "status":
        return int(rest)
    return STATUSES.get(name) or (int(name) if re.fullmatch(r"\d{3}", name) else None)


def waiting(seen, outcome):
    if outcome.after is None:
        return []
    least, most, missing = outcome.after
    told = seen.header("retry-after")
    if told is None:
        return [] if missing else ["no Retry-After"]
    if not told.isdigit() or not least <= int(told) <= most:
        return [f"Retry-After is {told}"]
    return []
