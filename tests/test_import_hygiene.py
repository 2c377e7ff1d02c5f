"""The layering, as Python sees it: what importing a part of the program brings in."""

import subprocess
import sys

IMPORT_ALL = """
import importlib, pkgutil, sys, tui_nn
for module in pkgutil.walk_packages(tui_nn.__path__, "tui_nn."):
    importlib.import_module(module.name)
"""
PRINT_PACKAGES = "print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def imported(code: str) -> set[str]:
    """The packages that a fresh interpreter has after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{PRINT_PACKAGES}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_machine_knows_no_terminal() -> None:
    packages = imported(IMPORT_ALL)
    assert {"numpy", "click", "tui_nn"} <= packages
    assert not packages & {"textual", "rich", "screens", "plotext"}


def test_the_command_line_is_there_before_numpy() -> None:
    packages = imported("import tui_nn.cli")
    assert "click" in packages
    heavy = {"numpy", "msgspec", "safetensors", "threadpoolctl", "pooch", "requests", "tqdm"}
    assert not packages & {*heavy, "textual", "screens"}


def test_help_needs_no_numpy() -> None:
    packages = imported("from tui_nn.cli import main\nmain(['train', '--help'])")
    assert "numpy" not in packages


def test_nobody_imports_torchvision() -> None:
    assert not imported(f"{IMPORT_ALL}\nimport screens") & {"torch", "torchvision"}


def test_options_cost_nothing() -> None:
    assert not imported("import tui_nn.options") & {"numpy", "click"}
