"""A gateway with the failover settings that it has by itself, and a wall behind each of its targets."""

import atexit
import tempfile
import time

from support import configs
from support.gateway import Gateway

from .wall import Wall

PATIENCE = 90.0  # seconds that a client waits, unless it says otherwise
OPEN = set()  # stages whose processes run


def model(id, *walls, **extra):
    """A model whose targets stand behind these walls, in this order."""
    return configs.model(id, *(configs.target(wall, upstream(wall)) for wall in walls), **extra)


def upstream(wall):
    """The model's name at the provider."""
    return f"gpt-{wall}"


class Stage:
    """`Stage(first="500,ok", second="ok")`: the model `asked` with two targets, each with its faults.

    A wall can be spoken to by its name: `stage.first.requests`. `dialects` names those that do not speak OpenAI's.
    """

    def __init__(self, models=None, settings=None, dialects=None, log="debug", keep=256, **faults):
        self._folder = tempfile.TemporaryDirectory(prefix="tiergate-stage-")
        self.walls = {}
        self.gateway = None
        OPEN.add(self)
        try:
            for name, fault in faults.items():
                self.walls[name] = Wall(fault, keep)
            config = {
                "store": {"url": "memory:"},
                "providers": {
                    name: self._provider(wall, (dialects or {}).get(name, "openai")) for name, wall in self.walls.items()
                },
                "models": models or [model("asked", *self.walls)],
                "keys": configs.keys(),
                **(settings or {}),
            }
            self.gateway = Gateway(self._folder.name, config, {**configs.ENV, "TIERGATE_LOG": log})
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _provider(wall, dialect):
        url = f"{wall.url}/v1" if dialect == "openai" else wall.url
        value = {"dialect": dialect, "base_url": url, "credentials": [{"api_key": configs.UP_KEY}]}
        return {**value, "region": "us-east-1"} if dialect == "bedrock" else value

    def __getattr__(self, name):
        try:
            return self.__dict__["walls"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def ask(self, stream=False, model="asked", content="hello", headers=None, timeout=PATIENCE, **extra):
        """One chat completion on a connection of its own; `seconds` is how long it took."""
        messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
        body = {"model": model, "messages": messages, **extra}
        if stream:
            body["stream"] = True
        started = time.monotonic()
        answer = self.gateway.call(
            "POST", "/v1/chat/completions", configs.KEY, body, headers=headers, timeout=timeout
        )
        answer.seconds = time.monotonic() - started
        answer.streamed = stream
        return answer

    def receipt(self, answer) -> dict:
        """The receipt of an answer; it may follow by a moment."""
        deadline = time.monotonic() + 2
        while True:
            target = f"/v1/receipts/{answer.header('x-request-id')}"
            kept = self.gateway.call("GET", target, configs.KEY)
            if kept.status == 200:
                return kept.json
            assert time.monotonic() < deadline, f"no receipt: {kept.status} {kept.body!r}"
            time.sleep(0.01)

    def requests(self) -> int:
        """Requests that any wall has seen."""
        return sum(wall.requests for wall in self.walls.values())

    def close(self):
        if self.gateway and self.gateway.process.poll() is None:
            self.gateway.process.kill()
            self.gateway.process.wait()
        for wall in self.walls.values():
            wall.stop()
        self._folder.cleanup()
        OPEN.discard(self)


@atexit.register
def close_all():
    """An interrupted run leaves no process behind."""
    for stage in list(OPEN):
        stage.close()
