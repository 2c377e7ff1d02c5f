"""At full speed frames take a share of the time, whatever one of them costs."""

import pytest

from screens.base.drawing_budget import LONGEST, SHARE, DrawingBudget


class Clocks:
    def __init__(self) -> None:
        self.now = self.used = 0.0

    def drawn_in(self, seconds: float, cost: float) -> int:
        """Ask ten times a second for a while; return how many frames of a cost there were."""
        budget, frames = DrawingBudget(lambda: self.now, lambda: self.used), 0
        for _ in range(round(10 * seconds)):
            self.now += 0.1
            if budget.allows_frame():
                frames += 1
                self.used += cost
        return frames


@pytest.mark.parametrize("cost", [0.001, 0.003])
def test_cheap_frames_come_as_often_as_they_are_asked_for(cost: float) -> None:
    assert Clocks().drawn_in(10.0, cost) == 100


@pytest.mark.parametrize("cost", [0.008, 0.02, 0.035])
def test_dear_frames_take_no_more_than_their_share(cost: float) -> None:
    assert Clocks().drawn_in(60.0, cost) * cost <= 1.02 * SHARE * 60.0 + cost


def test_something_is_drawn_however_dear_it_is() -> None:
    assert Clocks().drawn_in(60.0, 0.5) >= 60.0 / (LONGEST + 0.1) - 1
