"""Forward: the sample, the layers, the neuron and its sum."""

import re

import numpy as np

from screens.forward.model import layer_views, neuron_view, probability_bars, verdict
from screens.inspect.selection import Selection
from screens.widgets.heatmap import Heatmap
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import session
from tui_nn.training.session.snapshot import Activity, Snapshot


def snapshot() -> Snapshot:
    run = session()
    train = run.dataset["train"]
    probe = run.probe(train.images[0], int(train.labels[0]))
    return run.snapshot(Activity.PAUSED, probe)


def test_the_terms_of_a_neuron_add_up_to_its_sum() -> None:
    seen = snapshot()
    for layer in (1, 2, 3):
        view = neuron_view(seen, Selection(layer=layer, neuron=2))
        assert seen.probe is not None
        z = float(seen.probe.computed.tensors[f"z{layer}"][0, 2])
        assert abs(sum(bar.value for bar in view.bars) - z) < 1e-5
        products = float(view.products.sum()) + float(seen.probe.computed.tensors[f"b{layer}"][2])
        assert abs(products - z) < 1e-5


def test_terms_come_largest_first_and_know_their_pixel() -> None:
    seen = snapshot()
    view = neuron_view(seen, Selection(layer=1, neuron=0))
    sizes = [abs(bar.value) for bar in view.bars[:50]]
    assert sizes == sorted(sizes, reverse=True)
    place = view.places[0]
    assert place is not None
    assert view.bars[0].label == f"x[{place[0]},{place[1]}]"
    assert abs(float(view.products[place]) - view.bars[0].value) < 1e-6


def test_what_is_not_finite_says_nothing() -> None:
    run = session()
    run.state.tensors["b3"][...] = np.nan
    probe = run.probe(run.dataset["train"].images[0], 0)
    assert verdict(probe) == "says nothing: p is not finite"
    assert {bar.mark for bar in probability_bars(probe)} == {""}


def test_probabilities_mark_what_is_said_and_what_is_true() -> None:
    seen = snapshot()
    assert seen.probe is not None
    marks = {bar.label: bar.mark for bar in probability_bars(seen.probe) if bar.mark}
    if seen.probe.said == seen.probe.label:
        assert marks == {str(seen.probe.said): "◀ right"}
    else:
        assert marks == {str(seen.probe.said): "◀ says", str(seen.probe.label): "◀ true"}


def test_only_the_selected_neurons_layer_has_the_cursor() -> None:
    cursors = [view.cursor for view in layer_views(snapshot(), Selection(layer=2, neuron=5))]
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
