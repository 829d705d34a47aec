"""Starts the wall and the gateway for one cell, and waits, so that it can be asked by hand."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "conformance"))

from cells.ground import Ground, cells  # noqa: E402

wanted = [cell for cell in cells() if cell.model in sys.argv[1:]]
if not wanted:
    sys.exit("usage: python -m cells CELL, as in chat.stream.alone.hang")
with tempfile.TemporaryDirectory() as folder:
    ground = Ground(pathlib.Path(folder), wanted)
    for lane, gateway in ground.gateways.items():
        print(f"URL={gateway.url}  # {lane}; configuration {gateway.config_path}, log {gateway.log_path}")
    print(f"the wall's account: http://127.0.0.1:{ground.wall.control}/_wall/tally")
    try:
        print("Enter ends it.", flush=True)
        sys.stdin.readline()
    finally:
        ground.stop()
