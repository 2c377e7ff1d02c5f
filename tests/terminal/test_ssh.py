"""Over a real ssh: it opens, trains, is cut off, and finds its run again."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.ending import kept, step
from tests.terminal.ssh import PATIENCE, TOOLS, Server, ssh_server
from tests.terminal.terminal import terminal
from tui_nn.training.storage.checkpoint import load_checkpoint

pytestmark = pytest.mark.skipif(
    None in TOOLS, reason="needs OpenSSH's server and client: apt-get install openssh-server"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with ssh_server(tmp_path_factory.mktemp("ssh")) as running:
        yield running


def program(server: Server, state: Path) -> tuple[str, ...]:
    """How the app is started at the other end, whose shell knows nothing of this environment."""
    here = Path(__file__).parents[2]
    there = [f"TUI_NN_STATE={state}", "OPENBLAS_NUM_THREADS=1", "LC_ALL=C.UTF-8", sys.executable]
    return (*server.command, f"cd {shlex.quote(str(here))} && exec env", *there, "-m", "tui_nn")


@pytest.mark.slow
def test_it_opens_steps_is_resized_and_quits(server: Server, state_folder: Path) -> None:
    with terminal(program=program(server, state_folder)) as app:
        app.wait_for("step 0 ", "paused")
        app.press("n")
        app.wait_for("op 1/24 next a1")
        app.resize(120, 40)
        app.press("b")
        app.wait_for("step 1 ", "op 0/24")
        app.wait_until(lambda: "step 1 " in app.text.splitlines()[-2], "the new lowest lines")
        app.press("q")
        assert app.wait_for_exit() == 0
        assert not app.is_on("1049")
    assert not kept(state_folder)


@pytest.mark.parametrize(
    "gone", ["the client", pytest.param("the server's session", marks=pytest.mark.slow)]
)
def test_it_is_cut_off_and_finds_its_run_again(
    gone: str, server: Server, state_folder: Path
) -> None:
    with terminal(program=program(server, state_folder)) as app:
        app.wait_for("step 0 ", "paused")
        app.press(" >>>>>")
        app.wait_until(lambda: step(app) > 100, "step 100")
        seen = step(app)
        if gone == "the client":
            app.send_signal(signal.SIGKILL)
        else:
            for process in server.sessions:
                os.kill(process, signal.SIGKILL)
        app.wait_for_exit()
    kept = load_checkpoint(wait_for(state_folder / "interrupted.safetensors"))
    assert kept.step >= seen
    with terminal(program=program(server, state_folder)) as app:
        app.wait_for(f"The last run was interrupted at step {kept.step:,}")
        app.press("\x0f")
        app.wait_for("the interrupted run")
        app.press("\r")
        app.wait_for(f"step {kept.step} ", "Opened")
        app.press("q")
        assert app.wait_for_exit() == 0


def wait_for(path: Path) -> Path:
    """Wait until a file is there, which the app writes after the line has gone."""
    end = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} was not written"
        time.sleep(0.02)
    return path
