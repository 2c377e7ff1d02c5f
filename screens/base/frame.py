"""The lines around every screen: the bar of screens, the next operation, the status.

They are there before NumPy is imported: what words they show is imported with the first snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Click, Resize
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from screens.base.app import DebuggerApp, ScreenEntry
from screens.base.telling import page_content
from screens.inspect.remembered import Remembered
from screens.shapes.room import SMALLEST
from screens.shapes.tabs import tab_labels

if TYPE_CHECKING:
    from tui_nn.training.session.snapshot import Snapshot


class Plain(Static):
    """A line of text that is not markup, spelt with what the terminal has."""

    HAS_LINKS: ClassVar[bool] = False  # to style what is not there takes half of the time
    DEFAULT_CSS = "Plain { width: auto; height: 1; text-wrap: nowrap; }"

    app = getters.app(DebuggerApp)

    def __init__(
        self, text: str = "", *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(text, markup=False, id=id, classes=classes)
        self.set_reactive(Widget.auto_links, self.HAS_LINKS)

    def show(self, text: str) -> None:
        """Show a text."""
        look = self.app.look
        spelt = look.text(text)
        if spelt != self.content:
            self.update(spelt, layout=self.styles.auto_dimensions)


class ScreenTab(Plain):
    """The name of a screen, which a click opens."""

    def __init__(self, entry: ScreenEntry, label: str, *, is_current: bool) -> None:
        super().__init__(label, classes="-current" if is_current else "")
        self.mode = entry.mode

    def on_click(self, event: Click) -> None:
        """Open the screen."""
        event.stop()
        if self.app.is_begun:
            self.app.switch_mode(self.mode)


class TopBar(Horizontal):
    """The screens there are, and what is being trained."""

    DEFAULT_CSS = """
    TopBar { height: 1; background: $panel; }
    TopBar ScreenTab { color: $text-muted; }
    TopBar ScreenTab.-current { text-style: reverse bold; color: $text; }
    TopBar #run { width: 1fr; text-align: right; color: $text-muted; padding-right: 1; }
    """

    app = getters.app(DebuggerApp)

    def __init__(self, mode: str) -> None:
        super().__init__()
        self.mode = mode

    def compose(self) -> ComposeResult:
        """Make a tab for each screen."""
        labels = self._labels(self.app.size.width)
        for entry, label in zip(self.app.SCREEN_TABLE, labels, strict=True):
            yield ScreenTab(entry, label, is_current=entry.mode == self.mode)
        yield Plain(id="run")

    def on_resize(self, event: Resize) -> None:
        """Name the screens as fully as there is room for."""
        for tab, label in zip(self.query(ScreenTab), self._labels(event.size.width), strict=True):
            tab.show(label)

    def show(self, snapshot: Snapshot, speed: str) -> None:
        """Show a snapshot."""
        from screens.base.status import run_line

        run = self.query_one("#run", Plain)
        run.show(run_line(snapshot, speed, run.content_size.width))

    def _labels(self, width: int) -> list[str]:
        return tab_labels([(each.key, each.title) for each in self.app.SCREEN_TABLE], width)


class NextLine(Horizontal):
    """The next operation, and which of the four phases it belongs to."""

    DEFAULT_CSS = """
    NextLine { height: 1; }
    NextLine #next { width: 1fr; padding-left: 1; text-style: bold; text-overflow: ellipsis; }
    NextLine #phases { padding-right: 1; }
    """

    _phases: Sequence[tuple[str, bool]] = ()

    def compose(self) -> ComposeResult:
        """Make both halves."""
        yield Plain(id="next")
        yield Plain(id="phases")

    def show(self, snapshot: Snapshot, travel_status: str) -> None:
        """Show a snapshot, or where in time the run is being taken."""
        from screens.base.status import next_line, phase_names

        following, names = self.query_one("#next", Plain), self.query_one("#phases", Plain)
        names.display = not travel_status
        following.show(travel_status or next_line(snapshot, following.content_size.width))
        phases = phase_names(snapshot)
        if phases != self._phases:
            self._phases = phases
            parts = (
                Content.styled(f" {name} ", "bold reverse" if current else "dim")
                for name, current in phases
            )
            names.update(Content("").join(parts), layout=False)


class StatusLine(Plain):
    """Where the run is; always true."""

    DEFAULT_CSS = "StatusLine { width: 1fr; padding: 0 1; background: $panel; }"

    snapshot: Snapshot | None = None

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot."""
        self.snapshot = snapshot
        if self.content_size.width:
            from screens.base.status import status_line

            self.show(status_line(snapshot, self.content_size.width))

    def on_resize(self) -> None:
        """Fit the words into the new width."""
        if self.snapshot:
            self.show_snapshot(self.snapshot)


