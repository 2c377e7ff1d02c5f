"""The table of mistakes in the README is the one of the program."""

from pathlib import Path

from tui_nn.mistakes.table import MISTAKES

README = Path(__file__).parents[2] / "README.md"
HEAD = "| mistake | what it is | what one sees |\n|---|---|---|\n"


def table() -> str:
    """The mistakes as rows of Markdown."""
    rows = [(f"`{each.name}`", each.title, each.words.sees) for each in MISTAKES.values()]
    return HEAD + "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows
    )


def test_the_table_is_that_of_the_program() -> None:
    assert table() in README.read_text(encoding="utf-8")
