"""The list of operations: its order, and that each does what it says and nothing else."""

from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from tests.nn.steps import (
    DISTORTION,
    EVERYTHING,
    HEADS,
    Case,
    Step,
    case,
    cases,
    every_method,
    moved_state,
    networks,
    noise,
)
from tui_nn.data.augmentation import augment
from tui_nn.nn.looked import Looked
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network, dense_network
from tui_nn.nn.operation import Operation, Phase, Rates, StepContext, run
from tui_nn.nn.optimizers import OPTIMIZERS
from tui_nn.nn.program import Program, build
from tui_nn.nn.tensor import FEW, Array, Axis, Role

DEFAULT = dense_network((784, 64, 32, 10), ("relu", "relu"), "he")
LAYERS = (dense_network((4, 2), (), "he"), dense_network((4, 3, 3, 1), ("tanh", "relu"), "he"))


Kind = tuple[Network, Method, bool]


def kinds(every: int) -> list[Kind]:
    """Every so many-th method of a network without hidden layers and of one with two.

    7 has no factor in common with the numbers of choices, so that all of these still meet.
    """
    return [
        (network, method, distorted)
        for network in LAYERS
        for i, method in enumerate(every_method(network.depth - 1))
        for distorted in (False, True)
        if (i + distorted) % every == 0
    ]


@cache
def programs_of(every: int) -> list[Program]:
    distortion = augment(DISTORTION, 4)
    return [
        build(network, method, distortion if on else None) for network, method, on in kinds(every)
    ]


