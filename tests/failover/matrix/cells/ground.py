"""The wall, a gateway for each lane with a model for each cell, and the cells."""

import dataclasses

from support import configs
from support.gateway import Gateway

from . import table
from .wall import Nowhere, Wall

KEY = "tg_live_0badc0de" + "5e" * 24
FIRST_KEY = "sk-first-9d41c07be2a35f68"
OTHER_KEY = "sk-other-b7720e6c51d84a93"
ENV = {"FIRST_KEY": FIRST_KEY, "OTHER_KEY": OTHER_KEY, "MATRIX_KEY": KEY, "TIERGATE_LOG": "debug"}
# Which front is asked, and which dialect the provider speaks.
LANES = {
    "chat": ("chat", "chat"),
    "messages": ("messages", "messages"),
    "responses": ("responses", "responses"),
    "chat-over-messages": ("chat", "messages"),
    "messages-over-chat": ("messages", "chat"),
    "responses-over-chat": ("responses", "chat"),
}
DIALECTS = {"chat": "openai", "messages": "anthropic", "responses": "openai-responses"}
# The other provider speaks another dialect than the first.
OTHER_DIALECT = {"chat": "anthropic", "messages": "openai", "responses": "openai"}
AT_ACCEPT = ["reset-accept", "close-accept", "hang-accept", "junk-accept"]


@dataclasses.dataclass(frozen=True)
class Cell:
    """A fault, met on a lane, in a form, alone or with another provider."""

    lane: str
    form: str
    company: str
    row: table.Row = dataclasses.field(compare=False)
    fault: str = ""

    @property
    def front(self) -> str:
        return LANES[self.lane][0]

    @property
    def dialect(self) -> str:
        """What the provider speaks."""
        return LANES[self.lane][1]

    @property
    def model(self) -> str:
        """The gateway's name for it, and the test's."""
        return f"{self.lane}.{self.form}.{self.company}.{self.fault.replace(' ', '-')}"

    @property
    def upstream(self) -> str:
        """The first provider's name for it: the wall reads the fault from its end."""
        return f"{self.model}/{'ok' if self.row.address else self.fault}"

    @property
    def other(self) -> str:
        return f"{self.model}/other/ok:seed=2"

    @property
    def expected(self) -> list[table.Outcome]:
        outcomes = self.row.cells[self.form, self.company]
        return [one for one in outcomes if not one.dialects or self.dialect in one.dialects]

    @property
    def streaming(self) -> bool:
        return self.form == "stream"

    @property
    def at_accept(self) -> bool:
        return self.fault in AT_ACCEPT


def cells() -> list[Cell]:
    every = (
        Cell(lane, form, company, row, row.fault)
        for row in table.rows()
        for lane in LANES
        for form in table.FORMS
        for company in table.COMPANY
    )
    return [cell for cell in every if cell.expected]


class Ground:
    """Everything that a run of these cells needs."""

    def __init__(self, folder, cells: list[Cell]):
        self.cells = cells
        accepting = [cell for cell in cells if cell.at_accept]
        self.nowhere = Nowhere()
        self.wall = Wall([cell.fault for cell in accepting])
        self.ports = dict(zip(accepting, self.wall.ports))
        self.words = {"first": self.wall.says("ok"), "other": self.wall.says("ok:seed=2")}
        lanes = sorted({cell.lane for cell in cells})
        # one for each, since thousands of models in one configuration are nobody's case
        self.gateways = {lane: Gateway(folder / lane, self.config(lane), ENV, wait=False) for lane in lanes}
        for gateway in self.gateways.values():
            gateway.wait_ready()

    def config(self, lane: str) -> dict:
        providers, models = {}, []
        for cell in self.cells:
            if cell.lane != lane:
                continue
            first = f"first-{self.place(cell)}"
            providers[first] = provider(DIALECTS[cell.dialect], self.address(cell), "${FIRST_KEY}")
            targets = [configs.target(first, cell.upstream)]
            if cell.company == "another":
                address = f"http://127.0.0.1:{self.wall.port}"
                providers["other-wall"] = provider(OTHER_DIALECT[cell.dialect], address, "${OTHER_KEY}")
                targets.append(configs.target("other-wall", cell.other))
            models.append(configs.model(cell.model, *targets))
        return {
            "store": {"url": "memory:"},
            "providers": providers,
            "models": models,
            "keys": [{"name": "matrix", "secret": "${MATRIX_KEY}"}],
            "failover": {"health": False, "timeouts": timeouts()},
        }

    def place(self, cell: Cell) -> str:
        """A name for the provider's address: those of the wall that hear a request are one."""
        return cell.row.address or (str(self.ports[cell]) if cell.at_accept else "wall")

    def address(self, cell: Cell) -> str:
        match cell.row.address:
            case "refused":
                return f"http://127.0.0.1:{self.nowhere.refused}"
            case "black-hole":
                return f"http://127.0.0.1:{self.nowhere.black_hole}"
            case "unresolvable":
                return "http://tiergate-wall.invalid:9"
            case "plain":
                return f"https://localhost:{self.wall.port}"
            case None:
                return f"http://127.0.0.1:{self.ports.get(cell, self.wall.port)}"
            case certificate:
                return f"https://localhost:{self.wall.tls[certificate]}"

    def stop(self):
        for gateway in self.gateways.values():
            gateway.stop()
        self.wall.stop()
        self.nowhere.close()


def provider(dialect: str, address: str, key: str) -> dict:
    """A base URL is what the vendor's own SDK takes: OpenAI's has the version in it."""
    base = address if dialect == "anthropic" else f"{address}/v1"
    return {"dialect": dialect, "base_url": base, "credentials": [{"api_key": key}]}


def timeouts() -> dict:
    ms = {name: int(seconds * 1000) for name, seconds in table.CLOCKS.items()}
    return {
        "connect_ms": ms["connect"],
        "request_ms": ms["request"],
        "first_content_ms": ms["first"],
        "first_content_with_alternative_ms": ms["first-another"],
        "first_content_per_1000_tokens_ms": 0,
        "idle_ms": ms["idle"],
        "idle_with_pings_ms": ms["pings"],
        "after_finish_ms": ms["finish"],
        "stream_ms": ms["stream"],
    }
