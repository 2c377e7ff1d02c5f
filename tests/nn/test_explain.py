"""Taking numbers apart: the terms are the number, and can be followed back to the data."""

import random as chance
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nn.steps import EVERYTHING, Case, Step, T, case, cases, factors, networks
from tui_nn.nn.explain import Factor, Term, Terms, element, product, summed
from tui_nn.nn.layers.flatten import Reshape
from tui_nn.nn.network import Network, dense_network
from tui_nn.nn.operation import Operation
from tui_nn.nn.tensor import Array

# What float32 leaves of a sum of up to ten products, relative to the terms' sizes; tanh's slope
# 1 − a² is a difference of numbers near 1.
ROUNDING = {np.float32: (2e-6, 2e-7), np.float64: (1e-12, 0.0)}


@st.composite
def steps(draw: st.DrawFn, dtype: type[np.floating[Any]]) -> Step:
    case = draw(cases())
    done = draw(st.integers(1, len(case.program.operations)))
    return Step(case, draw(st.integers(1, 5)), draw(st.integers(0, 99)), dtype, done)


def written(step: Step) -> list[tuple[Operation, str]]:
    """What the operations that are done wrote."""
    done = step.program.operations[: step.done]
    return [(operation, name) for operation in done for name in operation.names_written]


def any_index(random: chance.Random, array: Array) -> tuple[int, ...]:
    return tuple(random.randrange(size) for size in array.shape)


def check(step: Step, random: chance.Random) -> None:
    for _, name in written(step):
        check_element(step, name, any_index(random, step.looked[name]))


def check_element(step: Step, name: str, index: tuple[int, ...]) -> Terms:
    """See that the terms are the number, and that every factor is the number it names."""
    relative, absolute = ROUNDING[step.dtype]
    terms = step.explain(name, index)
    parts = sum(part.value for part in terms.parts)
    sizes = sum(abs(part.value) for part in terms.parts)
    assert terms.total == step.looked[name][index]
    assert terms.residual == terms.total - parts
    assert abs(terms.residual) <= relative * sizes + absolute, (name, terms)
    for factor in factors(terms):
        if factor.name is not None:
            assert factor.value == step.read[factor.name][factor.index], (name, factor)
    for line in (*terms.parts, *terms.steps):
        # How a line is written has a place for each of its numbers.
        assert not line.pattern or line.pattern.count("{}") == len(line.factors), line
    return terms


@given(steps(np.float64), st.randoms(use_true_random=False))
def test_the_terms_of_every_result_sum_to_it(step: Step, random: chance.Random) -> None:
    check(step, random)


@given(steps(np.float32), st.randoms(use_true_random=False))
def test_in_float32_only_rounding_is_left(step: Step, random: chance.Random) -> None:
    check(step, random)


@given(steps(np.float64), st.randoms(use_true_random=False))
def test_every_number_leads_back_to_what_was_given(step: Step, random: chance.Random) -> None:
    """To pixels, labels, weights, parameters, what the optimiser remembers, or a fresh draw."""
    for operation, name in written(step):
        here, index, by = name, any_index(random, step.looked[name]), operation
        while not is_drawn(here):
            terms = step.explain(here, index)
            opened = [factor for factor in factors(terms) if factor.name is not None]
            if is_unseen(terms):
                break
            assert opened, f"{here} is made of nothing"
            assert all(f.name in step.given or f.name in step.program.writer for f in opened)
            factor = random.choice(opened)
            assert factor.name is not None
            if factor.name in step.given:
                break
            here, index = factor.name, factor.index
            # Only what is before it in the program, or beside it in the same operation.
            earlier = step.program.writer[here]
            places = [step.program.operations.index(each) for each in (earlier, by)]
            assert places[0] <= places[1]
            by = earlier


def is_drawn(name: str) -> bool:
    """Whether it is dropout's draw, behind which there is nothing but the seed."""
    return name.startswith("u")


