"""Evaluate: the matrix, its words, the mistakes, the threshold, and when it is measured."""

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from textual.geometry import Offset

from screens.evaluate import model as views
from screens.evaluate.measuring import Measured, Measuring, measure
from screens.evaluate.model import View
from screens.evaluate.screen import EvaluateScreen, mistakes
from screens.evaluate.threshold import moved_threshold, threshold_words, trade_off_curves
from screens.inspect.selection import Selection
from screens.shapes.look import Look
from screens.shapes.room import Room
from screens.widgets.confusion import Confusion
from screens.widgets.gallery import Gallery
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import RECIPE, clusters, session
from tui_nn.data.task import DIGITS, Task
from tui_nn.training.analysis.threshold import trade_off
from tui_nn.training.evaluation import Evaluation
from tui_nn.training.recipe.data_section import DataSection
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

FOURS = msgspec.structs.replace(
    RECIPE,
    data=DataSection(target_digit=4),
    network=NetworkSection(layers=[784, 6, 1], output="sigmoid"),
)


def digits(pairs: list[tuple[int, int, float]]) -> Evaluation:
    """An evaluation of samples that are one digit, are taken for another, and how surely."""
    outputs = np.zeros((len(pairs), 10), np.float32)
    for row, (_, said, sure) in enumerate(pairs):
        outputs[row] = (1 - sure) / 9
        outputs[row, said] = sure
    return Evaluation(DIGITS, 0.5, outputs, np.array([true for true, _, _ in pairs], np.intp))


def fours(outputs: list[float], truth: list[int], threshold: float = 0.5) -> Evaluation:
    column = np.array(outputs, np.float32)[:, None]
    return Evaluation(Task(4), 0.5, column, np.array(truth, np.intp), threshold)


def measured_on(run: Session, split: str = "test") -> Measured:
    return measure(run, split, lambda: 0.0)


def with_evaluation(evaluation: Evaluation) -> Measured:
    """A result whose samples are the first ones of the small data set."""
    return replace(measured_on(session()), evaluation=evaluation)


# Two ones right; of four fours one right, two taken for a 9, one for a 1; an eight for a 4.
SOME = digits([(1, 1, 0.9), (1, 1, 0.8), (4, 4, 0.7), (4, 9, 0.6), (4, 9, 0.95), (4, 1, 0.5),
               (8, 4, 0.4)])  # fmt: skip


# The matrix


def test_the_matrix_has_totals_and_says_nothing_as_a_dot() -> None:
    shown = views.matrix(SOME)
    assert shown.counts[4].tolist() == [0, 1, 0, 0, 1, 0, 0, 0, 0, 2, 4]
    assert shown.texts[4] == ["·", "1", "·", "·", "1", "·", "·", "·", "·", "2", "4"]
    assert shown.counts[:, 4].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 2]
    assert shown.counts[-1, -1] == 7


def test_what_is_right_is_tinted_one_way_and_mistakes_the_other() -> None:
    shades = views.matrix(SOME).shades
    assert (shades[1, 1], shades[4, 4]) == (-1, -0.25)
    assert shades[8, 4] == 1, "the worst row"
    assert shades[4, 9] == 0.5 > shades[4, 1] > 0
    assert not shades[-1].any()
    assert not shades[:, -1].any()


def test_a_single_mistake_of_a_good_network_does_not_glare() -> None:
    shades = views.matrix(digits([(3, 3, 0.9)] * 999 + [(3, 5, 0.9)])).shades
    assert 0 < shades[3, 5] < 0.05


