"""Every method of training, seen on the screens: its tensors, its operations, its words."""

import random

import numpy as np
import pytest
from msgspec.structs import replace

from screens.backprop.gradient_table import gradient_lines
from screens.backprop.gradients import gradient_view
from screens.backprop.model import is_computed, operation_view, row_words
from screens.backprop.plates import plates
from screens.data import model as data_views
from screens.data.model import View
from screens.explain.model import choices, explain, picture_of, terms_title
from screens.forward.model import (
    layer_views,
    probabilities_note,
    probabilities_title,
    probability_bars,
    verdict,
)
from screens.forward.sizes import most_lines
from screens.inspect.parameters import Parameter, parameter_of
from screens.inspect.parts import selected_part
from screens.inspect.places import destination, possible
from screens.inspect.predictions import said_words
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.inspect.tensors import TensorView, element_at, tensor_view
from screens.shapes.arrangement import arrange
from screens.shapes.look import Look
from screens.shapes.room import Room
from screens.training.pace import Pace
from screens.training.progress import progress_line, progress_words
from tests.screens.bench import Person, at_the_keyboard
from tests.training.runs import FEW, METHODS, METHODS_BY_TIME, finish, method, session, shaped
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping import stepper


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepper, "CHUNK", FEW)


def begun(recipe: Recipe, steps: int = 2, operations: int = 0) -> Session:
    run = session(recipe, history_memory=2**26)
    for _ in range(steps):
        run.step_batch()
    for _ in range(operations):
        run.step_operation()
    return run


def seen(recipe: Recipe, steps: int = 2, operations: int = 0) -> Snapshot:
    run = begun(recipe, steps, operations)
    train = run.dataset["train"]
    probe = run.probe(train.images[0], int(train.labels[0]))
    return run.snapshot(Activity.PAUSED, probe)


def scene(name: str, steps: int = 2, operations: int = 0) -> Scene:
    return Scene(seen(METHODS[name], steps, operations), Selection())


def words_of(where: Scene, name: str, *index: int, read: bool = False) -> str:
    """All that is said of a number of the batch."""
    shown = explain(where, Target(Source.BATCH, name, index, read))
    return " ".join([shown.title, shown.meaning, *shown.working])


# Explain


@pytest.mark.parametrize("name", METHODS_BY_TIME)
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_a_number_leads_back_to_what_is_given_and_says_what_it_is(name: str, every: int) -> None:
    where, chance = scene(name), random.Random(1)
    for source in Source:
        program = where.computed(source).program
        kept = {each.name for each in program.network.statistics}
        ends = {*program.inputs, *program.network.shapes, *program.slots, *program.sums.values()}
        ends |= kept
        tensors = where.computed(source).tensors
        for tensor in sorted(tensors.keys() & {*program.tensors, *ends})[
            len(name) % every :: every
        ]:
            values = tensors[tensor]
            here = Target(source, tensor, tuple(chance.randrange(size) for size in values.shape))
            for _ in range(40):
                shown = explain(where, here)
                assert shown.title.startswith(where.symbol(here))
                assert shown.meaning not in ("", where.symbol(here), here.name), here
                assert "not computed" not in "".join(shown.working), here
                assert terms_title(where, here, shown)
                if not shown.parts:
                    break
                leads = []
                for part in chance.sample(range(len(shown.parts)), len(shown.parts)):
                    picture_of(where, here, shown.parts[part])
                    found = choices(where, here, shown, part)
                    if leads := [each.target for each in found if each.target]:
                        break
                if not leads:
                    break
                here = chance.choice(leads)
            # What no window saw, or pooling did not choose, is 0 and made of nothing.
            is_nothing = here.name in where.snapshot.program.writer and where.value(here) == 0
            assert here.name in ends or here.name.startswith("u") or is_nothing, here


@pytest.mark.parametrize("name", METHODS_BY_TIME)
def test_what_the_list_shows_adds_up_to_the_number(name: str) -> None:
    where = scene(name)
    for tensor, values in where.snapshot.computed.tensors.items():
        index = (0,) * values.ndim
        target = Target(Source.BATCH, tensor, index)
        if where.is_computed(target):
            # What is no sum is its single part, and has no list.
            shown, terms = explain(where, target), where.terms(target)
            assert bool(shown.bars) == terms.is_sum
            values_shown = [bar.value for bar in shown.bars] or [
                terms.parts[0].value,
                terms.residual,
            ]
            total = sum(values_shown)
            assert total == pytest.approx(float(values[index]), rel=1e-9, abs=1e-12), tensor


