"""A mistaken program's gradients are those of the mistake written by hand in plain NumPy."""

import random as chance

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mistakes.by_hand import BY_HAND, ETA, LAMBDA, Batch, Hand, Network
from tests.nn.steps import Case, Step, cases
from tests.nn.test_explain import any_index, check_element
from tui_nn.mistakes.mistake import Group, Setting
from tui_nn.mistakes.table import GRADIENTS, MISTAKES
from tui_nn.nn.gradcheck import relative_error
from tui_nn.nn.method import Method
from tui_nn.nn.network import dense_network
from tui_nn.nn.operation import Rates, StepContext, run
from tui_nn.nn.program import Program, build
from tui_nn.nn.tensor import Arrays, Role

ROWS = 7
PAIRS = [(name, hand) for name, hands in BY_HAND.items() for hand in hands]


def setting_of(hand: Hand) -> Setting:
    method = Method(hand.output, hand.loss, dropped=(hand.dropout,), penalised=hand.l2)
    network = dense_network(hand.sizes, (hand.activation,), "glorot")
    rates = Rates(l2=LAMBDA * hand.l2, dropout=(0.4 * hand.dropout,))
    return Setting(build(network, method), rates)


def computed(program: Program, rates: Rates, seed: int) -> Arrays:
    """A batch of noise, with all that the program computes before the update."""
    random = np.random.default_rng(seed)
    state = program.initial_state(seed, np.float64)
    for name, parameter in program.parameters.items():
        state.tensors[name][...] = random.normal(0, 0.7, parameter.shape)
    tensors = program.workspace(state, ROWS).rows(ROWS)
    tensors["a0"][...] = random.normal(0, 1, tensors["a0"].shape)
    outputs = tensors["y"].shape[1]
    tensors["y"][...] = np.eye(outputs)[random.integers(0, outputs, ROWS)]
    context = StepContext(seed, 1, 0, np.arange(ROWS), ETA, rates)
    run(program.differentiating, tensors, context)
    return tensors


@pytest.mark.parametrize(("name", "hand"), PAIRS, ids=[name for name, _ in PAIRS])
def test_the_gradients_are_those_of_the_line_as_people_write_it(name: str, hand: Hand) -> None:
    setting, mistake = setting_of(hand), MISTAKES[name]
    assert mistake.refusal(setting) == ""
    for seed in range(5):
        tensors = computed(mistake.apply(setting.program), setting.rates, seed)
        held = (tensors[each] for each in ("a0", "y", "W1", "b1", "W2", "b2"))
        mask = tensors["mask1"] if hand.dropout else 1.0
        by_hand = hand.gradients(Network(Batch(*held, mask=mask), hand.activation, hand.output))
        right = computed(setting.program, setting.rates, seed)
        for gradient, expected in zip(("dW1", "db1", "dW2", "db2"), by_hand, strict=True):
            np.testing.assert_allclose(tensors[gradient], expected, rtol=1e-9, atol=1e-12)
        wrong = max(relative_error(tensors[each], right[each]) for each in ("dW1", "dW2", "db1"))
        assert wrong > 1e-3 or name == "bias-gradient-over-everything"


def test_every_mistake_in_the_gradients_is_written_by_hand() -> None:
    assert {each.name for each in GRADIENTS} == BY_HAND.keys()
    assert {each.name for each in GRADIENTS} == {
        each.name for each in MISTAKES.values() if each.group is Group.GRADIENTS
    }


def broken(case: Case, name: str) -> Case | None:
    """The same case with a mistake, or None where it makes no sense."""
    mistake = MISTAKES[name]
    if mistake.refusal(Setting(case.program, case.rates)):
        return None
    made = Case(case.network, case.method, case.rates, case.augmentation)
    made.__dict__["program"] = mistake.apply(case.program)
    return made


@settings(max_examples=2 * settings().max_examples)
@given(
    cases(),
    st.sampled_from([each.name for each in MISTAKES.values() if each.rewrite]),
    st.integers(0, 99),
    st.randoms(use_true_random=False),
)
def test_what_is_wrong_is_explained_as_it_is(
    case: Case, name: str, seed: int, random: chance.Random
) -> None:
    """The terms of every result of every operation add up to it, those of wrong ones too."""
    chosen = broken(case, name)
    if chosen is None:
        return
    step = Step(chosen, 3, seed, np.float64)
    for operation in chosen.program.operations:
        for written in operation.names_written:
            if np.isfinite(step.looked[written]).all():
                check_element(step, written, any_index(random, step.looked[written]))


@given(cases(), st.sampled_from(list(MISTAKES)))
def test_a_broken_program_is_a_program(case: Case, name: str) -> None:
    """Each operation reads what was written before it; no two have a name; wrong ones say so."""
    chosen = broken(case, name)
    if chosen is None:
        return
    program, right = chosen.program, case.program
    known = {*program.inputs, *program.kept, *program.sums.values()}
    for operation in program.operations:
        assert known.issuperset(operation.names_read), operation.formula
        known.update(operation.names_written)
    names = [each.name for each in program.operations]
    assert len(names) == len(set(names))
    changed = {each.formula for each in program.operations} - {
        each.formula for each in right.operations
    }
    said = {each.formula for each in program.operations if each.mistaken}
    # What only reads what a wrong operation made is right itself.
    assert said <= changed | {each.formula for each in right.operations}
    rewritten = MISTAKES[name].rewrite is not None and name != "bias-never-updated"
    assert bool(said) is rewritten
    assert not any(each.mistaken for each in right.operations)
    assert program.find_one(Role.LOSS) == right.find_one(Role.LOSS)
