"""What is found of a run before its first step, as far as it is known yet."""

from collections.abc import Sequence

from msgspec import Struct

from tui_nn.data.dataset import Dataset
from tui_nn.training.analysis.health import Finding
from tui_nn.training.analysis.health.finding import SEVERITY
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.snapshot import Snapshot


class Beginning(Struct, eq=False):
    """The findings about the beginning of one run.

    Attributes:
        recipe: Of the run.
        dataset: What it trains on.
        checks: What the checks found; empty until they are done.
        by_heart: Whether it can learn a few samples by heart, once that was asked for.
    """

    recipe: Recipe
    dataset: Dataset
    checks: Sequence[Finding] = ()
    by_heart: Finding | None = None

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Beginning":
        """Return that of a snapshot's run, of which nothing is known yet."""
        return cls(snapshot.recipe, snapshot.dataset)

    def is_of(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot is of a run that begins with the same."""
        return snapshot.dataset is self.dataset and snapshot.recipe == self.recipe

    def findings(self, examined: Sequence[Finding], step: int) -> list[Finding]:
        """Return what is to be said at a step, the worst first.

        Args:
            examined: What is found there of the run itself.
            step: Completed updates; the checks are only of interest before the first.
        """
        before = self.checks if step == 0 else ()
        asked = [self.by_heart] if self.by_heart else []
        found = [*before, *asked, *examined]
        return sorted(found, key=lambda finding: -SEVERITY[finding.verdict])
