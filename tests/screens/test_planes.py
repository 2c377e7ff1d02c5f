"""The plane in Forward: the decision picture, the neurons' pictures, and a point taken apart."""

import re
import time
from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from screens.forward.plane_panels import PlanePanels
from screens.forward.planes import decision, layer_planes, neuron_title
from screens.forward.screen import ForwardScreen
from screens.inspect.plane import frame_of
from screens.inspect.selection import Selection
from screens.shapes.look import Look
from screens.shapes.plane import (
    CHOSEN,
    POINTER,
    Frame,
    edge_between,
    factors_within,
    mark_beyond,
    mark_cells,
    mark_near,
)
from screens.widgets.plane import GUTTER, Plane
from screens.widgets.plane_grid import LEAST, PlaneGrid, lines_that_fit
from screens.widgets.point_cloud import PointCloud
from tests.screens.bench import PATIENCE, Person, Reflows, at_the_keyboard, in_sizes
from tests.training.runs import session
from tui_nn.data.sources import load
from tui_nn.training.analysis.plane import forward, probe_at
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.runs.worker import TrainingWorker
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot

SQUARE = Frame((-1.0, 1.0), (-1.0, 1.0))


def run(world: str) -> Session:
    return Session(load_recipe(world), load(world), threads=1, history_memory=2**24)


def seen(session: Session, sample: int = 0) -> Snapshot:
    train = session.dataset["train"]
    probe = session.probe(train.images[sample], int(train.labels[sample]))
    return session.snapshot(Activity.PAUSED, probe)


def solved() -> Session:
    """Exclusive or by hand: OR and NAND, and both of them; 0 and 1 are far from every line."""
    session = run("xor")
    tensors = session.state.tensors
    tensors["W1"][...] = [[20, -20, 0, 0], [20, -20, 0, 0]]
    tensors["b1"][...] = [-10, 30, 0, 0]
    tensors["W2"][...] = np.array([[10], [10], [0], [0]])
    tensors["b2"][...] = -10
    return session


# The plane


def test_a_frame_is_square_and_holds_its_points() -> None:
    points = np.array([[0.0, 0.0], [1.0, 3.0]])
    frame = Frame.around(points)
    assert frame.x[1] - frame.x[0] == pytest.approx(frame.y[1] - frame.y[0])
    assert frame.y[0] < 0 < 3 < frame.y[1]
    assert all(frame.place((x, y), 10, 10) for x, y in points.tolist())
    lonely = Frame.around(np.array([[0.05, 0.1]]))
    assert lonely.x[1] - lonely.x[0] == pytest.approx(2)


def test_the_middle_of_a_cell_is_in_that_cell() -> None:
    grid = SQUARE.grid(4, 6)
    assert grid[0] == pytest.approx([-5 / 6, 0.75])  # the first is at the top left
    assert grid[-1] == pytest.approx([5 / 6, -0.75])
    places = SQUARE.places(grid, 4, 6)
    assert places.tolist() == [[row, column] for row in range(4) for column in range(6)]
    for place in ((0, 0), (2, 5), (3, 1)):
        assert SQUARE.place(SQUARE.point(place, 4, 6), 4, 6) == place
    assert SQUARE.place((1.5, 0.0), 4, 6) is None


