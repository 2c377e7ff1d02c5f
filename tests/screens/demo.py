"""All pictures at once, of made-up data: `python -m tests.screens.demo --color 256 --ascii`."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import click
import numpy as np
from numpy.typing import NDArray
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import DataTable, Footer, Header, Input, Label, TabbedContent, TabPane

from screens.base.terminal.app import TerminalApp
from screens.shapes.bar import Bar
from screens.shapes.curves import Curves, Series
from screens.shapes.look import detect
from screens.widgets.bars import Bars
from screens.widgets.digit import Digit
from screens.widgets.gallery import Gallery
from screens.widgets.heatmap import Heatmap
from screens.widgets.histogram import Histogram
from screens.widgets.numbers import Numbers
from screens.widgets.plot import Plot

DIGITS = Path(__file__).parents[2] / "assets" / "digits.npz"


def digits(count: int, random: np.random.Generator) -> tuple[NDArray[np.uint8], list[int]]:
    """Embedded digits, or rings of ink where there are none yet."""
    if DIGITS.exists():
        with np.load(DIGITS) as data:
            images, labels = data["train_images"][:count], data["train_labels"][:count]
            return images, [int(label) for label in labels]
    y, x = np.mgrid[:28, :28] - 13.5
    radius = random.uniform(5, 10, (count, 1, 1))
    ink = np.exp(-((np.hypot(x, y * random.uniform(0.6, 1, (count, 1, 1))) - radius) ** 2) / 3)
    return (ink * 255).astype(np.uint8), [int(r) % 10 for r in radius.ravel()]


def curves(steps: int, random: np.random.Generator, *, log_y: bool = False) -> Curves:
    """A run that goes well, with a spike, a gap and an overtaken branch."""
    x = np.arange(steps, dtype=float)
    loss = 2.3 * np.exp(-x / steps * 4) + 0.1 + random.normal(0, 0.04, steps)
    loss[steps // 3] = 3.1
    loss[steps // 2 : steps // 2 + steps // 12] = np.nan
    valid = 2.3 * np.exp(-x / steps * 4) + 0.25
    branch = Series("before", x[: steps // 2], loss[: steps // 2] + 0.5, faint=True)
    return Curves(
        (Series("train", x, np.abs(loss)), Series("validation", x[::20], valid[::20]), branch),
        title="Loss",
        x_label="step",
        y_label="log scale" if log_y else "",
        log_y=log_y,
        y_limits=(None, None) if log_y else (0.0, None),
        cursor=steps * 0.7,
        empty="nothing yet: press space to train",
    )


class Demo(TerminalApp[None]):
    """Every widget with data of its own."""

    CSS = """
    Horizontal { height: auto; }
    TabbedContent, ContentSwitcher, TabPane { height: 1fr; padding: 0; }
    .box { border: round $primary; width: auto; height: auto; }
    .wide { width: 1fr; border: round $primary; height: auto; }
    Gallery, Numbers { height: 1fr; }
    Plot { height: 1fr; }
    """
    BINDINGS: ClassVar = [("q", "quit", "Quit"), ("n", "next", "Change the data")]

    def compose(self) -> ComposeResult:
        yield Header()
        with TabbedContent(id="tabs"):
            with TabPane("Pictures"), VerticalScroll():
                with Horizontal():
                    for name, title in (("weights", "W1[:,3] · x"), ("w2", "δ3")):
                        heatmap = Heatmap(selectable=True, id=name, classes="box")
                        heatmap.border_title = title
                        yield heatmap
                    yield Digit(id="digit", classes="box")
                with Horizontal():
                    yield Heatmap(selectable=True, wide=True, id="confusion", classes="box")
                    yield Heatmap(id="large", classes="wide")
            with TabPane("Bars"):
                with Horizontal():
                    yield Bars(selectable=True, id="probabilities", classes="wide")
                    yield Bars(id="terms", classes="wide")
                yield Histogram(id="histogram", classes="wide")
                yield Histogram(id="positive", classes="wide")
            with TabPane("Gallery"):
                yield Gallery(id="gallery")
            with TabPane("Numbers"):
                yield Numbers(id="numbers")
            with TabPane("Plots"), Vertical():
                yield Plot(id="plot")
                yield Plot(id="log")
                yield Plot(Curves(title="Accuracy", empty="nothing yet: press space to train"))
            with TabPane("Textual's own"):
                yield Input(placeholder="a field")
                yield Label("δ3 = (p − y)/B  ∇W3 = a2ᵀ·δ3  W3 ← W3 − η·∇W3", markup=False)
                yield DataTable(id="table", cursor_type="row")
        yield Label(id="said", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self.random = np.random.default_rng(1)
        self.action_next()
        images, labels = digits(1000, self.random)
        captions = [f"#{i} {label}" for i, label in enumerate(labels)]
        self.query_one(Gallery).show(images, captions)
        self.query_one(Digit).show(images[3], "label 7 → predicted 1")
        self.query_one(Numbers).show(images[3], "grey")
        table = self.query_one(DataTable)
        table.add_columns("run", "rate", "accuracy")
        for i in range(40):
            table.add_row(f"run {i}", f"{0.1 / (i + 1):.4f}", f"{90 + i / 10:.1f}%")

    def action_next(self) -> None:
        """Change the data, as a training step would."""
        random = self.random
        y, x = np.mgrid[:28, :28] / 9.0
        wave = np.sin(x + random.uniform(0, 6)) * np.cos(y * 1.3) + random.normal(0, 0.2, (28, 28))
        self.query_one("#weights", Heatmap).show(wave * 0.31, "signed")
        bad = random.normal(0, 1, (16, 20)) ** 3
        bad[4, 7], bad[9, 3] = np.nan, np.inf
        self.query_one("#w2", Heatmap).show(bad, "signed")
        counts = random.poisson(2, (10, 10)) + np.diag(random.poisson(90, 10))
        self.query_one("#confusion", Heatmap).show(counts, "sequential", caption="10×10")
        large = random.normal(0, 1, (784, 128)) * np.linspace(0, 1, 128)
        self.query_one("#large", Heatmap).show(large, "signed", caption="W1")
        p = random.dirichlet(np.full(10, 0.4))
        marks = {int(p.argmax()): "◀ predicted", 3: "true"}
        bars = [Bar(str(i), float(v), f"{v:6.1%}", marks.get(i, "")) for i, v in enumerate(p)]
        self.query_one("#probabilities", Bars).show(bars, limit=1.0)
        terms = sorted(random.normal(0, 1, 12), key=abs, reverse=True)
        rows = [Bar(f"w[{i}]·x[{i}]", float(v), f"{v:+.3f}") for i, v in enumerate(terms)]
        self.query_one("#terms", Bars).show([*rows, Bar("b", float("nan"), "nan")], signed=True)
        self.query_one("#histogram", Histogram).show(
            *np.histogram(random.normal(0, 0.01, 5000), 41), title="∇W1"
        )
        self.query_one("#positive", Histogram).show(
            *np.histogram(random.exponential(1, 5000), 30), title="a1", note="412 dead"
        )
        self.query_one("#plot", Plot).show(curves(2000, random))
        self.query_one("#log", Plot).show(curves(2000, random, log_y=True))

    def on_heatmap_selected(self, message: Heatmap.Selected) -> None:
        self.say(f"selected {message.row}, {message.column}")

    def on_gallery_chosen(self, message: Gallery.Chosen) -> None:
        self.say(f"chose {message.index}")

    def say(self, words: str) -> None:
        """Put words on the last line."""
        self.query_one("#said", Label).update(words)


@click.command()
@click.option("--color", default="auto")
@click.option("--ascii", is_flag=True)
@click.option("--tab", default=1)
def main(color: str, ascii: bool, tab: int) -> None:
    """Show every picture."""
    app = Demo(detect(color, ascii))
    app.call_later(lambda: setattr(app.query_one(TabbedContent), "active", f"tab-{tab}"))
    app.run()


if __name__ == "__main__":
    main()
