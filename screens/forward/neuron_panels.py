"""The selected neuron: its weights, what they see, and the terms of its sum."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import getters, on
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget

from screens.base.app import DebuggerApp
from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.forward.grid import Grid
from screens.forward.neuron import NeuronView, input_words, made_of, neuron_view
from screens.inspect.remembered import Remembered
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene
from screens.widgets.bars import Bars
from screens.widgets.cursor import Place
from screens.widgets.heatmap import Heatmap
from tui_nn.nn.explain import Term
from tui_nn.training.session.snapshot import Snapshot

_LEAST = 28  # columns of a panel, for its title


class Linked(Grid):
    """A picture of a sum's inputs, in which the mouse selects; the keys have the list of terms."""

    def __init__(self, *, id: str) -> None:
        super().__init__(show_legend=True, id=id)
        self.can_focus = False


class NeuronPanels(Horizontal):
    """One neuron, taken apart: a term of its sum marks its input in both pictures.

    Attributes:
        parts: The terms that the first bars are of.
        words: Which input is marked, with its value and its weight.
    """

    app = getters.app(DebuggerApp)

    @dataclass
    class Pointed(Message):
        """Another input is marked."""

        words: str

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.weights, self.products = Linked(id="weights"), Linked(id="products")
        self.terms = Bars(selectable=True, id="terms")
        self.parts: tuple[Term, ...] = ()
        self.words = ""
        self._places: Sequence[Place | None] = ()
        self._view = Remembered[NeuronView]()
        self._shown: tuple[Snapshot, Selection] | None = None

    @property
    def scene(self) -> Scene | None:
        """What the terms are of; another run may be there before they are drawn anew."""
        return Scene(*self._shown) if self._shown else None

    def compose(self) -> Iterable[Widget]:
        """Put the pictures beside the terms."""
        yield Panel("w", self.weights, id="weights-panel")
        yield Panel("w ⊙ x", self.products, id="products-panel")
        yield Panel("z", self.terms, Plain(id="input", classes="note"), id="terms-panel")

    def show(
        self, snapshot: Snapshot, selection: Selection, columns: int, lines: int, *, brief: bool
    ) -> None:
        """Show the selected neuron.

        Args:
            snapshot: What there is to see.
            selection: Which neuron.
            columns: Columns that a picture may take.
            lines: Lines that a picture may take.
            brief: Whether the sum has little room.
        """
        view = self._view.get(
            (brief, *made_of(snapshot, selection)),
            lambda: neuron_view(snapshot, selection, brief=brief),
        )
        self.query_one("#weights-panel", Panel).retitle(view.weights_title)
        self.query_one("#products-panel", Panel).retitle(view.products_title)
        self.query_one("#terms-panel", Panel).retitle(view.equation)
        shape = view.weights.shape[0], view.weights.shape[1]
        for picture in (self.weights, self.products):
            picture.fit(shape, columns, lines)
            self.query_one(f"#{picture.id}-panel").styles.width = max(_LEAST, picture.columns)
        self.weights.show(view.weights)
        if view.products is None:
            self.products.wait(shape)
        else:
            self.products.show(view.products)
        self.terms.show(view.bars, signed=True)
        self._places, self.parts = view.places, view.parts
        self._shown = snapshot, selection
        self._point_at(self.terms.index)

    def _point_at(self, term: int) -> None:
        """Mark where in the pictures a term comes from."""
        self._mark(self._places[term] if term < len(self._places) else None)

    def _mark(self, place: Place | None) -> None:
        """Mark an input in both pictures, and say which it is."""
        self.weights.cursor = self.products.cursor = place
        self.words = input_words(*self._shown, place) if self._shown else ""
        self.query_one("#input", Plain).show(self.words)

    @on(Bars.Selected)
    def select_term(self, message: Bars.Selected) -> None:
        """Mark the selected term's input."""
        self._point_at(message.index)
        self.post_message(self.Pointed(self.words))

    @on(Heatmap.Selected)
    def select_input(self, message: Heatmap.Selected) -> None:
        """Select the term of the input under the mouse; what is 0 has none of its own."""
        place = message.heatmap.cursor  # another neuron may be shown by now
        if place in self._places:
            self.terms.index = self._places.index(place)
        self._mark(place)
        self.post_message(self.Pointed(self.words))
