"""What ``tui-nn`` can be asked.

The app's first frame waits for this module where options are given, so NumPy and what needs it are
imported by the commands that use them, when they run.
"""

from collections.abc import Sequence

import click

from tui_nn.cli.check import check_command, problem_command
from tui_nn.cli.data import data_command
from tui_nn.cli.doctor import doctor_command
from tui_nn.cli.evaluate import evaluate_command
from tui_nn.cli.explain import explain_command
from tui_nn.cli.failing import INTERRUPTED, fail
from tui_nn.cli.gradcheck import gradcheck_command
from tui_nn.cli.lessons import lessons_command, lessons_option
from tui_nn.cli.mistakes import mistakes_command
from tui_nn.cli.opening import open_app
from tui_nn.cli.parameters import data_option, seed_option
from tui_nn.cli.predict import predict_command
from tui_nn.cli.recipes import recipes_command
from tui_nn.cli.report import report_command
from tui_nn.cli.serve import serve_command
from tui_nn.cli.sweep import sweep_command
from tui_nn.cli.train import train_command
from tui_nn.options import AppOptions


class _InterruptedError(click.ClickException):
    exit_code = INTERRUPTED


class _Commands(click.Group):
    """Keeps Ctrl+C from click, which would answer it with an empty line."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _InterruptedError("interrupted") from None


@click.group(cls=_Commands, invoke_without_command=True)
@click.option(
    "--recipe",
    default=AppOptions.recipe,
    show_default=True,
    metavar="NAME|FILE",
    help="What to train, and how; `tui-nn recipes` lists the names.",
)
@data_option("the recipe's")
@seed_option
@click.option(
    "--color",
    type=click.Choice(["auto", "truecolor", "256", "16", "none"]),
    default=AppOptions.color,
    show_default=True,
    help="How many colours to draw with.",
)
@click.option("--ascii", is_flag=True, help="Draw with ASCII characters only.")
@click.option(
    "--theme",
    type=click.Choice(["auto", "dark", "light", "high-contrast"]),
    default=AppOptions.theme,
    show_default=True,
    help="Which colours; auto goes by the terminal's background, where it tells.",
)
@click.option(
    "--present",
    is_flag=True,
    help="For a projector: one large view at a time, and the keys that are pressed.",
)
@click.option(
    "--history-memory",
    type=click.IntRange(min=1),
    default=AppOptions.history_memory,
    show_default=True,
    metavar="MIB",
    help="Memory for going back in time.",
)
@click.option(
    "--resume",
    metavar="FILE|NAME",
    help="A saved run to go on with, or a trained network: `trained`, `trained-large`.",
)
@click.option(
    "--at",
    metavar="LINE",
    help="Open exactly this place: a line that `Y` has copied, 'recipe=default step=120 op=7'.",
)
@click.option(
    "--weights",
    metavar="FILE",
    help="Weights of others to begin with: an .npz with W1, b1 …, or a safetensors file of "
    "PyTorch's or Keras'.",
)
@click.option(
    "--activation",
    metavar="NAME[,NAME …]",
    help="Of the hidden layers of --weights.  [default: the recipe's]",
)
@click.option(
    "--lesson", type=int, metavar="N", help="Begin with a lesson; `tui-nn lessons` lists them."
)
@lessons_option
@click.version_option(package_name="tui-nn", message="%(prog)s %(version)s")
@click.pass_context
def cli(
    ctx: click.Context,
    recipe: str,
    data: str | None,
    seed: int | None,
    color: str,
    ascii: bool,
    theme: str,
    present: bool,
    history_memory: int,
    resume: str | None,
    weights: str | None,
    activation: str | None,
    at: str | None,
    lesson: int | None,
    lessons: str | None,
) -> int | None:
    """A debugger for a neural network, in the terminal.

    Without a command, tui-nn opens the app on the digits that come with it.
    """
    given = [
        name
        for name in ctx.params
        if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if ctx.invoked_subcommand is None:
        for name in ("recipe", "seed", "weights"):
            if resume is not None and name in given:
                raise click.UsageError(
                    f"--{name} cannot be combined with --resume: the saved run has its own", ctx
                )
        for name in ("recipe", "seed", "data", "resume", "weights"):
            if at is not None and name in given:
                raise click.UsageError(
                    f"--{name} cannot be combined with --at: the line says it", ctx
                )
        if activation is not None and weights is None:
            raise click.UsageError("--activation is for the layers of --weights", ctx)
        options = AppOptions(
            recipe, data, seed, color, ascii, history_memory, resume, theme, present,
            weights, activation, at=at, lesson=lesson, lessons=lessons,
        )  # fmt: skip
        return open_app(options)
    if given:
        option = "--" + given[0].replace("_", "-")
        raise click.UsageError(
            f"{option} is an option of the app, not of {ctx.invoked_subcommand}",
            ctx,
        )
    return None


for command in (
    train_command,
    sweep_command,
    evaluate_command,
    explain_command,
    report_command,
    predict_command,
    gradcheck_command,
    lessons_command,
    recipes_command,
    check_command,
    problem_command,
    mistakes_command,
    data_command,
    serve_command,
    doctor_command,
):
    cli.add_command(command)


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; what was wrong with its words is said on stderr.

    Args:
        arguments: What was typed after ``tui-nn``.
    """
    try:
        code: int | None = cli.main(arguments, prog_name="tui-nn", standalone_mode=False)
        return code or 0
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else "tui-nn"
        message = error.format_message().rstrip(".")
        return fail(f"{message} (see {asked} --help)", error.exit_code)
    except click.ClickException as error:
        return fail(error.format_message(), error.exit_code)
