"""Checks before the first step: what is wrong in the data or the weights shows there already.

The questions are those of Stanford's CS231n, Learning, "Before learning: sanity checks".
"""

from collections.abc import Callable, Iterable

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from tui_nn.data.augmentation import Augmentation
from tui_nn.data.dataset import Dataset
from tui_nn.nn.operation import run
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.training.analysis.health.finding import SEVERITY, Finding, Verdict
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.stepping.stepper import Stepper

BY_HEART = 10  # samples
_PATIENCE = 500  # steps in which they have to be learnt
_NEAR = 2.0  # times as much, or a part of it: untrained sums are near 0, not at it
_LEARNT = 0.1  # of the first loss, where the targets are numbers
_SAMPLED = 2000  # samples that are looked at
_LARGE = 10.0  # a number that a network with weights of the usual size does not expect
_RARE = 0.5  # of an equal share


class Begun(Struct, frozen=True, eq=False):
    """A run whose first batch has been taken through the network and back, before its update."""

    recipe: Recipe
    dataset: Dataset
    at: Stepper


def check_beginning(recipe: Recipe, dataset: Dataset) -> list[Finding]:
    """Check the data, and the first batch with the weights that a run begins with.

    Args:
        recipe: The run's.
        dataset: What it trains on, divided.

    Returns:
        A finding for each thing that was checked; nothing of what does not apply to the run. What
        is wrong stands first.
    """
    stepper = Stepper(recipe, dataset)
    with np.errstate(all="ignore"):
        stepper.run_to(len(stepper.program.differentiating))
        begun = Begun(recipe, dataset, stepper)
        findings = [each for check in CHECKS for each in check(begun)]
    return sorted(findings, key=lambda finding: -SEVERITY[finding.verdict])


def _inputs_scaled(begun: Begun) -> Iterable[Finding]:
    values = begun.at.tensors[begun.at.program.input.name]
    least, most = float(values.min()), float(values.max())
    says = f"the first batch's lie between {least:.3g} and {most:.3g}"
    name = "inputs"
    if not np.isfinite([least, most]).all():
        yield Finding(name, Verdict.BAD, "some are not finite: the loss cannot be, either.")
    elif max(-least, most) > _LARGE:
        advice = "Divide them by their largest value: 255 for pixels."
        yield Finding(name, Verdict.BAD, f"{says}: so large that units saturate or die.", advice)
    elif not begun.dataset["train"].form.plain and most - least < 1 / _LARGE:
        yield Finding(
            name, Verdict.WARN, f"{says}: nearly the same everywhere.", "Are they scaled twice?"
        )
    else:
        yield Finding(name, Verdict.OK, f"{says}: scaled.")


def _classes_balanced(begun: Begun) -> Iterable[Finding]:
    task, labels = begun.recipe.task, begun.dataset["train"].labels
    if task.is_numeric:
        return
    counts = np.bincount(task.classes(labels), minlength=len(task.names))
    rarest, commonest = int(counts.argmin()), int(counts.argmax())
    share = counts[rarest] * len(counts) / len(labels)
    says = (
        f"from {counts[rarest]:,} of {task.names[rarest]} to {counts[commonest]:,} of "
        f"{task.names[commonest]}"
        if counts[rarest] < counts[commonest]
        else f"{counts[rarest]:,} of each"
    )
    data = begun.recipe.data
    if not counts[rarest]:
        says = f"{task.names[rarest]} does not occur: it cannot be learnt."
        yield Finding("classes", Verdict.BAD, says)
    elif share < _RARE and not (data.class_weighting or data.oversampling):
        advice = "Do not trust the accuracy; let the rare class count more (p)."
        yield Finding("classes", Verdict.WARN, f"{says}: not balanced.", advice)
    else:
        balanced = "balanced" if share >= _RARE else "not balanced, which the recipe makes up for"
        yield Finding("classes", Verdict.OK, f"{says}: {balanced}.")


def _labels_in_range(begun: Begun) -> Iterable[Finding]:
    task, wanted = begun.recipe.task, begun.at.tensors[begun.at.program.labels.name]
    if task.is_numeric or task.is_binary:
        return
    one_hot = ((wanted == 0) | (wanted == 1)).all() and (wanted.sum(axis=1) == 1).all()
    if one_hot:
        says = f"each is one of the {len(task.names)} classes, as one 1 among zeros."
        yield Finding("labels", Verdict.OK, says)
    else:
        yield Finding("labels", Verdict.BAD, "some rows of the batch are not one 1 among zeros.")


