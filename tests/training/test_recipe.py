"""Recipes: what is read, and that every mistake is one line that says where, what and what else."""

from pathlib import Path

import msgspec
import pytest

from tui_nn.data.task import Task
from tui_nn.errors import TuiNNError
from tui_nn.nn.layers.conv2d import Conv2d
from tui_nn.nn.layers.dense import Dense
from tui_nn.nn.layers.kinds import layer_of
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network, dense_network
from tui_nn.nn.operation import Rates
from tui_nn.training.recipe.decoding import decode
from tui_nn.training.recipe.recipe import Recipe, load_recipe, parse, recipe_names, recipe_path

NETWORK = "[network]\nlayers = [784, 8, 10]\n"
DEEP = "[network]\nlayers = [784, 8, 6, 10]\n"
ACTIVATIONS = "allowed are relu, tanh, sigmoid, identity"


def described(network: Network) -> tuple[object, ...]:
    """What a network is, but for the picture that a sample makes."""
    return network.inputs, network.layers, network.initializer


class TestWhatIsShipped:
    def test_the_names(self) -> None:
        assert {"default", "3b1b"} <= set(recipe_names())
        assert recipe_names() == sorted(recipe_names())

    @pytest.mark.parametrize("name", recipe_names())
    def test_every_recipe_parses_and_says_what_it_is(self, name: str) -> None:
        recipe = load_recipe(name)
        assert recipe.name == name
        assert recipe.title
        assert recipe.source
        layers = map(layer_of, recipe.network.layers[1:])
        units = [each.units for each in layers if isinstance(each, Conv2d | Dense)]
        assert recipe.architecture().units == (recipe.form.numbers, *units)

    @pytest.mark.parametrize("name", recipe_names())
    def test_a_recipe_survives_decoding_again(self, name: str) -> None:
        recipe = load_recipe(name)
        assert decode(msgspec.to_builtins(recipe), Recipe, "again") == recipe

    def test_the_default_is_the_network_of_the_listing(self) -> None:
        recipe = load_recipe("default")
        wanted = dense_network((784, 64, 32, 10), ("relu", "relu"), "he")
        assert described(recipe.architecture()) == described(wanted)
        assert recipe.training.batch_size == 32

    def test_3b1b_has_two_hidden_layers_of_16(self) -> None:
        assert load_recipe("3b1b").architecture().sizes == (784, 16, 16, 10)


class TestReading:
    def test_everything_has_its_place(self) -> None:
        text = """
            title = "Mine"
            source = "me"
            [data]
            name = "mnist"
            validation = 500
            [network]
            layers = [784, 8, 6, 10]
            activation = ["tanh", "sigmoid"]
            initializer = "glorot"
            output = "softmax"
            [training]
            loss = "cross-entropy"
            optimizer = "sgd"
            learning_rate = 1
            batch_size = 16
            epochs = 3
            seed = 7
        """
        recipe = parse(text, "mine", "mine.toml")
        assert (recipe.name, recipe.title, recipe.source) == ("mine", "Mine", "me")
        assert (recipe.data.name, recipe.data.validation) == ("mnist", 500)
        wanted = dense_network((784, 8, 6, 10), ("tanh", "sigmoid"), "glorot")
        assert described(recipe.architecture()) == described(wanted)
        training = recipe.training
        assert (training.batch_size, training.epochs, training.seed) == (16, 3, 7)
        assert training.learning_rate == 1.0
        assert isinstance(training.learning_rate, float)

    def test_all_that_a_method_has(self) -> None:
        text = """
            [data]
            split = [100, 20, 30]
            target_digit = 4
            class_weighting = true
            oversampling = true
            augmentation = {shift = 2, rotation = 10, scale = 0.1, elastic = 34, smoothness = 5}
            [network]
            layers = [784, 8, 6, 1]
            dropout = [0.2, 0.0]
            output = "sigmoid"
            [training]
            loss = "quadratic"
            optimizer = "adamw"
            schedule = "step"
            schedule_every = 3
            schedule_factor = 0.5
            warmup = 0.5
            weight_decay = 0.01
            batch_size = "full"
            l1 = 0.1
            l2 = 0.2
            gradient_clipping = 1
            early_stopping = 4
        """
        recipe = parse(text, "mine", "mine.toml")
        assert recipe.task == Task(4)
        assert recipe.data.split == (100, 20, 30)
        assert recipe.data.augmentation.elastic == 34
        assert recipe.training.batch_size == "full"
        assert recipe.rates == Rates(
            weight_decay=0.01, l1=0.1, l2=0.2, dropout=(0.2, 0.0), clipping=1.0
        )
        assert recipe.method(recipe.rates) == Method(
            output="sigmoid", loss="quadratic", optimizer="adamw", dropped=(True, False),
            weighted=True, penalised=True, clipped=True,
        )  # fmt: skip
        program = recipe.program()
        assert program.operations[0].name == "a0"
        assert program.slots.keys() >= {"mW1", "vW1"}
        assert recipe.program(Rates(dropout=(0.0, 0.0))).method == Method(
            output="sigmoid", loss="quadratic", optimizer="adamw", dropped=(False, False),
            weighted=True,
        )  # fmt: skip

    def test_sgd_with_momentum_is_a_method_of_its_own(self) -> None:
        recipe = parse(NETWORK + "[training]\nmomentum = 0.9", "mine", "mine.toml")
        assert recipe.method(recipe.rates).optimizer == "momentum"
        assert recipe.method(Rates(dropout=(0.0,))).optimizer == "sgd"

    def test_one_activation_is_for_all_the_hidden_layers(self) -> None:
        recipe = parse(DEEP + 'activation = "tanh"', "mine", "mine.toml")
        assert [recipe.architecture().activation(n).name for n in (1, 2)] == ["tanh", "tanh"]

    def test_no_hidden_layers(self) -> None:
        recipe = parse("[network]\nlayers = [784, 10]", "mine", "mine.toml")
        assert recipe.architecture().depth == 1

    def test_a_text_may_name_itself(self) -> None:
        assert parse('name = "other"\n' + NETWORK, "mine", "mine.toml").name == "other"

    def test_a_file_is_named_after_itself(self, tmp_path: Path) -> None:
        path = tmp_path / "wide.toml"
        path.write_text(NETWORK)
        assert load_recipe(str(path)).name == "wide"
        assert recipe_path(str(path)) == path


