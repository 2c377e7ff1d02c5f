"""Explain: what a number is made of, and the way from the loss to a pixel and back."""

import random

import numpy as np
import pytest

from screens.explain.model import (
    breadcrumb,
    choices,
    explain,
    frozen_words,
    picture_of,
)
from screens.explain.screen import ExplainScreen
from screens.inspect.choices import likeliest, opened_by
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.shapes.look import Look
from screens.widgets.bars import Bars
from screens.widgets.heatmap import Heatmap
from screens.widgets.listing import Listing
from screens.widgets.numbers import Numbers
from screens.widgets.plates import Plates
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import session
from tui_nn.training.session.snapshot import Activity, Snapshot

MEMORY = 2**26


def scene(steps: int = 2, operations: int = 0) -> Scene:
    run = session(history_memory=MEMORY)
    for _ in range(steps):
        run.step_batch()
    for _ in range(operations):
        run.step_operation()
    train = run.dataset["train"]
    probe = run.probe(train.images[0], int(train.labels[0]))
    return Scene(run.snapshot(Activity.PAUSED, probe), Selection())


def batch(name: str, *index: int) -> Target:
    return Target(Source.BATCH, name, index)


class TestEveryNumber:
    @pytest.mark.parametrize("source", list(Source))
    def test_leads_back_to_what_is_given_and_says_what_it_is(self, source: Source) -> None:
        seen, chance = scene(), random.Random(1)
        computed = seen.computed(source)
        for name, tensor in computed.tensors.items():
            here = Target(source, name, tuple(chance.randrange(size) for size in tensor.shape))
            for _ in range(40):
                shown = explain(seen, here)
                assert shown.title.startswith(seen.symbol(here))
                assert shown.meaning
                assert shown.working
                # A sum has a bar for each term and one for the rounding, the rest has none.
                terms = len(shown.parts)
                assert len(shown.bars) == (terms + 1 if terms > 1 else 0)
                if not shown.parts:
                    break
                found = choices(seen, here, shown, chance.randrange(len(shown.parts)))
                wanted = [each.target for each in found if each.target]
                assert wanted
                here = chance.choice(wanted)
            assert here.name in ("a0", "y", *seen.snapshot.program.network.shapes)
            assert not shown.parts

    def test_adds_up_in_the_list_to_the_last_digit(self) -> None:
        seen = scene()
        for name in ("z1", "s", "l", "dW1", "db2", "W1"):
            index = (0,) * seen.snapshot.computed.tensors[name].ndim
            shown = explain(seen, batch(name, *index))
            value = float(seen.snapshot.computed.tensors[name][index])
            assert sum(bar.value for bar in shown.bars) == pytest.approx(
                value, rel=1e-12, abs=1e-15
            )
            assert shown.bars[-1].label == "float32 rounding"
            sums = [bar.mark for bar in shown.bars]
            assert float(sums[-1].removeprefix("→").replace("−", "-")) == pytest.approx(
                value, abs=1e-3 * max(abs(bar.value) for bar in shown.bars)
            )
            assert len(set(map(len, sums))) == 1  # they stand below each other

    @pytest.mark.parametrize(
        ("name", "lines"),
        [
            ("a1", ("max(0, z1[0,3]) = max(0, ", "z1[0,3] ≤ 0, so a1[0,3] = 0")),
            (
                "p",
                ("z3[0,3] − m[0,0] = ", "exp(z3[0,3] − m[0,0]) = exp(", "exp(z3[0,3] − m[0,0])/s"),
            ),
            ("m", ("max(z3[0,0] … z3[0,9]) = ", "z3[0,")),
            ("delta3", ("1/B·(p[0,3] − y[0,3]) = 0.03125 × (",)),
            ("delta1", ("∂L/∂a1[0,3]·relu′(z1)[0,3] = ",)),
        ],
    )
    def test_what_is_no_sum_is_written_as_its_formula(
        self, name: str, lines: tuple[str, ...]
    ) -> None:
        seen = scene()
        column = 0 if name == "m" else 3
        shown = explain(seen, batch(name, 0, column))
        assert not shown.bars
        assert len(shown.working) == len(lines)
        assert all(map(str.startswith, shown.working, lines)), shown.working
        found = choices(seen, batch(name, 0, column), shown, 0)
        assert sum(each.leads_on for each in found) == {"p": 3, "m": 10, "delta1": 2}.get(name, 1)

    def test_is_explained_by_what_the_step_read(self) -> None:
        seen = scene(steps=3)
        computed = seen.snapshot.computed
        assert (computed.before["W1"] != computed.tensors["W1"]).any()
        for name in ("z1", "W1"):
            terms = seen.terms(batch(name, 0, 0))
            assert abs(terms.residual) < 1e-5 * sum(abs(part.value) for part in terms.parts)
        weight = Target(Source.BATCH, "W1", (0, 0), read=True)
        assert seen.value(weight) == computed.before["W1"][0, 0]
        assert "last changed by step 1's update" in explain(seen, weight).working[0]


