"""The fields of the form: every hyperparameter of a recipe, in the recipe's order."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from tui_nn.about import About
from tui_nn.training.recipe.hyperparameters import Hyperparameter, hyperparameters_of
from tui_nn.training.recipe.recipe import Recipe


class Field(Struct, frozen=True):
    """A hyperparameter, as the form shows it.

    Attributes:
        hyperparameter: Where a recipe sets it, and which values it may have.
        about: Its words.
    """

    hyperparameter: Hyperparameter
    about: About

    @property
    def path(self) -> str:
        """Where a recipe sets it, such as ``training.l2``."""
        return ".".join(self.hyperparameter.path)

    @property
    def section(self) -> str:
        """The table of the recipe that it is in."""
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        """Its key in that table."""
        return self.hyperparameter.path[-1]


def fields_of(kind: type[Recipe]) -> tuple[Field, ...]:
    """Return the fields of a kind of recipe, in the order of the form."""
    return tuple(Field(each, each.about) for each in hyperparameters_of(kind) if each.about)


FIELDS = fields_of(Recipe)
"""All of them, in the order of the form."""

FIELD_AT: Mapping[str, Field] = MappingProxyType({each.path: each for each in FIELDS})
"""Each by its path."""
