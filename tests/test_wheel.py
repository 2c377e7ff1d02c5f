"""The wheel, installed where there is no checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.terminal.terminal import terminal

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution as a release is."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", folder, ROOT], check=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``tui-nn`` of a new environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "--quiet", wheel], check=True)
    return folder / "bin" / "tui-nn"


def run(program: Path, folder: Path, *arguments: str) -> str:
    """What the installed program prints, run from a folder that is not the checkout."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [program, *arguments], cwd=folder, env=clean, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def test_holds_what_it_should(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {
        f"tui_nn/assets/{path.relative_to(ROOT / 'assets')}"
        for path in (ROOT / "assets").rglob("*")
        if path.is_file()
    }
    assert shipped <= set(names)
    styles = {str(path.relative_to(ROOT)) for path in (ROOT / "screens").rglob("*.tcss")}
    assert styles
    assert styles <= set(names)
    assert {"tui_nn/py.typed", "screens/py.typed"} <= set(names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"tui_nn", "screens"}


def test_recipes(program: Path, tmp_path: Path) -> None:
    listed = [line.split()[0] for line in run(program, tmp_path, "recipes").splitlines()]
    assert listed == sorted(path.stem for path in (ROOT / "assets" / "recipes").glob("*.toml"))


def test_trains(program: Path, tmp_path: Path) -> None:
    said = run(program, tmp_path, "train", "default", "--epochs", "1", "--json")
    fields = json.loads(said.splitlines()[-1])
    assert (fields["dataset"], fields["epochs"]) == ("embedded", 1)
    assert fields["test_accuracy"] > 0.5


def test_opens(program: Path, tmp_path: Path) -> None:
    with terminal(program=[str(program)], folder=tmp_path) as app:
        app.wait_for("step 0 ", "paused")
        app.press("b")
        app.wait_for("step 1 ")
        app.press("q")
        assert app.wait_for_exit() == 0
        app.assert_restored()
