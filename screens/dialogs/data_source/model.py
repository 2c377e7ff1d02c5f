"""What the dialog of data says of each source."""

from tui_nn.data.own import OWN
from tui_nn.data.sources import SourceInfo


def source_line(source: SourceInfo) -> str:
    """Return a source's name, what it shows, and whether it is here."""
    return f"{source.name:14} {source.title:43.43} {'here' if source.here else 'not here'}"


def whereabouts(source: SourceInfo) -> str:
    """Return where a source is, or how to get it."""
    if source.here:
        return f"here: {source.place}"
    if source.name == OWN:
        return "No digits of your own are kept yet: 6 draws one, d there keeps it."
    return f"{source.name} is not here. To fetch it, in a shell: {source.how}"
