"""Data: the gallery, the numbers, the labels, and choosing other data."""

from pathlib import Path

import numpy as np
import pytest
from textual.widgets import Input

from screens.data import model as views
from screens.data.model import View
from screens.data.screen import DataScreen
from screens.inspect.selection import Selection
from screens.shapes.room import Room, room_of
from screens.widgets.gallery import Gallery
from screens.widgets.numbers import Numbers
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import CLUSTERS, recipe, session
from tui_nn.data.task import DIGITS

DATASET = CLUSTERS.with_validation(3)


def write_csv(path: Path, labels: list[int]) -> None:
    rows = [",".join(map(str, [label, *[255] * 784])) for label in labels]
    path.write_text("\n".join(rows), encoding="utf-8")


async def open_data(person: Person) -> None:
    await person.press("1")
    await person.until(lambda: isinstance(person.app.screen, DataScreen), "the Data screen")
    await person.sees("train: 135 images")


# What is worked out without a terminal


def test_a_room_needs_both_width_and_height() -> None:
    assert room_of(80, 24) is room_of(200, 24) is room_of(80, 60) is Room.SMALL
    assert room_of(120, 40) is room_of(200, 40) is Room.MEDIUM
    assert room_of(200, 60) is Room.LARGE


def test_without_a_filter_the_gallery_copies_no_image() -> None:
    indices, images, captions = views.gallery(DATASET, Selection())
    assert images is DATASET["train"].images
    assert len(indices) == len(captions) == 135
    assert captions[7] == f"a {DATASET['train'].labels[7]}, #7"
    assert captions[-1:] == [captions[134]]


def test_the_filter_goes_through_all_digits_and_back_to_all() -> None:
    selection, seen = Selection(), []
    for _ in range(11):
        selection = views.filtered(DATASET, selection, 1)
        seen.append(selection.digit)
        if selection.digit is not None:
            assert DATASET["train"].labels[selection.sample] == selection.digit
    assert seen == [*range(10), None]
    assert views.filtered(DATASET, Selection(), -1).digit == 9


def test_another_split_begins_at_its_first_sample_of_the_digit() -> None:
    moved = views.other_split(DATASET, Selection(sample=100, digit=4), -1)
    assert moved.split == "test"
    assert moved.sample == np.flatnonzero(DATASET["test"].labels == 4)[0]


def test_a_digit_that_a_split_lacks_leaves_the_sample_where_it_is() -> None:
    few = type(DATASET)(
        "few", {"train": DATASET["train"].take(np.arange(1)), "test": DATASET["test"]}
    )
    absent = (int(few["train"].labels[0]) + 1) % 10
    selection = views.filtered(few, Selection(digit=(absent - 1) % 10), 1)
    assert selection == Selection(digit=absent)
    assert "no " in views.empty_words(selection, few.form)


def test_every_sample_is_counted_once() -> None:
    counts = views.class_counts(DATASET)
    assert {name: int(each.sum()) for name, each in counts.items()} == {
        "train": 135,
        "validation": 15,
        "test": 40,
    }
    bars = views.count_bars(counts, Selection(digit=2), {}, DATASET.form)
    assert [bar.value for bar in bars] == counts["train"].tolist()
    assert [bar.label.strip("▸ ") for bar in bars if "▸" in bar.label] == ["2"]


def test_a_label_becomes_ten_numbers() -> None:
    assert views.wanted(DIGITS, 3) == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert views.wanted_line(DIGITS, 0) == "label 0 → one-hot y = [1 0 0 0 0 0 0 0 0 0]"


def test_a_pixel_names_its_input() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[2, 3] = 51
    assert views.pixel_line(image, 2, 3).startswith("pixel (2,3): 51 / 255 = 0.2000 = x[59]")


# What a person sees


def test_the_gallery_the_sample_and_the_counts() -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        label = int(DATASET["train"].labels[0])
        one_hot = " ".join(map(str, views.wanted(DIGITS, label)))
        await person.sees(f"▸a {label}, #0", f"train #0, label {label}", f"y [{one_hot}]")
        await person.sees("▸train  valid   test", "all    135     15     40")

    at_the_keyboard(script, screen="data")


