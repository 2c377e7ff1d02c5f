"""``tui-nn check``: what people hand in is read whichever way round, and judged."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.mistakes.random_networks import HEADS, Drawn, Numbers
from tui_nn import check
from tui_nn.cli import main
from tui_nn.errors import TuiNNError
from tui_nn.mistakes.checking.check import check_arrays, check_file
from tui_nn.mistakes.checking.choosing import Wishes
from tui_nn.mistakes.checking.names import read_names
from tui_nn.mistakes.checking.report import Report
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.mistakes.table import GRADIENTS, MISTAKES

EASY = {"W1": (4, 5), "b1": (5,), "W2": (5, 3), "b2": (3,)}


def wrong(problem: Problem, *names: str) -> dict[str, Numbers] | None:
    """The gradients with mistakes, or None where one of them changes nothing."""
    program = problem.program
    for name in names:
        rewrite = MISTAKES[name].rewrite
        assert rewrite
        if not any(rewrite(each, program) for each in program.operations):
            return None
        program = MISTAKES[name].apply(program)
    tensors = problem.computed(program, program.differentiating)
    return {name: tensors[name].copy() for name in problem.names}


def wishes(drawn: Drawn, l2: float = 0.0) -> Wishes:
    return Wishes(",".join(drawn.activations) or None, drawn.output, drawn.loss, l2)


def easy(seed: int = 1, rows: int = 7) -> dict[str, Any]:
    """A network 4-5-3 of tanh with softmax, and its gradients."""
    random = np.random.default_rng(seed)
    found: dict[str, Any] = {name: random.normal(0, 0.8, each) for name, each in EASY.items()}
    X, labels = random.normal(size=(rows, 4)), random.integers(0, 3, rows)
    A1 = np.tanh(X @ found["W1"] + found["b1"])
    e = np.exp(A1 @ found["W2"] + found["b2"])
    dZ2 = (e / e.sum(axis=1, keepdims=True) - np.eye(3)[labels]) / rows
    dZ1 = dZ2 @ found["W2"].T * (1 - A1**2)
    found |= {"X": X, "y": labels, "dW2": A1.T @ dZ2, "db2": dZ2.sum(axis=0)}
    return found | {"dW1": X.T @ dZ1, "db1": dZ1.sum(axis=0)}


def says(report: Report) -> str:
    return " ".join(report.said())


def right_files(count: int, folder: Path, first: int = 0) -> None:
    """Judge files with right gradients: a reading may be told, shown by A and Z, or guessed."""
    for seed in range(first, first + count):
        drawn = Drawn(np.random.default_rng(seed), (np.float32, np.float64)[seed % 2])
        kind = seed // 2 % 3
        handed = drawn.handed(drawn.gradients(), says_all=kind == 0)
        path = folder / "handed.npz"
        np.savez(path, **handed)
        report = check_file(path, wishes=wishes(drawn) if kind == 1 else Wishes())
        assert report.right, (seed, str(report))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_right_gradients_are_never_called_wrong(tmp_path: Path) -> None:
    right_files(30, tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_right_gradients_of_10000_files_are_never_called_wrong(tmp_path: Path) -> None:
    right_files(10_000, tmp_path)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("mistake", GRADIENTS, ids=lambda each: each.name)
@pytest.mark.parametrize("networks", [1, pytest.param(6, marks=pytest.mark.slow)])
def test_every_mistake_is_found_and_named(mistake: Any, networks: int) -> None:
    """Over random networks, functions, types and orientations, where it changes the gradients."""
    tried, seed = 0, 0
    while tried < networks:
        seed += 1
        drawn = Drawn(np.random.default_rng(seed), (np.float32, np.float64)[seed % 2])
        l2 = 0.05 * ("l2" in mistake.name)
        masks = masks_for(drawn) if "dropout" in mistake.name else ()
        problem = drawn.problem_with(l2, masks)
        if mistake.refusal(problem.setting) or (given := wrong(problem, mistake.name)) is None:
            continue
        if all(np.allclose(given[name], problem.gradients[name], 1e-2, 1e-4) for name in given):
            continue  # by chance it makes no difference here
        handed = drawn.handed({name: array.astype(drawn.dtype) for name, array in given.items()})
        report = check_arrays(drawn.masked(handed, masks), wishes(drawn, l2))
        assert not report.right, seed
        named = [each.mistake.name for each in report.diagnosis.mistakes]
        assert mistake.name in named, (seed, str(report))
        assert report.diagnosis.unexplained == ()
        tried += 1


def masks_for(drawn: Drawn) -> tuple[Numbers, ...]:
    shapes = [(len(drawn.X), W.shape[1]) for W in drawn.weights[:-1]]
    return tuple((drawn.random.random(shape) > 0.4) / 0.6 for shape in shapes)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_pairs_of_mistakes_are_named() -> None:
    """Each seventh pair over random networks; where one undoes the other, one name may be enough.

    Of 143 pairs, both are named of 138; all is explained of each.
    """
    both = tried = 0
    for seed in range(12):
        drawn = Drawn(np.random.default_rng(seed))
        l2 = 0.05 * (seed % 2)
        problem = drawn.problem_with(l2)
        names = [each.name for each in GRADIENTS if not each.refusal(problem.setting)]
        for place, pair in enumerate(combinations(names, 2)):
            if (place + seed) % 7 or (given := wrong(problem, *pair)) is None:
                continue
            if all(np.allclose(given[name], problem.gradients[name], 1e-4) for name in given):
                continue  # they cancel
            report = check_arrays(drawn.handed(given), wishes(drawn, l2))
            assert not report.right
            assert report.diagnosis.unexplained == (), (seed, pair, str(report))
            tried += 1
            both += set(pair) <= {each.mistake.name for each in report.diagnosis.mistakes}
    assert tried > 100
    assert both >= 0.9 * tried, (both, tried)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("grad_W1", "dW1"), ("grads['W1']", "dW1"), ("nabla_w1", "dW1"), ("W1.grad", "dW1"),
        ("dL_dW1", "dW1"), ("DW1", "dW1"), ("gradients/b2", "db2"), ("grad_bias_2", "db2"),
        ("weights1", "W1"), ("params_b1", "b1"), ("fc1.weight", "W1"), ("fc1.bias", "b1"),
        ("h1", "A1"), ("z2", "Z2"), ("X_train", "X"), ("labels", "y"), ("cost", "loss"),
        ("dw", "dW1"), ("D1", "mask1"),
    ],
)  # fmt: skip
def test_names(theirs: str, ours: str) -> None:
    assert read_names([theirs]).known == {ours: theirs}


def test_the_names_of_cs231n() -> None:
    names = read_names(["X", "y", "W1", "b1", "W2", "b2", "grads['W2']", "h1", "scores", "probs"])
    assert {"dW2": "grads['W2']", "A1": "h1", "Z2": "scores", "A2": "probs"}.items() <= (
        names.known.items()
    )


def test_layers_counted_from_0() -> None:
    names = read_names(["X", "weights_0", "weights_1", "nabla_b_0", "nabla_w_1", "A1"]).known
    assert {"W1", "W2", "db1", "dW2", "A1"} <= names.keys()


def test_two_names_for_one_array_are_refused() -> None:
    with pytest.raises(TuiNNError, match="W1 and w1 are both W1"):
        read_names(["W1", "w1"])


@pytest.mark.parametrize("in_columns", [False, True])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("b_shape", [(-1,), (1, -1), (-1, 1)])
def test_any_orientation(in_columns: bool, transposed: bool, b_shape: tuple[int, ...]) -> None:
    arrays = easy()
    for name, array in arrays.items():
        if name.strip("d0123456789") == "W" and transposed:
            arrays[name] = array.T
        if name.strip("d0123456789") == "b":
            arrays[name] = array.reshape(b_shape)
    if in_columns:
        arrays |= {"X": arrays["X"].T, "y": np.eye(3)[arrays["y"]].T}
    report = check(**arrays)
    assert report.right, str(report)
    assert report.reading.layout.in_columns == in_columns
    assert report.reading.layout.transposed == transposed


def test_square_layers_are_read_by_what_fits() -> None:
    drawn = Drawn(np.random.default_rng(0))
    random = np.random.default_rng(1)
    drawn.X, drawn.weights = random.normal(size=(4, 4)), [random.normal(size=(4, 4))] * 2
    drawn.biases, drawn.activations = [random.normal(size=4)] * 2, ("tanh",)
    drawn.labels = np.array([0, 2, 1, 3])
    drawn.y, drawn.output, drawn.loss = np.eye(4)[drawn.labels], "softmax", "cross-entropy"
    for _ in range(8):
        assert check_arrays(drawn.handed(drawn.gradients()), wishes(drawn)).right
    noise = {name: random.normal(size=array.shape) for name, array in drawn.gradients().items()}
    report = check_arrays(drawn.handed(noise), wishes(drawn))
    assert "it cannot be told" in report.choice.said[0]


def test_the_activation_is_the_one_with_which_all_is_right_or_that_a1_shows() -> None:
    arrays = easy()
    assert any(
        each.startswith("tanh (all is right only with it)") for each in check(**arrays).choice.said
    )
    A1 = np.tanh(arrays["X"] @ arrays["W1"] + arrays["b1"])
    report = check(**arrays | {"A1": A1, "dW1": -arrays["dW1"]})
    assert report.reading.activations == ("tanh",)
    assert "tanh (as A1 shows)" in report.choice.said
    with pytest.raises(TuiNNError, match="A1 is none of relu, tanh"):
        check(**arrays | {"A1": A1 * 0.3})
    assert not check(**arrays, activation="relu").right


def test_a_forward_pass_that_is_wrong_is_said() -> None:
    arrays = easy()
    A1 = np.tanh(arrays["X"] @ arrays["W1"] + arrays["b1"])
    A2 = A1 @ arrays["W2"]  # no softmax
    assert "A2 is not what this network says" in says(check(**arrays, A1=A1, A2=A2))
    assert "loss is not what this network says" in says(check(**arrays, loss=123.0))
    e = np.exp(A1 @ arrays["W2"] + arrays["b2"])
    loss = -np.log((e / e.sum(axis=1, keepdims=True))[range(7), arrays["y"]]).mean()
    penalty = 0.05 * (np.sum(arrays["W1"] ** 2) + np.sum(arrays["W2"] ** 2))
    for counted in (loss, loss + penalty):
        assert check(**arrays, loss=counted, l2=0.1).reading.forward["loss"] < 1e-9


def test_what_lies_the_other_way_round_is_seen_through() -> None:
    arrays = easy()
    report = check(**arrays | {"dW2": arrays["dW2"].T, "dW1": -arrays["dW1"]})
    assert report.diagnosis.arrays["dW2"].verdict == "wrong"
    assert report.first_wrong == "dW2"
    assert "dW2 lies the other way round than W2" in says(report)
    assert [each.mistake.name for each in report.diagnosis.mistakes] == ["sign-reversed"]


def test_a_sum_over_everything_is_one_number() -> None:
    arrays = easy()
    report = check(**arrays | {"db1": arrays["db1"].sum()})
    assert report.first_wrong == "db1"
    names = [each.mistake.name for each in report.diagnosis.mistakes]
    assert names[0] == "bias-gradient-over-everything"


def test_a_shape_that_fits_nothing_is_said() -> None:
    report = check(**easy() | {"db1": np.ones((7, 5))})
    assert report.first_wrong == "db1"
    assert "db1 has the shape [7, 5] where [5], as b1, was expected" in says(report)


def test_an_l2_penalty_that_nobody_named_is_seen() -> None:
    arrays = easy()
    arrays |= {f"dW{layer}": arrays[f"dW{layer}"] + 0.1 * arrays[f"W{layer}"] for layer in (1, 2)}
    report = check(**arrays)
    assert not report.right
    assert "--l2 0.1 counts it in" in says(report)
    assert check(**arrays, l2=0.1).right
    assert "--l2 0.1 counts it in" in says(check(**arrays, l2=0.3))


def test_what_is_missing_is_said_and_a_network_may_have_no_biases() -> None:
    arrays = easy()
    del arrays["dW1"]
    report = check(**arrays)
    assert report.diagnosis.arrays["dW1"].verdict == "missing"
    assert not report.right
    assert "dW1 is missing" in says(report)
    bare = Drawn(np.random.default_rng(3))
    bare.biases = [np.zeros_like(b) for b in bare.biases]
    handed = {
        name: array
        for name, array in bare.handed(bare.gradients()).items()
        if "b" not in name.lower().replace("nabla", "")
    }
    report = check_arrays(handed, wishes(bare))
    assert report.right
    assert all(name[1] == "W" for name in report.diagnosis.arrays)


def test_not_finite_numbers_are_wrong_and_without_an_error() -> None:
    arrays = easy()
    arrays["dW2"] = np.full_like(arrays["dW2"], np.nan)
    table = check(**arrays).table()["arrays"]
    assert isinstance(table, dict)
    assert table["dW2"] == {"relative_error": None, "verdict": "wrong"}


def test_a_report_prints_itself_as_text_and_as_html() -> None:
    report = check(**easy() | {"dW1": -easy()["dW1"]})
    assert repr(report) == str(report)
    assert "sign-reversed" in str(report)
    html = report._repr_html_()
    assert "<table>" in html
    assert "sign-reversed" in html


def test_importing_check_imports_nothing_heavy() -> None:
    code = "import sys; from tui_nn import check; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_the_app_draws() -> None:
    report = check(**easy() | {"dW1": 2 * easy()["dW1"]})
    np.testing.assert_allclose(report.difference["dW1"], report.ours["dW1"])
    np.testing.assert_allclose(report.yours["dW2"], report.ours["dW2"])


# The command


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments])
        return (code, *capsys.readouterr())

    return run


Run = Callable[..., tuple[int, str, str]]


def saved(folder: Path, **arrays: Any) -> Path:
    path = folder / "handed.npz"
    np.savez(path, **arrays)
    return path


def test_exit_codes_and_json(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("check", saved(tmp_path, **easy()), "--json")
    found = json.loads(out)
    assert code == 0
    assert set(found) == {"right", "arrays", "first_wrong", "mistakes"}
    assert (found["right"], found["first_wrong"], found["mistakes"]) == (True, None, [])
    assert list(found["arrays"]) == ["dW2", "db2", "dW1", "db1"]  # as in the backward pass
    code, out, _ = run("check", saved(tmp_path, **easy() | {"db1": -easy()["db1"]}), "--json")
    found = json.loads(out)
    assert code == 1
    assert found["first_wrong"] == "db1"
    assert found["mistakes"] == [
        {
            "name": "sign-reversed",
            "title": MISTAKES["sign-reversed"].title,
            "explains": ["db1"],
        }
    ]
    code, out, _ = run("check", tmp_path / "handed.npz")
    assert code == 1
    assert "db1" in out


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"W2": None}, "there is no W2 for it"),
        ({"X": None}, "found no X"),
        ({"y": np.array([0, 1, 2, 3, 0, 1, 2])}, "label 3 where 0 to 2"),
        ({"W1": np.ones((9, 5))}, "X is [7, 4] and W1 is [9, 5]"),
        ({"b2": np.ones(4)}, "W2 is [5, 3] and b2 is [4]"),
        ({"W1": np.full((4, 5), np.nan)}, "W1: some of its numbers are not finite"),
        ({"W1": np.empty((0, 5))}, "announces 0"),
        ({"W1": np.array(1.0)}, "W1: expected rows and columns, found a single number"),
        ({"X": np.array(["a"])}, "expected numbers"),
        ({"X": np.array([{}], object)}, "never loaded"),
        ({"dW1": None, "db1": None, "dW2": None, "db2": None}, "expected gradients to check"),
        ({"l2": np.array(-1.0)}, "at least 0"),
    ],
)
def test_what_cannot_be_read(run: Run, tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    arrays = {name: it for name, it in (easy() | change).items() if it is not None}
    code, out, err = run("check", saved(tmp_path, **arrays), "--json")
    assert code == 2
    assert out == ""
    assert reason in err
    assert err.count("\n") == 1


def test_files_that_are_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("no zip")
    with zipfile.ZipFile(tmp_path / "odd.npz", "w") as archive:
        archive.writestr("X.npy", b"\x93NUMPY\x01\x00")
    for name in ("text.npz", "odd.npz", "nothing.npz", "."):
        code, _, err = run("check", tmp_path / name)
        assert code == 2
        assert err.count("\n") == 1
    path = saved(tmp_path, **easy())
    for option in ("--activation=swish", "--output=linear", "--loss=hinge", "--l2=-1"):
        assert run("check", path, option)[0] == 2


def test_a_problem_is_posed_and_its_answer_judged(run: Run, tmp_path: Path) -> None:
    posed, other, answer = (tmp_path / name for name in ("p.npz", "q.npz", "a.npz"))
    assert run("problem", "nielsen-30", "--out", posed, "--seed", 7)[0] == 0
    assert run("problem", "nielsen-30", "--out", other, "--seed", 8)[0] == 0
    p = np.load(posed)
    assert list(p["hand_in"]) == ["dW2", "db2", "dW1", "db1"]
    assert not np.array_equal(p["W1"], np.load(other)["W1"])

    def sigmoid(z: Numbers) -> Numbers:
        return 1 / (1 + np.exp(-z))

    A1 = sigmoid(p["X"] @ p["W1"] + p["b1"])
    A2 = sigmoid(A1 @ p["W2"] + p["b2"])
    d2 = (A2 - p["y"]) * A2 * (1 - A2) / len(A2)
    d1 = d2 @ p["W2"].T * A1 * (1 - A1)
    right = {"dW2": A1.T @ d2, "db2": d2.sum(0), "dW1": p["X"].T @ d1, "db1": d1.sum(0)}
    np.savez(answer, **right)
    assert run("check", answer, "--problem", posed)[0] == 0
    assert run("check", answer, "--problem", other)[0] == 1
    np.savez(answer, **right, y=p["y"].argmax(axis=1), scores=A2)
    assert run("check", answer, "--problem", posed)[0] == 0
    np.savez(answer, **right, W1=p["W1"])
    code, _, err = run("check", answer, "--problem", other)
    assert code == 2
    assert "another seed" in err
    np.savez(answer, **right | {"db1": d1.mean(0)})
    code, out, _ = run("check", answer, "--problem", posed, "--json")
    assert code == 1
    assert [each["name"] for each in json.loads(out)["mistakes"]] == ["bias-gradient-averaged"]


def test_what_cannot_be_posed(run: Run, tmp_path: Path) -> None:
    for recipe, reason in (("lenet-5", "not all dense"), ("dropout-512", "dropout")):
        code, _, err = run("problem", recipe, "--out", tmp_path / "p.npz")
        assert code == 1
        assert reason in err


@pytest.mark.parametrize("head", HEADS, ids="-".join)
@pytest.mark.parametrize(("seeds", "least"), [(30, 1), pytest.param(60, 4, marks=pytest.mark.slow)])
def test_heads(head: tuple[str, str], seeds: int, least: int) -> None:
    """Each is found by the gradients alone, where there are several outputs."""
    found = 0
    for seed in range(seeds):
        drawn = Drawn(np.random.default_rng(seed))
        if (drawn.output, drawn.loss) == head and drawn.y.shape[1] > 1:
            report = check_arrays(drawn.handed(drawn.gradients()))
            assert report.right
            found += 1
    assert found >= least


SPOILING: list[Callable[[Numbers], Any]] = [
    np.transpose,
    lambda array: array.astype(np.int64),
    lambda array: array * np.nan,
    np.ravel,
    lambda array: array[:0],
    lambda array: array[..., np.newaxis],
    lambda array: 3.0,  # noqa: ARG005
    lambda array: array.astype(complex),
    lambda array: array.astype(np.float16),
    lambda array: array * 1e200,
    lambda array: np.ones((2, 3, 4)),  # noqa: ARG005
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_whatever_is_handed_in_is_judged_or_refused_in_a_line() -> None:
    for seed in range(40):
        random = np.random.default_rng(seed)
        drawn = Drawn(random, deepest=2)
        handed = drawn.handed(drawn.gradients(), says_all=bool(seed % 2))
        for name in random.choice(list(handed), 2):
            spoilt = SPOILING[random.integers(len(SPOILING))]
            handed[name] = spoilt(np.asarray(handed[name]))
        try:
            report = check_arrays(handed, wishes(drawn))
        except TuiNNError as error:
            assert "\n" not in str(error)  # noqa: PT017
        else:
            assert str(report)
            json.dumps(report.table())