def test_ten_columns_fit_into_a_small_terminal() -> None:
    big = digits([(3, 3, 0.9)] * 12_000)
    assert views.matrix(big).texts[3][3] == "12k"
    binary = fours([0.1] * 12_000, [0] * 12_000)
    assert views.matrix(binary).texts[0][0] == "12000", "two columns have the room"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ((4, 9), "2 of the 4 fours were taken for a 9 (50.0 %)"),
        ((4, 1), "1 of the 4 fours was taken for a 1 (25.0 %)"),
        ((4, 4), "1 of the 4 fours was recognised (25.0 %)"),
        ((4, 8), "None of the 4 fours were taken for an 8"),
        ((4, 10), "4 fours, 3 taken for something else: recall 25.0 %"),
        ((10, 4), "2 were taken for a 4; 1 of these is something else: precision 50.0 %"),
        ((10, 7), "0 were taken for a 7; 0 of these are something else: precision –"),
        ((8, 4), "the only eight was taken for a 4"),
        ((8, 8), "the only eight was not recognised"),
        ((8, 10), "1 eight, 1 taken for something else: recall 0.0 %"),
        ((3, 5), "there are no threes to recognise"),
        ((10, 1), "3 were taken for a 1; 1 of these is something else: precision 66.7 %"),
        ((10, 10), "7 images, 4 misclassified"),
    ],
)
def test_a_cell_says_what_it_counts(cell: views.Cell, words: str) -> None:
    assert views.cell_words(SOME, cell) == words


def test_a_cell_is_about_its_row_and_a_total_about_its_column() -> None:
    about = [views.class_of(cell, DIGITS) for cell in ((4, 9), (4, 10), (10, 7), (10, 10))]
    assert about == [4, 4, 7, 9]


def test_of_yes_and_no_a_cell_gives_the_name_of_the_field_too() -> None:
    result = fours([0.9, 0.2, 0.7, 0.1], [1, 1, 0, 0])
    assert "2 others was taken for a 4 (50.0 %): false positives" in views.cell_words(
        result, (0, 1)
    )
    assert "2 fours was taken for something else" in views.cell_words(result, (1, 0))
    assert "false negatives" in views.cell_words(result, (1, 0))


def test_the_table_and_its_words_have_the_same_numbers() -> None:
    table = views.class_table(SOME)
    assert table.texts[4] == ["50.0 %", "25.0 %", "33.3 %", "4"]
    assert table.texts[7] == ["–", "–", "–", "0"]
    assert table.names[-1] == "mean"
    assert table.values[-1, 1] == pytest.approx((1 + 0.25 + 0) / 10)
    assert table.texts[-1][-1] == "7"
    words = views.measure_words(SOME, 4)
    assert "of the 2 taken for a 4, 1 is: 50.0 %" in words
    assert "of the 4 fours, 1 was found: 25.0 %" in words
    assert "2×1/(2+4) = 33.3 %" in words


def test_where_a_class_is_rare_the_words_say_what_accuracy_is_worth() -> None:
    never = fours([0.1, 0.2, 0.1, 0.3], [0, 0, 0, 1])
    assert views.baseline_words(never) == "It never says 4, and is right on 75.0 % all the same."
    assert "“not 4” would be right on 75.0 %" in views.baseline_words(
        replace(never, threshold=0.15)
    )
    assert [bar.text.strip() for bar in views.measure_bars(never)] == [
        "–",
        "0.0 %",
        "0.0 %",
        "75.0 %",
    ]


def test_the_legend_names_the_colours_that_there_are() -> None:
    assert "orange: mistakes" in views.legend(Look("256"))
    assert "yellow: mistakes" in views.legend(Look("16"))
    assert views.legend(Look("256", ascii=True)) == views.legend(Look("none")) == ""


# The mistakes


def listed(cell: views.Cell | None) -> list[int]:
    return mistakes.listed(with_evaluation(SOME), cell).samples.tolist()


def test_mistakes_come_surest_first() -> None:
    assert listed(None) == listed((10, 10)) == [4, 3, 5, 6]
    assert listed((4, 9)) == [4, 3]
    assert listed((1, 1)) == [0, 1]
    assert listed((4, 10)) == [4, 3, 5], "of a total, the mistakes"
    assert listed((10, 4)) == [6]
    assert listed((0, 0)) == []


