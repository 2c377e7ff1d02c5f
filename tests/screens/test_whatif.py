"""Checking a gradient, the loss along a step, and editing: the words, and the keys."""

import numpy as np
import pytest
from msgspec.structs import replace

from screens.base.changes import effect_words
from screens.dialogs.along_step.model import along_view, curves
from screens.dialogs.edit_parameter.model import read_value
from screens.dialogs.gradient_check.model import check_view
from screens.inspect.edits import edit_words
from screens.inspect.parameters import (
    Parameter,
    largest_gradient,
    neuron_of,
    parameter_of,
    present_value,
)
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.shapes.format import figure
from screens.shapes.look import Look
from screens.widgets.plot import Plot
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import session
from tui_nn.training.analysis.element_check import EPSILON, LiveCheck, check_element
from tui_nn.training.analysis.recompute import current_step
from tui_nn.training.analysis.step_loss import Fit, StepLoss, measure_step_loss
from tui_nn.training.analysis.what_if import try_change
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot


def seen(steps: int = 2, operations: int = 0) -> Snapshot:
    run = session(history_memory=2**26)
    for _ in range(steps):
        run.step_batch()
    for _ in range(operations):
        run.step_operation()
    return run.snapshot(Activity.PAUSED)


def check(snapshot: Snapshot) -> LiveCheck:
    return check_element(snapshot.program, current_step(snapshot), "W2", (3, 4))


def along(start: float, reached: float, losses: list[float], rate: float = 0.1) -> StepLoss:
    return StepLoss(rate, start, reached, np.array([0.1, 0.8, 4.0]), np.array(losses))


# What is selected


@pytest.mark.parametrize(
    ("name", "index", "parameter"),
    [
        ("W1", (3, 2), Parameter("W1", (3, 2))),
        ("dW1", (3, 2), Parameter("W1", (3, 2))),
        ("db3", (2,), Parameter("b3", (2,))),
        ("delta1", (0, 2), None),
        ("L", (), None),
    ],
)
def test_a_parameter_is_selected_with_its_gradient(
    name: str, index: tuple[int, ...], parameter: Parameter | None
) -> None:
    where = Scene(seen(), Selection())
    assert parameter_of(where, Target(Source.BATCH, name, index)) == parameter
    assert parameter_of(where, None) is None


def test_a_neuron_is_selected_with_whatever_is_its_own() -> None:
    where = Scene(seen(), Selection())
    assert neuron_of(where, Target(Source.BATCH, "z2", (5, 3))) == (2, 3)
    assert neuron_of(where, Target(Source.BATCH, "dW2", (5, 3))) == (2, 3)
    assert neuron_of(where, Target(Source.BATCH, "a0", (0, 3))) is None
    assert neuron_of(where, Target(Source.BATCH, "L", ())) is None


def test_the_steepest_weight_of_a_layer() -> None:
    snapshot = seen()
    steepest = largest_gradient(snapshot, 2)
    gradient = np.abs(snapshot.computed.tensors["dW2"])
    assert steepest.name == "W2"
    assert gradient[steepest.index] == gradient.max()


@pytest.mark.parametrize("operations", [0, 3, 20])
def test_the_present_value_is_where_a_change_would_be_made(operations: int) -> None:
    run = session(history_memory=2**26)
    run.step_batch()
    value = float(run.state.tensors["W3"][1, 1])
    for _ in range(operations):
        run.step_operation()
    snapshot = run.snapshot(Activity.PAUSED)
    assert present_value(snapshot, Parameter("W3", (1, 1))) == value


# The words


def test_the_check_shows_both_slopes_and_how_far_they_are_apart() -> None:
    found = check(seen())
    view = check_view(found, step=1)
    assert "∂L/∂W2[3,4]" in view.title
    assert f"{found.above:.14f}" in view.table(str)
    assert view.sign == "✓"
    assert "agree" in view.verdict
    shown = dict(view.rows)
    for label, value in (
        ("by nudging: (L₊ − L₋)/2ε", found.numeric),
        ("by backpropagation", found.analytic),
    ):
        assert float(shown[label].replace("−", "-")) == pytest.approx(value, rel=1e-9)
    lines = view.table(Look(ascii=True).text).splitlines()
    assert {line[34] for line in lines if line.strip()} <= set(" +-")


def test_what_the_check_makes_of_it() -> None:
    found = check(seen())
    wrong = replace(found, analytic=2 * found.analytic)
    assert check_view(wrong, 1).sign == "✗"
    assert "one of the two is wrong" in check_view(wrong, 1).verdict
    assert "Press −" in check_view(replace(wrong, epsilon=100 * EPSILON), 1).verdict
    assert "Press +" in check_view(replace(wrong, epsilon=EPSILON / 100), 1).verdict
    assert check_view(replace(wrong, epsilon=EPSILON / 100), 1).sign == "!"
    assert "At a kink" in check_view(replace(found, crossed=3), 1).verdict
    priced = check_view(replace(found, at_zero=True), 1)
    assert priced.sign == "!"
    assert "takes this weight across 0" in priced.verdict
    assert "not finite" in check_view(replace(found, above=np.nan), 1).verdict
    silent = replace(found, analytic=0.0, above=found.loss, below=found.loss)
    assert "both are 0" in check_view(silent, 1).verdict