class WatchLine(Plain):
    """What is watched, if anything is."""

    DEFAULT_CSS = "WatchLine { width: 1fr; padding: 0 1; background: $boost; }"

    snapshot: Snapshot | None = None

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot."""
        self.snapshot = snapshot
        self.display = bool(snapshot.watches)
        if self.content_size.width:
            from screens.inspect.watches import watch_line

            look = self.app.look
            watches, step = snapshot.watches, snapshot.position.step
            self.show(watch_line(watches, step, self.content_size.width, ascii=look.ascii))

    def on_resize(self) -> None:
        """Fit the watches into the new width."""
        if self.snapshot:
            self.show_snapshot(self.snapshot)


class MessageLine(Static):
    """What the app tells, over the lowest line of a dialog, which is its margin."""

    DEFAULT_CSS = """
    MessageLine { dock: bottom; layer: messages; width: 1fr; height: 1; padding: 0 1; }
    MessageLine { background: $panel; text-wrap: nowrap; visibility: hidden; }
    MessageLine { link-style: none; link-color: $text; }
    """

    app = getters.app(DebuggerApp)

    def on_mount(self) -> None:
        """Show what is told from now on, and what is being told."""
        self.watch(self.app, "page", self.show)

    def show(self) -> None:
        """Show a page, or make way."""
        page = self.app.page
        self.visible = page is not None
        if page is not None:
            width = self.app.size.width - 2
            self.update(page_content(page, self.app.look, width), layout=False)


class Offer(NamedTuple):
    """Keys of the line that stand together, such as those back and forth.

    Attributes:
        keys: As Textual calls them.
        shown: As people write them.
        words: What they do.
    """

    keys: tuple[str, ...]
    shown: tuple[str, ...]
    words: str


class KeyLine(Static):
    """The keys that work here, as many as there is room for; a click presses one.

    While the app tells something, it stands here: nothing else makes way for it.
    """

    DEFAULT_CSS = """
    KeyLine { width: 1fr; height: 1; padding: 0 1; text-wrap: nowrap; link-style: none; }
    KeyLine { link-style-hover: underline; link-color: $text; link-background-hover: $boost; }
    """

    app = getters.app(DebuggerApp)

    _line = Content("")

    def __init__(self) -> None:
        super().__init__()
        self._drawn = Remembered[Content]()

    def on_mount(self) -> None:
        """Follow the focus, which brings keys of its own."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.show_line())
        self.watch(self.app, "page", self.show_line, init=False)

    def on_resize(self) -> None:
        """Fit the keys into the new width."""
        self.show_line()

    def show_line(self) -> None:
        """Show what the app tells, else the keys."""
        page, width = self.app.page, self.content_size.width
        line = self._keys() if page is None else page_content(page, self.app.look, width)
        if line != self._line:
            self._line = line
            self.update(line, layout=False)

    def _keys(self) -> Content:
        offers, room = shown_keys(self.app, self.screen), self.content_size.width
        return self._drawn.get((offers, room), lambda: self._content(offers, room))

    def _content(self, offers: list[Offer], room: int) -> Content:
        look = self.app.look
        parts: list[Content] = []
        for offer in offers:
            room -= len(" ".join(offer.shown)) + len(offer.words) + 3
            if room < -2:
                break
            for key, shown in zip(offer.keys, offer.shown, strict=True):
                parts += [_pressing(key, look.text(shown), bold=True), Content(" ")]
            parts += [_pressing(offer.keys[0], offer.words, dim=True), Content("  ")]
        return Content("").join(parts)


def shown_keys(app: DebuggerApp, screen: Screen[object]) -> list[Offer]:
    """Return what the key line offers: what would do something here.

    Bindings of one group stand together: ``< >`` and ``slower faster`` take one place.
    """
    found: dict[str, Offer] = {}
    actions: set[str] = set()
    for _, binding, enabled, _ in screen.active_bindings.values():
        if not binding.show or not enabled or binding.action in actions:
            continue
        actions.add(binding.action)
        if app.has_nothing_for(binding.action, screen):
            continue
        words = binding.group.description if binding.group else binding.description
        keys, shown, _ = found.get(words, Offer((), (), words))
        found[words] = Offer((*keys, binding.key), (*shown, app.get_key_display(binding)), words)
    return list(found.values())


def _pressing(key: str, text: str, *, bold: bool = False, dim: bool = False) -> Content:
    """Return a text whose click presses a key."""
    click = Style.from_meta({"@click": f"app.press({key!r})"})
    return Content.styled(text, Style(bold=bold or None, dim=dim or None) + click)


_KEYS = {"↑": "up", "↓": "down", "←": "left", "→": "right", "+": "plus", "−": "minus"}
_NAMED_KEYS = ("enter", "escape", "tab", "space")


class DialogKeys(Plain):
    """The last line of a dialog, ``enter goes there · escape closes``: a click presses a key."""

    HAS_LINKS = True

    def on_mount(self) -> None:
        """Make what it was given clickable."""
        self.show(str(self.content))

    def show(self, text: str) -> None:
        """Show keys and what they do, each pair between dots."""
        from screens.base.status import SEPARATOR

        parts = [self._part(part.split(" ")) for part in text.split(SEPARATOR)]
        self.update(Content(self.app.look.text(SEPARATOR)).join(parts), layout=False)

    def _part(self, words: list[str]) -> Content:
        look = self.app.look
        keys = list(takewhile(_is_key, words))
        if not keys:
            return Content(look.text(" ".join(words)))
        names = [_KEYS.get(key, key) for key in keys]
        shown = [_pressing(*pair) for pair in zip(names, map(look.text, keys), strict=True)]
        does = look.text(" ".join(words[len(keys) :]))
        return Content(" ").join([*shown, _pressing(names[0], does)])


def _is_key(word: str) -> bool:
    return len(word) == 1 or word in _NAMED_KEYS or word.startswith("ctrl+")


class TooSmall(Static):
    """Stands in for the whole screen where there is no room to draw it."""

    DEFAULT_CSS = """
    TooSmall { display: none; width: 1fr; height: 1fr; }
    TooSmall { content-align: center middle; text-align: center; }
    """

    def __init__(self) -> None:
        width, height = SMALLEST
        super().__init__(f"too small: make the terminal {width}×{height} or larger", markup=False)
