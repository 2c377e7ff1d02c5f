"""The app: its screens, its dialogs, and what the keys do."""

from __future__ import annotations

import gc
import shlex
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import SystemCommand
from textual.command import CommandPalette
from textual.screen import ModalScreen, Screen
from textual.widget import AwaitMount

from screens.base.app import DebuggerApp
from screens.base.closing import Palette
from screens.base.learning_rates import next_rate
from screens.base.messages import ExplainNumber, FollowWindow
from screens.shapes.look import Look
from screens.tables import DIALOGS, SCREENS
from tui_nn.errors import TuiNNError
from tui_nn.training.runs.speed import SPEEDS

if TYPE_CHECKING:  # the first frame is drawn before NumPy is imported
    from screens.base.screen import DebuggerScreen
    from screens.inspect.link import Link
    from tui_nn.lessons.situation import Number
    from tui_nn.training.session.session import Session

AUTOSAVE = 20.0  # seconds; a power cut costs half a minute of a long run at most, saving included
PAUSE = 0.1  # seconds for the first frame to get out, before what only later ones need is read
GREETING = "New here? 8 to learn, 6 to draw, ? for keys"
NOTHING_TO_EXPLAIN = "No number is selected here: arrows, tab; or n to compute one."

_NEEDED: dict[str, Callable[[DebuggerScreen], object]] = {
    "explain": lambda screen: screen.number_in(screen.worked_on),
    "open_dialog('gradient_check')": lambda screen: screen.selected_parameter(),
    "open_dialog('edit_parameter')": lambda screen: screen.selected_parameter(),
    "sample(-1)": lambda screen: screen.SHOWS_SAMPLE,
    "sample(1)": lambda screen: screen.SHOWS_SAMPLE,
    "silence_neuron": lambda screen: screen.selected_neuron(),
}
"""What has to be there so that an action is offered."""


