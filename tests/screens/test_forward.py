"""Forward: the sample, the layers, the neuron and its sum."""

import re

import numpy as np
import pytest
from msgspec.structs import replace
from textual.geometry import Region
from textual.widget import Widget

from screens.forward.layer_panel import LayerPanel
from screens.forward.model import layer_views, probability_bars, verdict
from screens.forward.neuron import neuron_view
from screens.forward.progress import whose_words
from screens.forward.sizes import layer_zooms, lines_of, most_lines, zoom_that_fits
from screens.inspect.selection import Selection
from screens.shapes.format import figure
from screens.widgets.bars import Bars
from screens.widgets.heatmap import Heatmap
from tests.screens.bench import Person, at_the_keyboard, slowly
from tests.screens.rest import at_rest
from tests.training.runs import METHODS, session, shaped
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot


def snapshot() -> Snapshot:
    return probed(session())


def probed(run: Session, sample: int = 0) -> Snapshot:
    """The run with a sample of train taken through the network."""
    train = run.dataset["train"]
    probe = run.probe(train.images[sample], int(train.labels[sample]))
    return run.snapshot(Activity.PAUSED, probe)


def test_the_terms_of_a_neuron_add_up_to_its_sum() -> None:
    seen = snapshot()
    for layer in (1, 2, 3):
        view = neuron_view(seen, Selection(layer=layer, neuron=2))
        assert seen.probe is not None
        z = float(seen.probe.computed.tensors[f"z{layer}"][0, 2])
        assert abs(sum(bar.value for bar in view.bars) - z) < 1e-5
        assert view.products is not None
        products = float(view.products.sum()) + float(seen.probe.computed.tensors[f"b{layer}"][2])
        assert abs(products - z) < 1e-5


def test_terms_come_largest_first_and_know_their_pixel() -> None:
    seen = snapshot()
    view = neuron_view(seen, Selection(layer=1, neuron=0))
    sizes = [abs(bar.value) for bar in view.bars[:50]]
    assert sizes == sorted(sizes, reverse=True)
    place = view.places[0]
    assert place is not None
    assert f"{place[0]},{place[1]}" in view.bars[0].label
    assert view.products is not None
    assert abs(float(view.products[place]) - view.bars[0].value) < 1e-6


def test_what_is_not_finite_says_nothing() -> None:
    run = session()
    run.state.tensors["b3"][...] = np.nan
    seen = run.snapshot(Activity.PAUSED, run.probe(run.dataset["train"].images[0], 0))
    assert verdict(seen) == "no answer: p is not finite"
    assert {bar.mark for bar in probability_bars(seen)} == {""}


def test_probabilities_mark_what_is_said_and_what_is_true() -> None:
    run = session()
    run.step_batch()
    seen = probed(run)
    assert seen.probe is not None
    marks = {bar.label: bar.mark for bar in probability_bars(seen) if bar.mark}
    if seen.probe.said == seen.probe.label:
        assert marks == {str(seen.probe.said): "◀ right"}
    else:
        assert marks == {str(seen.probe.said): "◀ says", str(seen.probe.label): "◀ true"}


def test_random_weights_guess_and_are_never_right() -> None:
    run = session()
    labels = run.dataset["train"].labels
    said = set()
    for sample in range(len(labels)):
        seen = probed(run, sample)
        assert verdict(seen).startswith("guesses ")
        assert "random weights; chance: 10 %" in verdict(seen)
        said |= {bar.mark for bar in probability_bars(seen)}
    assert said == {"", "◀ guess", "◀ true", "◀ lucky"}


def test_ten_equal_outputs_are_not_right() -> None:
    run = session(shaped([784, 12, 8, 10], initializer="zeros"))
    seen = probed(run)
    assert verdict(seen) == "undecided: 10 equal outputs"
    assert {bar.mark for bar in probability_bars(seen)} == {"", "◀ true"}
    assert layer_views(seen, Selection())[0].z.headings[0] == "z1 0"
    assert "zero weights" in whose_words(seen, 80)


def test_only_the_selected_neurons_layer_has_the_cursor() -> None:
    cursors = [view.z.cursor for view in layer_views(snapshot(), Selection(layer=2, neuron=5))]
    assert cursors == [None, (0, 5), None]


