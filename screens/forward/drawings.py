"""The network drawn as a whole: a small one with its numbers, a convolutional one by its maps."""

from collections.abc import Iterable, Sequence

from textual.containers import Vertical
from textual.widget import Widget

from screens.base.drawn_network import DrawnNetwork
from screens.forward.maps import has_maps, map_views
from screens.forward.model import network_diagram
from screens.inspect.plated import plate
from screens.inspect.subject import Source, Target, target_in
from screens.inspect.tensors import TensorView
from screens.widgets.plates import Plates
from tui_nn.training.session.snapshot import Snapshot


class Drawings(Vertical):
    """One of two drawings, whichever the network is fit for."""

    DEFAULT_CSS = """
    Drawings { width: 1fr; height: 1fr; }
    Drawings #maps { display: none; }
    Drawings.-maps #maps { display: block; }
    Drawings.-maps #numbers { display: none; }
    """

    _views: Sequence[TensorView] = ()

    def compose(self) -> Iterable[Widget]:
        """Make both drawings."""
        yield DrawnNetwork(Source.PROBE, id="numbers")
        yield Plates(id="maps")

    def show(self, snapshot: Snapshot) -> None:
        """Draw the network with the selected sample's numbers."""
        are_maps = has_maps(snapshot.program)
        self.set_class(are_maps, "-maps")
        if are_maps:
            self._show_maps(map_views(snapshot))
        else:
            self.query_one(DrawnNetwork).show(*network_diagram(snapshot))

    def _show_maps(self, views: Sequence[TensorView]) -> None:
        before, self._views = self._views, views
        maps = self.query_one(Plates)
        is_same = [each.name for each in before] == [each.name for each in views]
        places = [each.place for each in maps.plates] if is_same else [None] * len(views)
        maps.show([plate(view, place=at) for view, at in zip(views, places, strict=True)])

    def take_keys(self) -> None:
        """Give the arrow keys to the drawing that is seen."""
        maps, numbers = self.query_one(Plates), self.query_one(DrawnNetwork).drawing
        (maps if self.has_class("-maps") else numbers).focus()

    @property
    def target(self) -> Target | None:
        """The selected number; of a map without a mark, the largest."""
        if not self.has_class("-maps"):
            return self.query_one(DrawnNetwork).target
        maps = self.query_one(Plates)
        if not 0 <= maps.number < len(self._views):
            return None
        view = self._views[maps.number]
        return target_in(Source.PROBE, view, maps.cursor, read=view.read)
