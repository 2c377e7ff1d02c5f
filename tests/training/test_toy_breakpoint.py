"""A kind of breakpoint that is added from outside: one class, and its place in the table."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Self

import pytest

from screens.dialogs.breakpoints.model import suggestions
from screens.inspect.selection import Selection
from tests.training.runs import session
from tui_nn.data.dataset import Dataset
from tui_nn.nn.program import Program
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.stops.breakpoints import BREAKPOINTS, Breakpoint
from tui_nn.training.stops.breakpoints.breakpoint import Passed
from tui_nn.training.stops.parser import parse_sentence
from tui_nn.training.stops.subject import Subject
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint


class EveryNth(Breakpoint, frozen=True):
    kind: ClassVar[str] = "every so many steps"
    when: ClassVar[str] = ""

    steps: int

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:  # noqa: ARG003
        return cls(steps=int(rest[0])) if first == "every" else None

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        return f"every {subject.step + 2}"

    @property
    def words(self) -> str:
        return f"every {self.steps}"

    def fault(self, program: Program, dataset: Dataset) -> str:  # noqa: ARG002
        return "" if self.steps > 0 else "choose 1 or more steps"

    def trips(self, passed: Passed) -> str:
        return "" if passed.step % self.steps else self.words


@pytest.fixture(autouse=True)
def added() -> Iterator[None]:
    BREAKPOINTS.append(EveryNth)
    yield
    BREAKPOINTS.remove(EveryNth)


def test_it_is_typed_listed_and_stops_the_run() -> None:
    run = session()
    found = parse_sentence("stop every 2", run.program)
    assert found == EveryNth(steps=2)
    run.breakpoints.add(EveryNth(steps=2))
    run.step_epoch()
    assert (run.position.step, run.reason) == (2, "every 2")
    listed = suggestions(run.snapshot(Activity.PAUSED), Selection())
    offered = {each.kind: each.sentence for each in listed}
    assert offered["every so many steps"] == "every 4"


def test_it_is_saved_with_the_run(tmp_path: Path) -> None:
    run = session(history_memory=2**24)
    run.breakpoints.add(EveryNth(steps=2))
    save_checkpoint(tmp_path / "run.safetensors", run.checkpoint())
    saved = load_checkpoint(tmp_path / "run.safetensors")
    assert saved.breakpoints == (EveryNth(steps=2),)
    assert tuple(Session.resumed(saved, run.source).breakpoints) == (EveryNth(steps=2),)