@pytest.fixture(params=[7, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
def programs(request: pytest.FixtureRequest) -> list[Program]:
    """Programs of many methods, distorted or not."""
    return programs_of(request.param)


def test_some_programs_hold_every_pair_of_choices() -> None:
    def pairs(of: list[Kind]) -> set[object]:
        chosen = [
            (
                network.depth,
                any(method.dropped),
                distorted,
                *astuple(method)[:3],
                *astuple(method)[4:],
            )
            for network, method, distorted in of
        ]
        return {pair for each in chosen for pair in combinations(enumerate(each), 2)}

    assert pairs(kinds(7)) == pairs(kinds(1))


def outputs(step: Step, operation: Operation) -> dict[str, Array]:
    operation.run(step.tensors, step.context)
    return {name: step.looked[name].copy() for name in operation.names_written}


def listing(program: Program) -> str:
    return " ".join(operation.symbol for operation in program.operations)


def test_the_default_network_has_24_operations_in_the_order_of_the_texts() -> None:
    found = listing(build(DEFAULT))
    assert (
        found
        == "z1 a1 z2 a2 z3 p L δ3 ∇W3 ∇b3 ∂L/∂a2 δ2 ∇W2 ∇b2 ∂L/∂a1 δ1 ∇W1 ∇b1 W3 b3 W2 b2 W1 b1"
    )


def test_a_network_without_hidden_layers_has_8() -> None:
    names = [operation.name for operation in build(dense_network((784, 10), (), "he")).operations]
    assert names == ["z1", "p", "L", "delta1", "dW1", "db1", "W1", "b1"]


def test_what_a_recipe_adds_has_its_place() -> None:
    assert listing(EVERYTHING.program) == (
        "x z1 a1 mask1 h1 z2 p L R J δ2 ∇W2 ∇b2 ∂L/∂h1 δ1 ∇W1 ∇b1 "
        "c c·∇W2 W2 c·∇b2 b2 c·∇W1 W1 c·∇b1 b1"
    )


def test_dropout_may_be_of_some_layers_only() -> None:
    network = dense_network((4, 3, 3, 3, 2), ("relu",) * 3, "he")
    program = build(network, Method(dropped=(False, True, False)))
    assert listing(program).startswith("z1 a1 z2 a2 mask2 h2 z3 a3 z4 p L δ4")
    reads = {each.name: each.names_read for each in program.operations}
    assert (reads["z2"][0], reads["z3"][0], reads["z4"][0]) == ("a1", "h2", "a3")
    assert (reads["dW2"][0], reads["dW3"][0], reads["dW4"][0]) == ("a1", "h2", "a3")
    assert ["mask2" in reads[f"delta{layer}"] for layer in (1, 2, 3)] == [False, True, False]


def test_its_phases_come_in_order_and_make_up_the_whole(programs: list[Program]) -> None:
    for program in programs:
        method, layers = program.method, program.network.depth
        assert program.phase(*Phase) == program.operations
        phases = [list(Phase).index(operation.phase) for operation in program.operations]
        assert phases == sorted(phases)
        assert program.costing + program.phase(Phase.BACKWARD) == program.differentiating
        assert program.differentiating + program.updating == program.operations
        assert program.costing[-1].name == program.objective
        # 2 forward, 4 backward (but 3 in the last layer) and 2 update a layer, and the loss.
        added = 2 * sum(method.dropped) + 2 * method.penalised + bool(program.distortion)
        clipping = method.clipped * (1 + 2 * layers)
        assert len(program.operations) == 8 * layers + added + clipping


def test_every_name_has_one_writer_and_is_written_before_it_is_read(
    programs: list[Program],
) -> None:
    for program in programs:
        kept = {*program.network.shapes, *program.slots}
        known = {*program.inputs, *program.sums.values(), *kept}
        order = (*program.differentiating, program.input_gradient, *program.updating)
        for operation in order:
            assert known.issuperset(operation.names_read), operation.name
            fresh = set(operation.names_written) - kept
            assert not fresh & known, "only what is kept may be written over"
            assert all(program.writer[name] is operation for name in operation.names_written)
            known |= fresh
        written = [name for operation in order for name in operation.names_written]
        assert len(written) == len(set(written)) == len(program.writer)
        assert len({operation.name for operation in order}) == len(order)
        assert known >= set(program.sums)


def test_every_name_has_a_buffer_and_kept_ones_live_in_the_state(programs: list[Program]) -> None:
    for program in programs:
        state = program.initial_state(1)
        tensors = program.workspace(state, 2).rows(2)
        named = {
            name for each in program.operations for name in (*each.names_read, *each.names_written)
        }
        assert named - tensors.keys() == program.unbuffered
        assert {name for name in tensors if program.is_kept(name)} == state.tensors.keys()
        for name in state.tensors:
            assert tensors[name] is state.tensors[name]
        scratch = {tensor for each in program.operations for tensor in each.scratch}
        assert all(tensor.scratch for tensor in scratch)
        assert not {tensor.name for tensor in scratch} & state.tensors.keys()


def test_what_is_kept_from_step_to_step() -> None:
    program = EVERYTHING.program
    for name in ("W1", "b2", "mW1", "vW1", "mb2", "vb2"):
        assert program.is_kept(name)
    for name in ("original", "a0", "y", "w", "u1", "mask1", "L", "J", "m", "v", "dW1", "changeW1"):
        assert not program.is_kept(name)
    assert not build(DEFAULT).is_kept("vW1")
    assert build(DEFAULT, Method(optimizer="nesterov")).is_kept("vW1")
    assert not build(DEFAULT, Method(optimizer="nesterov")).is_kept("mW1")


def test_in_use_a_network_does_nothing_that_only_training_does(programs: list[Program]) -> None:
    for program in programs:
        plain = program.inference
        assert plain.inference is plain
        assert (plain.method.output, plain.method.loss) == (
            program.method.output, program.method.loss,
        )  # fmt: skip
        assert plain.operations == build(program.network, plain.method).operations
        assert plain.distortion is None
        assert plain.inputs.keys() == {"a0", "y"}
        assert not plain.sums
        assert not plain.slots
        assert program.predicting == plain.costing
        assert program.probing == (*plain.differentiating, plain.input_gradient)
        extra = {
            Role.SAMPLE_WEIGHT, Role.DRAW, Role.MASK, Role.DROPPED, Role.PENALTY, Role.NORM,
            Role.OBJECTIVE, Role.UNIT_PENALTY, Role.CHUNK_SUM, Role.SCALE, Role.SQUARES,
        }  # fmt: skip
        for operation in program.probing:
            for tensor in (*operation.reads, *operation.writes, *operation.scratch):
                assert tensor.role not in extra
                assert tensor.name != "original"
        if program.method == plain.method and program.distortion is None:
            assert plain is program


@given(cases(), st.integers(0, 9))
def test_an_operation_reads_nothing_but_what_it_says(chosen: Case, seed: int) -> None:
    honest = Step(chosen, rows=3, seed=seed, done=0)
    poisoned = Step(chosen, rows=3, seed=seed, done=0)
    for operation in honest.program.operations:
        for name, array in poisoned.tensors.items():
            is_read = name in {*operation.names_read, *(each.name for each in operation.left)}
            unknown = np.nan if array.dtype.kind == "f" else 99
            array[...] = honest.tensors[name] if is_read else unknown
        found, wanted = outputs(poisoned, operation), outputs(honest, operation)
        for name in operation.names_written:
            assert np.isfinite(wanted[name]).all()
            np.testing.assert_array_equal(found[name], wanted[name])


@given(cases(), st.integers(0, 9))
def test_an_operation_writes_nothing_but_what_it_says(chosen: Case, seed: int) -> None:
    step = Step(chosen, rows=3, seed=seed, done=0)
    program = step.program
    for operation in program.operations:
        before = {name: array.copy() for name, array in step.tensors.items()}
        operation.run(step.tensors, step.context)
        changed = {
            name for name, array in step.tensors.items() if not np.array_equal(array, before[name])
        }
        assert changed <= {*operation.names_written, *(t.name for t in operation.scratch)}, (
            operation.name
        )
        kept = {name for name in changed if program.is_kept(name)}
        slots = {slot.letter + operation.name for slot in program.optimizer.slots}
        updates = operation.phase is Phase.UPDATE
        assert kept <= ({operation.name, *slots} if updates else set())


def test_rows_beyond_the_batch_are_left_alone() -> None:
    for chosen in (EVERYTHING, Case(dense_network((5, 4, 3), ("relu",), "he"))):
        step = Step(chosen, rows=2, done=0)
        spare = {
            name: array.reshape(-1, order="A")[array.size // 2 :]
            for name, array in step.workspace.rows(4).items()
            if array.shape != step.tensors[name].shape
        }
        named = {"a0", "y", "z1", "a1", "p", "l", "zy", "delta1", "slope1"}
        if chosen is EVERYTHING:
            named |= {"original", "w", "wl", "c", "u1", "mask1", "h1", "slope2"}
            named -= {"zy"}
        assert named <= spare.keys()
        for array in spare.values():
            array.fill(7)
        run(step.program.operations, step.tensors, step.context)
        assert all((array == 7).all() for array in spare.values())


def cancelled(step: Step, operation: Operation, name: str, wanted: Array, found: Array) -> float:
    """What the terms of the number that is furthest off come to, where they may cancel out."""
    if not step.network.statistics or operation.phase is Phase.UPDATE:
        return 0.0
    furthest = np.unravel_index(np.argmax(np.abs(found - wanted)), wanted.shape)
    index, kernel = tuple(map(int, furthest)), operation.kernel
    terms = kernel.terms(step.looked, step.context, name, index, float(wanted[index]))
    return sum(abs(part.value) for part in terms.parts)


@given(cases(), st.integers(0, 9))
def test_float32_is_float64_but_for_rounding(chosen: Case, seed: int) -> None:
    """Each operation, given the same numbers: the same masks, distortions, slopes and limits."""
    single = Step(chosen, rows=3, seed=seed, dtype=np.float32, done=0)
    double = Step(chosen, rows=3, seed=seed, dtype=np.float64, done=0)
    for operation in chosen.program.operations:
        for name, array in single.tensors.items():
            double.tensors[name][...] = array
        found, wanted = outputs(single, operation), outputs(double, operation)
        for name in operation.names_written:
            assert found[name].dtype == (chosen.program.tensor(name).dtype or np.float32)
            terms = cancelled(double, operation, name, wanted[name], found[name])
            size = max(np.abs(wanted[name]).max(initial=1e-3), terms)
            np.testing.assert_allclose(found[name], wanted[name], rtol=1e-5, atol=3e-6 * size)


@given(networks(), st.integers(0, 9))
def test_a_plain_step_has_the_bits_of_a_few_lines_of_numpy(network: Network, seed: int) -> None:
    """Whatever else can be asked for: where it is not, nothing of it is left in the arithmetic."""
    step = Step(network, rows=3, seed=seed, dtype=np.float32)

    def laid_out(values: Array) -> Array:
        return np.asarray(values, order="F" if values.shape[1] <= FEW else "C")

    a, activations = [step.read["a0"]], [network.activation(i) for i in range(1, network.depth)]
    z = []
    for layer in range(1, network.depth + 1):
        W, b = step.read[f"W{layer}"], step.read[f"b{layer}"]
        z.append(np.matmul(a[-1], W, out=laid_out(np.empty((3, len(b)), np.float32))))
        z[-1] += b
        if layer < network.depth:
            a.append(np.empty_like(z[-1]))
            activations[layer - 1].function(z[-1], a[-1])
    exponentials = np.exp(z[-1] - z[-1].max(axis=1, keepdims=True))
    delta = (exponentials / exponentials.sum(axis=1, keepdims=True) - step.read["y"]) / 3
    for layer in range(network.depth, 0, -1):
        for name, gradient in (
            (f"W{layer}", a[layer - 1].T @ delta),
            (f"b{layer}", np.ones(3, np.float32) @ delta),
        ):
            np.testing.assert_array_equal(step.tensors[f"d{name}"], gradient)
            before = step.read[name]
            # By BLAS, which rounds once where NumPy does twice.
            np.testing.assert_allclose(
                step.tensors[name],
                before - gradient * np.float32(0.1),
                rtol=1e-7,
                atol=float(np.spacing(np.abs(before).max())),
            )
        if layer > 1:
            slope = np.empty_like(z[layer - 2])
            activations[layer - 2].slope(z[layer - 2], a[layer - 1], slope)
            error = np.empty_like(slope)
            np.matmul(delta, step.read[f"W{layer}"].T, out=error)
            delta = error * slope


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    "extra", [{"dropped": (True,)}, {"weighted": True}, {"penalised": True}, {"clipped": True}]
)
def test_what_is_on_and_does_nothing_changes_no_bit(
    head: tuple[str, str], extra: dict[str, bool]
) -> None:
    network = dense_network((4, 5, 3), ("tanh",), "he")
    rates = {"dropout": (0.0,), "clipping": 1e9}
    found = {}
    for method in (Method(*head, "adam"), Method(*head, "adam", **extra)):
        program = build(network, method)
        tensors = program.workspace(moved_state(program, 1, np.float32), 4).rows(4)
        for name, values in noise(Case(network, method), 4, 1).items():
            tensors[name][...] = np.ones(4) if name == "w" else values
        context = StepContext(1, 1, 2, np.arange(4), 0.1, Rates(**rates))
        run(program.operations, tensors, context)
        looked = Looked(tensors, program, context)
        found[method] = {
            name: looked[name].copy() for each in program.operations for name in each.names_written
        }
    plain, other = found.values()
    if "dh1" in other:  # the same error, of what dropout leaves of a1
        other["da1"] = other["dh1"]
    for name in plain:
        np.testing.assert_array_equal(plain[name], other[name])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("head", HEADS)
def test_every_operation_is_told_in_words(head: tuple[str, str], optimizer: str) -> None:
    switches = ("l1", "l2", "dropout", "weighted", "distorted", "chunked")
    network = dense_network((4, 3, 2), ("tanh",), "he")
    for on, clipping in product((False, True), (0.0, 1.0)):
        chosen = case(
            network,
            head=head,
            optimizer=optimizer,
            clipping=clipping,
            **dict.fromkeys(switches, on),
        )
        program = chosen.program
        for operation in (*program.operations, program.input_gradient):
            assert operation.why.endswith(".")
            assert operation.torch
            left, _, right = operation.formula.replace("←", "=").partition(" = ")
            # It says more than its own name, and begins with it.
            assert right.strip() not in ("", left)
            assert left == operation.symbol
            assert operation.symbol == program.tensor(operation.name).symbol
        assert len({operation.formula for operation in program.operations}) == len(
            program.operations
        )


def test_the_square_of_a_shortened_gradient_is_of_all_of_it() -> None:
    program = case(LAYERS[0], optimizer="rmsprop", clipping=1.0).program
    assert program.writer["W1"].formula == (
        "W1 ← W1 − η·c·∇W1/(√v + ε), v = ρ·v + (1 − ρ)·(c·∇W1)²"
    )
    plain = case(LAYERS[0], optimizer="rmsprop").program
    assert plain.writer["W1"].formula == "W1 ← W1 − η·∇W1/(√v + ε), v = ρ·v + (1 − ρ)·∇W1²"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("z1", "z1"), ("b2", "b2"), ("delta2", "δ2"), ("dW2", "∇W2"), ("db1", "∇b1"),
        ("dx", "∂L/∂x"), ("dh1", "∂L/∂h1"), ("slope2", "sigmoid′(z2)"), ("p", "p"), ("L", "L"),
        ("J", "J"), ("clippedW2", "c·∇W2"), ("clip", "c"), ("size", "‖∇‖"),
        ("squaresb1", "Σ²∇b1"), ("sumW1", "Σ∇W1"), ("sumL", "ΣL"), ("changeb2", "Δb2"),
        ("mask1", "mask1"), ("h1", "h1"), ("vW1", "vW1"),
    ],
)  # fmt: skip
def test_symbols_are_those_of_the_texts(name: str, written: str) -> None:
    assert EVERYTHING.program.tensor(name).symbol == written