def test_new_kinds_of_numbers_say_what_they_are() -> None:
    adam = scene("adam")
    remembered = words_of(adam, "mW1", 3, 5, read=True)
    assert "what the optimiser remembers of W1[3,5]: a moving mean of its gradients" in remembered
    assert "as step 0's update left it" in remembered
    assert "squares of its gradients" in words_of(adam, "vb2", 1)
    assert "whether neuron 5 of layer 1 is dropped" in words_of(adam, "mask1", 0, 5)
    assert "the random number" in words_of(adam, "u1", 0, 5)
    assert "neuron 5 of layer 1 after dropout" in words_of(adam, "h1", 0, 5)
    assert "the distorted image" in words_of(adam, "a0", 0, 5)
    assert "which is distorted before" in words_of(adam, "original", 0, 5)
    assert "counts" in words_of(adam, "w", 0)
    assert "every gradient is multiplied by it" in words_of(adam, "clip")
    assert "after clipping" in words_of(adam, "clippedW1", 3, 5)
    assert "the sum of the squared gradients" in words_of(adam, "squaresW2", 4)
    assert "the penalty" in words_of(adam, "R")
    assert "the penalty for the weights into" in words_of(adam, "r1", 3)
    assert "J, the loss with its penalty," in words_of(adam, "dW1", 3, 5)
    assert "its velocity" in words_of(scene("momentum"), "vW1", 3, 5)
    assert "the cost of the output for 3" in words_of(scene("adamw"), "c", 0, 3)


def test_outputs_are_called_after_what_is_asked() -> None:
    one = scene("one output")
    assert "the probability that it is a 4" in words_of(one, "p", 0, 0)
    assert "Is it a 4? It says" in words_of(one, "y", 0, 0)
    assert "the bias of the output for 4" in words_of(one, "b3", 0)
    assert "whatever the other outputs say" in words_of(scene("adamw"), "p", 0, 3)
    assert "the probability that it is a 3" in words_of(scene("plain"), "p", 0, 3)


def test_of_a_batch_in_chunks_the_rows_are_the_last_ones() -> None:
    where = scene("in chunks", steps=0, operations=20)
    assert ", of the last 20 of 120 samples" in words_of(where, "z1", 3, 0)
    assert "the mean over the 120 samples" in words_of(where, "L")
    assert "What the first 100 of the batch's 120 samples came to" in words_of(where, "sumW1", 3, 0)
    assert row_words(where.snapshot, Selection(row=None)) == "mean of the last 20 of 120 samples"
    assert row_words(where.snapshot, Selection(row=3)).endswith("of the last 20 of 120 samples")
    labels = [bar.label for bar in explain(where, Target(Source.BATCH, "L", ())).bars]
    assert "chunks before" in labels
    assert sum(label.startswith("row ") for label in labels) == 20


def test_the_picture_is_the_distorted_one_but_for_a_pixel_of_the_original() -> None:
    where = scene("adam")
    z, pixel = Target(Source.BATCH, "z1", (2, 0)), Target(Source.BATCH, "original", (2, 300))
    a0 = where.snapshot.computed.tensors["a0"][2]
    bent = picture_of(where, z, explain(where, z).parts[0])
    assert bent is not None
    assert np.abs(bent.image.ravel() / 255 - a0).max() <= 0.5 / 255 + 1e-6
    original = picture_of(where, pixel, None)
    assert original is not None
    index = where.snapshot.computed.context.indices[2]
    assert (original.image == where.snapshot.dataset["train"].images[index]).all()
    assert {bar.label[:3] for bar in explain(where, z).bars} >= {"x[2"}
    a0_target = Target(Source.BATCH, "a0", (2, 14 * 28 + 14))
    assert {bar.label[:2] for bar in explain(where, a0_target).bars} == {"or", "fl"}


def test_a_layer_is_known_by_its_name() -> None:
    program = METHODS["in chunks"].program(chunked=True)
    names = ("R", "J", "sumL", "clippedW2", "mask1", "dx")
    assert [program.tensor(name).layer for name in names] == [None, None, None, 2, 1, 0]


def test_what_belongs_to_a_parameter_is_edited_as_that() -> None:
    where = scene("in chunks")
    for name in ("W2", "dW2", "clippedW2", "changeW2", "mW2", "vW2", "sumW2"):
        assert parameter_of(where, Target(Source.BATCH, name, (1, 2))) == Parameter("W2", (1, 2))
    for name in ("squaresW2", "z2", "mask2"):
        assert parameter_of(where, Target(Source.BATCH, name, (1,))) is None