def test_a_gallery_is_of_the_split_and_says_what_it_is_a_gallery_of() -> None:
    result = with_evaluation(SOME)
    shown = mistakes.listed(result, (4, 9))
    split = result.snapshot.dataset["test"]
    assert np.array_equal(shown.images, split.images[[4, 3]])
    assert shown.title == "2 fours taken for a 9, the surest first"
    assert shown.captions[0] == f"{split.labels[4]}→9 95.0%"
    assert mistakes.listed(result, None).title.startswith("4 mistakes")
    assert mistakes.listed(result, (8, 4)).heading == "1 eight taken for a 4"
    assert mistakes.listed(result, (10, 1)).title.startswith("1 wrongly taken for a 1")
    assert mistakes.listed(result, (4, 10)).title.startswith("3 fours taken for something else")


def test_of_very_many_mistakes_the_surest_are_listed() -> None:
    run = session(dataset=clusters(test=1500))
    sure = np.random.default_rng(0).permutation(1500) / 3000 + 0.4
    result = digits([(3, 5, float(each)) for each in sure])
    shown = mistakes.listed(replace(measured_on(run), evaluation=result), None)
    assert shown.samples.tolist() == np.argsort(-sure)[: mistakes.MOST].tolist()
    assert shown.title == "1,500 mistakes, the 1,000 surest"


def test_equally_sure_mistakes_keep_their_order() -> None:
    run = session(dataset=clusters(test=1500))
    result = digits([(3, 5, 0.9)] * 1500)
    shown = mistakes.listed(replace(measured_on(run), evaluation=result), None)
    assert shown.samples.tolist() == list(range(1000))


def test_the_image_looked_at_is_followed_within_the_same_gallery() -> None:
    result = with_evaluation(SOME)
    before = mistakes.listed(result, None)
    fewer = mistakes.listed(with_evaluation(digits([(1, 1, 0.9)] * 5 + [(4, 1, 0.5)])), None)
    assert fewer.place_of(before, 2) == 0, "sample 5"
    assert fewer.place_of(before, 1) == 1, "sample 3 is right now"
    assert mistakes.listed(result, (4, 9)).place_of(before, 1) == 0


def test_an_opened_image_is_found_in_the_batch_if_it_is_there() -> None:
    run = session()
    run.step_operation()
    snapshot = run.snapshot(Activity.PAUSED)
    sample = int(snapshot.computed.context.indices[5])
    outside = next(i for i in range(135) if i not in snapshot.computed.context.indices)
    train = measured_on(run, "train")
    selection = mistakes.opened(Selection(digit=3), "train", sample, snapshot)
    assert (selection.sample, selection.row, selection.digit) == (sample, 5, None)
    assert "its row of the current batch, 5" in mistakes.opened_words(train, sample, snapshot)
    assert mistakes.opened(Selection(row=2), "train", outside, snapshot).row == 2
    assert "which it is not in" in mistakes.opened_words(train, outside, snapshot)
    test = measured_on(run, "test")
    assert "test is never trained on" in mistakes.opened_words(test, sample, snapshot)
    assert mistakes.row_in_batch("test", sample, snapshot) is None


# The threshold


def test_the_trade_off_by_hand() -> None:
    curve = trade_off(fours([0.2, 0.8, 0.6, 0.6, 0.1], [1, 1, 0, 1, 0]))
    assert curve.thresholds == pytest.approx([0.7, 0.4, 0.15, 0.05])
    assert curve.precision == pytest.approx([1, 2 / 3, 3 / 4, 3 / 5])
    assert curve.recall == pytest.approx([1 / 3, 2 / 3, 1, 1])


def some_outputs(count: int) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    random = np.random.default_rng(4)
    truth = (random.random(count) < 0.2).astype(np.intp)
    outputs = np.round(
        random.random(count) * 0.6 + 0.3 * truth + 0.01, 2
    )  # rounded: many are equal
    return outputs.astype(np.float32), truth


