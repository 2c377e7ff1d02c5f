"""Kinds of files that are not read, and the two lines of Python that make an .npz of each."""

from pathlib import Path
from typing import NamedTuple

from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.reading import Reading
from tui_nn.errors import TuiNNError


class _Kind(NamedTuple):
    """A kind of file: its endings, what it is, and the lines; {path} and {npz} stand in them."""

    endings: tuple[str, ...]
    what: str
    lines: str


_KINDS = (
    _Kind(
        (".pkl.gz", ".pickle.gz"),
        "a pickle, which may run anything as it is opened, so it never is; if you trust it",
        "import gzip, pickle, numpy; train, valid, test = "
        "pickle.load(gzip.open({path!r}), encoding='latin1'); "
        "numpy.savez({npz!r}, x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])",
    ),
    _Kind(
        (".pkl", ".pickle"),
        "a pickle, which may run anything as it is opened, so it never is; if you trust it",
        "import pathlib, pickle, numpy; (x, y), (x_test, y_test) = "
        "pickle.loads(pathlib.Path({path!r}).read_bytes(), encoding='latin1')[:2]; "
        "numpy.savez({npz!r}, x_train=x, y_train=y, x_test=x_test, y_test=y_test)",
    ),
    _Kind(
        (".mat",),
        "a file of MATLAB",
        "import numpy, scipy.io; d = scipy.io.loadmat({path!r}); "
        "numpy.savez({npz!r}, X=d['data'].T, y=d['label'].ravel())",
    ),
    _Kind(
        (".parquet",),
        "a Parquet file",
        "import io, numpy, pandas, PIL.Image as P; d = pandas.read_parquet({path!r}); "
        "numpy.savez({npz!r}, X=[numpy.asarray(P.open(io.BytesIO(i['bytes']))) "
        "for i in d['image']], y=d['label'])",
    ),
    _Kind(
        (".arff",),
        "an ARFF file",
        "import numpy; t = numpy.loadtxt({path!r}, delimiter=',', comments=['@', '%']); "
        "numpy.savez({npz!r}, X=t[:, :-1], y=t[:, -1])",
    ),
    _Kind(
        (".h5", ".hdf5"),
        "an HDF5 file",
        "import h5py, numpy; d = h5py.File({path!r}); "
        "numpy.savez({npz!r}, **{{name: d[name][:] for name in d}})",
    ),
    _Kind(
        (".npy",),
        "one array, and labels are another",
        "import numpy; numpy.savez({npz!r}, X=numpy.load({path!r}), y=numpy.load('labels.npy'))",
    ),
    _Kind(
        (".pt", ".pth"),
        "a file of PyTorch, mostly images and labels",
        "import numpy, torch; x, y = torch.load({path!r}, weights_only=True)[:2]; "
        "numpy.savez({npz!r}, X=x, y=y)",
    ),
)


def refuse(path: Path, options: ReadOptions) -> Reading | None:
    """Return None for a file of no such kind.

    Raises:
        TuiNNError: The file is of such a kind; its text holds the lines.
    """
    del options
    for kind in _KINDS:
        for ending in kind.endings:
            if path.is_file() and path.name.lower().endswith(ending):
                npz = str(path)[: -len(ending)] + ".npz"
                lines = kind.lines.format(path=str(path), npz=npz)
                raise TuiNNError(
                    f"{path}: {kind.what}: two lines of Python make an .npz of it: {lines}"
                )
    return None
