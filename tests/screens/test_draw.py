"""Draw: the sheet by keyboard and mouse, what the network says of it, what one does with it."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from textual.widgets import Input

from screens.draw import model
from screens.draw.dials import Dials
from screens.draw.photo import Photo, develop, turned
from screens.draw.screen import DrawScreen
from screens.draw.seen import Seen
from screens.draw.sketch import Sketch
from screens.inspect.selection import Drawn, Selection
from screens.widgets.gallery import Gallery
from tests.data.drawing.photos import MANNERS, photo
from tests.screens.bench import Person, at_the_keyboard
from tests.screens.stage import ASCII
from tests.training.runs import recipe, session
from tui_nn.data.drawing.photo import Paper
from tui_nn.data.drawing.preparation import centre_of_mass
from tui_nn.data.own import keep_digit, read_own
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

SEVEN = ("space", *["right"] * 9, *["down", "down", "left"] * 5, "space")


async def open_draw(person: Person) -> Sketch:
    await person.press("6")
    await person.sees("sheet · draw a digit", "nothing drawn yet")
    screen = person.app.screen
    assert isinstance(screen, DrawScreen)
    return screen.query_one(Sketch)


async def drag(person: Person, *places: tuple[int, int], button: int = 1) -> None:
    """Drag over cells of the sheet, given as columns and lines."""
    await person.pilot.mouse_down(Sketch, offset=places[0], button=button)
    for place in places[1:]:
        await person.pilot.hover(Sketch, offset=place)
    await person.pilot.mouse_up(Sketch, offset=places[-1])
    await person.is_answered()


# Drawing


def test_the_pen_draws_with_the_arrow_keys_while_it_is_down() -> None:
    async def script(person: Person) -> None:
        sketch = await open_draw(person)
        await person.press("down", "right")
        assert sketch.canvas.is_empty
        assert sketch.at == (7, 9)
        await person.press("space", "right", "right", "j", "l")
        await person.sees("pen DOWN")
        assert sketch.canvas.ink[7, 9:12].tolist() == [255, 255, 255]
        assert sketch.canvas.ink[8, 11:13].tolist() == [255, 255]
        await person.press("space", *["up"] * 5)
        await person.sees("sheet · draw a digit")
        assert not sketch.canvas.ink[:5].any()
        assert person.app.snapshot.position.step == 0, "space neither runs nor steps here"

    at_the_keyboard(script, screen="draw")


def test_the_network_is_given_the_digit_off_the_centre() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press("shift+left")
        await person.is_told("Draw a digit first")
        await person.press(*SEVEN)
        at_first = person.app.selection.drawn
        assert at_first is not None
        row, column = centre_of_mass(at_first.image)
        await person.press("shift+right", "shift+right", "shift+right", "shift+up")
        drawn = person.app.selection.drawn
        assert drawn is not None
        assert centre_of_mass(drawn.image) == pytest.approx((row - 1, column + 3))
        await person.sees(f"({row - 1:.1f}, {column + 3:.1f})")
        await person.press(*["shift+right"] * 20)
        drawn = person.app.selection.drawn
        assert drawn is not None
        assert drawn.image.any()  # it cannot be lost
        await person.press("delete", *SEVEN)
        again = person.app.selection.drawn
        assert again is not None
        assert abs(centre_of_mass(again.image)[1] - 14) < 1  # another digit is in the middle

    at_the_keyboard(script)


def test_strokes_are_undone_rubbed_out_and_cleared() -> None:
    async def script(person: Person) -> None:
        sketch = await open_draw(person)
        await person.press("space", "right", "right", "space")
        one = sketch.canvas.ink
        await person.press("down", "down", "space", "right", "space")
        two = sketch.canvas.ink
        await person.press("ctrl+z")
        assert np.array_equal(sketch.canvas.ink, one)
        await person.press("ctrl+y")
        assert np.array_equal(sketch.canvas.ink, two)
        await person.press("backspace")
        assert sketch.canvas.ink[sketch.at] == 0
        assert sketch.canvas.ink.sum() < two.sum()
        await person.press("delete")
        await person.sees("nothing drawn yet")
        await person.press("ctrl+z", "ctrl+z")
        assert np.array_equal(sketch.canvas.ink, two)

    at_the_keyboard(script, screen="draw")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_the_mouse_draws_and_its_right_button_rubs_out(size: tuple[int, int]) -> None:
    """At both shapes of a pixel: half a cell high, and two cells wide."""
    wide = 2 if size == (200, 60) else 1

    async def script(person: Person) -> None:
        sketch = await open_draw(person)
        line = 5 * wide  # the cells of the rows 10 and 11, or of row 10
        await drag(person, (4 * wide, line), (20 * wide, line))
        inked = np.flatnonzero(sketch.canvas.ink[10] > 127)
        assert abs(inked.min() - 4) <= 1
        assert abs(inked.max() - 20) <= 1
        assert not sketch.canvas.ink[14:].any()
        await drag(person, (10 * wide, line), (12 * wide, line), button=3)
        assert sketch.canvas.ink[10, 11] < 60
        assert sketch.canvas.ink[10, 5] > 127
        await person.press("ctrl+z", "ctrl+z")
        await person.sees("nothing drawn yet")

    at_the_keyboard(script, size=size, screen="draw")


@pytest.mark.slow
def test_in_the_smallest_terminal_the_whole_sheet_is_seen() -> None:
    async def script(person: Person) -> None:
        await person.press("6")
        sketch = person.app.screen.query_one(Sketch)
        await person.until(lambda: sketch.size.height == 14, "the sheet")
        assert sketch.region in person.app.screen.query_one("#body").region
        await drag(person, (4, 0), (20, 13))
        await person.sees("p: it says", "%")
        assert sketch.canvas.ink[26:].any()

    at_the_keyboard(script, size=(60, 18), screen="draw")


def test_pens_are_chosen_and_draw_as_wide_as_they_say() -> None:
    async def script(person: Person) -> None:
        sketch = await open_draw(person)
        await person.press("w", "w", "w", "S", "S")
        await person.sees("pen: 4 px", "edge: hard")
        await person.press("space", "right", "right", "right", "space")
        assert (sketch.canvas.ink[:, 9] > 0).sum() in (3, 4, 5)
        await person.press("W", "s")
        await person.sees("pen: 3 px", "edge: soft, 0.5 px")

    at_the_keyboard(script, screen="draw")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_the_cursor_is_seen_without_colours(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        sketch = await open_draw_in_ascii(person)
        mark = "[]" if size == (200, 60) else "^"
        lines = [line.text for line in sketch.render_lines(sketch.size.region)]
        assert sum(mark in line for line in lines) == 1
        await person.press("space", "right", "right")
        await person.sees("@@")

    at_the_keyboard(script, size=size, look=ASCII, screen="draw")


async def open_draw_in_ascii(person: Person) -> Sketch:
    await person.press("6")
    await person.sees("sheet . draw a digit")
    return person.app.screen.query_one(Sketch)


@pytest.mark.slow
def test_escape_lifts_the_pen_then_leaves_the_sheet_whose_keys_are_then_the_run_s() -> None:
    async def script(person: Person) -> None:
        sketch = await open_draw(person)
        await person.press("space", "escape")
        assert not sketch.is_down
        assert sketch.has_focus
        await person.press("escape")
        assert not sketch.has_focus
        await person.sees("tab, or a click, goes back to the sheet")
        await person.press("n")
        await person.sees("op 1/")
        await person.press("tab")
        assert sketch.has_focus

    at_the_keyboard(script, size=(80, 24), screen="draw")


# What the network makes of it


@pytest.mark.slow
def test_every_stroke_is_prepared_and_answered() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press(*SEVEN)
        await person.sees("centre of mass", "guesses", "most similar in train:")
        app = person.app
        drawn, probe = app.selection.drawn, app.snapshot.probe
        assert drawn is not None
        assert probe is not None
        assert np.array_equal(probe.image, drawn.image)
        assert model.recognised(app.snapshot, app.selection) == probe.said
        await person.press("space", "down", "down", "down", "down", "space")
        again = app.snapshot.probe
        assert again is not None
        assert not np.array_equal(again.image, probe.image)

    at_the_keyboard(script, screen="draw")


@pytest.mark.slow
def test_the_answer_follows_the_network_as_it_learns() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press(*SEVEN)
        await person.sees("guesses")
        before = person.app.snapshot.probe
        await person.press("b")
        await person.sees("says ", "step 1 ")
        after = person.app.snapshot.probe
        assert before is not None
        assert after is not None
        assert not np.array_equal(before.probabilities, after.probabilities)

    at_the_keyboard(script, screen="draw")


@pytest.mark.slow
def test_the_views_show_the_stages_and_the_most_similar_where_there_is_little_room() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press(*SEVEN, "v")
        await person.sees("how it gets there", "1 cut ", "2 box 20×", "3 centred")
        await person.press("v")
        await person.sees("most similar in train", "v view: the most similar")
        assert len(person.app.screen.query_one("#similar", Gallery).images or ()) == 8
        await person.press("v")
        await person.sees("centre of mass (1")

    at_the_keyboard(script, size=(80, 24), screen="draw")


@pytest.mark.slow
def test_a_similar_digit_opens_on_forward() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press(*SEVEN)
        await person.sees("most similar in train:")
        seen = person.app.screen.query_one(Seen)
        seen.query_one("#similar", Gallery).focus()
        await person.until(lambda: seen.found is not None, "the most similar")
        assert seen.found is not None
        nearest = int(seen.found.similar.indices[0])
        await person.press("enter")
        await person.sees("2 Forward", f"train #{nearest},")

    at_the_keyboard(script, screen="draw")


@pytest.mark.slow
def test_a_network_of_other_samples_says_so() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press(*SEVEN)
        await person.sees("This network reads 2 numbers, no digits")
        assert person.app.selection.drawn is None

    at_the_keyboard(
        script, run=Session(load_recipe("xor"), load("xor"), history_memory=2**26), screen="draw"
    )


@pytest.mark.slow
def test_a_network_of_small_digits_is_given_small_ones() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press(*SEVEN)
        await person.sees("guesses")
        drawn = person.app.selection.drawn
        assert drawn is not None
        assert drawn.image.shape == (8, 8)
        assert drawn.whole.shape == (28, 28)

    run = Session(load_recipe("digits8"), load("digits8"), history_memory=2**26)
    at_the_keyboard(script, run=run, screen="draw")


# What one does with it


def test_the_drawing_is_the_sample_of_the_other_screens_until_another_is_chosen() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press("enter")
        await person.is_told("Draw a digit first")
        await person.press(*SEVEN, "enter")
        await person.sees("2 Forward", "your digit, a ?", "guesses")
        await person.press("1")
        await person.sees("your digit, no label")
        await person.press("2", "]")
        await person.sees("train #0,")
        await person.press("6")
        await person.sees("guesses")
        assert person.app.selection.drawn is not None
        await person.press("2")
        await person.sees("your digit")

    at_the_keyboard(script, screen="draw")


def test_a_digit_is_labelled_kept_and_right_or_wrong() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press("d")
        await person.is_told("Draw a digit first")
        await person.press(*SEVEN, "b", "d")
        await person.sees("Which digit is it?", "The network says")
        await person.press("7")
        await person.is_told("Kept as a 7: the first of your own digits")
        digits = read_own()
        assert digits.labels.tolist() == [7]
        drawn = person.app.selection.drawn
        assert drawn is not None
        assert np.array_equal(digits.images[0], drawn.whole)
        assert drawn.label == 7
        probe = person.app.snapshot.probe
        assert probe is not None
        await person.sees(": right" if probe.said == 7 else ": wrong")
        await person.press("d", "1")
        await person.is_told("Kept as a 1: the first of your own digits")
        assert read_own().labels.tolist() == [1], "it was mislabelled"
        await person.press("d", "backspace")
        await person.is_told("Taken back: the one kept last, a 1. 0 of your own digits are left.")
        assert not len(read_own().labels)
        await person.press("d", "7")
        await person.until(lambda: read_own().labels.tolist() == [7], "a 7")
        await person.press("2")
        await person.sees("your digit, a 7")
        await person.press("6", "space", "right", "down", "space")
        assert person.app.selection.drawn is not None
        assert person.app.selection.drawn.label is None, "another drawing has no label yet"

    at_the_keyboard(script, screen="draw")


def test_one_trains_on_ones_own_digits_mixed_or_alone() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press("t")
        await person.is_told("No digits of your own are kept yet")
        keep_digit(load("embedded")["test"].images[0], 3)
        await person.press("t")
        await person.sees("Train on your own digits", "your digit alone", "embedded+20*own")
        await person.press("down", "down", "down", "enter")
        await person.until(
            lambda: person.app.snapshot.recipe.data.name.startswith("own:1-"), "the run on it"
        )
        assert len(person.app.snapshot.dataset["train"]) == 1
        await person.press("b")
        await person.sees("step 1 ")

    at_the_keyboard(script, screen="draw")


@pytest.mark.slow
def test_backprop_steps_through_ones_own_digit_with_the_weights_as_they_are() -> None:
    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press("b", *SEVEN, "d", "7")
        await person.is_told("Kept as a 7")
        keep_digit(load("embedded")["test"].images[0], 3)
        trained = person.app.snapshot.computed.tensors["W2"]
        await person.press("t")
        await person.sees("your 2 digits alone; these weights")
        await person.press("down", "down", "enter")
        await person.is_told("3 Backprop steps through your digit: row ")
        app = person.app
        await person.until(lambda: app.snapshot.position.step == 0, "a new run")
        assert app.snapshot.recipe.network.weights is not None
        assert np.array_equal(app.snapshot.computed.before["W2"], trained)
        row, batch = app.selection.row, app.snapshot.batch
        assert row is not None
        assert app.snapshot.dataset["train"].labels[batch[row]] == 7
        await person.press("3", "n")
        await person.sees(f"row {row}", "a 7")

    at_the_keyboard(script, screen="draw")


def test_kept_digits_are_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(person: Person) -> None:
        await open_draw(person)
        await person.press("y")
        await person.is_told("Not exported: no digits of your own")
        keep_digit(load("embedded")["test"].images[0], 3)
        await person.press("y")
        await person.is_told("own-images-idx3-ubyte")
        await person.press("y")
        await person.is_told("own-2-images-idx3-ubyte")
        assert load(str(tmp_path / "own-images-idx3-ubyte"))["train"].labels.tolist() == [3]

    at_the_keyboard(script, screen="draw")


# Photos


def a_photo(tmp_path: Path) -> Path:
    test = load("embedded")["test"]
    picture = photo(test.images[0], MANNERS[-1], np.random.default_rng(1))
    picture.save(tmp_path / "mine.jpg")
    return tmp_path / "mine.jpg"


def test_a_photo_shows_its_stages_and_its_dials_change_them(tmp_path: Path) -> None:
    path = a_photo(tmp_path)

    async def script(person: Person) -> None:
        sketch = await open_draw(person)
        await person.press("ctrl+o")
        await person.sees("Open a photo of a digit")
        person.app.screen.query_one(Input).value = str(tmp_path / "none.png")
        person.app.screen.query_one(Input).focus()
        await person.press("enter")
        await person.sees("No such file or directory")
        person.app.screen.query_one(Input).value = str(path)
        await person.press("enter")
        await person.sees("photo mine.jpg", "light (auto)", "(Otsu)", "2 inverted", "guesses")
        screen = person.app.screen
        assert isinstance(screen, DrawScreen)
        await person.press("down", "down", "right")
        developed = screen._developed
        assert developed is not None
        await person.until(lambda: "(Otsu)" not in person.screen, "another threshold")
        found = screen._prepared.centred
        await person.press("u")
        await person.sees("sheet · draw a digit")
        assert np.array_equal(sketch.canvas.ink, found)
        assert not screen.query_one(Dials).display

    at_the_keyboard(script, size=(120, 40), screen="draw")


@pytest.mark.slow
def test_escape_closes_a_photo_and_the_drawing_is_as_it_was(tmp_path: Path) -> None:
    path = a_photo(tmp_path)

    async def script(person: Person) -> None:
        sketch = await open_draw(person)
        await person.press(*SEVEN)
        drawn = sketch.canvas.ink
        await person.press("ctrl+o")
        await person.sees("Open a photo of a digit")
        person.app.screen.query_one(Input).value = str(path)
        person.app.screen.query_one(Input).focus()
        await person.press("enter")
        await person.sees("photo mine.jpg", "light (auto)")
        await person.press("escape")
        await person.sees("sheet · draw a digit", "guesses")
        assert sketch.canvas.ink is drawn
        assert sketch.has_focus

    at_the_keyboard(script, size=(80, 24), screen="draw")


def test_dials_go_round_and_stay_inside() -> None:
    grey = np.full((60, 60), 220, np.uint8)
    grey[20:40, 28:32] = 30
    opened = Photo("a.png", grey)
    papers = []
    for _ in range(3):
        opened = replace(opened, settings=turned(develop(opened), 0, 1))
        papers.append(opened.settings.paper)
    assert papers == [Paper.LIGHT, Paper.DARK, Paper.AUTO]
    assert not turned(develop(opened), 1, 1).evens
    for _ in range(40):
        opened = replace(opened, settings=turned(develop(opened), 2, -1))
    assert opened.settings.threshold == 1
    assert not turned(develop(opened), 3, 1).largest
    assert turned(develop(opened), 4, 1).stroke == 3.0


# What others read


def test_recognised_is_none_without_an_answer_to_the_drawing() -> None:
    run = session(recipe(), history_memory=2**20)
    image = np.zeros((28, 28), np.uint8)
    other = Drawn(image.copy(), image)
    snapshot = run.snapshot(Activity.PAUSED, run.probe(image, None))
    assert model.recognised(snapshot, Selection()) is None
    assert model.recognised(snapshot, Selection(drawn=other)) is None
    assert snapshot.probe is not None
    assert model.recognised(snapshot, Selection(drawn=Drawn(image, image))) == snapshot.probe.said
