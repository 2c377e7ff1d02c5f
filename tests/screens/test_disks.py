"""A full disk and what vanishes: it is said, and the run goes on."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import tui_nn.files
from screens import app as app_module
from tests.screens.bench import Person, at_the_keyboard
from tests.screens.test_saving import small, types
from tui_nn.training.storage.checkpoint import load_checkpoint


class Disk:
    """Makes every write to a file fail while it is full."""

    def __init__(self, fsync: Callable[[int], None]) -> None:
        self.is_full = True
        self.refused = 0
        self._fsync = fsync

    def sync(self, number: int) -> None:
        if self.is_full:
            self.refused += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._fsync(number)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    full = Disk(os.fsync)
    monkeypatch.setattr(tui_nn.files.os, "fsync", full.sync)
    return full


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def told(person: Person, words: str) -> int:
    """How often something was told."""
    return sum(words in message.words for message in person.app.message_log.messages)


def test_an_automatic_save_that_fails_is_told_once_until_it_works_again(
    disk: Disk, state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "AUTOSAVE", 0.02)
    path = state_folder / f"autosave-{os.getpid()}.safetensors"

    async def script(person: Person) -> None:
        await person.press("e")
        await person.until(lambda: disk.refused >= 5, "five attempts")
        assert told(person, "cannot be saved by itself") == 1
        disk.is_full = False
        await person.until(path.exists, "the file")
        disk.is_full = True
        await person.press("e")
        await person.until(lambda: told(person, "cannot be saved by itself") == 2, "a second fault")

    at_the_keyboard(script)
    assert load_checkpoint(path).step == 5  # the save before is whole
    assert not list(state_folder.glob(".*"))


def test_a_full_disk_is_said_in_the_window_that_saves(disk: Disk, here: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "ctrl+s")
        await person.sees("small-step1")
        await person.press("enter")
        await person.sees("No space left on device")
        disk.is_full = False
        await person.press("enter")
        await person.is_told("Saved ")

    at_the_keyboard(script, run=small())
    assert [path.name for path in here.iterdir()] == ["small-step1.safetensors"]


@pytest.mark.slow
def test_a_file_that_vanishes_while_it_is_open_is_written_again(here: Path) -> None:
    mine = here / "mine.safetensors"

    async def script(person: Person) -> None:
        await person.press("b", "ctrl+s")
        await person.sees("small-step1")
        await types(person, mine.name)
        await person.is_told("Saved ", "step 1")
        mine.unlink()
        await person.press("b", "ctrl+s")
        await person.sees("Save this run", mine.name, "step 2")
        await person.press("enter")
        await person.is_told("Saved ", "step 2")

    at_the_keyboard(script, run=small())
    assert load_checkpoint(mine).step == 2


@pytest.mark.slow
def test_a_folder_that_vanishes_is_said(here: Path) -> None:
    async def script(person: Person) -> None:
        await person.press("b")
        shutil.rmtree(here)
        await person.press("y")
        await person.is_told("Not exported: ")
        await person.press("ctrl+s")
        await person.sees("small-step1")
        await person.press("enter")
        await person.sees("No such file")
        await person.press("escape", "ctrl+o")
        await person.sees("trained")
        assert not person.app.faults

    at_the_keyboard(script, run=small())
