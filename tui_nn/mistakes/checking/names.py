"""What people call their arrays: each of many spellings has one name here."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from tui_nn.errors import TuiNNError

_WORDS = {
    "X": "x input inputs xbatch xtrain images",
    "y": "y t label labels target targets ytrue ybatch ytrain",
    "loss": "loss cost j",
    "l2": "l2 reg",
    "activation": "activation activations",
    "output": "output",
    "loss_function": "lossfunction",
    "hand_in": "handin",
    "title": "title",
    "Zlast": "scores logits",
    "Alast": "probs probabilities yhat ypred",
}
"""Spelt small, without what separates: `X_train`, `y_hat`. The last two are the last layer's."""

_ALONE = {word: name for name, words in _WORDS.items() for word in words.split()}
_PARAMETER = r"(?P<letter>w|weights?|b|bias(?:es)?)(?P<number>\d*)"
_LAYER = r"(?:layers?|fc|linear|dense)(?P<number>\d+)(?P<letter>weights?|bias)"
_GRADIENT = r"(?:grads?|gradients?|nabla|d[ljce]?d?)"
_PATTERNS = (
    (re.compile(f"(?:params?)?(?:{_PARAMETER})"), ""),
    (re.compile(_LAYER), ""),
    (re.compile(f"{_GRADIENT}(?:{_PARAMETER})"), "d"),
    (re.compile(f"(?:{_PARAMETER})grad"), "d"),
    (re.compile(f"(?:{_LAYER})grad"), "d"),
)
_VALUES = {"z": "Z", "a": "A", "h": "A", "d": "mask", "mask": "mask"}
_VALUE = re.compile(r"(z|a|h|d|mask)(\d+)")


class Names(Struct, frozen=True):
    """What the arrays of a file are.

    Attributes:
        known: What it calls each array, by our name: ``X``, ``W1``, ``db2``, ``A1`` …
        unknown: Those that are none of ours.
    """

    known: Mapping[str, str]
    unknown: tuple[str, ...]


def read_names(names: Iterable[str]) -> Names:
    """Return what arrays are, by what people call them.

    Raises:
        TuiNNError: Two of them are the same, or a layer is left out.
    """
    known: dict[str, str] = {}
    unknown = []
    for name in names:
        ours = _ours(name)
        if ours is None:
            unknown.append(name)
        elif ours in known:
            raise TuiNNError(f"{known[ours]} and {name} are both {ours}: leave one of them out")
        else:
            known[ours] = name
    counted = dict(_counted_from_1(known))
    depth = sum(name[0] == "W" for name in counted)
    # CS231n's scores and probs are the last layer's, whichever that is.
    last = [name for name in counted if name.endswith("last")]
    for name in last:
        theirs, ours = counted.pop(name), f"{name[0]}{depth}"
        if depth and ours not in counted:
            counted[ours] = theirs
        else:
            unknown.append(theirs)
    return Names(counted, tuple(unknown))


def _ours(name: str) -> str | None:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if plain in _ALONE:
        return _ALONE[plain]
    for pattern, prefix in _PATTERNS:
        if found := pattern.fullmatch(plain):
            letter = "W" if found["letter"][0] == "w" else "b"
            return f"{prefix}{letter}{int(found['number'] or 1)}"
    if found := _VALUE.fullmatch(plain):
        return _VALUES[found[1]] + str(int(found[2]))
    return None


def _counted_from_1(known: dict[str, str]) -> dict[str, str]:
    """Return the names with layers counted from 1, where people count from 0."""
    if not {"W0", "b0", "dW0", "db0"} & known.keys():
        if "A0" in known:
            known.setdefault("X", known.pop("A0"))
        return known
    # What a layer reads and says may be counted otherwise than its weights: a⁰ is often X.
    values = "ZA" if "Z0" in known or ("A0" in known and "X" in known) else ""
    shifted = ("W", "b", "dW", "db", "mask", *values)
    return {
        f"{word}{number + 1}" if word in shifted and number is not None else ours: name
        for ours, name in known.items()
        for word, number in [_split(ours)]
    }


def _split(ours: str) -> tuple[str, int | None]:
    """Return a name without its layer, and the layer."""
    word = ours.rstrip("0123456789")
    return word, int(ours[len(word) :]) if word != ours else None
