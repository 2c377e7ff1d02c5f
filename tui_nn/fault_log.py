"""The log of internal errors: a small file in the state folder, for reports."""

import logging
from functools import cache
from pathlib import Path

from tui_nn.files import state_folder

_LARGEST = 200_000  # bytes of a file; it and two before it are kept


def log_path() -> Path:
    """Return where internal errors are logged."""
    return state_folder() / "tui-nn.log"


def log_fault(what: str, error: BaseException) -> None:
    """Log an internal error with its traceback; where that cannot be written, nothing happens.

    Args:
        what: What was being done.
        error: What came of it.
    """
    _logger(log_path()).error(what, exc_info=error)


@cache
def _logger(path: Path) -> logging.Logger:
    from logging.handlers import RotatingFileHandler

    logger = logging.Logger("tui-nn")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=_LARGEST, backupCount=2, encoding="utf-8", errors="replace", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # noqa: ARG005
    logger.addHandler(handler)
    return logger
