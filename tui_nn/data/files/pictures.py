"""Reads folders of pictures: ``7/123.png``, or ``training/7/123.png`` and ``testing/7/45.png``.

Pillow opens them, and is imported only then.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES
from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.reading import Part, Reading
from tui_nn.data.files.standard import standard_images
from tui_nn.errors import TuiNNError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
_SPLITS = {"train": ("training", "train"), "validation": ("validation", "valid", "val"),
           "test": ("testing", "test")}  # fmt: skip
_MOST_PIXELS = 50_000_000  # of a picture, as a good camera takes it
_MOST_BYTES = 200 << 20  # of all pictures


def read_pictures(path: Path, options: ReadOptions) -> Reading | None:
    """Return the digits of a folder of pictures, or of a picture; None if there are none."""
    if path.is_file():
        pictures = [path] if _is_picture(path) else []
        return Reading({"train": _part(pictures, None, options)}) if pictures else None
    if not path.is_dir():
        return None
    parts = {}
    for split, names in _SPLITS.items():
        for folder in (path / name for name in names):
            if split not in parts and (part := _folder(folder, options)):
                parts[split] = part
    if not parts and (part := _folder(path, options)):
        parts["train"] = part
    return Reading(parts) if parts else None


def read_picture(path: Path, side: int | None = None) -> NDArray[np.uint8]:
    """Return a picture in grey: uint8 [height, width]; what is transparent is white.

    Args:
        path: Its file; a photo is turned as the camera says that it was held.
        side: Make it no larger than this either way.

    Raises:
        TuiNNError: It is missing, damaged, too large or no picture.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_FORMATS) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise TuiNNError(f"{path}: {opened.width}×{opened.height} pixels are too many")
                if side is not None:
                    opened.draft("L", (2 * side, 2 * side))  # a JPEG is unpacked smaller at once
                picture: Image.Image = ImageOps.exif_transpose(opened)
                if picture.mode.startswith("I;16"):  # Pillow would cut it to its low byte
                    return (np.asarray(picture) >> 8).astype(np.uint8)
                if picture.has_transparency_data:
                    white = Image.new("RGBA", picture.size, "white")
                    picture = Image.alpha_composite(white, picture.convert("RGBA"))
                picture = picture.convert("L")
                if side is not None:
                    picture.thumbnail((side, side))
                return np.asarray(picture)
    except TuiNNError:
        raise
    except FileNotFoundError as error:
        raise TuiNNError(f"{path}: {error.strerror}") from None
    except Exception as error:  # its decoders raise a dozen kinds for a damaged file
        reason = " ".join(str(error).split()) or type(error).__name__
        raise TuiNNError(f"{path}: expected a picture, could not read it: {reason}") from None


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(filter(_is_picture, folder.iterdir())) if folder.is_dir() else []


def _folder(folder: Path, options: ReadOptions) -> Part | None:
    """Return the digits of the folders 0 to 9 in a folder; else its pictures, without labels."""
    found = [
        (each, digit) for digit in range(CLASSES) for each in _pictures_in(folder / str(digit))
    ]
    if found:
        files, labels = zip(*found, strict=True)
        return _part(files, np.array(labels, np.uint8), options)
    bare = _pictures_in(folder)
    return _part(bare, None, options) if bare else None


def _part(files: Sequence[Path], labels: NDArray[np.uint8] | None, options: ReadOptions) -> Part:
    sizes: dict[tuple[int, ...], list[int]] = {}
    pictures, room = [], _MOST_BYTES
    for index, file in enumerate(files):
        picture = read_picture(file)
        room -= picture.nbytes
        if room < 0:
            raise TuiNNError(
                f"{file}: over {_MOST_BYTES >> 20} MB of pictures up to here; make them smaller"
            )
        pictures.append(picture)
        sizes.setdefault(picture.shape, []).append(index)
    images = np.empty((len(files), 28, 28), np.uint8)
    done: list[str] = []
    for indices in sizes.values():
        images[indices], how = standard_images(
            np.stack([pictures[each] for each in indices]), options.transpose
        )
        done += how
    where = () if labels is None else ("labels from the folders' names",)
    return Part(images, labels, (*where, *dict.fromkeys(done)))
