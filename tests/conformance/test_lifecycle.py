"""Start, reload, drain."""

import re
import signal
import subprocess
import time

import pytest
import yaml

from support import configs, http1, schema, sse
from support.gateway import BINARY, Gateway, free_port, marker


def renamed(upstream, name):
    config = configs.ladder(upstream)
    config["models"].append(configs.model(name, configs.target("up", "m-echo")))
    return config


def eventually(condition, timeout=5.0):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def serves(caller, name):
    return caller.chat(name).status == 200


# -- reload ---------------------------------------------------------------------


def test_sighup_takes_effect_on_the_next_request(start, upstream):
    caller = start(renamed(upstream, "first"))
    assert serves(caller, "first") and not serves(caller, "second")
    caller.gateway.write(renamed(upstream, "second"))
    caller.gateway.signal(signal.SIGHUP)
    eventually(lambda: serves(caller, "second"))
    assert caller.chat("first").status == 404


def test_a_change_on_disk_is_enough(start, upstream):
    caller = start(renamed(upstream, "first"))
    caller.gateway.write(renamed(upstream, "second"))
    eventually(lambda: serves(caller, "second"), timeout=8)


def test_a_change_in_place_is_enough(start, upstream):
    """Some editors write into the file instead of replacing it."""
    caller = start(renamed(upstream, "first"))
    config = {"listen": f"127.0.0.1:{caller.gateway.port}", **renamed(upstream, "second")}
    caller.gateway.config_path.write_text(yaml.safe_dump(config, sort_keys=False))
    eventually(lambda: serves(caller, "second"), timeout=8)


def test_new_prices_count_from_the_next_request_on(start, upstream):
    from support import answers, money

    caller = start(renamed(upstream, "x"))
    fresh = renamed(upstream, "x")
    fresh["models"][-1]["price"] = {"input": "55", "output": "66"}
    caller.gateway.write(fresh)
    caller.gateway.signal(signal.SIGHUP)
    expected = money.cost(fresh["models"][-1]["price"], answers.USAGE)
    eventually(lambda: money.parse(caller.chat("x").header("x-lobstack-cost-usd")) == expected)


def test_a_key_taken_away_stops_working(start, upstream):
    caller = start(renamed(upstream, "x"))
    assert caller.gateway.call("GET", "/v1/models", configs.OTHER_KEY).status == 200
    fresh = renamed(upstream, "x")
    fresh["keys"] = fresh["keys"][:1]
    caller.gateway.write(fresh)
    caller.gateway.signal(signal.SIGHUP)
    eventually(lambda: caller.gateway.call("GET", "/v1/models", configs.OTHER_KEY).status == 401)
    assert serves(caller, "x")


