"""Going to a number: what may be typed, what is said of it, and that it is explained."""

import pytest
from msgspec.structs import replace

from screens.inspect.places import destination
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import session
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot


def stepped(steps: int) -> Session:
    run = session(history_memory=2**26)
    for _ in range(steps):
        run.step_batch()
    return run


def seen(steps: int) -> Snapshot:
    return stepped(steps).snapshot(Activity.PAUSED)


@pytest.mark.parametrize(
    ("typed", "name", "index"),
    [
        ("W1[241,0]", "W1", (241, 0)),
        ("w1[241, 0", "W1", (241, 0)),
        ("dW2[3,7]", "dW2", (3, 7)),
        ("∇W2[3,7]", "dW2", (3, 7)),
        ("∇b3[9]", "db3", (9,)),
        ("δ3[4,9]", "delta3", (4, 9)),
        ("z1[3]", "z1", (2, 3)),
        ("L", "L", ()),
        ("x(18,10)", "a0", (2, 514)),
        ("a0(18,10)", "a0", (2, 514)),
        ("a0[5,514]", "a0", (5, 514)),
    ],
)
def test_a_number_is_understood(typed: str, name: str, index: tuple[int, ...]) -> None:
    scene = Scene(seen(2), replace(Selection(), row=2))
    found = destination(typed, scene)
    assert found.number == Target(Source.BATCH, name, index)
    assert found.says.startswith(f"{scene.symbol(found.number)} = ")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("W9[0,0]", "there is no tensor W9: there are x, y, W1, b1"),
        ("W1[784,0]", "W1 has no such element: it has W1[0,0] to W1[783,"),
        ("dW2[3]", "∇W2 has no such element: it has ∇W2[0,0] to ∇W2["),
        ("x(28,0)", "a pixel has a row and a column, up to x(27,27)"),
        ("x(5)", "a pixel has a row and a column"),
        ("W1(3,4)", "round brackets are for a pixel, such as x(18,10)"),
        ("x", "x has many elements: one of x[0,0] to x[31,783], or a pixel as x(18,10)"),
        ("W1[3,4]]", "type a number as W1[241,0]"),
        ("L[0]", "L has no such element: it has L to L"),
    ],
)
def test_a_number_that_is_not_there_is_told(typed: str, says: str) -> None:
    found = destination(typed, Scene(seen(2), Selection()))
    assert not found.exists
    assert found.says.startswith(says)


def test_before_it_is_computed_a_gradient_is_not_explained() -> None:
    scene = Scene(seen(0), Selection())
    assert "∇W2 is not computed yet" in destination("dW2[3,7]", scene).says
    assert destination("W1[241,0]", scene).exists


def test_on_forward_a_number_is_of_the_sample_shown() -> None:
    run = stepped(2)
    probe = run.probe(run.dataset["train"].images[7], 3)
    scene = Scene(run.snapshot(Activity.PAUSED, probe), Selection())
    for typed, target in (
        ("z2[3]", Target(Source.PROBE, "z2", (0, 3))),
        ("x(18,10)", Target(Source.PROBE, "a0", (0, 514))),
        ("z2[4,3]", Target(Source.BATCH, "z2", (4, 3))),
        ("W1[241,0]", Target(Source.BATCH, "W1", (241, 0))),
    ):
        assert destination(typed, scene, Source.PROBE).number == target


def test_g_explains_a_number_at_once() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "g", *"W9[0")
        await person.sees("! there is no tensor W9")
        await person.press(*["backspace"] * 4, *"dW2[3,7]")
        await person.sees("∇W2[3,7] = ")
        await person.press("enter")
        await person.sees("∇W2[3,7]", "terms")
        await person.press("escape", "g", "L", "enter")
        await person.until(lambda: person.app.screen.query("#terms"), "the loss taken apart")

    at_the_keyboard(script)
