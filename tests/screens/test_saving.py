"""Saving and opening runs at the keyboard, and what is kept without being asked."""

import os
from functools import partial
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input

from screens import app as app_module
from screens.base.run_files import RunFiles
from screens.dialogs.save_run.model import suggested_name
from screens.inspect.paths import typed_path
from tests.screens.bench import Person, at_the_keyboard, slowly
from tests.screens.stage import text
from tests.training.runs import RECIPE, outcome, session
from tui_nn.errors import TuiNNError
from tui_nn.training.runs.kept import INTERRUPTED, keep_run
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.stops.breakpoints import AtOperation
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def small() -> Session:
    """A run whose data are not here by the name that its recipe has for them."""
    data = msgspec.structs.replace(RECIPE.data, name="nowhere.npz")
    return session(msgspec.structs.replace(RECIPE, data=data), history_memory=2**26)


async def types(person: Person, path: str) -> None:
    """Type another path than the one that is offered."""
    person.app.screen.query_one(Input).value = path
    await person.press("enter")


async def is_told(person: Person, words: str) -> None:
    """Wait until the window says something, wherever its lines break."""

    def joined(lines: list[str]) -> str:  # without spaces and borders
        return "".join(c for line in lines for c in line if c.isascii() and not c.isspace())

    def shown() -> list[str]:
        return [joined(text(each)) for each in person.app.screen.query("#said")]

    await person.until(lambda: any(joined([words]) in each for each in shown()), words)


# Saving


def test_saves_what_is_there_where_one_says(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "n", "ctrl+s")
        await person.sees(
            "Save this run", "small-step1.safetensors", "784-12-8-10", "step 1, 1 operation into"
        )
        await person.press("enter")
        await person.is_told("Saved ", "small-step1.safetensors: step 1")
        await person.sees_no("Save this run")

    at_the_keyboard(script)
    again = load_checkpoint(folder / "small-step1.safetensors")
    assert (again.step, again.place.operation) == (1, 1)


@pytest.mark.slow
def test_its_own_file_is_offered_again_and_replaced_without_a_word(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "ctrl+s")
        await person.sees("small-step1")
        await types(person, "mine")
        await person.is_told("Saved ", "mine.safetensors: step 1")
        await person.press("b", "ctrl+s")
        await person.sees("Save this run", "mine.safetensors", "step 2")
        await person.press("enter")
        await person.is_told("Saved ", "mine.safetensors: step 2")

    at_the_keyboard(script)
    assert load_checkpoint(folder / "mine.safetensors").step == 2


def test_asks_before_it_replaces_what_is_not_its_own(folder: Path) -> None:
    other = folder / "other.safetensors"
    other.write_text("somebody's")

    async def script(person: Person) -> None:
        await person.press("b", "ctrl+s")
        await person.sees("small-step1")
        await types(person, "other")
        await is_told(person, "is there already, and is not this run's: enter again replaces it")
        assert other.read_text() == "somebody's"
        await person.press("enter")
        await person.is_told("Saved ", "other.safetensors")

    at_the_keyboard(script)
    assert load_checkpoint(other).step == 1


@pytest.mark.slow
def test_a_restarted_run_is_not_the_one_in_the_file(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "ctrl+s")
        await person.sees("small-step1")
        await person.press("enter")
        await person.is_told("Saved ", "small-step1")
        await person.press("r")
        await person.sees("step 0")
        await person.press("ctrl+s")
        await person.sees("Save this run", "small-step1", "step 0")
        await person.press("enter")
        await is_told(person, "enter again replaces it")
        await person.press("escape")
        await person.sees_no("Save this run")

    at_the_keyboard(script)
    assert load_checkpoint(folder / "small-step1.safetensors").step == 1


