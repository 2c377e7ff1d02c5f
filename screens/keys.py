"""The keys that mean the same on every screen. One table drives what they do and the help."""

from textual.binding import Binding, BindingType

_SPEED = Binding.Group("speed", compact=True)
_RATE = Binding.Group("rate η", compact=True)

SAMPLE = Binding.Group("sample", compact=True)
ROW = Binding.Group("row", compact=True)

GLOBAL_KEYS: list[BindingType] = [
    Binding("n", "step_operation", "operation", tooltip="Do the next operation of this step"),
    Binding("b", "step_batch", "batch", tooltip="Finish this batch, and stop before the next"),
    Binding("e", "run_epoch", "epoch", tooltip="Go on to the end of the epoch, with validation"),
    Binding("space", "toggle_run", "run/pause", tooltip="Train on at the chosen speed, or pause"),
    Binding("question_mark", "help", "help", key_display="?", tooltip="What this screen shows, and every key"),
    Binding("less_than_sign", "speed(-1)", "slower", key_display="<", group=_SPEED, tooltip="Run slower, down to one operation a second"),
    Binding("greater_than_sign", "speed(1)", "faster", key_display=">", group=_SPEED, tooltip="Run faster, up to full speed"),
    Binding("plus,equals_sign", "learning_rate(1)", "rate up", key_display="+", group=_RATE, tooltip="A higher learning rate, from the next update on"),
    Binding("minus", "learning_rate(-1)", "rate down", key_display="-", group=_RATE, tooltip="A lower learning rate, from the next update on"),
    Binding("left_square_bracket,comma", "sample(-1)", "previous", key_display="[", group=SAMPLE, tooltip="The sample before this one"),
    Binding("right_square_bracket,full_stop", "sample(1)", "next", key_display="]", group=SAMPLE, tooltip="The sample after this one"),
    Binding("r", "restart", "restart", tooltip="A new run from the same initial weights, with the learning rate as it is now"),
    Binding("1", "show('data')", "Data", show=False, tooltip="The digits"),
    Binding("2", "show('forward')", "Forward", show=False, tooltip="A sample going through the network"),
    Binding("3", "show('backprop')", "Backprop", show=False, tooltip="The step's program, and the gradient of every parameter"),
    Binding("4", "show('training')", "Training", show=False, tooltip="Curves and health of the run"),
    Binding("q", "quit", "quit", tooltip="Leave"),
    Binding("ctrl+q,ctrl+c", "quit", "quit", show=False, tooltip="Leave", priority=True),
]  # fmt: skip

PANEL_KEYS: list[BindingType] = [
    Binding("tab", "app.focus_next", "next panel", show=False, tooltip="Give the arrow keys to the next panel"),
    Binding("shift+tab", "app.focus_previous", "previous panel", show=False, tooltip="Give them to the panel before"),
]  # fmt: skip
"""Every screen has these itself, since Textual's screens bind them, too, and come first."""