@pytest.mark.slow
def test_the_gallerys_cursor_is_the_shared_selection() -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        await person.press("right", "right")
        await person.sees("train #2,")
        assert person.app.selection.sample == 2
        await person.press("]")
        await person.sees("train #3,", "#3 ")
        assert person.app.screen.query_one(Gallery).index == 3
        await person.press("enter")
        await person.sees("2 Forward", "train #3")
        await person.until(lambda: person.app.current_mode == "forward", "Forward")

    at_the_keyboard(script, screen="data")


def test_filter_and_split_say_what_is_shown() -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        await person.press("f", "f", "f")
        await person.sees("digit: 2", "those labelled 2")
        twos = np.flatnonzero(DATASET["train"].labels == 2)
        following = twos[np.searchsorted(twos, person.app.selection.sample) + 1]
        await person.press("]")
        await person.sees(f"▸a 2, #{following}")
        await person.press("s", "s", "F", "F", "F")
        await person.sees("test: 40 images", "split: test", "digit: all")
        await person.press("S")
        await person.sees("validation: 15 images")

    at_the_keyboard(script, screen="data")


@in_sizes((80, 24), (120, 40))
def test_v_goes_through_the_views_and_round(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        await person.press("v")
        await person.sees("pixels 0–255 · train #0", "/ 255 = ", "one-hot y = [")
        await person.press("down", "right")
        await person.sees("pixel (1,1):", "x[29]")
        await person.press("v")
        await person.sees("normalised 0–1 · train #0", "0.1")
        if room_of(*size) is Room.SMALL:
            await person.press("v")
            await person.sees("how many of each digit")
        await person.press("v")
        await person.sees("train: 135 images")
        await person.press("V")
        await person.sees_no("train: 135 images")

    at_the_keyboard(script, size=size, screen="data")


@pytest.mark.slow
def test_where_there_is_room_everything_is_seen_at_once() -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        await person.sees("train: 135 images", "pixels 0–255", "one-hot label", "how many of each")
        await person.press("v")
        await person.sees("normalised 0–1 · train #0", "train: 135 images")

    at_the_keyboard(script, size=(200, 60), screen="data")


def test_reshuffling_draws_the_split_anew_and_begins_a_new_run() -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        before = person.app.snapshot
        await person.press("b")
        await person.sees("step 1 ")
        await person.press("u")
        await person.sees("step 0 ", "Seed 4")
        after = person.app.snapshot
        assert after.recipe.training.seed == 4
        assert len(after.dataset["validation"]) == 15
        assert not np.array_equal(
            after.dataset["validation"].images, before.dataset["validation"].images
        )
        first = after.dataset["train"].images[0]
        await person.until(
            lambda: np.array_equal(getattr(person.app.snapshot.probe, "image", None), first),
            "the sample of the new split going through the network",
        )

    at_the_keyboard(script, screen="data")


def test_a_reseeded_session_is_the_one_that_its_recipe_describes() -> None:
    run = session(history_memory=2**26)
    run.set_learning_rate(0.3)
    again = run.reseeded(9)
    assert again.recipe.training.seed == 9
    assert again.recipe.training.learning_rate == 0.3
    assert again.recipe.data.validation == 15
    fresh = session(again.recipe)
    assert np.array_equal(again.dataset["train"].images, fresh.dataset["train"].images)
    assert again.state.flat.tobytes() == fresh.state.flat.tobytes()


def test_other_data_can_be_chosen_by_path(tmp_path: Path) -> None:
    write_csv(tmp_path / "mnist_train.csv", [index % 10 for index in range(60)])
    write_csv(tmp_path / "mnist_test.csv", [index % 10 for index in range(20)])

    async def script(person: Person) -> None:
        await open_data(person)
        await person.press("o")
        await person.sees("Choose the data", "embedded", "here", "mnist")
        person.app.screen.query_one(Input).value = str(tmp_path)
        await person.press("tab", "enter")
        await person.sees("train: 54 images", "A new run on")
        assert person.app.snapshot.dataset.name == str(tmp_path)
        assert person.app.snapshot.recipe.data.name == str(tmp_path)

    at_the_keyboard(script, screen="data")


@pytest.mark.slow
def test_a_mistake_is_said_in_the_window_and_changes_nothing(tmp_path: Path) -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        before = person.app.snapshot.dataset
        await person.press("o")
        await person.sees("Choose the data")
        person.app.screen.query_one(Input).value = f"{tmp_path}/[b]"
        await person.press("tab", "enter")
        await person.sees("Not loaded: ", "[b]")
        await person.press("escape")
        await person.sees("train: 135 images")
        assert person.app.snapshot.dataset is before

    at_the_keyboard(script, size=(80, 24), screen="data")


@pytest.mark.slow
def test_a_set_that_is_not_here_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_NN_DATA", str(tmp_path))

    async def script(person: Person) -> None:
        await open_data(person)
        await person.press("o")
        await person.sees("Choose the data")
        await person.press("down")
        await person.sees("tui-nn data fetch mnist")
        await person.press("enter")
        await person.sees("Not loaded: mnist is not here")

    at_the_keyboard(script, screen="data")


@pytest.mark.slow
def test_training_does_not_paint_the_gallery_again() -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        gallery = person.app.screen.query_one(Gallery)
        shown = gallery.images
        await person.press("b", "b", "f", "F")
        await person.sees("step 2 ", "train: 135 images")
        filtered = gallery.images
        await person.press("b", "n", "]")
        await person.sees("step 3 ", "op 1/")
        assert shown is not filtered
        assert gallery.images is filtered

    at_the_keyboard(script, recipe=recipe(epochs=100), screen="data")


def test_views_that_are_always_seen_stand_for_the_first_of_the_rest() -> None:
    assert views.view_in(Room.LARGE, View.GALLERY) is View.NUMBERS
    assert views.view_in(Room.MEDIUM, View.COUNTS) is View.GALLERY


@pytest.mark.slow
def test_resizing_keeps_the_numbers_that_were_looked_at() -> None:
    async def script(person: Person) -> None:
        await open_data(person)
        numbers = person.app.screen.query_one(Numbers)
        numbers.focus()
        numbers.select((27, 27))
        await person.pilot.resize_terminal(80, 24)
        await person.sees("pixel (27,27):", "\n 27 ")  # the row is in sight
        assert person.app.screen.focused is numbers

    at_the_keyboard(script, size=(200, 60), screen="data")


@pytest.mark.slow
def test_what_was_read_is_said_and_asked_for_where_it_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    write_csv(path, [index % 10 for index in range(60)])
    lines = [line.split(",") for line in path.read_text().splitlines()]
    has_header = not lines[0][0].isdigit()
    table = lines[has_header:]
    path.write_text("".join(",".join([*row[:-1], row[0]]) + "\n" for row in table))

    async def script(person: Person) -> None:
        await open_data(person)
        await person.press("o")
        person.app.screen.query_one(Input).value = str(path)
        await person.press("tab", "enter")
        await person.sees("cannot tell whether the first or the last column")
        person.app.screen.query_one(Input).value = f"{path}::label=last"
        await person.press("enter")
        await person.sees("60 digits, labels in the last column")
        name, app = f"{path}::label=last", person.app
        await person.until(lambda: app.snapshot.recipe.data.name == name, "its run")

    at_the_keyboard(script, screen="data")


@pytest.mark.slow
def test_an_image_that_is_not_listed_any_more_is_not_selected() -> None:
    async def script(person: Person) -> None:
        app = person.app
        await person.press("1")
        gallery = app.screen.query_one(Gallery)
        late = gallery.Highlighted(gallery, gallery.images, len(app.snapshot.dataset["train"]) - 1)
        await person.press("s")
        before = app.selection
        gallery.post_message(late)
        await person.type_ahead()
        assert app.selection.split == before.split
        assert app.selection.sample == before.sample

    at_the_keyboard(script, screen="data")
