"""One's own digits as files that others read."""

from pathlib import Path

from msgspec import Struct

from tui_nn.data.idx_writing import SUFFIXES
from tui_nn.data.own import OWN, export_own
from tui_nn.training.storage.csv_files import free_paths


class OwnExport(Struct, frozen=True):
    """One's own digits, to be exported as IDX, as MNIST's are.

    Attributes:
        what: What it is, for people.
    """

    what: str = "your own digits as IDX, for --data"

    def write(self, folder: Path) -> list[Path]:
        """Write a new pair of files, and return them.

        Raises:
            TuiNNError: There are no digits, or a file cannot be written.
        """
        paths = free_paths(folder, OWN, SUFFIXES)
        export_own(*paths)
        return paths
