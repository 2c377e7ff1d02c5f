"""``tui-nn check`` and ``tui-nn problem``: judge gradients, and pose a problem."""

from pathlib import Path

import click

from tui_nn.cli.failing import USAGE
from tui_nn.cli.opening import open_app
from tui_nn.cli.output import print_json
from tui_nn.cli.parameters import OUTPUT, json_option, seed_option
from tui_nn.errors import TuiNNError
from tui_nn.options import AppOptions

FILE = click.Path(path_type=Path)


class UnreadableError(click.ClickException):
    """What was handed in cannot be read: that is neither right nor wrong."""

    exit_code = USAGE


@click.command("check")
@click.argument("file", type=FILE)
@click.option(
    "--activation",
    metavar="NAME[,NAME …]",
    help="Of the hidden layers: relu, tanh, sigmoid or identity.  [default: what A1 … show]",
)
@click.option("--output", metavar="NAME", help="softmax, or sigmoid.  [default: what fits]")
@click.option("--loss", metavar="NAME", help="cross-entropy, or quadratic.  [default: what fits]")
@click.option("--l2", type=float, metavar="λ", help="Of a penalty λ/2·‖W‖².")
@click.option("--problem", type=FILE, help="What `tui-nn problem` posed; FILE is the answer.")
@click.option("--open", "opens", is_flag=True, help="Show yours beside the right ones, in the app.")
@json_option
def check_command(
    file: Path,
    activation: str | None,
    output: str | None,
    loss: str | None,
    l2: float | None,
    problem: Path | None,
    opens: bool,
    as_json: bool,
) -> int:
    """Check gradients that were worked out by hand, and name the mistake.

    FILE is an .npz with X, y (labels or one-hot), W1, b1 … and dW1, db1 …; also Z1, A1 … and loss.
    It may call them otherwise (grad_W1, nabla_w1, w1), keep samples in rows or in columns, and
    weights as [in, out] or as [out, in].

    The exit code is 0 where all is right, 1 where something is wrong, and 2 where FILE cannot be
    read.
    """
    from tui_nn.mistakes.checking.check import check_file
    from tui_nn.mistakes.checking.choosing import Wishes
    from tui_nn.nn.threads import pin_threads

    pin_threads(1)
    try:
        report = check_file(file, problem, Wishes(activation, output, loss, l2))
    except TuiNNError as error:
        raise UnreadableError(str(error)) from None
    if opens:
        if code := open_app(AppOptions(checked=report)):
            return code
    elif as_json:
        print_json(report.table())
    else:
        click.echo(str(report))
    return 0 if report.right else 1


@click.command("problem")
@click.argument("recipe")
@click.option("--out", type=OUTPUT, required=True, metavar="FILE", help="The .npz to write.")
@seed_option
@click.option(
    "--batch", type=click.IntRange(1, 1000), default=16, show_default=True, help="Samples."
)
def problem_command(recipe: str, out: Path, seed: int | None, batch: int) -> None:
    """Pose a problem: weights and a batch, whose gradients are to be handed in.

    RECIPE is a name or a file. Another seed is another problem. `tui-nn check ANSWER --problem
    FILE` judges an answer, an .npz with dW1, db1 …
    """
    from tui_nn.training.runs.problems import pose, write_problem

    posed = pose(recipe, seed, batch)
    write_problem(out, posed)
    click.echo(f"{out}: {posed.words}")
    click.echo(f"Hand in: {', '.join(posed.hand_in)}, in the shapes of the parameters.")
    click.echo(f"Judge it: tui-nn check answer.npz --problem {out}")
