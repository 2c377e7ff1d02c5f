"""The moving window, and the patch that is lit in an explanation."""

import numpy as np
import pytest

from screens.explain.patch import lit_picture
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.inspect.windows import Windowed, windowed
from screens.shapes.patch import Patch, shown_words
from screens.shapes.scale import Scale
from screens.widgets.patch_picture import PatchPicture
from screens.window.model import Spot, added, frame
from screens.window.screen import WindowScreen
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.screens.stage import ASCII, play, text
from tests.training.runs import AVERAGED, convolutional, method, session
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.snapshot import Activity


def scene(recipe: Recipe | None = None) -> Scene:
    """After a whole step but its update."""
    run = session(recipe or convolutional(), history_memory=2**26)
    for _ in run.program.differentiating:
        run.step_operation()
    return Scene(run.snapshot(Activity.PAUSED), Selection())


def walk_of(seen: Scene, name: str) -> Windowed:
    walk = windowed(seen.snapshot.program.writer[name])
    assert walk is not None
    return walk


# The window at a position


@pytest.mark.parametrize("name", ["z1", "z2", "s1", "s2"])
def test_each_position_is_what_the_operation_wrote(name: str) -> None:
    seen = scene()
    walk = walk_of(seen, name)
    values = seen.snapshot.computed.tensors[name]
    for position in (0, 1, walk.count // 2, walk.count - 1):
        y, x = walk.place(position)
        shown = frame(seen, walk, Spot(2, 1, 0, position))
        assert shown.target == Target(Source.BATCH, name, (2, 1, y, x))
        result = shown.pictures[-1].patch
        assert result.mark == (y, x)
        assert result.known is not None
        assert result.known.sum() == position + 1
        assert np.array_equal(result.values, values[2, 1])


def test_a_convolution_lays_its_kernel_on_the_patch() -> None:
    seen = scene()
    walk = walk_of(seen, "z1")  # 5×5, stride 2
    under, kernel, _ = frame(seen, walk, Spot(0, 3, 0, walk.places.shape[2] + 2)).pictures
    assert under.patch.lit == (2, 4, 6, 8)
    assert np.array_equal(kernel.patch.values, seen.snapshot.computed.before["W1"][0, :, :, 3])
    computed = seen.snapshot.computed
    patch = computed.tensors[walk.picture.name][0, 0, 2:7, 4:9]
    sums = (kernel.patch.values * patch).sum() + computed.before["b1"][3]
    assert computed.tensors["z1"][0, 3, 1, 2] == pytest.approx(sums, abs=1e-5)


def test_padding_is_not_lit() -> None:
    seen = scene()
    walk = walk_of(seen, "z2")  # 3×3, with a border of zeros
    shown = frame(seen, walk, Spot(0, 0, 1, 0))
    assert shown.pictures[0].patch.lit == (0, 0, 1, 1)
    assert "channel 1 of 0…3 is seen, the sum is over all" in shown.words


def test_pooling_marks_what_won() -> None:
    seen = scene()
    walk, maps = walk_of(seen, "s1"), seen.snapshot.computed.tensors["z1"]
    shown = frame(seen, walk, Spot(1, 2, 0, 8))
    under = shown.pictures[0].patch
    assert under.lit is not None
    assert under.mark is not None
    top, left, bottom, right = under.lit
    assert maps[1, 2][under.mark] == maps[1, 2, top : bottom + 1, left : right + 1].max()
    assert [bar.mark != "" for bar in shown.bars] == [True, False, False, False]
    assert len(shown.pictures) == 2


def test_a_mean_lists_what_it_is_the_mean_of() -> None:
    seen = scene(method({"layers": AVERAGED, "activation": ["relu", "tanh", "relu"]}))
    shown = frame(seen, walk_of(seen, "s0"), Spot(0, 0, 0, 100))
    assert shown.pictures[0].patch.mark is None
    assert any("1/4" in bar.label or "×" in bar.text or bar.value == 0 for bar in shown.bars)


def test_the_positions_of_all_samples_make_the_kernels_gradient() -> None:
    seen = scene()
    for name, unit, channel in (("dW1", 3, 0), ("dW2", 1, 2)):
        walk = walk_of(seen, name)
        rows = range(len(seen.snapshot.computed.context.indices))
        whole = sum(added(seen, walk, Spot(row, unit, channel, walk.count - 1)) for row in rows)
        expected = seen.snapshot.computed.tensors[name][channel, :, :, unit]
        np.testing.assert_allclose(whole, expected, rtol=1e-4, atol=1e-6)
        half = frame(seen, walk, Spot(0, unit, channel, walk.count // 2)).pictures[-1]
        assert np.array_equal(
            half.patch.values, added(seen, walk, Spot(0, unit, channel, walk.count // 2))
        )


def test_what_has_no_window_is_not_followed() -> None:
    program = scene().snapshot.program
    assert [each.name for each in program.operations if windowed(each)] == [
        "z1", "s1", "z2", "s2", "dW2", "dW1",
    ]  # fmt: skip


# What is lit in an explanation


def lit(seen: Scene, name: str, index: tuple[int, ...]) -> Patch:
    target = Target(Source.BATCH, name, index)
    parts = seen.terms(target).largest_first()
    found = lit_picture(seen, target, parts, parts[0])
    assert found is not None
    return found.patch


def test_an_explanation_lights_the_patch() -> None:
    seen = scene()
    patch = lit(seen, "z1", (0, 3, 4, 5))
    assert patch.lit == (8, 10, 12, 14)
    assert np.array_equal(patch.values, seen.snapshot.computed.tensors["image"][0, 0])
    inner = lit(seen, "z2", (0, 1, 2, 2))
    assert inner.lit == (1, 1, 3, 3)


def test_an_explanation_of_pooling_marks_what_won() -> None:
    seen, row, y, x = scene(), 3, 2, 1
    patch = lit(seen, "s1", (row, 2, y, x))
    assert patch.lit == (2 * y, 2 * x, 2 * y + 1, 2 * x + 1)
    assert patch.mark is not None
    maps = seen.snapshot.computed.tensors
    assert maps["z1"][row, 2][patch.mark] == maps["s1"][row, 2, y, x]


def test_each_term_of_a_kernels_gradient_has_its_patch() -> None:
    seen = scene()
    target = Target(Source.BATCH, "dW1", (0, 4, 3, 2))
    for part in seen.terms(target).largest_first()[:5]:
        found = lit_picture(seen, target, (), part)
        assert found is not None
        assert found.patch.lit is not None
        top, left, _, _ = found.patch.lit
        assert found.patch.mark == (top + 4, left + 3)


def test_what_is_made_of_no_map_has_no_picture() -> None:
    seen = scene()
    target = Target(Source.BATCH, "p", (0, 0))
    parts = seen.terms(target).parts
    assert lit_picture(seen, target, parts, parts[0]) is None
    assert lit_picture(seen, target, parts, None) is None


# The picture


@pytest.mark.parametrize("room", [(5, 9), (12, 30), (28, 28), (40, 40)])
def test_what_is_lit_is_in_sight(room: tuple[int, int]) -> None:
    values = np.zeros((28, 28))
    for top, left in ((0, 0), (23, 23), (10, 3)):
        lit = (top, left, top + 4, left + 4)
        rows, columns = Patch(values, Scale("grey"), lit).shown(*room)
        assert rows.start <= top
        assert top + 4 < rows.stop
        assert columns.start <= left
        assert left + 4 < columns.stop
        assert rows.stop - rows.start <= room[0]


def test_where_a_part_is_seen_it_says_which() -> None:
    patch = Patch(np.zeros((28, 28)), Scale("grey"), (0, 0, 4, 4))
    assert shown_words(patch.shown(28, 28), patch.shape, 40) == ""
    assert shown_words(patch.shown(10, 14), patch.shape, 40) == "rows 0…9, columns 0…13"
    assert shown_words(patch.shown(10, 14), patch.shape, 12) == "(0…9, 0…13)"


def test_a_patch_is_seen_without_colours() -> None:
    widget = PatchPicture()
    lines: list[str] = []

    async def script(_: object) -> None:
        values = np.arange(36.0).reshape(6, 6)
        widget.show(Patch(values, Scale.fit(values), (1, 1, 2, 2), (1, 2), values < 20))
        lines.extend(text(widget))

    play(widget, script, look=ASCII, size=(30, 10))
    assert [line.count("[") for line in lines[:6]] == [0, 1, 1, 0, 0, 0]
    assert "*]" in lines[1]
    assert lines[4].split() == ["."] * 6


# At the keyboard


def test_the_window_moves_and_is_left() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "n", "n")
        await person.sees("z window")
        await person.press("z")
        await person.sees("position 1 of 144: row 0, column 0", "⊙ W1[0,:,:,0]", "→ z1[0,0,:,:]")
        await person.press("n", "n", "down", "N")
        await person.sees("position 14 of 144: row 1, column 1", "z1[0,0,1,1] =")
        await person.press("w", "right_square_bracket")
        await person.sees("z1[1,1,1,1] =")
        await person.press("N", "N", "N", "end")
        await person.sees("position 144 of 144")
        await person.press("n")
        await person.sees("position 1 of 144")
        await person.press("enter")
        await person.sees("the weighted sum of place (0,0) of map 1 of layer 1")
        await person.press("escape", "escape")
        assert not isinstance(person.app.screen, WindowScreen)
        assert person.app.snapshot.position.operation == 2
        await person.press("n", "n")  # its activation
        await person.sees_no("z window")
        await person.press("z")
        assert not isinstance(person.app.screen, WindowScreen)

    at_the_keyboard(script, recipe=convolutional(), screen="backprop")


@pytest.mark.slow
@in_sizes((80, 24), (60, 18), (120, 40), (200, 60))
def test_every_window_is_followed(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.press("3", "b")
        names = [each.name for each in person.app.snapshot.program.operations if windowed(each)]
        for name in names:
            person.app.selection = Selection(operation=name)
            await person.press("z", "n", "down", "v", "w", "end", "up", "enter", "escape")
            await person.sees("position")
            await person.press("escape")

    at_the_keyboard(script, recipe=convolutional(), size=size, screen="backprop")
