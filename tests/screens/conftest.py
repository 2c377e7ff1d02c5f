"""The screens' tests wait for the app alone, never for a quiet machine."""

from asyncio import BaseEventLoop, Future
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Any, TypeVar

import pytest
from markdown_it import MarkdownIt
from textual import app as textual_app
from textual import pilot
from textual._compositor import Compositor
from textual._context import active_app
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.screen import Screen

from tests.screens.bench import Reflows, WatchedApp
from tests.screens.rest import at_rest, settled

T = TypeVar("T")


@pytest.fixture(autouse=True, scope="session")
def markdown_is_parsed_at_once() -> Iterator[None]:
    """Have Textual parse Markdown in the event loop.

    A thread in which it is parsed is unknown to a loop that looks as if it were at rest, and keys
    that come meanwhile are read when the screen that holds the Markdown is there.
    """
    in_thread = BaseEventLoop.run_in_executor

    def run(
        loop: BaseEventLoop, executor: Executor | None, function: Callable[..., T], *arguments: Any
    ) -> Future[T]:
        if getattr(function, "__func__", None) is not MarkdownIt.parse:
            return in_thread(loop, executor, function, *arguments)
        done: Future[T] = loop.create_future()
        done.set_result(function(*arguments))
        return done

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseEventLoop, "run_in_executor", run)
        yield


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
    """Draw the whole app where somebody looks.

    Without a terminal, Textual works all updates out and then drops them.
    """
    draw = Compositor.render_update

    def drop(self: Compositor, full: bool = False, *args: Any, **options: Any) -> Any:
        app = active_app.get()
        if full or not isinstance(app, WatchedApp) or not app.is_headless:
            return draw(self, full, *args, **options)
        self._dirty_regions.clear()
        return None

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Compositor, "render_update", drop)
        yield


@pytest.fixture(autouse=True, scope="session")
def styles_are_parsed_once() -> Iterator[None]:
    """Let all apps share what one has parsed, where they have the same colours."""
    parsed: dict[frozenset[tuple[str, str]], LRUCache[Any, list[RuleSet]]] = {}
    set_variables, begin = Stylesheet.set_variables, Stylesheet.__init__

    def share(self: Stylesheet, variables: dict[str, str]) -> None:
        self._parse_cache = LRUCache(64)  # it clears the one it had
        set_variables(self, variables)
        self._parse_cache = parsed.setdefault(frozenset(variables.items()), LRUCache(1024))

    def begin_sharing(self: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        begin(self)
        share(self, variables or {})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Stylesheet, "__init__", begin_sharing)
        patched.setattr(Stylesheet, "set_variables", share)
        yield


@pytest.fixture
def reflows(monkeypatch: pytest.MonkeyPatch) -> Reflows:
    """Counts layouts: a step changes pictures, and asks for none."""
    counted, lay_out = Reflows(), Screen._refresh_layout

    def count(screen: Screen[object], *arguments: Any, **options: Any) -> None:
        counted.count += 1
        lay_out(screen, *arguments, **options)

    monkeypatch.setattr(Screen, "_refresh_layout", count)
    return counted
