"""OpenSSH's own server on this machine, for the time of a test."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER = shutil.which("sshd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
TOOLS = (SERVER, shutil.which("ssh"), shutil.which("ssh-keygen"))
PATIENCE = 30.0  # seconds until a server that does not answer fails the test


class Server:
    """A running server, with keys of its own."""

    def __init__(self, folder: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
        self._folder, self._port, self._process = folder, port, process

    @property
    def command(self) -> tuple[str, ...]:
        """How one logs in, with a terminal; what is run there comes after it."""
        options = {
            "Port": str(self._port),
            "IdentityFile": str(self._folder / "user"),
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "UserKnownHostsFile": str(self._folder / "known"),
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "LogLevel": "ERROR",
        }
        given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return ("ssh", "-F", "none", "-tt", *given, f"{getpass.getuser()}@127.0.0.1")

    @property
    def sessions(self) -> list[int]:
        """The processes that serve those who are logged in."""
        return children(self._process.pid)


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(number) for number in found.split()]


@contextmanager
def ssh_server(folder: Path) -> Iterator[Server]:
    """A server with a key of its own, and of the user who runs it, at a free port of loopback."""
    for name in ("host", "user"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(words, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    host = (folder / "host.pub").read_text().split()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {host[0]} {host[1]}\n")
    (folder / "config").write_text(_config(folder, port))
    if os.geteuid() == 0:  # where it goes to drop its rights; made by the init script else
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = (folder / "log").open("wb")
    process = subprocess.Popen([str(SERVER), "-D", "-e", "-f", str(folder / "config")], stderr=log)
    try:
        _wait_for(port, process, folder / "log")
        yield Server(folder, port, process)
    finally:
        for each in children(process.pid):
            os.kill(each, 9)
        process.terminate()
        process.wait()
        log.close()


def _config(folder: Path, port: int) -> str:
    return f"""\
ListenAddress 127.0.0.1:{port}
HostKey {folder / "host"}
AuthorizedKeysFile {folder / "user.pub"}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
"""


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(f"the server does not listen: {log.read_text()}")
