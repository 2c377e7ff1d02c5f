"""The app as a whole: keys, the lines around the screens, what stays selected."""

import pytest
from msgspec.structs import replace

from screens.shapes.look import Look
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import method, recipe, session


def test_the_first_frame_holds_a_digit_a_prediction_and_what_to_press() -> None:
    async def script(person: Person) -> None:
        assert "press n" in person.screen
        assert "guesses" in person.screen
        assert "random weights" in person.screen
        assert "▀" in person.screen
        assert "step 0 · epoch 1 · batch 1/5 · op 0/24 next z1 · loss – · acc – · paused" in (
            person.screen
        )

    at_the_keyboard(script)


def test_n_b_and_e_move_by_operation_batch_and_epoch() -> None:
    async def script(person: Person) -> None:
        await person.press("n", "n", "n")
        await person.sees("op 3/24 next a2")
        await person.press("b")
        await person.sees("step 1 · epoch 1 · batch 2/5 · op 0/24 next z1")
        await person.press("e")
        await person.sees("step 5 · epoch 2 · batch 1/5", "paused")
        await person.press("e")
        await person.sees("finished")
        await person.press("b")
        await person.sees("step 11 · epoch 3", "paused")

    at_the_keyboard(script)


def test_space_runs_and_pauses() -> None:
    async def script(person: Person) -> None:
        await person.press("space")
        await person.sees("running")
        await person.press("space")
        await person.sees("paused")
        await person.sees_no("running")

    at_the_keyboard(script, recipe=recipe(epochs=1000))


def test_speed_goes_from_one_operation_a_second_to_full_speed() -> None:
    async def script(person: Person) -> None:
        await person.sees("10 steps/s")
        await person.press(*"<<<<<")
        await person.sees("1 operation/s")
        await person.press(*">>>>>>>")
        await person.sees("full speed")

    at_the_keyboard(script)


def test_the_learning_rate_goes_up_and_down_its_ladder() -> None:
    async def script(person: Person) -> None:
        await person.sees("η 0.1")
        await person.press("+")
        await person.sees("η 0.2")
        await person.press("-", "-")
        await person.sees("η 0.05")

    at_the_keyboard(script)


def test_restart_begins_from_the_same_weights_with_the_rate_as_it_is() -> None:
    async def script(person: Person) -> None:
        first = person.app.snapshot.computed.tensors["W1"]
        await person.press("b", "+", "b")
        await person.sees("step 2 ")
        assert (person.app.snapshot.computed.tensors["W1"] != first).any()
        await person.press("r")
        await person.sees("step 0 ", "η 0.2")
        assert (person.app.snapshot.computed.tensors["W1"] == first).all()

    at_the_keyboard(script)


@pytest.mark.slow
def test_the_sample_stays_selected_when_the_screen_changes() -> None:
    async def script(person: Person) -> None:
        await person.press("]", "]", "]")
        await person.sees("train #3")
        await person.press("1")
        await person.sees("#3")
        await person.press("4", "2")
        await person.sees("train #3")
        await person.press("[")
        await person.sees("train #2")
        await person.press(",", ".", ".")
        await person.sees("train #3")

    at_the_keyboard(script)


def test_a_learning_rate_beyond_reason_stops_with_the_operation_and_the_step() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b")
        await person.sees("paused: non-finite: ")

    at_the_keyboard(script, recipe=recipe(learning_rate=1e30))


@in_sizes((80, 24), (200, 60), (120, 40))
def test_the_status_keeps_step_op_and_state_at_every_size(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.pilot.resize_terminal(*size)
        for key in "1234":
            await person.press(key, "b")
            await person.sees("step ", "op 0/24 next z1", "paused")

    at_the_keyboard(script, recipe=recipe(epochs=9))


def test_a_terminal_that_is_too_small_says_so_and_still_takes_keys() -> None:
    async def script(person: Person) -> None:
        await person.sees("too small")
        await person.press("b")
        await person.until(lambda: person.app.snapshot.position.step == 1, "a step")
        await person.pilot.resize_terminal(100, 30)
        await person.sees("step 1 ")

    at_the_keyboard(script, size=(40, 10))


@pytest.mark.slow
def test_in_ascii_nothing_else_is_drawn() -> None:
    async def script(person: Person) -> None:
        for key in "1234":
            await person.press(key, "b")
            await person.sees("step ")
            shown = {
                segment.text
                for line in person.app.screen.render_lines(person.app.screen.size.region)
                for segment in line
            }
            assert "".join(shown).isascii()
            assert person.screen.isascii()

    at_the_keyboard(script, look=Look("none", ascii=True))


def test_a_fault_in_the_training_thread_ends_the_app_with_its_reason() -> None:
    async def script(person: Person) -> None:
        def fail(_: object) -> None:
            raise RuntimeError("a planted fault")

        person.app.trainer.send(fail)
        await person.until(lambda: person.app._exception is not None, "the fault")

    with pytest.raises(RuntimeError, match="a planted fault"):
        at_the_keyboard(script)


@pytest.mark.slow
def test_nothing_is_selected_that_another_run_does_not_have() -> None:
    smaller = session(method({"layers": [784, 4, 10]}), history_memory=2**26)

    async def script(person: Person) -> None:
        app = person.app
        app.selection = replace(app.selection, layer=9, neuron=700, sample=10**6, operation="dW2")
        selection = app.selection
        assert (selection.layer, selection.neuron) == (3, 9)
        assert selection.sample == len(app.snapshot.dataset["train"]) - 1
        app.selection = replace(selection, layer=1, neuron=11, operation="dW3")
        app.trainer.replace(lambda _: smaller)
        await person.is_answered()
        assert (app.selection.layer, app.selection.neuron) == (1, 3)
        assert app.selection.operation is None
        await person.press("3", "4", "2")
        await person.sees("layer 1: 4 neurons", "▸0")

    at_the_keyboard(script)
