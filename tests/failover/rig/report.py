"""Lines of figures that the run tells at its end."""

LINES = []


def tell(line: str):
    LINES.append(line)


def write(terminal):
    """Under a heading of its own; each line once."""
    if LINES:
        terminal.section("figures")
        for line in LINES:
            terminal.line(line)
        LINES.clear()
