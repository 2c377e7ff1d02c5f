"""The app: keys become commands to the trainer, snapshots become what the screens draw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import ClassVar, TypeVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.reactive import var
from textual.screen import Screen

from screens.base.flow_control import Pacing
from screens.base.keys import GLOBAL_KEYS
from screens.base.learning_rates import next_rate
from screens.base.navigation import Journey
from screens.base.screen import LabScreen
from screens.base.terminal.app import TerminalApp
from screens.base.unsaved import Keeper, Taken
from screens.forward.screen import ForwardScreen
from screens.inspect.samples import selected, walked
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Target
from screens.shapes.look import Look
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.session.worker import OPENING_SPEED, SPEEDS, Speed, Trainer

T = TypeVar("T")

FRAMES_PER_SECOND = 10
AUTOSAVE = 30.0  # seconds; no power cut costs more of a long run
NOTHING_TO_EXPLAIN = "No number is selected here: arrows, tab; or n to compute one."


# What the first frame does not need is imported after it, or when it is first asked for.
LATER = (
    "backprop.screen", "training.screen", "data.screen", "evaluate.screen", "compare.screen",
    "dialogs.help.dialog", "explain.screen", "dialogs.go_to.dialog", "dialogs.breakpoints.dialog",
    "dialogs.what_if.actions", "dialogs.settings.dialog", "dialogs.runs.saving",
    "dialogs.export.actions",
)  # fmt: skip


def later(module: str, name: str) -> Callable[[], Screen[None]]:
    """Return what makes a screen, importing its module only then."""

    def make() -> Screen[None]:
        screen: Screen[None] = getattr(import_module(f"screens.{module}"), name)()
        return screen

    return make


def _import_the_rest() -> None:
    for module in LATER:
        import_module(f"screens.{module}")
    import_module("plotext")


def _saving() -> ModuleType:
    return import_module("screens.dialogs.runs.saving")


def _whatif() -> ModuleType:
    return import_module("screens.dialogs.what_if.actions")


class Lab(TerminalApp[int]):
    """The debugger's face. It owns a trainer, and knows no mathematics."""

    TITLE = "tui-nn"
    MODES: ClassVar = {
        "data": later("data.screen", "DataScreen"),
        "forward": ForwardScreen,
        "backprop": later("backprop.screen", "BackpropScreen"),
        "training": later("training.screen", "TrainingScreen"),
        "evaluate": later("evaluate.screen", "EvaluateScreen"),
        "compare": later("compare.screen", "CompareScreen"),
    }
    DEFAULT_MODE = "forward"
    # Messages stand above the status and the keys, which are always to be seen.
    CSS: ClassVar[str] = "ToastRack { margin-bottom: 2; }"
    BINDINGS: ClassVar[list[BindingType]] = GLOBAL_KEYS

    snapshot: var[Snapshot] = var(None, init=False)  # type: ignore[arg-type]
    selection: var[Selection] = var(Selection(), init=False)
    speed: var[Speed] = var(SPEEDS[OPENING_SPEED], init=False)
    going: var[str] = var("", init=False)

    def __init__(self, session: Session, look: Look, welcome: str = "") -> None:
        """Make an app.

        Args:
            session: What to debug; it is handed over to the training thread.
            look: How this terminal is drawn.
            welcome: What is said at the start, if anything.
        """
        super().__init__(look)
        self.keeper = Keeper()
        self.left: Taken | None = None
        self._welcome = welcome
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pacing = Pacing(time.monotonic)
        self.history_memory = session.history_memory
        sample = selected(session.dataset, Selection())
        self.trainer = Trainer(session, self._on_trainer, sample)
        self.journey = Journey(self.trainer, time.monotonic)
        self.set_reactive(Lab.snapshot, self.trainer.latest)

    def on_mount(self) -> None:
        """Start the training thread, and begin to look at it."""
        self._loop = asyncio.get_running_loop()
        self.trainer.start()
        self.set_interval(1 / FRAMES_PER_SECOND, self._want_frame)
        self.set_interval(AUTOSAVE, self._autosave)
        self.call_after_refresh(self._preload)
        if self._welcome:
            self.tell(self._welcome)

    def _preload(self) -> None:
        """Import the other screens while nobody waits for them."""
        self.run_worker(self._settle_in, "import", group="import", thread=True, exit_on_error=False)

    def _settle_in(self) -> None:
        """Do what the first frame does not wait for, in a thread of its own."""
        _import_the_rest()
        _saving().tell_of_a_run_cut_off(self)

    def on_unmount(self) -> None:
        """End the training thread, with what it leaves that is in no file."""
        self._loop = None
        self.trainer.ask(self.keeper.unsaved, self._leave_behind)
        self.trainer.close()

    def _leave_behind(self, taken: Taken | None) -> None:
        self.left = taken

    def _autosave(self) -> None:
        _saving().autosave(self)

    def tell(self, words: str) -> None:
        """Say something in passing."""
        self.notify(self.look.text(words), markup=False)

    # Frames

    def _want_frame(self) -> None:
        self.going = self.journey.words
        if self._pacing.is_clear:
            self.trainer.want_snapshot()

    def on_terminal_supports_synchronized_output(self) -> None:
        """The terminal has answered, and so has taken the frame before the question."""
        self._pacing.answered()

    def _on_trainer(self) -> None:
        """Called in the training thread: hand over to the event loop."""
        if loop := self._loop:
            loop.call_soon_threadsafe(self._take_snapshot)

    def soon(self, callback: Callable[[T], object], argument: T) -> None:
        """Have something called as if it were a message, from the training thread."""
        if loop := self._loop:
            loop.call_soon_threadsafe(self.call_later, callback, argument)

    def _take_snapshot(self) -> None:
        while self.trainer.refused:
            refusal = str(self.trainer.refused.popleft())
            self.notify(refusal, severity="error", markup=False)
        if (failure := self.trainer.failure) is not None:
            self._handle_exception(failure)
        elif (latest := self.trainer.latest) is not self.snapshot and self._may_draw(latest):
            self.journey.look()
            other_data = latest.dataset is not self.snapshot.dataset
            self.snapshot = latest
            if other_data:
                self.trainer.select(*selected(latest.dataset, self.selection))
            if self._driver is not None:
                self.call_after_refresh(self._pacing.ask, self._driver)

    def _may_draw(self, snapshot: Snapshot) -> bool:
        """Return whether to draw now; while it runs, a later snapshot will do as well."""
        return self._pacing.is_clear or snapshot.activity is not Activity.RUNNING

    def _fatal_error(self) -> None:
        """Leave without the pages that Textual would print; ``run_app`` raises what happened."""
        self._close_messages_no_wait()

    # The selection

    def watch_selection(self, old: Selection, new: Selection) -> None:
        """Have the newly selected sample taken through the network."""
        if (old.split, old.sample) != (new.split, new.sample):
            self.trainer.select(*selected(self.snapshot.dataset, new))

    def action_sample(self, steps: int) -> None:
        """Select another sample of the same split."""
        self.selection = walked(self.snapshot.dataset, self.selection, steps)

    # Moving

    def action_step_operation(self) -> None:
        """Do the next operation."""
        self.trainer.send(Session.step_operation)

    def action_step_batch(self) -> None:
        """Finish the batch in hand."""
        self.trainer.send(Session.step_batch)

    def action_run_epoch(self) -> None:
        """Go on to the end of the epoch."""
        self.trainer.run_to_epoch_end()

    def action_back_operation(self) -> None:
        """Undo one operation."""
        self.journey.set_out("going back an operation", Session.back_operation)

    def action_back_batch(self) -> None:
        """Go to the beginning of this batch, or of the one before."""
        self.journey.set_out("going back a batch", Session.back_batch)

    def action_back_epoch(self) -> None:
        """Go to the beginning of this epoch, or of the one before."""
        self.journey.set_out("going back an epoch", Session.back_epoch)

    def action_go_to(self) -> None:
        """Ask where to go."""
        from screens.dialogs.go_to.dialog import GoToScreen

        def go(step: int | None) -> None:
            if step is not None:
                self.journey.head_for(step)

        self.push_screen(GoToScreen(), go)

    def action_give_up(self) -> None:
        """Stay instead of going where one is going."""
        self.trainer.cancel_travel()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave `escape` to others unless one is going somewhere."""
        return action != "give_up" or self.trainer.is_travelling

    def action_toggle_run(self) -> None:
        """Run, or pause."""
        if self.snapshot.activity is Activity.RUNNING:
            self.trainer.pause()
        else:
            self.trainer.run()

    def action_speed(self, by: int) -> None:
        """Run faster or slower."""
        place = SPEEDS.index(self.speed) + by
        self.speed = SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]
        self.trainer.set_speed(self.speed)

    def action_learning_rate(self, direction: int) -> None:
        """Change the learning rate from the next update on."""

        def change(session: Session) -> None:
            session.set_learning_rate(next_rate(session.learning_rate, direction))

        self.trainer.adjust(change)

    def action_restart(self) -> None:
        """Begin a new run from the same initial weights."""
        self.trainer.replace(Session.restarted)

    def begin(self, session: Session, *, adopt: bool = True) -> None:
        """Debug another session from now on.

        Args:
            session: The other one.
            adopt: Whether it takes over the breakpoints and watches; else it has its own.
        """
        sample = replace(
            self.selection, sample=0, row=1, layer=1, neuron=0, operation=None, element=None
        )
        self.trainer.select(*selected(session.dataset, sample))

        def take_over(before: Session) -> Session:
            if adopt:
                session.adopt(before)
            return session

        self.trainer.replace(take_over)
        self.set_reactive(Lab.selection, sample)

    # Around

    def leave(self, code: int) -> None:
        """Leave from outside of the event loop, such as a signal's handler."""
        if loop := self._loop:
            loop.call_soon_threadsafe(self.exit, code)

    async def action_show(self, mode: str) -> None:
        """Show a screen; keys that were already typed after this one are for it."""
        await self.switch_mode(mode)

    def action_help(self) -> None:
        """Show what this screen is about, and every key."""
        from screens.dialogs.help.dialog import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_explain(self) -> None:
        """Take the selected number apart."""
        screen = self.screen
        target = screen.explained(screen.focused) if isinstance(screen, LabScreen) else None
        if target is not None:
            self.explain(target)
        else:
            self.notify(NOTHING_TO_EXPLAIN, markup=False)

    def explain(self, target: Target) -> None:
        """Take a number apart, as it is now."""
        from screens.explain.screen import ExplainScreen

        scene = Scene(self.snapshot, self.selection)
        self.push_screen(ExplainScreen(str(self.current_mode), scene, target))

    # What if; each of them is worked out in whatif.py

    def action_check_gradient(self) -> None:
        """Check the gradient of the selected parameter numerically."""
        _whatif().check_gradient(self)

    def action_along_step(self) -> None:
        """Show the loss along the step."""
        _whatif().along_step(self)

    def action_edit_parameter(self) -> None:
        """Give the selected parameter another value."""
        _whatif().edit_parameter(self)

    def action_silence_neuron(self) -> None:
        """Silence the selected neuron."""
        _whatif().silence_neuron(self)

    def action_undo(self) -> None:
        """Take the last change back."""
        _whatif().undo(self)

    # The run and its recipe

    def action_hyperparameters(self) -> None:
        """Show the recipe as a form."""
        import_module("screens.dialogs.settings.dialog").open_settings(self)

    def action_save_run(self) -> None:
        """Ask where to save this run, and save it."""
        _saving().save_run(self)

    def action_open_run(self) -> None:
        """Ask which saved run to open, and debug it from now on."""
        _saving().open_run(self)

    def action_export(self) -> None:
        """Export what is selected."""
        import_module("screens.dialogs.export.actions").export(self)

    def action_breakpoints(self) -> None:
        """Show where the run stops and what is watched, and add to both."""
        from screens.dialogs.breakpoints.dialog import BreakpointScreen
        from screens.dialogs.breakpoints.model import suggestions

        if isinstance(screen := self.screen, LabScreen):
            target = screen.explained(screen.focused)
            suggested = suggestions(self.snapshot, self.selection, target)
            on_backprop = self.current_mode == "backprop"
            self.push_screen(BreakpointScreen(suggested, to_add=on_backprop))

    async def action_quit(self) -> None:
        """Leave."""
        self.exit(0)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every key of this screen in the command palette."""
        offered = set()
        for node, binding, enabled, tooltip in screen.active_bindings.values():
            if enabled and (tooltip or binding.tooltip) and (node, binding.action) not in offered:
                offered.add((node, binding.action))  # the second key of the same would only repeat
                yield SystemCommand(
                    f"{binding.description} ({self.get_key_display(binding)})",
                    tooltip or binding.tooltip,
                    lambda action=binding.action, node=node: self.run_action(action, node),
                )