BROKEN = {
    "syntax": ("providers:\n  up: {dialect: openai\n", None),
    "unknown member": ("listen: 127.0.0.1:1\nprovidrs:\n  up: {}\n", "providrs"),
    "unknown tier": ("models:\n  - {id: a, tier: gigantic, targets: [{provider: up, model: a}]}\n", "gigantic"),
    "unknown provider": ("models:\n  - {id: a, tier: nano, targets: [{provider: nowhere, model: a}]}\n", "nowhere"),
    "unset variable": ('providers:\n  up: {dialect: openai, base_url: "http://127.0.0.1:1/v1", credentials: [{api_key: "${NOT_SET_ANYWHERE}"}]}\n', "NOT_SET_ANYWHERE"),
    "unknown dialect": ('providers:\n  up: {dialect: klingon, base_url: "http://127.0.0.1:1/v1"}\n', "klingon"),
    "bad price": ('models:\n  - {id: a, tier: nano, price: {input: "cheap", output: "1"}, targets: []}\n', "cheap"),
    "negative price": ('models:\n  - {id: a, tier: nano, price: {input: "-1", output: "1"}, targets: []}\n', "-1"),
    "duplicate member": ("listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n", "listen"),
    "bad listen": ("listen: everywhere\n", "everywhere"),
    "userinfo in a url": ('providers:\n  up: {dialect: openai, base_url: "http://user:pass@127.0.0.1:1/v1"}\n', None),
    "query in a url": ('providers:\n  up: {dialect: openai, base_url: "http://127.0.0.1:1/v1?key=abc"}\n', None),
    "wrong type": ("models: 5\n", None),
    "not a mapping": ("- 1\n- 2\n", None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_whole(start, upstream, name):
    """Line, column and the line itself on stderr; the old configuration stays."""
    text, word = BROKEN[name]
    caller = start(renamed(upstream, "kept"))
    since = len(caller.gateway.log)
    caller.gateway.write(text)
    caller.gateway.signal(signal.SIGHUP)
    said = caller.gateway.wait_log("^\n", since=since)
    (line, column), = re.findall(r"tiergate\.yaml:(\d+):(\d+)\n", said)
    snippet, = re.findall(rf"\n *{line} \| (.*)\n", said)
    shown = re.split(r"\*{4,}", snippet.strip("… "))[0]
    assert shown and shown in text.splitlines()[int(line) - 1], said
    assert int(column) >= 1
    if word:
        assert word in said
    assert serves(caller, "kept")
    assert caller.gateway.process.poll() is None


def test_a_file_that_vanishes_changes_nothing(start, upstream):
    caller = start(renamed(upstream, "kept"))
    caller.gateway.config_path.unlink()
    caller.gateway.signal(signal.SIGHUP)
    time.sleep(0.3)
    assert serves(caller, "kept")


def test_after_a_broken_file_a_good_one_is_taken(start, upstream):
    caller = start(renamed(upstream, "first"))
    since = len(caller.gateway.log)
    caller.gateway.write("models: 5\n")
    caller.gateway.signal(signal.SIGHUP)
    caller.gateway.wait_log("tiergate.yaml:", since=since)
    caller.gateway.write(renamed(upstream, "second"))
    caller.gateway.signal(signal.SIGHUP)
    eventually(lambda: serves(caller, "second"))


def test_reload_under_load_fails_no_request(start, upstream):
    caller = start(renamed(upstream, "a"))
    with caller.gateway.connection() as line:
        for at in range(100):
            if at % 10 == 0:
                caller.gateway.write(renamed(upstream, f"b{at}"))
                caller.gateway.signal(signal.SIGHUP)
            body = {"model": "one-nano", "messages": [{"role": "user", "content": "hi"}]}
            answer = line.request("POST", "/v1/chat/completions", {"authorization": f"Bearer {caller.key}"}, body)
            assert answer.status == 200


def test_a_running_stream_survives_a_reload(start, upstream):
    config = renamed(upstream, "a")
    config["models"].append(configs.model("slow", configs.target("up", "m-slow")))
    caller = start(config)
    with caller.gateway.connection() as line:
        line.send(stream_request(caller, "slow"))
        answer = line.head()
        caller.gateway.write(renamed(upstream, "b"))
        caller.gateway.signal(signal.SIGHUP)
        for _ in line.body(answer):
            pass
    assert answer.complete and sse.events(answer.body)[-1] == sse.DONE


# -- start ------------------------------------------------------------------------


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_at_start(tmp_path, name):
    gateway = Gateway(tmp_path, BROKEN[name][0], configs.ENV, wait=False)
    assert gateway.process.wait(5) == 78, "EX_CONFIG"
    assert "tiergate.yaml:" in gateway.log


def test_a_missing_file_at_start(tmp_path):
    run = subprocess.run([BINARY, "--config", tmp_path / "none.yaml"], capture_output=True, text=True, timeout=5, env={})
    assert run.returncode == 78
    assert "none.yaml" in run.stderr


def test_a_port_in_use_is_said_plainly(start, upstream, tmp_path):
    caller = start(renamed(upstream, "x"))
    second = Gateway(tmp_path / "second", renamed(upstream, "x"), configs.ENV, port=caller.gateway.port, wait=False)
    assert second.process.wait(5) not in (0, None)
    assert str(caller.gateway.port) in second.log
    assert serves(caller, "x")


def test_the_configuration_by_variable_and_by_folder(tmp_path, upstream):
    """`TIERGATE_CONFIG`, and `tiergate.yaml` in the working folder without any flag."""
    for at, env in enumerate(({"TIERGATE_CONFIG": "other.yaml"}, {})):
        folder = tmp_path / str(at)
        folder.mkdir()
        port = free_port()
        config = {"listen": f"127.0.0.1:{port}", **renamed(upstream, "found")}
        (folder / env.get("TIERGATE_CONFIG", "tiergate.yaml")).write_text(yaml.safe_dump(config))
        gateway = Gateway(folder, None, {**configs.ENV, **env}, port=port)
        try:
            assert gateway.call("GET", "/v1/models/found", configs.KEY).status == 200
        finally:
            gateway.stop()


def test_help_and_version():
    for flag in ("--help", "--version"):
        run = subprocess.run([BINARY, flag], capture_output=True, text=True, timeout=5, env={})
        assert run.returncode == 0 and "tiergate" in run.stdout.lower()
    run = subprocess.run([BINARY, "--no-such-flag"], capture_output=True, text=True, timeout=5, env={})
    assert run.returncode == 2


def test_no_colours_unless_a_terminal_reads(start, upstream):
    caller = start(renamed(upstream, "x"))
    caller.chat("x")
    assert "\x1b" not in caller.gateway.log


def test_it_starts_fast(start, upstream):
    """A figure for a busy machine; the bench measures the real one."""
    started = time.monotonic()
    start(renamed(upstream, "x"))
    assert time.monotonic() - started < 2


# -- end -----------------------------------------------------------------------------


def stream_request(caller, model):
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    return http1.encode("POST", "/v1/chat/completions", {"authorization": f"Bearer {caller.key}"}, body)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_streams_are_drained(start, upstream, number):
    config = renamed(upstream, "x")
    config["models"].append(configs.model("slow", configs.target("up", "m-slow")))
    caller = start(config)
    with caller.gateway.connection() as line, caller.gateway.connection() as idle:
        assert idle.request("GET", "/livez").status == 200
        line.send(stream_request(caller, "slow"))
        answer = line.head()
        next(body := line.body(answer))
        caller.gateway.signal(number)
        for _ in body:
            pass
        assert answer.complete
        assert sse.finishes(sse.chunks(answer.body)) == ["stop"]
        assert sse.events(answer.body)[-1] == sse.DONE
    assert caller.gateway.process.wait(5) == 0


def test_while_draining_nothing_new_is_taken(start, upstream):
    config = renamed(upstream, "x")
    config["models"].append(configs.model("slow", configs.target("up", "m-slow")))
    caller = start(config)
    with caller.gateway.connection() as line:
        line.send(stream_request(caller, "slow"))
        answer = line.head()
        next(body := line.body(answer))
        caller.gateway.signal(signal.SIGTERM)
        time.sleep(0.15)
        try:
            late = caller.gateway.call("GET", "/readyz", timeout=1)
            assert late.status == 503
        except (OSError, http1.Truncated):
            pass
        for _ in body:
            pass
        assert answer.complete
    assert caller.gateway.process.wait(5) == 0


def test_idle_it_ends_at_once(start, upstream):
    caller = start(renamed(upstream, "x"))
    with caller.gateway.connection() as line:
        assert line.request("GET", "/livez").status == 200
        started = time.monotonic()
        caller.gateway.signal(signal.SIGTERM)
        assert caller.gateway.process.wait(5) == 0
        assert time.monotonic() - started < 1, "an idle connection holds nothing up"


def test_a_second_signal_does_not_wait(start, upstream):
    config = renamed(upstream, "x")
    config["models"].append(configs.model("endless", configs.target("up", "m-endless")))
    caller = start(config)
    with caller.gateway.connection() as line:
        line.send(stream_request(caller, "endless"))
        answer = line.head()
        next(line.body(answer))
        caller.gateway.signal(signal.SIGTERM)
        time.sleep(0.2)
        assert caller.gateway.process.poll() is None
        caller.gateway.signal(signal.SIGTERM)
        caller.gateway.process.wait(5)
