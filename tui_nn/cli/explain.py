"""``tui-nn explain``: how a number of a saved run was computed, as plain text."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_nn.cli.output import print_json
from tui_nn.cli.parameters import data_option, json_option
from tui_nn.cli.saved import open_saved
from tui_nn.errors import TuiNNError

if TYPE_CHECKING:
    from tui_nn.training.session.session import Session

_MEMORY = 64 << 20  # bytes: enough to know what the step in hand read


@click.command("explain")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("number")
@click.option(
    "--sample",
    metavar="SPLIT:N",
    help="Of one sample that is taken through the network, such as test:5, instead of the batch.",
)
@click.option(
    "--depth",
    type=click.IntRange(1, 20),
    default=1,
    show_default=True,
    metavar="N",
    help="2 also explains what its terms are made of, and so on.",
)
@click.option(
    "--terms",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    metavar="N",
    help="How many terms of each number, largest first.",
)
@data_option("what it was trained on")
@json_option
def explain_command(
    file: Path,
    number: str,
    sample: str | None,
    depth: int,
    terms: int,
    data: str | None,
    as_json: bool,
) -> None:
    """Explain a number of a saved run.

    FILE is a saved run, NUMBER one as the app writes it: 'dW2[3,7]', 'z1[0,5]', 'W1[241,0]', a
    pixel 'x(18,10)'. It is of the batch in hand, computed up to its update; with --sample of one
    sample. Without its row, a number of the batch is of the first.
    """
    from screens.explain.text import Written, explanation_fields, explanation_text
    from screens.inspect.elements import typed_element
    from screens.inspect.selection import Selection
    from screens.inspect.subject import Scene, Source
    from tui_nn.training.session.snapshot import Activity

    session = open_saved(file, data, _MEMORY)
    _differentiate(session)
    selection, probe, source = Selection(), None, Source.BATCH
    if sample is not None:
        split, index = _sample(sample, session)
        selection = Selection(split=split, sample=index)
        samples = session.dataset[split]
        probe = session.probe(samples.images[index], int(samples.labels[index]))
        source = Source.PROBE
    scene = Scene(session.snapshot(Activity.PAUSED, probe), selection)
    target = typed_element(number, scene, source)
    if target.source is not source and not session.program.is_kept(target.name):
        raise TuiNNError(f"{scene.symbol(target)} is of the batch: leave --sample out")
    written = Written(depth, terms)
    if as_json:
        print_json(explanation_fields(scene, target, written))
    else:
        click.echo(explanation_text(scene, target, written))


def _differentiate(session: "Session") -> None:
    """Take the batch in hand through the network and back, up to its update."""
    for each in tuple(session.breakpoints):
        session.breakpoints.remove(each)
    while session.position.place.operation < len(session.program.differentiating):
        session.step_operation()


def _sample(text: str, session: "Session") -> tuple[str, int]:
    """Return a split and a sample of it.

    Raises:
        click.UsageError: There is no such sample.
    """
    split, _, number = text.partition(":")
    splits = session.dataset.splits
    if split not in splits or not number.isdecimal() or int(number) >= len(splits[split]):
        offered = ", ".join(f"{name}:0 to {name}:{len(each) - 1}" for name, each in splits.items())
        raise click.UsageError(f"--sample: there is no {text}; there are {offered}")
    return split, int(number)
