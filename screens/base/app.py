"""The app as screens and dialogs know it: what they read from it, and what they ask of it.

It imports none of them. Which screens and dialogs there are, and what the keys do, is said by its
subclass in ``screens/app.py``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.screen import Screen

from screens.base.closing import ClosingScreen
from screens.base.drawing_budget import DrawingBudget
from screens.base.keys import QUIT_KEYS, RUN_KEYS
from screens.base.pressed import key_name
from screens.base.surviving import SurvivingApp
from screens.inspect.checked import Checked
from screens.inspect.selection import Selection, fitted
from screens.inspect.sitting import Sitting
from screens.shapes.look import Look
from tui_nn.training.runs.speed import OPENING_SPEED, SPEEDS, Speed

if TYPE_CHECKING:  # the first frame is drawn before NumPy is imported
    from screens.base.lessons.teaching import Teaching
    from screens.base.navigation import Navigator
    from screens.base.run_files import CapturedRun, RunFiles
    from tui_nn.lessons.situation import Number
    from tui_nn.training.runs.sweeper import Sweeper
    from tui_nn.training.runs.worker import TrainingWorker
    from tui_nn.training.session.session import Session
    from tui_nn.training.session.snapshot import Snapshot

T = TypeVar("T")

FRAMES_PER_SECOND = 10
_PRESSED = 40  # keys that are remembered


class ScreenEntry(Struct, frozen=True):
    """A screen, as the tabs, the keys, the help and the palette list it.

    Attributes:
        mode: The name of its Textual mode.
        key: The key that shows it.
        title: Its tab, after the key.
        tooltip: What it shows, in a few words.
        load: Imports and returns its class: not before somebody looks at it, or has started.
    """

    mode: str
    key: str
    title: str
    tooltip: str
    load: Callable[[], type[Screen[None]]]

    @property
    def binding(self) -> Binding:
        """The key that shows it."""
        action = f"show({self.mode!r})"
        return Binding(self.key, action, self.title, show=False, tooltip=self.tooltip)

    def make(self) -> Screen[None]:
        """Make the screen."""
        return self.load()()


class DebuggerApp(SurvivingApp[int]):
    """Owns the trainer, and what every screen reads; it knows no mathematics.

    Without a session it can show a screen that reads nothing of these, until it is given one.

    Attributes:
        run_files: Which runs are in which file.
        trainer: Has the session, in a thread of its own.
        navigator: Follows journeys to other places of the run.
        history_memory: Bytes for copies of the parameters.
        is_begun: Whether there is a session; without one, what stands here first is not there.
        problem: Why there will be none, or None.
        snapshot: The newest state of the run.
        selection: What is selected; it stays when the screen changes.
        speed: How fast the run goes.
        travel_status: Where in time the run is being taken, if that takes long, else "".
        presenting: Whether a room looks on: one large view at a time.
        pressed: The last keys, for the room.
        sweeper: The sweep that is running in the background, or None.
        marks_mistakes: Whether operations that are wrong on purpose are marked.
        sitting: The quizzes since the program was opened.
        checked: Somebody's gradients, shown beside the right ones; or None.
        unsaved_run: After the app has ended: what is in no file, or None.
        saves_on_exit: Whether the person asked for it to be saved, however short it is.
        teacher: Has the lessons, once somebody asked for them.
        is_lesson_folded: Whether the page of a lesson is folded to a line.
        lessons_folder: Where the lessons are, if not those that come with the program.
        first_lesson: The number of the one to begin with, or None.
        greets: Whether it says where to begin, as it does once.
        lesson_changes: Counts what changed in the open lesson.
    """

    SCREEN_TABLE: ClassVar[Sequence[ScreenEntry]] = ()

    run_files: RunFiles
    trainer: TrainingWorker
    navigator: Navigator
    history_memory: int
    is_begun = False
    teacher: Teaching | None = None
    is_lesson_folded = False
    lessons_folder: Path | None = None
    first_lesson: int | None = None
    greets = False

    snapshot: var[Snapshot] = var(None, init=False)  # type: ignore[arg-type]
    selection: var[Selection] = var(Selection(), init=False)
    speed: var[Speed] = var(SPEEDS[OPENING_SPEED], init=False)
    travel_status: var[str] = var("", init=False)
    presenting: var[bool] = var(False, init=False)
    pressed: var[tuple[str, ...]] = var((), init=False)
    sweeper: var[Sweeper | None] = var(None, init=False)
    marks_mistakes: var[bool] = var(False, init=False)
    lesson_changes: var[int] = var(0, init=False)

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Derive the modes and the keys from the table of screens."""
        cls.MODES = {**cls.MODES, **{entry.mode: entry.make for entry in cls.SCREEN_TABLE}}
        bindings: list[BindingType] = [entry.binding for entry in cls.SCREEN_TABLE]
        cls.BINDINGS = [*RUN_KEYS, *bindings, *QUIT_KEYS]
        super().__init_subclass__(**arguments)

    def __init__(self, session: Session | None, look: Look) -> None:
        """Make an app.

        Args:
            session: What to debug; it is handed over to the training thread. None if it is to
                ``begin`` later.
            look: How this terminal is drawn.
        """
        super().__init__(look)
        self.sitting = Sitting()
        self.checked: Checked | None = None
        self.unsaved_run: CapturedRun | None = None
        self.saves_on_exit = False
        self.problem: Exception | None = None
        self._exits_with: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        if session is not None:
            self.begin(session)

    def begin(self, session: Session) -> None:
        """Take a session, and look at it for the first time; ``go`` starts its thread."""
        from screens.base.navigation import Navigator
        from screens.base.run_files import RunFiles
        from screens.inspect.samples import choice
        from tui_nn.training.runs.worker import TrainingWorker

        self.run_files = RunFiles()
        self.history_memory = session.history_memory
        self.trainer = TrainingWorker(session, self._on_trainer, choice(Selection()))
        self.navigator = Navigator(self.trainer, time.monotonic)
        self.set_reactive(DebuggerApp.snapshot, self.trainer.latest)
        self.is_begun = True

    def on_mount(self) -> None:
        """Go, if there is a session."""
        self._loop = asyncio.get_running_loop()
        if self._exits_with is not None:
            self.exit(self._exits_with)
        elif self.is_begun:
            self.go()

    def go(self) -> None:
        """Start the training thread, and begin to draw what it does."""
        self.trainer.start()
        self._budget = DrawingBudget(time.monotonic, time.thread_time)
        self.set_interval(1 / FRAMES_PER_SECOND, self._request_frame)

    def on_unmount(self) -> None:
        """End the training threads; keep hold of a run that is in no file."""
        self._loop = None
        if not self.is_begun:
            return
        if self.sweeper is not None:
            self.sweeper.close()
        self.trainer.ask(self.run_files.capture_unsaved, self._keep_unsaved)
        self.trainer.close()

    def _keep_unsaved(self, captured: CapturedRun | None) -> None:
        self.unsaved_run = captured

    async def on_event(self, event: events.Event) -> None:
        """Note the keys for the room; what comes when the screens are gone is for nobody."""
        if not self.screen_stack and isinstance(event, events.InputEvent):
            return
        if self.presenting and isinstance(event, events.Key) and not event.is_forwarded:
            self.pressed = (*self.pressed, key_name(event))[-_PRESSED:]
        await super().on_event(event)

    # What screens and dialogs ask for

    @property
    def present_step(self) -> int:
        """The step that the run has come to."""
        return self.snapshot.position.step

    def action_press(self, key: str) -> None:
        """Press a key, for the mouse."""
        self.simulate_key(key)

    def action_present(self) -> None:
        """Show it to a room, or no longer."""
        self.presenting = not self.presenting

    def show_plainly(self, mode: str, then: Callable[[], object] = lambda: None) -> None:
        """Show a screen, without what was opened over it.

        Args:
            mode: Which.
            then: Called when it is shown.
        """
        raise NotImplementedError

    def whereabouts(self) -> tuple[str, Number | None, str]:
        """Return what lessons ask of what is seen: the screen, the number explained, the dialog."""
        raise NotImplementedError

    def notice(self) -> None:
        """Have the open lesson, if there is one, see what was done."""
        if self.teacher is not None:
            self.teacher.look()

    def has_nothing_for(self, action: str, screen: Screen[Any]) -> bool:  # noqa: ARG002
        """Return whether an action would only say that on a screen it has nothing to work on."""
        return False  # the app with its screens knows better

    def call_soon(self, callback: Callable[[T], object], argument: T) -> None:
        """From another thread, have the event loop call something as it would handle a message.

        Nothing happens where it is a method of a screen that is gone by then.
        """

        def call() -> object:
            screen = getattr(callback, "__self__", None)
            is_late = isinstance(screen, ClosingScreen) and screen.is_gone
            return None if is_late else callback(argument)

        if loop := self._loop:
            loop.call_soon_threadsafe(self.call_later, call)

    def exit_soon(self, code: int) -> None:
        """Exit from another thread; as soon as it has begun, if it has not."""
        self._exits_with = code
        if loop := self._loop:
            loop.call_soon_threadsafe(self.exit, code)

    @property
    def can_go_on(self) -> bool:
        """Whether there is a run to go on with."""
        return super().can_go_on and self.is_begun

    def save_and_exit(self) -> None:
        """Exit, and save the run where it was saved before, else where the last one is kept."""
        self.saves_on_exit = True
        self.exit(0)

    def debug_session(self, session: Session, *, keep_stops: bool = True) -> None:
        """Debug another session from now on.

        Args:
            session: The other one.
            keep_stops: Whether it takes over the breakpoints and watches; else it has its own.
        """
        from screens.inspect.samples import choice

        selection = replace(
            self.selection, sample=0, row=0, layer=1, neuron=0, operation=None, element=None
        )
        self.trainer.select(choice(selection))

        def take_over(before: Session) -> Session:
            if keep_stops:
                session.adopt(before)
            return session

        self.trainer.replace(take_over)
        self.set_reactive(DebuggerApp.selection, selection)

    # Frames

    def _request_frame(self) -> None:
        self.tidy()
        self.travel_status = self.navigator.status
        if self.flow.may_draw and (self.speed.interval or self._budget.allows_frame()):
            self.trainer.want_snapshot()

    def _on_trainer(self) -> None:
        """Called in the training thread: hand over to the event loop."""
        if loop := self._loop:
            loop.call_soon_threadsafe(self._take_snapshot)

    def _take_snapshot(self) -> None:
        self.navigator.check_arrival()  # before the snapshot, which then is not from before its end
        while self.trainer.refused:
            self.tell(str(self.trainer.refused.popleft()), is_refusal=True)
        if (failure := self.trainer.failure) is not None:
            self.fail(failure)
        elif (latest := self.trainer.latest) is not self.snapshot and self._may_draw(latest):
            has_other_data = latest.dataset is not self.snapshot.dataset
            self.snapshot = latest
            if has_other_data:  # in which there may be nothing of what was selected
                from screens.inspect.samples import choice

                self.trainer.select(choice(self.selection))
            self.call_after_refresh(self.ask_terminal)
        if self.teacher is not None:
            self.call_later(self.teacher.look)

    def _may_draw(self, snapshot: Snapshot) -> bool:
        """Return whether to draw now; while it runs, a later snapshot will do as well."""
        from tui_nn.training.session.snapshot import Activity

        return self.flow.may_draw or snapshot.activity is not Activity.RUNNING

    def _fatal_error(self) -> None:
        """Exit without the pages that Textual would print; ``run_app`` raises the exception."""
        self._close_messages_no_wait()

    def validate_selection(self, selection: Selection) -> Selection:
        """Select nothing that there is not."""
        return fitted(selection, self.snapshot) if self.is_begun else selection

    def validate_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """Select nothing that there is not any more, before anybody draws the new snapshot."""
        self.set_reactive(DebuggerApp.selection, fitted(self.selection, snapshot))
        return snapshot

    def watch_selection(self, old: Selection, new: Selection) -> None:
        """Have the newly selected sample taken through the network."""
        if (old.split, old.sample, old.drawn) != (new.split, new.sample, new.drawn):
            from screens.inspect.samples import choice

            self.trainer.select(choice(new))
