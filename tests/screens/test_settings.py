"""The form of hyperparameters: its words, what may be typed, and what the keys do to the run."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.widgets import Static

from screens.dialogs.settings.dialog import SettingsDialog
from screens.dialogs.settings.entry import Entry
from screens.dialogs.settings.fields import FIELD_AT, FIELDS
from screens.dialogs.settings.model import (
    Filled,
    descended,
    filled,
    texts_of,
)
from screens.dialogs.settings.words import (
    applied_words,
    applies,
    description,
    mark,
    new_run_words,
    plan,
)
from screens.shapes.look import Look
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import RECIPE, recipe, session
from tui_nn.about import Effect
from tui_nn.training.recipe.adjustable import adjustable
from tui_nn.training.recipe.decoding import allowed_names
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.recipe.recipe import (
    Recipe,
    load_recipe,
    recipe_names,
)
from tui_nn.training.recipe.training_section import ScheduleName, TrainingSection
from tui_nn.training.recipe.values import parse_value
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

CONVOLUTION = ["28x28", "conv2d 3 5x5 stride 2", "max_pool2d 2", "flatten", 10]


def form(present: Recipe = RECIPE, /, **typed: str) -> Filled:
    """The form with some fields typed over; ``_`` stands for the dot of their paths."""
    paths = {field.name: field.path for field in FIELDS}
    return filled(present, texts_of(present) | {paths[name]: text for name, text in typed.items()})


# The table of fields


def test_every_key_of_a_recipe_has_its_field() -> None:
    table = msgspec.to_builtins(RECIPE)
    data = table["data"]
    expected = {f"data.augmentation.{key}" for key in data.pop("augmentation")}
    del data["name"]  # other data are chosen on the Data screen
    del table["network"]["weights"]  # more numbers than one would type: they stand in its file
    expected |= {f"{part}.{key}" for part in ("data", "network", "training") for key in table[part]}
    assert {field.path for field in FIELDS} == expected
    assert len(FIELD_AT) == len(FIELDS)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("network.activation", allowed_names(NetworkSection, "activation")),
        ("network.initializer", allowed_names(NetworkSection, "initializer")),
        ("network.output", allowed_names(NetworkSection, "output")),
        ("training.loss", allowed_names(TrainingSection, "loss")),
        ("training.optimizer", allowed_names(TrainingSection, "optimizer")),
        ("training.schedule", get_args(ScheduleName)),
    ],
)
def test_every_choice_is_offered_and_described(path: str, names: Sequence[str]) -> None:
    choices = FIELD_AT[path].about.choices
    assert list(choices) == list(names) != []
    assert all(choices.values())


@pytest.mark.parametrize("path", FIELD_AT)
def test_every_field_says_what_it_does_and_fits_the_smallest_window(path: str) -> None:
    field = FIELD_AT[path]
    rows = description(field)
    assert (
        field.about.choices
        or field.name == "seed"
        or (field.about.too_little and field.about.too_much)
    )
    column = 2 + max(len(heading) for heading, _ in rows)
    lines = textwrap.wrap(field.about.meaning, 76)
    lines += [line for _, words in rows for line in textwrap.wrap(words, 76 - column)]
    assert len(lines) <= 9  # of the 11 at 80×24, beside the border and the heading


# What is typed


@pytest.mark.parametrize("name", recipe_names())
def test_an_untouched_form_changes_nothing(name: str) -> None:
    present = load_recipe(name)
    found = filled(present, texts_of(present))
    assert found.recipe == present
    assert not found.changes
    assert plan(found).startswith("Nothing is changed")


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("network.layers", "784, 32, 10", [784, 32, 10]),
        ("network.layers", "[784,10]", [784, 10]),
        ("network.layers", "784", [784]),
        ("network.layers", "28x28-conv2d 3 5x5 stride 2-max_pool2d 2-flatten-10", CONVOLUTION),
        ("network.layers", "28x28, conv2d 3 5x5 stride 2, max_pool2d 2, flatten, 10", CONVOLUTION),
        ("network.layers", "[64, 16, batch_norm, 10]", [64, 16, "batch_norm", 10]),
        ("network.activation", "relu", "relu"),
        ("network.activation", " tanh , relu ", ["tanh", "relu"]),
        ("network.dropout", "[0.2]", [0.2]),
        ("training.learning_rate", "1e-3", 0.001),
        ("training.l2", "−1", -1),
        ("training.batch_size", "full", "full"),
        ("training.batch_size", "1_000", 1000),
        ("data.target_digit", "none", None),
        ("data.target_digit", "4", 4),
        ("data.validation", "", None),
        ("data.split", "3, 2, 1", [3, 2, 1]),
        ("data.oversampling", "yes", True),
        ("data.oversampling", "1", "1"),
        ("training.seed", "", ""),
    ],
)
def test_what_a_text_stands_for(path: str, text: str, value: object) -> None:
    found = parse_value(text, FIELD_AT[path].hyperparameter)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("learning_rate", "fast", "expected a number"),
        ("learning_rate", "0", "expected a number above 0"),
        ("l2", "-1", "expected a number of at least 0"),
        ("l2", "nan", "expected a number of at least 0"),
        ("momentum", "1", "expected a number below 1"),
        ("epochs", "1.5", "expected a whole number"),
        ("epochs", "", "expected a whole number"),
        ("batch_size", "some", "expected a whole number, or full"),
        ("batch_size", "0", "expected a whole number, or full"),
        (
            "layers",
            "784, x, 10",
            "invalid name 'x'; allowed are dense, conv2d, max_pool2d, avg_pool2d, flatten, "
            "batch_norm",
        ),
        (
            "layers",
            "28x28-conv2d 3-flatten-10",
            "expected conv2d KERNELS ROWSxCOLUMNS [stride N] [pad N], found conv2d 3",
        ),
        (
            "layers",
            "28x28-conv2d 3 5x5-10",
            "a dense layer reads a vector of numbers, not (3, 24, 24): flatten goes before it",
        ),
        ("layers", "784, 12, 8", "expected [784, hidden layers …, 10], found [784, 12, 8]"),
        ("activation", "swish", "invalid name 'swish'; allowed are relu, tanh, sigmoid, identity"),
        ("class_weighting", "perhaps", "expected yes or no"),
        ("target_digit", "12", "expected a whole number of at most 9"),
        ("split", "1, 2", "expected a list of length 3"),
    ],
)
def test_what_may_not_be_typed(name: str, text: str, fault: str) -> None:
    found = form(**{name: text})
    (path,) = found.faults
    assert FIELD_AT[path].name == name
    assert found.faults[path] == fault
    assert found.recipe is None
    assert mark(FIELD_AT[path], found, RECIPE) == f"! {fault}"
    assert plan(found) == f"! {name}: {fault}. Fix this first: nothing is applied yet."


def test_every_fault_is_found_and_that_of_the_focused_field_is_told() -> None:
    found = form(learning_rate="x", l2="y", oversampling="yes")
    assert set(found.faults) == {"training.learning_rate", "training.l2"}
    assert [each.field.name for each in found.changes] == ["oversampling"]
    assert plan(found, "training.l2").startswith("! l2: expected a number (and 1 more).")
    assert plan(found, "training.seed").startswith("! learning_rate: ")


def test_a_fault_may_be_for_another_field_to_mend() -> None:
    alone = form(target_digit="4")
    assert "network.layers" in alone.faults
    assert alone.recipe is None
    assert plan(alone).startswith("! layers: expected [784, hidden layers …, 1]")
    together = form(target_digit="4", layers="784, 5, 1", output="sigmoid")
    assert not together.faults
    assert together.recipe is not None
    assert together.recipe.task.target == 4


@given(st.sampled_from(FIELDS), st.text(max_size=30))
def test_whatever_is_typed_is_either_valid_or_has_a_fault(field: Any, text: str) -> None:
    found = filled(RECIPE, texts_of(RECIPE) | {field.path: text})
    assert (found.recipe is None) == bool(found.faults)
    assert all("`" not in fault and "float" not in fault for fault in found.faults.values())


# What applying it does


@pytest.mark.parametrize(
    ("present", "typed", "effect"),
    [
        ({}, {"l2": "0.1"}, Effect.STEP),
        ({}, {"learning_rate": "0.2"}, Effect.STEP),
        ({}, {"dropout": "0.3"}, Effect.STEP),
        ({}, {"gradient_clipping": "1"}, Effect.STEP),
        ({}, {"batch_size": "full"}, Effect.EPOCH),
        ({}, {"dropout": "0.3, 0.2"}, Effect.RESTART),
        ({}, {"layers": "784, 10"}, Effect.RESTART),
        ({}, {"seed": "9"}, Effect.RESTART),
        ({}, {"epochs": "9"}, Effect.RESTART),
        ({}, {"momentum": "0.9"}, Effect.RESTART),
        ({"momentum": 0.9}, {"momentum": "0.5"}, Effect.STEP),
        ({"momentum": 0.9}, {"momentum": "0"}, Effect.RESTART),
        ({"optimizer": "adamw"}, {"weight_decay": "0.1"}, Effect.STEP),
    ],
)
def test_when_a_change_takes_effect(
    present: dict[str, Any], typed: dict[str, str], effect: Effect
) -> None:
    before = recipe(**present)
    (change,) = form(before, **typed).changes
    assert change.effect is effect
    said = applies(change.field, before)
    if effect is not Effect.RESTART:
        assert effect in said
        run = session(before)
        run.set_hyperparameter(*change.edit)
        assert run.recipe_now == form(before, **typed).recipe
    else:
        assert "needs a restart" in said


def test_every_change_between_steps_has_a_field() -> None:
    assert {field.hyperparameter.edit for field in FIELDS} - {""} == set(adjustable())


def test_the_plan_in_words() -> None:
    found = form(learning_rate="0.2", l2="0.1", batch_size="9", layers="784, 10", seed="4")
    assert plan(found) == (
        "5 changes: learning_rate and l2 from the next step on; "
        "batch_size from the next epoch on; layers and seed need a restart (ctrl+r)."
    )
    assert applied_words(found.now) == (
        "learning_rate = 0.2, l2 = 0.1 from the next step on; "
        "batch_size = 9 from the next epoch on."
    )
    assert new_run_words(form(layers="784, 10").changes) == "A new run, with layers = 784-10."
    many = form(learning_rate="0.2", l2="0.1", l1="0.1", dropout="0.1")
    assert plan(many) == "4 changes: dropout, learning_rate and 2 more from the next step on."
    assert mark(FIELD_AT["training.l1"], many, RECIPE) == "● was 0"
    assert mark(FIELD_AT["training.seed"], many, RECIPE) == ""


def test_a_changed_recipe_does_not_claim_its_source() -> None:
    original = load_recipe("nielsen-30")
    assert descended(original, original) == original
    changed = form(original, seed="9").recipe
    assert changed is not None
    found = descended(changed, original)
    assert (found.name, found.title) == ("nielsen-30", "")
    assert found.source == "changed from nielsen-30"
    assert found.training.seed == 9


# The keys


async def opened(person: Person) -> SettingsDialog:
    await person.press("p")
    await person.sees("Hyperparameters of small", "learning_rate η · applies")
    screen = person.app.screen
    assert isinstance(screen, SettingsDialog)
    return screen


async def focus(person: Person, name: str) -> Entry:
    """Go to a field."""
    entries = person.app.screen.query(Entry)
    entry = next(each for each in entries if each.field.name == name)
    entry.focus()
    await person.pilot.pause()
    return entry


async def typed(person: Person, **texts: str) -> None:
    """Have a field hold a text, as one types over all that it holds."""
    for name, text in texts.items():
        entry = await focus(person, name)
        await person.press(text[0])
        entry.value = text
        entry.cursor_position = len(text)
    await person.pilot.pause()


def recipe_now(person: Person) -> Recipe:
    return person.app.snapshot.recipe_now


@in_sizes((80, 24), (120, 40), (200, 60))
def test_a_rate_is_changed_while_it_runs(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.starts_a_run()
        await opened(person)
        await typed(person, l2="0.001")
        await person.sees("● was 0", "1 change: l2 from the next step on.", "λ₂/2·Σw²")
        await person.press("enter")
        await person.sees("l2 = 0.001 from the next step on.")
        await person.sees_no("Hyperparameters of")
        await person.until(lambda: person.app.snapshot.rates.l2 == 0.001, "the penalty")
        await person.lets_it_step()
        assert "J" in person.app.snapshot.program.writer
        assert person.app.snapshot.activity is Activity.RUNNING

    at_the_keyboard(script, size=size)


@pytest.mark.slow
def test_the_top_bar_and_the_plot_show_a_new_rate() -> None:
    async def script(person: Person) -> None:
        await person.press("b")
        await opened(person)
        await typed(person, learning_rate="0.025")
        await person.press("enter")
        await person.sees("η 0.025")
        await person.press("b")
        await person.sees("step 2")
        assert person.app.snapshot.curves.learning_rate.tolist() == pytest.approx([0.1, 0.025])

    at_the_keyboard(script, size=(200, 60))


@pytest.mark.slow
def test_the_rate_is_the_one_that_the_schedule_multiplies() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b", "b", "b")
        await person.sees("step 4")
        await opened(person)
        await typed(person, learning_rate="0.3")
        await person.press("enter")
        await person.until(lambda: recipe_now(person).training.learning_rate == 0.3, "the rate")
        assert person.app.snapshot.learning_rate < 0.3

    at_the_keyboard(script, recipe=recipe(schedule="cosine"))


def test_dropout_brings_its_operations() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3")
        await opened(person)
        await typed(person, dropout="0.3")
        await person.press("enter")
        await person.sees("mask1 = ", "h1 = ")

    at_the_keyboard(script)


@pytest.mark.slow
def test_the_size_of_batch_waits_for_the_epoch() -> None:
    async def script(person: Person) -> None:
        await person.press("b")
        await opened(person)
        await typed(person, batch_size="full")
        await person.press("enter")
        await person.sees("batch_size = full from the next epoch on", "batch 2/5")
        await person.press("e")
        await person.sees("epoch 2", "batch 1/1")

    at_the_keyboard(script)


def test_layers_need_a_restart_and_one_key_makes_it() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b")
        await person.sees("step 2")
        loaded = person.app.snapshot.dataset
        await opened(person)
        await typed(person, layers="784, 5, 10")
        await person.press("enter")
        await person.sees("Press ctrl+r for a new run with these.", "layers needs a restart")
        assert person.app.snapshot.position.step == 2
        await person.press("ctrl+r")
        await person.sees("A new run, with layers = 784-5-10.", "step 0", "layer 2")
        await person.sees_no("layer 3")
        assert recipe_now(person).network.layers == [784, 5, 10]
        assert recipe_now(person).source == "changed from small"
        assert person.app.snapshot.dataset["train"].images is not None
        assert person.app.snapshot.dataset.name == loaded.name

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_convolution_is_typed_and_normalised_at_the_next_restart() -> None:
    async def script(person: Person) -> None:
        await opened(person)
        await typed(person, layers="28x28-conv2d 3 5x5 stride 2-max_pool2d 2-flatten-10")
        await person.press("ctrl+r")
        await person.sees("A new run, with layers = 28x28-conv2d 3 5x5 stride 2-max_pool2d 2")
        assert recipe_now(person).network.layers == CONVOLUTION
        await person.press("b", "3", "b")
        await person.sees("step 2", "z1 = conv2d(image, W1) + b1")
        await person.press("p")
        await person.sees("Hyperparameters of small", "28x28-conv2d 3 5x5")
        await typed(person, layers="28x28, conv2d 3 5x5 stride 2, batch_norm, flatten, 10")
        await person.press("ctrl+r", "b")
        await person.sees("step 1", "n1 = γ1·ẑ1 + β1")
        assert "batch_norm" in recipe_now(person).network.layers

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_restart_selects_nothing_that_the_new_network_has_not() -> None:
    async def script(person: Person) -> None:
        selected = replace(person.app.selection, layer=3, neuron=9, sample=4)
        person.app.selection = selected
        await opened(person)
        await typed(person, layers="784, 10")
        await person.press("ctrl+r")
        await person.sees("A new run, with layers = 784-10.", "neuron 0 of layer 1")
        assert (person.app.selection.layer, person.app.selection.sample) == (1, 4)

    at_the_keyboard(script)


def test_what_can_be_applied_is_and_the_rest_waits_for_a_restart() -> None:
    async def script(person: Person) -> None:
        await opened(person)
        await typed(person, l1="0.01", seed="77")
        await person.sees("2 changes: l1 from the next step on; seed needs a restart (ctrl+r).")
        await person.press("enter")
        await person.sees("l1 = 0.01 from the next step on.", "1 change: seed needs a restart")
        assert recipe_now(person).training.seed == 3
        await person.press("ctrl+r")
        await person.sees("A new run, with seed = 77.")
        await person.until(lambda: recipe_now(person).training.seed == 77, "the new run")
        assert recipe_now(person).training.l1 == 0.01

    at_the_keyboard(script)


@pytest.mark.slow
def test_adam_begins_a_new_run() -> None:
    async def script(person: Person) -> None:
        await person.press("3")
        await opened(person)
        await focus(person, "optimizer")
        await person.press("right", "right", "space")
        await typed(person, learning_rate="0.001")
        await person.sees("adam ", "● was sgd", "optimizer needs a restart")
        await person.press("ctrl+r", "b")
        await person.sees("m̂", "step 1")
        assert recipe_now(person).training.optimizer == "adam"

    at_the_keyboard(script, screen="backprop")


def test_choices_go_round_and_a_list_may_be_typed() -> None:
    async def script(person: Person) -> None:
        await opened(person)
        entry = await focus(person, "activation")
        await person.press("left")
        assert entry.value == "identity"
        await person.press("space")
        assert entry.value == "relu"
        await person.press(*"tanh", "comma", "space", *"rel")
        await person.sees("! invalid name 'rel'")
        await person.press("left", "right", "u")
        assert entry.value == "tanh, relu"
        await person.sees("activation needs a restart")

    at_the_keyboard(script)


def test_what_is_wrong_is_refused_and_changes_nothing() -> None:
    async def script(person: Person) -> None:
        screen = await opened(person)
        before = recipe_now(person)
        await typed(person, l2="0.1", learning_rate="-1")
        await person.sees("! learning_rate: expected a number above 0. Fix this first")
        for key in ("enter", "ctrl+r", "ctrl+s"):
            await person.press(key)
            assert person.app.screen is screen
        await person.press("b")  # it goes into the field
        await person.sees("-1b")
        await person.press("escape")
        await person.sees_no("Hyperparameters of")
        assert recipe_now(person) == before
        assert person.app.snapshot.position.step == 0

    at_the_keyboard(script)


@pytest.mark.slow
def test_data_that_cannot_be_split_so_are_refused() -> None:
    async def script(person: Person) -> None:
        screen = await opened(person)
        await typed(person, validation="5000")
        await person.press("ctrl+r")
        await person.sees("cannot hold out 5000 of 150 samples")
        assert person.app.screen is screen
        assert recipe_now(person) == RECIPE

    at_the_keyboard(script)


@pytest.mark.slow
def test_escape_leaves_everything_as_it_is() -> None:
    async def script(person: Person) -> None:
        await opened(person)
        await typed(person, l2="0.1", layers="784, 10")
        await person.press("escape")
        await person.sees_no("Hyperparameters of")
        assert recipe_now(person) == RECIPE

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_section_further_and_back() -> None:
    async def script(person: Person) -> None:
        await opened(person)
        await person.press("pagedown")
        await person.sees("target_digit · needs a restart")
        await person.press("pagedown", "pagedown")
        await person.sees("layers · needs a restart")
        await person.press("pageup")
        await person.sees("shift · needs a restart")
        await person.press("up")
        await person.sees("split · needs a restart")

    at_the_keyboard(script, size=(80, 24))


@pytest.mark.slow
def test_a_click_goes_to_a_field() -> None:
    async def script(person: Person) -> None:
        screen = await opened(person)
        entry = next(each for each in screen.query(Entry) if each.field.name == "epochs")
        await person.pilot.click(offset=(4, entry.region.y))
        await person.sees("epochs · needs a restart")
        await person.pilot.click(entry)
        assert screen.focused is entry

    at_the_keyboard(script)


@pytest.mark.slow
def test_in_ascii() -> None:
    async def script(person: Person) -> None:
        await person.press("p")
        await person.sees("Hyperparameters of", "-> learning_rate", "lr  0.1")
        await person.press("9")
        await person.sees("* was 0.1")
        assert person.screen.isascii()

    at_the_keyboard(script, look=Look("none", ascii=True), size=(80, 24))


# Saving


async def says(person: Person, words: str) -> None:
    """Wait for words in the line of a dialog, wherever it is broken."""
    line = person.app.screen.query_one("#said", Static)
    await person.until(lambda: words in str(line.content), words)


def test_it_is_saved_as_a_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.toml"

    async def script(person: Person) -> None:
        await opened(person)
        await typed(person, l2="0.1")
        await person.press("ctrl+s")
        await person.sees("Save these hyperparameters", "small.toml")
        await says(person, f"enter writes {tmp_path / 'small.toml'}")
        await person.press(*"mine", "enter")
        await person.is_told("Saved ", f"To open it: tui-nn --recipe {path}")
        await person.sees("1 change: l2 from the next step on.")
        found = load_recipe(str(path))
        assert found.training.l2 == 0.1
        assert (found.network, found.data) == (RECIPE.network, RECIPE.data)
        assert found.source == "changed from small"
        assert recipe_now(person) == RECIPE

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_file_that_is_there_is_not_overwritten_without_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.toml"
    path.write_text("precious")

    async def script(person: Person) -> None:
        await opened(person)
        await person.press("ctrl+s")
        await person.sees("Save these hyperparameters")
        await person.press(*"mine.toml", "enter")
        await says(person, "already exists; enter overwrites it")
        assert path.read_text() == "precious"
        await person.press("x", "backspace")  # another path has to be refused by itself
        await says(person, "enter writes ")
        await person.press("enter")
        await says(person, "already exists; enter overwrites it")
        assert path.read_text() == "precious"
        await person.press("enter")
        await person.is_told("Saved ", str(path))
        assert load_recipe(str(path)).training == RECIPE.training

    at_the_keyboard(script)


@pytest.mark.slow
def test_where_it_cannot_be_saved_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(person: Person) -> None:
        await opened(person)
        await person.press("ctrl+s")
        await person.sees("Save these hyperparameters")
        await person.press(*"none/mine", "enter")
        await says(person, "cannot be written: No such file or directory")
        await person.press("escape")
        await person.sees_no("Save these")
        await person.sees("Hyperparameters of small")

    at_the_keyboard(script)


@pytest.mark.slow
def test_the_form_is_of_the_run_as_earlier_keys_left_it() -> None:
    async def script(person: Person) -> None:
        person.app.action_learning_rate(1)
        person.app.action_open_dialog("settings")  # before there can be a snapshot of the new rate
        await person.sees("Hyperparameters of small")
        entry = person.app.screen.focused
        assert isinstance(entry, Entry)
        assert entry.value == "0.2"

    run: Session = session(history_memory=2**26)
    at_the_keyboard(script, run=run)
