"""``tui-nn report``: one page that needs nothing beside it, the same each time, for every run."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.test_cli import Run, run, small  # noqa: F401  # fixtures
from tui_nn.assets import asset

TRAINED = asset("trained", "trained.safetensors")
VOID = {"meta", "img", "br", "link"}


class Page(HTMLParser):
    """Reads a page; tags that are not closed in order are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.sources: list[str] = []
        self.alts: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.sources += [value or "" for key, value in attrs if key in ("src", "href")]
        if tag == "img":
            self.alts.append(given["alt"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_page_of_a_trained_network(run: Run, tmp_path: Path) -> None:  # noqa: F811
    out = tmp_path / "report.html"
    assert run("report", TRAINED, "--out", out).code == 0
    text = out.read_text(encoding="utf-8")
    page = Page(text)
    words = " ".join(page.words)
    assert "test: 97.2 % right, 1,944 of 2,000" in words
    for heading in ("Curves", "What it is right about", "Mistakes", "Health", "Recipe"):
        assert heading in words
    assert len(page.alts) == 24
    assert all(re.fullmatch(r"\d→\d \d+\.\d%", alt) for alt in page.alts)
    assert all(source.startswith("data:") for source in page.sources), "nothing is fetched"
    assert text.count("<svg") == 2
    again = tmp_path / "again.html"
    assert run("report", TRAINED, "--out", again).code == 0
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize("recipe", ["mazur", "xor", "digits8", "blobs"])
def test_every_kind_of_run(run: Run, tmp_path: Path, recipe: str) -> None:  # noqa: F811
    net, out = tmp_path / "net.safetensors", tmp_path / "report.html"
    said = run("train", recipe, "--epochs", "1", "--save", net, "--json")
    assert said.code == 0
    assert run("report", net, "--out", out).code == 0
    words = " ".join(Page(out.read_text(encoding="utf-8")).words)
    assert ("Confusion matrix" in words) == (recipe != "mazur")
    assert run("report", net, "--out", tmp_path / "report.md").code == 0
    assert (tmp_path / "report.md").read_text(encoding="utf-8").startswith("# ")


def test_a_mistake_and_markup_in_a_title(run: Run, small: Path, tmp_path: Path) -> None:  # noqa: F811
    recipe, net = tmp_path / "odd.toml", tmp_path / "net.safetensors"
    recipe.write_text(
        'title = "<b>bold</b> & more"\n[network]\nlayers = [784, 4, 10]\n'
        '[training]\nepochs = 1\nmistake = "uphill"\n'
    )
    assert run("train", recipe, "--data", small, "--save", net, "--json").code == 0
    out = tmp_path / "report.html"
    assert run("report", net, "--out", out).code == 0
    page = Page(out.read_text(encoding="utf-8"))
    assert "<b>bold</b> & more" in "".join(page.words)
    assert "uphill" in page.words


def test_another_kind_of_file_is_refused(run: Run, tmp_path: Path) -> None:  # noqa: F811
    said = run("report", TRAINED, "--out", tmp_path / "report.pdf")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "ends in .html or .md" in said.err
