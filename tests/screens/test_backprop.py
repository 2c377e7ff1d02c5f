"""Backprop: the program, its counter, its tensors, and one element taken apart."""

from typing import Any

import numpy as np
import pytest

from screens.backprop.element import partners
from screens.backprop.gradient_table import gradient_lines, gradients
from screens.backprop.gradients import BINS, gradient_view
from screens.backprop.heading import HEADING, Heading, heading_lines
from screens.backprop.model import OperationView, listing, operation_view
from screens.backprop.plates import element_notes, plates
from screens.inspect.parts import selected_part
from screens.inspect.selection import Selection, selected_operation
from screens.inspect.tensors import element_at, tensor_view
from screens.widgets.bars import Bars
from screens.widgets.listing import Listing
from screens.widgets.plates import Plates
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import session
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.session.statistics import spread


def after(operations: int, steps: int = 0) -> Snapshot:
    run = session(history_memory=2**26)
    for _ in range(steps):
        run.step_batch()
    for _ in range(operations):
        run.step_operation()
    return run.snapshot(Activity.PAUSED)


def test_the_listing_marks_what_is_done_and_what_is_next() -> None:
    kinds = [line.kind for line in listing(after(3)) if line.kind != "heading"]
    assert kinds == ["done"] * 3 + ["next"] + ["todo"] * 20
    headings = [line.text for line in listing(after(0)) if line.kind == "heading"]
    assert headings == ["FORWARD", "LOSS", "BACKWARD", "UPDATE"]


def test_what_was_done_last_is_looked_at_unless_something_is_selected() -> None:
    assert selected_operation(after(0), Selection()).name == "z1"
    assert selected_operation(after(3), Selection()).name == "z2"
    assert selected_operation(after(0, steps=1), Selection()).name == "dW1"
    assert selected_operation(after(3), Selection(operation="L")).name == "L"


def test_what_is_not_computed_yet_has_no_picture() -> None:
    view = operation_view(after(3), Selection(operation="dW2"))
    assert view.write is None
    assert view.note == "not computed yet: press n"
    # a1 is there to be read, δ2 is not.
    assert [read.title for read in view.reads] == ["a1[0,:]"]


@pytest.mark.parametrize("row", [None, 0, 7])
def test_every_element_of_every_picture_is_the_tensors(row: int | None) -> None:
    seen = after(0, steps=1)
    for name, values in seen.computed.tensors.items():
        if name.startswith(("change", "zy")):
            continue
        selection = Selection(layer=2, neuron=3, row=row)
        tensor = seen.program.tensor(name)
        part = selected_part(tensor, values.shape, selection)
        view = tensor_view(name, seen.computed.tensors, seen.program, part, mean=row is None)
        if row is None and tensor.batched and len(tensor.axes) > 1:
            assert np.allclose(view.values.ravel(), values.mean(axis=0).ravel(), equal_nan=True)
            continue
        for place in np.ndindex(*view.values.shape):
            index = element_at(view, *place)
            assert values[index] == view.values[place], (name, place, index)
            assert view.place_of(index) == place


def looked_at(name: str, **selection: object) -> OperationView:
    return operation_view(after(0, steps=2), Selection(operation=name, **selection))  # type: ignore[arg-type]


def titles(view: OperationView) -> list[str]:
    return [each.title for each in view.views]


@pytest.mark.parametrize(
    ("name", "selection", "expected"),
    [
        ("z2", {"row": 3, "element": (3, 5)}, ["a1[3,:]", "W2[:,5]", "b2", "z2[3,:]"]),
        ("a2", {"row": 3, "element": (3, 5)}, ["z2[3,:]", "a2[3,:]"]),
        ("da1", {"row": 3, "element": (3, 7)}, ["δ2[3,:]", "W2[7,:]", "∂L/∂a1[3,:]"]),
        ("dW2", {"layer": 2, "neuron": 5, "element": (7, 5)}, ["a1[:,7]", "δ2[:,5]", "∇W2[:,5]"]),
        ("db2", {"element": (5,)}, ["δ2[:,5]", "∇b2"]),
        ("W2", {"layer": 2, "neuron": 5}, ["W2[:,5] before", "∇W2[:,5]", "W2[:,5] after"]),
        ("delta3", {"row": 31}, ["p[31,:]", "y[31,:]", "δ3[31,:]"]),
    ],
)
def test_pictures_are_the_operands_of_the_element_below_them(
    name: str, selection: dict[str, object], expected: list[str]
) -> None:
    view = looked_at(name, **selection)
    assert titles(view) == expected
    assert view.element is not None
    for term in view.element.terms.parts:
        for read, place in zip(view.reads, partners(view.reads, term), strict=True):
            values = [each.value for each in term.factors if each.name == read.name]
            assert (place is None) == (not values)
            if place is not None:
                assert float(read.values[place]) == values[0]


