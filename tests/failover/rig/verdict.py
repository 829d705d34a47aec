"""What an answer may look like: whole, honestly broken, or an error."""

from support import schema, sse

from .wall import WORDS, text


def whole(answer, words=WORDS, by=None, done=True):
    """A good answer of so many words, from the provider `by`; `done`: a stream's closing event must be there."""
    assert answer.status == 200, f"{answer.status} {answer.body[:400]!r}"
    assert answer.complete, f"cut off: {answer.body[-400:]!r}"
    if answer.streamed:
        parsed = sse.chunks(answer.body)
        assert not sse.errors(parsed), sse.errors(parsed)
        assert sse.text(parsed) == text(words)
        assert sse.finishes(parsed) == ["stop"]
        assert sse.events(answer.body)[-1] == sse.DONE or not done
    else:
        schema.check_chat(answer.json)
        (choice,) = answer.json["choices"]
        assert choice["message"]["content"] == text(words) and choice["finish_reason"] == "stop"
    if by is not None:
        assert provider(answer) == by


def broken(answer, words):
    """A stream that ended after so many words, and says so in every way there is."""
    assert answer.status == 200
    events = sse.events(answer.body)
    assert sse.DONE not in events
    parsed = sse.chunks(answer.body)
    assert sse.text(parsed) == text(words)
    assert sse.finishes(parsed) == [], "a fabricated finish"
    (error,) = sse.errors(parsed)
    assert error["code"] == "upstream_interrupted" and error["partial"] is True
    assert error["request_id"] == answer.header("x-request-id")
    assert "error" in parsed[-1], "the error is the last event"
    assert not answer.complete, "the framing must not say that it was all"


def refused(answer, *statuses):
    """An error with one of these statuses, in OpenAI's form; returns it."""
    assert answer.status in statuses, f"{answer.status} {answer.body[:400]!r}"
    return schema.check_error(answer, answer.status)


def provider(answer):
    return answer.header("x-model-router-provider")


def attempts(answer) -> int:
    return int(answer.header("x-tiergate-attempts"))
