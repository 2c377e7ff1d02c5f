"""Screen 2: a sample goes through the network."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.events import DescendantFocus, ScreenResume
from textual.widget import Widget

from screens.base.frame import Plain
from screens.base.screen import BASE_STYLE, DebuggerScreen
from screens.forward.drawings import Drawings
from screens.forward.grid import Grid
from screens.forward.layer_panel import LayerPanel, panel_of
from screens.forward.network_panels import NetworkPanels
from screens.forward.neuron_panels import NeuronPanels
from screens.forward.plane_panels import PlanePanels
from screens.forward.progress import is_computed, keys_words, whose_words
from screens.forward.targets import (
    input_at,
    neuron_at,
    of_output,
    said_by_neuron,
    sum_of_neuron,
    weight_at,
)
from screens.forward.views import View, views
from screens.inspect.choices import opened_by
from screens.inspect.initial import has_initial_weights
from screens.inspect.parameters import Parameter, parameter_of
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Target
from screens.widgets.bars import Bars
from screens.widgets.diagram import DiagramWidget
from screens.widgets.heatmap import Heatmap
from screens.widgets.plates import Plates
from tui_nn.nn.tensor import Role
from tui_nn.training.session.snapshot import Snapshot

_WHOSE = 1  # the line that says whose numbers these are
_BESIDE_NEURON = 2  # lines over and under its pictures
_SIDE = 28  # columns of a picture where each pixel has one
_PICTURE = {False: _SIDE, True: 2 * _SIDE}  # columns of a neuron's picture, where it is wide


class ForwardScreen(DebuggerScreen):
    """One sample going through the network, from its pixels to ten probabilities.

    Each layer computes weighted sums of its inputs (z) and applies the activation (a). `n` takes
    the sample on by one operation: what is not computed yet is drawn as dots. Between two steps
    all of it is shown, with the weights as they are. The training step does the same for the
    whole batch: that is on screen 3.

    Move to a neuron with the arrow keys, to the next layer with tab: its weights are shown as a
    picture, negative in blue and positive in orange, beside each weight times its pixel, and its
    sum is written out.

    Where samples are points, v shows the plane instead: on the left what the network says at each
    place, with the training samples as marks and the boundary between its answers in white; on the
    right what each neuron computes, in the first layer with the line on which its sum is 0. Point
    at any place: enter explains the output there.
    """

    MODE: ClassVar[str] = "forward"
    CSS_PATH: ClassVar[list[str | PurePath]] = [BASE_STYLE, "forward.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view", "network/neuron", tooltip="Look at the network, or at one neuron"),
        Binding("v", "plane_view", "plane/network", tooltip="Look at the plane, or at numbers"),
        Binding("d", "diagram", "diagram",
                tooltip="Draw a small network with all its numbers, or kernels and maps; and back"),
        Binding("X", "app.open_dialog('pixels')", "other pixels", show=False,
                tooltip="Change the sample's pixels along ∂L/∂x, and see what it then says"),
    ]  # fmt: skip

    _wants_plane = True  # where samples are points

    def compose_body(self) -> Iterable[Widget]:
        """Make the network's panels, and the neuron's."""
        self._neurons: dict[int, int] = {}  # the last one selected in each layer
        self.set_class(has_initial_weights(self.app.snapshot), "-initial")
        self.set_class(self.app.snapshot.dataset.form.is_point, "-plane")
        yield Plain(id="whose")
        yield NetworkPanels(self.app.snapshot.program.network.depth, id="network")
        yield NeuronPanels(id="neuron")
        yield PlanePanels(id="planes")
        yield Drawings(id="drawn")
        yield Plain(id="hint", classes="note")

    def on_mount(self) -> None:
        """Give the arrow keys to the plane where it is seen."""
        if self._view is View.PLANE:
            self._focus_view()

    # Drawing

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Show the sample, and the neuron."""
        probe = snapshot.probe
        self._show_plane(self._wants_plane and snapshot.dataset.form.is_point)
        if probe is None:
            return
        self._draw_words(snapshot)
        if self._view is View.PLANE:
            lines = self._body_lines - self.has_class("-short")
            self._planes.show(snapshot, selection, self.live.width - 2, lines)
            return
        self._network.show(snapshot, selection, probe, self._network_lines)
        if self.query_one("#neuron").display:
            self._draw_neuron(snapshot, selection)
        if self.has_class("-diagram"):
            self.query_one(Drawings).show(snapshot)

    def _show_plane(self, is_seen: bool) -> None:
        """Show the plane or the rest; another run may have other samples."""
        if is_seen != self.has_class("-plane"):
            self.set_class(is_seen, "-plane")
            self.call_after_refresh(self._focus_view)

    def _draw_words(self, snapshot: Snapshot) -> None:
        """Say whose numbers these are, and what one may press: in a line of its own if need be."""
        width, is_short = self.live.width - 2, self.has_class("-short")
        is_plane = self._view is View.PLANE
        keys = keys_words(snapshot, has_views=is_short, is_plane=is_plane)
        whose = whose_words(snapshot, width)
        has_room = len(whose) + len(keys) + 3 <= width and not is_short
        self.query_one("#whose", Plain).show(f"{whose} · {keys}" if has_room else whose)
        self.query_one("#hint", Plain).show(keys)
        self.query_one("#whose").set_class(has_initial_weights(snapshot), "-initial")

    @property
    def _body_lines(self) -> int:
        return self.live.height - self.lines_around - _WHOSE

    @property
    def _network_lines(self) -> int:
        """How many lines the network may take: all, or what the neuron leaves."""
        if self.has_class("-short"):
            return self._body_lines - 1
        return self._body_lines - _SIDE // 2 - _BESIDE_NEURON

    @property
    def _picture_lines(self) -> int:
        """How many lines there are for a neuron's pictures: what the network leaves, or all."""
        beside = 1 if self.has_class("-short") else self._network.lines
        return self._body_lines - beside - _BESIDE_NEURON

    def _draw_neuron(self, snapshot: Snapshot, selection: Selection) -> None:
        panels = self.query_one(NeuronPanels)
        columns = _PICTURE[self.has_class("-wide") or self.has_class("-spacious")]
        brief = self.has_class("-narrow")
        panels.show(snapshot, selection, columns, self._picture_lines, brief=brief)
        self._hint(panels.words)

    def _hint(self, words: str) -> None:
        """Say which input is marked, where that has no line of its own."""
        if words and self.has_class("-neuron"):
            self.query_one("#hint", Plain).show(words)

    def action_diagram(self) -> None:
        """Draw the network, or show its layers again."""
        self.toggle_class("-diagram")
        self.refresh_bindings()
        if self.has_class("-diagram"):
            self.query_one(Drawings).show(self.app.snapshot)
            self.query_one(Drawings).take_keys()
        else:
            self._focus_view()
        self.redraw()

    # Selecting

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Select a neuron of the layer that the arrow keys now belong to."""
        widget = event.widget
        if isinstance(widget, Grid) and (panel := panel_of(widget)):
            self._select_neuron(panel.number, self._neurons.get(panel.number, 0))
        elif isinstance(widget, Bars) and widget.id == "probabilities":
            self._select_output(widget.index)

    def _select_neuron(self, layer: int, neuron: int) -> None:
        """Select a neuron, or the last one of its layer; nothing in a layer that is gone by now."""
        selection, sizes = self.app.selection, self.app.snapshot.program.network.units
        if layer >= len(sizes):
            return
        self._neurons[selection.layer] = selection.neuron
        neuron = min(neuron, sizes[layer] - 1)
        if (layer, neuron) != (selection.layer, selection.neuron):
            self.app.selection = replace(selection, layer=layer, neuron=neuron)

    def _select_output(self, index: int) -> None:
        """Select the neuron behind a probability."""
        self._select_neuron(self.app.snapshot.program.network.depth, index)

    def on_screen_resume(self, event: ScreenResume) -> None:  # noqa: ARG002 - DebuggerScreen's
        """Give the arrow keys to the selected neuron, which another screen may have changed."""
        widget = self.focused
        panel = panel_of(widget) if isinstance(widget, Grid) else None
        if panel is not None and panel.number != self.app.selection.layer:
            self._focus_neuron()

    def _focus_neuron(self) -> None:
        """Give the arrow keys to the layer of the selected neuron."""
        for panel in self.query(LayerPanel):
            if panel.number == self.app.selection.layer:
                self._neurons[panel.number] = self.app.selection.neuron
                panel.z.focus()

    @on(Bars.Selected, "#probabilities")
    def select_probability(self, message: Bars.Selected) -> None:
        """Select the neuron behind it."""
        self._select_output(message.index)

    @on(Heatmap.Selected, "LayerPanel Heatmap")
    def select_neuron(self, message: Heatmap.Selected) -> None:
        """Select the neuron under the cursor."""
        panel, depth = panel_of(message.heatmap), self.app.snapshot.program.network.depth
        if panel is not None and panel.number <= depth:  # another network may be there by now
            place, says = (message.row, message.column), message.heatmap is panel.a
            neuron = neuron_at(self.scene, panel.number, place, says=says)
            self._neurons[panel.number] = neuron
            self._select_neuron(panel.number, neuron)
            panel.z.focus()

    @on(NetworkPanels.LayersMade)
    def fill_layers(self, message: NetworkPanels.LayersMade) -> None:
        """Fill the panels of another network, and give the arrow keys back to them."""
        self.redraw()
        if message.had_focus or self.focused is None:
            self._focus_view()

    @on(PlanePanels.Moved)
    def look_at_point(self) -> None:
        """Look at another point of the plane."""
        self.refresh_bindings()
        self.redraw()

    @on(PlanePanels.NeuronSelected)
    def select_plane(self, message: PlanePanels.NeuronSelected) -> None:
        """Select the neuron whose picture of the plane is under the cursor."""
        self._select_neuron(message.layer, message.neuron)

    @on(NeuronPanels.Pointed)
    def point_at_input(self, message: NeuronPanels.Pointed) -> None:
        """Say which input is marked."""
        self._hint(message.words)

    # What is selected

    def target_in(self, widget: Widget | None) -> Target | None:
        """Return the selected neuron's sum or activation, a probability, a weight or an input.

        None of what is not computed yet, which nobody sees. In the plane, the output or the
        activation at the point looked at.
        """
        if isinstance(widget, DiagramWidget | Plates):
            return self.query_one(Drawings).target
        if self._view is View.PLANE:
            return self._planes.target_in(widget)
        found = self._in_widget(widget) if self.app.snapshot.probe is not None else None
        if found is None or found.read:
            return found
        snapshot = self.app.snapshot
        return found if is_computed(snapshot, self.scene.tensor(found)) else None

    def _in_widget(self, widget: Widget | None) -> Target | None:
        scene = super().scene
        neuron_sum = sum_of_neuron(scene)
        if isinstance(widget, Heatmap):
            return self._in_picture(widget) or neuron_sum
        if isinstance(widget, Bars) and widget.id == "probabilities":
            return of_output(scene, widget.index)
        parts = self.query_one(NeuronPanels).parts
        if isinstance(widget, Bars) and widget.index < len(parts):
            return opened_by(scene, neuron_sum, parts[widget.index])
        return neuron_sum

    def _in_picture(self, widget: Heatmap) -> Target | None:
        """Return the number under a picture's cursor."""
        scene = super().scene
        if (panel := panel_of(widget)) is not None:
            is_selected = panel.number == scene.selection.layer and widget is panel.a
            return said_by_neuron(scene) if is_selected else None
        found = weight_at if widget.id == "weights" else input_at
        return found(scene, widget.cursor)

    def selected_parameter(self) -> Parameter:
        """Return the selected neuron's weight under the selected term, or its bias."""
        layer, neuron = self.selected_neuron()
        weights = self.query_one("#weights", Heatmap)
        seen = self.query_one("#neuron").display
        weight = parameter_of(self.scene, self._in_picture(weights)) if seen else None
        bias = self.app.snapshot.program.find_one(Role.BIAS, layer)
        return weight or Parameter(bias.name, (neuron,))

    def selected_neuron(self) -> tuple[int, int]:
        """Return the selected neuron."""
        return self.app.selection.layer, self.app.selection.neuron

    @property
    def scene(self) -> Scene:
        """What numbers are explained from: in the plane, with the point looked at."""
        return self._planes.scene(super().scene) if self._view is View.PLANE else super().scene

    # One view at a time

    @property
    def _network(self) -> NetworkPanels:
        return self.query_one(NetworkPanels)

    @property
    def _planes(self) -> PlanePanels:
        return self.query_one(PlanePanels)

    @property
    def _view(self) -> View:
        """What is seen, or all of it where there is room."""
        is_point, is_drawn = self.app.snapshot.dataset.form.is_point, self.has_class("-diagram")
        if self.has_class("-plane") and is_point and not is_drawn:
            return View.PLANE
        return (
            View.NEURON if self.has_class("-short") and self.has_class("-neuron") else View.NETWORK
        )

    @property
    def _views(self) -> tuple[View, ...]:
        is_point = self.app.snapshot.dataset.form.is_point
        return views(is_point=is_point, is_short=self.has_class("-short"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer another view where there is no room for all of them."""
        is_point, is_drawn = self.app.snapshot.dataset.form.is_point, self.has_class("-diagram")
        if action == "plane_view":
            return is_point and not is_drawn
        return action != "view" or (self.has_class("-short") and not is_point and not is_drawn)

    def on_resize(self) -> None:
        """Keep what has the focus in sight."""
        terms = self.query_one("#terms")
        if self.focused is terms:
            self.add_class("-neuron")
        elif self.focused is not None:
            self.remove_class("-neuron")
        self.refresh_bindings()

    def action_view(self) -> None:
        """Look at something else where there is no room for all of it."""
        order = self._views
        view = order[(order.index(self._view) + 1) % len(order)]
        self._wants_plane = view is View.PLANE
        self.set_class(view is View.PLANE, "-plane")
        self.set_class(view is View.NEURON, "-neuron")
        self._focus_view()
        self.redraw()

    def _focus_view(self) -> None:
        """Give the arrow keys to what is seen, unless somebody reads the page of a lesson."""
        if self.is_page_focused:
            return
        if self._view is View.PLANE:
            self.set_focus(self.query_one("#decision"))
        elif self._view is View.NEURON:
            self.set_focus(self.query_one("#terms"))
        else:
            self._focus_neuron()

    def action_plane_view(self) -> None:
        """Look at the plane, or at numbers."""
        self.action_view()
