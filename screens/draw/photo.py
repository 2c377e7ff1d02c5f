"""What the Draw screen shows of a photo: its stages, and the dials that change them."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from screens.draw.model import Pictures, in_the_middle
from screens.shapes.bar import Bar
from tui_nn.data.drawing.photo import (
    STROKES,
    THRESHOLD_STEP,
    Paper,
    PhotoSettings,
    PhotoStages,
    find_digit,
)


class Photo(Struct, frozen=True, eq=False):
    """A photo that was opened.

    Attributes:
        name: Of its file.
        grey: uint8 [height, width].
        settings: How its digit is found.
    """

    name: str
    grey: NDArray[np.uint8]
    settings: PhotoSettings = PhotoSettings()


class Developed(Struct, frozen=True, eq=False):
    """A photo with all its stages.

    Attributes:
        photo: The photo.
        stages: What became of it.
        pictures: The same, as they are shown.
    """

    photo: Photo
    stages: PhotoStages
    pictures: Pictures


def develop(photo: Photo) -> Developed:
    """Find the digit of a photo: tens of milliseconds, so not for the event loop."""
    stages = find_digit(photo.grey, photo.settings)
    return Developed(photo, stages, _pictures(stages))


def _pictures(stages: PhotoStages) -> Pictures:
    box = stages.prepared.scaled.shape
    captions = (
        "1 grey",
        "2 inverted" if stages.is_light else "2 as it is",
        f"3 ink ≥ {stages.threshold}",
        "4 cut",
        f"5 box {box[0]}×{box[1]}",
        "6 centred",
    )
    large = (stages.grey, stages.even, stages.ink, stages.prepared.cut)
    small = (stages.prepared.scaled, stages.prepared.centred)
    return Pictures(np.stack([in_the_middle(each) for each in (*large, *small)]), captions)


class Dial(Struct, frozen=True):
    """Something about a photo that one can change.

    Attributes:
        name: What it is called.
        stage: The picture that it changes first.
        words: What it does, and when to turn it.
    """

    name: str
    stage: int
    words: str


DIALS: Sequence[Dial] = (
    Dial(
        "paper",
        1,
        "The network knows light ink on dark paper: a photo of light paper is inverted. "
        "Turn it where paper and ink are mistaken for each other.",
    ),
    Dial(
        "shadows",
        1,
        "Each pixel is compared with the paper around it, so that a shadow is not ink. "
        "Leave them in if a very large digit loses its middle.",
    ),
    Dial(
        "threshold",
        2,
        "What is as dark as this is ink. Lower finds faint strokes, and dirt; "
        "higher keeps only the darkest.",
    ),
    Dial(
        "cut",
        3,
        "The largest piece of ink is the digit. Take all ink where the digit is in pieces.",
    ),
    Dial(
        "strokes",
        3,
        "How wide strokes are made, in pixels of the box of 20. MNIST's are 2.5 wide: "
        "hair lines and markers are strange to the network.",
    ),
)


def dial_bars(developed: Developed | None, photo: Photo) -> list[Bar]:
    """Return where each dial stands."""
    settings, stages = photo.settings, developed.stages if developed else None
    return [
        Bar(DIALS[0].name, 0.0, _paper_words(settings, stages)),
        Bar(DIALS[1].name, 0.0, "taken out" if settings.evens else "left in"),
        Bar(DIALS[2].name, 0.0, _threshold_words(settings, stages)),
        Bar(DIALS[3].name, 0.0, "largest piece" if settings.largest else "all ink"),
        Bar(DIALS[4].name, 0.0, f"{settings.stroke:g} px" if settings.stroke else "as they are"),
    ]


def _paper_words(settings: PhotoSettings, stages: PhotoStages | None) -> str:
    if settings.paper is not Paper.AUTO or stages is None:
        return settings.paper.value
    return f"{'light' if stages.is_light else 'dark'} (auto)"


def _threshold_words(settings: PhotoSettings, stages: PhotoStages | None) -> str:
    if settings.threshold is None:
        return f"{stages.threshold} (Otsu)" if stages else "Otsu"
    return str(settings.threshold)


def turned(developed: Developed, dial: int, steps: int) -> PhotoSettings:
    """Return the settings with a dial turned, round its ends."""
    settings = developed.photo.settings
    if dial == 0:
        order = tuple(Paper)
        paper = order[(order.index(settings.paper) + steps) % len(order)]
        return replace(settings, paper=paper, threshold=None)
    if dial == 1:
        return replace(settings, evens=not settings.evens, threshold=None)
    if dial == 2:
        moved = developed.stages.threshold + steps * THRESHOLD_STEP
        return replace(settings, threshold=min(max(moved, 1), 254))
    if dial == 3:
        return replace(settings, largest=not settings.largest)
    place = (STROKES.index(settings.stroke) + steps) % len(STROKES)
    return replace(settings, stroke=STROKES[place])
