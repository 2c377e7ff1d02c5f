"""Between Textual and the terminal: its colours and glyphs, and only what changed is sent.

`app.py` draws an app as its look says: themes, colour modes, plain ASCII (`themes.py`,
`filters.py`).

Textual sends the whole of every line that a widget repaints, and asks every widget under a dirty
region for all of its lines. This package puts two things in its place: a compositor that works out
who is seen where (`seen.py`), and a shadow of what the terminal shows (`shadow.py`), so that only
cells that differ from it travel (`encoder.py`). `diffing.py` puts
both into an app. `background.py` has the terminal say whether it is dark or light.

It reaches into Textual's private parts, all of which are listed in `support.py`, and steps aside
where they are not as they were. The environment variable ``TUI_NN_TERMINAL`` says which parts are
on: ``plain`` is none, and any of ``cells``, ``seen``, ``gc`` and ``theme``, with commas between,
only those.
"""
