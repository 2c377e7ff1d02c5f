"""What the form of hyperparameters says: of each field, and of what applying it does."""

from collections.abc import Iterable

from screens.dialogs.settings.fields import FIELD_AT, Field
from screens.dialogs.settings.model import (
    Change,
    Filled,
    optimizer_of,
    text_of,
)
from tui_nn.about import Effect
from tui_nn.nn.optimizers import OPTIMIZERS
from tui_nn.training.recipe.hyperparameters import DROPOUT
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.recipe.values import format_value

_NAMED = 3  # hyperparameters that a line names one by one


def heading(field: Field, present: Recipe) -> str:
    """Return a field's name and symbol, from when on a change is in force, and its keys."""
    named = f"{field.name} {field.about.symbol}".strip()
    return f"{named} · {applies(field, present)}{' · ← → choose' if field.about.choices else ''}"


def description(field: Field) -> list[tuple[str, str]]:
    """Return what there is to know about a field's values: a heading and a text for each line."""
    about = field.about
    named = (("too little", about.too_little), ("too much", about.too_much), ("usual", about.usual))
    return [(name, words) for name, words in (*about.choices.items(), *named) if words]


def applies(field: Field, present: Recipe) -> str:
    """Return when a change of a field takes effect."""
    name, restart = field.hyperparameter.edit, "needs a restart"
    if not name:
        return restart
    if name == "momentum":
        moves = name in OPTIMIZERS[optimizer_of(present)].uses and present.training.momentum > 0
        return f"applies {Effect.STEP}; 0 {restart}" if moves else restart
    if name == "weight_decay" and name not in OPTIMIZERS[present.training.optimizer].uses:
        users = " or ".join(each.name for each in OPTIMIZERS.values() if name in each.uses)
        return f"{restart}, with {users}"
    if name == DROPOUT:
        return f"applies {Effect.STEP}; a list {restart}"
    return f"applies {field.about.effect}"


def mark(field: Field, form: Filled, present: Recipe) -> str:
    """Return what stands beside a field: what is wrong, or what it was."""
    if fault := form.faults.get(field.path):
        return f"! {fault}"
    if any(each.field is field for each in form.changes):
        return f"● was {text_of(present, field)}"
    return ""


def plan(form: Filled, focused: str = "") -> str:
    """Return in a line what applying a form will do.

    Args:
        form: The form.
        focused: Where the person is, whose fault is told first.
    """
    if form.faults:
        path = focused if focused in form.faults else next(iter(form.faults))
        fault = form.faults[path]
        more = f" (and {len(form.faults) - 1} more)" if len(form.faults) > 1 else ""
        return f"! {FIELD_AT[path].name}: {fault}{more}. Fix this first: nothing is applied yet."
    if not form.changes:
        return "Nothing is changed: type over a value, or choose another with ← →."
    count = len(form.changes)
    return f"{count} change{'s' if count > 1 else ''}: {'; '.join(_effects(form))}."


def _effects(form: Filled) -> Iterable[str]:
    for effect in Effect:
        names = [each.field.name for each in form.changes if each.effect is effect]
        if names and effect is Effect.RESTART:
            yield f"{_listed(names)} {'needs' if len(names) == 1 else 'need'} a restart (ctrl+r)"
        elif names:
            yield f"{_listed(names)} {effect}"


def applied_words(changes: Iterable[Change]) -> str:
    """Return what was applied."""
    found = tuple(changes)
    parts = [
        ", ".join(map(_assigned, (each for each in found if each.effect is e))) + f" {e}"
        for e in (Effect.STEP, Effect.EPOCH)
        if any(c.effect is e for c in found)
    ]
    return f"{'; '.join(parts)}."


def new_run_words(changes: Iterable[Change]) -> str:
    """Return what a new run differs in."""
    listed = list(map(_assigned, changes))
    return f"A new run, with {'; '.join(listed)}." if listed else "A new run of the same recipe."


def _assigned(change: Change) -> str:
    return f"{change.field.name} = {format_value(change.value, change.field.hyperparameter)}"


def _listed(names: list[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
