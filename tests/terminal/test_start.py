"""What needs no screen: where the program refuses to open one, and Ctrl+C without one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.terminal import ALTERNATE_SCREEN, terminal


def refused(**streams: object) -> str:
    """What the program says on stderr without a terminal, where it is not asked for one."""
    done = subprocess.run(
        [sys.executable, "-m", "tui_nn"],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        **streams,  # type: ignore[call-overload]
    )
    assert done.returncode == 1
    return str(done.stderr)


def test_without_a_terminal() -> None:
    said = refused(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert re.fullmatch(r"tui-nn: the app needs a terminal, and stdin is not one; .*\n", said)


def test_with_a_terminal_for_the_keys_alone() -> None:
    ours, theirs = os.openpty()
    try:
        said = refused(stdin=theirs, stdout=subprocess.DEVNULL)
    finally:
        os.close(ours)
        os.close(theirs)
    assert re.fullmatch(r"tui-nn: the app needs a terminal, and stdout is not one; .*\n", said)


@pytest.mark.parametrize("options", [("--recipe", "nowhere"), ("--data", "nowhere")])
def test_what_cannot_be_read_is_said_before_the_screen_is_taken(options: tuple[str, ...]) -> None:
    with terminal(*options, columns=800) as opened:
        assert opened.wait_for_exit() == 1
        assert opened.text.startswith("tui-nn: no ")
        assert len(opened.text.strip().splitlines()) == 1
        assert b"\x1b" not in opened.raw


def test_training_draws_a_bar_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    kept = tmp_path / "net.safetensors"
    with terminal("train", "default", "--epochs", "100000", "--save", str(kept)) as opened:
        opened.wait_for("step/s")
        opened.press("\x03")
        assert opened.wait_for_exit() == 130
        assert opened.text.strip().splitlines()[-1].endswith("tui-nn: interrupted")
        assert "Traceback" not in opened.text
        assert not opened.is_on(ALTERNATE_SCREEN)
    assert not kept.exists()