@pytest.mark.slow
def test_says_why_it_cannot_be_saved_and_stays(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "ctrl+s")
        await person.sees("small-step1")
        await types(person, "nowhere/mine")
        await is_told(person, "! nowhere/mine.safetensors: there is no folder nowhere")
        await types(person, str(folder))
        await is_told(person, "is a folder")
        await types(person, " ")
        await is_told(person, "! type the name of a file")
        await person.sees("Save this run")

    at_the_keyboard(script)
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    async def script(person: Person) -> None:
        await person.press("b", "ctrl+s")
        await person.sees("small-step1")
        monkeypatch.setattr(os, "fsync", full)
        await person.press("enter")
        await is_told(person, "cannot be written: No space left on device")
        await person.sees("Save this run")
        monkeypatch.undo()
        os.chdir(folder)

    at_the_keyboard(script)
    assert list(folder.iterdir()) == []


def test_it_goes_on_running_and_saves_the_step_where_the_key_was_pressed() -> None:
    async def script(person: Person) -> None:
        await person.starts_a_run()
        await person.lets_it_step()
        await person.press("ctrl+s")
        await person.sees("Save this run", "small-step2")
        name = person.app.screen.query_one(Input).value
        await person.lets_it_step()
        assert person.app.snapshot.position.step == 3
        assert person.app.snapshot.activity is Activity.RUNNING
        await person.press("enter")
        await person.until(Path(name).exists, "the file")
        await person.sees_no("Save this run")
        assert suggested_name(load_checkpoint(Path(name))) == name

    at_the_keyboard(script, size=(80, 24))


# Opening


def test_opens_a_run_of_this_folder_with_its_breakpoints(folder: Path) -> None:
    run = small()
    run.breakpoints.add(AtOperation("dW2", on=False))
    for _ in range(3):
        run.step_batch()
    save_checkpoint(folder / "mine.safetensors", run.checkpoint())

    async def script(person: Person) -> None:
        await person.press("b", "ctrl+o")
        await person.sees("Open a run", "trained-large", "mine ")
        await person.press("down", "down")
        await is_told(person, "step 3, in epoch 1, trained on nowhere.npz")
        await is_told(person, "1 breakpoint")
        await person.press("enter")
        await person.sees("Opened mine at step 3.", "nowhere.npz")
        await person.sees("step 3 ")
        assert person.app.snapshot.breakpoints == tuple(run.breakpoints)
        await person.press("ctrl+s")
        await person.sees("Save this run", " mine.safetensors")
        await person.press("enter")
        await person.sees("Saved")

    present = small()
    present.breakpoints.add(AtOperation("z2", on=False))
    at_the_keyboard(script, run=present)


@pytest.mark.slow
def test_a_file_with_edits_says_so(folder: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "+", "+", "b", "ctrl+s")
        await person.sees("Save this run", "2 edits")
        await types(person, "edited")
        await person.is_told("Saved ", "step 2, 2 edits,")
        await person.press("ctrl+o")
        await person.sees("edited ", "in epoch 1, 2 edits")
        person.app.screen.query_one(Input).focus()
        await types(person, str(folder / "edited"))
        await person.is_told("Opened edited at step 2, with 2 edits (ctrl+t).")

    at_the_keyboard(script)


def test_a_trained_network_is_the_first_thing_one_sees_of_opening() -> None:
    async def script(person: Person) -> None:
        await person.sees("ctrl+o: a trained network")
        await person.press("ctrl+o")
        await person.sees("included in tui-nn", "96.7 % correct on validation")
        await person.press("enter")
        await person.sees("Opened trained at step 5,628")
        await person.sees_no("ctrl+o: a trained network")
        await person.press("ctrl+s")
        await person.sees("Save this run", "default-step5628.safetensors")

    at_the_keyboard(script, size=(80, 24))


def test_the_offer_is_there_where_there_is_more_room() -> None:
    async def script(person: Person) -> None:
        await person.sees("ctrl+o: a trained one")
        await person.press("n")
        await person.sees_no("ctrl+o: a trained one")

    at_the_keyboard(script, size=(120, 40))


