"""``tui-nn serve`` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

PATIENCE = 30.0  # seconds until what does not come fails the test


class Serving:
    """A server that has said where it is.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self.port = port
        self._process = process

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """End it, and return its exit code and all that it has said since."""
        self._process.send_signal(number)
        said, _ = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, said


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*options: str) -> list[str]:
    """How the server is started."""
    return [sys.executable, "-m", "tui_nn", "serve", *options]


@contextmanager
def serving(*options: str) -> Iterator[Serving]:
    """A server, cleaned away at the end."""
    port = free_port()
    process = _started([*command("--port", str(port)), *options])
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert f"tui-nn is at http://127.0.0.1:{port}" in said, said + process.stdout.read()
        yield Serving(port, process)
    finally:
        process.kill()
        process.communicate()


def _started(words: Sequence[str]) -> "subprocess.Popen[str]":
    environment = {**os.environ, "TERM": "dumb", "LC_ALL": "C"}  # as a service has them
    return subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    )
