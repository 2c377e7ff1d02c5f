"""The benchmark's table finds its place in the README."""

from pathlib import Path

import pytest

from tests.benchmarks.frameworks.contest import Row
from tests.benchmarks.frameworks.readme import BEGIN, END, README, write
from tests.benchmarks.frameworks.table import Result

SGD, ADAM = (Row((784, 128, 10), 64, optimizer) for optimizer in ("sgd", "adam"))
RESULTS = [
    Result(SGD, "tui-nn", 1, 2000.4),
    Result(SGD, "PyTorch", 1, 1000.0, ratio=2.0),
    Result(ADAM, "tui-nn", 1, 1500.0),
    Result(ADAM, "PyTorch", 1, 1000.0, ratio=1.5),
    Result(ADAM, "PyTorch fused", 2, 500.0, ratio=3.0),
]


def test_the_table_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n\n{BEGIN}\nstale\n{END}\n\nbehind\n", encoding="utf-8")
    for _ in range(2):
        write(RESULTS, ["digits", "NumPy"], readme)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n\n")
    assert text.endswith("\n\nbehind\n")
    assert "stale" not in text
    assert "digits; NumPy." in text
    assert "| 784-128-10, 64 | SGD | 2,000 | 1,000 | – | **2.00** | – |" in text
    assert "| 784-128-10, 64 | Adam | 1,500 | 1,000 | 500 | 1.50 (of 2.2) | **3.00** |" in text


def test_the_readme_has_a_place_for_it(tmp_path: Path) -> None:
    assert README.read_text(encoding="utf-8").count(BEGIN) == 1
    nowhere = tmp_path / "README.md"
    nowhere.write_text("nothing", encoding="utf-8")
    with pytest.raises(AssertionError):
        write(RESULTS, [], nowhere)
