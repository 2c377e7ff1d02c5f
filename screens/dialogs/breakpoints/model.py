"""What the dialog of breakpoints and watches lists and suggests, and what was typed in it."""

from msgspec import Struct

from screens.inspect.selection import Selection, selected_operation
from screens.inspect.subject import Source, Target
from screens.inspect.watches import little_curve, watch_value
from screens.shapes.line import Line
from tui_nn.errors import TuiNNError
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Role
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stops.breakpoints import BREAKPOINTS, Breakpoint
from tui_nn.training.stops.breakpoints.breakpoint import ALWAYS_ON
from tui_nn.training.stops.parser import parse_sentence
from tui_nn.training.stops.subject import Subject
from tui_nn.training.stops.watches import Watch, WatchElement, WatchNorm

_CURVE = 24


class Suggestion(Struct, frozen=True):
    """A kind of breakpoint or watch, with a sentence to begin with.

    Attributes:
        kind: What it is for.
        sentence: Such a one, as it would be typed.
    """

    kind: str
    sentence: str

    @property
    def name(self) -> str:
        """What the list calls it."""
        return f"add {self.kind}"


def suggestions(
    snapshot: Snapshot, selection: Selection, target: Target | None = None
) -> tuple[Suggestion, ...]:
    """Return one of each kind, about what is selected.

    Args:
        snapshot: What there is.
        selection: What is selected.
        target: The number that is selected, if there is one.
    """
    operation, position = selected_operation(snapshot, selection), snapshot.position
    program, layer = snapshot.program, operation.layer
    bias = program.find_one(Role.BIAS, layer)
    gradient = program.gradient_of(program.weights_of(layer).name)
    element = _watchable(snapshot, target) or WatchElement(bias.name, (0,))
    probe = snapshot.probe
    verdict = "wrong" if probe is not None and probe.said == probe.truth else "right"
    subject = Subject(
        operation=operation.name,
        layer=layer,
        element=_typed(element),
        gradient=gradient.name,
        step=position.step,
        epoch=position.epoch,
        split=selection.split,
        sample=selection.sample,
        verdict=verdict,
    )
    kinds: list[type[Breakpoint | WatchElement | WatchNorm]]
    kinds = [*BREAKPOINTS, WatchElement, WatchNorm]
    return tuple(Suggestion(each.kind, each.suggest(subject)) for each in kinds)


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
"""What a line stands for."""


class Entry(Struct, frozen=True):
    """A line of the dialog, and what it stands for.

    Attributes:
        line: The line.
        of: What it stands for; None for a heading and for what is always on.
        sentence: What one would type to have it.
    """

    line: Line
    of: Listed | None = None
    sentence: str = ""

    @property
    def breakpoint(self) -> Breakpoint | None:
        """The breakpoint, if it is one."""
        return self.of if isinstance(self.of, Breakpoint) else None

    @property
    def watch(self) -> Watch | None:
        """The watch, if it is one."""
        return self.of if isinstance(self.of, Watch) else None


_GAP = Entry(Line("", "heading"))


def entry_name(of: Listed, program: Program) -> str:
    """Return what the list calls something."""
    if isinstance(of, Suggestion):
        return of.name
    words = of.describe(program)
    return f"watch {words}" if isinstance(of, Watch) else f"stop {words}"


def entries(
    snapshot: Snapshot, suggested: tuple[Suggestion, ...], *, ascii: bool = False
) -> tuple[Entry, ...]:
    """Return all that the dialog lists."""
    found = [Entry(Line("stop", "heading"))]
    found += [_of_breakpoint(each, snapshot.program) for each in snapshot.breakpoints]
    found.append(Entry(Line(f"when {ALWAYS_ON}   always on", "plain", "", "●")))
    found += _of_watches(snapshot, ascii=ascii)
    found += [_GAP, Entry(Line("add", "heading"))]
    for each in suggested:
        text = f"{each.kind:24} {each.sentence}"
        found.append(
            Entry(Line(text, "plain", entry_name(each, snapshot.program), "+"), each, each.sentence)
        )
    return tuple(found)


def _of_breakpoint(found: Breakpoint, program: Program) -> Entry:
    text = found.sentence(program) + ("" if found.on else "   off")
    line = Line(text, "plain", entry_name(found, program), "●" if found.on else "○")
    return Entry(line, found, found.describe(program))


def _of_watches(snapshot: Snapshot, *, ascii: bool) -> list[Entry]:
    if not snapshot.watches:
        return []
    found = [_GAP, Entry(Line("watch", "heading"))]
    width = max(len(each.words) for each in snapshot.watches)
    for each in snapshot.watches:
        curve = little_curve(each.curve[: snapshot.position.step], _CURVE, ascii=ascii)
        text = f"{each.words:{width}}  {watch_value(each):>9}  {curve}"
        name = entry_name(each.watch, snapshot.program)
        found.append(Entry(Line(text, "plain", name), each.watch, each.words))
    return found


class ReadSentence(Struct, frozen=True):
    """What a typed sentence means.

    Attributes:
        of: The breakpoint or watch; None where it is none.
        says: What it is, or what is missing.
    """

    of: Breakpoint | Watch | None
    says: str


def read_sentence(sentence: str, snapshot: Snapshot) -> ReadSentence:
    """Read what was typed."""
    if not sentence.strip():
        return ReadSentence(None, "")
    try:
        found = parse_sentence(sentence, snapshot.program)
    except TuiNNError as error:
        return ReadSentence(None, str(error))
    if isinstance(found, Watch):
        if fault := found.fault(snapshot.program, snapshot.computed.tensors):
            return ReadSentence(None, fault)
        return ReadSentence(found, f"watch {found.describe(snapshot.program)}")
    if fault := found.fault(snapshot.program, snapshot.dataset):
        return ReadSentence(None, fault)
    return ReadSentence(found, f"stop {found.sentence(snapshot.program)}")
