"""A stylesheet that parses each of its sources once."""

from textual.css.stylesheet import Stylesheet

SOURCES = 1024  # more than there are widgets and screens


class ParsedOnce(Stylesheet):
    """Keeps what it has parsed for as long as the colours stay.

    Textual parses everything again for each screen that brings rules of its own: five times until
    the first one is seen.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache.maxsize = SOURCES

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the colours."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse what is new; if there is a mistake in it, the rules are as they were."""
        self.parse()
