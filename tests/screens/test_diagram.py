"""The drawing of a small network: its numbers at every stage, and where they stand."""

import itertools

import numpy as np
import pytest

from screens.backprop.screen import BackpropScreen
from screens.forward.model import network_diagram
from screens.inspect.diagram import is_best_drawn, of_batch, why_not
from screens.inspect.selection import Selection
from screens.shapes.diagram import Diagram, Number, newest
from screens.shapes.diagram_parts import Plan
from screens.shapes.diagram_plan import FORMS, least_room, plan
from screens.shapes.diagram_wires import strokes
from screens.shapes.look import Look
from screens.widgets.diagram import DiagramWidget
from tests.screens.bench import Person, Reflows, at_the_keyboard, slowly
from tests.screens.stage import ASCII, play, text
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot

SMALL = ("mazur", "xor", "moons", "blobs")


def run(name: str) -> Session:
    return Session(load_recipe(name), load(name), threads=1, history_memory=2**24)


def after(operations: int, name: str = "mazur", steps: int = 0) -> Snapshot:
    made = run(name)
    for _ in range(steps):
        made.step_batch()
    for _ in range(operations):
        made.step_operation()
    probe = made.probe(*first_sample(made))
    return made.snapshot(Activity.PAUSED, probe)


def first_sample(made: Session) -> tuple[np.ndarray, int]:
    train = made.dataset["train"]
    return train.images[0], int(train.labels[0])


def drawn(operations: int, name: str = "mazur", steps: int = 0) -> Diagram:
    return of_batch(after(operations, name, steps), Selection())


def at_neurons(diagram: Diagram, layer: int, symbol: str) -> list[float | None]:
    neurons = diagram.layers[layer].neurons
    numbers = ((*each.numbers, *each.bias) for each in neurons)
    return [number.value for each in numbers for number in each if number.symbol == symbol]


def at_edges(diagram: Diagram, layer: int, symbol: str) -> list[float | None]:
    """By neuron, then by where they come from: Mazur's w1 to w4, w5 to w8."""
    numbers = (number for edge in diagram.layers[layer].edges for number in edge.numbers)
    return [number.value for number in numbers if number.symbol == symbol]


def published(*numbers: float) -> object:
    return pytest.approx(numbers, abs=2e-6)


# Mazur's numbers, stage by stage


def test_before_the_first_operation_there_is_only_what_is_given() -> None:
    before = drawn(0)
    assert at_neurons(before, 0, "x") == published(0.05, 0.10)
    assert at_edges(before, 1, "w") == published(0.15, 0.20, 0.25, 0.30)
    assert at_edges(before, 2, "w") == published(0.40, 0.45, 0.50, 0.55)
    for symbol in ("z", "a", "δ"):
        assert at_neurons(before, 1, symbol) == [None, None]
    assert at_edges(before, 1, "∇") == [None] * 4
    assert before.loss is not None
    assert before.loss.value is None


def test_values_come_forward() -> None:
    assert at_neurons(drawn(1), 1, "z") == published(0.3775, 0.3925)
    assert at_neurons(drawn(1), 1, "a") == [None, None]
    assert at_neurons(drawn(2), 1, "a") == published(0.593269992, 0.596884378)
    assert at_neurons(drawn(4), 2, "z") == published(1.105905967, 1.224921404)
    assert at_neurons(drawn(4), 2, "p") == published(0.75136507, 0.772928465)
    costs = drawn(5)
    assert at_neurons(costs, 2, "c") == published(0.274811083, 0.023560026)
    assert costs.loss is not None
    assert costs.loss.value == pytest.approx(0.298371109, abs=2e-6)


def test_errors_go_back() -> None:
    assert at_neurons(drawn(6), 2, "δ") == published(0.138498562, -0.038098236)
    assert at_edges(drawn(7), 2, "∇") == published(0.082167041, 0.0826676, -0.0226025, -0.0227402)
    assert at_neurons(drawn(8), 2, "∇") == published(0.138498562, -0.038098236)  # the biases'
    assert at_neurons(drawn(9), 1, "∂L/∂a") == published(0.036350306, 0.041370323)
    assert at_neurons(drawn(10), 1, "δ") == published(0.008771354, 0.009954254)
    gradients = published(0.000438568, 0.000877135, 0.000497713, 0.000995425)
    assert at_edges(drawn(11), 1, "∇") == gradients


def test_the_update_puts_new_weights_there() -> None:
    updated = drawn(16)
    new = published(0.149780716, 0.19956143, 0.24975114, 0.29950229)
    assert at_edges(updated, 1, "w") == new
    new = published(0.35891648, 0.408666186, 0.511301270, 0.561370121)
    assert at_edges(updated, 2, "w") == new


# What is lit