def test_arrows_walk_the_neurons_and_tab_the_layers() -> None:
    async def script(person: Person) -> None:
        await person.sees("neuron 0 of layer 1")
        await person.press("right")
        await person.sees("neuron 1 of layer 1", "z1[1] = Σ w·x + b")
        await person.press("tab", "right", "right")
        await person.sees("of layer 2", "a1")

    at_the_keyboard(script)


def test_the_sum_that_is_written_out_is_the_one_that_was_computed() -> None:
    async def script(person: Person) -> None:
        await person.press("right", "right")
        await person.sees("z1[2] = ")
        probe = person.app.snapshot.probe
        assert probe is not None
        z = float(probe.computed.tensors["z1"][0, 2])
        match = re.search(r"z1\[2\] = Σ w·x \+ b = (\S+)", person.screen)
        assert match is not None
        assert abs(float(match[1].replace("−", "-")) - z) < 1e-3

    at_the_keyboard(script)


def test_a_step_changes_the_prediction() -> None:
    async def script(person: Person) -> None:
        before = person.app.snapshot.probe
        await person.press("b")
        await person.sees("step 1 ")
        after = person.app.snapshot.probe
        assert before is not None
        assert after is not None
        assert (before.probabilities != after.probabilities).any()

    at_the_keyboard(script)


@pytest.mark.slow
def test_where_there_is_little_room_v_shows_the_neuron_instead_of_the_network() -> None:
    async def script(person: Person) -> None:
        await person.sees("p: probabilities")
        assert "neuron 0" not in person.screen
        await person.press("v")
        await person.sees("neuron 0 of layer 1", "z1[0] = ", "x[")
        assert "p: probabilities" not in person.screen
        await person.press("v")
        await person.sees("p: probabilities")

    at_the_keyboard(script, size=(80, 24))


def test_a_term_points_at_its_pixel() -> None:
    async def script(person: Person) -> None:
        terms = person.app.screen.query_one("#terms")
        terms.focus()
        await person.press("down", "down")
        weights = person.app.screen.query_one("#weights", Heatmap)
        products = person.app.screen.query_one("#products", Heatmap)
        assert weights.cursor is not None
        assert weights.cursor == products.cursor

    at_the_keyboard(script)


def test_an_input_that_was_clicked_is_of_the_neuron_that_was_shown() -> None:
    async def script(person: Person) -> None:
        weights = person.app.screen.query_one("#weights", Heatmap)
        weights.select((27, 27))
        person.app.selection = replace(person.app.selection, layer=2)  # before that is handled
        await at_rest(person.app)
        await person.sees("neuron 0 of layer 2")
        person.app.selection = replace(person.app.selection, layer=1)
        await at_rest(person.app)
        weights.cursor = (27, 27)
        person.app.selection = replace(person.app.selection, layer=2)
        assert person.app.screen.target_in(weights) is not None

    at_the_keyboard(script)


def test_a_neuron_that_was_clicked_may_be_gone_by_then() -> None:
    async def script(person: Person) -> None:
        last = person.app.screen.query(LayerPanel).last()
        last.z.select((0, 3))
        last.z.focus()
        run = session(shaped([784, 10]))
        person.app.debug_session(run)
        person.app.snapshot = run.snapshot(Activity.PAUSED, person.app.snapshot.probe)
        await person.sees("neuron 0 of layer 1")
        await at_rest(person.app)

    at_the_keyboard(script)


@pytest.mark.parametrize("layers", [[784, 10], *slowly([784, 9, 8, 7, 10])])
def test_the_arrow_keys_stay_with_the_layers_of_another_network(layers: list[int | str]) -> None:
    async def script(person: Person) -> None:
        person.app.screen.query(LayerPanel).first().z.focus()
        await person.press("right")
        assert person.app.selection.neuron == 1
        person.app.debug_session(session(shaped(layers)))
        await person.is_answered()
        await person.sees(f"layer {len(layers) - 1}: z{len(layers) - 1} ")
        assert (person.app.selection.layer, person.app.selection.neuron) == (1, 0)
        await person.press("right", "right")
        assert (person.app.selection.layer, person.app.selection.neuron) == (1, 2)

    at_the_keyboard(script)


