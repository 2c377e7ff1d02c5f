"""Backprop: the program, its counter, its tensors, and one element taken apart."""

import numpy as np
import pytest

from screens.backprop.gradient_table import gradient_lines, gradients
from screens.backprop.gradients import gradient_view
from screens.backprop.model import element_view, listing, operation_view
from screens.inspect.selection import Selection, selected_operation
from screens.inspect.tensors import element_at, tensor_view
from screens.widgets.listing import Listing
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
    assert [read.title for read in view.reads] == ["a1 row 1"]


@pytest.mark.parametrize("row", [0, 1, 7])
def test_every_element_of_every_picture_is_the_tensors(row: int) -> None:
    seen = after(0, steps=1)
    for name, tensor in seen.computed.tensors.items():
        if name.startswith(("change", "zy")):
            continue
        selection = Selection(layer=2, neuron=3, row=row)
        view = tensor_view(name, seen.computed.tensors, seen.program, selection)
        if row == 0 and seen.program.is_batched(name):
            assert np.allclose(view.values.ravel(), tensor.mean(axis=0).ravel(), equal_nan=True)
            continue
        for place in np.ndindex(*view.values.shape):
            index = element_at(view, *place)
            assert tensor[index] == view.values[place], (name, place, index)


@pytest.mark.parametrize(
    "name", ["z1", "a2", "p", "L", "delta3", "delta1", "dW1", "db2", "W1", "b3"]
)
def test_the_terms_of_the_selected_element_add_up(name: str) -> None:
    seen = after(0, steps=2)
    selection = Selection(operation=name)
    write = operation_view(seen, selection).write
    assert write is not None
    view = element_view(seen, selection, write)
    assert view.place is not None
    terms = sum(bar.value for bar in view.bars)
    assert terms == pytest.approx(float(write.values[view.place]), rel=1e-4, abs=1e-6)


def test_the_terms_of_a_gradient_are_named_after_the_samples_of_the_batch() -> None:
    seen = after(0, steps=1)
    selection = Selection(operation="dW1")
    write = operation_view(seen, selection).write
    assert write is not None
    first = element_view(seen, selection, write).bars[0].label
    row = int(first.split()[1].rstrip(","))
    label = seen.dataset["train"].labels[seen.computed.context.indices[row - 1]]
    assert first == f"row {row}, a {label}"


def test_gradients_tell_their_norm_and_how_far_the_step_moves_the_parameter() -> None:
    seen = after(0, steps=1)
    view = gradient_view(seen, Selection(operation="dW2"), 34)
    line = next(line.text for line in view.lines if line.name == "dW2")
    gradient, before = seen.computed.tensors["dW2"], seen.computed.before["W2"]
    size = np.linalg.norm(gradient)
    assert f"{size:.1e}" in line
    assert f"{seen.computed.context.learning_rate * size / np.linalg.norm(before):.1e}" in line
    assert view.counts.sum() == gradient.size


def test_where_there_is_room_the_table_tells_more() -> None:
    seen = after(0, steps=1)
    ratio = seen.computed.update_ratio("W2")
    assert ratio is not None
    share = f"{ratio / seen.computed.context.learning_rate:.1e}"
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
        await person.sees("▶ z1 = a0·W1 + b1", "not computed yet: press n")
        await person.press("n")
        await person.sees("✓ z1 = a0·W1 + b1", "▶ a1 = relu(z1)", "z1 row 1", "term by term")
        await person.press(*"nnnnnn")
        await person.sees("▶ δ3 = (p − y)/B", "op 7/24 next δ3", "= mean")

    at_the_keyboard(script)


def test_rows_of_the_batch_and_their_mean() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "n")
        await person.sees("row 1/32")
        await person.press("]")
        await person.sees("row 2/32", "z1 row 2")
        await person.press("[", "[")
        await person.sees("mean over 32 samples", "z1 mean of batch")

    at_the_keyboard(script)


def test_selecting_an_operation_looks_at_it_and_escape_follows_again() -> None:
    async def script(person: Person) -> None:
        await person.press("3", *"nnn")
        person.app.screen.query_one("#listing", Listing).focus()
        await person.press("up")
        await person.sees("a1 row 1", "Sets negative sums to 0")
        await person.press("escape")
        await person.sees("z2 row 1", "weighted sum of all inputs")

    at_the_keyboard(script)


def test_w_chooses_the_neuron_whose_gradient_is_seen() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3")
        await person.sees("∇W1 neuron 0")
        await person.press("w", "w", "W")
        await person.sees("∇W1 neuron 1")

    at_the_keyboard(script)


def test_where_there_is_little_room_v_goes_through_the_views() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3")
        await person.sees("PyTorch", "∇W1 neuron 0")
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