def is_unseen(terms: Terms) -> bool:
    """Whether no window comes to it, or its window sees nothing but the padding."""
    (first, *others) = terms.parts
    only_bias = not others and [each.name for each in first.factors] in (["b1"], ["b2"])
    return only_bias or (first.label == "0, as no window sees it" and terms.total == 0)


def is_stub(terms: Terms) -> bool:
    """Whether there is but one term, and that only says the value again.

    A function of one number, such as an activation, says how it is computed from it.
    """
    only = terms.parts[0]
    return len(terms.parts) == 1 and len(only.factors) < 2 and only.pattern in ("", "{}")


def may_be_stub(step: Step, name: str) -> bool:
    """Whether it is a draw, or a sum over a single output or a single neuron."""
    neurons = sum(step.network.sizes[1:])
    if isinstance(step.program.writer[name].kernel, Reshape):
        return True
    return is_drawn(name) or neurons == 1 or (step.network.sizes[-1] == 1 and name in ("l", "p"))


@given(cases(), st.integers(1, 3), st.integers(0, 99), st.booleans())
def test_every_element_is_explained_down_to_what_is_given(
    case: Case, rows: int, seed: int, update: bool
) -> None:
    """From every result, through every factor: nothing is a stub, and the way always ends."""
    step = Step(case, rows, seed, done=None if update else len(case.program.differentiating))
    operations = step.program.operations
    names = [name for _, name in written(step)]
    for name in names:
        by = operations.index(step.program.writer[name])
        for index in np.ndindex(step.looked[name].shape):
            terms = check_element(step, name, index)
            assert not is_stub(terms) or may_be_stub(step, name) or is_unseen(terms), (name, terms)
            assert terms.steps, name
            for factor in factors(terms):
                if factor.name is not None and factor.name not in step.given:
                    # What leads on was written before, or by the same operation, and is explained
                    # by this loop as well.
                    assert operations.index(step.program.writer[factor.name]) <= by
                    assert factor.name in names


def test_the_gradient_of_the_pixels_is_explained_too() -> None:
    step = Step(dense_network((4, 3, 2), ("tanh",), "he"), rows=2)
    step.tensors["dx"] = np.empty((2, 4))
    read = {**step.read, "dx": step.tensors["dx"]}
    step.program.input_gradient.run(read, step.context)
    for index in np.ndindex(2, 4):
        terms = step.explain("dx", index)
        assert abs(terms.residual) <= 1e-12 * sum(abs(part.value) for part in terms.parts)
        assert {factor.name for factor in factors(terms)} == {"delta1", "W1"}


@given(networks(), st.integers(0, 9))
def test_without_a_label_the_loss_still_sums(network: Network, seed: int) -> None:
    step = Step(network, rows=1, seed=seed, done=0)
    step.tensors["y"].fill(0)
    for operation in step.program.predicting:
        operation.run(step.tensors, step.context)
    terms = step.explain("l", (0,))
    assert abs(terms.residual) <= 1e-12 * sum(abs(part.value) for part in terms.parts)


@pytest.mark.parametrize("update", [False, True])
def test_each_result_is_made_of_what_its_formula_says(update: bool) -> None:
    network = dense_network((3, 2, 2), ("relu",), "he")
    step = Step(network, rows=2, done=None if update else 12)
    names = {
        name: {factor.name for factor in factors(step.explain(name, (0,) * array.ndim))} - {None}
        for _, name in written(step)
        for array in [step.looked[name]]
    }
    expected = {
        "z1": {"a0", "W1", "b1"},
        "a1": {"z1"},
        "z2": {"a1", "W2", "b2"},
        "p": {"z2", "m", "s"},
        "m": {"z2"},
        "s": {"z2", "m"},
        "l": {"s", "m", "z2", "y", "p"},
        "L": {"l"},
        "delta2": {"p", "y"},
        "dW2": {"a1", "delta2"},
        "db2": {"delta2"},
        "slope1": {"z1"},
        "da1": {"delta2", "W2"},
        "delta1": {"da1", "slope1"},
        "dW1": {"a0", "delta1"},
        "db1": {"delta1"},
        "W2": {"W2", "dW2"},
        "b2": {"b2", "db2"},
        "W1": {"W1", "dW1"},
        "b1": {"b1", "db1"},
        "changeW2": {"dW2"},
        "changeb2": {"db2"},
        "changeW1": {"dW1"},
        "changeb1": {"db1"},
    }
    assert names == {name: expected[name] for name in names}
    assert (names.keys() == expected.keys()) is update


