"""One step of a small network, outside any session: what the tests of the machine look at."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.explain import Factor, Index, Terms
from tui_nn.nn.network import Network
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program, build
from tui_nn.nn.tensors import Array, Workspace

CONTEXT = StepContext(seed=1, epoch=1, step=0, indices=np.arange(3), learning_rate=0.1)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    hidden = len(sizes) - 2
    activations = st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=hidden, max_size=hidden)
    return Network(tuple(sizes), tuple(draw(activations)), draw(st.sampled_from(["he", "glorot"])))


@dataclass(eq=False)
class Step:
    """A batch of noise on its way through a network, up to a point of the program.

    Attributes:
        read: Every tensor as the operations read it: parameters from before the update.
    """

    network: Network
    rows: int
    seed: int = 0
    dtype: type[np.floating[Any]] = np.float64
    done: int | None = None
    program: Program = field(init=False)
    workspace: Workspace = field(init=False)
    tensors: dict[str, Array] = field(init=False)
    read: dict[str, Array] = field(init=False)

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        self.program = build(self.network)
        state = self.network.initial_state(self.seed, self.dtype)
        for name in self.network.shapes:
            if name.startswith("b"):
                state.tensors[name][...] = random.normal(size=state.tensors[name].shape)
        # A larger capacity than is used, as for an epoch's last batch.
        self.workspace = self.program.workspace(state, self.rows + 2)
        self.tensors = dict(self.workspace.rows(self.rows))
        self.tensors["a0"][...] = random.uniform(-0.2, 1, self.tensors["a0"].shape).clip(0)
        classes = self.network.sizes[-1]
        self.tensors["y"][...] = np.eye(classes)[random.integers(0, classes, self.rows)]
        before = state.copy().tensors
        run(self.program.operations[: self.done], self.tensors, CONTEXT)
        self.read = self.tensors | before

    def explain(self, name: str, index: Index) -> Terms:
        kernel = self.program.writer[name].kernel
        return kernel.terms(self.read, CONTEXT, name, index, float(self.tensors[name][index]))


def factors(terms: Terms) -> list[Factor]:
    """Every number that an explanation mentions."""
    return [factor for term in (*terms.parts, *terms.steps) for factor in term.factors]
