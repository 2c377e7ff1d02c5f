"""The screens' tests wait for the app alone, never for a quiet machine."""

from collections.abc import Iterator
from typing import Any

import pytest
from textual import app as textual_app
from textual import pilot
from textual._compositor import Compositor
from textual.pilot import Pilot

from tests.screens.rest import at_rest, settled


@pytest.fixture(autouse=True, scope="session")
def pilots_wait_for_the_app() -> Iterator[None]:
    """Have Textual's pilot wait until the app is at rest, instead of until the process is."""

    async def idle(*_: float) -> None:
        await settled()

    async def screen(self: Pilot[Any], timeout: float = 0) -> bool:  # noqa: ARG001
        await at_rest(self.app)
        return True

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(textual_app, "wait_for_idle", idle)
        patched.setattr(pilot, "wait_for_idle", idle)
        patched.setattr(Pilot, "_wait_for_screen", screen)
        yield


@pytest.fixture(autouse=True, scope="session")
def nothing_is_drawn_unseen() -> Iterator[None]:
    """Draw where somebody looks: without a terminal, Textual works updates out and drops them."""
    draw = Compositor.render_update

    def drop(self: Compositor, full: bool = False, *args: Any, **options: Any) -> Any:
        if full:
            return draw(self, full, *args, **options)
        self._dirty_regions.clear()
        return None

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Compositor, "render_update", drop)
        yield
