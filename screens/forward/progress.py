"""How far the step has come through the network, and whose numbers the screen shows."""

from collections.abc import Sequence

from screens.base.status import next_operation
from screens.inspect.initial import has_initial_weights, initial_words
from tui_nn.nn.operation import Phase
from tui_nn.nn.tensor import Tensor
from tui_nn.training.session.snapshot import Snapshot

_KEYS = "arrows: a neuron · tab: the next layer · enter: its sum"
_PLANE_KEYS = "arrows: another place · enter: its arithmetic · tab: the neurons · v: numbers"
_FIRST_KEYS = "n: one operation · space: train · ctrl+o: a trained network · ?: help"


def is_computed(snapshot: Snapshot, tensor: Tensor) -> bool:
    """Return whether the step has come past a tensor of the sample's forward pass.

    Between two steps all of it is shown: what the network says with the weights as they now are.
    """
    done = snapshot.program.operations[: snapshot.position.operation]
    return not done or any(tensor.name in operation.names_written for operation in done)


def is_next(snapshot: Snapshot, tensor: Tensor) -> bool:
    """Return whether the next operation computes a tensor."""
    return tensor.name in next_operation(snapshot).names_written


def whose_words(snapshot: Snapshot, width: int) -> str:
    """Return whose numbers these are, and what the last operation did, as far as it fits."""
    if not snapshot.position.operation:
        return _between_steps(snapshot, width)
    weights = _weights_words(snapshot)
    last = snapshot.program.operations[snapshot.position.operation - 1]
    if last.phase is Phase.FORWARD:
        rows = len(snapshot.batch)
        return fitting(
            (
                f"{last.formula} is done: here for this sample, on 3 Backprop for the batch of "
                f"{rows:,} · {weights}",
                f"{last.symbol} is done: here for this sample, on 3 for the batch · {weights}",
                f"{last.symbol} is done: for this sample · {weights}",
            ),
            width,
        )
    following = next_operation(snapshot).symbol
    return fitting(
        (
            f"this sample is through; n goes on with the batch, to {following}: see 3 Backprop"
            f" · {weights}",
            f"this sample is through; n goes on with the batch, on 3 · {weights}",
            f"this sample is through · {weights}",
        ),
        width,
    )


def _between_steps(snapshot: Snapshot, width: int) -> str:
    if has_initial_weights(snapshot):
        kind = initial_words(snapshot)
        keys = "n steps, space trains, ctrl+o: a trained one"
        return fitting(
            (
                f"One sample through a network with {kind}: nothing learned yet. {keys}",
                f"One sample on its way through a network with {kind}: it has learned nothing yet.",
                f"One sample through a network with {kind}: nothing learned yet.",
            ),
            width,
        )
    return f"one sample through the network · {_weights_words(snapshot)}"


def _weights_words(snapshot: Snapshot) -> str:
    if has_initial_weights(snapshot):
        return initial_words(snapshot)
    step = f"weights of step {snapshot.position.step:,}"
    updated = snapshot.position.operation > len(snapshot.program.differentiating)
    return f"{step}, partly updated" if updated else step


def keys_words(snapshot: Snapshot, *, has_views: bool, is_plane: bool = False) -> str:
    """Return what one may press here.

    Args:
        snapshot: What there is to see.
        has_views: Whether a neuron's weights have a view of their own.
        is_plane: Whether the plane is seen.
    """
    if is_plane:
        return _PLANE_KEYS
    if has_initial_weights(snapshot) and not snapshot.position.operation:
        return _FIRST_KEYS
    return f"{_KEYS} · v: its weights" if has_views else _KEYS


def fitting(texts: Sequence[str], width: int) -> str:
    """Return the first of some texts that fits into a width, else the last."""
    return next((text for text in texts if len(text) <= width), texts[-1])