class TestWords:
    def test_a_pixel_is_a_pixel_of_its_sample(self) -> None:
        seen = scene()
        index = int(seen.snapshot.computed.context.indices[4])
        image = seen.snapshot.dataset["train"].images[index]
        words = explain(seen, batch("a0", 4, 14 * 28 + 9)).working[0]
        assert f"train #{index}" in words
        assert f"row 14, column 9. Its ink is {image[14, 9]} of 255" in words

    def test_parameters_say_when_they_changed_last(self) -> None:
        for steps, operations, source, words in (
            (0, 3, Source.BATCH, "its initial value, drawn at random"),
            (2, 3, Source.BATCH, "last changed by step 1's update"),
            (2, 0, Source.BATCH, "last changed by step 0's update"),
            (2, 0, Source.PROBE, "last changed by step 1's update"),
            (2, 19, Source.PROBE, "last changed by step 2's update"),
        ):
            seen = scene(steps, operations)
            assert words in explain(seen, Target(source, "W3", (0, 0), read=True)).working[0]

    def test_a_parameter_is_its_update_once_that_is_done(self) -> None:
        assert explain(scene(0, 3), batch("W3", 0, 0)).parts == ()
        labels = {part.label for part in explain(scene(1, 0), batch("W3", 0, 0)).parts}
        assert labels == {"W3[0,0]", "−η·∇W3[0,0]"}

    def test_terms_are_called_after_samples_pixels_and_digits(self) -> None:
        seen = scene()
        first = seen.snapshot.computed.context.indices[0]
        label = seen.snapshot.dataset["train"].labels[first]
        for name, index, wanted in (
            ("dW1", (0, 0), f"row 0, a {label}"),
            ("L", (), f"row 0, a {label}"),
            ("z1", (0, 0), "x[0,0] (0,0)"),
            ("z2", (0, 0), "a1[0,0]"),
            ("da1", (0, 0), "δ2[0,0]"),
            ("s", (0, 0), "the 3"),
        ):
            assert wanted in {bar.label for bar in explain(seen, batch(name, *index)).bars}

    def test_working_has_the_real_numbers(self) -> None:
        seen = scene()
        p = seen.snapshot.computed.tensors["p"][0, 3]
        working = explain(seen, batch("p", 0, 3)).working
        assert [line.partition(" = ")[0] for line in working] == [
            "z3[0,3] − m[0,0]",
            "exp(z3[0,3] − m[0,0])",
            "exp(z3[0,3] − m[0,0])/s[0,0]",
        ]
        assert working[-1].endswith(f"= {p:.4g}")
        assert "((" not in "".join(working)

    def test_the_way_is_shortened_in_its_middle(self) -> None:
        trail = [batch("L"), batch("l", 3), batch("z3", 3, 7), batch("a0", 3, 14 * 28 + 9)]
        assert breadcrumb(scene(), trail, 80) == "L › l[3] › z3[3,7] › x[3,401] (14,9)"
        assert breadcrumb(scene(), trail, 35) == "L › … › z3[3,7] › x[3,401] (14,9)"
        assert breadcrumb(scene(), trail, 5) == "L › … › x[3,401] (14,9)"

    def test_that_the_run_has_moved_on_is_said(self) -> None:
        before, after = scene(1).snapshot, scene(2).snapshot
        assert frozen_words(before, before) == ""
        assert "the run is now at step 2, op 0." in frozen_words(before, after)