def test_every_point_of_the_curve_is_what_its_threshold_comes_to() -> None:
    outputs, truth = some_outputs(300)
    result = fours(outputs.tolist(), truth.tolist())
    curve = trade_off(result)
    assert len(curve.thresholds) == len(np.unique(outputs))
    for threshold, precision, recall in zip(
        curve.thresholds, curve.precision, curve.recall, strict=True
    ):
        at = replace(result, threshold=float(threshold))
        assert (at.precision[1], at.recall[1]) == pytest.approx((precision, recall))


def test_neighbouring_outputs_are_told_apart() -> None:
    first, second, third = (float(np.float32(0.5 + n * 2**-24)) for n in (0, 1, 2))
    for low, high in ((first, second), (second, third)):
        result = fours([low, high], [0, 1])
        threshold = float(trade_off(result).thresholds[0])
        assert replace(result, threshold=threshold).said.tolist() == [0, 1]


def test_every_move_of_the_threshold_comes_to_something_else() -> None:
    result = fours([0.9, 0.4], [1, 1])  # one half stands for all that lies between the two
    curve = trade_off(result)
    assert moved_threshold(curve, result, 1) == 0.5
    lower = moved_threshold(curve, result, -1)
    assert lower == pytest.approx(0.2)
    assert moved_threshold(curve, replace(result, threshold=lower), 1) == 0.5


def test_outputs_of_nought_leave_no_threshold_to_choose() -> None:
    result = fours([0.0, 0.0, 0.0], [0, 1, 0])
    curve = trade_off(result)
    assert len(curve.thresholds) == 0
    assert moved_threshold(curve, result, -1) == 0.5
    assert trade_off_curves(curve, result).is_empty


def test_moving_the_threshold_walks_along_the_curve_and_past_a_half() -> None:
    outputs, truth = some_outputs(300)
    result = fours(outputs.tolist(), truth.tolist())
    curve = trade_off(result)

    def moved(threshold: float, steps: int) -> float:
        return moved_threshold(curve, replace(result, threshold=threshold), steps)

    down, threshold = [], 1.0
    for _ in range(100):
        threshold = moved(threshold, -1)
        down.append(threshold)
    assert down[-1] == down[-2] == min(down), "it stays at the end"
    stops = list(dict.fromkeys(down))
    assert stops == sorted(stops, reverse=True)
    assert 0.5 in stops
    up = [threshold]
    for _ in stops[1:]:
        up.append(moved(up[-1], 1))
    assert up == stops[::-1]
    assert moved(up[-1], 1) == up[-1]
    counts = {int((outputs > np.float64(each)).sum()) for each in stops}
    assert len(counts) == len(stops), "each comes to something else"


def test_the_plot_marks_the_present_threshold_if_it_has_a_place() -> None:
    result = fours([0.9, 0.2, 0.7, 0.1], [1, 1, 0, 0])
    curves = trade_off_curves(trade_off(result), result)
    assert curves.cursor == 50
    assert (curves.series[0].x.tolist(), curves.series[0].y.tolist()) == ([50], [50])
    never = replace(result, threshold=0.95)
    curves = trade_off_curves(trade_off(never), never)
    assert (len(curves.series), curves.cursor, curves.masked) == (1, None, 0)
    words = threshold_words(never)
    assert "above 0.95; the outputs go from 0.1 to 0.9" in words


# When it is measured


def test_it_is_measured_when_the_network_or_the_split_changed() -> None:
    run, now = session(history_memory=2**26), 10.0
    measuring = Measuring(lambda: now)

    def due(split: str = "test") -> bool:
        return measuring.is_due(run.snapshot(Activity.PAUSED), split)

    assert due()
    measuring.asked()
    assert not due(), "one question at a time"
    measuring.answered(measured_on(run))
    assert not due()
    assert due("train")
    run.step_operation()
    assert not due(), "a forward operation changes no weight"
    run.step_batch()
    assert due()
    run.back_batch()
    assert not due()
    run.set_parameter("b1", (0,), 0.5)
    assert due()


