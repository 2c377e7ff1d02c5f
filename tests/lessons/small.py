"""A lesson of one page, written to a folder, with changes."""

from __future__ import annotations

from pathlib import Path

SMALL = """---
number: 1
title: Small
minutes: 5
reference: ours
recipe: mazur
screen: backprop
---

# First

Some text.

```question
Will W1[0,0] rise or fall?
- rises: it rises
- falls: it falls
answer: change W1[0,0]
reveal: batch; explain W1[0,0]
why: Its derivative is {dW1[0,0]}.
```

```task
Step to ∇W2.
when: written dW2
hint: Press n.
solution: step_to dW2
```
"""


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the lesson to ``small.md`` of a folder, with some of its words replaced by others."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "small.md"
    path.write_text(text, encoding="utf-8")
    return path
