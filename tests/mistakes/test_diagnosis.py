"""Somebody's gradients: what is right is never called wrong, and what is wrong has a name."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from tests.mistakes.by_hand import BY_HAND, LAMBDA, Batch, Floats, Hand, Network, penalised
from tui_nn.mistakes.diagnosis.diagnosis import Diagnosis, Verdict, diagnose
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.mistakes.table import GRADIENTS, MISTAKES

NAMES = ("dW1", "db1", "dW2", "db2")
PAIRS = [(name, hand) for name, hands in BY_HAND.items() for hand in hands]
FLOAT64 = np.dtype(np.float64)


def posed(hand: Hand, seed: int, rows: int = 7) -> tuple[Batch, Problem]:
    """A batch of noise for a network, as NumPy has it and as a problem."""
    random = np.random.default_rng(seed)
    inputs, hidden, outputs = hand.sizes
    labels = np.eye(outputs)[random.integers(0, outputs, rows)]
    shapes = ((inputs, hidden), (hidden,), (hidden, outputs), (outputs,))
    parameters = [random.normal(0, 0.7, shape) for shape in shapes]
    mask = (random.random((rows, hidden)) > 0.4) / 0.6 if hand.dropout else None
    batch = Batch(random.normal(0, 1, (rows, inputs)), labels, *parameters)
    if mask is not None:
        batch = replace(batch, mask=mask)
    problem = Problem(
        batch.X,
        batch.Y,
        (batch.W1, batch.W2),
        (batch.b1, batch.b2),
        (hand.activation,),
        hand.output,
        hand.loss,
        LAMBDA * hand.l2,
        () if mask is None else (mask,),
    )
    return batch, problem


def handed_in(hand: Hand, batch: Batch) -> dict[str, Floats]:
    found = hand.gradients(Network(batch, hand.activation, hand.output))
    return dict(zip(NAMES, found, strict=True))


def named(diagnosis: Diagnosis) -> list[str]:
    return [each.mistake.name for each in diagnosis.mistakes]


@pytest.mark.parametrize(("name", "hand"), PAIRS, ids=[name for name, _ in PAIRS])
@pytest.mark.parametrize("seeds", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_every_mistake_is_found_and_named(name: str, hand: Hand, seeds: int) -> None:
    for seed in range(seeds):
        batch, problem = posed(hand, seed)
        found = diagnose(problem, handed_in(hand, batch), FLOAT64)
        assert not found.right
        assert found.unexplained == ()
        assert name in named(found)
        (first, *_) = found.explanations
        assert len(first) == 1  # one mistake is enough
        wrong = [at for at, each in found.arrays.items() if each.verdict is Verdict.WRONG]
        assert list(first[0].explains) == wrong
        assert found.first_wrong == wrong[0]


def test_the_rate_of_an_early_update_is_solved_for() -> None:
    hand = BY_HAND["weights-updated-too-early"][0]
    batch, problem = posed(hand, 1)
    (finding,) = diagnose(problem, handed_in(hand, batch), FLOAT64).mistakes
    assert finding.rate == pytest.approx(0.3)
    assert finding.explains == ("dW1", "db1")


def test_what_cannot_be_told_apart_is_said() -> None:
    hand = BY_HAND["relu-slope-always-one"][0]
    batch, problem = posed(hand, 1)
    found = diagnose(problem, handed_in(hand, batch), FLOAT64)
    assert set(named(found)) == {"activation-slope-missing", "relu-slope-always-one"}
    assert found.ambiguity.startswith("either activation-slope-missing, or relu-slope-always-one:")


def test_a_mistake_in_one_line_alone_is_found_there() -> None:
    batch, problem = posed(Hand(penalised), 3)
    right = dict(problem.gradients)
    m = batch.m
    for name, wrong, mistake in (
        ("db1", np.full(4, right["db1"].sum()), "bias-gradient-over-everything"),
        ("db2", right["db2"] / m, "bias-gradient-averaged"),
        ("dW1", right["dW1"] * m, "not-divided-by-batch"),
        ("dW2", -right["dW2"], "sign-reversed"),
        ("dW2", right["dW2"] / m, "divided-twice"),
    ):
        found = diagnose(problem, {**right, name: wrong}, FLOAT64)
        assert found.first_wrong == name
        assert mistake in named(found)
        assert all(each.explains == (name,) for each in found.mistakes)


def test_what_nothing_explains_is_said_and_no_name_is_made_up() -> None:
    batch, problem = posed(Hand(penalised), 3)
    noise = np.random.default_rng(0).normal(size=batch.W1.shape)
    found = diagnose(problem, {**problem.gradients, "dW1": noise}, FLOAT64)
    assert found.first_wrong == "dW1"
    assert found.unexplained == ("dW1",)
    assert found.mistakes == ()


def test_where_there_is_no_time_what_was_not_tried_is_said() -> None:
    batch, problem = posed(Hand(penalised), 3)
    noise = np.random.default_rng(0).normal(size=batch.W1.shape)
    found = diagnose(problem, {**problem.gradients, "dW1": noise}, FLOAT64, patience=0)
    assert found.untried == (1,)
    assert found.first_wrong == "dW1"
    assert diagnose(problem, problem.gradients, FLOAT64, patience=0).right


def test_a_factor_without_a_name_is_seen() -> None:
    _, problem = posed(Hand(penalised), 3)
    doubled = {name: 2 * array for name, array in problem.gradients.items()}
    found = diagnose(problem, doubled, FLOAT64)
    assert found.factor == pytest.approx(2)
    assert found.unexplained == ()


def test_what_is_missing_is_said() -> None:
    _, problem = posed(Hand(penalised), 3)
    given = {name: array for name, array in problem.gradients.items() if name != "dW1"}
    found = diagnose(problem, given, FLOAT64)
    assert found.arrays["dW1"].verdict is Verdict.MISSING
    assert found.arrays["dW1"].relative_error is None
    assert not found.right
    assert found.first_wrong is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seeds", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_right_gradients_are_never_called_wrong(dtype: type, seeds: int) -> None:
    """Hidden layers of every kind, heads, scales from 0.1 to 100."""
    for seed in range(seeds):
        for activation, (output, loss) in (
            ("relu", ("softmax", "cross-entropy")),
            ("tanh", ("sigmoid", "cross-entropy")),
            ("sigmoid", ("softmax", "cross-entropy")),
        ):
            hand = Hand(lambda n: n.back(n.dZ2), activation, output, loss)
            batch, _ = posed(hand, seed, rows=1 + seed % 20)
            scale = 10.0 ** (seed % 4 - 1)
            held = {each: getattr(batch, each).astype(dtype) for each in ("W1", "b1", "W2", "b2")}
            batch = replace(
                batch, X=(scale * batch.X).astype(dtype), Y=batch.Y.astype(dtype), **held
            )
            problem = Problem(
                batch.X, batch.Y, (batch.W1, batch.W2), (batch.b1, batch.b2),
                (activation,), output, loss,
            )  # fmt: skip
            with np.errstate(over="ignore"):  # exp of a far negative z: the sigmoid is 0 there
                given = handed_in(hand, batch)
            assert diagnose(problem, given, np.dtype(dtype)).right, (seed, activation)


DEEP = [
    Problem(
        random.normal(size=(9, 5)),
        np.eye(3)[random.integers(0, 3, 9)],
        tuple(random.normal(0, 0.8, each) for each in ((5, 6), (6, 4), (4, 3))),
        tuple(random.normal(0, 0.5, each) for each in (6, 4, 3)),
        activations,
        l2=0.05,
    )
    for random in [np.random.default_rng(4)]
    for activations in (("relu", "relu"), ("tanh", "sigmoid"), ("sigmoid", "relu"))
]
# The same place, turned by both: the second takes the first's place, or undoes it.
EXCLUSIVE = [{"not-divided-by-batch", "divided-twice"}, {"softmax-twice", "softmax-over-batch"}]


@pytest.mark.slow
@pytest.mark.parametrize("problem", DEEP, ids=lambda each: "-".join(each.activations))
def test_pairs_of_mistakes_are_both_found(problem: Problem) -> None:
    """Their programs' gradients, which other tests compare with what is written by hand."""
    names = [each.name for each in GRADIENTS if not each.refusal(problem.setting)]
    found_both = tried = 0
    for one, other in combinations(names, 2):
        if {one, other} in EXCLUSIVE:
            continue
        program = MISTAKES[one].apply(problem.program)
        rewrite = MISTAKES[other].rewrite
        assert rewrite
        if not any(rewrite(each, program) for each in program.operations):
            continue  # there is nothing left that it could change
        program = MISTAKES[other].apply(program)
        tensors = problem.computed(program, program.differentiating)
        found = diagnose(problem, {name: tensors[name] for name in problem.names}, FLOAT64)
        assert not found.right
        assert found.unexplained == (), (one, other)
        tried += 1
        found_both += {one, other} <= set(named(found))
    assert tried > 50
    assert found_both >= 0.9 * tried
