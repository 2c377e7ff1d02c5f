"""What the window of breakpoints and watches lists, what it suggests, and what was typed in it."""

from dataclasses import dataclass

from screens.backprop.model import looked_at
from screens.inspect.selection import Selection
from screens.inspect.subject import Source, Target
from screens.inspect.watches import little_curve, watch_value
from screens.shapes.line import Line
from tui_nn.errors import TuiNNError
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stops.breakpoints import ALWAYS_ON, AtEpoch, AtOperation, AtStep, Breakpoint
from tui_nn.training.stops.parser import understood
from tui_nn.training.stops.watches import Watch, WatchElement

_CURVE = 24
_ROUND = 100  # steps: a suggestion is the next multiple


@dataclass(frozen=True)
class Suggestion:
    """A kind of breakpoint or watch, with a sentence to begin with.

    Attributes:
        kind: What it is for.
        sentence: Such a one, as it would be typed.
    """

    kind: str
    sentence: str


def suggestions(
    snapshot: Snapshot, selection: Selection, target: Target | None = None
) -> tuple[Suggestion, ...]:
    """Return one of each kind, about what is being looked at.

    Args:
        snapshot: What there is.
        selection: What is selected.
        target: The number that is selected, if there is one.
    """
    operation, position = looked_at(snapshot, selection), snapshot.position
    element = _watchable(snapshot, target) or WatchElement(f"b{operation.layer}", (0,))
    probe = snapshot.probe
    verdict = "wrong" if probe is not None and probe.said == probe.truth else "right"
    following = position.step // _ROUND * _ROUND + _ROUND
    layer = operation.layer
    return (
        Suggestion("before an operation", f"before {operation.name}"),
        Suggestion("at a step", f"step {following}"),
        Suggestion("where an epoch begins", f"epoch {position.epoch + 1}"),
        Suggestion("loss or accuracy", "loss below 0.3"),
        Suggestion("a sample right or wrong", f"{selection.split} #{selection.sample} {verdict}"),
        Suggestion("a gradient's length", f"gradient of layer {layer} outside 0.01 to 10"),
        Suggestion("watch an element", _typed(element)),
        Suggestion("watch a norm", f"norm dW{layer}"),
    )


def _watchable(snapshot: Snapshot, target: Target | None) -> WatchElement | None:
    """Return the selected number as a watch; a probe's are of no step, but for parameters."""
    if target is None:
        return None
    if target.source is Source.PROBE and target.name not in snapshot.program.network.shapes:
        return None
    return WatchElement(target.name, target.index)


def _typed(element: WatchElement) -> str:
    """Return an element as a keyboard without Greek spells it."""
    place = ",".join(map(str, element.index))
    return f"{element.tensor}[{place}]" if element.index else element.tensor


Listed = Breakpoint | Watch | Suggestion


@dataclass(frozen=True)
class Entry:
    """A line of the window, and what it stands for.

    Attributes:
        line: The line.
        of: What it stands for; None for a heading and for what is always on.
    """

    line: Line
    of: Listed | None = None

    @property
    def breakpoint(self) -> Breakpoint | None:
        """The breakpoint, if it is one."""
        return self.of if isinstance(self.of, Breakpoint) else None

    @property
    def watch(self) -> Watch | None:
        """The watch, if it is one."""
        return self.of if isinstance(self.of, Watch) else None

    @property
    def sentence(self) -> str:
        """What one would type to have it."""
        if self.of is None:
            return ""
        return self.of.sentence if isinstance(self.of, Suggestion) else self.of.words


_GAP = Entry(Line("", "heading"))


def entry_name(of: Listed) -> str:
    """Return what the list calls something."""
    if isinstance(of, Suggestion):
        return f"add {of.kind}"
    return f"watch {of.words}" if isinstance(of, Watch) else f"stop {of.words}"


def entries(
    snapshot: Snapshot, suggested: tuple[Suggestion, ...], *, ascii: bool = False
) -> tuple[Entry, ...]:
    """Return all that the window lists."""
    found = [Entry(Line("stop", "heading"))]
    found += [_of_breakpoint(each) for each in snapshot.breakpoints]
    found.append(Entry(Line(f"when {ALWAYS_ON}   always on", "plain", "", "●")))
    found += _of_watches(snapshot, ascii=ascii)
    found += [_GAP, Entry(Line("add", "heading"))]
    for each in suggested:
        text = f"{each.kind:24} {each.sentence}"
        found.append(Entry(Line(text, "plain", entry_name(each), "+"), each))
    return tuple(found)


def _of_breakpoint(found: Breakpoint) -> Entry:
    text = stop_words(found) + ("" if found.on else "   off")
    return Entry(Line(text, "plain", entry_name(found), "●" if found.on else "○"), found)


def _of_watches(snapshot: Snapshot, *, ascii: bool) -> list[Entry]:
    if not snapshot.watches:
        return []
    found = [_GAP, Entry(Line("watch", "heading"))]
    width = max(len(each.watch.words) for each in snapshot.watches)
    for each in snapshot.watches:
        curve = little_curve(each.curve[: snapshot.position.step], _CURVE, ascii=ascii)
        text = f"{each.watch.words:{width}}  {watch_value(each):>9}  {curve}"
        found.append(Entry(Line(text, "plain", entry_name(each.watch)), each.watch))
    return found


def stop_words(breakpoint: Breakpoint) -> str:
    """Return when a breakpoint stops, after the word stop."""
    match breakpoint:
        case AtOperation():
            return breakpoint.words
        case AtStep() | AtEpoch():
            return f"at {breakpoint.words}"
    return f"when {breakpoint.words}"


@dataclass(frozen=True)
class Reading:
    """What a typed sentence means.

    Attributes:
        of: The breakpoint or watch; None where it is none.
        says: What it is, or what is missing.
    """

    of: Breakpoint | Watch | None
    says: str


def reading(sentence: str, snapshot: Snapshot) -> Reading:
    """Read what was typed."""
    if not sentence.strip():
        return Reading(None, "")
    try:
        found = understood(sentence)
    except TuiNNError as error:
        return Reading(None, str(error))
    if isinstance(found, Watch):
        if fault := found.fault(snapshot.computed.tensors):
            return Reading(None, fault)
        return Reading(found, f"watch {found.words}")
    if fault := found.fault(snapshot.program, snapshot.dataset):
        return Reading(None, fault)
    return Reading(found, f"stop {stop_words(found)}")