def test_tensors_describe_themselves() -> None:
    program = EVERYTHING.program
    for name, tensor in program.tensors.items():
        assert tensor.name == name
    dW2, W2 = program.tensor("dW2"), program.tensor("W2")
    assert (dW2.role, dW2.layer, dW2.of, dW2.shape) == (Role.GRADIENT, 2, W2, (3, 2))
    assert program.gradient_of("W2") is not None
    assert program.gradient_of("W2") == dW2
    assert (W2.axes, W2.batched) == ((Axis.INPUT, Axis.UNIT), False)
    z1, dh1 = program.tensor("z1"), program.tensor("dh1")
    assert (z1.axes, z1.shape, z1.batched, z1.layer) == ((Axis.SAMPLE, Axis.UNIT), (3,), True, 1)
    assert (dh1.role, dh1.of) == (Role.ERROR, program.tensor("h1"))
    assert program.tensor("vW2").of == W2
    assert program.tensor("a0").layer == 0
    assert program.tensor("L").layer is None
    assert [each.name for each in program.network.parameters if each.decays] == ["W1", "W2"]


def test_a_tensor_is_found_by_its_name_its_symbol_and_without_greek() -> None:
    program = EVERYTHING.program
    for name, tensor in program.tensors.items():
        assert program.resolve(name) == name
        if tensor.symbol != "c":  # clipping's factor, and what an output costs
            assert program.resolve(tensor.symbol) == name
    assert program.resolve("c") == "c"
    assert program.resolve("c", single=True) == "clip"
    assert [program.resolve(text) for text in ("d2", "dw2", "changew1", "∇", "nothing")] == [
        "delta2", "dW2", "changeW1", "size", "nothing",
    ]  # fmt: skip
