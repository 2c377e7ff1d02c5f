"""``tui-nn explain``: a number of a saved run as plain text, and as JSON that adds up."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import Run, run, small  # noqa: F401  # fixtures

NUMBERS = ["z1[0,3]", "dW2[3,7]", "L", "p[2,1]", "W1[241,0]", "x[1,400]", "db1[2]"]


@pytest.fixture
def net(run: Run, small: Path, tmp_path: Path) -> Path:  # noqa: F811
    path = tmp_path / "net.safetensors"
    said = run("train", "default", "--data", small, "--epochs", "1", "--save", path, "--json")
    assert said.code == 0
    return path


def explained(run: Run, *arguments: object) -> dict[str, Any]:  # noqa: F811
    said = run("explain", *arguments, "--json")
    assert said.code == 0
    return said.json


@pytest.mark.parametrize("number", NUMBERS)
def test_terms_and_rounding_add_up_to_the_number(run: Run, net: Path, number: str) -> None:  # noqa: F811
    found = explained(run, net, number)
    if found["terms"]:
        together = sum(term["value"] for term in found["terms"]) + found["rounding"]
        assert together == pytest.approx(found["value"], abs=1e-12)
    assert found["meaning"]
    assert found["formula"]


def test_every_term_is_the_product_of_its_factors(run: Run, net: Path) -> None:  # noqa: F811
    found = explained(run, net, "z1[3]", "--sample", "test:4")
    assert found["number"] == "z1[0,3]"
    weighted = [term for term in found["terms"] if len(term["factors"]) == 2]
    assert len(weighted) == 784
    for term in weighted:
        pixel, weight = term["factors"].values()
        assert term["value"] == pixel * weight
    sizes = [abs(term["value"]) for term in found["terms"]]
    assert sizes == sorted(sizes, reverse=True)


def test_depth_goes_on_with_what_it_is_made_of(run: Run, net: Path) -> None:  # noqa: F811
    found = explained(run, net, "L", "--depth", "3", "--terms", "2")
    assert len(found["made_of"]) == 2
    assert all(re.match(r"l\[\d+\]", each["number"]) for each in found["made_of"])
    assert all("made_of" not in last for each in found["made_of"] for last in each["made_of"])
    said = run("explain", net, "L", "--depth", "2", "--terms", "2").out.splitlines()
    assert said[0].startswith("L = ")
    assert said[1].startswith("  1/B·Σ l[r] = ")
    assert sum(line.startswith("  l[") for line in said) == 2
    assert any(re.search(r"^  \d+ smaller: [+−]", line) for line in said)


def test_a_number_of_the_batch_names_its_rows(run: Run, net: Path) -> None:  # noqa: F811
    said = run("explain", net, "dW2[3,7]")
    assert said.code == 0
    assert re.search(r"^  row \d+, a \d: .* × .* = [+−\d]", said.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("foo",), 1, "there is no tensor foo"),
        (("W1[9999,0]",), 1, "W1 has no such element"),
        (("dW2[3,7]", "--sample", "test:0"), 1, "∇W2[3,7] is of the batch: leave --sample out"),
        (("z1[0]", "--sample", "tset:0"), 2, "--sample: there is no tset:0; there are train:0 to"),
        (("z1[0]", "--sample", "test:99999"), 2, "--sample: there is no test:99999"),
    ],
)
def test_what_cannot_be_explained(
    run: Run,  # noqa: F811
    net: Path,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    said = run("explain", net, *arguments)
    assert (said.code, said.out) == (code, "")
    assert words in said.err.splitlines()[-1]


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:  # noqa: F811
    said = run("explain", tmp_path / "none.safetensors", "L")
    assert (said.code, said.err.count("\n")) == (1, 1)
