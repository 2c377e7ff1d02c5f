"""The list of operations: its order, and that each does what it says and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nn.steps import CONTEXT, Step, networks
from tui_nn.nn.network import Network
from tui_nn.nn.operation import Operation, Phase, run
from tui_nn.nn.program import Program, build
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Array

DEFAULT = Network((784, 64, 32, 10), ("relu", "relu"), "he")


def outputs(step: Step, operation: Operation) -> dict[str, Array]:
    operation.kernel.run(step.tensors, CONTEXT)
    return {name: step.tensors[name].copy() for name in operation.writes}


def test_the_default_network_has_22_operations_in_the_order_of_the_texts() -> None:
    listing = " ".join(operation.symbol for operation in build(DEFAULT).operations)
    assert listing == "z1 a1 z2 a2 z3 p L δ3 ∇W3 ∇b3 δ2 ∇W2 ∇b2 δ1 ∇W1 ∇b1 W3 b3 W2 b2 W1 b1"


def test_a_network_without_hidden_layers_has_8() -> None:
    names = [operation.name for operation in build(Network((784, 10), (), "he")).operations]
    assert names == ["z1", "p", "L", "delta1", "dW1", "db1", "W1", "b1"]


@given(networks())
def test_its_phases_come_in_order_and_make_up_the_whole(network: Network) -> None:
    program = build(network)
    assert program.phase(*Phase) == program.operations
    phases = [list(Phase).index(operation.phase) for operation in program.operations]
    assert phases == sorted(phases)
    assert program.predicting + program.phase(Phase.BACKWARD) == program.differentiating
    assert program.differentiating + program.updating == program.operations
    assert program.probing == (*program.differentiating, program.input_gradient)
    # 2 forward, 3 backward and 2 update a layer, and the loss.
    assert len(program.operations) == 7 * network.layers + 1


@given(networks())
def test_every_name_has_one_writer_and_is_written_before_it_is_read(network: Network) -> None:
    program = build(network)
    known = {"a0", "y", *network.shapes}
    for operation in (*program.differentiating, program.input_gradient, *program.updating):
        assert known.issuperset(operation.reads)
        fresh = set(operation.writes) - set(network.shapes)
        assert not fresh & known, "only parameters may be written over"
        assert all(program.writer[name] is operation for name in operation.writes)
        known |= fresh
    assert len({operation.name for operation in program.writer.values()}) == 7 * network.layers + 2


@given(networks(), st.integers(0, 9))
def test_an_operation_reads_nothing_but_what_it_says(network: Network, seed: int) -> None:
    honest = Step(network, rows=3, seed=seed, done=0)
    for operation in honest.program.operations:
        poisoned = Step(network, rows=3, seed=seed, done=0)
        for name, array in poisoned.tensors.items():
            array[...] = honest.tensors[name] if name in operation.reads else np.nan
        found, wanted = outputs(poisoned, operation), outputs(honest, operation)
        for name in operation.writes:
            assert np.isfinite(wanted[name]).all()
            np.testing.assert_array_equal(found[name], wanted[name])


@given(networks(), st.integers(0, 9))
def test_an_operation_writes_nothing_but_what_it_says(network: Network, seed: int) -> None:
    step = Step(network, rows=3, seed=seed, done=0)
    for operation in step.program.operations:
        before = {name: array.copy() for name, array in step.tensors.items()}
        operation.kernel.run(step.tensors, CONTEXT)
        changed = {
            name for name, array in step.tensors.items() if not np.array_equal(array, before[name])
        }
        assert changed <= {*operation.writes, *operation.layouts}, operation.name
        parameters = changed & set(network.shapes)
        assert parameters <= ({operation.name} if operation.phase is Phase.UPDATE else set())


def test_rows_beyond_the_batch_are_left_alone() -> None:
    step = Step(Network((5, 4, 3), ("relu",), "he"), rows=2, done=0)
    spare = {
        name: array[2:]
        for name, array in step.workspace.rows(4).items()
        if array.shape != step.tensors[name].shape
    }
    assert {"a0", "y", "z1", "a1", "p", "m", "s", "l", "zy", "delta1", "slope1"} <= spare.keys()
    for array in spare.values():
        array.fill(7)
    run(step.program.operations, step.tensors, CONTEXT)
    assert all((array == 7).all() for array in spare.values())


@given(networks())
def test_every_operation_is_told_in_words(network: Network) -> None:
    program: Program = build(network)
    for operation in program.probing + program.updating:
        assert operation.why.endswith(".")
        assert operation.torch
        assert operation.formula
        assert operation.symbol == symbol(operation.writes[0])
        assert operation.name == operation.writes[0]


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("z1", "z1"), ("b12", "b12"), ("delta3", "δ3"), ("dW2", "∇W2"), ("db10", "∇b10"),
        ("dx", "∂L/∂x"), ("slope2", "f'(z2)"), ("p", "p"), ("L", "L"),
    ],
)  # fmt: skip
def test_symbols_are_those_of_the_texts(name: str, spelt: str) -> None:
    assert symbol(name) == spelt
