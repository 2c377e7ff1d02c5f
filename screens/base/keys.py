"""The keys that mean the same on every screen. One table drives what they do and the help."""

from textual.binding import Binding, BindingType

_OPERATION = Binding.Group("operation", compact=True)
_BATCH = Binding.Group("batch", compact=True)
_EPOCH = Binding.Group("epoch", compact=True)
_SPEED = Binding.Group("speed", compact=True)
_RATE = Binding.Group("rate η", compact=True)

SAMPLE = Binding.Group("sample", compact=True)
ROW = Binding.Group("row", compact=True)

PALETTE_KEY = Binding(
    "ctrl+p",
    "app.command_palette",
    "palette",
    show=False,
    key_display="ctrl+p",
    tooltip="Command palette: find any key, setting, recipe or window by its name",
)
"""Not with priority, as Textual has it: it must not overtake a key that shows another screen."""

RUN_KEYS: list[BindingType] = [
    PALETTE_KEY,
    Binding("space", "toggle_run", "run/pause", tooltip="Run at the chosen speed, or pause"),
    Binding("question_mark", "open_dialog('help')", "help", key_display="?", tooltip="What this screen shows, and every key"),
    Binding("n", "step_operation", "operation", group=_OPERATION, tooltip="Run the next operation of this step"),
    Binding("N", "back_operation", "operation back", group=_OPERATION, tooltip="Undo an operation; before the first, go to the last one of the previous step"),
    Binding("b", "step_batch", "batch", group=_BATCH, tooltip="Finish this batch, and stop before the next"),
    Binding("B", "back_batch", "batch back", group=_BATCH, tooltip="Back to the start of this batch, or of the previous one"),
    Binding("e", "run_epoch", "epoch", group=_EPOCH, tooltip="Run to the end of the epoch, with validation"),
    Binding("E", "back_epoch", "epoch back", group=_EPOCH, tooltip="Back to the start of this epoch, or of the previous one"),
    Binding("g", "open_dialog('go_to')", "go to", tooltip="Go to a step or an epoch that the run has reached, or explain any number, such as W1[241,0]"),
    Binding("escape", "cancel_travel", "stay here", show=False, priority=True, tooltip="Stop going to another step, and stay here"),
    Binding("enter", "explain", "explain", key_display="enter", tooltip="Explain the selected number: its formula and its terms"),
    Binding("x", "open_dialog('breakpoints')", "stops", tooltip="Breakpoints and watches: where the run stops, and numbers to follow"),
    Binding("backspace", "run_back", "run back", key_display="backspace", tooltip="Run backwards to the last time that a breakpoint held; without one, to where a watch changed its sign or the loss was last lower"),
    Binding("less_than_sign", "speed(-1)", "slower", key_display="<", group=_SPEED, tooltip="Run slower, down to one operation a second"),
    Binding("greater_than_sign", "speed(1)", "faster", key_display=">", group=_SPEED, tooltip="Run faster, up to full speed"),
    Binding("plus,equals_sign", "learning_rate(1)", "rate up", key_display="+", group=_RATE, tooltip="A higher learning rate, from the next update on"),
    Binding("minus", "learning_rate(-1)", "rate down", key_display="-", group=_RATE, tooltip="A lower learning rate, from the next update on"),
    Binding("left_square_bracket,comma", "sample(-1)", "previous", key_display="[", group=SAMPLE, tooltip="The previous sample"),
    Binding("right_square_bracket,full_stop", "sample(1)", "next", key_display="]", group=SAMPLE, tooltip="The next sample"),
    Binding("r", "restart", "restart", tooltip="A new run from the same initial weights, with the learning rate as it is now"),
    Binding("p", "open_dialog('settings')", "settings", tooltip="The hyperparameters: what each means; change them now, or restart with others"),
    Binding("ctrl+s", "open_dialog('save_run')", "save run", key_display="ctrl+s", tooltip="Save this run: network, optimiser, history and edits, in one file"),
    Binding("ctrl+o", "open_dialog('open_run')", "open run", key_display="ctrl+o", tooltip="Open a saved run, or one of the trained networks included"),
    Binding("y", "export", "export", tooltip="Export what is selected: a tensor as CSV, a plot as SVG and CSV"),
    Binding("Y", "copy_link", "copy link", show=False, key_display="Y", tooltip="Copy the line that opens exactly this place, to send it to somebody"),
    Binding("ctrl+l", "open_dialog('messages')", "messages", key_display="ctrl+l", show=False, tooltip="What the app has said so far, newest first"),
    Binding("c", "open_dialog('gradient_check')", "check ∇", tooltip="Check the gradient of the selected weight or bias numerically"),
    Binding("exclamation_mark", "open_dialog('break_it')", "break it", key_display="!", tooltip="Break it: train with a mistake that people make, beside the right run; or find one that is not told"),
    Binding("a", "open_dialog('along_step')", "along step", tooltip="The loss along this step: is the learning rate too high, or too low?"),
    Binding("i", "open_dialog('edit_parameter')", "edit", tooltip="What if: set the selected weight or bias to another value"),
    Binding("m", "silence_neuron", "mute", tooltip="What if: silence the selected neuron by setting its outgoing weights to 0"),
    Binding("ctrl+z", "undo", "undo", key_display="ctrl+z", tooltip="Undo the last edit of a weight or of a hyperparameter; if the run has moved on, go back to it first"),
    Binding("ctrl+t", "open_dialog('edits')", "edits of this run", show=False, key_display="ctrl+t", tooltip="Edits of this run: where each was made, what it changed; go there, or undo the last"),
]  # fmt: skip

QUIT_KEYS: list[BindingType] = [
    Binding("q", "quit", "quit", tooltip="Quit"),
    Binding("ctrl+q,ctrl+c", "quit", "quit", show=False, tooltip="Quit", priority=True),
]  # fmt: skip

PANEL_KEYS: list[BindingType] = [
    Binding("tab", "app.focus_next", "next panel", show=False, tooltip="Move focus to the next panel"),
    Binding("shift+tab", "app.focus_previous", "previous panel", show=False, tooltip="Move focus to the previous panel"),
]  # fmt: skip
"""Every screen has these itself, since Textual's screens bind them, too, and come first."""
