"""A run that an earlier version saved, with edits of every kind, opens and goes on."""

from pathlib import Path

import numpy as np

from tui_nn.data.sources import load
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.breakpoints import AtOperation, WhenMetric
from tui_nn.training.stops.watches import WatchElement
from tui_nn.training.storage.checkpoint import load_checkpoint

FILE = Path(__file__).parent / "saved" / "edited.safetensors"


def test_it_opens_and_goes_on() -> None:
    saved = load_checkpoint(FILE)
    assert saved.caution.startswith("continues, not bit for bit")
    assert saved.place == Place(5, 7)
    assert saved.edits == (
        Edit(Place(3), "learning_rate", 0.05),
        Edit(Place(3, 2), "l2", 0.01),
        Edit(Place(3, 2), "clipping", 0.5),
        Edit(Place(3, 2), "batch_size", 300),
        Edit(Place(5), "W1", 0.25, (400, 1)),
    )
    run = Session.resumed(saved, load("embedded"), history_memory=2**24)
    assert tuple(run.breakpoints) == (
        AtOperation(name="dW2"),
        WhenMetric(metric="loss", side="below", value=0.1),
    )
    assert tuple(run.watches) == (WatchElement("W1", (400, 1)),)
    assert run.recipe_now.training.batch_size == 300
    steps = len(run.history)
    run.step_batch()
    assert run.reason == "before ∇W2"
    run.step_batch()
    assert len(run.history) == steps + 1
    assert np.isfinite(run.history.curves.loss).all()