def test_the_same_step_of_other_data_is_measured_too() -> None:
    measuring = Measuring(lambda: 0.0)
    measuring.answered(measured_on(session()))
    other = session(dataset=clusters())
    assert measuring.is_due(other.snapshot(Activity.PAUSED), "test")


def test_weights_that_are_not_finite_are_measured_once() -> None:
    run = session()
    run.state.tensors["W1"][...] = np.nan
    measuring = Measuring(lambda: 0.0)
    measuring.answered(measured_on(run))
    assert not measuring.is_due(run.snapshot(Activity.PAUSED), "test")


@pytest.mark.parametrize(("took", "pause"), [(0.05, 2.0), (0.5, 10.0)])
def test_while_it_runs_it_is_measured_now_and_then(took: float, pause: float) -> None:
    run, now = session(), 100.0
    measuring = Measuring(lambda: now)
    measuring.answered(replace(measured_on(run), seconds=took))
    run.step_batch()
    running = run.snapshot(Activity.RUNNING)
    now += pause * 0.99
    assert not measuring.is_due(running, "test")
    assert measuring.is_due(run.snapshot(Activity.PAUSED), "test")
    now += pause * 0.02
    assert measuring.is_due(running, "test")


def test_the_summary_says_of_which_network_it_is() -> None:
    run = session()
    result, then = measured_on(run), run.snapshot(Activity.PAUSED)
    right = int(np.trace(result.evaluation.confusion))
    words = views.summary(result, then, "test")
    assert f"test: {100 * right / 40:.1f} % right, {right} of 40 · loss " in words
    assert words.endswith("at step 0, random weights")
    run.set_parameter("b1", (0,), 0.5)
    assert views.summary(result, run.snapshot(Activity.PAUSED), "test").endswith("before a change")
    run.step_batch()
    assert views.summary(result, run.snapshot(Activity.PAUSED), "test").endswith("step 0, now at 1")
    assert views.summary(result, then, "train").endswith("measuring train")
    assert views.summary(None, then, "train") == "train: measuring"


def test_the_splits_go_round() -> None:
    dataset = session().dataset
    assert views.other_split(dataset, "test", 1) == "train"
    assert views.other_split(dataset, "train", -1) == "test"


def test_of_one_output_there_are_no_classes_to_go_through() -> None:
    assert views.views(Room.SMALL, Task(4)) == (View.MATRIX, View.GALLERY)
    assert views.views(Room.SMALL, DIGITS) == tuple(View)
    assert len(views.views(Room.MEDIUM, DIGITS)) == 1


# What a person sees


def result_of(run: Session, split: str = "test") -> Evaluation:
    return session(run.recipe).evaluate(split)


async def open_evaluate(person: Person) -> EvaluateScreen:
    await person.press("5")
    await person.sees(" right, ", "at step 0")
    screen = person.app.screen
    assert isinstance(screen, EvaluateScreen)
    return screen


@in_sizes((120, 40), (80, 24), (200, 60))
def test_it_is_measured_as_it_opens(size: tuple[int, int]) -> None:
    expected = session().evaluate("test")
    right = int(np.trace(expected.confusion))

    async def script(person: Person) -> None:
        await open_evaluate(person)
        await person.sees(f"test: {100 * right / 40:.1f} % right, {right} of 40")
        await person.sees("rows: true class", f"{40 - right} mistakes", "zero was not recognised")
        if size != (80, 24):
            await person.sees("precision and recall", "recall: of the")

    at_the_keyboard(script, size=size, screen="evaluate")


def test_it_is_measured_again_after_every_move() -> None:
    async def script(person: Person) -> None:
        await open_evaluate(person)
        await person.press("b")
        await person.sees("· at step 1")
        await person.press("E")
        await person.sees("· at step 0")
        person.app.trainer.send(lambda session: session.set_parameter("b3", (7,), 50.0))
        await person.sees("→7 100.0%", "at step 0")

    at_the_keyboard(script, size=(200, 60), screen="evaluate")


