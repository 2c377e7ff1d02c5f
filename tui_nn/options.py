"""What the command line tells the app."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line is read before NumPy is imported
    from tui_nn.mistakes.checking.report import Report


@dataclass(frozen=True)
class AppOptions:
    """The options of ``tui-nn`` without a command.

    Attributes:
        recipe: Name or file of the recipe.
        data: Data set instead of the recipe's own, or None.
        seed: Seed instead of the recipe's own, or None.
        color: How many colours: auto, truecolor, 256, 16 or none.
        ascii: Whether to keep to plain ASCII.
        history_memory: MiB for copies of the parameters, to go back with.
        resume: A saved run to go on with instead, or None.
        theme: Which colours: auto (the terminal's), dark, light or high-contrast.
        present: Whether a room looks on.
        weights: A file with the weights of others to begin with, or None.
        activation: Of the hidden layers of those, or None.
        is_served: Whether a browser shows it.
        checked: Gradients that were handed in, to be shown beside the right ones, or None.
        at: A line that says which place to open, instead of a recipe, or None.
    lesson: The lesson to begin with, or None.
    lessons: A folder of lessons instead of those that come with the program, or None.
    """

    recipe: str = "default"
    data: str | None = None
    seed: int | None = None
    color: str = "auto"
    ascii: bool = False
    history_memory: int = 256
    resume: str | None = None
    theme: str = "auto"
    present: bool = False
    weights: str | None = None
    activation: str | None = None
    is_served: bool = False
    checked: "Report | None" = None
    at: str | None = None
    lesson: int | None = None
    lessons: str | None = None
