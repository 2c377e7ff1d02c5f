"""The window of breakpoints and watches, the marks in the listing, and the line of watches."""

import numpy as np
import pytest

from screens.backprop.model import listing
from screens.dialogs.breakpoints.dialog import BreakpointsDialog
from screens.dialogs.breakpoints.model import entries, read_sentence, suggestions
from screens.inspect.selection import Selection
from screens.inspect.subject import Source, Target
from screens.inspect.watches import little_curve, watch_line
from screens.shapes.look import Look
from screens.widgets.listing import Listing
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import BATCHES, recipe, session
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stops.breakpoints import AtOperation, AtStep, WhenMetric
from tui_nn.training.stops.watches import WatchElement, WatchMetric, WatchNorm

ASCII = Look("none", ascii=True)


def run(steps: int = 0) -> Session:
    made = session(history_memory=2**26)
    made.breakpoints.add(AtOperation("dW2"))
    made.breakpoints.add(AtStep(3, on=False))
    made.watches.add(WatchElement("W2", (3, 1)))
    made.watches.add(WatchNorm("dW1"))
    made.watches.add(WatchMetric("accuracy"))
    while made.position.step < steps:
        made.step_batch()
    return made


def seen(steps: int = 0) -> Snapshot:
    return run(steps).snapshot(Activity.PAUSED)


# What is shown


def test_the_listing_marks_where_it_stops() -> None:
    margins = {line.name: line.margin for line in listing(seen())}
    assert margins.pop("dW2") == "●"
    assert set(margins.values()) == {""}
    off = run()
    off.breakpoints.toggle(AtOperation("dW2"))
    margins = {line.name: line.margin for line in listing(off.snapshot(Activity.PAUSED))}
    assert margins["dW2"] == "○"


def test_the_window_lists_what_there_is_then_what_could_be_added() -> None:
    snapshot = seen(2)
    suggested = suggestions(snapshot, Selection())
    listed = entries(snapshot, suggested)
    texts = [f"{each.line.margin}{each.line.text}" for each in listed]
    assert texts[:4] == [
        "stop",
        "●before ∇W2",
        "○at step 3   off",
        "●when a number is not finite   always on",
    ]
    assert [text.split()[0] for text in texts[5:9]] == ["watch", "W2[3,1]", "‖∇W1‖", "accuracy"]
    assert texts[10] == "add"
    assert [each.of for each in listed[11:]] == list(suggested)
    names = [each.line.name for each in listed if each.line.name]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("steps", [0, BATCHES])
def test_every_suggestion_can_be_added_as_it_stands(steps: int) -> None:
    snapshot = seen(steps)
    for suggestion in suggestions(snapshot, Selection(operation="delta3", layer=2)):
        found = read_sentence(suggestion.sentence, snapshot)
        assert found.of is not None, found.says


def test_suggestions_are_about_what_is_looked_at() -> None:
    snapshot = seen(2)
    target = Target(Source.BATCH, "dW2", (5, 1))
    selection = Selection(operation="dW2", split="test", sample=7)
    sentences = [each.sentence for each in suggestions(snapshot, selection, target)]
    assert sentences[0] == "before dW2"
    assert "dW2[5,1]" in sentences
    assert any(sentence.startswith("test #7 ") for sentence in sentences)


def test_a_number_of_the_probe_is_of_no_step_but_for_parameters() -> None:
    snapshot = seen(2)
    sentences = {
        name: [
            each.sentence
            for each in suggestions(snapshot, Selection(), Target(Source.PROBE, name, (0, 1)))
        ]
        for name in ("z1", "W1")
    }
    assert "z1[0,1]" not in sentences["z1"]
    assert "W1[0,1]" in sentences["W1"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", ""),
        ("before dW2", "stop before ∇W2"),
        ("step 500", "stop at step 500"),
        ("loss < 0.3", "stop when loss below 0.3"),
        ("norm dW1", "watch ‖∇W1‖"),
        ("W2[3,1]", "watch W2[3,1]"),
    ],
)
def test_what_is_typed_is_said_in_words(typed: str, says: str) -> None:
    assert read_sentence(typed, seen()).says == says