@pytest.mark.parametrize("content", [b"hello", *slowly(b"", b"\xff" * 4096)])
def test_what_is_no_run_is_refused_and_changes_nothing(folder: Path, content: bytes) -> None:
    (folder / "foreign.safetensors").write_bytes(content)

    async def script(person: Person) -> None:
        await person.press("b", "ctrl+o")
        await person.sees("foreign", "! cannot be opened")
        await person.press("end")
        await is_told(person, "! damaged, or not a safetensors file")
        before = person.app.snapshot
        await person.press("enter")
        await person.until(lambda: not list(person.app.screen.workers), "the answer")
        await is_told(person, "foreign.safetensors: damaged, or not a safetensors file")
        await person.press("escape")
        await person.sees_no("Open a run")
        assert person.app.snapshot is before

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_path_that_leads_nowhere() -> None:
    async def script(person: Person) -> None:
        await person.press("ctrl+o")
        await person.sees("trained-large")
        await person.press("tab")
        await types(person, "nowhere/mine")
        await is_told(person, "! nowhere/mine.safetensors: cannot be read: No such file")

    at_the_keyboard(script)


def test_paths_as_they_are_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_path("~/a") == tmp_path / "a.safetensors"
    assert typed_path(" b.safetensors ") == Path("b.safetensors")
    assert typed_path("net.v2") == Path("net.v2.safetensors")
    for wrong in ("", "~", "a/", "~nobody-of-this-name/a"):
        with pytest.raises(TuiNNError):
            typed_path(wrong)


# Without being asked


def test_a_run_that_was_cut_off_is_told_of_and_comes_first() -> None:
    run = small()
    run.step_batch()
    keep_run(run.checkpoint(), INTERRUPTED)

    async def script(person: Person) -> None:
        await person.sees("The last run was interrupted at step 1: ctrl+o opens it.")
        await person.press("ctrl+o")
        await person.sees("the interrupted run")
        await person.press("enter")
        await person.sees("step 1 ", "Opened")

    at_the_keyboard(script, run=small())

    async def again(person: Person) -> None:
        await person.press("ctrl+o")
        await person.sees("the last run")
        assert "cut off" not in person.screen

    at_the_keyboard(again, run=small())


def test_a_long_run_is_kept_while_it_goes_on(
    state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = state_folder / f"autosave-{os.getpid()}.safetensors"

    async def script(person: Person) -> None:
        for steps in (5, 10):  # not once alone
            await person.press("e")
            await person.until(partial(has, steps), f"a file of {steps} steps")

    def has(steps: int) -> bool:
        return path.exists() and load_checkpoint(path).step == steps

    assert app_module.AUTOSAVE < 30
    monkeypatch.setattr(app_module, "AUTOSAVE", 0.05)
    at_the_keyboard(script)


def kept(files: RunFiles, run: Session) -> list[bool]:
    """Whether a run would be kept when the line drops, and when one quits."""
    taken = files.capture_unsaved(run)
    return [taken is not None, taken is not None and taken.is_long]


def test_what_is_worth_keeping(folder: Path) -> None:
    files, run = RunFiles(), small()
    assert kept(files, run) == [False, False]  # nothing was trained
    run.step_operation()
    assert kept(files, run) == [False, False]
    run.step_batch()
    assert kept(files, run) == [True, False]  # less than an epoch
    run.step_epoch()
    assert kept(files, run) == [True, True]
    files.save(files.capture(run), folder / "a.safetensors")
    assert kept(files, run) == [False, False]  # all of it is in a file
    run.step_batch()
    assert kept(files, run) == [True, False]
    run.set_learning_rate(0.01)
    assert kept(files, run) == [True, True]  # a change is not found again by training on
    files.autosave(files.capture(run))
    assert files.capture_for_autosave(run) is None
    assert kept(files, run) == [True, True]  # kept by itself is not saved
    assert files.path == folder / "a.safetensors"


def test_what_is_kept_comes_to_the_same(state_folder: Path) -> None:
    files, run = RunFiles(), small()
    run.step_epoch()
    taken = files.capture(run)
    run.step_batch()  # it goes on meanwhile
    files.autosave(taken)
    again = load_checkpoint(state_folder / f"autosave-{os.getpid()}.safetensors")
    assert again.step == 5
    resumed = Session.resumed(again, run.source, history_memory=2**26)
    resumed.step_batch()
    assert outcome(resumed) == outcome(run)