# Backprop


@pytest.mark.parametrize("name", METHODS_BY_TIME)
def test_every_operation_is_shown_before_and_after_it_is_done(name: str) -> None:
    run = begun(METHODS[name], 1)
    for done, _ in enumerate(run.program.operations):
        snapshot = run.snapshot(Activity.PAUSED)
        operations = snapshot.program.operations
        # The one that was done last, the next one, and one far from both.
        for operation in (operations[(done + ahead) % len(operations)] for ahead in (-1, 0, 7)):
            selection = Selection(operation=operation.name, row=3, layer=2, neuron=1)
            view = operation_view(snapshot, selection)
            assert (view.write is not None) == is_computed(snapshot, operation)
            assert (view.element is not None) == (view.write is not None)
            if view.element is not None:
                assert view.element.bars
                assert not view.write or view.write.tensor == operation.result
            gradient_view(snapshot, selection, 34)
        run.step_operation()


def view_of(snapshot: Snapshot, name: str, selection: Selection) -> TensorView:
    tensors = snapshot.computed.tensors
    part = selected_part(snapshot.program.tensor(name), tensors[name].shape, selection)
    return tensor_view(name, tensors, snapshot.program, part)


@pytest.mark.parametrize("name", METHODS_BY_TIME)
def test_every_element_of_every_picture_is_the_tensors(name: str) -> None:
    snapshot = seen(METHODS[name])
    for tensor, values in snapshot.computed.tensors.items():
        view = view_of(snapshot, tensor, Selection(layer=2, neuron=3, row=2))
        for place in np.ndindex(*view.values.shape):
            assert values[element_at(view, *place)] == view.values[place], (tensor, place)


def test_pixels_are_grey_and_single_numbers_are_written() -> None:
    snapshot = seen(METHODS["adam"])

    def view(name: str) -> tuple[str, tuple[int, ...], bool]:
        found = view_of(snapshot, name, Selection())
        return found.kind, found.values.shape, bool(found.text)

    assert view("original") == view("a0") == ("grey", (28, 28), False)
    for name in ("R", "J", "clip", "size", "L"):
        assert view(name)[1:] == ((1, 1), True), name
    assert view("w") == ("signed", (4, 8), False), "one for each row of the batch"
    for name in ("mW1", "vW1", "clippedW1", "changeW1"):
        assert view(name) == ("signed", (28, 28), False), name
    assert view("squaresW1")[1] == view("r1")[1] == (3, 4)


@pytest.mark.parametrize("room", [(49, 16), (84, 17), (82, 27), (20, 8), (0, 0)])
def test_pictures_stand_beside_each_other_as_large_as_there_is_room(room: tuple[int, int]) -> None:
    view = operation_view(seen(METHODS["adam"]), Selection(operation="W1"))
    made = plates(view, [None] * len(view.views))
    spots = arrange(made, *room)
    cells = {
        (x, y)
        for spot in spots
        for size in [made[spot.number].outline.size(spot.level)]
        for x in range(spot.x, spot.x + size[0])
        for y in range(spot.y, spot.y + size[1])
    }
    assert len(cells) == sum(
        width * height
        for spot in spots
        for width, height in [made[spot.number].outline.size(spot.level)]
    ), "none covers another"
    assert all(x < room[0] and y < room[1] for x, y in cells)
    assert (len(spots) == len(made)) == (room[0] > 50)
    assert not spots or spots[-1].number == len(made) - 1, "the result is never left out"


@pytest.mark.parametrize("name", ["plain", "momentum", "adam"])
def test_how_far_a_step_moves_is_known_when_the_update_is_done_or_was_easy(name: str) -> None:
    update = len(begun(METHODS[name], 0).program.differentiating)
    before, after = seen(METHODS[name], 1, update), seen(METHODS[name], 2)
    known = name == "plain"
    for snapshot, is_known in ((before, known), (after, True)):
        lines = gradient_lines(snapshot, 34)
        line = next(each.text for each in lines if each.name == "dW2")
        assert (line.split()[-1] != "–") == is_known
        assert (lines[-1].text == "– : known after the update") != is_known
    # ‖∇‖/‖W‖ is of the gradient alone, whatever the optimiser makes of it.
    wide = next(each.text for each in gradient_lines(after, 60) if each.name == "dW2")
    gradient, weights = after.computed.tensors["dW2"], after.computed.before["W2"]
    share = np.linalg.norm(gradient) / np.linalg.norm(weights)
    assert f"{share:.1e}".replace("-", "−") in wide


