"""Leaving: at once where the run is paused, after a question where it goes on."""

from screens.dialogs.quit.dialog import QuitDialog
from tests.screens.bench import Person, at_the_keyboard
from tui_nn.training.session.snapshot import Activity


def test_a_paused_run_is_left_at_once() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "q")
        assert person.app.return_code == 0
        assert not person.app.saves_on_exit

    at_the_keyboard(script)


def test_q_asks_while_the_run_goes_on_and_a_second_q_saves_and_leaves() -> None:
    async def script(person: Person) -> None:
        await person.starts_a_run()
        await person.press("q")
        await person.sees("Leave while the run goes on?", "epoch 1, batch", "q saves and leaves")
        assert person.app.snapshot.activity is Activity.RUNNING
        await person.press("q")
        assert person.app.return_code == 0
        assert person.app.saves_on_exit

    at_the_keyboard(script)


def test_escape_trains_on() -> None:
    async def script(person: Person) -> None:
        await person.starts_a_run()
        await person.press("ctrl+c", "escape")
        assert not isinstance(person.app.screen, QuitDialog)
        assert person.app.snapshot.activity is Activity.RUNNING
        assert person.app.return_code is None

    at_the_keyboard(script)


def test_the_epoch_can_be_finished_first() -> None:
    async def script(person: Person) -> None:
        app = person.app
        await person.starts_a_run()
        await person.press("q")
        await person.press("e")
        await person.until(lambda: app.return_code == 0, "the end")
        assert app.saves_on_exit
        assert app.trainer.latest.position.epoch == 2
        assert app.trainer.latest.position.batch == 1

    at_the_keyboard(script)
