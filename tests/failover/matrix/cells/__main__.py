"""Starts the wall and the gateway of the matrix, and waits, so that a cell can be asked by hand."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "conformance"))

from cells.ground import Ground  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    ground = Ground(folder)
    print(f"GATEWAY={ground.gateway.url}")
    print(f"its configuration: {ground.gateway.config_path}")
    print(f"its log: {ground.gateway.log_path}")
    print(f"the wall's account: http://127.0.0.1:{ground.wall.control}/_wall/tally")
    try:
        input("Enter ends it.")
    finally:
        ground.stop()
