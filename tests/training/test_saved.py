"""Saved runs by name: what is offered, what is taken up, and what is kept by itself."""

import os
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.training.runs import CLUSTERS, RECIPE, clusters, finish, outcome, session
from tui_nn.data.dataset import Dataset
from tui_nn.data.sources import load
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.runs.kept import INTERRUPTED, LAST, find_interrupted, keep_run
from tui_nn.training.runs.library import (
    list_saved_runs,
    run_path,
    summarize,
    trained_names,
)
from tui_nn.training.runs.resuming import resume_run
from tui_nn.training.session.session import Session
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint


def on(name: str) -> Recipe:
    """The small recipe, trained on other data."""
    return msgspec.structs.replace(RECIPE, data=msgspec.structs.replace(RECIPE.data, name=name))


def written(path: Path, dataset: Dataset = CLUSTERS) -> str:
    """Write a data set as Keras ships it; return its name for a recipe."""
    train, test = dataset["train"], dataset["test"]
    np.savez(
        path, x_train=train.images, y_train=train.labels, x_test=test.images, y_test=test.labels
    )
    return str(path)


@pytest.fixture
def run(tmp_path: Path) -> Session:
    """A run on a data set that is a file."""
    name = written(tmp_path / "digits.npz")
    return session(on(name), load(name), history_memory=2**26)


@pytest.fixture
def saved(run: Session, tmp_path: Path) -> Path:
    """Its file, amid the second epoch and amid a step."""
    run.step_epoch()
    run.set_learning_rate(0.05)
    for _ in range(2):
        run.step_batch()
    for _ in range(4):
        run.step_operation()
    path = tmp_path / "net.safetensors"
    save_checkpoint(path, run.checkpoint())
    return path


def test_a_run_taken_up_comes_to_the_same_bits(run: Session, saved: Path) -> None:
    taken_up = resume_run(saved, history_memory=2**26)
    assert taken_up.notes == ()
    assert taken_up.session.position == run.position
    assert outcome(finish(taken_up.session)) == outcome(finish(run))


def test_its_data_are_not_here(run: Session, saved: Path) -> None:
    Path(run.recipe.data.name).unlink()
    with pytest.raises(
        TuiNNError,
        match=r"net\.safetensors: trained on .*digits\.npz, which cannot be loaded: no",
    ):
        resume_run(saved)
    taken_up = resume_run(saved, otherwise=lambda: CLUSTERS)
    (note,) = taken_up.notes
    assert note.endswith("digits.npz, which is not here: it goes on with clusters.")
    assert taken_up.session.recipe.data.name == "clusters"
    assert taken_up.session.position.step == 7


def test_other_data_than_it_was_trained_on(saved: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other.npz", clusters(train=90))
    taken_up = resume_run(saved, data=other)
    assert taken_up.notes[0].startswith("It was trained on ")
    assert taken_up.notes[0].endswith(f"it goes on with {other}.")
    assert taken_up.notes[1].startswith("An epoch here has another number of steps")
    steps = len(taken_up.session.history)
    taken_up.session.step_epoch()
    assert len(taken_up.session.history) > steps
    with pytest.raises(TuiNNError, match="nowhere"):
        resume_run(saved, data="nowhere", otherwise=lambda: CLUSTERS)


def test_the_edits_of_a_file_can_be_undone(run: Session, saved: Path) -> None:
    resumed = resume_run(saved, history_memory=2**26).session
    (edit,) = resumed.journal
    assert resumed.undo() == edit
    assert (resumed.journal, resumed.position.place) == ([], edit.place)
    straight = session(run.recipe, run.source)
    straight.step_epoch()
    assert resumed.state.flat.tobytes() == straight.state.flat.tobytes()


def test_a_weight_in_a_file_remembers_what_it_was(run: Session, tmp_path: Path) -> None:
    path = tmp_path / "edited.safetensors"
    run.set_parameter("b3", (7,), 0.5)
    save_checkpoint(path, run.checkpoint())
    assert [edit.before for edit in load_checkpoint(path).edits] == [run.journal[0].before]
    assert run.journal[0].before is not None


def test_a_damaged_file_is_refused(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:5000])
    with pytest.raises(TuiNNError, match="damaged, or not a safetensors file"):
        resume_run(saved)
    with pytest.raises(TuiNNError, match="damaged, or not a safetensors file"):
        summarize(saved)