def test_along_the_step_in_words() -> None:
    view = along_view(along(0.43, 0.41, [0.41, 0.31, 2.0]), is_over=True)
    assert view.outcome == (
        "At η = 0.1 the loss of this batch goes from 0.43 to 0.41; "
        "the best length would have been 0.8: down to 0.31."
    )
    assert view.verdict.startswith("Cautious: the step takes 17 %")
    assert "would be 0.8" in along_view(along(0.43, 0.41, [0.41, 0.31, 2.0]), is_over=False).outcome


@pytest.mark.parametrize(
    ("found", "fit", "words"),
    [
        (along(0.43, 0.42, [0.42, 0.01, 2.0]), Fit.TOO_LOW, "Too low"),
        (along(0.43, 2.0, [0.4, 0.31, 2.0], rate=4.0), Fit.TOO_HIGH, "jumps over the minimum"),
        (along(0.43, 0.42, [0.4, 0.31, 0.42], rate=4.0), Fit.TOO_HIGH, "past the minimum"),
        (along(0.43, np.nan, [0.4, 0.31, np.nan], rate=4.0), Fit.TOO_HIGH, "jumps"),
        (along(0.43, 0.43, [0.43, 0.43, 0.43]), Fit.FLAT, "Flat"),
        (along(np.nan, np.nan, [np.nan] * 3), Fit.NOT_FINITE, "even without a step"),
    ],
)
def test_whether_the_rate_is_too_high_or_too_low(found: StepLoss, fit: Fit, words: str) -> None:
    assert found.fit is fit
    assert words in along_view(found, is_over=True).verdict


def test_the_plot_marks_eta_and_the_best_length_within_its_axes() -> None:
    snapshot = seen()
    found = measure_step_loss(snapshot.program, current_step(snapshot))
    assert found is not None
    plot = curves(found)
    loss, eta, best, _ = plot.series
    inside = found.losses <= plot.y_limits[1]
    assert set(found.losses[inside]) <= set(loss.y)
    assert 10**eta.x == pytest.approx(np.full(2, found.rate))
    assert 10**best.x == pytest.approx(np.full(2, found.best))
    low, high = plot.y_limits
    assert low is not None
    assert high is not None
    assert low <= found.lowest < found.start < high


def test_a_curve_that_leaves_the_plot_is_cut_where_it_does() -> None:
    losses = np.array([1.0, 0.5, 3.5, 1e9, np.inf])
    found = StepLoss(1.0, 1.0, 0.5, np.array([0.1, 1.0, 10.0, 100.0, 1000.0]), losses)
    plot = curves(found)
    loss, high = plot.series[0], plot.y_limits[1]
    assert high == pytest.approx(1.3)
    assert loss.y == pytest.approx([1.0, 0.5, 1.3, np.inf])
    assert loss.x == pytest.approx([-1.0, 0.0, 0.8 / 3.0, 3.0])
    assert plot.masked == 1


def test_what_may_be_read_value() -> None:
    assert read_value("−0,5", 1.0).value is None
    assert read_value(" −0.5 ", 1.0).value == -0.5
    assert read_value("1e-3", 1.0).says == "from 1 to 0.001"
    assert "present" in read_value("1", 1.0).says
    for refused in ("", "much", "nan", "inf", "1e39"):
        assert read_value(refused, 1.0).value is None


def test_what_a_change_did() -> None:
    run = session(history_memory=2**26)
    image = run.dataset["train"].images[0]
    words = effect_words(try_change(run, image, 4, lambda it: it.set_parameter("b3", (7,), 50.0)))
    assert words.startswith("The selected 4: says ")
    assert words.endswith("→ 7 (100 %).")
    assert effect_words(try_change(run, image, None, Session.undo)).startswith("The digit: says 7")
    assert "as before" in effect_words(try_change(run, image, 4, lambda _: None))


# The keys


def test_before_a_step_there_is_nothing_to_check() -> None:
    async def script(person: Person) -> None:
        await person.press("c")
        await person.sees("press n or b first")
        await person.press("a")
        assert len(person.app.screen_stack) == 1

    at_the_keyboard(script)


