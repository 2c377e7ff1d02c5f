"""A run that stands where somebody's gradients were worked out: after the backward pass."""

import numpy as np

from tui_nn.data.dataset import SPLITS, Dataset, Split
from tui_nn.data.form import Form
from tui_nn.data.worlds import WORLDS
from tui_nn.data.worlds.world import World
from tui_nn.errors import TuiNNError
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.nn.tensor import Array
from tui_nn.training.recipe.data_section import DataSection
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.recipe.ranges import WHOLE_BATCH
from tui_nn.training.recipe.recipe import Recipe, faults
from tui_nn.training.recipe.training_section import TrainingSection
from tui_nn.training.session.session import Session

_MOST_TARGETS = 256  # a label is a byte
_PICTURE = (28, 28)
_INK = 255


def handed_in(problem: Problem, name: str, memory: int) -> Session:
    """Return a run of a network on a batch, with all gradients computed and nothing updated.

    Args:
        problem: The network and the batch.
        name: What to call the data.
        memory: Bytes for going back in time.

    Raises:
        TuiNNError: The app cannot show such a network.
    """
    if problem.masks:
        raise TuiNNError(f"{name}: the app draws masks of dropout anew: it cannot show these")
    if problem.samples > WHOLE_BATCH:
        raise TuiNNError(f"{name}: the app shows a batch of at most {WHOLE_BATCH:,} at once")
    split = _split(problem, name)
    # A world is a data set with a form of its own: so its name says what its samples are.
    WORLDS[name] = World(name, "gradients to check", split.form, lambda *_: {})
    recipe = _recipe(problem, name)
    for key, fault in faults(recipe):
        raise TuiNNError(f"{name}: {key}: {fault}")
    session = Session(recipe, Dataset(name, dict.fromkeys(SPLITS, split)), history_memory=memory)
    for _ in session.program.differentiating:
        session.step_operation()
    return session


def _recipe(problem: Problem, name: str) -> Recipe:
    weights: dict[str, object] = {}
    for number, (W, b) in enumerate(zip(problem.weights, problem.biases, strict=True), start=1):
        weights |= {f"W{number}": W.tolist(), f"b{number}": b.tolist()}
    return Recipe(
        name="check",
        title="Gradients that were handed in",
        data=DataSection(name=name),
        network=NetworkSection(
            layers=[problem.X.shape[1], *(each.size for each in problem.biases)],
            activation=list(problem.activations) or "relu",
            output=problem.output,
            weights=weights,
        ),
        training=TrainingSection(loss=problem.loss, batch_size=problem.samples, l2=problem.l2),
    )


def _split(problem: Problem, name: str) -> Split:
    """Return the batch as samples: bytes where its numbers are a digit's, else numbers."""
    X, y = problem.X, problem.y
    ink = np.rint(X * _INK)
    is_picture = X.shape[1] == np.prod(_PICTURE) and X.min() >= 0 and X.max() <= 1
    is_picture = is_picture and np.allclose(X * _INK, ink, rtol=0, atol=1e-3)
    shape = _PICTURE if is_picture else (X.shape[1],)
    labels, classes, targets = _labels(y, name)
    form = Form(shape, classes, plain=not is_picture, targets=targets)
    images = ink.astype(np.uint8) if is_picture else X.astype(np.float32)
    return Split(images.reshape(len(X), *shape), labels, form)


def _labels(y: Array, name: str) -> tuple[Array, tuple[str, ...], tuple[tuple[float, ...], ...]]:
    """Return a label for each sample, the names of classes, and the rows that labels stand for."""
    outputs = y.shape[1]
    is_yes_or_no = bool(np.isin(y, (0.0, 1.0)).all())
    if outputs == 1 and is_yes_or_no:
        return y[:, 0].astype(np.uint8), ("0", "1"), ()
    names = tuple(map(str, range(outputs)))
    if outputs > 2 and is_yes_or_no and bool((y.sum(axis=1) == 1).all()):
        return y.argmax(axis=1).astype(np.uint8), names, ()
    rows, labels = np.unique(y, axis=0, return_inverse=True)
    if len(rows) > _MOST_TARGETS:
        raise TuiNNError(f"{name}: the app shows at most {_MOST_TARGETS} different targets")
    targets = tuple(tuple(map(float, row)) for row in rows)
    return labels.reshape(-1).astype(np.uint8), names, targets
