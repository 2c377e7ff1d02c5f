"""A place as one line: what is copied opens the same, and what cannot be told is refused."""

import shlex
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.app import TuiNNApp
from screens.inspect.link import link_line, read_link
from screens.inspect.selection import Selection
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import session as small_session
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.keys import find, with_values
from tui_nn.training.recipe.recipe import Recipe, load_recipe, recipe_names
from tui_nn.training.recipe.wanted_data import load_wanted
from tui_nn.training.session.advance import advance_to
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.place import Place

SCREENS = [entry.mode for entry in TuiNNApp.SCREEN_TABLE]


def xor(**values: Any) -> Recipe:
    recipe = load_recipe("xor")
    return with_values(recipe, {find(key).path: value for key, value in values.items()})


def opened(recipe: Recipe, place: Place) -> Snapshot:
    run = Session(recipe, load_wanted(recipe), history_memory=2**24)
    advance_to(run, lambda: False, place)
    return run.snapshot(Activity.PAUSED)


def test_the_line_is_as_short_as_what_it_has_to_say() -> None:
    seen = opened(xor(seed=2), Place(12, 7))
    assert link_line(seen, Selection(), "backprop") == (
        "recipe=xor seed=2 step=12 op=7 screen=backprop"
    )
    chosen = Selection(operation="dW2", element=(3, 0), row=None, split="test", sample=5)
    assert link_line(seen, chosen, "forward").endswith(
        "screen=forward sample=test:5 row=mean 'select=dW2[3,0]'"
    )


@given(
    place=st.builds(Place, st.integers(0, 30), st.integers(0, 12)),
    screen=st.sampled_from(SCREENS),
    selection=st.builds(
        Selection,
        split=st.sampled_from(["train", "test"]),
        sample=st.integers(0, 99),
        layer=st.integers(1, 2),
        neuron=st.integers(0, 7),
        row=st.none() | st.integers(0, 9),
        operation=st.none() | st.sampled_from(["z1", "dW1", "L"]),
        element=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
    ),
    values=st.fixed_dictionaries(
        {},
        optional={
            "seed": st.integers(0, 2**40),
            "learning_rate": st.floats(1e-4, 2),
            "layers": st.sampled_from([[2, 4, 1], [2, 3, 3, 1]]),
            "activation": st.sampled_from(["relu", "sigmoid"]),
            "batch_size": st.sampled_from([4, "full"]),
            "noise": st.floats(0.01, 1),
        },
    ),
)
def test_what_is_copied_opens_the_same(
    place: Place, screen: str, selection: Selection, values: dict[str, Any]
) -> None:
    recipe = xor(**values)
    seen = small_seen(recipe, place)
    link = read_link(link_line(seen, selection, screen), SCREENS)
    assert (link.recipe, link.screen, link.selection) == (recipe, screen, selection)
    assert link.place == seen.position.place


def small_seen(recipe: Recipe, place: Place) -> Snapshot:
    last = len(recipe.program().operations) - 1
    return opened(recipe, Place(place.step % 3, min(place.operation, last)))


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_that_is_shipped_can_be_told(name: str) -> None:
    assert read_link(f"recipe={name}", SCREENS).recipe == load_recipe(name)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("recipe=xor step", "step: expected KEY=VALUE"),
        ("recipe=xor step=1 step=2", "step stands twice"),
        ("recipe=xor step=-1", "step=-1: expected a whole number"),
        ("recipe=xor op=99", "op=99: a step of xor has op 0 to op "),
        ("recipe=xor screen=foo", "screen=foo: there are data, forward"),
        ("recipe=none", "none"),
        ("recipe=xor sample=tset:1", "expected train:5, validation:5 or test:5"),
        ("recipe=xor select=dW9[0]", "dW9"),
        ("recipe=xor select=[", "expected an operation or an element"),
        ("recipe=xor select=W1x", "W1x"),
        ("recipe=xor learning_rte=2", "no such key, perhaps learning_rate"),
        ("recipe=xor learning_rate=-2", "learning_rate"),
        ("recipe='xor", "No closing quotation"),
    ],
)
def test_what_cannot_be_understood(line: str, words: str) -> None:
    with pytest.raises(TuiNNError) as refused:
        read_link(line, SCREENS)
    assert words in str(refused.value)


def test_what_a_line_cannot_hold() -> None:
    with pytest.raises(TuiNNError, match="a recipe of your own"):
        link_line(small_session().snapshot(Activity.PAUSED), Selection(), "forward")
    run = Session(xor(), load_wanted(xor()), history_memory=2**24)
    run.set_learning_rate(0.3)
    with pytest.raises(TuiNNError, match="has edits"):
        link_line(run.snapshot(Activity.PAUSED), Selection(), "forward")


@pytest.mark.parametrize("is_late", [False, True])
def test_it_opens_there_and_is_copied_again(is_late: bool) -> None:
    recipe = load_recipe("digits8")
    line = "recipe=digits8 step=12 op=7 screen=backprop row=3 'select=dW2[3,7]'"

    async def script(person: Person) -> None:
        assert isinstance(person.app, TuiNNApp)
        held_up = Event()
        if is_late:  # the screen is drawn before the run is there

            def hold_up(_: Session) -> None:
                held_up.wait()

            person.app.trainer.adjust(hold_up)
        person.app._follow(read_link(line, SCREENS))
        if is_late:
            await person.sees("the step", "op 0/")
            held_up.set()
        await person.sees("step 12 ", "op 7/", "the step")
        await person.press("Y")
        await person.sees("Copied, if the terminal lets it: tui-nn --at")
        assert person.app.clipboard == f"tui-nn --at {shlex.quote(line)}"

    run = Session(recipe, load_wanted(recipe), history_memory=2**24)
    at_the_keyboard(script, run=run, size=(120, 40))