def check(text: str, said: str) -> None:
    with pytest.raises(TuiNNError) as caught:
        parse(text, "mine", "mine.toml")
    found = str(caught.value)
    assert found.startswith(f"mine.toml: {said}")
    assert "\n" not in found
    assert "`" not in found


class TestMistakes:
    """Each is one line: the file, the key, and what is allowed."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "network: missing"),
            ("network = 3", "network: expected "),
            ("title = 3\n" + NETWORK, "title: expected str, got int"),
            ("name = 3\n" + NETWORK, "name: expected str, got int"),
            (
                "x = 1\n" + NETWORK,
                "x: unknown key; allowed are name, title, source, data, network, ",
            ),
            ("layers = ", "not TOML: Invalid value (at end of document)"),
            ("[network]\n[network]", "not TOML: "),
        ],
    )
    def test_in_the_file(self, text: str, said: str) -> None:
        check(text, said)

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("name = 1", "name: expected str, got int"),
            ("validation = 'all'", "validation: expected int"),
            ("validation = 0", "validation: expected int >= 1"),
            ("split = [1, 2]", "split: expected array of length 3, got 2"),
            ("split = [1, 2, 0]", "split[2]: expected int >= 1"),
            ("split = [5, 2, 1]\nvalidation = 3", "validation: is set by data.split already"),
            ("target_digit = 10", "target_digit: expected int <= 9"),
            ("class_weighting = 1", "class_weighting: expected bool, got int"),
            ("augmentation = {twist = 1}",
             "augmentation.twist: unknown key; allowed are shift, rotation, scale, elastic"),
            ("augmentation = {scale = 1}", "augmentation.scale: expected float < 1"),
            ("nmae = 'a'",
             "nmae: unknown key; allowed are name, target_digit, class_weighting"),
        ],
    )  # fmt: skip
    def test_in_the_data(self, line: str, said: str) -> None:
        check(f"{NETWORK}[data]\n{line}", f"data.{said}")

    @pytest.mark.parametrize(
        ("layers", "said"),
        [
            ("'deep'", ": expected array, got str"),
            ("[784, 'x', 10]", "[1]: invalid name 'x'; allowed are dense"),
            ("[784, 0, 10]", "[1]: expected int >= 1"),
            ("[]", ": expected [784, hidden layers …, 10], found []"),
            ("[784]", ": expected [784, hidden layers …, 10], found [784]"),
            ("[10, 784]", ": expected [784, hidden layers …, 10], found [10, 784]"),
            ("[784, 11]", ": expected [784, hidden layers …, 10], found [784, 11]"),
        ],
    )
    def test_in_the_layers(self, layers: str, said: str) -> None:
        check(f"[network]\nlayers = {layers}", f"network.layers{said}")

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("activation = 'swish'", f"activation: invalid name 'swish'; {ACTIVATIONS}"),
            ("activation = ['relu', 'swish']",
             f"activation[1]: invalid name 'swish'; {ACTIVATIONS}"),
            ("activation = 3", f"activation: expected str | array, got int; {ACTIVATIONS}"),
            ("activation = [3]", f"activation[0]: expected str, got int; {ACTIVATIONS}"),
            ("activation = ['relu']",
             "activation: expected one, or 2 for the hidden layers, found 1"),
            ("initializer = 'lucky'",
             "initializer: invalid name 'lucky'; allowed are he, glorot, lecun, normal, "),
            ("output = 'none'", "output: invalid name 'none'; allowed are softmax, sigmoid"),
            ("dropout = 1", "dropout: expected "),
            ("dropout = [0.1]", "dropout: expected one, or 2 for the hidden layers, found 1"),
            ("dropout = [0.1, 1.0]", "dropout[1]: expected float < 1"),
            ("neurons = 3",
             "neurons: unknown key; allowed are layers, activation, initializer, dropout"),
        ],
    )  # fmt: skip
    def test_in_the_network(self, line: str, said: str) -> None:
        check(f"{DEEP}{line}", f"network.{said}")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("layers = [784, 8, 10]\n[data]\ntarget_digit = 4",
             "network.layers: expected [784, hidden layers …, 1], found [784, 8, 10]"),
            ("layers = [784, 8, 1]\n[data]\ntarget_digit = 4",
             "network.output: expected sigmoid, since there is a target digit"),
            ("layers = [784, 8, 1]",
             "network.layers: expected [784, hidden layers …, 10], found [784, 8, 1]"),
        ],
    )  # fmt: skip
    def test_one_output_and_a_target_digit_go_together(self, text: str, said: str) -> None:
        check(f"[network]\n{text}", said)

    def test_a_network_without_layers(self) -> None:
        check("[network]\nactivation = 'relu'", "network.layers: missing")

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("learning_rate = 'fast'", "learning_rate: expected float, got str"),
            ("learning_rate = 0", "learning_rate: expected float > 0.0"),
            ("learning_rate = -1.0", "learning_rate: expected float > 0.0"),
            ("learning_rate = nan", "learning_rate: expected float > 0.0"),
            ("learning_rate = inf", "learning_rate: expected float <= 1e+38"),
            ("epochs = 1.5", "epochs: expected int, got float"),
            ("epochs = true", "epochs: expected int, got bool"),
            ("epochs = [1]", "epochs: expected int, got array"),
            ("epochs = 0", "epochs: expected int >= 1"),
            ("batch_size = 0", "batch_size: expected int >= 1"),
            ("batch_size = 'fuller'", "batch_size: "),
            ("momentum = 1", "momentum: expected float < 1"),
            (
                "momentum = 0.9\noptimizer = 'adam'",
                "momentum: used by sgd and nesterov, not by adam",
            ),
            ("optimizer = 'nesterov'", "momentum: expected more than 0, such as 0.9, for nesterov"),
            (
                "weight_decay = 0.1",
                "weight_decay: used by adamw, not by sgd: use l2",
            ),
            (
                "loss = 'quadratic'",
                "loss: quadratic is offered for sigmoid outputs; this one is softmax",
            ),
            ("schedule = 'line'", "schedule: invalid name 'line'; allowed are constant, step, cos"),
            ("schedule_factor = 0", "schedule_factor: expected float > 0"),
            ("schedule_factor = 1.5", "schedule_factor: expected float <= 1"),
            ("schedule_every = 0", "schedule_every: expected int >= 1"),
            ("warmup = -1", "warmup: expected float >= 0"),
            ("l1 = -1", "l1: expected float >= 0"),
            ("l2 = nan", "l2: expected float >= 0"),
            ("early_stopping = -1", "early_stopping: expected int >= 0"),
            ("seed = -1", "seed: expected int >= 0"),
            ("loss = 'mse'", "loss: invalid name 'mse'; allowed are cross-entropy"),
            (
                "optimizer = 'adagrad'",
                "optimizer: invalid name 'adagrad'; allowed are sgd, nesterov, rmsprop, adam",
            ),
            ("lr = 0.1", "lr: unknown key; allowed are loss, optimizer, learning_rate, "),
        ],
    )
    def test_in_the_training(self, line: str, said: str) -> None:
        check(f"{NETWORK}[training]\n{line}", f"training.{said}")


class TestFiles:
    def test_one_that_is_not_there(self) -> None:
        with pytest.raises(
            TuiNNError, match=r"^no recipe huge: expected a TOML file or one of .*3b1b, .*default"
        ):
            load_recipe("huge")  # fmt: skip

    def test_a_folder_is_no_recipe(self, tmp_path: Path) -> None:
        with pytest.raises(TuiNNError, match=r"^no recipe "):
            load_recipe(str(tmp_path))

    def test_one_that_is_not_text(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.toml"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(TuiNNError, match=r"noise\.toml: cannot be read: "):
            load_recipe(str(path))

    def test_its_errors_name_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "wrong.toml"
        path.write_text("x = 1")
        with pytest.raises(TuiNNError) as caught:
            load_recipe(str(path))
        assert str(caught.value).startswith(f"{path}: x: unknown key")