def test_a_summary_says_what_is_in_a_file(run: Session, saved: Path) -> None:
    summary = summarize(saved)
    assert summary.recipe == run.recipe
    assert (summary.step, summary.edits, summary.stops) == (7, 1, 0)
    assert summary.epochs == run.history.epochs
    assert summary.size == saved.stat().st_size
    assert summary.caution == ""


def test_files_are_listed_and_the_strangers_among_them(saved: Path, tmp_path: Path) -> None:
    save_file({"weight": np.zeros(3, np.float32)}, tmp_path / "foreign.safetensors")
    os.utime(saved, (1, 1))
    found = list_saved_runs(tmp_path)
    assert [each.name for each in found] == [
        *trained_names(),
        "foreign",
        "net",
    ]
    strangers = [each for each in found if each.summary is None]
    assert [each.name for each in strangers] == ["foreign"]
    assert "was not saved by tui-nn" in strangers[0].fault


def test_names_and_paths(saved: Path) -> None:
    assert run_path("trained").name == "trained.safetensors"
    assert run_path(str(saved)) == saved
    with pytest.raises(TuiNNError, match=r"no saved run nowhere: .* trained, trained-large"):
        run_path("nowhere")


def test_the_run_that_was_cut_off_is_told_of_until_it_is_taken_up(
    run: Session, saved: Path, state_folder: Path
) -> None:
    assert find_interrupted() is None
    path = keep_run(run.checkpoint(), INTERRUPTED)
    assert find_interrupted() == path == state_folder / "interrupted.safetensors"
    assert list_saved_runs(saved.parent)[0].path == path
    taken_up = resume_run(path)
    assert taken_up.session.position == run.position
    assert find_interrupted() is None
    assert load_checkpoint(taken_up.path).step == 7


def test_a_run_that_ended_in_order_since_makes_it_old(run: Session) -> None:
    run.step_batch()
    path = keep_run(run.checkpoint(), INTERRUPTED)
    os.utime(path, (1, 1))
    keep_run(run.checkpoint(), LAST)
    assert find_interrupted() is None
    assert "an interrupted run" in [each.name for each in list_saved_runs(path.parent)]


def test_two_runs_may_be_cut_off_at_once(run: Session) -> None:
    run.step_batch()
    keep_run(run.checkpoint(), INTERRUPTED)
    run.step_batch()
    path = keep_run(run.checkpoint(), INTERRUPTED)
    steps = {each.stem: load_checkpoint(each).step for each in path.parent.iterdir()}
    assert steps == {"interrupted": 2, "interrupted-before": 1}


def test_a_folder_that_cannot_be_made(
    run: Session, state_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_folder.write_text("not a folder")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert load_checkpoint(keep_run(run.checkpoint(), LAST)).step == 0
    monkeypatch.setattr(tempfile, "tempdir", str(state_folder / "none"))
    with pytest.raises(TuiNNError, match="cannot be written"):
        keep_run(run.checkpoint(), LAST)


@pytest.mark.parametrize("name", trained_names())
def test_the_trained_networks_are_what_they_say(name: str) -> None:
    taken_up = resume_run(run_path(name))
    measured = taken_up.session.evaluate("validation").accuracy
    recorded = taken_up.session.history.epochs[-1].validation_accuracy
    assert measured == pytest.approx(recorded, abs=0.002)  # kernels differ in their last bits
    assert measured > 0.96
    weights = load_file(run_path(name))
    assert {key for key in weights if key.startswith("optimizer")} == set()
    assert run_path(name).stat().st_size < 1_000_000


def test_there_are_two_trained_networks() -> None:
    assert trained_names() == ["trained", "trained-large"]