# The step, operation by operation


@pytest.mark.parametrize("name", ["plain", *slowly("adam", "one output", "full batch")])
def test_each_operation_reveals_what_it_computed_for_the_sample(name: str) -> None:
    run = session(METHODS[name])
    assert shown(probed(run)) == {"z1", "a1", "z2", "a2", "z3", "p"}  # between two steps: all
    expected: set[str] = set()
    for operation in run.program.operations[:-1]:
        run.step_operation()
        expected |= {*operation.names_written} & {"z1", "a1", "z2", "a2", "z3", "p"}
        assert shown(probed(run)) == expected
    assert len(expected) == 6


def shown(seen: Snapshot) -> set[str]:
    """The tensors that are drawn; the neuron's products are there when its sum is."""
    views = layer_views(seen, Selection())
    for number, view in enumerate(views, start=1):
        products = neuron_view(seen, Selection(layer=number)).products
        assert (products is None) == (view.z.values is None)
    pictures = [picture for view in views for picture in (view.z, view.a)]
    drawn = {picture.symbol for picture in pictures if picture.values is not None}
    assert ("–" in {bar.text for bar in probability_bars(seen)}) == ("p" not in drawn)
    return drawn


def test_the_next_operation_is_named_and_the_rest_is_to_come() -> None:
    run = session()
    run.step_operation()
    views = layer_views(probed(run), Selection())
    assert views[0].a.headings[0] == "a1 next"
    assert views[1].z.headings[0] == "z2 to come"
    assert verdict(probed(run)) == "no answer yet: p is to come"
    assert neuron_view(probed(run), Selection(layer=2)).equation.endswith("not computed yet")


def test_it_says_whose_numbers_these_are() -> None:
    run = session()
    assert "random weights: nothing learned yet" in whose_words(probed(run), 78)
    run.step_operation()
    words = whose_words(probed(run), 118)
    assert words.startswith("z1 = ")
    assert "here for this sample, on 3 Backprop for the batch of 32 · random weights" in words
    for width in (58, 78, 118):
        assert len(whose_words(probed(run), width)) <= width
    run.step_batch()
    assert whose_words(probed(run), 78) == "one sample through the network · weights of step 1"
    while run.position.operation < len(run.program.operations) - 1:
        run.step_operation()
        assert len(whose_words(probed(run), 78)) <= 78
    assert "weights of step 1, partly updated" in whose_words(probed(run), 118)


def test_a_heading_gives_way_before_a_number_is_cut() -> None:
    run = session()
    run.state.tensors["b1"][0] = -1234.5
    view = layer_views(probed(run), Selection())[0]
    assert view.z.headings[0].startswith(f"z1 {figure(-1234.5, 2)}..")
    assert view.z.headings[1:] == [f"z1 ±{figure(1234.5, 2)}", "z1"]


def test_cells_grow_with_the_room_and_all_layers_fit() -> None:
    shapes = [(8, 8), (4, 8), (1, 10)]
    for columns in (10, 12, 23, 41, 80):
        for lines in (12, 18, 19, 32, 60):
            zooms = layer_zooms(shapes, columns, lines)
            most = most_lines(shapes, lines)
            heights = [
                lines_of(shape, zoom) if zoom else min(lines_of(shape, 0), most)
                for shape, zoom in zip(shapes, zooms, strict=True)
            ]
            assert sum(heights) + 6 <= lines
            assert all(
                2 * zoom * across <= columns
                for (_, across), zoom in zip(shapes, zooms, strict=True)
            )
    assert layer_zooms(shapes, 12, 18) == [0, 0, 0]
    assert layer_zooms(shapes, 23, 19) == [1, 1, 1]
    assert layer_zooms(shapes, 41, 32) == [2, 2, 2]


@pytest.mark.slow
def test_n_takes_the_sample_on_by_one_operation() -> None:
    async def script(person: Person) -> None:
        await person.sees("random weights; chance", "z3 ", "◀ ")
        await person.press("n")
        await person.sees("W1 + b1 is done", "a1 next", "z2 to come", "p is to come")
        await person.press("tab", "enter")
        await person.is_told("No number is selected")  # z2 is nowhere to be seen yet
        await person.press("n", "n")
        await person.sees("a2 next", "neuron 0 of layer 2", "z2[0] = ")
        await person.press("N")
        await person.sees("z2 next")

    at_the_keyboard(script)


