"""``tui-nn doctor``: what a bug report needs."""

import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import click

from tui_nn.cli.output import print_table
from tui_nn.errors import TuiNNError

PATIENCE = 5.0  # seconds to press a key
PACKAGES = ("numpy", "textual", "rich", "plotext", "safetensors", "msgspec", "click")
VARIABLES = (
    *("TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "VTE_VERSION"),
    *("LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "TMUX", "STY", "SSH_CONNECTION"),
    *("TUI_NN_DATA", "TUI_NN_OWN", "TUI_NN_STATE", "TUI_NN_TERMINAL", "OPENBLAS_NUM_THREADS"),
)

Row = tuple[str, str]


@click.command("doctor")
@click.option("--key/--no-key", default=True, help="Wait for a key, to see it arrive.")
def doctor_command(key: bool) -> None:
    """Say what this machine and this terminal are, and whether a frame, an answer and a key arrive.

    Nothing is changed, and nothing is sent anywhere: copy what it prints into a report.
    """
    for title, rows in (
        ("versions", _versions()),
        ("terminal", _terminal()),
        ("answers", _answers()),
        ("data", _data()),
        ("files", _files()),
    ):
        click.echo(f"{title}:")
        print_table([(f"  {name}", value) for name, value in rows], "<<")
    click.echo(f"frame: {_frame()}")
    if key:
        click.echo(f"key: {_key()}")


def _versions() -> Iterator[Row]:
    from tui_nn.nn.threads import available_cores
    from tui_nn.training.storage.checkpoint import machine

    yield "tui-nn", _version("tui-nn")
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "system", platform.platform()
    for name in PACKAGES:
        yield name, _version(name)
    yield "BLAS", machine()
    yield "cores", str(available_cores())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _terminal() -> Iterator[Row]:
    from screens.checkup import look_words

    streams = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    open_ones = [name for name, stream in streams.items() if stream and stream.isatty()]
    yield "terminals", ", ".join(open_ones) or "none of stdin, stdout and stderr is one"
    size = shutil.get_terminal_size()
    yield "size", f"{size.columns}×{size.lines}"
    yield "drawn with", look_words()
    yield "encoding", str(sys.stdout.encoding)
    for name in VARIABLES:
        if (value := os.environ.get(name)) is not None:
            yield name, "set" if name == "SSH_CONNECTION" else repr(value)


def _answers() -> Iterator[Row]:
    from tui_nn.terminal import QUERIES, ask

    for query in QUERIES:
        answer = ask(query) if sys.stdin.isatty() and sys.stdout.isatty() else None
        if answer is None:
            yield query.title, "no answer"
        else:
            yield query.title, f"{answer.text} after {answer.seconds * 1e3:.0f} ms"


def _data() -> Iterator[Row]:
    from tui_nn.data.sources import available

    for each in available():
        yield each.name, each.place if each.here else "not here"


def _files() -> Iterator[Row]:
    from tui_nn.fault_log import log_path
    from tui_nn.files import state_folder

    folder, log = state_folder(), log_path()
    writable = os.access(next(each for each in (folder, *folder.parents) if each.exists()), os.W_OK)
    yield "state folder", f"{folder} ({'writable' if writable else 'NOT writable'})"
    yield "log", f"{log} ({log.stat().st_size:,} bytes)" if log.exists() else "no faults logged"


def _frame() -> str:
    from screens.checkup import draw_a_frame

    began = time.monotonic()
    try:
        draw_a_frame()
    except TuiNNError as error:
        return f"NOT drawn: {error}"
    except Exception as error:
        return f"NOT drawn: {type(error).__name__}: {error}"
    return f"drawn after {time.monotonic() - began:.1f} s"


def _key() -> str:
    from tui_nn.terminal import raw_input, read_within

    with raw_input() as stream:
        if stream is None or not sys.stdout.isatty():
            return "there is no terminal to press one in"
        click.echo(f"Press a key, such as an arrow, within {PATIENCE:.0f} seconds …")
        pressed = read_within(stream, PATIENCE)
    return f"{pressed!r} arrived" if pressed else "none arrived"