class TestPictures:
    def test_the_sample_and_its_pixel_stand_beside_a_term(self) -> None:
        seen = scene()
        target = batch("z1", 2, 0)
        shown = explain(seen, target)
        picture = picture_of(seen, target, shown.parts[0])
        assert picture is not None
        index = seen.snapshot.computed.context.indices[2]
        assert (picture.image == seen.snapshot.dataset["train"].images[index]).all()
        assert picture.pixel == divmod(shown.parts[0].factors[0].index[1], 28)

    def test_a_batchs_terms_each_show_their_sample(self) -> None:
        seen = scene()
        target = batch("dW2", 0, 0)
        part = explain(seen, target).parts[0]
        picture = picture_of(seen, target, part)
        assert picture is not None
        assert f"row {part.factors[0].index[0]}, a " in picture.caption
        assert picture_of(seen, batch("W2", 0, 0), None) is None

    def test_the_point_stands_on_the_activations_curve(self) -> None:
        seen = scene()
        for name in ("a1", "slope2"):
            curve = explain(seen, batch(name, 0, 3)).curve
            assert curve is not None
            here, line, _ = curve.series
            assert np.interp(here.x[0], line.x, line.y) == pytest.approx(here.y[0], abs=0.02)
        assert explain(seen, batch("z1", 0, 3)).curve is None


def test_the_first_to_open_is_what_leads_on() -> None:
    seen = scene()
    z2, z1 = batch("z2", 0, 0), batch("z1", 0, 0)
    for target, name in ((z2, "a1"), (z1, "a0"), (batch("delta1", 0, 0), "da1")):
        assert opened_by(seen, target, explain(seen, target).parts[0]).name == name
    assert likeliest([]) is None


# At the keyboard


def trail(person: Person) -> list[str]:
    screen = person.app.screen
    assert isinstance(screen, ExplainScreen)
    return [stop.target.name for stop in screen._trail]