# Forward


def test_one_output_says_yes_or_no() -> None:
    run = begun(METHODS["one output"])
    train = run.dataset["train"]
    four = int(np.flatnonzero(train.labels == 4)[0])
    other = int(np.flatnonzero(train.labels != 4)[0])
    for bias, sample, words, marks in (
        (9.0, four, "says 4 (", ["", "◀ right"]),
        (-9.0, four, "says not 4 (", ["◀ says", "◀ true"]),
        (9.0, other, "says 4 (", ["◀ true", "◀ says"]),
        (-9.0, other, "says not 4 (", ["◀ right", ""]),
    ):
        run.state.tensors["b3"][...] = bias
        probe = run.probe(train.images[sample], int(train.labels[sample]))
        now = run.snapshot(Activity.PAUSED, probe)
        assert verdict(now).startswith(words)
        right = (bias > 0) == (sample == four)
        assert verdict(now).endswith("right" if right else "wrong")
        bars = probability_bars(now)
        assert [bar.label for bar in bars] == ["not 4", "4"]
        assert [bar.mark for bar in bars] == marks
        assert sum(bar.value for bar in bars) == pytest.approx(1)
        assert float(said_words(probe).split("(")[1].split()[0]) > 90
    assert probabilities_title(probe) == "p: is it a 4?"


def test_sigmoids_are_not_shares_of_one() -> None:
    probe = seen(METHODS["adamw"]).probe
    assert probe is not None
    assert probabilities_title(probe) == "p: yes or no, each"
    assert probabilities_note(probe).startswith("Σ p = ")
    plain = seen(METHODS["plain"]).probe
    assert plain is not None
    assert (probabilities_title(plain), probabilities_note(plain)) == ("p: probabilities", "")


def test_a_layer_is_named_after_its_function_and_ten_outputs_after_their_digits() -> None:
    for name in ("plain", "adamw"):
        last = layer_views(seen(METHODS[name]), Selection())[-1]
        assert last.names == tuple("0123456789")
        assert last.titles[-1] == "layer 3: z3 → p"
    last = layer_views(seen(METHODS["one output"]), Selection())[-1]
    assert (last.titles[0], last.names) == ("layer 3: 1 neuron, sigmoid", ())
    assert ".." not in last.z.headings[0]  # of one number there is no range


def test_layers_share_the_lines_there_are() -> None:
    assert most_lines([(16, 8), (8, 8), (2, 10)], 22) == 8
    assert most_lines([(16, 8), (16, 8), (2, 10)], 22) == 7
    assert most_lines([(40, 8), (40, 8), (40, 8)], 10) == 1


# Data


def test_a_label_becomes_what_the_network_should_say() -> None:
    one = METHODS["one output"].task
    assert [data_views.wanted(one, digit) for digit in (3, 4)] == [[0], [1]]
    assert data_views.wanted_line(one, 4) == "label 4 → is it a 4? yes, y = [1]"
    assert data_views.wanted_line(one, 3) == "label 3 → is it a 4? no, y = [0]"


def test_what_counts_more_stands_beside_the_counts() -> None:
    snapshot = seen(METHODS["one output"], 0, 1)
    weights = data_views.emphasis(snapshot)["weight"]
    labels = snapshot.dataset["train"].labels
    assert sum(weights[labels] * (labels == 4)) == pytest.approx(len(labels) / 2)
    assert (snapshot.computed.tensors["w"] == weights[labels[snapshot.batch]].astype("f4")).all()
    assert list(data_views.emphasis(seen(METHODS["nesterov"], 0))) == ["drawn"]
    assert data_views.emphasis(seen(METHODS["plain"], 0)) == {}
    counts = data_views.class_counts(snapshot.dataset)
    assert data_views.count_header(counts, "train", {"weight": weights}).endswith("weight")
    bars = data_views.count_bars(counts, Selection(), {"weight": weights}, snapshot.dataset.form)
    assert bars[4].text.endswith(f"×{weights[4]:.3g}")


