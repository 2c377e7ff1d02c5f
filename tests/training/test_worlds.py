"""Training on generated worlds: what their recipes reach, and Mazur's example to its digits."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from tests.nn.test_gradcheck import spoilt
from tests.nn.test_gradients import with_mistake, without_slope
from tests.training.runs import RECIPE
from tui_nn.data.dataset import normalise
from tui_nn.data.sources import load
from tui_nn.data.worlds import WORLDS
from tui_nn.errors import TuiNNError
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.gradcheck import check_gradient, move_off_kinks
from tui_nn.nn.layers.activation import HiddenDelta
from tui_nn.nn.operations.output_delta import QuadraticDelta
from tui_nn.nn.program import Program
from tui_nn.training.recipe.file import write_recipe
from tui_nn.training.recipe.recipe import Recipe, from_table, load_recipe, parse
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

# Matt Mazur's article: the weights after one step, w1 to w8.
STEPPED = (
    (0.149780716, 0.19956143, 0.24975114, 0.29950229),
    (0.35891648, 0.408666186, 0.511301270, 0.561370121),
)


DEAR = pytest.param("digits8", marks=pytest.mark.slow)  # of whose pixels each weight has one
LIGHT = [*(each for each in WORLDS if each != "digits8"), DEAR]


def session(recipe: Recipe, memory: int = 0) -> Session:
    return Session(recipe, load(recipe.data.name), threads=1, history_memory=memory)


def changed(name: str, section: str, /, **values: object) -> Recipe:
    table = msgspec.to_builtins(load_recipe(name))
    table[section] |= values
    return from_table(table, name)


def trained(recipe: Recipe) -> Session:
    run = session(recipe)
    while not run.finished and not run.reason:
        run.step_batch(sparse=True)
    assert not run.reason
    return run


def straight(kernel: HiddenDelta) -> HiddenDelta:
    """The error as if the activation were a straight line."""
    return replace(kernel, activation=ACTIVATIONS["identity"])


class TestPlantedMistakes:
    """In the points of every world they show, in the gradients behind them and in no other."""

    def errors(self, name: str, plant: Callable[[Program], Program]) -> dict[str, float]:
        recipe, train = load_recipe(name), load(name)["train"]
        program = plant(recipe.program())
        state = program.network.initial_state(1, np.float64)
        move_off_kinks(program, state, 1)
        points, wanted = normalise(train.images, np.float64), recipe.task.labels(np.dtype(float))
        found = check_gradient(
            program, state, points, wanted[train.labels], 1, min(8, len(train)), rates=recipe.rates
        )
        return found.errors

    def is_wrong(self, name: str, plant: Callable[[Program], Program]) -> set[str]:
        assert max(self.errors(name, lambda program: program).values()) < 1e-6
        found = self.errors(name, plant)
        wrong = {each for each, error in found.items() if error > 1e-3}
        assert all(found[each] < 1e-6 for each in found.keys() - wrong)
        return wrong

    @pytest.mark.parametrize("name", WORLDS)
    def test_a_gradient_of_the_wrong_sign(self, name: str) -> None:
        assert self.is_wrong(name, lambda program: spoilt(program, "dW1", -1)) == {"W1"}

    @pytest.mark.parametrize("name", LIGHT)
    def test_a_bias_that_is_forgotten(self, name: str) -> None:
        last = f"b{len(load_recipe(name).network.layers) - 1}"
        assert self.is_wrong(name, lambda program: spoilt(program, f"d{last}", 0)) == {last}

    @pytest.mark.parametrize("name", LIGHT)
    def test_an_error_of_the_output_that_is_off(self, name: str) -> None:
        last = f"delta{len(load_recipe(name).network.layers) - 1}"
        every = set(load_recipe(name).program().network.shapes)
        assert self.is_wrong(name, lambda program: spoilt(program, last, plus=0.3)) == every

    @pytest.mark.parametrize("name", [each for each in LIGHT if each != "blobs"])
    def test_the_slope_of_a_hidden_layer_that_is_forgotten(self, name: str) -> None:
        def plant(program: Program) -> Program:
            return with_mistake(program, HiddenDelta, straight)

        last = len(load_recipe(name).network.layers) - 1
        every = set(load_recipe(name).program().network.shapes)
        assert self.is_wrong(name, plant) == every - {f"W{last}", f"b{last}"}

    def test_mazurs_error_without_the_slope_of_the_sigmoid(self) -> None:
        def plant(program: Program) -> Program:
            return with_mistake(program, QuadraticDelta, without_slope)

        assert self.is_wrong("mazur", plant) == {"W1", "b1", "W2", "b2"}


class TestMazur:
    def test_a_step_gives_his_numbers(self) -> None:
        run = session(load_recipe("mazur"))
        run.step_batch()
        assert run.history.curves.loss[0] == pytest.approx(0.298371109, abs=1e-7)
        for name, wanted in zip(("W1", "W2"), STEPPED, strict=True):
            assert run.state.tensors[name].T.ravel() == pytest.approx(wanted, abs=2e-7)

    def test_his_ten_thousand_steps_end_near_the_targets(self) -> None:
        run = session(load_recipe("mazur"))
        for _ in range(1000):
            run.step_batch(sparse=True)
        assert run.history.curves.loss[-1] < 1e-3

    def test_the_outputs_are_numbers_and_the_error_starts_from_them(self) -> None:
        run = session(load_recipe("mazur"))
        probe = run.probe(run.dataset["train"].images[0], 0)
        assert probe.probabilities == pytest.approx([0.75136507, 0.772928465], abs=1e-6)
        delta = probe.computed.tensors["delta2"][0]
        assert delta == pytest.approx([0.138498562, -0.038098236], abs=1e-7)


@pytest.mark.parametrize(
    ("name", "least"), [("xor", 1.0), ("circles", 1.0), ("moons", 1.0), ("spirals", 0.95)]
)
def test_a_recipe_reaches_what_it_is_for(name: str, least: float) -> None:
    assert trained(load_recipe(name)).evaluate("test").accuracy >= least


@pytest.mark.parametrize("name", WORLDS)
class TestEveryWorld:
    def test_it_can_be_gone_back_in_bit_for_bit(self, name: str) -> None:
        run = session(changed(name, "training", epochs=3), memory=2**24)
        states = []
        for _ in range(12):
            states.append(run.state.flat.copy())
            run.step_batch()
        for step in (7, 0, 11, 3):
            run.go_to(Place(step))
            assert run.state.flat.tobytes() == states[step].tobytes()
        run.go_to(Place(5, 3))
        assert run.position.place == Place(5, 3)

    def test_200_random_moves_find_every_step_as_it_was(self, name: str) -> None:
        run = session(changed(name, "training", epochs=3), memory=2**24)
        random, states = np.random.default_rng(1), [run.state.flat.tobytes()]
        for _ in range(200):
            move = random.integers(5)
            if move == 0:
                run.step_batch()
            elif move == 1:
                run.step_operation()
            elif move == 2:
                run.back_operation()
            elif move == 3:
                run.back_batch()
            else:
                run.go_to(Place(int(random.integers(len(run.history) + 1))))
            step, operation = run.position.step, run.position.operation
            if operation:
                continue
            if step == len(states):
                states.append(run.state.flat.tobytes())
            assert run.state.flat.tobytes() == states[step]
        assert len(states) > 5

    def test_a_saved_run_goes_on_bit_for_bit(self, name: str, tmp_path: Path) -> None:
        run = session(changed(name, "training", epochs=3))
        for _ in range(5):
            run.step_batch()
        save_checkpoint(tmp_path / "run.safetensors", run.checkpoint())
        saved = load_checkpoint(tmp_path / "run.safetensors")
        again = Session.resumed(saved, load(name))
        for each in (run, again):
            for _ in range(5):
                each.step_batch()
        assert again.state.flat.tobytes() == run.state.flat.tobytes()
        first, other = again.restarted(), run.restarted()
        assert first.state.flat.tobytes() == other.state.flat.tobytes()

    def test_a_recipe_survives_its_file(self, name: str, tmp_path: Path) -> None:
        recipe = load_recipe(name)
        write_recipe(recipe, tmp_path / f"{name}.toml")
        assert load_recipe(str(tmp_path / f"{name}.toml")) == recipe


class TestGivenWeights:
    def test_they_come_from_a_file_beside_the_recipe(self, tmp_path: Path) -> None:
        run = trained(changed("xor", "training", epochs=1))
        save_checkpoint(tmp_path / "begun.safetensors", run.checkpoint())
        write_recipe(changed("xor", "network", weights="begun.safetensors"), tmp_path / "on.toml")
        recipe = load_recipe(str(tmp_path / "on.toml"))
        state = session(recipe).state
        for name, values in run.state.tensors.items():
            if name in recipe.architecture().shapes:
                assert np.array_equal(state.tensors[name], values)
        assert isinstance(recipe.network.weights, dict)  # a saved run needs no other file

    def test_what_is_not_given_is_drawn(self) -> None:
        drawn, given = load_recipe("xor"), changed("xor", "network", weights={"b1": [1, 2, 3, 4]})
        one, other = session(drawn).state.tensors, session(given).state.tensors
        assert other["b1"].tolist() == [1, 2, 3, 4]
        assert np.array_equal(one["W1"], other["W1"])

    @pytest.mark.parametrize(
        ("weights", "fault"),
        [
            ("{ W9 = [1.0] }", "network.weights: no parameter W9; there are W1, b1, W2, b2"),
            ("{ b1 = [1.0] }", r"network.weights: b1: expected \[4\], found \[1\]"),
            ("{ b1 = [nan, 1.0, 1.0, 1.0] }", "network.weights: b1: expected finite numbers"),
            ("{ W1 = [[1.0], [1.0, 2.0]] }", "network.weights: W1: expected rows of numbers"),
        ],
    )
    def test_mistakes_in_them(self, weights: str, fault: str) -> None:
        text = f"""
            [data]
            name = "xor"
            [network]
            layers = [2, 4, 1]
            output = "sigmoid"
            weights = {weights}
        """
        with pytest.raises(TuiNNError, match=fault):
            parse(text, "mine", "mine.toml")

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        write_recipe(changed("xor", "network", weights="gone.safetensors"), tmp_path / "on.toml")
        with pytest.raises(TuiNNError, match=r"gone.safetensors: cannot be read"):
            load_recipe(str(tmp_path / "on.toml"))


class TestWhatDoesNotFit:
    @pytest.mark.parametrize(
        ("section", "values", "fault"),
        [
            ("data", {"target_digit": 1}, "data.target_digit: expected none"),
            ("data", {"augmentation": {"shift": 1}}, "data.augmentation.shift: is for pictures"),
            ("data", {"name": "embedded", "noise": 0.1}, "data.noise: is for xor, circles"),
            ("network", {"layers": [784, 4, 10]}, r"expected \[2, hidden layers …, 1\]"),
            ("network", {"output": "softmax"}, "network.output: expected sigmoid"),
        ],
    )
    def test_recipes(self, section: str, values: dict[str, object], fault: str) -> None:
        with pytest.raises(TuiNNError, match=fault):
            changed("xor", section, **values)

    def test_data_of_another_form(self) -> None:
        with pytest.raises(TuiNNError, match="xor is for points of 2 numbers"):
            Session(load_recipe("xor"), load("embedded"))
        with pytest.raises(TuiNNError, match=r"network.layers: expected \[2, hidden"):
            Session(RECIPE.on("xor"), load("xor"))

    def test_the_samples_follow_the_recipe(self) -> None:
        first = session(changed("xor", "data", samples=40, noise=0.0))
        assert len(first.dataset["train"]) == 40
        assert len(first.with_recipe(load_recipe("xor")).dataset["train"]) == 200
