"""What a report says, before it is written as HTML or Markdown."""

from collections.abc import Sequence
from importlib.metadata import version
from math import prod
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.evaluate.measuring import Measured
from screens.evaluate.mistakes import listed
from screens.evaluate.model import class_table, summary
from screens.inspect.edits import edit_words
from screens.shapes.format import figure
from screens.shapes.svg import svg_of
from screens.training.charts import drawing
from tui_nn.training.analysis.health import examine
from tui_nn.training.recipe.file import format_toml
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot

CHARTS = ("loss", "error")
_MISTAKES = 24
_EDITS = 50

Rows = Sequence[Sequence[str]]


class Table(Struct, frozen=True):
    """A table whose first row is its heading.

    Attributes:
        rows: As many cells in each.
        caption: What it is.
    """

    rows: Rows
    caption: str


class Report(Struct, frozen=True, eq=False):
    """A report.

    Attributes:
        title: Of the recipe, or its name.
        summary: How good the network is, in a line.
        facts: What was trained, on what: a name and a value each.
        recipe: As TOML.
        charts: SVG pictures of the curves.
        epochs: A row an epoch.
        confusion: Rows are true classes; None where no answer is right or wrong.
        classes: Precision, recall and F1 of each class; likewise.
        mistakes: uint8 [N, rows, columns] of those that the network is surest of; empty where
            samples are no pictures.
        captions: Of each: what it is, what it was taken for, how sure the network was.
        health: What was looked at, and what was found.
        edits: What was changed on the way.
    """

    title: str
    summary: str
    facts: Rows
    recipe: str
    charts: Sequence[str]
    epochs: Table
    confusion: Table | None
    classes: Table | None
    mistakes: NDArray[Any]
    captions: Sequence[str]
    health: Rows
    edits: Sequence[str]


def make_report(session: Session) -> Report:
    """Evaluate a run on its test split, and gather what there is to say about it."""
    snapshot = session.snapshot(Activity.PAUSED)
    measured = Measured("test", session.evaluate("test"), snapshot, seconds=0.0)
    recipe = snapshot.recipe
    judged = not recipe.task.is_numeric
    gallery = listed(measured, None) if judged and recipe.task.form.is_picture else None
    empty = np.zeros((0, 1, 1), np.uint8)
    drawings = [drawing(name, snapshot, log=name == "loss") for name in CHARTS]
    return Report(
        title=recipe.title or recipe.name,
        summary=summary(measured, snapshot, "test"),
        facts=_facts(snapshot),
        recipe=format_toml(recipe),
        charts=[svg_of(each.curves, each.what) for each in drawings],
        epochs=_epochs(snapshot),
        confusion=_confusion(measured) if judged else None,
        classes=_classes(measured) if judged else None,
        mistakes=gallery.images[:_MISTAKES] if gallery else empty,
        captions=gallery.captions[:_MISTAKES] if gallery else (),
        health=[(each.name, f"{each.says} {each.advice}".strip()) for each in examine(snapshot)],
        edits=_edits(snapshot),
    )


def _edits(snapshot: Snapshot) -> Sequence[str]:
    words = edit_words(snapshot.recipe, snapshot.schedule, snapshot.edits[:_EDITS])
    return [f"{each.where}: {each.text}" for each in words]


def _facts(snapshot: Snapshot) -> Rows:
    recipe, dataset = snapshot.recipe, snapshot.dataset
    splits = ", ".join(f"{len(split):,} {name}" for name, split in dataset.splits.items())
    parameters = sum(prod(shape) for shape in snapshot.program.network.shapes.values())
    facts = [
        ("recipe", recipe.name),
        ("source", recipe.source),
        ("data", f"{dataset.name}: {splits}"),
        ("network", f"{parameters:,} parameters"),
        ("seed", str(recipe.training.seed)),
        ("trained", f"{snapshot.position.step:,} steps, {len(snapshot.epochs)} epochs"),
        ("mistake on purpose", recipe.training.mistake),
        ("tui-nn, NumPy", f"{version('tui-nn')}, {np.__version__}"),
    ]
    return [(name, value) for name, value in facts if value]


def _epochs(snapshot: Snapshot) -> Table:
    heading = ("epoch", "train loss", "validation loss", "train accuracy", "validation accuracy")
    rows = [
        (
            str(each.epoch),
            figure(each.train_loss, 4),
            figure(each.validation_loss, 4),
            f"{each.train_accuracy:.1%}",
            f"{each.validation_accuracy:.1%}",
        )
        for each in snapshot.epochs
    ]
    return Table([heading, *rows], "Every epoch")


def _confusion(measured: Measured) -> Table:
    names = measured.evaluation.task.names
    rows = [
        (name, *(f"{count:,}" if count else "·" for count in counts))
        for name, counts in zip(names, measured.evaluation.confusion.tolist(), strict=True)
    ]
    caption = "Confusion matrix: rows are what it is, columns what the network said"
    return Table([("", *names), *rows], caption)


def _classes(measured: Measured) -> Table:
    table = class_table(measured.evaluation)
    rows = [(name, *texts) for name, texts in zip(table.names, table.texts, strict=True)]
    heading = ("class", "precision", "recall", "F1", "samples")
    return Table([heading, *rows], "Every class")
