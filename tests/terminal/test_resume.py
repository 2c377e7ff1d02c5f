"""Saved runs in a real terminal: taken up at the start, and kept when the line drops."""

import re
import sys
from pathlib import Path

import pytest

from tests.terminal.ending import end, kept, step
from tests.terminal.terminal import terminal
from tui_nn.cli import main
from tui_nn.training.recipe.file import format_toml
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.storage.checkpoint import load_checkpoint


@pytest.mark.slow  # test_draw.py opens it so, too
def test_a_trained_network_by_its_name() -> None:
    with terminal("--resume", "trained") as app:
        app.wait_for("step 5628 ", "epoch 6", "Opened trained at step 5,628")
        app.press("b")
        app.wait_for("step 5629 ")
        app.press("q")
        assert app.wait_for_exit() == 0
        app.assert_restored()


@pytest.mark.slow
def test_a_file_with_other_data(tmp_path: Path) -> None:
    saved = tmp_path / "net.safetensors"
    assert main(["train", "default", "--epochs", "1", "--save", str(saved)]) == 0
    with terminal("--resume", str(saved), "--data", "nowhere", columns=300) as app:
        assert app.wait_for_exit() == 1
        assert app.text.startswith("tui-nn: no data set or file called 'nowhere'")
    with terminal("--resume", "net.safetensors", folder=tmp_path) as app:
        app.wait_for("step 938 ", "epoch 1", "finished")
        app.press("q")
        assert app.wait_for_exit() == 0


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--resume", "nowhere"), 1, "tui-nn: no saved run nowhere: expected"),
        pytest.param(
            ("--resume", "Makefile"),
            1,
            "tui-nn: Makefile: damaged, or not a safetensors file",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ("--resume", "trained", "--seed", "1"),
            2,
            "tui-nn: --seed cannot be combined with --resume",
            marks=pytest.mark.slow,
        ),
        (
            ("--resume", "trained", "--recipe", "3b1b"),
            2,
            "tui-nn: --recipe cannot be combined with --resume",
        ),
    ],
)
def test_refused_before_the_screen_is_taken(options: list[str], code: int, said: str) -> None:
    with terminal(*options, columns=300, folder=Path(__file__).parents[2]) as app:
        assert app.wait_for_exit() == code
        assert app.text.startswith(said)
        assert len(app.text.strip().splitlines()) == 1
        assert b"\x1b" not in app.raw


@pytest.mark.parametrize(
    ("how", "running"),
    [
        ("SIGHUP", True),
        pytest.param("SIGTERM", False, marks=pytest.mark.slow),
        pytest.param("a dropped line", True, marks=pytest.mark.slow),
        pytest.param("SIGHUP", False, marks=pytest.mark.slow),
        pytest.param("SIGTERM", True, marks=pytest.mark.slow),
        pytest.param("a dropped line", False, marks=pytest.mark.slow),
    ],
)
def test_a_run_that_is_cut_off_is_not_lost(
    how: str, running: bool, state_folder: Path, tmp_path: Path
) -> None:
    endless = tmp_path / "endless.toml"  # else it might end before anybody sees it run
    text = format_toml(load_recipe("default"))
    endless.write_text(re.sub(r"(?m)^epochs = .*", "epochs = 100000", text))
    with terminal("--recipe", str(endless)) as app:
        app.wait_for("step 0 ", "paused")
        app.press("bbb")
        app.wait_for("step 3 ", "paused")
        if running:
            app.press(" >>>>>")
            app.wait_until(lambda: step(app) > 100, "step 100")
        seen = step(app)
        # A shell that is closed sends one signal, some terminals two.
        end(app, how, "SIGTERM" if running else None)
    kept = load_checkpoint(state_folder / "interrupted.safetensors")
    assert (kept.step >= seen) if running else (kept.step == 3)
    assert not (state_folder / "last.safetensors").exists()
    if how == "SIGHUP" and running:  # what is found then depends on the file alone
        opens_where_it_was_cut_off(kept.step)


def opens_where_it_was_cut_off(at: int) -> None:
    """Start again, and open the run that was cut off."""
    with terminal() as app:
        app.wait_for(f"The last run was interrupted at step {at:,}")
        app.press("\x0f")
        app.wait_for("the interrupted run")
        app.press("\r")
        app.wait_for(f"step {at} ", "Opened")
        app.press("q")
        assert app.wait_for_exit() == 0


@pytest.mark.slow  # neither is a run that is not there yet, in test_cut_off.py
def test_what_was_not_trained_is_not_kept(state_folder: Path) -> None:
    with terminal() as app:
        app.wait_for("step 0 ", "paused")
        app.press("nn")
        app.wait_for("op 2/24")
        end(app, "SIGHUP")
    assert not kept(state_folder)


@pytest.mark.slow
def test_quitting_keeps_a_long_run(state_folder: Path) -> None:
    with terminal() as app:
        app.wait_for("step 0 ", "paused")
        app.press("e")
        app.wait_for("epoch 2")
        app.press("q")
        assert app.wait_for_exit() == 0
    assert kept(state_folder) == ["last.safetensors"]
    assert load_checkpoint(state_folder / "last.safetensors").step == 938


@pytest.mark.slow
def test_where_the_folder_for_it_cannot_be_written_it_is_kept_elsewhere(
    state_folder: Path, tmp_path: Path
) -> None:
    state_folder.write_text("not a folder")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with terminal(columns=200, env={"TMPDIR": str(elsewhere)}) as app:
        app.wait_for("step 0 ", "paused")
        app.press("e")
        app.wait_for("epoch 2")
        app.press("q")
        assert app.wait_for_exit() == 0
        assert f"tui-nn: the run is kept in {elsewhere}" in app.text
    assert [load_checkpoint(path).step for path in elsewhere.iterdir()] == [938]


@pytest.mark.slow  # tests/screens/test_disks.py has full disks as well
def test_on_a_full_disk_it_is_said(tmp_path: Path) -> None:
    # No file may grow beyond 40 KiB, which is what a disk without room comes to.
    full = ("bash", "-c", f"ulimit -f 40; exec {sys.executable} -m tui_nn")
    with terminal(columns=200, program=full, folder=tmp_path) as app:
        app.wait_for("step 0 ", "paused")
        app.press("e")
        app.wait_for("epoch 2")
        app.press("\x13")
        app.wait_for("Save this run", "size ")
        app.press("\r")
        app.wait_for("cannot be written: File too large")
        app.press("\x1b")
        app.wait_until(lambda: "Save this run" not in app.text, "the screen behind")
        app.press("n")
        app.wait_for("op 1/")
        app.press("q")
        assert app.wait_for_exit() == 0
        app.assert_restored()
        assert "tui-nn: the run could not be saved: " in app.text
    assert not [*tmp_path.rglob("*.safetensors*")]