def test_a_large_network_is_computed_at_fewer_places() -> None:
    assert factors_within(60, 60, 4096) == (1, 1)
    assert factors_within(60, 60, 2000) == (2, 1)
    assert factors_within(60, 60, 1000) == (2, 2)
    down, across = factors_within(90, 90, 100)
    assert -(-90 // down) * -(-90 // across) <= 144
    assert len(SQUARE.grid(60, 60, (4, 4))) == 225


def test_a_boundary_runs_on_the_nearer_of_two_neighbours() -> None:
    values = np.array([[-3.0, -1.0, 2.0, 4.0]])
    assert edge_between(values > 0, np.abs(values)).tolist() == [[False, True, False, False]]
    values = np.array([[-3.0], [0.5], [2.0]])
    assert edge_between(values > 0, np.abs(values)).ravel().tolist() == [False, True, False]


def test_a_cell_is_marked_with_the_class_of_most_of_its_points() -> None:
    points = np.array([[-0.9, 0.9], [-0.8, 0.8], [-0.7, 0.9], [0.9, -0.9], [5.0, 5.0]])
    marks = mark_cells(SQUARE, (2, 2), points, np.array([1, 1, 0, 0, 1]))
    assert marks.tolist() == [[2, 0], [0, 1]]
    assert not mark_cells(SQUARE, (2, 2), points[:0], np.array([], int)).any()


def test_as_many_pictures_are_seen_at_once_as_there_is_room_for() -> None:
    assert lines_that_fit([4], 60, 40) == 12
    assert lines_that_fit([16, 16], 60, 40) < 12
    assert lines_that_fit([16, 16], 40, 17) == LEAST


# What is computed


def test_points_are_computed_as_samples_are() -> None:
    session = run("moons")
    session.step_batch()
    images = session.dataset["train"].images[:5]
    together = forward(seen(session), images)
    for row in range(5):
        assert seen(session, row).probe is not None
        alone = seen(session, row).probe.computed.tensors  # type: ignore[union-attr]
        for name in ("z1", "a1", "z2", "z3", "p"):
            assert together[name][row] == pytest.approx(alone[name][0], abs=1e-6)
    there = probe_at(seen(session), (float(images[2, 0]), float(images[2, 1])))
    assert there.label is None
    assert seen(session, 2).probe.probabilities == pytest.approx(there.probabilities)  # type: ignore[union-attr]


def test_the_line_of_a_neuron_is_where_it_must_be() -> None:
    session = run("moons")
    session.state.tensors["W1"][:, 3] = [4.0, 0.0]
    session.state.tensors["b1"][3] = -1.0  # upright, at x = 0.25
    snapshot = seen(session)
    assert snapshot.probe is not None
    (first, second) = layer_planes(snapshot, SQUARE, 16, 16, snapshot.probe)
    edge = first.fields.edge[3]
    middles = SQUARE.grid(1, 16)[:, 0]
    for row in edge:
        assert np.abs(middles[row] - 0.25).max() <= 1 / 16
        assert row.sum() == 1
    values = first.fields.values[3]
    assert (values[:, middles < 0.2] < 0).all()
    assert (values[:, middles > 0.3] > 0).all()
    assert not second.fields.edge.any()
    title = neuron_title(snapshot, Selection(layer=1, neuron=3))[0]
    assert title == "z1[3] = 4·x[0] + 0·x[1] − 1: 0 on its line"


def test_exclusive_or_is_parted_by_two_lines() -> None:
    snapshot = seen(solved())
    corners = Frame((-0.5, 1.5), (-0.5, 1.5))
    field = decision(snapshot, corners, 40, 40, 0)
    x, y = corners.grid(40, 40).T
    total = (x + y).reshape(40, 40)
    assert ((field.values > 0) == ((total > 0.5) & (total < 1.5)))[~field.edge].all()
    assert field.edge.any()
    nearest = np.minimum(np.abs(total - 0.5), np.abs(total - 1.5))
    assert (nearest[field.edge] < 0.1).all()


def test_of_several_classes_the_likeliest_gives_the_hue() -> None:
    session = run("blobs")
    for _ in range(60):
        session.step_batch()
    snapshot = seen(session)
    field = decision(snapshot, frame_of(snapshot.dataset), 30, 30, 0)
    assert field.classes is not None
    assert set(field.classes.ravel().tolist()) == {0, 1, 2}
    assert field.classes[-1, 0] == 0
    assert field.classes[-1, -1] == 1
    assert field.classes[0, 15] == 2
    assert (field.values >= 1 / 3).all()
    inner = field.edge[1:-1, 1:-1]
    assert 0 < inner.sum() < 100


def test_numbers_are_shown_from_the_least_to_the_largest() -> None:
    snapshot = seen(run("mazur"))
    assert snapshot.probe is not None
    for output in (0, 1):
        field = decision(snapshot, frame_of(snapshot.dataset), 31, 31, output)
        here = float(snapshot.probe.probabilities[output])
        assert field.values.min() < here < field.values.max()
        assert field.scale.low == field.values.min()
    groups = layer_planes(snapshot, SQUARE, 8, 8, snapshot.probe)
    assert [captions[0] for captions in groups[1].captions] == ["o1 +0.751", "o2 +0.773"]


def test_weights_that_are_not_finite_are_drawn_as_such() -> None:
    session = run("moons")
    session.state.tensors["W2"][...] = np.nan
    snapshot = seen(session)
    assert snapshot.probe is not None
    field = decision(snapshot, SQUARE, 8, 8, 0)
    assert not np.isfinite(field.values).any()
    assert len(layer_planes(snapshot, SQUARE, 8, 8, snapshot.probe)) == 2


def test_a_large_network_shows_some_of_its_neurons_at_fewer_places() -> None:
    recipe = load_recipe("moons")
    network = msgspec.structs.replace(recipe.network, layers=(2, 500, 1000, 1))
    recipe = msgspec.structs.replace(recipe, network=network)
    snapshot = seen(Session(recipe, load("moons"), threads=1, history_memory=2**20))
    assert snapshot.probe is not None
    field = decision(snapshot, SQUARE, 60, 60, 0)
    assert field.values.shape == (60, 60)
    assert len(np.unique(field.values)) <= 64
    group = layer_planes(snapshot, SQUARE, 8, 8, snapshot.probe)[0]
    assert len(group.captions) == len(group.fields.values) == 64
    assert "the first 64 of 500 neurons" in group.headings[0]


# What is seen


def planes(person: Person) -> PlanePanels:
    assert isinstance(person.app.screen, ForwardScreen)
    return person.app.screen.query_one(PlanePanels)


@in_sizes((80, 24), (120, 40), (200, 60))
@pytest.mark.parametrize(
    "look",
    [Look(), Look("none", ascii=True), pytest.param(Look("16"), marks=pytest.mark.slow)],
    ids=str,
)
def test_the_plane_has_its_limits_and_a_legend(size: tuple[int, int], look: Look) -> None:
    async def script(person: Person) -> None:
        await person.press("b")
        x, first, second = ("x", "o", "x") if look.ascii else ("×", "○", "×")
        await person.sees("x[0]", "x[1]", f"{first} first 0", f"1 second {second}", "layer 1: a1")
        assert person.screen.count(x) > 20
        picture = person.app.screen.query_one(Plane).picture
        assert picture is not None
        assert (picture.marks >= CHOSEN).sum() == 1

    at_the_keyboard(script, run=run("spirals"), size=size, look=look)


def test_enter_explains_the_output_at_the_place_pointed_at() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "right", "right", "down")
        point = planes(person).point
        assert point is not None
        x, y = point
        probe = probe_at(person.app.snapshot, (x, y))
        words = f"the point ({x:.3g}, {y:.3g})".replace("-", "−")
        await person.sees(words)
        await person.press("enter")
        await person.sees(words, f"p[0,0] = {float(probe.probabilities[0]):.4f}"[:13])
        await person.press("enter")
        z = float(probe.computed.tensors["z3"][0, 0])
        said = re.search(r"z3\[0,0\] = (−?[\d.]+)", person.screen)
        assert said is not None
        assert float(said[1].replace("−", "-")) == pytest.approx(z, rel=1e-6)
        await person.press("escape", "escape", "escape")
        assert planes(person).point is None
        await person.sees("train #0")

    at_the_keyboard(script, run=run("moons"))


