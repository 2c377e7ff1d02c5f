"""The dialog in which the sample's pixels are changed along ∂L/∂x."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog, ask_and_open
from screens.dialogs.pixels.model import (
    NOTE,
    UNSUITED,
    goal_words,
    next_goal,
    outcome_words,
)
from screens.inspect.samples import selected
from screens.inspect.selection import Selection
from screens.shapes.scale import Scale
from screens.widgets.heatmap import Heatmap
from tui_nn.data.form import INK
from tui_nn.training.analysis.pixels import farthest, stepped, target_of
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Probe

_SHAPE = (28, 28)


class Changed(Struct, frozen=True, eq=False):
    """A picture on its way.

    Attributes:
        probe: It, with the class whose loss a step changes.
        label: What it is, if somebody has said so.
        goal: Towards which class a step leads; None for away from what it is.
        begun: The picture that it was at first.
    """

    probe: Probe
    label: int | None
    goal: int | None
    begun: Probe

    @property
    def target(self) -> int:
        """The class whose loss a step changes."""
        assert self.probe.label is not None
        return self.probe.label

    @property
    def farthest(self) -> int:
        """By how many grey levels a pixel was changed at most."""
        return farthest(self.probe.image, self.begun.image)


def _begun(session: Session, image: NDArray[Any], label: int | None, goal: int | None) -> Changed:
    probe = _probe(session, image, label, goal)
    return Changed(probe, label, goal, probe)


def _probe(session: Session, image: NDArray[Any], label: int | None, goal: int | None) -> Probe:
    target = target_of(session, image, label) if goal is None else goal
    return session.probe(image, target)


class PixelsDialog(Dialog[None]):
    """The sample, ∂L/∂x, and what was changed; each step changes all pixels a little.

    What comes of it is the sample of all screens, until another one is selected.
    """

    HEADING = "Other pixels: change the sample along ∂L/∂x"
    KEYS = "enter steps · t another goal · z empty sheet · r as it was · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "pixels.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "step", "a step", key_display="enter",
                tooltip="Change every pixel a little"),
        Binding("t", "goal", "another goal", tooltip="Away from its class, or towards a class"),
        Binding("z", "empty", "an empty sheet", tooltip="Begin with paper"),
        Binding("r", "reset", "as it was", tooltip="The sample as it was"),
        Binding("X", "close", "close", show=False, tooltip="Close this window"),
    ]  # fmt: skip

    def __init__(self, first: Changed, selection: Selection) -> None:
        """Make the dialog.

        Args:
            first: The sample as it is.
            selection: With which it is selected.
        """
        super().__init__()
        self._first = self._now = first
        self._newest = first  # in the training thread, which is ahead of what is seen
        self._selection = selection

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Show the selected sample, if it is a picture."""
        selection = app.selection

        def ask(session: Session) -> Changed | None:
            if session.dataset.form.shape != _SHAPE or session.dataset.form.plain:
                return None
            return _begun(session, *selected(session.dataset, selection), None)

        def show(first: Changed | None) -> None:
            if first is None:
                app.tell(UNSUITED, is_refusal=True)
            else:
                app.push_screen(cls(first, selection))

        ask_and_open(app, ask, show)

    def compose_body(self) -> Iterable[Widget]:
        """Make the pictures, and what is said of them."""
        with Horizontal(id="pictures"):
            for name, title in (("x", "x"), ("slope", "∂L/∂x"), ("change", "changed so far")):
                heading = Static(self.app.look.text(title), classes="heading", markup=False)
                yield Vertical(heading, Heatmap(id=f"{name}-map"), id=name, classes="picture")
        yield Static(id="goal", markup=False)
        yield Static(id="said", markup=False)
        yield Static(self.app.look.text(NOTE), id="about", classes="note", markup=False)

    def on_mount(self) -> None:
        """Show the sample."""
        self._show()

    def _show(self) -> None:
        now, look = self._now, self.app.look
        probe, computed = now.probe, now.probe.computed
        slope = computed.tensors[computed.program.input_gradient.result.name].reshape(_SHAPE)
        change = probe.image.astype(np.int16) - now.begun.image
        self.query_one("#x-map", Heatmap).show(probe.image, scale=Scale("grey", float(INK)))
        self.query_one("#slope-map", Heatmap).show(slope)
        self.query_one("#change-map", Heatmap).show(change, scale=Scale("signed", float(INK)))
        goal = goal_words(now.goal, now.target, probe.task.form)
        self.query_one("#goal", Static).update(look.text(goal))
        self.say(outcome_words(now.begun, probe, now.farthest))

    def _change(self, change: Callable[[Session, Changed], Changed]) -> None:
        """Have the picture changed and looked at, and make it the sample."""

        def ask(session: Session) -> Changed:
            self._newest = change(session, self._newest)
            return self._newest

        self.app.trainer.ask(ask, lambda changed: self.app.call_soon(self._take, changed))

    def _take(self, changed: Changed) -> None:
        self._now = changed
        image, first = changed.probe.image, self._selection
        is_first = np.array_equal(image, self._first.probe.image)
        drawn = first.drawn if is_first else first.changed(image, changed.label)
        self.app.selection = replace(self.app.selection, drawn=drawn)
        self._show()

    def action_step(self) -> None:
        """Change every pixel a little."""

        def step(session: Session, now: Changed) -> Changed:
            image = stepped(now.probe, is_away=now.goal is None)
            return replace(now, probe=session.probe(image, now.target))

        self._change(step)

    def action_goal(self) -> None:
        """Lead elsewhere from now on."""

        def turn(session: Session, now: Changed) -> Changed:
            goal = next_goal(now.goal, now.probe.task.form)
            probe = _probe(session, now.probe.image, now.label, goal)
            return replace(now, probe=probe, goal=goal)

        self._change(turn)

    def action_empty(self) -> None:
        """Begin with paper, towards some class."""
        paper = np.zeros(_SHAPE, np.uint8)
        self._change(lambda session, now: _begun(session, paper, None, now.goal or 0))

    def action_reset(self) -> None:
        """Show the sample as it was."""
        self._change(lambda _, __: self._first)