def test_rows_and_columns_are_named_and_outputs_bear_their_digits() -> None:
    axes = {each.title: each.axes for each in looked_at("z1", element=(0, 3)).views}
    assert axes["W1[:,3]"] == "pixel (row,column)"
    assert axes["z1[0,:]"] == "neuron 0…11"
    assert [each.axes for each in looked_at("dW2").reads] == ["row 0…31"] * 2
    for name in ("z3", "p", "delta3", "b3"):
        assert looked_at(name).views[-1].labels == tuple("0123456789"), name
    assert not looked_at("z2").views[-1].labels


def test_a_parameter_has_one_range_before_and_after_the_update() -> None:
    view = looked_at("W2")
    before, _, after_it = plates(view, [None] * 3)
    assert before.scale == after_it.scale
    assert view.write is not None
    assert (view.reads[0].values != view.write.values).any()
    assert [each.read for each in view.views] == [True, True, False]


def test_the_selected_neuron_is_followed_through_the_program() -> None:
    for name, title in (("dW2", "∇W2[:,5]"), ("W2", "W2[:,5] after")):
        assert titles(looked_at(name, layer=2, neuron=5))[-1] == title
    element = looked_at("z2", row=4, element=(9, 5)).element
    assert element is not None
    assert element.target.index == (4, 5), "the row is chosen apart from the element"


@pytest.mark.parametrize(
    "name", ["z1", "a2", "p", "L", "delta3", "delta1", "dW1", "db2", "W1", "b3"]
)
def test_the_terms_of_the_selected_element_add_up(name: str) -> None:
    view = looked_at(name)
    assert view.write is not None
    assert view.element is not None
    terms = sum(bar.value for bar in view.element.bars)
    value = float(view.write.values[view.element.place])
    assert terms == pytest.approx(value, rel=1e-4, abs=1e-6)


def test_the_gradient_shown_is_the_one_that_an_operation_is_about() -> None:
    seen = after(0, steps=1)
    for name, gradient in (("b2", "db2"), ("W2", "dW2"), ("db1", "db1"), ("z2", "dW2")):
        assert gradient_view(seen, Selection(operation=name), 34).selected == gradient


def test_the_heading_never_has_more_lines_than_its_height() -> None:
    seen = after(0, steps=1)
    for operation in seen.program.operations:
        view = operation_view(seen, Selection(operation=operation.name))
        for width in (49, 84, 120):
            heading = Heading(view.formula, view.why, f"PyTorch: {view.torch}", view.note)
            lines = heading_lines(heading, width)
            assert len(lines) <= HEADING
            assert all(len(line.text + line.right) <= width for line in lines)
            assert view.note in "".join(line.text + line.right for line in lines)


def test_the_terms_of_a_gradient_are_named_after_the_samples_of_the_batch() -> None:
    seen = after(0, steps=1)
    element = operation_view(seen, Selection(operation="dW1")).element
    assert element is not None
    first = element.bars[0].label
    row = int(first.split()[1].rstrip(","))
    label = seen.dataset["train"].labels[seen.computed.context.indices[row]]
    assert first == f"row {row}, a {label}"


def power(value: float | np.floating[Any]) -> str:
    return f"{value:.1e}".replace("-", "−")