def test_another_sample_is_looked_at_in_place_of_the_point() -> None:
    async def script(person: Person) -> None:
        await person.press("right")
        picture = person.app.screen.query_one(Plane).picture
        assert picture is not None
        assert (picture.marks == POINTER).sum() == 1
        await person.press("right_square_bracket")
        await person.sees("train #1")
        picture = person.app.screen.query_one(Plane).picture
        assert picture is not None
        assert (picture.marks == POINTER).sum() == 0

    at_the_keyboard(script, run=run("moons"))


def test_arrows_walk_the_neurons_and_enter_explains_their_activation() -> None:
    async def script(person: Person) -> None:
        await person.press("tab", "right", "right")
        assert (person.app.selection.layer, person.app.selection.neuron) == (1, 2)
        await person.sees("z1[2] = ")
        await person.press("end")
        assert (person.app.selection.layer, person.app.selection.neuron) == (2, 7)
        await person.press("enter")
        await person.sees("a2[0,7] = ", "train #0")

    at_the_keyboard(script, run=run("circles"), size=(80, 24))


@pytest.mark.slow
def test_a_click_points_and_a_second_one_explains() -> None:
    async def script(person: Person) -> None:
        await person.pilot.click("#decision", offset=(GUTTER + 3, 2))
        await person.sees("the point (")
        await person.pilot.click("#decision", offset=(GUTTER + 3, 2), times=2)
        await person.sees("p[0,0] = ")

    at_the_keyboard(script, run=run("moons"))


@pytest.mark.slow
def test_v_shows_numbers_and_the_plane_again() -> None:
    async def script(person: Person) -> None:
        await person.sees("p over the plane")
        await person.press("v")
        await person.sees("layer 1: 4 neurons")
        await person.press("v")
        await person.sees("w ⊙ x: what it sees")
        await person.press("v")
        await person.sees("p over the plane")

    at_the_keyboard(script, run=run("xor"), size=(80, 24))


@pytest.mark.slow
def test_the_diagram_stands_in_place_of_the_plane() -> None:
    async def script(person: Person) -> None:
        await person.press("right", "d")
        await person.sees_no("p over the plane")
        await person.press("n", "d")
        await person.sees("p over the plane", "the point (")
        await person.press("right", "enter")
        await person.sees("p[0,0] = ")

    at_the_keyboard(script, run=run("xor"))


