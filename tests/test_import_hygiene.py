"""The layering, as Python sees it: what importing a part of the program brings in."""

import ast
import subprocess
import sys

from tests.import_graph import PACKAGES, cycles, import_graph, trees

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


def test_without_options_there_is_nothing_to_parse() -> None:
    assert not imported("import tui_nn.cli") & {"click", "numpy", "textual"}


def test_the_command_line_is_there_before_numpy() -> None:
    packages = imported("import tui_nn.cli.commands")
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


def test_no_modules_import_one_another() -> None:
    assert cycles(import_graph()) == []


def test_a_cycle_is_found_however_it_is_hidden() -> None:
    graph = {**import_graph()} | {"screens.shapes.look": frozenset({"screens.app"})}
    (group,) = cycles(graph)
    assert {"screens.shapes.look", "screens.app", "screens.base.app"} <= set(group)


def test_a_lazy_import_and_one_for_the_type_checker_count() -> None:
    graph = import_graph()
    assert "screens.dialogs.go_to.dialog" in graph["screens.tables"]
    assert "screens.base.dialog" in graph["screens.tables"]


def test_nothing_is_imported_by_a_string() -> None:
    for name, tree in trees().items():
        called = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute | ast.Name)
        }
        assert not called & {"import_module", "__import__"}, name


def test_the_graph_is_of_the_whole_program() -> None:
    names = set(import_graph())
    assert {
        *PACKAGES,
        "tui_nn.cli",
        "screens.forward.screen",
        "screens.dialogs.help.model",
    } <= names