def test_the_distorted_image_is_the_one_that_the_epoch_trains_on() -> None:
    snapshot = seen(METHODS["adam"], 0, 1)
    index = int(snapshot.computed.context.indices[5])
    shown = data_views.distorted(snapshot, Selection(sample=index))
    assert shown is not None
    assert np.array_equal(shown.ravel(), snapshot.computed.tensors["a0"][5])
    assert data_views.distorted(snapshot, Selection("test", index)) is None
    assert data_views.distorted(seen(METHODS["plain"], 0), Selection()) is None
    assert View.DISTORTED in data_views.views(Room.SMALL, distorts=True)
    assert View.DISTORTED not in data_views.views(Room.SMALL)


# Training, and going to places


def test_where_epochs_have_different_numbers_of_batches_all_of_them_count() -> None:
    run = begun(METHODS["plain"], 2)  # an epoch has 5 batches of 32
    run.set_hyperparameter("batch_size", 64)  # from the second epoch on 3
    finish(run)
    snapshot = run.snapshot(Activity.FINISHED)
    assert snapshot.position.step == 5 + 3
    assert progress_line(snapshot, Pace(lambda: 0.0), 80) == f"{'█' * 40} epoch 2/2 finished"
    assert destination("epoch 2", Scene(snapshot, Selection())).step == 5
    assert destination("6", Scene(snapshot, Selection())).says == "step 6: epoch 2, batch 2/3"
    assert possible(snapshot) == "step 0 to 8, or epoch 1 to 3"


def test_a_full_batch_is_an_epoch() -> None:
    snapshot = seen(METHODS["full batch"], 3, 5)
    line = progress_line(snapshot, Pace(lambda: 0.0), 100)
    assert line == f"{'█' * 15}{'░' * 25} epoch 4/8, all of train in one step"


def test_a_step_that_takes_long_has_a_pace_too() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    for step in range(5):
        pace.see(step, running=True)
        now[0] += 8.0
    assert pace.steps_per_second == pytest.approx(1 / 8)
    now[0] += 60
    pace.see(50, running=True)  # nobody looked for a minute: it may have stood still
    assert pace.steps_per_second is None


def test_early_stopping_says_where_the_best_weights_are() -> None:
    stopped = method(early_stopping=1, learning_rate=2.0, epochs=30)
    run = finish(session(stopped, history_memory=2**26))
    snapshot = run.snapshot(Activity.FINISHED)
    assert run.best is not None
    words = progress_words(snapshot, Pace(lambda: 0.0))
    assert words == f"stopped early; best was epoch {run.best.epoch}: g {run.best.step} goes there"
    assert "stopped early" not in progress_words(
        replace(snapshot, activity=Activity.PAUSED), Pace(lambda: 0.0)
    )


# At the keyboard


@pytest.mark.parametrize(
    ("name", "size", "look"),
    [
        ("in chunks", (80, 24), Look("none", ascii=True)),
        pytest.param("one output", (120, 40), Look("16"), marks=pytest.mark.slow),
    ],
)
def test_a_tour_of_the_screens(name: str, size: tuple[int, int], look: Look) -> None:
    run = session(METHODS[name], history_memory=2**26)
    operations = len(run.program.operations)

    async def script(person: Person) -> None:
        await person.press("3")
        await person.press(*"nnn")
        await person.sees(f"op 3/{operations}")
        await person.press(*"bN")
        await person.sees("step 0 ", f"op {operations - 1}/{operations}")
        await person.press(*"bBEbb")
        await person.sees("step 2 ", f"op 0/{operations}")
        for key, words in (("2", "p: "), ("3", "the step"), ("4", "y axis"), ("1", "sample")):
            await person.press(key)
            await person.sees(words)
            assert not look.ascii or person.screen.isascii()
            await person.press("v")
        await person.press("4", "enter")
        await person.sees("L = ", "made of")
        await person.press("enter", "enter", "escape", "escape", "escape")
        await person.press("3", "a")
        await person.sees("Along step 1")
        await person.sees_no("computing")
        assert not look.ascii or person.screen.isascii()
        await person.press("escape", "c")
        await person.sees("Is this gradient right?", "by nudging")
        await person.press("escape", "x")
        await person.sees("stop", "watch")
        await person.press("escape", "2", "m")
        await person.sees("is silent")

    at_the_keyboard(script, size=size, look=look, run=run, screen="backprop")


def test_a_run_with_fewer_layers_takes_the_place_of_another() -> None:
    async def script(person: Person) -> None:
        await person.sees("layer 3: z3 ")
        small = shaped([784, 6, 10])
        person.app.trainer.replace(lambda run: run.with_recipe(small))
        await person.sees("layer 2: z2 ", "layer 1: 6 neurons")
        await person.sees_no("layer 3")

    at_the_keyboard(script)