def _first_loss(begun: Begun) -> Iterable[Finding]:
    if begun.recipe.task.is_numeric:
        return
    loss, undecided = float(begun.at.tensors[begun.at.program.loss.name]), _undecided(begun.at)
    says = f"{loss:.3g} before the first step; outputs that favour nothing cost {undecided:.3g}"
    if OUTPUTS[begun.at.program.method.output].exclusive and not begun.recipe.data.class_weighting:
        says += f" (ln {len(begun.recipe.task.names)})"
    name = "first loss"
    if not np.isfinite(loss):
        yield Finding(name, Verdict.BAD, says, "The weights or the inputs are far too large.")
    elif loss > _NEAR * undecided:
        advice = "The weights may be too large, or the inputs not scaled."
        yield Finding(name, Verdict.WARN, f"{says}: it begins sure of what is wrong.", advice)
    elif loss < undecided / _NEAR:
        advice = "Were its weights trained before?"
        yield Finding(name, Verdict.WARN, f"{says}: better than it can know.", advice)
    else:
        yield Finding(name, Verdict.OK, f"{says}: as it should be.")


def _undecided(at: Stepper) -> float:
    """Return what the batch costs where every weight is 0, and so every sum.

    Of a batch in chunks, the rows that are there are taken for the whole of it.
    """
    program, rows = at.program, len(at.tensors[at.program.labels.name])
    state = at.state.copy()
    state.flat[...] = 0
    zeros = program.workspace(state, rows).rows(rows)
    for name in program.inputs:
        zeros[name][...] = at.tensors[name]
    run(program.costing, zeros, replace(at.context, samples=0))
    return float(zeros[program.loss.name])


def _gradients_arrive(begun: Begun) -> Iterable[Finding]:
    program = begun.at.program
    symbols = {name: gradient.symbol for name, gradient in program.gradients.items()}
    largest = {
        name: float(np.abs(begun.at.tensors[gradient.name]).max())
        for name, gradient in program.gradients.items()
    }
    still = [symbols[name] for name, size in largest.items() if size == 0]
    wild = [symbols[name] for name, size in largest.items() if not np.isfinite(size)]
    name = "first gradients"
    if wild:
        yield Finding(name, Verdict.BAD, f"{', '.join(wild)} are not finite.")
    elif still:
        says = f"{', '.join(still)} {'is' if len(still) == 1 else 'are'} 0 in every element: "
        advice = "Are the weights all zero, are all units dead, or is a line of backward missing?"
        yield Finding(name, Verdict.BAD, f"{says}nothing is learnt there.", advice)
    else:
        yield Finding(name, Verdict.OK, "none of them is 0 everywhere: every parameter can move.")


CHECKS: tuple[Callable[[Begun], Iterable[Finding]], ...] = (
    _inputs_scaled,
    _classes_balanced,
    _labels_in_range,
    _first_loss,
    _gradients_arrive,
)


def learn_by_heart(recipe: Recipe, dataset: Dataset) -> Finding:
    """Train a recipe's network on a few samples alone, until it knows them by heart.

    What cannot learn ten samples will not learn sixty thousand. Without penalties, dropout and
    distortion, which are there to hinder it.

    Args:
        recipe: The run's.
        dataset: What it trains on.
    """
    recipe, dataset = _few(recipe, dataset)
    at = Stepper(recipe, dataset)
    rows, losses, is_known = len(dataset["train"]), list[float](), False
    with np.errstate(all="ignore"):
        while not is_known and at.step < _PATIENCE:
            at.run_to(len(at.program.operations))
            losses.append(float(at.tensors[at.program.loss.name]))
            right = at.correct(at.tensors)
            is_known = losses[-1] < _LEARNT * losses[0] if recipe.task.is_numeric else right == rows
            at.complete()
    fall = f"the loss went from {losses[0]:.3g} to {losses[-1]:.3g}"
    name = f"{rows} by heart"
    if is_known:
        says = f"learnt after {at.step} steps on them alone; {fall}."
        return Finding(name, Verdict.OK, says)
    known = "" if recipe.task.is_numeric else f", {right} are right"
    says = f"not learnt after {_PATIENCE} steps on them alone{known}; {fall}."
    advice = "Try another rate (p); if none does, look for a mistake before training on all."
    return Finding(name, Verdict.BAD, says, advice)


def _few(recipe: Recipe, dataset: Dataset) -> tuple[Recipe, Dataset]:
    """Return a recipe without what hinders learning by heart, and a few samples of every class."""
    split = dataset["train"]
    chosen = _spread(recipe.task.classes(split.labels[:_SAMPLED]))
    few = Dataset(dataset.name, {**dataset.splits, "train": split.take(chosen)})
    training = msgspec.structs.replace(
        recipe.training, batch_size=len(chosen), epochs=_PATIENCE, l1=0.0, l2=0.0,
        schedule="constant", warmup=0.0, early_stopping=0, gradient_clipping=0.0,
    )  # fmt: skip
    network = msgspec.structs.replace(recipe.network, dropout=0.0)
    data = msgspec.structs.replace(
        recipe.data, augmentation=Augmentation(), oversampling=False, class_weighting=False
    )
    return msgspec.structs.replace(recipe, training=training, network=network, data=data), few


def _spread(classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places of the first samples, as many of each class as of the others."""
    rank = np.zeros(len(classes), np.intp)
    for each in np.unique(classes):
        of_class = classes == each
        rank[of_class] = np.arange(of_class.sum())
    return np.argsort(rank, kind="stable")[:BY_HEART]
