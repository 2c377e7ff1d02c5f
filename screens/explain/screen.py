"""Explain: one number taken apart, and the way from it back to the pixels."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.explain.model import (
    breadcrumb,
    choice_lines,
    choices,
    explain,
    frozen_words,
    picture_of,
    terms_title,
)
from screens.explain.patch import lit_picture
from screens.inspect.choices import Choice, likeliest
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.inspect.term_table import TermTable, terms_of
from screens.widgets.bars import Bars
from screens.widgets.heatmap import Heatmap
from screens.widgets.listing import Listing
from screens.widgets.patch_picture import PatchPicture
from screens.widgets.plot import Plot
from tui_nn.training.session.snapshot import Snapshot

_NOTHING_BEHIND = "Nothing to open: no operation computed it. escape goes back."
_BESIDE = 13  # lines of the body that are not terms


class Stop(Struct, frozen=True):
    """A stop on the way back.

    Attributes:
        target: The number that is taken apart there.
        term: Which of its terms is pointed at.
    """

    target: Target
    term: int = 0


class ExplainScreen(DebuggerScreen):
    """One number and how it was computed: its formula, its terms, and what they are made of.

    The terms of a sum stand largest first, each with its numbers, a bar with its sign, and after →
    the sum so far; the last one is the rounding to float32. Under them is what the selected term
    is made of: enter opens what an operation computed (▶), and so follows the chain rule back to
    a pixel, a label or a weight. Escape goes back.

    All indices count from 0, as in NumPy: z1[3,7] is neuron 7 of layer 1 for row 3 of the batch.
    A pixel has its row and column beside its index: x[3,401] (14,9). Of a convolution or a pooling,
    what the number is made of stands between brackets in its picture.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "explain.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,l", "open", "open", key_display="enter",
                tooltip="Explain what the selected term is made of; tab chooses among its numbers"),
        Binding("escape,left,h,backspace", "back", "back", key_display="escape",
                tooltip="Back to the previous number, then close"),
    ]  # fmt: skip

    def __init__(self, mode: str, scene: Scene, target: Target) -> None:
        """Make the screen.

        Args:
            mode: The screen from which it was opened.
            scene: What numbers are explained from; it stays as it is.
            target: The number to begin with.
        """
        self.MODE = mode  # type: ignore[misc]
        super().__init__()
        self._scene = scene
        self._trail = [Stop(target)]
        self._choices: Sequence[Choice] = ()  # until it is shown

    def compose_body(self) -> Iterable[Widget]:
        """Make the formula, the terms, and what they are made of."""
        yield Plain(id="trail")
        yield Plain(id="title")
        yield Plain(id="meaning", classes="note")
        yield Static(id="working", markup=False)
        yield Plain(id="note")
        with Horizontal(id="apart"):
            with Vertical(id="sum"):
                yield Panel("terms", Bars(selectable=True, id="terms"), id="terms-panel")
                yield Plain(id="together")
                yield Panel("made of", Listing(id="factors"), id="factors-panel")
                curve = Plot(id="curve")
                curve.can_focus = False  # the keys have the terms
                yield curve
            pictures = Heatmap(id="picture", show_legend=False), PatchPicture(id="patch")
            yield Panel("sample", *pictures, id="picture-panel")

    def on_mount(self) -> None:
        """Show the number that was asked for."""
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """Fit everything into the new room."""
        self.call_after_refresh(self._show)

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:  # noqa: ARG002 - DebuggerScreen's
        """Say whether the run has gone on; the numbers stay."""
        note = self.query_one("#note", Plain)
        words = frozen_words(self._scene.snapshot, snapshot)
        note.display = bool(words)
        note.show(words)

    def _show(self) -> None:
        """Show the number that one has come to."""
        stop, look = self._trail[-1], self.app.look
        self._shown = explain(self._scene, stop.target)
        trail = [each.target for each in self._trail]
        self.query_one("#trail", Plain).show(breadcrumb(self._scene, trail, self.live.width - 2))
        self.query_one("#title", Plain).show(self._shown.title)
        self.query_one("#meaning", Plain).show(self._shown.meaning)
        working = [*self._yours(stop.target), *self._shown.working]
        self.query_one("#working", Static).update(look.text("\n".join(working)))
        self._show_terms(stop.term)
        self._point_at(stop.term)
        self.app.notice()

    @property
    def explained(self) -> Target:
        """The number that is taken apart."""
        return self._trail[-1].target

    def _yours(self, target: Target) -> list[str]:
        """Return the number that somebody handed in, beside the right one, if there is one."""
        checked, snapshot = self.app.checked, self._scene.snapshot
        if checked is None or target.source is not Source.BATCH:
            return []
        is_theirs = checked.is_of(snapshot, target.name)
        return [checked.words(target.name, target.index)] if is_theirs else []

    def _show_terms(self, selected: int) -> None:
        shown, terms = self._shown, self.query_one("#terms", Bars)
        self.query_one("#sum").display = bool(shown.parts)
        self.query_one("#terms-panel").display = bool(shown.bars)
        title = terms_title(self._scene, self._trail[-1].target, shown)
        self.query_one("#terms-panel", Panel).retitle(title)
        chosen_by = "tab chooses" if shown.bars else "arrows choose"
        self.query_one("#factors-panel", Panel).retitle(f"made of: enter opens ▶, {chosen_by}")
        terms.show(shown.bars, signed=True)
        terms.index = selected
        self.query_one("#together", Plain).show(shown.together)
        curve = self.query_one("#curve", Plot)
        is_long = len(shown.bars) > self.live.height - self.lines_around - _BESIDE
        self.update_classes(
            {"-curve": shown.curve is not None, "-given": not shown.parts, "-long": is_long}
        )
        if shown.curve is not None:
            curve.reset_limits()
            curve.show(shown.curve)
        if shown.parts:
            (terms if shown.bars else self.query_one("#factors")).focus()

    def _point_at(self, term: int) -> None:
        """Show what a term is made of, and the image behind it."""
        target, parts = self._trail[-1].target, self._shown.parts
        self._choices = choices(self._scene, target, self._shown, term)
        first = likeliest(self._choices)
        self.query_one("#factors", Listing).show(
            choice_lines(self._choices), "" if first is None else str(first)
        )
        part = parts[term] if term < len(parts) else None
        lit = lit_picture(self._scene, target, parts, part)
        self.set_class(lit is not None, "-patched")
        if lit is not None:
            self.set_class(True, "-pictured")
            self.query_one("#picture-panel", Panel).retitle(lit.caption)
            self.query_one("#patch", PatchPicture).show(lit.patch)
            return
        picture = picture_of(self._scene, target, part)
        panel, image = self.query_one("#picture-panel", Panel), self.query_one("#picture", Heatmap)
        self.set_class(picture is not None, "-pictured")
        if picture is not None:
            panel.retitle(picture.caption)
            image.show(picture.image, scale=picture.scale)
            image.cursor = picture.pixel

    @on(Bars.Selected, "#terms")
    def select_term(self, message: Bars.Selected) -> None:
        """Point at a term."""
        self._trail[-1] = replace(self._trail[-1], term=message.index)
        self._point_at(message.index)

    @property
    def scene(self) -> Scene:
        """What numbers are explained from, which stays as it was when this screen opened."""
        return self._scene

    def target_in(self, widget: Widget | None) -> Target:  # noqa: ARG002 - DebuggerScreen's
        """Return the number that is taken apart."""
        return self._trail[-1].target

    def export_in(self, widget: Widget | None) -> TermTable:  # noqa: ARG002 - DebuggerScreen's
        """Return the terms of the number that is taken apart, all of them."""
        return terms_of(self._scene, self._trail[-1].target)

    def explain_widget(self, widget: Widget | None) -> None:
        """Open what was clicked twice."""
        if isinstance(widget, (Bars, Listing)):
            self.action_open()

    def action_open(self) -> None:
        """Open the selected number of the selected term."""
        selected = self.query_one("#factors", Listing).selected
        target = self._choices[int(selected)].target if selected else None
        if target is not None:
            self._trail.append(Stop(target))
            self._show()
        else:
            self.app.tell(_NOTHING_BEHIND)

    def action_back(self) -> None:
        """Go back to the previous number; from the first one, close."""
        if len(self._trail) > 1:
            self._trail.pop()
            self._show()
        else:
            self.dismiss()