@pytest.mark.parametrize("typed", ["before dW9", "W2[99,0]", "test #9999 wrong", "what?", "W2"])
def test_what_cannot_be_is_refused_with_a_reason(typed: str) -> None:
    found = read_sentence(typed, seen())
    assert found.of is None
    assert found.says


def test_a_little_curve_shows_the_lowest_and_the_highest() -> None:
    assert little_curve(np.arange(8.0), 8) == "▁▂▃▄▅▆▇█"
    assert little_curve(np.arange(8.0), 8, ascii=True) == "_.-:=+*#"
    assert little_curve(np.arange(1000.0), 4) == "▁▃▆█"
    assert little_curve(np.full(5, 2.5), 8) == "▄▄▄▄▄"
    assert little_curve(np.array([]), 8) == ""


def test_a_little_curve_says_what_is_no_number_or_was_not_watched() -> None:
    nan, inf = np.nan, np.inf
    assert little_curve(np.array([nan, nan, 1.0, 2.0]), 8) == "▁█"
    assert little_curve(np.array([1.0, nan, 2.0, inf]), 8) == "▁ █!"
    assert little_curve(np.array([inf, -inf]), 8) == "!!"
    assert little_curve(np.array([-1e308, 1e308]), 8) == "▁█"
    assert little_curve(np.array([nan, nan]), 8) == ""


def test_the_line_of_watches_has_as_many_as_fit() -> None:
    watches = seen(4).watches
    wide = watch_line(watches, 4, 200)
    assert wide.startswith("W2[3,1] ")
    assert "‖∇W1‖" in wide
    assert wide.count("accuracy") == 1
    assert "more" not in wide
    narrow = watch_line(watches, 4, 40)
    assert narrow.endswith("2 more (x)")
    assert len(narrow) <= 40
    assert watch_line(watches, 4, 80, ascii=True).replace("‖∇", "d").replace("‖", "").isascii()
    assert watch_line((), 4, 80) == ""


def test_the_curve_ends_where_one_stands() -> None:
    watches = seen(4).watches
    assert watch_line(watches, 0, 200).count("█") == 0
    assert watch_line(watches, 4, 200) != watch_line(watches, 3, 200)


# At the keyboard


@pytest.mark.slow
def test_two_enters_stop_before_the_operation_that_is_looked_at() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "n", "n")
        await person.sees("op 2/24")
        person.app.selection = Selection(operation="dW2")
        await person.press("x")
        await person.sees("Breakpoints and watches", "before dW2")
        await person.press("enter")
        await person.sees("stop before ∇W2", "enter adds")
        await person.press("enter")
        await person.sees("● before ∇W2", "space on/off")
        await person.press("escape")
        await person.sees("●  ∇W2 = a1ᵀ·δ2")
        await person.press("space")
        await person.sees("paused: before ∇W2", "op 12/24 next ∇W2", "●▶ ∇W2")
        await person.press("b")
        await person.sees("step 1 ", "op 0/24")
        await person.press("b")
        await person.sees("paused: before ∇W2", "step 1 ")

    at_the_keyboard(script, screen="backprop")


def test_what_is_typed_is_judged_as_it_is_typed_and_enter_adds_it() -> None:
    async def script(person: Person) -> None:
        await person.press("x")
        await person.sees("always on")
        await person.press("tab", *"step")
        await person.sees("! which step? such as: step 500")
        await person.press("enter", "space", "3")
        await person.sees("stop at step 3")
        await person.press("enter")
        await person.sees("● at step 3")
        await person.press("tab", *"loss", "enter")
        await person.sees("watch", "loss  ")
        await person.press("escape", "e")
        await person.sees("paused: step 3", "loss 2.")

    at_the_keyboard(script)


def test_a_metric_that_crosses_its_value_stops_a_run_at_that_step() -> None:
    straight = session(recipe(epochs=9, learning_rate=0.2))
    straight.breakpoints.add(WhenMetric("loss", "below", 1.5))
    while not straight.reason:
        straight.step_batch()

    async def script(person: Person) -> None:
        await person.press("x", "tab", *"loss<1.5", "enter")
        await person.sees("● when loss below 1.5")
        await person.press("escape", *">>>", "space")
        await person.sees(f"paused: {straight.reason}")

    at_the_keyboard(script, recipe=recipe(epochs=9, learning_rate=0.2))


