"""What a bug report needs, asked of a real terminal and of none."""

import subprocess
import sys
from pathlib import Path

from tests.terminal.terminal import terminal


def test_the_doctor_asks_the_terminal_draws_a_frame_and_sees_a_key(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with terminal("doctor", rows=60, env={"TUI_NN_STATE": str(state)}) as program:
        program.wait_for("Press a key")
        shown = " ".join(program.text.split())
        program.press("\x1b[A")
        program.wait_for("'\\x1b[A' arrived")
        assert program.wait_for_exit() == 0
        program.assert_restored()
    assert "drawn with 256 colours, braille" in shown
    assert "synchronised output (DECRQM 2026) 2 after" in shown
    assert "background colour (OSC 11) no answer" in shown
    assert "frame: drawn after" in shown
    assert not state.exists(), "nothing is changed"


def test_the_doctor_says_where_there_is_no_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui_nn", "doctor"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "none of stdin, stdout and stderr is one" in done.stdout
    assert done.stdout.count("no answer") == 4
    assert "key: there is no terminal to press one in" in done.stdout
    assert done.stderr == ""
