"""Which module of the program imports which, read from its source: lazy imports included."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("tui_nn", "screens")

Graph = Mapping[str, frozenset[str]]


def modules() -> dict[str, Path]:
    """Every module by its dotted name; a package by its own."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {".".join(_parts(path)): path for path in files}


def _parts(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


@cache
def trees() -> Mapping[str, ast.AST]:
    """The source of every module."""
    return {name: ast.parse(path.read_text("utf-8")) for name, path in modules().items()}


@cache
def import_graph() -> Graph:
    """What each module imports: in functions and for the type checker alone, too."""
    known = modules()
    return {name: frozenset(_imports(tree, known)) - {name} for name, tree in trees().items()}


def _imports(tree: ast.AST, known: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            if node.level or not node.module:
                raise ValueError("imports name the whole path")
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [name for name in inside if name in known]
            yield from found
            if len(found) < len(inside) and node.module in known:
                yield node.module


def cycles(graph: Graph) -> list[list[str]]:
    """Groups of modules that import one another, directly or round about (Tarjan 1972)."""
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        numbers[name] = lowest[name] = len(numbers)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in numbers:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], numbers[other])
        if lowest[name] == numbers[name]:
            place = stack.index(name)
            group = sorted(stack[place:])
            del stack[place:]
            if len(group) > 1:
                found.append(group)

    for name in graph:
        if name not in numbers:
            visit(name)
    return found