def lit(diagram: Diagram, sign: str) -> set[str]:
    return {number.name for number in every_number(diagram) if number.lit == sign}


def every_number(diagram: Diagram) -> list[Number]:
    found = [diagram.loss] if diagram.loss else []
    for layer in diagram.layers:
        for each in layer.neurons:
            found += [*each.numbers, *each.bias]
        for edge in layer.edges:
            found += edge.numbers
    return found


@pytest.mark.parametrize(
    ("operations", "read", "written", "flow"),
    [
        (1, {"a0", "W1", "b1"}, {"z1"}, ("on", "")),
        (5, {"p", "y"}, {"L", "c"}, ("", "")),
        (7, {"a1", "delta2"}, {"dW2"}, ("", "")),
        (9, {"delta2", "W2"}, {"da1"}, ("", "back")),
        (13, {"dW2"}, {"W2"}, ("", "")),
    ],
)
def test_what_an_operation_read_and_wrote_is_lit(
    operations: int, read: set[str], written: set[str], flow: tuple[str, str]
) -> None:
    diagram = drawn(operations)
    assert lit(diagram, "read") == read
    assert lit(diagram, "written") == written
    assert tuple(layer.edges[0].flow for layer in diagram.layers[1:]) == flow


def test_an_operation_to_come_has_written_nothing() -> None:
    diagram = of_batch(after(7), Selection(operation="W2"))
    assert lit(diagram, "written") == set()
    assert lit(diagram, "read") == {"W2", "dW2"}


def test_of_too_many_numbers_the_newest_are_drawn() -> None:
    a, b, c = (
        Number(symbol, symbol, (), 1.0, when) for symbol, when in (("a", 3), ("b", 5), ("c", 4))
    )
    to_come = Number("d", "d", (), None, 9)
    assert newest([a, b, c, to_come], 2) == (b, c)
    assert newest([a, to_come], 2) == (a, to_come)


def test_the_mean_and_a_row_of_the_batch() -> None:
    seen = after(4, "xor")
    rows = seen.computed.tensors["p"][:, 0]
    (mean,) = at_neurons(of_batch(seen, Selection(row=None)), 2, "p")
    (third,) = at_neurons(of_batch(seen, Selection(row=3)), 2, "p")
    assert mean == pytest.approx(rows.mean())
    assert third == pytest.approx(rows[3])


def test_a_sample_has_its_forward_values_alone() -> None:
    diagram, words = network_diagram(after(2))
    assert words == ""
    assert diagram is not None
    assert at_neurons(diagram, 1, "a") == published(0.593269992, 0.596884378)
    assert at_neurons(diagram, 2, "z") == [None, None]
    assert {each.symbol for each in every_number(diagram)} == {"x", "w", "b", "z", "a", "p"}
    assert lit(diagram, "written") == {"a1"}


# Which networks there is a drawing of


def test_large_networks_have_none_and_say_why() -> None:
    assert "16 neurons" in why_not(load_recipe("spirals").program())
    assert "784 inputs" in why_not(load_recipe("default").program())
    assert "feature maps" in why_not(load_recipe("tiny-cnn").program())
    assert [why_not(load_recipe(name).program()) for name in SMALL] == [""] * len(SMALL)
    best = [name for name in (*SMALL, "spirals") if is_best_drawn(load_recipe(name).program())]
    assert best == ["mazur", "xor", "blobs"]


# Where things stand


def is_sound(made: Plan, width: int, height: int) -> None:
    """Whether nothing overlaps, and everything is inside."""
    taken: set[tuple[int, int]] = set()
    for cell in made.cells:
        own = {(x, cell.y) for x in range(cell.x, cell.x + cell.width)}
        assert not own & taken
        taken |= own
    assert all(0 <= x < width and 0 < y < height for x, y in taken)
    for wire in made.wires:
        cells = [*strokes(wire.start, wire.end)]
        assert not {(x, y) for x, y, _ in cells} & taken
        assert (cells[0].x, cells[-1].x) == (wire.start[0], wire.end[0])
        assert all(
            abs(b.x - a.x) <= 1 and abs(b.y - a.y) <= 1 for a, b in itertools.pairwise(cells)
        )
        ys = sorted((wire.start[1], wire.end[1]))
        assert all(ys[0] <= y <= ys[1] for _, y, _ in cells)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("every", [5, *slowly(1)])
def test_nothing_overlaps_in_any_room(name: str, every: int) -> None:
    diagram = drawn(3, name)
    least = least_room(diagram)
    rooms = [*itertools.product(range(30, 160, 7), range(4, 50, 3))]
    for width, height in rooms[::every]:
        made = plan(diagram, width, height)
        if width >= least[0] and height >= least[1]:
            assert made is not None
        if made is not None:
            is_sound(made, width, height)