def test_measuring_does_not_stop_the_run() -> None:
    async def script(person: Person) -> None:
        nonlocal now
        screen = await open_evaluate(person)
        screen._measuring = Measuring(lambda: now)
        await person.until(lambda: screen._measuring.measured, "a result by this clock")
        await person.starts_a_run()
        await person.sees("at step 0, now at 1")
        now += 1000
        await person.sees("at step 1")
        await person.sees_no("now at")
        await person.lets_it_step()
        await person.sees("at step 1, now at 2", "running")
        assert person.app.snapshot.activity is Activity.RUNNING
        await person.press("space")
        now += 1000
        await person.sees("at step 2", "paused")
        await person.sees_no("now at")

    now = 0.0
    at_the_keyboard(script, screen="evaluate")


def worst_cell(result: Evaluation) -> tuple[int, int]:
    wrong = result.confusion - np.diag(result.confusion.diagonal())
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(row), int(column)


@in_sizes((80, 24), (120, 40))
def test_a_cell_opens_its_images_and_an_image_becomes_the_sample(size: tuple[int, int]) -> None:
    expected = session().evaluate("test")
    row, column = worst_cell(expected)
    count = int(expected.confusion[row, column])
    name, sought = views.plural(DIGITS, row), views.taken_for(DIGITS, column)
    samples = np.flatnonzero((expected.truth == row) & (expected.said == column))
    surest = samples[np.argsort(-expected.outputs[samples, column], kind="stable")]
    assert count > 1

    async def script(person: Person) -> None:
        screen = await open_evaluate(person)
        await person.press(*["down"] * row, *["right"] * column)
        await person.sees(f"{count} of the {int(expected.confusion[row].sum())} {name}")
        await person.press("enter")
        await person.sees(f"{count} {name} taken for {sought}", "esc")
        await person.until(lambda: screen.query_one(Gallery).has_focus, "the gallery in hand")
        await person.press("escape")
        await person.sees("mistakes", "rows: true class")
        await person.until(lambda: screen.query_one(Confusion).has_focus, "the matrix in hand")
        await person.press("enter", "right", "enter")
        await person.sees(f"test #{surest[1]}, a {row}", "2 Forward now takes")
        assert person.app.current_mode == "forward"
        assert person.app.selection.split == "test"
        assert person.app.selection.sample == surest[1]

    at_the_keyboard(script, size=size, screen="evaluate")


def test_a_click_selects_a_cell_and_a_second_one_opens_it() -> None:
    expected = session().evaluate("test")
    row, column = worst_cell(expected)

    async def script(person: Person) -> None:
        screen = await open_evaluate(person)
        matrix = screen.query_one(Confusion)
        at = Offset(matrix._widths[0] + column * matrix._widths[1], row + 1)
        await person.pilot.click(matrix, offset=at)
        assert matrix.cursor == (row, column)
        assert screen.cell is None
        await person.pilot.click(matrix, offset=Offset(0, row + 1), times=2)
        assert screen.cell is None, "a name is no cell"
        await person.pilot.click(matrix, offset=at, times=2)
        await person.until(lambda: screen.cell == (row, column), "the cell opened")

    at_the_keyboard(script, screen="evaluate")


@pytest.mark.slow
def test_another_split_is_measured_instead() -> None:
    async def script(person: Person) -> None:
        await open_evaluate(person)
        await person.press("s")
        await person.sees("train: ", "of 135", "it trained on these")
        await person.press("s")
        await person.sees("validation: ", "of 15")
        await person.press("S", "S")
        await person.sees("test: ", "of 40", "never trained on")

    at_the_keyboard(script, screen="evaluate")


