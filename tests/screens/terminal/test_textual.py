"""What is relied on of Textual's private parts is as it was."""

import pytest
import textual

from screens.base.terminal import support
from screens.base.terminal.support import Switches, unexpected


def test_the_version_of_textual_is_the_one_this_was_read_against() -> None:
    assert textual.__version__ == support.TEXTUAL_VERSION, (
        f"Textual is {textual.__version__}. screens/base/terminal overrides private parts of it, "
        f"read in {support.TEXTUAL_VERSION}: compare App._display, App._register, App._on_resize, "
        "_compositor.py and Strip.render with that version, run these tests, and then change "
        "TEXTUAL_VERSION in support.py. Until then TUI_NN_TERMINAL=plain is the safe way."
    )


def test_what_is_overridden_or_called_has_the_parameters_it_had() -> None:
    assert unexpected() == []


def test_everything_is_on_unless_one_says_otherwise() -> None:
    assert Switches.detect({}) == Switches(cells=True, seen=True, gc=True, theme=True)
    assert Switches.detect({"TUI_NN_TERMINAL": "plain"}) == Switches(False, False, False, False)
    assert Switches.detect({"TUI_NN_TERMINAL": "cells, gc"}) == Switches(True, False, True, False)


def test_another_textual_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "RELIED_ON", {support.App._display: ("self", "renderable")})
    assert unexpected() == ["App._display takes self, screen, renderable"]
    assert Switches.detect({}) == Switches(cells=False, seen=False, gc=True, theme=False)