class TuiNNApp(DebuggerApp):
    """The debugger with its screens and dialogs: keys become commands to the trainer."""

    TITLE = "tui-nn"
    SCREEN_TABLE = SCREENS
    DEFAULT_MODE = "forward"

    def __init__(self, session: Session | None, look: Look, welcome: str = "") -> None:
        """Make an app.

        Args:
            session: What to debug; it is handed over to the training thread. None if it is to
                ``begin`` later.
            look: How this terminal is drawn.
            welcome: A message to show at the start, if any.
        """
        super().__init__(session, look)
        self._welcome = welcome
        self.link: Link | None = None
        self._linked: Link | None = None  # on the way to its place

    def go(self) -> None:
        """Start the run's thread, and plan what the first frame does not wait for."""
        super().go()
        self.set_interval(AUTOSAVE, self._autosave)
        self.call_after_refresh(self.set_timer, PAUSE, self._preload)
        if self._welcome:
            self.tell(self._welcome)
        if self.link is not None:
            self._follow(self.link)
        if self.greets:
            self.tell(GREETING)
        if self.first_lesson is not None:
            self.call_after_refresh(self._open_first_lesson)

    def _follow(self, link: Link) -> None:
        """Show what a line says, while the run is taken to its place."""
        from tui_nn.training.session.advance import advance_to

        self.selection = link.selection
        self.call_later(self.switch_mode, link.screen)
        self._linked = link
        going = f"training to step {link.place.step}"
        self.navigator.travel(going, partial(advance_to, place=link.place))

    def watch_snapshot(self) -> None:
        """Select what a line says where the run has come to its place, which selects otherwise."""
        if self._linked is not None and not self.trainer.is_travelling:
            link, self._linked = self._linked, None
            if self.snapshot.position.place == link.place:
                self.call_later(setattr, self, "selection", link.selection)

    def action_copy_link(self) -> None:
        """Copy the line that opens this place."""
        from screens.inspect.link import link_line

        try:
            line = link_line(self.snapshot, self.selection, str(self.current_mode))
        except TuiNNError as error:
            self.tell(str(error), is_refusal=True)
            return
        command = f"tui-nn --at {shlex.quote(line)}"
        self.copy_to_clipboard(command)
        self.tell(f"Copied, if the terminal lets it: {command}")

    def _open_first_lesson(self) -> None:
        from screens.base.lessons.teacher import Teacher

        assert self.first_lesson is not None
        self.teacher = teacher = Teacher(self, self.lessons_folder)
        teacher.open(teacher.library.lesson(self.first_lesson))

    def _autosave(self) -> None:
        from screens.base.autosave import autosave

        autosave(self)

    def _preload(self) -> None:
        """Read the samples and import the other screens while nobody waits for them."""
        self.run_worker(self._import, "import", group="import", thread=True, exit_on_error=False)

    def _import(self) -> None:
        self.snapshot.dataset.read()  # the first step would wait for it
        for entry in self.SCREEN_TABLE:
            entry.load()
        for load in DIALOGS.values():
            load()
        import plotext  # noqa: F401 - the first plot would wait for it

        import screens.base.changes
        import screens.base.exporting
        import screens.explain.screen  # noqa: F401
        from screens.base.autosave import report_interrupted_run

        self.settle()
        gc.enable()
        report_interrupted_run(self)

    # Screens and dialogs

    def substitute(self, mode: str, error: Exception) -> Screen[None]:
        """Return what is shown in place of a screen that failed."""
        from screens.base.failed_screen import FailedScreen

        return FailedScreen(mode, error)

    def is_substitute(self, screen: Screen[Any]) -> bool:
        """Return whether a screen is shown in place of one that failed."""
        from screens.base.failed_screen import FailedScreen

        return isinstance(screen, FailedScreen)

    async def action_show(self, mode: str) -> None:
        """Show a screen; keys that were already typed after this one are for it."""
        if mode == "learn" and self.teacher is not None and self.teacher.opened is not None:
            from screens.learn.calling import call_lesson

            await call_lesson(self)
        else:
            await self.switch_mode(mode)

    def show_plainly(self, mode: str, then: Callable[[], object] = lambda: None) -> None:
        """Show a screen, without what was opened over it.

        Args:
            mode: Which.
            then: Called when it is shown.
        """

        async def close_all() -> None:
            while len(self.screen_stack) > 1:
                await self.pop_screen()

        async def show() -> None:
            await close_all()
            await self.switch_mode(mode)
            await close_all()
            then()
            self.notice()

        self.call_later(show)

    def whereabouts(self) -> tuple[str, Number | None, str]:
        """Return what lessons ask of what is seen: the screen, the number explained, the dialog."""
        from screens.learn.calling import whereabouts

        return whereabouts(self)

    def action_fold_lesson(self) -> None:
        """Fold the page of the lesson to a line, or unfold it."""
        self.is_lesson_folded = not self.is_lesson_folded
        self.lesson_changes += 1

    def switch_mode(self, mode: str) -> AwaitMount:
        """Show a screen; but not while a window is open, whose keys have overtaken this one."""
        if isinstance(self.screen, ModalScreen):
            return AwaitMount(self.screen, [])
        return super().switch_mode(mode)

    def action_open_dialog(self, name: str) -> None:
        """Open a dialog, unless one is open."""
        if not isinstance(self.screen, ModalScreen):
            DIALOGS[name]().open(self)

    def action_explain(self) -> None:
        """Take the selected number apart."""
        from screens.base.screen import DebuggerScreen

        screen = self.screen
        target = screen.number_in(screen.worked_on) if isinstance(screen, DebuggerScreen) else None
        if target is not None and isinstance(screen, DebuggerScreen):
            self.explain(ExplainNumber(screen.scene, target))
        else:
            self.tell(NOTHING_TO_EXPLAIN)

    @on(ExplainNumber)
    def explain(self, message: ExplainNumber) -> None:
        """Take a number apart."""
        from screens.explain.screen import ExplainScreen

        mode = str(self.current_mode)
        self.push_screen(ExplainScreen(mode, message.scene, message.target))

    @on(FollowWindow)
    def follow_window(self, message: FollowWindow) -> None:
        """Follow a convolution or a pooling position by position."""
        from screens.window.screen import WindowScreen

        self.push_screen(WindowScreen(str(self.current_mode), message.scene, message.walk))

    def action_export(self) -> None:
        """Export what is selected."""
        from screens.base.exporting import export_selected

        export_selected(self)

    def action_command_palette(self) -> None:
        """Open the command palette, unless it is open."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer in the command palette what the keys do, and what has no key."""
        from screens.palette import key_commands, other_commands

        yield from key_commands(self, screen)
        yield from other_commands(self, screen)

    # Moving through the run

    def action_toggle_run(self) -> None:
        """Run, or pause."""
        from tui_nn.training.session.snapshot import Activity

        if self.snapshot.activity is Activity.RUNNING:
            self.trainer.pause()
        else:
            self.trainer.run()

    def action_step_operation(self) -> None:
        """Run the next operation."""
        self.trainer.send(lambda session: session.step_operation())

    def action_step_batch(self) -> None:
        """Finish the current batch."""
        self.trainer.send(lambda session: session.step_batch())

    def action_run_epoch(self) -> None:
        """Run to the end of the epoch."""
        self.trainer.run_to_epoch_end()

    def action_back_operation(self) -> None:
        """Undo one operation."""
        self.navigator.travel(
            "going back an operation",
            lambda session, *stop: session.back_operation(*stop),
        )

    def action_back_batch(self) -> None:
        """Go to the start of this batch, or of the previous one."""
        self.navigator.travel(
            "going back a batch", lambda session, *stop: session.back_batch(*stop)
        )

    def action_back_epoch(self) -> None:
        """Go to the start of this epoch, or of the previous one."""
        self.navigator.travel(
            "going back an epoch", lambda session, *stop: session.back_epoch(*stop)
        )

    def action_run_back(self) -> None:
        """Go back to the last place where a breakpoint held."""
        from tui_nn.training.session.reverse import run_back

        self.navigator.travel("running back to the last stop", run_back)

    def action_cancel_travel(self) -> None:
        """Stay here instead of going to another step."""
        self.trainer.cancel_travel()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave `escape` to others unless the run is being taken to another step."""
        return action != "cancel_travel" or (self.is_begun and self.trainer.is_travelling)

    def has_nothing_for(self, action: str, screen: Screen[Any]) -> bool:
        """Return whether an action would only say that on a screen it has nothing to work on."""
        from screens.base.screen import DebuggerScreen

        if action == "undo":
            return not self.snapshot.can_undo
        if not isinstance(screen, DebuggerScreen) or action not in _NEEDED:
            return False
        return not _NEEDED[action](screen)

    def action_speed(self, by: int) -> None:
        """Run faster or slower."""
        index = SPEEDS.index(self.speed) + by
        self.speed = SPEEDS[min(max(index, 0), len(SPEEDS) - 1)]
        self.trainer.set_speed(self.speed)

    def action_restart(self) -> None:
        """Start a new run from the same initial weights."""
        from screens.base.new_runs import restarted_words

        words = restarted_words(self.snapshot)
        self.trainer.replace(lambda session: session.restarted())
        self.tell(words)

    # Selecting and changing

    def action_sample(self, steps: int) -> None:
        """Select another sample of the same split."""
        from screens.inspect.samples import walked

        self.selection = walked(self.snapshot.dataset, self.selection, steps)

    def action_learning_rate(self, direction: int) -> None:
        """Change the learning rate from the next update on."""

        def change(session: Session) -> None:
            session.set_learning_rate(next_rate(session.learning_rate, direction))

        self.trainer.adjust(change)

    def action_silence_neuron(self) -> None:
        """Silence the selected neuron."""
        from screens.base.changes import silence_neuron

        silence_neuron(self)

    def action_undo(self) -> None:
        """Undo the last change."""
        from screens.base.changes import undo

        undo(self)

    async def action_quit(self) -> None:
        """Quit; while the run goes on, ask first, and take a second time for an answer."""
        from tui_nn.training.session.snapshot import Activity

        dialog = DIALOGS["quit"]()
        if any(isinstance(screen, dialog) for screen in self.screen_stack):
            self.save_and_exit()
        elif self.is_begun and self.snapshot.activity is Activity.RUNNING:
            self.push_screen(dialog())
        else:
            self.exit(0)