def test_each_new_result_is_made_of_what_its_formula_says() -> None:
    """The quadratic cost of distorted chunks, weighted, priced, under dropout, clipped, AdamW."""
    step = Step(EVERYTHING, rows=2)
    names = {
        name: {factor.name for factor in factors(step.explain(name, (0,) * array.ndim))} - {None}
        for _, name in written(step)
        for array in [step.looked[name]]
    }
    adam = {f"{kind}{name}" for name in ("W2",) for kind in ("", "m", "v", "clipped")}
    expected = {
        "a0": {"original"},
        "mask1": {"u1"},
        "u1": set(),
        "h1": {"a1", "mask1"},
        "z2": {"h1", "W2", "b2"},
        "p": {"z2"},
        "c": {"p", "y"},
        "l": {"c"},
        "L": {"w", "l", "sumL"},
        "r1": {"W1"},
        "R": {"r1", "r2"},
        "J": {"L", "R"},
        "delta2": {"w", "p", "y", "slope2"},
        "slope2": {"p"},
        "dW2": {"h1", "delta2", "sumW2", "W2"},
        "db2": {"delta2", "sumb2"},
        "dh1": {"delta2", "W2"},
        "delta1": {"dh1", "slope1", "mask1"},
        "squaresW1": {"dW1"},
        "size": {f"squares{name}" for name in EVERYTHING.network.shapes},
        "clip": {"size"},
        "clippedW2": {"clip", "dW2"},
        "mW2": {"mW2", "clippedW2"},
        "vW2": {"vW2", "clippedW2"},
        "W2": adam,
        "changeW2": adam,
    }
    assert {name: names[name] for name in expected} == expected


def test_a_cost_of_a_sigmoid_is_made_of_its_logit_and_shown_with_its_probability() -> None:
    step = Step(case(dense_network((4, 3), (), "he"), head=("sigmoid", "cross-entropy")), rows=2)
    assert {factor.name for factor in factors(step.explain("c", (0, 0)))} == {"z1", "y", "p"}


@pytest.mark.parametrize(
    ("optimizer", "remembered"),
    [("sgd", ""), ("momentum", "v"), ("nesterov", "v"), ("rmsprop", "v"), ("adam", "mv")],
)
def test_an_update_is_made_of_what_the_optimiser_remembers(optimizer: str, remembered: str) -> None:
    step = Step(case(dense_network((2, 2), (), "he"), optimizer=optimizer), rows=2)
    found = {factor.name for factor in factors(step.explain("W1", (0, 1)))} - {None}
    assert found == {"W1", "dW1", *(slot + "W1" for slot in remembered)}


def test_the_worked_example_in_words() -> None:
    """4 = 1·2 + (−1)·(−1) + 1, as a learner sees it."""
    step = Step(dense_network((2, 2), (), "zeros"), rows=2, done=0)
    for name, values in {"a0": [[1, -1], [-2, 2]], "W1": [[2, -2], [-1, 1]], "b1": [1, -1]}.items():
        step.tensors[name][...] = values
        step.read[name] = step.tensors[name].copy()
    step.program.operations[0].run(step.tensors, step.context)
    terms = step.explain("z1", (0, 0))
    assert [(part.label, part.value) for part in terms.parts] == [
        ("x[0,0]·W1[0,0]", 2),
        ("x[0,1]·W1[1,0]", 1),
        ("b1[0]", 1),
    ]
    assert (terms.total, terms.residual) == (4, 0)