@pytest.mark.slow
def test_where_there_is_little_room_v_goes_through_the_views() -> None:
    expected = session().evaluate("test")
    said, true = int(expected.confusion[:, 1].sum()), int(expected.confusion[1].sum())

    async def script(person: Person) -> None:
        await open_evaluate(person)
        await person.press("v")
        await person.sees("view: mistakes")
        await person.sees_no("rows: true class")
        await person.press("v", "down")
        await person.sees("view: precision", f"of the {said} taken for a 1", f"of the {true} ones")
        await person.press("v")
        await person.sees("rows: true class", "view: matrix")

    at_the_keyboard(script, size=(80, 24), screen="evaluate")


@in_sizes((80, 24), (120, 40))
def test_of_one_output_the_threshold_can_be_moved(size: tuple[int, int]) -> None:
    run = session(FOURS)
    result = run.evaluate("test")
    lower = moved_threshold(trade_off(result), result, -1)
    at = replace(result, threshold=lower)
    assert at.confusion.tolist() != result.confusion.tolist()

    async def script(person: Person) -> None:
        screen = await open_evaluate(person)
        await person.sees("not 4", "threshold: 0.5", "precision by recall")
        await person.press("T")
        await person.sees(views.percent(float(at.recall[1])), views.percent(float(at.precision[1])))
        await person.sees(f"{100 * at.accuracy:.1f} % right")
        assert screen.threshold == lower
        await person.press("t")
        await person.sees("threshold: 0.5", f"{100 * result.accuracy:.1f} % right")

    at_the_keyboard(script, size=size, recipe=FOURS, screen="evaluate")


@pytest.mark.slow
def test_the_threshold_is_offered_only_where_there_is_one() -> None:
    async def script(person: Person) -> None:
        screen = await open_evaluate(person)
        await person.press("t", "v")
        await person.sees_no("threshold")
        assert screen.threshold == 0.5

    at_the_keyboard(script, screen="evaluate")


@pytest.mark.slow
def test_a_network_that_is_not_finite_says_so_and_recovers() -> None:
    run = session()
    run.state.tensors["W1"][...] = np.nan

    async def script(person: Person) -> None:
        await person.press("5")
        await person.sees("test: not a number", "For 40 of 40 images", "r restarts")
        await person.sees_no("rows: true class")
        await person.press("r")
        await person.sees(" right, ", "rows: true class")

    at_the_keyboard(script, run=run, screen="evaluate")


@pytest.mark.slow
def test_another_task_begins_with_all_mistakes_and_its_own_threshold() -> None:
    async def script(person: Person) -> None:
        screen = await open_evaluate(person)
        await person.press("T", "enter")
        await person.until(lambda: screen.cell is not None, "a cell opened")
        person.app.debug_session(session())
        await person.sees("the only zero", "mistakes")
        assert (screen.cell, screen.threshold) == (None, 0.5)

    at_the_keyboard(script, recipe=FOURS, screen="evaluate")


def test_a_restart_keeps_the_threshold_and_another_recipe_begins_with_its_own() -> None:
    async def script(person: Person) -> None:
        screen = await open_evaluate(person)
        await person.press("T")
        lowered = screen.threshold
        await person.press("b", "r")
        await person.sees("at step 0")
        assert screen.threshold == lowered < 0.5
        weighted = msgspec.structs.replace(FOURS.data, class_weighting=True)
        person.app.debug_session(session(msgspec.structs.replace(FOURS, data=weighted)))
        await person.until(lambda: screen.threshold == 0.5, "its own threshold")

    at_the_keyboard(script, recipe=FOURS)


def test_resizing_keeps_what_has_the_focus_in_sight() -> None:
    async def script(person: Person) -> None:
        screen = await open_evaluate(person)
        table = screen.query_one("#table")
        table.focus()
        await person.pilot.resize_terminal(80, 24)
        await person.sees("precision", "recall: of the")
        assert screen.focused is table

    at_the_keyboard(script, screen="evaluate")
