"""The decision picture, and beside it what every neuron computes over the plane."""

from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget

from screens.base.app import DebuggerApp
from screens.base.frame import Plain
from screens.base.panel import Panel
from screens.forward.model import caption
from screens.forward.planes import (
    MOST_NEURONS,
    answer_forms,
    decision,
    decision_legend,
    decision_title,
    layer_planes,
    neuron_title,
    shown_layers,
)
from screens.forward.progress import fitting
from screens.forward.sizes import decision_lines
from screens.inspect.plane import frame_of, marks_of, point_words, with_chosen
from screens.inspect.remembered import Remembered
from screens.inspect.selection import Selection
from screens.inspect.subject import Scene, Source, Target
from screens.shapes.plane import (
    POINTER,
    Field,
    Frame,
    Place,
    PlaneGroup,
    PlanePicture,
    Point,
)
from screens.widgets.plane import BESIDE, GUTTER, Plane
from screens.widgets.plane_grid import PlaneGrid, lines_that_fit
from tui_nn.training.analysis.plane import parameters, probe_at
from tui_nn.training.session.snapshot import Probe, Snapshot

_WORDS = 2  # lines of the decision's panel over and under the picture
_TITLE = 1  # line over the neurons


class PlanePanels(Horizontal):
    """The decision picture with the neurons' pictures; one point is looked at in all of them.

    That is the selected sample, until the arrow keys point at another place.

    Attributes:
        point: The place that is looked at; None for the selected sample.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "return", "to the sample", tooltip="Look at the selected sample again"),
    ]

    app = getters.app(DebuggerApp)

    class Moved(Message):
        """Another point is looked at."""

    class NeuronSelected(Message):
        """A neuron was selected by key or mouse."""

        def __init__(self, layer: int, neuron: int) -> None:
            self.layer, self.neuron = layer, neuron
            super().__init__()

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.point: Point | None = None
        self._sample: tuple[object, ...] = (None,)  # the one from which the point was moved
        self._probed = Remembered[Probe]()
        self._decision, self._neurons = Remembered[Field](), Remembered[list[PlaneGroup]]()
        self._marks = Remembered[NDArray[np.int8]]()
        self._layers: list[int] = []

    def compose(self) -> Iterable[Widget]:
        """Put the neurons beside the decision."""
        words = Plain(id="point", classes="note")
        yield Panel("p over the plane", Plane(id="decision"), words, id="decision-panel")
        yield Panel("what each neuron computes", PlaneGrid(id="neurons"), id="neurons-panel")

    # Drawing

    def show(self, snapshot: Snapshot, selection: Selection, width: int, height: int) -> None:
        """Show what the network computes.

        Args:
            snapshot: With which parameters.
            selection: Which sample and neuron.
            width: Columns that there are.
            height: Lines that there are.
        """
        sample = snapshot.dataset, selection.split, selection.sample
        if sample != self._sample:
            self._sample, self.point = sample, None
        probe = self.probe(snapshot)
        if probe is None:
            return
        lines = decision_lines(width, height - _WORDS - BESIDE)
        self._show_decision(snapshot, selection, probe, (lines, 2 * lines))
        panel = 2 * lines + GUTTER + 1
        self.query_one("#decision-panel").styles.width = panel
        self._show_neurons(snapshot, selection, probe, width - panel - 1, height - _TITLE)

    def probe(self, snapshot: Snapshot) -> Probe | None:
        """Return the point looked at, taken through the network."""
        point = self.point
        if point is None or self._sample[0] is not snapshot.dataset:
            return snapshot.probe
        made_of = [point, *parameters(snapshot).values()]
        return self._probed.get(made_of, lambda: probe_at(snapshot, point))

    def _show_decision(
        self, snapshot: Snapshot, selection: Selection, probe: Probe, shape: Place
    ) -> None:
        task, frame, output = (
            snapshot.recipe.task,
            frame_of(snapshot.dataset),
            self._output(selection),
        )
        rows, columns = self._grid(shape)
        field = self._decision.get(
            [snapshot.program, frame, rows, columns, output, *parameters(snapshot).values()],
            lambda: decision(snapshot, frame, rows, columns, output),
        )
        plane = self.query_one("#decision", Plane)
        legend = decision_legend(task, output, field.scale)
        marks = self._marked(snapshot, selection, frame, shape)
        plane.styles.height = shape[0] + BESIDE
        plane.show(PlanePicture(frame, marks, legend, field))
        plane.cursor = frame.place(self.point or _point(probe), *shape)
        self.query_one("#decision-panel", Panel).retitle(decision_title(task, output))
        whose = caption(selection, probe) if self.point is None else point_words(self.point)
        forms = answer_forms(snapshot, probe, whose)
        self.query_one("#point", Plain).show(fitting(forms, shape[1] + GUTTER))

    def _marked(
        self, snapshot: Snapshot, selection: Selection, frame: Frame, shape: Place
    ) -> NDArray[np.int8]:
        """Return the marks of the training samples, the selected sample, and the place."""
        dataset = snapshot.dataset
        marks = self._marks.get([dataset, shape], lambda: marks_of(dataset["train"], frame, shape))
        return self._pointed(with_chosen(marks, dataset, selection), frame)

    def _pointed(self, marks: NDArray[np.int8], frame: Frame) -> NDArray[np.int8]:
        """Return marks with the place looked at among them, where that is not the sample."""
        place = self.point and frame.place(self.point, *marks.shape)
        if place is None:
            return marks
        marked = marks.copy()
        marked[place] = POINTER
        return marked

    def _show_neurons(
        self, snapshot: Snapshot, selection: Selection, probe: Probe, width: int, height: int
    ) -> None:
        program, frame = snapshot.program, frame_of(snapshot.dataset)
        self._layers = shown_layers(program)
        counts = [min(program.network.units[layer], MOST_NEURONS) for layer in self._layers]
        lines = lines_that_fit(counts, width - 1, height)
        shape = lines, 2 * lines
        rows, columns = self._grid(shape)
        groups = self._neurons.get(
            [program, frame, rows, columns, probe, *parameters(snapshot).values()],
            lambda: layer_planes(snapshot, frame, rows, columns, probe),
        )
        marks = with_chosen(np.zeros(shape, np.int8), snapshot.dataset, selection)
        selected = selection.layer - self._layers[0], selection.neuron
        title = fitting(neuron_title(snapshot, selection), width)
        self.query_one("#neurons-panel", Panel).retitle(title)
        self.query_one(PlaneGrid).show(groups, self._pointed(marks, frame), selected)

    def _grid(self, shape: Place) -> Place:
        """Return rows and columns of values in lines and columns of cells."""
        lines, columns = shape
        return lines * (1 + self.app.look.has_blocks), columns

    def _output(self, selection: Selection) -> int:
        """Return the output that is looked at, where they are numbers."""
        network = self.app.snapshot.program.network
        return selection.neuron if selection.layer == network.depth else 0

    # What is selected

    def scene(self, scene: Scene) -> Scene:
        """Return the scene with the point looked at as what is taken through the network."""
        if self.point is None:
            return scene
        return Scene(scene.snapshot.with_probe(self.probe(scene.snapshot)), scene.selection)

    def target_in(self, widget: Widget | None) -> Target | None:
        """Return the output at the point looked at, or the selected neuron's activation there."""
        snapshot, selection = self.app.snapshot, self.app.selection
        probe, program = self.probe(snapshot), snapshot.program.inference
        if probe is None:
            return None
        if isinstance(widget, PlaneGrid):
            says = program.says_of(selection.layer)
            return Target(Source.PROBE, says.name, (0, selection.neuron))
        task = snapshot.recipe.task
        output = self._output(selection) if task.is_numeric else probe.said
        return Target(Source.PROBE, program.output.name, (0, 0 if task.is_binary else output))

    @on(Plane.Selected)
    def look_at(self, message: Plane.Selected) -> None:
        """Look at another point, unless other samples have replaced the plane."""
        if not self.app.snapshot.dataset.form.is_point:
            return
        frame, plane = frame_of(self.app.snapshot.dataset), message.plane
        self.point = frame.point(message.place, *plane.extent)
        self.post_message(self.Moved())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the way back where there is one."""
        return action != "return" or self.point is not None

    def action_return(self) -> None:
        """Look at the selected sample again."""
        self.point = None
        self.post_message(self.Moved())

    @on(PlaneGrid.Selected)
    def select_neuron(self, message: PlaneGrid.Selected) -> None:
        """Select a neuron, unless another network has replaced its layer."""
        if message.group < len(self._layers):
            self.post_message(self.NeuronSelected(self._layers[message.group], message.number))


def _point(probe: Probe) -> Point:
    return float(probe.image[0]), float(probe.image[1])
