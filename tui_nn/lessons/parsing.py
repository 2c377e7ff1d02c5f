"""Reads a lesson: front matter, then pages of Markdown, each from one heading to the next.

Between ``---`` and ``---`` stand ``number``, ``title``, ``minutes`` and ``reference``, and settings
for all pages. A page begins with ``# Its title``. In it, a fence named ``set``, ``task`` or
``question`` is not text: its lines ``key: value`` say how the app is set up, what is to be done and
what is to be predicted; lines before the first key are the words of the task or question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tui_nn.errors import TuiNNError
from tui_nn.lessons.actions import ACTIONS
from tui_nn.lessons.answers.right import ANSWERS
from tui_nn.lessons.conditions.holding import CONDITIONS
from tui_nn.lessons.lesson import QUESTION, TASK, Call, Choice, Lesson, Page, Question, Task
from tui_nn.lessons.setup import Setup, read_settings
from tui_nn.lessons.tables import arguments_of

_ABOUT = ("number", "title", "minutes", "reference")
_TASK_KEYS = ("when", "hint", "solution")
_QUESTION_KEYS = ("answer", "reveal", "why", "wrong")
_KEY = re.compile(r"([a-z_\d.]+)(?: (\S+))?:\s*(.*)")
_CHOICE = re.compile(r"- (\S+): (.+)")
_TABLES: dict[str, Mapping[str, Callable[..., object]]] = {
    "condition": CONDITIONS,
    "answer": ANSWERS,
    "action": ACTIONS,
}


class _Line(NamedTuple):
    number: int
    text: str


class _Entry(NamedTuple):
    """A line ``key: value``, with those that go on with it; or ``wrong KEY: value``."""

    line: int
    key: str
    detail: str
    value: str


class _FaultError(Exception):
    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line


def read_lesson(path: Path) -> Lesson:
    """Return the lesson in a file.

    Raises:
        TuiNNError: It cannot be read, or is not written as lessons are; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TuiNNError(f"{path}: cannot be read: {error}") from None
    try:
        return _lesson(path, [_Line(*each) for each in enumerate(text.splitlines(), 1)])
    except _FaultError as fault:
        raise TuiNNError(f"{path}:{fault.line}: {fault}") from None


def _lesson(path: Path, lines: Sequence[_Line]) -> Lesson:
    rules = [line.number for line in lines if line.text.rstrip() == "---"][:2]
    if len(rules) != 2 or rules[0] != 1:
        raise _FaultError(1, "a lesson begins with its front matter, between --- and ---")
    about, common = _front_matter(lines[1 : rules[1] - 1])
    pages = tuple(_page(part, common) for part in _parts(lines[rules[1] :]))
    if not pages:
        raise _FaultError(len(lines), "there is no page: each begins with `# Its title`")
    return Lesson(
        path=path,
        number=_whole_number(about["number"]),
        title=about["title"].value,
        minutes=_whole_number(about["minutes"]),
        reference=about["reference"].value,
        pages=pages,
    )


def _front_matter(lines: Sequence[_Line]) -> tuple[dict[str, _Entry], dict[str, str]]:
    entries = {each.key: each for each in _entries(lines)}
    for key in _ABOUT:
        if key not in entries:
            raise _FaultError(1, f"the front matter has no {key}")
    common = [each for each in entries.values() if each.key not in _ABOUT]
    _setup({}, common, 1)
    return entries, {each.key: each.value for each in common}