def test_gradients_tell_their_norm_and_how_far_the_step_moves_the_parameter() -> None:
    seen = after(0, steps=1)
    view = gradient_view(seen, Selection(operation="dW2"), 34)
    line = next(line.text for line in view.lines if line.name == "dW2")
    gradient, before = seen.computed.tensors["dW2"], seen.computed.before["W2"]
    size = np.linalg.norm(gradient)
    assert power(size) in line
    assert power(seen.computed.context.learning_rate * size / np.linalg.norm(before)) in line
    counts, _ = seen.computed.statistics.histogram("dW2", BINS)
    assert counts.sum() == gradient.size


def test_where_there_is_room_the_table_tells_more() -> None:
    seen = after(0, steps=1)
    ratio = seen.computed.update_ratio("W2")
    assert ratio is not None
    share = power(ratio / seen.computed.context.learning_rate)
    for width, told in ((29, False), (34, False), (54, True)):
        lines = gradient_lines(seen, width)
        assert [line.name for line in lines if line.name] == [each.name for each in gradients(seen)]
        assert all(len(line.text) <= width - 2 for line in lines[1:])
        line = next(line.text for line in lines if line.name == "dW2")
        assert (share in line, "12×8" in line) == (told, told)


def test_a_gradient_that_is_not_computed_has_no_histogram() -> None:
    line = next(line for line in gradient_lines(after(8), 34) if line.name == "dW1")
    assert (line.kind, line.text.split()) == ("todo", ["∇W1", "–", "–"])


def test_the_small_histogram_is_of_all_elements_and_bears_outliers() -> None:
    values = np.concatenate([np.linspace(-1, 1, 999), [1e3, np.nan]]).astype(np.float32)
    assert spread(values, 9).sum() == 1000
    assert spread(values, 9)[-1] == 1
    assert spread(np.linspace(-1, 1, 9), 9).tolist() == [0, 0, 2, 2, 1, 2, 2, 0, 0]
    assert spread(np.zeros(5), 5).tolist() == [0, 0, 5, 0, 0]
    assert spread(np.full(3, np.nan), 5).tolist() == [0] * 5


def test_n_walks_the_program_and_the_picture_follows() -> None:
    async def script(person: Person) -> None:
        await person.press("3")
        await person.sees("▶ z1 = x·W1 + b1", "not computed yet: press n")
        await person.press("n")
        await person.sees("✓ z1 = x·W1 + b1", "▶ a1 = relu(z1)", "z1[0,:]", "term by term")
        await person.press(*"nnnnnn")
        await person.sees("▶ δ3 = (p − y)/B", "op 7/24 next δ3", "= mean")

    at_the_keyboard(script, screen="backprop")


def test_rows_of_the_batch_and_their_mean() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "n")
        await person.sees("row 0 of 0…31")
        await person.press("]")
        await person.sees("row 1 of 0…31", "z1[1,:]")
        await person.press("[", "[")
        await person.sees("mean over 32 samples", "mean z1")

    at_the_keyboard(script, screen="backprop")


def test_selecting_an_operation_looks_at_it_and_escape_follows_again() -> None:
    async def script(person: Person) -> None:
        await person.press("3", *"nnn")
        person.app.screen.query_one("#listing", Listing).focus()
        await person.press("up")
        await person.sees("a1[0,:]", "negative sums become 0")
        await person.press("escape")
        await person.sees("z2[0,:]", "weighted sum of all inputs")

    at_the_keyboard(script, screen="backprop")


@pytest.mark.slow
def test_w_chooses_the_neuron_whose_gradient_is_seen() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3")
        await person.sees("∇W1[:,0]")
        await person.press("w", "w", "W")
        await person.sees("∇W1[:,1]")

    at_the_keyboard(script)


def test_a_mark_in_a_gradient_is_none_in_a_smaller_one() -> None:
    async def script(person: Person) -> None:
        screen = person.app.screen
        await person.press("b", "v", "v")
        listing = screen.query_one("#parameters", Listing)
        whole = screen.query_one("#whole", Plates)
        listing.focus()
        await person.press("end", "up")
        assert listing.selected == "dW1"
        whole.mark([(783, 11)])
        await person.press("home")
        assert listing.selected != "dW1"
        rows, columns = whole.plates[0].values.shape
        assert whole.cursor == (rows - 1, columns - 1)

    at_the_keyboard(script, size=(80, 24), screen="backprop")


