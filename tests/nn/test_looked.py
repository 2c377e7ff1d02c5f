"""What has no buffer: worked out when it is looked at, from what the update left."""

import numpy as np
import pytest

from tests.nn.steps import Step, case
from tui_nn.nn.looked import Looked
from tui_nn.nn.network import dense_network
from tui_nn.nn.optimizers import OPTIMIZERS

NETWORK = dense_network((4, 3, 5), ("tanh",), "he")


@pytest.mark.parametrize("name", list(OPTIMIZERS))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_change_is_what_the_update_took(name: str, dtype: type[np.floating]) -> None:
    step = Step(case(NETWORK, optimizer=name), rows=3, dtype=dtype)
    for parameter in NETWORK.shapes:
        change = step.looked[f"change{parameter}"]
        taken = step.read[parameter] - step.tensors[parameter]
        size = float(np.abs(step.read[parameter]).max(initial=1.0))
        np.testing.assert_allclose(change, taken, rtol=0, atol=4 * size * np.finfo(dtype).eps)


def test_it_is_worked_out_once_and_only_when_asked_for() -> None:
    step = Step(NETWORK, rows=2)
    looked = Looked(step.tensors, step.program, step.context)
    assert "changeW1" in looked
    assert "changeW1" not in step.tensors
    assert len(looked) == len(list(looked)) == len(step.tensors) + len(NETWORK.shapes)
    assert looked["changeW1"] is looked["changeW1"]
    assert looked["dW1"] is step.tensors["dW1"]