def test_space_turns_off_d_deletes_and_the_next_one_is_selected() -> None:
    async def script(person: Person) -> None:
        await person.press("x")
        await person.sees("● before ∇W2", "○ at step 3   off")
        await person.press("space")
        await person.sees("○ before ∇W2   off")
        await person.press("space")
        await person.sees("● before ∇W2")
        await person.press("d")
        await person.sees_no("before ∇W2")
        await person.press("space")
        await person.sees("● at step 3")
        await person.press("down", "down", "d")
        await person.sees_no("‖∇W1‖")
        assert [each.words for each in person.app.snapshot.breakpoints] == ["step 3"]

    at_the_keyboard(script, run=run())


@pytest.mark.slow
def test_escape_leaves_the_field_first_and_then_the_window() -> None:
    async def script(person: Person) -> None:
        await person.press("x", "tab", *"xdn ")
        await person.sees("xdn", "! ")
        await person.press("escape")
        await person.sees("space on/off", "xdn")
        await person.press("escape")
        await person.sees_no("Breakpoints and watches")
        await person.press("x", "x")
        await person.sees_no("Breakpoints and watches")
        assert not isinstance(person.app.screen, BreakpointsDialog)

    at_the_keyboard(script)


@pytest.mark.slow
def test_the_list_follows_a_run_that_goes_on() -> None:
    async def script(person: Person) -> None:
        await person.starts_a_run()
        await person.press("x")
        await person.sees("Breakpoints and watches")
        before = person.app.snapshot
        await person.lets_it_step()
        assert person.app.snapshot is not before
        await person.sees("‖∇W1‖")
        assert person.app.snapshot.activity is Activity.RUNNING

    made = run()
    made.breakpoints.remove(AtOperation("dW2"))
    at_the_keyboard(script, run=made)


@in_sizes((80, 24), (120, 40), (200, 60))
def test_watches_are_on_every_screen(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        for key in "1234":
            await person.press(key)
            await person.sees("step 0 ", "W2[3,1] ")
            lines = person.screen.splitlines()
            assert "W2[3,1]" in lines[-3], key
            assert "step 0" in lines[-2], key

    at_the_keyboard(script, size=size, run=run())


def test_without_watches_their_line_takes_no_room() -> None:
    async def script(person: Person) -> None:
        await person.sees("step 0 ")
        with_line = person.app.screen.query_one("#body").size.height
        person.app.trainer.adjust(lambda made: made.watches.add(WatchNorm("dW1")))
        await person.sees("‖∇W1‖ –")
        body = person.app.screen.query_one("#body")
        await person.until(lambda: body.size.height == with_line - 1, "a line less")

    at_the_keyboard(script)


@pytest.mark.slow
def test_in_ascii_everything_is_there() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "x")
        await person.sees("* before dW2", "o at step 3", "|dW1|")
        await person.press("enter")
        await person.sees("stop before z1")
        await person.press("escape", "escape")
        await person.sees("*  dW2 = ")
        assert person.screen.isascii()

    at_the_keyboard(script, look=ASCII, run=run(), screen="backprop")


def test_at_80_by_24_every_line_of_the_window_can_be_reached() -> None:
    async def script(person: Person) -> None:
        await person.press("x", "end")
        await person.sees("watch a norm", "space on/off", "what to stop at")
        listed = person.app.screen.query_one(Listing)
        assert listed.selected == "add watch a norm"
        await person.press("home")
        await person.sees("● before ∇W2")

    at_the_keyboard(script, size=(80, 24), run=run(2))


@pytest.mark.slow
def test_another_run_keeps_breakpoints_and_watches() -> None:
    async def script(person: Person) -> None:
        await person.sees("W2[3,1]")
        await person.press("r")
        await person.until(lambda: person.app.snapshot.position.step == 0, "a new run")
        await person.sees("W2[3,1]")
        assert [each.words for each in person.app.snapshot.breakpoints] == ["before dW2", "step 3"]

    at_the_keyboard(script, run=run(2))