def test_a_step_asks_for_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Widget] = []
    refresh = Widget.refresh

    def noted(self: Widget, *regions: Region, layout: bool = False, **options: bool) -> Widget:
        if layout and any(each.id == "body" for each in self.ancestors):
            asked.append(self)
        return refresh(self, *regions, layout=layout, **options)

    async def script(person: Person) -> None:
        await person.press("n", "n", "b")
        await person.sees("weights of step 1")
        monkeypatch.setattr(Widget, "refresh", noted)
        await person.press(*"nnnnnnnnb")
        await person.sees("weights of step 2")
        assert not asked

    at_the_keyboard(script)


def test_the_neuron_with_the_focus_is_the_one_that_is_drawn_and_explained() -> None:
    async def script(person: Person) -> None:
        await person.press("right", "right", "tab", "right", "tab")
        await person.sees("neuron 0 of layer 3")
        await person.press("enter")
        await person.sees("z3[0,0]")
        await person.press("escape", "shift+tab")
        await person.sees("neuron 1 of layer 2")  # where it was
        await person.press("shift+tab")
        await person.sees("neuron 2 of layer 1")
        await person.press("enter")
        await person.sees("z1[0,2]")

    at_the_keyboard(script)


def test_the_mouse_selects_neurons_drawn_large_and_small() -> None:
    async def script(person: Person) -> None:
        panels = list(person.app.screen.query(LayerPanel))
        assert panels[0].z.zoom
        await person.pilot.click(panels[0].z, offset=(2 * panels[0].z.zoom, 0))
        await person.sees("neuron 1 of layer 1")
        await person.pilot.click(panels[2].a, offset=(3 * 2 * panels[2].a.zoom, 0))
        await person.sees("neuron 3 of layer 3")
        assert person.app.screen.focused is panels[2].z
        await person.press("enter")
        await person.sees("z3[0,3]")
        await person.press("escape", "n")  # of layer 3 there are only dots now
        await person.pilot.click(panels[2].z, offset=(0, 0))
        await person.sees("neuron 0 of layer 3", "z3 to come")
        await person.pilot.resize_terminal(80, 24)
        await person.sees("v: its weights")
        await person.pilot.click(panels[0].z, offset=(4 * panels[0].z.zoom or 2, 0))
        await person.until(lambda: person.app.selection.neuron == 2, "neuron 2")

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_probability_has_the_neuron_that_makes_it() -> None:
    async def script(person: Person) -> None:
        await person.press("tab", "tab", "tab", "down", "down")
        await person.sees("neuron 2 of layer 3")

    at_the_keyboard(script)


def test_no_number_is_cut_where_there_is_little_room() -> None:
    async def script(person: Person) -> None:
        await person.press("v")
        bars = person.app.screen.query_one("#terms", Bars)
        assert bars.chart is not None
        await person.sees("z1[0] = ", "= x[", "W1[")
        lines = person.screen.splitlines()
        for bar in bars.chart.bars[:10]:
            assert any(f" {bar.text}" in line for line in lines), bar

    at_the_keyboard(script, size=(80, 24))


@pytest.mark.slow
def test_resizing_keeps_what_has_the_focus_in_sight() -> None:
    async def script(person: Person) -> None:
        terms = person.app.screen.query_one("#terms")
        terms.focus()
        await person.pilot.resize_terminal(80, 24)
        await person.sees("z1[0] = ")
        assert person.app.screen.focused is terms
        await person.press("v")
        await person.sees("p: probabilities")
        assert isinstance(person.app.screen.focused, Heatmap)
        await person.pilot.resize_terminal(200, 60)
        await person.sees("p: probabilities", "z1[0] = ")

    at_the_keyboard(script)


@pytest.mark.parametrize(("columns", "lines"), [(-3, 4), (10, -5), (0, 0)])
def test_where_there_is_no_room_a_picture_has_no_size_below_nothing(
    columns: int, lines: int
) -> None:
    assert zoom_that_fits((8, 8), columns, lines) == 0
    assert layer_zooms([(8, 8), (1, 10)], columns, lines) == [0, 0]
