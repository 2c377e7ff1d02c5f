"""What is closed is forgotten, so that a long sitting takes no more memory than a short one."""

import gc
from weakref import ref

from tests.screens.bench import Person, at_the_keyboard

# Not ctrl+o: the thread that lists the runs keeps its window until it has something else to do.
DIALOGS = ("enter", "question_mark", "p", "x", "g", "ctrl+l", "ctrl+t", "ctrl+s")


def test_windows_that_were_closed_are_gone() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "n")
        app, shown = person.app, person.app.screen
        opened = []
        for key in (*DIALOGS, *DIALOGS):
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