@pytest.mark.slow
@in_sizes((80, 24), (200, 60))
def test_from_the_loss_to_a_pixel_and_out_again(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await person.press("b", "4")
        await person.sees("step 1 ")
        await person.press("enter")
        await person.sees("the loss: the mean over the 32 samples", "32 terms", "enter opens")
        while trail(person)[-1] != "a0":
            assert len(trail(person)) < 12
            before = len(trail(person))
            await person.press("enter")
            await person.until(lambda b=before: len(trail(person)) > b, "a term that opens")
            if "b" in trail(person)[-1]:  # a bias was the largest: go back and take another
                await person.press("escape", "down")
        await person.sees("A pixel of train #", "› x[")
        depth = len(trail(person))
        for _ in range(depth - 1):
            await person.press("escape")
        await person.sees("the loss: the mean")
        await person.press("left")
        await person.until(lambda: not isinstance(person.app.screen, ExplainScreen), "Training")

    at_the_keyboard(script, size=size)


@pytest.mark.slow
def test_tab_chooses_among_the_numbers_of_a_term() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3", "enter")
        await person.until(lambda: isinstance(person.app.screen, ExplainScreen), "Explain")
        await person.until(lambda: isinstance(person.app.focused, Bars), "the terms")
        await person.press("tab")
        factors = person.app.focused
        assert isinstance(factors, Listing)
        assert factors.selected == "1"  # δ leads on, the pixel does not
        await person.press("up", "enter")
        await person.sees("A pixel of train #")

    at_the_keyboard(script)


def test_on_forward_the_neuron_the_probability_and_a_term() -> None:
    async def script(person: Person) -> None:
        await person.press("right", "enter")
        await person.sees("the weighted sum of neuron 1 of layer 1; train #0", "785 terms")
        await person.press("escape")
        person.app.screen.query_one("#terms", Bars).focus()
        await person.press("enter")
        await person.sees("A pixel of train #0")
        await person.press("escape")
        person.app.screen.query_one("#probabilities", Bars).focus()
        await person.press("down", "enter")
        await person.sees("the probability that it is a 1")

    at_the_keyboard(script)


@pytest.mark.slow
def test_on_forward_the_mouse_opens_activations_and_weights() -> None:
    async def script(person: Person) -> None:
        screen = person.app.screen
        a = next(each for each in screen.query(Heatmap) if not each.can_focus and each.selectable)
        await person.pilot.click(a, times=2, offset=(2, 1))
        await person.sees("the activation of neuron", "max(0, z1[0,")
        await person.press("escape")
        await person.pilot.click(screen.query_one("#weights"), times=2, offset=(9, 4))
        await person.sees("The weight from pixel (8,9) to neuron")

    at_the_keyboard(script)


def test_on_backprop_what_is_read_what_is_written_and_the_gradients() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3")
        await person.sees("∇W1[:,0]")
        screen = person.app.screen
        for panel, number, words in (
            ("#pictures", 2, "samples: − pushes it up"),
            ("#pictures", 0, "A pixel of train #"),
            ("#pictures", 1, "the error of neuron"),
            ("#parameters", 0, "how the loss changes with the weight from pixel"),
            ("#whole", 0, "how the loss changes with the weight from pixel"),
            ("#terms", 0, "the error of neuron"),
        ):
            screen.query_one(panel).focus()
            if panel == "#pictures":
                screen.query_one(panel, Plates).current = number
            await person.press("enter")
            await person.sees(words)
            await person.press("escape")
            await person.until(lambda: person.app.screen is screen, "Backprop")

    at_the_keyboard(script, size=(200, 60))


@pytest.mark.slow
def test_on_data_the_pixel_and_on_images_enter_still_opens_one() -> None:
    async def script(person: Person) -> None:
        await person.press("1")
        await person.sees("one-hot")
        person.app.screen.query_one(Numbers).focus()
        await person.press("down", "right", "right", "enter")
        await person.sees("A pixel of train #0", "row 1, column 2")
        await person.press("escape")
        await person.press("V", "enter")
        await person.sees("p: probabilities")

    at_the_keyboard(script, size=(200, 60), screen="data")


def test_where_nothing_is_selected_it_says_what_to_do() -> None:
    async def script(person: Person) -> None:
        await person.press("3", "enter")
        await person.sees("No number is selected here")

    at_the_keyboard(script, screen="backprop")


@pytest.mark.slow
def test_numbers_stand_still_while_the_run_goes_on() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "4", "enter")
        await person.sees("L = ")
        title = next(line for line in person.screen.splitlines() if line.strip().startswith("L = "))
        await person.press("b")
        await person.sees("Frozen at step", "step 2 ")
        assert title in person.screen
        await person.press("3")
        await person.sees("every gradient")
        await person.press("4")
        await person.sees(title.strip())

    at_the_keyboard(script)


@pytest.mark.slow
def test_after_the_update_a_sum_is_that_of_the_weights_before_it() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "b", "3")
        await person.sees("step 2 ", "∇W1[:,0]")
        listing = person.app.screen.query_one("#listing", Listing)
        listing.focus()
        await person.press("home", "enter")
        await person.sees("z1[0,", "785 terms")
        screen = person.app.screen
        assert isinstance(screen, ExplainScreen)
        snapshot: Snapshot = screen._scene.snapshot
        index = screen._trail[0].target.index
        before, tensors = snapshot.computed.before, snapshot.computed.tensors
        z = tensors["a0"][index[0]] @ before["W1"][:, index[1]] + before["b1"][index[1]]
        assert abs(z - tensors["z1"][index]) < 1e-5
        assert abs(screen._scene.terms(screen._trail[0].target).residual) < 1e-5

    at_the_keyboard(script)


@pytest.mark.slow
def test_without_colours_in_ascii() -> None:
    async def script(person: Person) -> None:
        await person.press("b", "3", "enter")
        await person.sees("-> the sum so far", "made of: enter opens")
        assert person.screen.isascii()

    at_the_keyboard(script, look=Look("none", ascii=True), size=(80, 24))
