"""Screen 6: draw a digit, and see what the network makes of it with every stroke."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import ClassVar

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from screens.base.controls import Control, Controls
from screens.base.frame import Plain
from screens.base.messages import DigitGiven, DigitMoved, PictureOpened
from screens.base.newest import NewestOnly
from screens.base.panel import Panel
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.draw import model
from screens.draw.dials import Dials
from screens.draw.export import OwnExport
from screens.draw.model import View
from screens.draw.photo import DIALS, Developed, Photo, develop, dial_bars, turned
from screens.draw.seen import Seen
from screens.draw.sketch import Sketch
from screens.inspect.selection import Drawn, Selection
from screens.widgets.bars import Bars
from tui_nn.data.drawing.canvas import Canvas
from tui_nn.data.drawing.preparation import moved, prepare, sample_of
from tui_nn.training.session.snapshot import Snapshot

_ROOMY = (80, 24)  # columns and lines for the sheet with all that stands around it
_VIEW = Binding.Group("view", compact=True)
FURTHEST = 8  # pixels off the centre: a digit is 20 high, so that most of it is still there
_WIDTH = Binding.Group("pen width", compact=True)
_SOFTNESS = Binding.Group("softness", compact=True)


def _within_reach(pixels: int) -> int:
    return min(max(pixels, -FURTHEST), FURTHEST)


class DrawScreen(DebuggerScreen):
    """A digit of your own, and what the network makes of it with every stroke.

    Draw with the mouse (its right button rubs out), or put the pen down with space and move it
    with the arrow keys. What you draw is cut out, scaled to a box of 20 pixels and moved until
    its centre of mass is in the middle, as was done to MNIST's digits: a network knows digits of
    that size and in that place only. Beside the answer stand the training digits whose pixels are
    nearest to yours. shift and an arrow key give it to the network off the centre. Your digit is
    then the sample of the other screens: 2 takes it through the network, neuron by neuron.
    """

    MODE: ClassVar[str] = "draw"
    SHOWS_SAMPLE = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "draw.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "step_through", "step through it", key_display="enter",
                tooltip="Take your digit through the network, on 2 Forward"),
        Binding("v", "view(1)", "next view", group=_VIEW,
                tooltip="What the network is given, how it gets there, or digits like yours"),
        Binding("V", "view(-1)", "view before", group=_VIEW, tooltip="The view before"),
        Binding("w", "width(1)", "wider", group=_WIDTH, tooltip="A wider pen"),
        Binding("W", "width(-1)", "narrower", group=_WIDTH, tooltip="A narrower pen"),
        Binding("s", "softness(1)", "softer", group=_SOFTNESS,
                tooltip="A pen whose ink ends more softly"),
        Binding("S", "softness(-1)", "harder", group=_SOFTNESS,
                tooltip="A pen whose ink ends more sharply"),
        Binding("shift+left", "shift(0, -1)", "off centre", show=False, key_display="shift+←",
                tooltip="Give your digit to the network a pixel further to the left"),
        Binding("shift+right", "shift(0, 1)", "off centre", show=False, key_display="shift+→",
                tooltip="Give it a pixel further to the right"),
        Binding("shift+up", "shift(-1, 0)", "off centre", show=False, key_display="shift+↑",
                tooltip="Give it a pixel further up"),
        Binding("shift+down", "shift(1, 0)", "off centre", show=False, key_display="shift+↓",
                tooltip="Give it a pixel further down"),
        Binding("d", "keep", "keep",
                tooltip="Say which digit it is, and keep it among your own digits"),
        Binding("t", "app.open_dialog('train_on_own')", "train on it",
                tooltip="A new run on your own digits, mixed with others or alone"),
        Binding("ctrl+o", "app.open_dialog('open_picture')", "photo", key_display="ctrl+o",
                tooltip="Open a photo of a digit, a PNG or a JPEG"),
        Binding("escape", "close_photo", "back to the sheet", tooltip="Close the photo, and draw"),
        Binding("u", "use_photo", "onto the sheet",
                tooltip="Put the digit of the photo on the sheet, and go on drawing"),
        Binding("o", "app.open_dialog('open_run')", "open network",
                tooltip="Open a trained network, or a run of yours"),
    ]  # fmt: skip

    view: var[View] = var(View.GIVEN, init=False)

    def __init__(self) -> None:
        super().__init__()
        self.canvas = Canvas()
        self._prepared = prepare(self.canvas.ink)
        self._drawn: Drawn | None = None
        self._off = (0, 0)  # rows and columns that the digit is given off the centre
        self._photo: Photo | None = None
        self._developed: Developed | None = None
        self._shown: tuple[object, ...] = ()
        self._is_behind = False

    def compose_body(self) -> Iterable[Widget]:
        """Make the sheet, what the network is given, and what it says."""
        yield Controls()
        yield Plain(id="verdict")
        with Horizontal(id="draw"):
            sheet = Container(Sketch(self.canvas), id="sheet")
            dials = Dials(id="dials"), Static(id="dial", classes="note", markup=False)
            guide = Static(id="guide", classes="note", markup=False)
            yield Panel("sheet", sheet, *dials, guide, id="sheet-panel")
            yield Seen(id="seen")
            yield Panel("p: it says", Bars(id="answer"), id="answer-panel")
        yield Plain(id="words", classes="note")

    def on_mount(self) -> None:
        """Give the keys to the sheet."""
        self._developing = NewestOnly(self.app, "develop", develop, self._take_developed)
        self.query_one(Sketch).focus()

    # Drawing: only what changed, since a stroke changes little

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Fill what the drawing, or the network, changed."""
        self._offer(snapshot)
        selection = self.app.selection
        self._draw_view()
        self._draw_words(snapshot, selection)
        probe = model.answers(snapshot, selection)
        if probe is not None or self._drawn is None:
            bars = model.answer_bars(probe, snapshot.recipe.task.names)
            self.query_one("#answer", Bars).show(bars, limit=1.0)
        shown = (self._drawn, self._prepared, snapshot.dataset, self.view, self.room)
        if shown != self._shown:
            self._shown = shown
            self._draw_prepared(snapshot)

    def _offer(self, snapshot: Snapshot) -> bool:
        """Have the drawing be the sample, as long as this screen is seen.

        Returns:
            Whether another one was before.
        """
        offered = self.app.selection.drawn
        if offered and self._drawn and offered.image is self._drawn.image:
            self._drawn = offered  # which may have been given a label
        sample, whole = None, self._given
        if not self._prepared.is_empty:
            sample = sample_of(whole, snapshot.dataset.form)
        before = None if self._drawn is None else self._drawn.image
        if sample is None:
            self._drawn = None
        elif before is None or not np.array_equal(sample, before):
            self._drawn = Drawn(sample, whole)
        if self.app.selection.drawn is self._drawn:
            return False
        self.app.selection = replace(self.app.selection, drawn=self._drawn)
        return True

    @property
    def _given(self) -> NDArray[np.uint8]:
        """The drawing in MNIST's form, off the centre if that is wanted."""
        return moved(self._prepared.centred, *self._off)

    def _draw_view(self) -> None:
        offered = model.views(self.room)
        for each in View:
            self.set_class(each is self.view and each in offered, f"-{each.name.lower()}")
        self.query_one(Controls).show(self._controls(has_views=bool(offered)))

    def _controls(self, *, has_views: bool) -> list[Control]:
        pen = self.canvas.pen
        controls = [
            Control("w", "pen", f"{pen.width:g} px", "screen.width(1)"),
            Control("s", "edge", model.softness_words(pen), "screen.softness(1)"),
        ]
        if has_views:
            controls.append(Control("v", "view", self.view.value, "screen.view(1)"))
        return controls

    def _draw_words(self, snapshot: Snapshot, selection: Selection) -> None:
        sketch = self.query_one(Sketch)
        is_empty = self._prepared.is_empty
        photo = self._photo.name if self._photo else ""
        title = model.sheet_title(is_down=sketch.is_down, photo=photo)
        self.query_one("#sheet-panel", Panel).retitle(title)
        if self._drawn is None and not is_empty:
            self.query_one("#verdict", Plain).show(model.unsuited_words(snapshot.dataset.form))
        elif self._drawn is None or model.answers(snapshot, selection) is not None:
            probe = model.answers(snapshot, selection)
            self.query_one("#verdict", Plain).show(model.verdict(snapshot, probe))
        hint = model.hint(
            is_empty=is_empty, is_down=sketch.is_down, has_focus=sketch.has_focus, photo=photo
        )
        self.query_one("#words", Plain).show(hint)
        guide = self.app.look.text(model.guide(is_photo=bool(photo)))
        shown = self.query_one("#guide", Static)
        if guide != shown.content:
            shown.update(guide, layout=False)

    def _draw_prepared(self, snapshot: Snapshot) -> None:
        drawn, dataset = self._drawn, snapshot.dataset
        given = self._prepared.centred if drawn is None else drawn.image
        caption = model.given_caption(self._given, dataset.form)
        developed = self._developed if self._photo else None
        stages = developed.pictures if developed else model.stages(self._prepared)
        index = self._seen_stage if developed else max(len(stages.captions) - 1, 0)
        seen = self.query_one(Seen)
        seen.show(given, caption, stages, index)
        seen.seek(drawn.image if drawn else None, dataset)
        if self._photo:
            self._draw_dials(self._photo)

    def _draw_dials(self, photo: Photo) -> None:
        dials = self.query_one(Dials)
        dials.show(dial_bars(self._developed, photo), limit=1.0)
        words = self.app.look.text(DIALS[dials.index].words)
        self.query_one("#dial", Static).update(words, layout=False)

    @property
    def _seen_stage(self) -> int:
        """The picture that the selected dial changes first."""
        return DIALS[self.query_one(Dials).index].stage

    # What keys and the mouse do

    @on(Sketch.Cleared)
    def begin_in_the_middle(self) -> None:
        """Give the next digit where it is centred."""
        self._off = (0, 0)

    @on(Sketch.Changed)
    def follow_pen(self) -> None:
        """Have the drawing looked at, once for all strokes until the sheet itself was drawn."""
        if not self._is_behind:
            self._is_behind = True
            self.call_after_refresh(self._prepare_drawing)

    def _prepare_drawing(self) -> None:
        """Make the drawing ready for the network, and have it looked at."""
        self._is_behind = False
        if self._photo is None:
            self._prepared = prepare(self.canvas.ink)
        if not self._offer(self.app.snapshot):  # else it is drawn with the new selection
            self.redraw()

    def on_picture_opened(self, message: PictureOpened) -> None:
        """Find the digit of a photo."""
        self._photo, self._developed = Photo(message.name, message.grey), None
        self._developing.ask(self._photo)
        self.add_class("-photo")
        self.view = View.STAGES
        self.query_one(Dials).index = 0
        self.query_one(Dials).focus()
        self.refresh_bindings()
        self.redraw()

    def on_digit_given(self, message: DigitGiven) -> None:
        """Put a digit on the sheet."""
        self.canvas.put(message.whole)
        self._off = (0, 0)
        self._leave_photo()
        self._offer(self.app.snapshot)
        if message.label is not None and self._drawn is not None:
            self._drawn = replace(self._drawn, label=message.label)
            self.app.selection = replace(self.app.selection, drawn=self._drawn)

    def on_digit_moved(self, message: DigitMoved) -> None:
        """Give the digit to the network off the centre."""
        self.action_shift(message.rows, message.columns)

    def _take_developed(self, developed: Developed) -> None:
        if self._photo is not None and developed.photo.grey is self._photo.grey:
            self._developed, self._prepared = developed, developed.stages.prepared
            self.redraw()

    @on(Dials.Turned)
    def turn_dial(self, message: Dials.Turned) -> None:
        """Find the digit otherwise."""
        if self._photo is not None and self._developed is not None:
            settings = turned(self._developed, message.index, message.steps)
            self._photo = replace(self._photo, settings=settings)
            self._developing.ask(self._photo)

    @on(Dials.Selected)
    def show_dial(self) -> None:
        """Say what the dial does, and show the picture that it changes."""
        self.query_one(Seen).mark_stage(self._seen_stage)
        if self._photo is not None:
            self._draw_dials(self._photo)

    def action_close_photo(self) -> None:
        """Go back to the sheet."""
        self._leave_photo()

    def action_use_photo(self) -> None:
        """Put the digit of the photo on the sheet, to go on drawing."""
        self.canvas.put(self._prepared.centred)
        self._leave_photo()

    def _leave_photo(self) -> None:
        self._photo = self._developed = None
        self._developing.forget()
        self._prepared = prepare(self.canvas.ink)
        self.remove_class("-photo")
        self.view = View.GIVEN
        self.query_one(Sketch).focus()
        self.query_one(Sketch).redraw()
        self.refresh_bindings()
        self.redraw()

    def export_in(self, widget: Widget | None) -> OwnExport:  # noqa: ARG002 - DebuggerScreen's
        """Return the digits that were kept."""
        return OwnExport()

    async def action_keep(self) -> None:
        """Ask which digit it is, and keep it: with the last stroke, however fast that was."""
        if self._is_behind:
            self._prepare_drawing()
        await self.run_action("app.open_dialog('keep_digit')")

    async def action_step_through(self) -> None:
        """Go to the screen that takes the drawing through the network."""
        if self._is_behind:
            self._prepare_drawing()
        if self._drawn is None:
            self.app.tell("Draw a digit first.")
            return
        await self.app.switch_mode("forward")
        self.app.tell(
            "2 Forward takes your digit through the network; [ and ] go back to the data."
        )

    def action_view(self, steps: int) -> None:
        """Look at something else beside the sheet."""
        order = tuple(View)
        self.view = order[(order.index(self.view) + steps) % len(order)]
        self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer other views where not all are seen."""
        if action in ("close_photo", "use_photo"):
            return self._photo is not None
        return action != "view" or bool(model.views(self.room))

    def on_resize(self) -> None:
        """Offer what there is to do in this room, and keep the sheet in it."""
        self.set_class(self.live.width < _ROOMY[0], "-slim")
        self.set_class(self.live.height < _ROOMY[1], "-low")
        self.refresh_bindings()

    def action_shift(self, rows: int, columns: int) -> None:
        """Move what the network is given, while the drawing stays where it is."""
        if self._prepared.is_empty:
            self.app.tell("Draw a digit first.")
            return
        down, right = self._off
        self._off = (_within_reach(down + rows), _within_reach(right + columns))
        self._prepare_drawing()

    def action_width(self, steps: int) -> None:
        """Take another pen."""
        self.canvas.pen = self.canvas.pen.wider(steps)
        self.redraw()

    def action_softness(self, steps: int) -> None:
        """Take a softer pen, or a harder one."""
        self.canvas.pen = self.canvas.pen.softer(steps)
        self.redraw()