@pytest.mark.slow
def test_where_there_is_little_room_v_goes_through_the_views() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3")
        await person.sees("PyTorch", "∇W1[:,0]")
        await person.press("v")
        await person.sees("term by term")
        await person.press("v")
        await person.sees("every gradient", "update/W")
        await person.press("V", "V")
        await person.sees("PyTorch")

    at_the_keyboard(script, size=(80, 24))


def test_a_step_that_is_over_is_explained_from_what_it_read() -> None:
    run: Session = session(history_memory=2**26)
    run.step_batch()
    seen = run.snapshot(Activity.PAUSED)
    assert (seen.computed.before["W2"] != seen.computed.tensors["W2"]).any()
    terms = seen.computed.explain("z2", (0, 0))
    assert abs(terms.residual) < 1e-5


@pytest.mark.slow
def test_after_a_move_in_the_listing_n_is_followed_again_and_b_keeps_it() -> None:
    async def script(person: Person) -> None:
        await person.press("3", *"nnn")
        person.app.screen.query_one("#listing", Listing).focus()
        await person.press("up")
        await person.sees("a1[0,:]", "negative sums become 0")
        await person.press("n")
        await person.sees("a2[0,:]", "▶ z3")
        person.app.selection = Selection(operation="dW2")
        await person.press("b")
        await person.sees("∇W2[:,0]", "op 0/24")

    at_the_keyboard(script, screen="backprop")


def test_the_selected_term_is_marked_in_every_picture_and_the_other_way_round() -> None:
    async def script(person: Person) -> None:
        await person.press("3", *"nnn")
        await person.sees("z2[0,:]")
        pictures = person.app.screen.query_one("#pictures", Plates)
        terms = person.app.screen.query_one("#terms", Bars)
        terms.focus()
        await person.press("down")
        places = [plate.place for plate in pictures.plates]
        assert places[0] == places[1], "an activation and its weight stand at the same place"
        await person.press("up")
        assert [plate.place for plate in pictures.plates] != places
        pictures.select(1, places[1] or (0, 0))
        await person.until(lambda: terms.index == 1, "the term of that weight")
        assert [plate.place for plate in pictures.plates] == places

    at_the_keyboard(script, screen="backprop")


@pytest.mark.slow
def test_in_a_sum_over_the_batch_the_row_keys_select_its_term() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3")
        await person.sees("∇W1[:,0]")
        pictures = person.app.screen.query_one("#pictures", Plates)
        terms = person.app.screen.query_one("#terms", Bars)
        assert terms.chart is not None
        row = next(
            n
            for n in range(2, 32)
            if any(bar.label.startswith(f"row {n},") for bar in terms.chart.bars)
        )
        await person.press(*"]" * row)
        assert terms.chart.bars[terms.index].label.startswith(f"row {row},")
        assert pictures.plates[0].place == divmod(row, pictures.plates[0].values.shape[1])

    at_the_keyboard(script)


def test_a_selected_element_is_taken_apart() -> None:
    async def script(person: Person) -> None:
        await person.press("3", *"nnn")
        await person.sees("z2[0,:]")
        pictures = person.app.screen.query_one("#pictures", Plates)
        pictures.focus()
        pictures.select(pictures.number, (0, 3))
        await person.sees("W2[:,3]", "z2[0,3] =")
        await person.press("right")
        await person.sees("W2[:,4]", "z2[0,4] =")
        await person.press("w")
        await person.sees("W2[:,5]", "z2[0,5] =")

    at_the_keyboard(script, screen="backprop")


def test_where_terms_have_no_room_the_largest_stand_beside_the_pictures() -> None:
    view = looked_at("z2", element=(0, 5))
    first, *others = element_notes(view.element)
    assert first.text.startswith("z2[0,5] = ")
    assert others

    async def script(person: Person) -> None:
        await person.press("b", "3")
        await person.sees("∇W1[:,0]", "PyTorch", "] = ")

    at_the_keyboard(script, size=(80, 24))