def test_a_probability_is_its_exponential_over_the_sum() -> None:
    step = Step(dense_network((2, 3), (), "zeros"), rows=1, done=0)
    step.tensors["z1"][...] = [[0, np.log(2), np.log(5)]]
    step.program.operations[1].run(step.tensors, step.context)
    terms = step.explain("p", (0, 1))
    (whole,) = terms.parts
    assert not terms.is_sum
    assert (whole.label, whole.value) == ("exp(z1[0,1] − m[0,0])/s[0,0]", pytest.approx(1 / 4))
    assert [factor.name for factor in whole.factors] == ["z1", "m", "s"]  # each can be opened
    # Its own logit, the maximum subtracted, the exponential, the sum.
    assert [step.value for step in terms.steps] == pytest.approx([np.log(2 / 5), 2 / 5, 1 / 4])
    assert [factor.value for step in terms.steps for factor in step.factors] == pytest.approx(
        [np.log(2), np.log(5), np.log(2 / 5), 2 / 5, 8 / 5]
    )
    largest = step.explain("m", (0, 0))
    assert [step.label for step in largest.steps] == [
        "max(z1[0,0] … z1[0,2])",
        "z1[0,2], the largest",
    ]


@given(cases(), st.integers(0, 9))
def test_numbers_that_are_not_finite_can_be_opened_without_a_warning(case: Case, seed: int) -> None:
    step = Step(case, rows=3, seed=seed, dtype=np.float32, done=0)
    random = np.random.default_rng(seed)
    for name in step.network.shapes:
        wild = random.random(step.tensors[name].shape) < 0.3
        step.tensors[name][wild] = random.choice([np.inf, -np.inf, np.nan, 3e38])
    step.read = {name: array.copy() for name, array in step.tensors.items()}
    with np.errstate(all="ignore"):
        for operation in step.program.differentiating:
            operation.run(step.tensors, step.context)
        kept = {name: step.read[name] for name in step.read if step.program.is_kept(name)}
        step.read = {name: array.copy() for name, array in step.tensors.items()} | kept
        for operation in step.program.updating:
            operation.run(step.tensors, step.context)
            step.read |= {name: step.looked[name].copy() for name in operation.names_written} | kept
    for operation in step.program.operations:
        for name in operation.names_written:
            for index in np.ndindex(*step.looked[name].shape):
                terms = step.explain(name, index)
                assert np.isfinite(terms.residual) <= np.isfinite(terms.total)


class TestTheParts:
    def test_a_product_multiplies_its_factors_and_keeps_its_sign(self) -> None:
        two, three = Factor("x", 2.0), Factor("y", 3.0)
        assert product(two, three) == Term("x·y", 6.0, (two, three))
        assert product(two, three, sign=-1) == Term("−x·y", -6.0, (two, three), "−{} × {}")

    def test_an_element_is_named_as_the_texts_do(self) -> None:
        tensors = {"dW2": np.array([[1.0, 2.0]]), "L": np.array(0.5)}
        dW2, L = T("dW2", symbol="∇W2"), T("L")
        assert element(tensors, dW2, 0, 1) == Factor("∇W2[0,1]", 2.0, "dW2", (0, 1))
        assert element(tensors, L) == Factor("L", 0.5, "L", ())

    def test_the_residual_is_what_the_parts_do_not_explain(self) -> None:
        terms = summed(1.0, [Term("a", 0.25), Term("b", 0.5)])
        assert terms == Terms(1.0, (Term("a", 0.25), Term("b", 0.5)), 0.25)

    def test_the_largest_come_first_whatever_their_sign(self) -> None:
        terms = summed(0.0, [Term("a", 1.0), Term("b", -3.0), Term("c", 2.0), Term("d", -1.0)])
        assert [part.label for part in terms.largest_first()] == ["b", "c", "a", "d"]
