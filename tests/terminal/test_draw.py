"""Digits drawn in the real program, with a mouse and with keys, and what becomes of them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.terminal.terminal import Terminal, terminal
from tui_nn.data.sources import load

Places = list[tuple[int, int]]
"""Columns and lines of the sheet, 28×14 of them."""

BATCH = 32  # samples, of the recipe "default"
LEFT, TOP = 3, 7  # where the sheet's first cell is, as a terminal counts
MOUSE: dict[int, Places] = {
    1: [(14, 2), (13, 12)],
    7: [(7, 3), (20, 3), (12, 12)],
    0: [(14, 2), (18, 4), (19, 7), (18, 10), (14, 12), (10, 10), (9, 7), (10, 4), (14, 2)],
    3: [(9, 3), (13, 2), (17, 3), (17, 5), (13, 7), (17, 8), (18, 10), (15, 12), (9, 11)],
}
RIGHT, DOWN, LEFTWARD = "\x1b[C", "\x1b[B", "\x1b[D"
KEYS = {1: " " + DOWN * 16 + " ", 7: " " + RIGHT * 10 + (DOWN * 2 + LEFTWARD) * 8 + " "}


def drag(opened: Terminal, places: Places) -> None:
    """Drag over cells of the sheet, as a terminal reports it."""
    (column, line), moves = places[0], []
    for x, y in places[1:]:
        steps = max(abs(x - column), abs(y - line))
        moves += [
            (column + (x - column) * step // steps, line + (y - line) * step // steps)
            for step in range(1, steps + 1)
        ]
        column, line = x, y
    reports = [(0, *places[0], "M"), *((32, *move, "M") for move in moves), (0, *moves[-1], "m")]
    for button, x, y, end in reports:
        opened.press(f"\x1b[<{button};{x + LEFT};{y + TOP}{end}")


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The sheet of the program that has opened the trained network."""
    own = {"TUI_NN_OWN": str(tmp_path_factory.mktemp("own"))}
    with terminal("--resume", "trained", env=own) as opened:
        opened.wait_for("step 5628 ", "epoch 6", "Opened trained at step 5,628")
        opened.press("6")
        opened.wait_for("nothing drawn yet")
        yield opened


@pytest.mark.parametrize("digit", MOUSE)
def test_a_digit_drawn_with_the_mouse_is_recognised(sheet: Terminal, digit: int) -> None:
    drag(sheet, MOUSE[digit])
    sheet.wait_for(f"says {digit} (")
    sheet.press("\x1b[3~")
    sheet.wait_for("nothing drawn yet")


@pytest.mark.parametrize("digit", KEYS)
def test_a_digit_drawn_with_keys_is_recognised(sheet: Terminal, digit: int) -> None:
    sheet.press("\x1b[D" * 28 + "\x1b[A" * 28 + RIGHT * 9 + DOWN * 5)  # from the corner
    sheet.press(KEYS[digit])
    sheet.wait_for(f"says {digit} (")
    sheet.press("\x1b[3~")
    sheet.wait_for("nothing drawn yet")


@pytest.mark.parametrize("everywhere", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_from_a_drawing_to_a_network_that_was_trained_on_it(
    tmp_path: Path, everywhere: bool
) -> None:
    """Trained on one's own digits alone; with the slow tests on the exported ones and mixed too."""
    env = {"TUI_NN_OWN": str(tmp_path / "own"), "TUI_NN_STATE": str(tmp_path / "state")}
    with terminal("--resume", "trained", env=env, folder=tmp_path, program=_program()) as opened:
        opened.wait_for("2 Forward")
        opened.press("6")
        opened.wait_for("nothing drawn yet")
        drag(opened, MOUSE[7])
        opened.wait_for("says 7 (")
        opened.press("d")
        opened.wait_for("Which digit is it?")
        opened.press("7")
        opened.wait_for("Kept as a 7")
        opened.press("y")
        labels = tmp_path / "own-labels-idx1-ubyte"
        opened.wait_until(labels.is_file, "the exported labels")
        opened.press("q")
        assert opened.wait_for_exit() == 0
    images = tmp_path / "own-images-idx3-ubyte"
    exported = load(str(images))["train"]
    assert exported.labels.tolist() == [7]
    assert np.flatnonzero(exported.images[0].any(axis=1)).size == 20
    for data, count in (("own", 1), (str(images), 1), (f"embedded+20*{images}", 30_020)):
        assert len(load_in(env, data)) == count
        if data != "own" and not everywhere:
            continue
        figures = _trained(data, env, tmp_path)
        assert figures["dataset"].startswith(data)
        assert figures["steps"] == -(-count // BATCH)


def load_in(env: dict[str, str], data: str) -> np.ndarray:
    with pytest.MonkeyPatch.context() as patched:
        for name, value in env.items():
            patched.setenv(name, value)
        return load(data)["train"].labels


def _program() -> list[str]:
    return [sys.executable, "-m", "tui_nn"]


def _trained(data: str, env: dict[str, str], folder: Path) -> dict[str, object]:
    command = [*_program(), "train", "default", "--data", data, "--epochs", "1", "--json"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))