def _parts(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Yield the lines of each page, beginning with its heading."""
    part: list[_Line] = []
    is_fenced = False
    for line in lines:
        is_fenced ^= line.text.startswith("```")
        if line.text.startswith("# ") and not is_fenced:
            if part:
                yield part
            part = [line]
        elif part:
            part.append(line)
        elif line.text.strip():
            raise _FaultError(line.number, "a page begins with `# Its title`")
    if is_fenced:
        raise _FaultError(lines[-1].number, "a fence is not closed by ```")
    if part:
        yield part


def _page(lines: Sequence[_Line], common: dict[str, str]) -> Page:
    text: list[str] = []
    fences: list[tuple[str, list[_Line]]] = []
    fence: list[_Line] | None = None
    for line in lines[1:]:
        opened = re.fullmatch(r"```(set|task|question)\s*", line.text)
        if opened and fence is None:
            fence = []
            fences.append((opened[1], fence))
        elif fence is not None and line.text.startswith("```"):
            fence = None
        elif fence is not None:
            fence.append(line)
        else:
            text.append(line.text)
    first = lines[0]
    settings = [each for kind, inside in fences if kind == "set" for each in _settings(inside)]
    return Page(
        title=first.text.removeprefix("# ").strip(),
        text="\n".join(text).strip(),
        setup=_setup(common, settings, first.number),
        tasks=tuple(_task(inside) for kind, inside in fences if kind == TASK),
        questions=tuple(_question(inside) for kind, inside in fences if kind == QUESTION),
        line=first.number,
    )


def _settings(lines: Sequence[_Line]) -> list[_Entry]:
    return list(_entries(lines))


def _setup(common: dict[str, str], entries: Sequence[_Entry], line: int) -> Setup:
    try:
        written = dict(common)
        for each in entries:
            line = each.line
            written[each.key] = each.value
            read_settings({each.key: each.value})
        return read_settings(written)
    except TuiNNError as error:
        raise _FaultError(line, str(error)) from None


def _task(lines: Sequence[_Line]) -> Task:
    words, entries, first = _words_and_entries(lines, _TASK_KEYS)
    return Task(
        words=words,
        when=_call(_one(entries, "when", first), "condition"),
        hints=tuple(each.value for each in entries if each.key == "hint"),
        solution=_calls(_one(entries, "solution", first)),
        line=first,
    )


def _question(lines: Sequence[_Line]) -> Question:
    offered = [(line, _CHOICE.fullmatch(line.text.rstrip())) for line in lines]
    rest = [line for line, found in offered if not found]
    words, entries, first = _words_and_entries(rest, _QUESTION_KEYS)
    why_not = {each.detail: each for each in entries if each.key == "wrong"}
    choices = tuple(
        Choice(found[1], found[2], why_not.pop(found[1]).value if found[1] in why_not else "")
        for _, found in offered
        if found
    )
    if len({each.key for each in choices}) != len(choices) or len(choices) < 2:
        raise _FaultError(first, "a question has two choices `- KEY: words` or more, each its own")
    for key, entry in why_not.items():
        raise _FaultError(entry.line, f"no choice is called {key!r}")
    reveals = [each for each in entries if each.key == "reveal"]
    return Question(
        words=words,
        choices=choices,
        answer=_call(_one(entries, "answer", first), "answer"),
        reveal=tuple(call for each in reveals for call in _calls(each)),
        why=_one(entries, "why", first).value,
        line=first,
    )


def _words_and_entries(
    lines: Sequence[_Line], keys: Sequence[str]
) -> tuple[str, list[_Entry], int]:
    if not lines:
        raise _FaultError(1, "a task or a question is empty")
    start = next((n for n, line in enumerate(lines) if _key_of(line, keys)), len(lines))
    words = " ".join(line.text.strip() for line in lines[:start] if line.text.strip())
    if not words:
        raise _FaultError(
            lines[0].number, "the words of a task or a question stand before its keys"
        )
    return words, list(_entries(lines[start:], keys)), lines[0].number


def _key_of(line: _Line, keys: Sequence[str]) -> re.Match[str] | None:
    found = _KEY.fullmatch(line.text.rstrip())
    return found if found and (not keys or found[1] in keys) else None


def _entries(lines: Sequence[_Line], keys: Sequence[str] = ()) -> Iterator[_Entry]:
    """Yield what stands after keys; a line that is indented goes on with the one before.

    Args:
        lines: The lines.
        keys: Those that there are; any where none are named.
    """
    entry: _Entry | None = None
    for line in lines:
        if not line.text.strip():
            continue
        if entry and line.text.startswith(" "):
            entry = entry._replace(value=f"{entry.value} {line.text.strip()}")
            continue
        if entry:
            yield entry
        found = _key_of(line, keys)
        if not found:
            which = f", and a key one of {', '.join(keys)}" if keys else ""
            raise _FaultError(line.number, f"a line is `key: value`{which}")
        entry = _Entry(line.number, found[1], found[2] or "", found[3])
    if entry:
        yield entry


def _one(entries: Sequence[_Entry], key: str, line: int) -> _Entry:
    found = [each for each in entries if each.key == key]
    if len(found) != 1 or not found[0].value:
        raise _FaultError(line, f"there has to be one {key}")
    return found[0]


def _calls(entry: _Entry) -> tuple[Call, ...]:
    parts = [part for part in entry.value.split(";") if part.strip()]
    return tuple(_call(entry._replace(value=part), "action") for part in parts)


def _call(entry: _Entry, kind: str) -> Call:
    name, *arguments = entry.value.split()
    call = Call(name, tuple(arguments), entry.line)
    try:
        arguments_of(call, _TABLES[kind], kind)
    except TuiNNError as error:
        raise _FaultError(entry.line, str(error)) from None
    return call


def _whole_number(entry: _Entry) -> int:
    try:
        return int(entry.value)
    except ValueError:
        raise _FaultError(entry.line, f"{entry.key}: {entry.value!r} is no number") from None
