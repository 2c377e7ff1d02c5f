"""A process that is killed while it saves leaves a run that can be opened."""

import os
import signal
import time
from pathlib import Path
from random import Random

import pytest

from tests.training.runs import session
from tui_nn.training.runs.kept import (
    LAST,
    autosave_run,
    discard_autosave,
    find_interrupted,
    keep_run,
)
from tui_nn.training.runs.library import list_saved_runs
from tui_nn.training.runs.resuming import resume_run
from tui_nn.training.session.session import Session
from tui_nn.training.storage.checkpoint import load_checkpoint


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUI_NN_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def killed_while_saving(run: Session, seconds: float) -> int:
    """Train and save in another process until it is killed; return its number."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        while True:
            run.step_batch()
            autosave_run(run.checkpoint())
            os.write(writer, b".")
    os.read(reader, 1)  # it has saved once
    time.sleep(seconds)  # which is the moment that is tried, and nothing that is waited for
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reader)
    os.close(writer)
    return child


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_a_run_that_is_killed_at_any_moment_can_be_gone_on_with(kills: int, state: Path) -> None:
    chance, run = Random(1), session()
    for _ in range(kills):
        child = killed_while_saving(run, chance.random() * 0.02)
        found = find_interrupted()
        assert found == state / f"autosave-{child}.safetensors"
        assert len(load_checkpoint(found).history) >= 1
        found.unlink()


def test_a_killed_run_is_offered_and_no_more_once_it_is_gone_on_with(state: Path) -> None:
    run = session()
    killed_while_saving(run, 0.0)
    found = find_interrupted()
    assert found is not None
    assert list_saved_runs(state)[0].name == "the interrupted run"
    resumed = resume_run(found, otherwise=lambda: run.dataset)
    assert resumed.path == state / f"{LAST}.safetensors"
    assert find_interrupted() is None


def test_what_another_process_goes_on_with_is_left_alone(state: Path) -> None:
    run = session()
    run.step_batch()
    own = autosave_run(run.checkpoint())
    other = own.with_name(f"autosave-{os.getppid()}.safetensors")
    other.write_bytes(own.read_bytes())
    assert find_interrupted() is None
    discard_autosave()
    assert [path.name for path in state.iterdir()] == [other.name]
    keep_run(run.checkpoint(), LAST)
    assert [each.name for each in list_saved_runs(state / "none")][:1] != ["the interrupted run"]