@in_sizes((80, 24), (120, 40))
def test_c_checks_the_selected_gradient(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.press("3", *"nnnnnnnnnn")
        await person.sees("next ∂L/∂a2")
        await person.press("c")
        await person.sees("Is this gradient right?", "They agree", "1e−5", "step 0")
        await person.press("+", "+", "+")
        await person.sees("0.01")
        await person.press("escape")
        await person.sees_no("Is this gradient right?")

    at_the_keyboard(script, size=size, screen="backprop")


@pytest.mark.slow
def test_c_on_forward_is_of_the_selected_neuron() -> None:
    async def script(person: Person) -> None:
        await person.press("b")
        await person.sees("step 1")
        person.app.selection = replace(person.app.selection, layer=2, neuron=5)
        await person.press("c")
        await person.sees(",5]", "∂L/∂W2[")

    at_the_keyboard(script)


@pytest.mark.slow
def test_where_no_parameter_is_selected_it_says_where_there_are_some() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "4", "c")
        await person.sees("Select a weight or a bias first")
        await person.press("m")
        await person.sees("Select a neuron first")

    at_the_keyboard(script)


@in_sizes((80, 24), (120, 40), (200, 60))
def test_a_shows_the_loss_along_the_step_and_follows_the_rate(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b", "a")
        await person.sees("Along step 1", "At η = 0.1", "η = 0.1", "escape closes")
        assert person.app.screen.query_one(Plot).size.height >= 8
        await person.press(*"+++++")
        await person.sees("At η = 5", "Too high", "η = 5")
        assert person.app.snapshot.learning_rate == 5
        await person.press("a")
        await person.sees_no("Along step 1")

    at_the_keyboard(script, size=size)


def test_an_edit_is_made_and_taken_back() -> None:
    async def script(person: Person) -> None:
        person.app.selection = replace(person.app.selection, layer=3, neuron=7)
        await person.press("b")
        await person.sees("step 1")
        before = person.app.snapshot.computed.tensors["W3"].copy()
        await person.press("i")
        await person.sees("What if the weight W3[", "its present value")
        await person.press("x")
        await person.sees("! not a number: x")
        await person.press("enter", "backspace", *"25", "enter")
        await person.is_told("→ 25.", "The selected", "ctrl+z undoes it")
        await person.until(lambda: 25 in person.app.snapshot.computed.tensors["W3"], "the edit")
        await person.press("ctrl+z")
        await person.is_told("Undone: W3[", "→ 25.", "The selected")
        now = person.app.snapshot.computed.tensors["W3"]
        await person.until(lambda: np.array_equal(now, before), "the weights as they were")

    at_the_keyboard(script)


@in_sizes((80, 24), (200, 60))
def test_the_edits_of_a_run_are_listed_gone_to_and_undone_after_steps(
    size: tuple[int, int],
) -> None:
    async def script(person: Person) -> None:
        await person.press("ctrl+t")
        await person.sees("Edits of this run", "This run has no edits")
        await person.press("escape", "b", "+", "b", "b", "m", "b", "p")
        await person.sees("Hyperparameters of small · 2 edits so far: ctrl+t lists them")
        await person.press("ctrl+t")
        await person.sees("from → to", "step 1, epoch 1", "learning_rate η", "0.1 → 0.2")
        await person.sees("step 3, epoch 1", "W2[0,:]", "→ 0", "2 edits")
        assert person.app.snapshot.position.step == 4
        await person.press("up", "enter")
        await person.until(lambda: person.app.snapshot.position.step == 1, "the place of the edit")
        assert len(person.app.snapshot.edits) == 2
        await person.press("escape", "ctrl+z")
        await person.is_told("Undone: W2[0,:]", "step 3 again", "1 step made with it")
        assert [edit.value for edit in person.app.snapshot.edits] == [0.2]
        assert person.app.snapshot.position.step == 3
        await person.press("ctrl+z")
        await person.is_told("Undone: learning_rate η 0.1 → 0.2", "of step 1, epoch 1")
        await person.press("ctrl+z")
        await person.is_told("nothing to undo: this run has no edits")

    at_the_keyboard(script, size=size)


def test_edits_in_words() -> None:
    run = session(history_memory=2**26)
    was = float(run.state.tensors["b3"][7])
    run.set_parameter("b3", (7,), 50.0)
    run.set_hyperparameter("batch_size", 0)
    run.step_operation()
    run.set_learning_rate(0.05)
    run.set_hyperparameter("batch_size", 20)
    words = edit_words(run.recipe, run.schedule, run.journal)
    assert [(each.where, each.what, each.change) for each in words] == [
        ("step 0, epoch 1", "b3[7]", f"{figure(was)} → 50"),
        ("step 0, epoch 1", "batch_size B", "32 → full"),
        ("step 0, op 1, epoch 1", "learning_rate η", "0.1 → 0.05"),
        ("step 0, op 1, epoch 1", "batch_size B", "full → 20"),
    ]


def test_a_neuron_is_silenced() -> None:
    async def script(person: Person) -> None:
        await person.press("m")
        await person.sees("Neuron 0 of layer 1 is silent")
        await person.until(
            lambda: not person.app.snapshot.computed.tensors["W2"][0].any(), "the silence"
        )
        person.app.selection = replace(person.app.selection, layer=3, neuron=2)
        await person.press("m")
        await person.sees("neuron 2 of layer 3 is an output")

    at_the_keyboard(script)
