"""A mirror on this machine, for the tests that fetch."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Mirror:
    """Serves a folder. ``asked`` is every path it was asked for."""

    folder: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)
    cut: bool = False  # whether the line drops in the middle of every file


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, mirror: Mirror, *args: Any) -> None:
        self.mirror = mirror
        super().__init__(*args, directory=str(mirror.folder))

    def do_GET(self) -> None:
        self.mirror.asked.append(self.path)
        super().do_GET()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        content = source.read()
        outputfile.write(content[: len(content) // 2] if self.mirror.cut else content)

    def log_message(self, *args: Any) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    folder = tmp_path / "mirror"
    folder.mkdir()
    mirror = Mirror(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, mirror)) as server:
        mirror.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield mirror
        server.shutdown()
        thread.join()
