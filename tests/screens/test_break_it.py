"""Break it: the mistakes, the run with one beside the right run, and its marks in the listing."""

from textual.widgets import OptionList

from screens.backprop.model import listing, operation_view
from screens.base.status import status_line
from screens.dialogs.break_it import model
from screens.dialogs.break_it.dialog import BreakItDialog
from screens.inspect.selection import Selection
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import recipe, session
from tui_nn.mistakes.table import MISTAKES
from tui_nn.training.recipe.breaking import broken, refusals
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

NAME = "bias-gradient-averaged"


def made(name: str) -> Session:
    return session(broken(recipe(), name))


class TestTheList:
    def test_mistakes_that_do_not_suit_the_network_stand_last_and_say_why(self) -> None:
        found = model.entries(refusals(recipe()), None)
        refused = [bool(each.refused) for each in found]
        assert refused == sorted(refused)
        assert {each.name for each in found[1:]} == set(MISTAKES)
        softened = next(each for each in found if each.name == "momentum-sign")
        assert "not here" in softened.line
        assert model.about(softened)[0] == (
            "not here",
            "it needs a momentum: optimizer sgd or nesterov, and momentum above 0.",
        )

    def test_a_run_with_a_mistake_may_be_mended(self) -> None:
        found = model.entries(refusals(recipe()), NAME)
        assert [each.name for each in found[:2]] == [model.QUIZ, model.RIGHT]

    def test_both_are_trained_long_enough_to_compare_and_no_longer_than_the_recipe(self) -> None:
        assert model.epochs_of(12, 938) == 2
        assert model.epochs_of(12, 100) == 5
        assert model.epochs_of(3, 1) == 3


class TestTheLines:
    def test_the_status_says_it_at_any_width(self) -> None:
        run = made(NAME)
        run.step_batch()
        shown = run.snapshot(Activity.PAUSED)
        assert f" · mistake: {NAME} · paused" in status_line(shown, 200)
        for width in range(50, 130):
            words = status_line(shown, width).split(" · ")
            assert words[0] == "step 1"
            assert words[-1] == "paused"
            assert words[-2].startswith("mistake")
        assert "mistake" not in status_line(session().snapshot(Activity.PAUSED), 200)

    def test_what_is_wrong_is_marked_once_it_is_asked_for(self) -> None:
        shown = made(NAME).snapshot(Activity.PAUSED)
        assert not any("✗" in line.margin for line in listing(shown))
        wrong = [each.name for each in shown.program.operations if each.mistaken]
        marked = [line.name for line in listing(shown, wrong) if "✗" in line.margin]
        assert marked == ["db3", "db2", "db1"]
        view = operation_view(shown, Selection(operation="db3"), marks=True)
        assert view.why.startswith("✗ It should be ∇b3 = Σ δ3 over the batch. ")


@in_sizes((80, 24), (120, 40), (200, 60))
def test_choosing_one_and_training_with_it_beside_the_right_run(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.press("!")
        await person.sees("Break it", "people write", "it should be", "one sees")
        await person.press("home")
        await person.sees("enter begins")
        options = person.app.screen.query_one(OptionList)
        dialog = person.app.screen
        assert isinstance(dialog, BreakItDialog)
        options.highlighted = [each.name for each in dialog._entries].index(NAME)
        await person.sees("db = dZ.mean(axis=0)")
        await person.press("enter")
        await person.sees("3 runs of", NAME, "none")
        await person.until(lambda: person.app.sweeper is None, "the end of both")
        recipes = [run.recipe.training.mistake for run in person.app.trainer.runs.all]
        assert recipes == [NAME, None]

    at_the_keyboard(script, size=size)


def test_stepping_through_one_and_having_it_marked() -> None:
    async def script(person: Person) -> None:
        await person.press("!", "end")
        await person.sees("(not here)", "not here  ")
        await person.press("enter", "s")  # neither does anything
        assert isinstance(person.app.screen, BreakItDialog)
        names = [each.name for each in person.app.screen._entries]
        person.app.screen.query_one(OptionList).highlighted = names.index(NAME)
        await person.press("s")
        await person.sees("3 Backprop", f"mistake: {NAME}", "∇b3 = mean δ3")
        await person.press("f")
        await person.sees("✗", "Wrong on purpose, marked ✗: ∇b3, ∇b2, ∇b1.")
        person.app.action_step_batch()
        await person.is_answered()
        await person.press("f")
        await person.sees_no("✗ ")
        await person.press("!", "home", "down", "enter")  # the run as it should be
        await person.sees_no("mistake: ")
        assert person.app.snapshot.recipe.training.mistake is None

    at_the_keyboard(script)
