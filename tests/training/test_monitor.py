"""What is read from a step as it passes, against plain formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.data.task import Task
from tui_nn.nn.method import Method
from tui_nn.nn.network import dense_network
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program, build
from tui_nn.nn.tensor import Arrays
from tui_nn.training.stepping.monitor import Monitor, first_nonfinite

NETWORK = dense_network((6, 5, 4), ("tanh",), "glorot")


def differentiated(rows: int, seed: int = 0) -> tuple[Program, Arrays]:
    random = np.random.default_rng(seed)
    program = build(NETWORK)
    tensors = program.workspace(NETWORK.initial_state(seed), 8).rows(rows)
    tensors["a0"][...] = random.normal(size=(rows, 6))
    tensors["y"][...] = np.eye(4)[random.integers(0, 4, rows)]
    run(program.differentiating, tensors, StepContext(0, 1, 0, np.arange(rows), 0.1))
    return program, tensors


@given(st.integers(1, 8), st.integers(0, 99))
def test_it_reads_loss_accuracy_and_norms(rows: int, seed: int) -> None:
    program, tensors = differentiated(rows, seed)
    reading = Monitor(program, tensors, Task()).read()
    right = tensors["p"].argmax(axis=1) == tensors["y"].argmax(axis=1)
    assert reading.loss == float(tensors["L"])
    assert reading.correct == int(right.sum())
    for norm, layer in zip(reading.gradient_norms, (1, 2), strict=True):
        gradient = np.append(tensors[f"dW{layer}"], tensors[f"db{layer}"]).astype(np.float64)
        assert norm == pytest.approx(np.sqrt((gradient**2).sum()), rel=1e-5)
    assert reading.finite


@pytest.mark.parametrize("name", ["z1", "z2", "L", "dW1", "db1", "dW2", "db2"])
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_it_sees_what_is_not_finite(name: str, value: float) -> None:
    program, tensors = differentiated(5)
    monitor = Monitor(program, tensors, Task())
    tensors[name][(-1,) * tensors[name].ndim] = value
    assert not monitor.read().finite


def test_it_reads_the_step_that_is_there_now() -> None:
    program, tensors = differentiated(4)
    monitor = Monitor(program, tensors, Task())
    before = monitor.read()
    tensors["L"][...] = 7
    tensors["p"][...] = tensors["y"]
    assert (monitor.read().loss, monitor.read().correct) == (7, 4)
    assert before.loss != 7


def test_the_first_operation_that_wrote_something_not_finite_is_found() -> None:
    program, tensors = differentiated(4)
    assert first_nonfinite(program.operations, tensors) is None
    for name, writer in (
        ("db1", "db1"),
        ("slope1", "delta1"),
        ("l", "L"),
        ("s", "p"),
        ("z1", "z1"),
    ):
        tensors[name][-1] = np.nan
        found = first_nonfinite(program.operations, tensors)
        assert found is not None
        assert found.name == writer


@given(st.integers(1, 8), st.integers(0, 99))
def test_of_one_output(rows: int, seed: int) -> None:
    random, network = np.random.default_rng(seed), dense_network((6, 5, 1), ("tanh",), "glorot")
    program = build(network, Method(output="sigmoid"))
    tensors = program.workspace(network.initial_state(seed), 8).rows(rows)
    tensors["a0"][...] = random.normal(size=(rows, 6))
    tensors["y"][...] = random.integers(0, 2, (rows, 1))
    run(program.differentiating, tensors, StepContext(0, 1, 0, np.arange(rows), 0.1))
    reading = Monitor(program, tensors, Task(4)).read()
    assert reading.correct == int(((tensors["p"] > 0.5) == (tensors["y"] == 1)).sum())
    assert reading.loss == float(tensors["L"])