def test_the_picture_changes_while_it_trains_and_asks_for_no_layout() -> None:
    async def script(person: Person) -> None:
        plane, grid = person.app.screen.query_one(Plane), person.app.screen.query_one(PlaneGrid)
        await person.press("b", "n")
        before, size = plane.picture, (plane.size, grid.virtual_size)
        await person.press("b")
        after = plane.picture
        assert before is not None
        assert after is not None
        assert before.field is not None
        assert after.field is not None
        assert (before.field.values != after.field.values).any()
        await person.press("n")
        assert plane.picture is not None
        assert plane.picture.field is after.field  # the parameters are the same
        assert (plane.size, grid.virtual_size) == size

    at_the_keyboard(script, run=run("moons"))


@in_sizes((80, 24), (120, 40))
def test_a_step_in_a_world_asks_for_no_layout(reflows: Reflows, size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        for screen in "12":
            await person.press(screen, "b", "n")
            reflows.count = 0
            await person.press("n", "n", "b", "b")
            assert reflows.count == 0, screen

    at_the_keyboard(script, run=run("moons"), size=size)


@pytest.mark.slow
def test_another_run_may_have_other_samples() -> None:
    async def script(person: Person) -> None:
        await person.press("right", "enter", "escape")
        person.app.debug_session(session())
        await person.is_answered()
        await person.sees("layer 1: 12 neurons")
        await person.press("right", "n", "3", "2")
        await person.sees("neuron 1 of layer 1")
        person.app.debug_session(run("moons"))
        await person.is_answered()
        await person.sees("p over the plane", "train #0")
        await person.press("right")
        await person.sees("the point (")
        await person.press("5")
        await person.sees("mistakes", "x[0]")
        person.app.debug_session(session())
        await person.is_answered()
        await person.press("1", "5")
        await person.sees("rows: true class")
        assert not person.app.screen.query_one(PointCloud).display

    at_the_keyboard(script, run=run("xor"))


@pytest.mark.slow
def test_no_sample_is_taken_through_a_network_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample is chosen before the run is there, and keys after it come before it is seen."""

    async def script(person: Person) -> None:
        trainer, replace = person.app.trainer, TrainingWorker.replace

        def replace_late(self: TrainingWorker, make: Callable[[Session], Session]) -> None:
            end = time.monotonic() + PATIENCE
            while not (self.is_up_to_date or self.failure) and time.monotonic() < end:
                pass
            replace(self, make)

        monkeypatch.setattr(TrainingWorker, "replace", replace_late)
        for other in (session(), run("moons"), run("blobs"), run("xor"), session()):
            person.app.debug_session(other)
            person.app.action_sample(-1)
            await person.is_answered()
            assert trainer.failure is None
            probe, train = person.app.snapshot.probe, person.app.snapshot.dataset["train"]
            assert person.app.snapshot.dataset is other.dataset
            assert probe is not None
            assert (probe.image == train.images[person.app.selection.sample]).all()

    at_the_keyboard(script, run=run("xor"))


# Samples as points elsewhere


def test_marks_are_found_in_a_direction_and_near_the_mouse() -> None:
    marks = np.zeros((5, 9), np.int8)
    marks[2, 4] = marks[2, 8] = marks[0, 5] = marks[4, 0] = 1
    assert mark_beyond(marks, (2, 4), (0, 1)) == (2, 8)
    assert mark_beyond(marks, (2, 4), (-1, 0)) == (0, 5)
    assert mark_beyond(marks, (2, 4), (0, -1)) == (4, 0)
    assert mark_beyond(marks, (0, 5), (-1, 0)) is None
    assert mark_near(marks, (4, 2)) == (4, 0)
    assert mark_near(np.zeros((2, 2), np.int8), (0, 0)) is None


def test_data_shows_the_points_of_a_split_and_of_a_class() -> None:
    async def script(person: Person) -> None:
        await person.press("1")
        await person.sees("train: 200 points", "○ upper", "× lower")
        everything = person.screen
        await person.press("right")
        first = person.app.selection.sample
        assert first != 0
        await person.press("f")
        await person.sees("100 of 200 points, those labelled upper")
        assert person.screen.count("×") < everything.count("×") / 10
        await person.press("f", "left", "enter")
        await person.sees("p over the plane", f"train #{person.app.selection.sample}")
        assert person.app.selection.sample % 2 == 1  # lower ones only

    at_the_keyboard(script, run=run("moons"), screen="data")


@in_sizes((80, 24), (120, 40))
def test_evaluate_shows_its_mistakes_as_points(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.press("5")
        await person.sees("mistakes")
        if size == (80, 24):
            await person.press("v")
        cloud = person.app.screen.query_one(PointCloud)
        cloud.focus()
        await person.press("down")
        await person.sees("○ upper", "x[0]", "→")
        await person.press("enter")
        await person.sees("p over the plane", "test #")
        split = person.app.snapshot.dataset["test"]
        assert person.app.snapshot.probe is not None
        assert (split.images[person.app.selection.sample] == person.app.snapshot.probe.image).all()

    at_the_keyboard(script, run=run("moons"), size=size, screen="evaluate")
