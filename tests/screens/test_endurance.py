"""What is closed is forgotten, so that a long sitting takes no more memory than a short one."""

import gc
from pathlib import Path
from weakref import ref

import pytest

from screens.base.autosave import autosave
from tests.screens.bench import Person, at_the_keyboard, slowly
from tui_nn.training.stepping.history import History

# Not ctrl+o: the thread that lists the runs keeps its window until it has something else to do.
DIALOGS = ("enter", "question_mark", "p", "x", "g", "ctrl+l", "ctrl+t", "ctrl+s")


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [1, *slowly(2)])
def test_windows_that_were_closed_are_gone(rounds: int) -> None:
    gc.collect()
    gc.freeze()  # what there was before need not be gone through again and again

    async def script(person: Person) -> None:
        await person.press("b", "n")
        app, shown = person.app, person.app.screen
        opened = []
        for key in DIALOGS * rounds:
            await person.press(key)
            await person.until(lambda: app.screen is not shown, key)
            opened.append((key, ref(app.screen)))
            assert person.screen  # which draws it, and Textual keeps the lines
            lines = [ref(each._styles_cache) for each in app.screen.query("*")]
            opened += [(f"the lines of {key}", each) for each in lines]
            await person.press("escape")
            await person.until(lambda: app.screen is shown, f"the end of {key}")
            assert person.screen

        def left() -> list[str]:
            gc.collect()
            return [key for key, screen in opened if screen() is not None]

        await person.until(lambda: not left(), "the end of all")

    at_the_keyboard(script)


def test_a_run_that_was_saved_by_itself_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_NN_STATE", str(tmp_path))
    records: list[ref[History]] = []
    until = History.until

    def watched(self: History, step: int) -> History:
        found = until(self, step)
        records.append(ref(found))
        return found

    monkeypatch.setattr(History, "until", watched)

    async def script(person: Person) -> None:
        for count in range(1, 4):
            await person.press("e")
            autosave(person.app)
            await person.is_answered()
            await person.until(lambda: len(records) == count, "a copy of the record")  # noqa: B023
            await person.until(lambda: records[-1]() is None, "the end of the copy")

    gc.disable()  # which is not what lets go of it
    try:
        at_the_keyboard(script)
    finally:
        gc.enable()
