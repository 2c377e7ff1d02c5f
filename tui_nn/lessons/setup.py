"""How a page sets the app up: which run, where in it, and what is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import fields

from tui_nn.errors import TuiNNError

if TYPE_CHECKING:
    from tui_nn.training.recipe.recipe import Recipe
    from tui_nn.training.session.session import Session

MEMORY = 64 << 20


class Setup(Struct, frozen=True):
    """What the app shows when a page opens; each line ``key: value`` of a page sets one of these.

    Attributes:
        recipe: What is trained.
        run: A trained network to look at instead: ``trained`` or ``trained-large``.
        values: Hyperparameters that differ from the recipe's, as people type them: any key of a
            recipe can stand in a page, such as ``learning_rate: 3`` or ``mistake: uphill``.
        step: Completed updates.
        done: The tensor that the last operation done of that step has written; "" for none done.
        screen: Which one is shown.
        split: Which split the sample is from.
        sample: Its index.
        layer: The layer that is looked at, from 1.
        neuron: The neuron of it.
    """

    recipe: str = "default"
    run: str = ""
    values: tuple[tuple[str, str], ...] = ()
    step: int = 0
    done: str = ""
    screen: str = "forward"
    split: str = "train"
    sample: int = 0
    layer: int = 1
    neuron: int = 0


_NUMBERS = {"step": int, "sample": int, "layer": int, "neuron": int}
_SETTINGS = frozenset(each.name for each in fields(Setup)) - {"values"}


def read_settings(written: Mapping[str, str]) -> Setup:
    """Return the setup that some lines say.

    Raises:
        TuiNNError: A key or a value is none.
    """
    settings: dict[str, Any] = {}
    values: list[tuple[str, str]] = []
    for key, value in written.items():
        if key not in _SETTINGS:
            _check_hyperparameter(key)
            values.append((key, value))
            continue
        try:
            settings[key] = _NUMBERS.get(key, str)(value)
        except ValueError:
            raise TuiNNError(f"{key}: {value!r} is no number") from None
    return Setup(**settings, values=tuple(values))


def _check_hyperparameter(key: str) -> None:
    from tui_nn.training.recipe.keys import find

    try:
        find(key)
    except TuiNNError as error:
        raise TuiNNError(f"{error}, and {', '.join(sorted(_SETTINGS))}") from None


def arranged(session: Session | None, setup: Setup, memory: int = MEMORY) -> Session:
    """Return a session as a page wants it.

    A run of the same recipe goes on, unless somebody has changed it, or it has been further: what a
    page asks for must not have been done before it opens.

    Args:
        session: What is there, or None.
        setup: What is wanted.
        memory: Bytes for going back in time.

    Raises:
        TuiNNError: There is no such recipe, run or place, or its data are not here.
    """
    if setup.run:
        session = _trained(setup.run, memory)
    else:
        recipe = _recipe(setup)
        if session is None or session.recipe != recipe or not _is_fresh(session, setup):
            session = _new(session, recipe, memory)
        _go_to_step(session, setup.step)
    if setup.done:
        step_to(session, setup.done)
    return session


def _is_fresh(session: Session, setup: Setup) -> bool:
    is_over = len(session.history) > setup.step
    return not (session.journal or is_over or session.position.operation)


def _trained(name: str, memory: int) -> Session:
    from tui_nn.training.runs.library import run_path
    from tui_nn.training.runs.resuming import resume_run

    return resume_run(run_path(name), data=None, history_memory=memory).session


def _recipe(setup: Setup) -> Recipe:
    from tui_nn.training.recipe.keys import with_typed
    from tui_nn.training.recipe.recipe import load_recipe

    return with_typed(load_recipe(setup.recipe), dict(setup.values))


def _new(before: Session | None, recipe: Recipe, memory: int) -> Session:
    from tui_nn.training.recipe.wanted_data import load_wanted
    from tui_nn.training.session.session import Session

    is_same = before is not None and before.source.name == recipe.data.name
    dataset = before.source if before is not None and is_same else load_wanted(recipe)
    return Session(recipe, dataset, history_memory=memory)


def _go_to_step(session: Session, step: int) -> None:
    from tui_nn.training.stepping.place import Place

    nearest = Place(min(step, len(session.history)))
    if session.position.place != nearest:
        session.go_to(nearest)
    while session.position.step < step:
        session.step_batch()


def step_to(session: Session, name: str) -> None:
    """Run the operations of the step up to the one that writes a tensor.

    Raises:
        TuiNNError: There is no such tensor, or it is given and no operation writes it.
    """
    name = session.program.resolve(name)
    writer = session.program.writer.get(name)
    if writer is None:
        raise TuiNNError(f"no operation writes {name}")
    target = session.program.operations.index(writer) + 1
    while session.position.operation < target:
        session.step_operation()
        if target == len(session.program.operations) and not session.position.operation:
            return
