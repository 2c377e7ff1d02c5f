"""What the network says of a sample, in words."""

from screens.shapes.format import figure
from tui_nn.training.session.snapshot import Probe


def said_words(probe: Probe) -> str:
    """Return the class that the network says, and how sure it is: ``7 (81 %)``."""
    if probe.task.is_numeric:
        return ", ".join(figure(float(each), 4) for each in probe.probabilities)
    sure = 100 * float(probe.task.probabilities(probe.probabilities[None])[0, probe.said])
    return f"{probe.task.names[probe.said]} ({figure(sure, 3)} %)"
