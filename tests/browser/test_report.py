"""A report in a real browser."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.chromium import find_browser
from tests.test_cli import Run, run  # noqa: F401  # a fixture
from tui_nn.assets import asset

TRAINED = asset("trained", "trained.safetensors")


@pytest.mark.skipif(find_browser() is None, reason="needs a browser: chromium-headless-shell")
def test_a_browser_shows_it(run: Run, tmp_path: Path) -> None:  # noqa: F811
    out = tmp_path / "report.html"
    assert run("report", TRAINED, "--out", out).code == 0
    browser = str(find_browser())
    picture = tmp_path / "report.png"
    subprocess.run(
        [browser, "--no-sandbox", "--headless", f"--screenshot={picture}", f"file://{out}"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with Image.open(picture) as shown:
        colours = shown.convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 20
