"""The command line's contract: what it prints, what it returns, and how it fails."""

import csv
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from screens.launch import run_app
from tests.data.files import digits
from tests.training.runs import session as training_session
from tui_nn.cli import main
from tui_nn.cli.commands import cli
from tui_nn.data.dataset import CLASSES
from tui_nn.data.sources import load
from tui_nn.errors import TuiNNError
from tui_nn.options import AppOptions
from tui_nn.training.recipe.recipe import load_recipe, parse, recipe_names
from tui_nn.training.recipe.wanted_data import runs_on_embedded
from tui_nn.training.session.session import Session
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

TRAIN_KEYS = [
    "recipe",
    "dataset",
    "seed",
    "threads",
    "parameters",
    "epochs",
    "steps",
    "seconds",
    "samples_per_second",
    "train_loss",
    "validation_accuracy",
    "test_accuracy",
    "test_loss",
]
TIMES = {"seconds", "samples_per_second"}


class Said(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The last line of stdout; a NaN in it is an error, as it is to other programs."""

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is not JSON")

        fields: dict[str, Any] = json.loads(self.out.splitlines()[-1], parse_constant=refuse)
        return fields


Run = Callable[..., Said]

WHAT_WAS_READ = "{}: 17 digits, 9 classes\ntui-nn: warning: no sample of class 5\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program in this process."""
    monkeypatch.setattr(sys, "warnoptions", ["error"])  # or main would silence what we look for

    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A data set of a few noisy images, which costs a test next to nothing."""
    path = tmp_path / "small.npz"
    splits = digits()
    arrays = {}
    for name, split in (("train", splits["train"]), ("test", splits["test"])):
        arrays[f"x_{name}"], arrays[f"y_{name}"] = split.images, split.labels
    np.savez(path, **arrays)
    return path


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A recipe of a tiny network, with two samples held out."""
    path = tmp_path / "tiny.toml"
    path.write_text(
        "[data]\nvalidation = 2\n[network]\nlayers = [784, 4, 10]\nactivation = 'tanh'\n"
        "[training]\nbatch_size = 3\nepochs = 2\nseed = 5\n"
    )
    return path


def hot(path: Path) -> Path:
    """A recipe whose first update overflows."""
    path.write_text("[network]\nlayers = [784, 8, 10]\n[training]\nlearning_rate = 1e30\n")
    return path


class TestTrain:
    def test_json(self, run: Run, tiny: Path, small: Path) -> None:
        said = run("train", tiny, "--data", small, "--json")
        assert said.code == 0
        assert said.err == WHAT_WAS_READ.format(small)
        assert len(said.out.splitlines()) == 1
        fields = said.json
        assert list(fields) == TRAIN_KEYS
        assert (fields["recipe"], fields["dataset"]) == ("tiny", str(small))
        assert (fields["seed"], fields["threads"], fields["epochs"]) == (5, 1, 2)
        assert fields["parameters"] == 784 * 4 + 4 + 4 * 10 + 10
        samples = len(digits()["train"]) - 2
        assert fields["steps"] == 2 * math.ceil(samples / 3)
        assert fields["samples_per_second"] == pytest.approx(2 * samples / fields["seconds"])
        assert 0 <= fields["test_accuracy"] <= 1
        assert fields["train_loss"] > 0

    def test_options_override_the_recipe(self, run: Run, tiny: Path, small: Path) -> None:
        options = ("--epochs", 3, "--seed", 11, "--threads", 1)
        fields = run("train", tiny, "--data", small, *options, "--json").json
        assert (fields["epochs"], fields["seed"], fields["threads"]) == (3, 11, 1)

    def test_seconds_are_of_training_alone(
        self, run: Run, tiny: Path, small: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tui_nn.training import evaluation
        from tui_nn.training.session import session

        clock = [0.0]
        monkeypatch.setattr("time.perf_counter", lambda: clock[0])
        evaluate, step = evaluation.Evaluator.run, session.Session.step_batch

        def slow_evaluation(self: Any) -> Any:
            clock[0] += 1000
            return evaluate(self)

        def slow_step(self: Any, **how: bool) -> None:
            clock[0] += 1
            step(self, **how)

        monkeypatch.setattr(evaluation.Evaluator, "run", slow_evaluation)
        monkeypatch.setattr(session.Session, "step_batch", slow_step)
        fields = run("train", tiny, "--data", small, "--json").json
        assert fields["seconds"] == fields["steps"]

    def test_summary_for_people(self, run: Run, tiny: Path, small: Path) -> None:
        said = run("train", tiny, "--data", small)
        assert said.code == 0
        fields = run("train", tiny, "--data", small, "--json").json
        assert "tiny on " in said.out
        assert f"test accuracy        {fields['test_accuracy']:.2%}\n" in said.out
        assert f"train loss           {fields['train_loss']:.4f}\n" in said.out

    def test_overflow_stops_it(self, run: Run, tmp_path: Path) -> None:
        saved, history = tmp_path / "net.safetensors", tmp_path / "history.csv"
        said = run(
            "train", hot(tmp_path / "hot.toml"), "--json", "--save", saved, "--history", history
        )
        assert said.code == 1
        assert list(said.json) == [*TRAIN_KEYS, "stopped"]
        assert said.json["stopped"] == "non-finite: z2, step 1"
        missing = ("train_loss", "validation_accuracy", "test_accuracy", "test_loss")
        assert [said.json[name] for name in missing] == [None] * 4
        assert (said.json["epochs"], said.json["steps"]) == (0, 1)
        assert said.err == "tui-nn: stopped: non-finite: z2, step 1\n"
        assert not saved.exists()
        assert len(history.read_text().splitlines()) == 2

    def test_overflow_in_words(self, run: Run, tmp_path: Path) -> None:
        said = run("train", hot(tmp_path / "hot.toml"))
        assert said.code == 1
        assert "test loss            -\n" in said.out

    def test_history(self, run: Run, tiny: Path, small: Path, tmp_path: Path) -> None:
        path = tmp_path / "history.csv"
        fields = run("train", tiny, "--data", small, "--history", path, "--json").json
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [int(row["step"]) for row in rows] == list(range(1, fields["steps"] + 1))
        assert all(float(row["loss"]) > 0 for row in rows)
        assert all(float(row["gradient_norm_2"]) > 0 for row in rows)
        ends = [row for row in rows if row["epoch"]]
        assert [int(row["epoch"]) for row in ends] == [1, 2]
        assert ends[-1] is rows[-1]
        assert float(ends[-1]["train_loss"]) == fields["train_loss"]
        assert float(ends[-1]["validation_accuracy"]) == fields["validation_accuracy"]

    @pytest.mark.parametrize("option", ["--save", "--history"])
    def test_result_that_could_not_be_kept(
        self, run: Run, tiny: Path, tmp_path: Path, option: str
    ) -> None:
        said = run("train", tiny, option, tmp_path / "nowhere" / "file")
        assert said.code == 1
        assert "there is no folder" in said.err
        assert run("train", tiny, option, tmp_path).code == 2


def test_two_processes_agree_bit_for_bit(tmp_path: Path) -> None:
    def trained(name: str) -> tuple[dict[str, Any], bytes]:
        saved = tmp_path / name
        options = ["--epochs", "1", "--save", str(saved), "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "tui_nn", "train", "3b1b", *options],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return Said(0, done.stdout, "").json, load_checkpoint(saved).state.flat.tobytes()

    (one, one_state), (other, other_state) = trained("one"), trained("other")
    assert {key: one[key] for key in one.keys() - TIMES} == {
        key: other[key] for key in other.keys() - TIMES
    }
    assert one_state == other_state


class TestEvaluate:
    @pytest.fixture
    def saved(self, run: Run, tiny: Path, small: Path, tmp_path: Path) -> tuple[Path, Said]:
        path = tmp_path / "net.safetensors"
        return path, run("train", tiny, "--data", small, "--save", path, "--json")

    def test_gives_the_figures_that_training_gave(self, run: Run, saved: tuple[Path, Said]) -> None:
        path, trained = saved
        said = run("evaluate", path, "--json")  # on the data that it was trained on
        assert said.code == 0
        assert said.err.splitlines()[1] == "tui-nn: warning: no sample of class 5"
        assert list(said.json) == ["accuracy", "loss", "confusion"]
        assert said.json["accuracy"] == trained.json["test_accuracy"]
        assert said.json["loss"] == trained.json["test_loss"]

    def test_rows_of_the_confusion_are_true_labels(
        self, run: Run, saved: tuple[Path, Said]
    ) -> None:
        fields = run("evaluate", saved[0], "--json").json
        confusion = np.array(fields["confusion"])
        labels = digits()["test"].labels
        assert confusion.shape == (CLASSES, CLASSES)
        assert confusion.sum(axis=1).tolist() == np.bincount(labels, minlength=CLASSES).tolist()
        assert np.trace(confusion) / len(labels) == fields["accuracy"]

    def test_on_other_data(self, run: Run, saved: tuple[Path, Said]) -> None:
        fields = run("evaluate", saved[0], "--data", "embedded", "--json").json
        assert np.sum(fields["confusion"]) == 2000

    def test_table_for_people(self, run: Run, saved: tuple[Path, Said]) -> None:
        said = run("evaluate", saved[0], "--data", "embedded")
        table = said.out.splitlines()[-11:]
        assert table[0].split() == [*"0123456789", "right"]
        assert [row.split()[0] for row in table[1:]] == list("0123456789")
        assert len({len(row) for row in table}) == 1

    def test_a_network_whose_run_was_edited_says_so(self, run: Run, tmp_path: Path) -> None:
        edited = training_session()
        edited.set_learning_rate(0.5)
        save_checkpoint(tmp_path / "edited.safetensors", edited.checkpoint())
        said = run("evaluate", tmp_path / "edited.safetensors", "--data", "embedded")
        assert "step 0, 1 edit, on 2,000 test digits" in said.out

    def test_what_is_no_saved_network(self, run: Run, tiny: Path, tmp_path: Path) -> None:
        for path in (tiny, tmp_path / "nowhere", tmp_path):
            said = run("evaluate", path)
            assert said.code == 1
            assert said.err.startswith(f"tui-nn: {path}: ")
            assert said.err.count("\n") == 1


class TestEarlyStopping:
    """The figures of a run that stopped are those of the weights that were kept."""

    @pytest.fixture
    def restless(self, tmp_path: Path) -> Path:
        """A recipe whose validation loss soon goes up."""
        path = tmp_path / "restless.toml"
        path.write_text(
            "[data]\nvalidation = 4\n[network]\nlayers = [784, 8, 10]\ndropout = 0.2\n"
            "[training]\nbatch_size = 4\nepochs = 40\nearly_stopping = 2\n"
            "optimizer = 'adam'\nlearning_rate = 0.01\n"
        )
        return path

    def test_train_evaluate_and_the_file_agree(
        self, run: Run, restless: Path, small: Path, tmp_path: Path
    ) -> None:
        saved, table = tmp_path / "net.safetensors", tmp_path / "history.csv"
        options = ("--data", small, "--save", saved, "--history", table, "--json")
        trained = run("train", restless, *options).json
        with table.open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["epoch"]]
        best = min(rows, key=lambda row: float(row["validation_loss"]))
        assert trained["epochs"] == len(rows) == int(best["epoch"]) + 2 < 40
        assert trained["validation_accuracy"] == float(best["validation_accuracy"])
        assert trained["train_loss"] == float(best["train_loss"])
        measured = run("evaluate", saved, "--json").json
        assert measured["accuracy"] == trained["test_accuracy"]
        assert measured["loss"] == trained["test_loss"]
        assert load_checkpoint(saved).step == int(best["step"])


class TestOneDigit:
    @pytest.fixture
    def fours(self, tmp_path: Path) -> Path:
        path = tmp_path / "fours.toml"
        path.write_text(
            "[data]\nvalidation = 20\ntarget_digit = 4\nclass_weighting = true\n"
            "[network]\nlayers = [784, 4, 1]\noutput = 'sigmoid'\n"
            "[training]\nbatch_size = 'full'\nepochs = 30\n"
        )
        return path

    @pytest.fixture
    def mixed(self, tmp_path: Path) -> Path:
        """A data set with some of every digit."""
        path, splits = tmp_path / "mixed.npz", digits(200, 60)
        arrays = {}
        for name in ("train", "test"):
            arrays[f"x_{name}"], arrays[f"y_{name}"] = splits[name].images, splits[name].labels
        np.savez(path, **arrays)
        return path

    def test_figures(self, run: Run, fours: Path, mixed: Path, tmp_path: Path) -> None:
        saved = tmp_path / "net.safetensors"
        said = run("train", fours, "--data", mixed, "--save", saved, "--json")
        assert (said.code, list(said.json)) == (0, [*TRAIN_KEYS, "precision", "recall"])
        found = run("evaluate", saved, "--json").json
        (_, wrongly), (missed, rightly) = found["confusion"]
        assert rightly
        assert said.json["precision"] == rightly / (rightly + wrongly)
        assert said.json["recall"] == rightly / (rightly + missed)
        assert (found["accuracy"], found["loss"]) == (
            said.json["test_accuracy"], said.json["test_loss"],
        )  # fmt: skip
        table = run("evaluate", saved).out.splitlines()[-3:]
        assert table[0].split() == ["not", "4", "4", "right"]
        assert table[1].startswith("not 4  ")
        assert table[2].split()[0] == "4"

    def test_where_there_is_nothing_to_divide_by(
        self, run: Run, fours: Path, mixed: Path, small: Path
    ) -> None:
        fours.write_text(fours.read_text().replace("true", "false").replace("= 30", "= 3"))
        said = run("train", fours, "--data", mixed, "--json")
        assert (said.json["precision"], said.json["recall"]) == (None, 0.0)
        for text in ("precision            -\n", "recall               0.00%\n"):
            assert text in run("train", fours, "--data", mixed).out
        fours.write_text(fours.read_text().replace("= 4\n", "= 5\n").replace("= 20", "= 2"))
        assert (digits()["test"].labels != 5).all()
        assert run("train", fours, "--data", small, "--json").json["recall"] is None


def test_a_split_of_the_recipes_own(run: Run, tmp_path: Path, small: Path) -> None:
    """Evaluation deals the samples out as training did: none of those tested was trained on."""
    path, saved = tmp_path / "own.toml", tmp_path / "net.safetensors"
    path.write_text("[data]\nsplit = [9, 3, 4]\n[network]\nlayers = [784, 4, 10]\n")
    trained = run("train", path, "--data", small, "--save", saved, "--json").json
    found = run("evaluate", saved, "--json").json
    assert np.sum(found["confusion"]) == 4
    assert found["accuracy"] == trained["test_accuracy"]
    assert found["loss"] == trained["test_loss"]
    said = run("train", path, "--data", small, "--seed", 2)
    assert said.code == 0
    path.write_text(path.read_text().replace("[9, 3, 4]", "[90, 30, 40]"))
    said = run("train", path, "--data", small)
    assert said.code == 1
    assert said.err.splitlines()[:-1] == WHAT_WAS_READ.format(small).splitlines()
    assert "cannot divide 160 samples into 90 + 30 + 40: there are 17" in said.err


class TestGradcheck:
    def test_json(self, run: Run, tmp_path: Path) -> None:
        recipe = tmp_path / "small.toml"
        recipe.write_text("[network]\nlayers = [784, 2, 2, 10]\nactivation = 'tanh'\n")
        said = run("gradcheck", recipe, "--json")
        assert (said.code, said.err) == (0, "")
        assert list(said.json) == ["parameters", "max_relative_error"]
        errors = said.json["parameters"]
        assert list(errors) == ["W1", "b1", "W2", "b2", "W3", "b3"]
        assert said.json["max_relative_error"] == max(errors.values())
        assert 0 < said.json["max_relative_error"] < 1e-6
        table = run("gradcheck", recipe).out.splitlines()
        assert [row.split()[0] for row in table] == ["parameter", *errors, "largest"]
        assert table[-1].split()[-1] == f"{said.json['max_relative_error']:.2e}"

    @pytest.mark.parametrize(
        "lines",
        [
            "output = 'sigmoid'\n[data]\nclass_weighting = true\n[training]\nl1 = 0.01\nl2 = 0.1\n",
            "output = 'sigmoid'\ndropout = 0.5\n[training]\nloss = 'quadratic'\n",
            "dropout = 0.3\n[data]\naugmentation = {rotation = 10}\n"
            "[training]\noptimizer = 'adam'\ngradient_clipping = 0.1\nbatch_size = 'full'\n",
        ],
    )
    def test_other_methods(self, run: Run, tmp_path: Path, lines: str) -> None:
        recipe = tmp_path / "small.toml"
        recipe.write_text(f"[network]\nlayers = [784, 2, 10]\nactivation = 'tanh'\n{lines}")
        said = run("gradcheck", recipe, "--json")
        assert (said.code, said.err) == (0, "")
        assert 0 < said.json["max_relative_error"] < 1e-6


class TestRecipes:
    def test_list(self, run: Run) -> None:
        said = run("recipes")
        assert said.code == 0
        assert [line.split()[0] for line in said.out.splitlines()] == recipe_names()
        assert "3Blue1Brown" in said.out

    @pytest.mark.parametrize("name", recipe_names())
    def test_show_prints_a_recipe_that_can_be_used(self, run: Run, name: str) -> None:
        said = run("recipes", "show", name)
        assert said.code == 0
        assert parse(said.out, name, "shown").name == name


class TestData:
    def test_list(self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("TUI_NN_DATA", str(tmp_path))
        said = run("data")
        lines = {line.split()[0]: line for line in said.out.splitlines() if line}
        assert said.code == 0
        assert "  a folder with train.csv and test.csv" in said.out.splitlines()
        assert "digits.npz" in lines["embedded"]
        assert "not here: tui-nn data fetch mnist" in lines["mnist"]

    def test_fetch_says_where_it_is(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        fetched: list[str] = []
        monkeypatch.setattr("tui_nn.data.sources.fetch", fetched.append)
        said = run("data", "fetch", "mnist")
        assert said.code == 0
        assert fetched == ["mnist"]
        assert said.out.startswith("mnist is here: ")

    def test_fetch_of_what_nobody_knows(self, run: Run) -> None:
        said = run("data", "fetch", "nothing")
        assert said.code == 1
        assert "no data set called 'nothing'" in said.err


COMMANDS = [[], *([name] for name in sorted(cli.commands)), ["recipes", "show"], ["data", "fetch"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(run: Run, command: list[str]) -> None:
    said = run(*command, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(" ".join(["Usage: tui-nn", *command]))
    assert len(said.out.splitlines()) > 4


def test_version(run: Run) -> None:
    assert run("--version").out == "tui-nn 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nonsense"], "No such command 'nonsense' (see tui-nn --help)"),
        (["train"], "Missing argument 'RECIPE' (see tui-nn train --help)"),
        (["train", "default", "--epochs", "0"], "'--epochs': 0 is not in the range"),
        (["train", "default", "--epochs", "x"], "'--epochs': 'x' is not a valid integer"),
        (["train", "default", "--seed", "-1"], "'--seed': -1 is not in the range"),
        (["train", "default", "--threads", "0"], "'--threads': 0 is not in the range"),
        (["train", "default", "--wings"], "No such option '--wings'"),
        (["--color", "pink"], "'--color': 'pink' is not one of"),
        (["--seed", "3", "train", "default"], "--seed is an option of the app, not of train"),
        (["evaluate"], "Missing argument 'FILE'"),
    ],
)
def test_usage_errors(run: Run, arguments: list[str], reason: str) -> None:
    said = run(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert reason in said.err
    assert said.err.startswith("tui-nn: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["train", "nothing"], "no recipe nothing"),
        (["train", "default", "--data", "nothing"], "no data set or file called 'nothing'"),
        (["gradcheck", "nothing"], "no recipe nothing"),
        (["recipes", "show", "nothing"], "no recipe nothing"),
    ],
)
def test_other_errors(run: Run, arguments: list[str], reason: str) -> None:
    said = run(*arguments)
    assert said.code == 1
    assert said.out == ""
    assert said.err.startswith(f"tui-nn: {reason}")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (TuiNNError("two\n  lines"), 1, "two lines"),
        (MemoryError("of 3 TiB"), 1, "not enough memory: of 3 TiB"),
        (ZeroDivisionError("a fault"), 1, "internal error: ZeroDivisionError: a fault"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_every_failure_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, reason: str
) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr("tui_nn.training.recipe.recipe.load_recipe", fail)
    said = run("train", "default")
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(f"tui-nn: {reason}")
    assert said.err.count("\n") == 1


def test_characters_that_stdout_lacks() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui_nn", "recipes"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.isascii()
    assert done.stderr == b""


def test_a_reader_that_goes_away() -> None:
    """``tui-nn recipes | head -0`` is no reason for a traceback."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "tui_nn", "recipes"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert done.stderr == b""


class TestARecipeWhoseDataAreNotHere:
    @pytest.fixture(autouse=True)
    def nothing_is_here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TUI_NN_DATA", str(tmp_path / "nothing"))

    @pytest.mark.parametrize(
        "command", [("train", "fours"), ("sweep", "fours", "--vary", "training.seed=1,2")]
    )
    def test_it_says_how_to_fetch_them_and_what_to_try(
        self, run: Run, command: tuple[str, ...]
    ) -> None:
        said = run(*command)
        assert (said.code, said.out) == (1, "")
        assert said.err == (
            "tui-nn: `fours` wants MNIST, which is not here: fetch it with "
            "`tui-nn data fetch mnist`, or try it on the embedded digits with `--data embedded`\n"
        )

    def test_a_recipe_that_counts_its_samples_is_not_offered_fewer(self, run: Run) -> None:
        assert run("train", "numpy-cli").err == (
            "tui-nn: `numpy-cli` wants MNIST, which is not here: fetch it with "
            "`tui-nn data fetch mnist`\n"
        )

    def test_every_other_recipe_runs_on_what_it_is_offered(self) -> None:
        embedded = load("embedded")
        for name in recipe_names():
            if runs_on_embedded(recipe := load_recipe(name)):
                assert len(Session(recipe, embedded, threads=1).dataset["train"]) > 0

    def test_data_that_were_named_are_no_business_of_the_recipe(self, run: Run) -> None:
        assert run("train", "fours", "--data", "kmnist").err.startswith(
            "tui-nn: kmnist is not here"
        )

    def test_the_app_says_it_too(self) -> None:
        with pytest.raises(TuiNNError, match="`fours` wants MNIST, which is not here"):
            run_app(AppOptions(recipe="fours"))
