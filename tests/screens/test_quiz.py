"""Which one is it: played to its end, its answers judged, and nothing that gives it away."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from textual.widgets import OptionList

from screens.base.status import status_line
from screens.dialogs.quiz.dialog import QuizDialog
from screens.explain.model import explain
from screens.inspect.selection import Selection
from screens.inspect.sitting import Asked, Sitting, Stage
from screens.inspect.subject import Scene, Source, Target
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import recipe, session
from tui_nn.mistakes.quiz import ASKED, is_quiz, quiz_of
from tui_nn.nn.operation import Operation
from tui_nn.training.analysis.answers import Judged, is_the_mistake, judge_operation
from tui_nn.training.analysis.element_check import Agreement, check_element
from tui_nn.training.recipe.breaking import askable, broken, posed
from tui_nn.training.recipe.file import format_toml
from tui_nn.training.recipe.recipe import Recipe, faults
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

AVERAGED = "bias-gradient-averaged"
PLAIN = session().recipe.program().operations[0].kernel


def quiz_about(mistake: str) -> str:
    """The name of a quiz whose mistake is known here."""
    names = (f"quiz-{number}" for number in range(10_000))
    return next(name for name in names if quiz_of(name).truth.name == mistake)


def stepped(mistake: str, operations: int = 19, using: Recipe | None = None) -> Snapshot:
    run = session(broken(using or recipe(), quiz_about(mistake)))
    for _ in range(operations):
        run.step_operation()
    return run.snapshot(Activity.PAUSED)


class TestPosing:
    def test_the_same_seed_poses_the_same_and_none_twice(self) -> None:
        assert posed(recipe(), 5) == posed(recipe(), 5)
        names: list[str] = []
        for _ in askable(recipe()):
            names.append(posed(recipe(), 1, names))
        assert {quiz_of(each).truth.name for each in names} == set(askable(recipe()))
        assert posed(recipe(), 1, names) not in names

    def test_a_quiz_that_does_not_suit_the_network_does_not_say_why(self) -> None:
        name = quiz_about("momentum-sign")
        told = [fault for _, fault in faults(broken(recipe(), name))]
        assert told == [f"{name}: its mistake does not suit this network: try another number"]


class TestNothingGivesItAway:
    @pytest.mark.parametrize("mistake", askable(recipe()))
    def test_all_that_can_be_read_is_that_of_the_right_run(
        self, mistake: str, tmp_path: Path
    ) -> None:
        name = quiz_about(mistake)
        run = session(broken(recipe(), name))
        shown, right = run.snapshot(Activity.PAUSED), session().snapshot(Activity.PAUSED)
        for program, meant in (
            (shown.program, right.program),
            (shown.program.inference, right.program.inference),
        ):
            for side in ("operations", "to_input"):
                for one, other in zip(getattr(program, side), getattr(meant, side), strict=True):
                    assert as_read(one) == as_read(other)
        assert f"mistake: {name}" in status_line(shown, 200)
        save_checkpoint(tmp_path / "run.safetensors", run.checkpoint())
        written = (tmp_path / "run.safetensors").read_bytes() + format_toml(run.recipe_now).encode()
        assert name.encode() in written
        assert not any(each.name.encode() in written for each in ASKED)
        again = load_checkpoint(tmp_path / "run.safetensors").recipe
        assert is_quiz(again.training.mistake)

    def test_its_numbers_are_those_of_the_mistake(self) -> None:
        for mistake in askable(recipe()):
            hidden, told = (
                session(broken(recipe(), each)) for each in (quiz_about(mistake), mistake)
            )
            for run in (hidden, told):
                run.step_batch()
                run.step_batch()
            assert np.array_equal(hidden.state.flat, told.state.flat), mistake

    def test_an_explanation_says_what_was_meant_and_does_not_add_up(self) -> None:
        shown = stepped(AVERAGED)
        explained = explain(Scene(shown, Selection()), Target(Source.BATCH, "db3", (0,)))
        assert "does not add up" in explained.together
        assert "mean" not in " ".join(explained.working)
        right = session()
        for _ in range(19):
            right.step_operation()
        scene = Scene(right.snapshot(Activity.PAUSED), Selection())
        assert "rounding" in explain(scene, Target(Source.BATCH, "db3", (0,))).together

    def test_a_gradient_check_tells_wrong_from_right(self) -> None:
        shown = stepped(AVERAGED)
        at = int(np.abs(shown.computed.tensors["db3"]).argmax())
        wrong = check_element(shown.program, shown.computed, "b3", (at,))
        assert wrong.agreement is Agreement.DIFFERS
        count = len(shown.computed.context.indices)
        assert wrong.relative_error == pytest.approx((count - 1) / (count + 1), rel=1e-6)
        place = np.unravel_index(
            np.abs(shown.computed.tensors["dW3"]).argmax(), shown.computed.tensors["dW3"].shape
        )
        right = check_element(shown.program, shown.computed, "W3", tuple(map(int, place)))
        assert right.agreement is Agreement.AGREES


def as_read(operation: Operation) -> Operation:
    """What a person sees of an operation: all but what it computes, and with which buffers."""
    return replace(operation, kernel=PLAIN, scratch=(), left=())


class TestJudging:
    def test_an_operation(self) -> None:
        shown = stepped("not-divided-by-batch")
        judged = [
            judge_operation(shown, shown.computed, each) for each in ("z1", "delta3", "dW2", "W3")
        ]
        assert judged == [Judged.RIGHT, Judged.WRONG, Judged.MISLED, Judged.MISLED]

    def test_a_mistake(self) -> None:
        shown = stepped(AVERAGED)
        assert is_the_mistake(shown, shown.computed, AVERAGED)
        assert not is_the_mistake(shown, shown.computed, "bias-gradient-over-everything")
        uphill = stepped("uphill")
        assert not is_the_mistake(uphill, uphill.computed, "sign-reversed")

    def test_one_that_gives_the_same_numbers_is_as_right(self) -> None:
        whole = recipe(batch_size=1)  # a mean over one sample is its sum
        shown = stepped("divided-twice", using=whole)
        assert is_the_mistake(shown, shown.computed, "not-divided-by-batch")


class TestTheScore:
    def test_first_answers_count(self) -> None:
        sitting = Sitting()
        first, second = sitting.asked("quiz-1"), sitting.asked("quiz-2")
        first.answer(is_right=True)
        assert first.stage is Stage.MISTAKE
        first.answer(is_right=False)
        first.answer(is_right=True)
        assert first == Asked(Stage.TOLD, 0, 1)
        assert sitting.score == "1 of 2 points"
        second.give_up()
        assert sitting.score == "1 of 4 points"


@in_sizes((80, 24), (120, 40), (200, 60))
def test_played_to_its_end(size: tuple[int, int]) -> None:
    async def choose(person: Person, name: str) -> None:
        options = person.app.screen.query_one(OptionList)
        options.highlighted = options.get_option_index(name)
        await person.press("enter")

    async def script(person: Person) -> None:
        await person.press("!", "home", "enter")
        await person.sees("3 Backprop", "mistake")
        name = person.app.snapshot.recipe.training.mistake or ""
        truth = quiz_of(name).truth.name
        await person.press("!")
        await person.sees("Which operation does something else than its line says?")
        await person.press("enter")
        await person.sees("this step is not computed yet: press n or b first")
        await person.press("escape", "b", "!")
        program = broken(recipe(), truth).program()
        wrong = {each.name for each in program.operations if each.mistaken}
        await choose(person, "L" if "L" not in wrong else "z1")
        await person.sees("No: ")
        await choose(person, sorted(wrong)[0])
        await person.sees("And which mistake is it?", "Right: ")
        await choose(person, truth)
        await person.sees("1 of 2 points", truth, "people write", "it should be")
        await person.press("enter")  # begins again, told and marked
        await person.sees("✗")
        assert person.app.snapshot.recipe.training.mistake == truth
        await person.press("!", "home", "enter")
        await person.until(
            lambda: is_quiz(person.app.snapshot.recipe.training.mistake), "another quiz"
        )
        await person.press("b", "!", "g")
        await person.sees("0 of 2 points", "so far 1 of 4 points")
        assert isinstance(person.app.screen, QuizDialog)
        assert person.app.snapshot.recipe.training.mistake != name

    at_the_keyboard(script, size=size)


@pytest.mark.slow
def test_the_form_and_compare_do_not_say_it() -> None:
    name = quiz_about(AVERAGED)

    async def script(person: Person) -> None:
        await person.press("b", "p")
        await person.press("pageup")
        seen = []
        while name not in person.screen:
            seen.append(person.screen)
            assert len(seen) < 50
            await person.press("down")
        assert not any(each.name in person.screen for each in ASKED)
        await person.press("escape", "r", "b", "7")
        await person.sees("2 runs", f"mistake: {name}")
        assert not any(each.name in person.screen for each in ASKED)

    at_the_keyboard(script, run=session(broken(recipe(), name)))
