"""The app is put aside in a shell, and fetched again."""

import os
import signal
import sys
import time
from functools import partial
from random import Random

from tests.terminal.terminal import Terminal, terminal


def has_stopped(shell: Terminal, times: int) -> bool:
    return shell.raw.count(b"Stopped") == times and not shell.is_on("1049")


def test_it_can_be_put_aside_at_any_moment_and_is_drawn_over_what_the_shell_wrote() -> None:
    chance = Random(1)
    with terminal(program=("bash", "--norc", "-i"), env={"PS1": "$ "}) as shell:
        shell.press(f"{sys.executable} -m tui_nn\r")
        shell.wait_for("step 0 ", "paused")
        before = shell.text
        os.killpg(os.tcgetpgrp(shell._process.child_fd), signal.SIGTSTP)
        shell.wait_for("Stopped")
        shell.press("\x1b[Hecho 'something else'; fg\r")
        shell.wait_until(lambda: shell.text == before, "the app as it was")
        shell.press("n")
        shell.wait_for("op 1/")
        shell.press("4>>>> ")
        shell.wait_for("running")
        for count in range(1, 6):
            time.sleep(chance.random() * 0.05)  # the moment that is tried
            os.killpg(os.tcgetpgrp(shell._process.child_fd), signal.SIGTSTP)
            shell.wait_until(partial(has_stopped, shell, count + 1), "the shell")
            shell.press("fg\r")
            shell.wait_until(lambda: shell.is_on("1049"), "the app")
        shell.press(" ")
        shell.wait_for("paused")
        shell.press("q")
        shell.wait_until(lambda: not shell.is_on("1049"), "the end of it")


def test_it_is_drawn_again_where_it_was_stopped_without_being_asked() -> None:
    with terminal() as app:
        app.wait_for("step 0 ", "paused")
        app.send_signal(signal.SIGSTOP)
        app._stream.feed(b"\x1b[H\x1b[2Ja shell wrote this")
        app.send_signal(signal.SIGCONT)
        app.wait_for("2 Forward", "step 0 ", "paused")
        assert "a shell" not in app.text