def test_all_of_mazurs_numbers_have_room_in_the_smallest_usual_terminal() -> None:
    diagram = drawn(5)
    made = plan(diagram, 78, 15)
    assert made is not None
    assert {id(cell.number) for cell in made.cells} == {id(each) for each in every_number(diagram)}
    assert min(cell.value for cell in made.cells if cell.owner.layer) >= FORMS[2].value


# What is seen


def show(widget: DiagramWidget, diagram: Diagram, look: Look) -> str:
    seen: list[str] = []

    async def script(_: object) -> None:
        widget.show(diagram)
        seen.extend(text(widget))

    play(widget, script, look=look)
    return "\n".join(seen)


def test_signs_of_weights_are_seen_without_colours() -> None:
    diagram = drawn(1, "xor")
    shown = show(DiagramWidget(), diagram, ASCII)
    assert shown.isascii()
    assert "- -" in show(DiagramWidget(), drawn(5, "xor", steps=30), ASCII)
    assert "╍" in show(DiagramWidget(), diagram, Look("none"))
    assert "━" in show(DiagramWidget(), diagram, Look("none"))


def test_weights_that_are_no_numbers_are_drawn() -> None:
    made = run("mazur")
    made.state.tensors["W1"][0, 0] = np.nan
    made.state.tensors["W2"][:] = np.inf
    diagram = of_batch(made.snapshot(Activity.PAUSED), Selection())
    assert "nan" in show(DiagramWidget(), diagram, Look())


def test_mazur_on_the_screen() -> None:
    async def script(person: Person) -> None:
        await person.press("3")
        await person.sees("layer 1: sigmoid", "w 0.15", "w 0.2", "w 0.25", "w 0.3")
        await person.press("n")
        await person.sees("●z", "0.3775", "0.3925", "○x 0.05", "▶○w 0.15")
        await person.press("n", "n", "n", "n", "n")
        await person.sees("p 0.7513651", "L 0.2983711", "●δ 0.1384986")
        await person.sees("the error of the output for o1")
        await person.press("enter")
        await person.sees("δ2[0,0] = 0.13849856")
        await person.press("escape", *"nnn")
        await person.sees("◀")
        await person.press("b")
        await person.sees("w 0.1497807", "w 0.1995614", "w 0.3589165", "w 0.5613701")

    at_the_keyboard(script, run=run("mazur"), size=(80, 24), screen="backprop")


def test_arrows_select_numbers_of_neurons_and_connections() -> None:
    async def script(person: Person) -> None:
        await person.press("3", *"nnnnnnn")
        await person.sees("∇W2[0,0] = 0.082167044")
        await person.press("down")
        await person.sees("W2[1,0] = 0.44999999")
        await person.press("right")
        await person.sees("y[0,0] = 0.0099999998")
        await person.press("left", "left")
        await person.sees("a1[0,0] = 0.59327")
        assert person.app.selection.layer == 1
        await person.press("escape")
        await person.sees("∇W2[0,0] = 0.082167044")

    at_the_keyboard(script, run=run("mazur"), size=(120, 40), screen="backprop")


@pytest.mark.slow
def test_d_goes_to_the_pictures_and_back() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "n", "d")
        await person.sees_no("layer 1: sigmoid")
        await person.sees("term by term")
        await person.press("d")
        await person.sees("layer 1: sigmoid")
        await person.press("2", "d")
        await person.sees("●z 0.3775", "a ·")
        await person.press("enter")
        await person.sees("z1[0,0] = 0.3775")
        await person.press("escape", "d")
        await person.sees_no("●z 0.3775")

    at_the_keyboard(script, run=run("mazur"), screen="backprop")


@pytest.mark.slow
def test_a_network_that_does_not_fit_says_so() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "d")
        await person.sees("No diagram of this network: there are 784 inputs")
        await person.press("d", "2", "d")
        await person.sees("No diagram of this network: there are 784 inputs")

    at_the_keyboard(script, size=(80, 24), screen="backprop")


@pytest.mark.slow
def test_a_room_that_is_too_small_is_said() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "d")
        await person.sees("The diagram takes", "here is room for 58×")

    at_the_keyboard(script, run=run("moons"), size=(60, 18), screen="backprop")


@pytest.mark.parametrize("name", ["xor", *slowly("mazur", "moons")])
def test_a_step_asks_for_no_layout(reflows: Reflows, name: str) -> None:
    async def script(person: Person) -> None:
        await person.press("2", "d", "3")
        if not person.app.screen.has_class("-diagram"):
            await person.press("d")
        assert isinstance(person.app.screen, BackpropScreen)
        for screen in ("3", "2"):
            await person.press(screen, "b", "b", "right")
            reflows.count = 0
            await person.press(*"n" * (len(person.app.snapshot.program.operations) + 1), "b", "N")
            assert reflows.count == 0

    at_the_keyboard(script, run=run(name))
