"""Whether the program runs for the first time, which a file remembers."""

from tui_nn.files import state_folder

_MARK = "welcomed"


def is_first_run() -> bool:
    """Return whether nobody was greeted yet; from now on somebody was.

    Where that cannot be remembered, nobody is greeted, rather than everybody each time.
    """
    mark = state_folder() / _MARK
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch(exist_ok=False)
    except OSError:
        return False
    return True
