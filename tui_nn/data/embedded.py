"""The digits that come with the program, so that it starts without a network."""

from tui_nn.assets import asset
from tui_nn.data.dataset import SPLITS, Dataset
from tui_nn.data.npz import open_npz, read_split
from tui_nn.errors import TuiNNError

PATH = asset("digits.npz")


def load_embedded() -> Dataset:
    """Return the embedded digits, with the splits ``train``, ``validation`` and ``test``.

    Raises:
        TuiNNError: The installation lacks the file, or it is damaged.
    """
    if not PATH.is_file():
        raise TuiNNError(f"{PATH}: the embedded digits are missing; install tui-nn again")
    with open_npz(PATH) as archive:
        splits = {
            each: read_split(PATH, archive, f"{each}_images", f"{each}_labels") for each in SPLITS
        }
    return Dataset("embedded", splits)
