"""Compare: runs in a table and as curves, opening and deleting them, and sweeps."""

import threading

import numpy as np
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from screens.compare import model as views
from screens.compare.model import Choices, Order
from screens.compare.screen import CompareScreen
from screens.dialogs.new_sweep.dialog import NewSweepDialog
from screens.dialogs.new_sweep.model import read_plan
from screens.shapes.look import Look
from screens.shapes.table import Column, Contents, Row, columns_in_sight
from screens.widgets.plot import Plot
from screens.widgets.table import Table
from tests.screens.bench import PATIENCE, Person, at_the_keyboard, in_sizes
from tests.screens.stage import ASCII, play, text
from tests.training.runs import BATCHES, CLUSTERS, RECIPE, finish, recipe, session
from tui_nn.training.recipe.hyperparameters import hyperparameters_of
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.runs.run import Run, describe_snapshot, finish_run
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

MEMORY = 2**26
ENDLESS = recipe(epochs=100_000)


def stepped(steps: int, using: Recipe = RECIPE) -> Session:
    run = session(using, history_memory=MEMORY)
    for _ in range(steps):
        run.step_batch()
    return run


def run(number: int, steps: int = 2 * BATCHES, **training: object) -> Run:
    return finish_run(stepped(steps, recipe(**training)), number)


def edited_session() -> Session:
    """A session with two edits."""
    run = stepped(3)
    run.set_learning_rate(0.5)
    run.set_parameter("b1", (0,), 1.0)
    run.step_batch()
    return run


def numbers(runs: list[Run]) -> list[int]:
    return [each.number for each in runs]


# What is worked out without a terminal


class TestTable:
    def test_columns_are_what_the_runs_differ_in_and_what_they_came_to(self) -> None:
        results = ["validation", "test", "train loss", "epochs", "seconds", "state"]
        alike = [run(1), run(2)]
        assert [each.name for each in views.figures_of(alike)] == ["run", *results]
        different = [run(1), run(2, learning_rate=0.2, l2=0.1)]
        names = [each.name for each in views.figures_of(different)]
        assert names == ["run", "rate η", "l2", *results]

    def test_a_column_for_names_only_where_they_differ(self) -> None:
        named = finish_run(session(RECIPE), 2)
        other = Recipe(name="other", network=RECIPE.network, training=RECIPE.training)
        names = [each.name for each in views.figures_of([named, finish_run(session(other), 3)])]
        assert names[:2] == ["run", "name"]

    def test_no_two_columns_have_the_same_name(self) -> None:
        paths = [each.path for each in hyperparameters_of(Recipe) if each.path[-1] != "epochs"]
        names = [views._setting(path).name for path in paths]
        begun = describe_snapshot(
            edited_session().snapshot(Activity.PAUSED)
        )  # settings as they are
        names += ["name", *(each.name for each in views.figures_of([begun]))]
        assert len(set(names)) == len(names)

    def test_runs_that_were_edited_say_so(self) -> None:
        contents = views.table_of([run(2), finish_run(edited_session(), 1)], Order(), {}, 2)
        column = [each.name for each in contents.columns].index("edits")
        assert [row.cells[column] for row in contents.rows] == ["–", "2"]

    def test_a_run_that_is_gone_on_with_keeps_its_test_figure(self) -> None:
        ended = run(1, 3)
        resumed = ended.resume(session(history_memory=MEMORY))
        gone_on = describe_snapshot(resumed.snapshot(Activity.PAUSED, None, 1), ended)
        assert (gone_on.test_accuracy, gone_on.tested_at) == (ended.test_accuracy, None)
        resumed.step_batch()
        gone_on = describe_snapshot(resumed.snapshot(Activity.PAUSED, None, 1), ended)
        assert (gone_on.test_accuracy, gone_on.tested_at) == (ended.test_accuracy, 3)
        (row,) = views.table_of([gone_on], Order(), {}, 1).rows
        assert f"{ended.test_accuracy:.2%} at step 3" in row.cells
        other = describe_snapshot(resumed.snapshot(Activity.PAUSED, None, 2), ended)
        assert other.test_accuracy is None

    def test_a_rate_that_was_changed_on_the_way_says_from_what_to_what(self) -> None:
        changed = stepped(3)
        changed.set_learning_rate(0.5)
        changed.step_batch()
        contents = views.table_of([finish_run(changed, 1), run(2)], Order(), {}, 2)
        assert {row.cells[1] for row in contents.rows} == {"0.1→0.5", "0.1"}

    def test_what_is_not_there_is_a_dash(self) -> None:
        begun = describe_snapshot(stepped(2).snapshot(Activity.RUNNING))
        (row,) = views.table_of([begun], Order(), {}, 1).rows
        assert row.cells == ("1", "–", "–", "–", "0.4/2", f"{begun.seconds:.1f}", "running")
        assert row.mark == "▶"

    def test_the_current_run_is_first_and_those_without_a_figure_last(self) -> None:
        runs = [run(1, 2), run(2, learning_rate=1e-9), run(3, learning_rate=0.05), run(4, 3)]
        accuracies = [each.validation_accuracy or 0.0 for each in runs]
        assert accuracies[1] < accuracies[2]
        figures = views.figures_of(runs)
        best = Order("validation", descending=True)
        assert numbers(views.ordered(runs, figures, best, current=4)) == [4, 3, 2, 1]
        worst = Order("validation", descending=False)
        assert numbers(views.ordered(runs, figures, worst, current=4)) == [4, 2, 3, 1]

    def test_numbers_are_ordered_by_size_and_words_after_them(self) -> None:
        sizes = [16, "full", 8, 128]
        runs = [run(n, 1, batch_size=size) for n, size in enumerate(sizes, start=1)]
        found = views.ordered(runs, views.figures_of(runs), Order("batch"), current=0)
        assert numbers(found) == [3, 1, 4, 2]

    def test_ordering_by_a_column_shows_its_best_first_then_the_other_way(self) -> None:
        runs = [run(1), run(2)]
        names = [each.name for each in views.figures_of(runs)]
        first = views.next_order(Order(), names.index("validation"), runs)
        assert first == Order("validation", descending=True)
        assert views.next_order(first, names.index("validation"), runs).descending is False
        loss = views.next_order(first, names.index("train loss"), runs)
        assert loss == Order("train loss", descending=False)

    def test_an_order_by_a_column_that_has_gone_is_by_number(self) -> None:
        runs = [run(2), run(1)]
        contents = views.table_of(runs, Order("l2"), {}, 0)
        assert [row.key for row in contents.rows] == [1, 2]
        assert contents.ordered_by == 0


class TestTones:
    def test_the_selected_run_has_the_solid_line_and_the_others_keep_their_tones(self) -> None:
        runs = [run(number, 1) for number in (1, 2, 3)]
        assert views.tones_of(runs, (), current=3, selected=2) == {1: 1, 2: 0, 3: 3}
        assert views.tones_of(runs, (), current=3, selected=1) == {1: 0, 2: 2, 3: 3}

    def test_beyond_seven_the_oldest_are_faint_but_never_the_current_one(self) -> None:
        runs = [run(number, 1) for number in range(1, 11)]
        tones = views.tones_of(runs, (), current=1, selected=10)
        assert [number for number, tone in tones.items() if tone is None] == [2, 3, 4]
        assert tones[10] == 0
        given = [tone for tone in tones.values() if tone is not None]
        assert len(given) == len(set(given)) == 7
        assert views.tones_of(runs, (), current=1, selected=3)[3] == 0

    def test_runs_that_are_off_or_have_no_step_have_no_curve(self) -> None:
        runs = [
            run(1, 1),
            run(2, 1),
            describe_snapshot(session().snapshot(Activity.PAUSED, None, 3)),
        ]
        assert views.tones_of(runs, {2}, current=3, selected=2) == {1: 1}


class TestCurves:
    def test_the_selected_run_is_on_top_and_marked(self) -> None:
        runs = [run(1), run(2), run(3)]
        tones = views.tones_of(runs, (), current=1, selected=2)
        curves = views.curves_of(runs, tones, 2, Choices(), 60)
        assert [each.name for each in curves.series] == ["▸2", "1", "3"]
        assert curves.series[0].tone == 0

    def test_faint_ones_have_no_tone(self) -> None:
        runs = [run(number, 2) for number in range(1, 10)]
        tones = views.tones_of(runs, (), current=9, selected=9)
        curves = views.curves_of(runs, tones, 9, Choices(), 60)
        faint = [each.name for each in curves.series if each.faint]
        assert faint == ["1", "2"]

    @pytest.mark.parametrize(("measure", "scale"), [("loss", 1), ("accuracy", 100)])
    def test_validation_stands_at_the_ends_of_epochs(
        self, measure: views.Measure, scale: float
    ) -> None:
        one = run(1)
        choices = Choices(measure, "validation", "epoch")
        (series,) = views.curves_of([one], {1: 0}, 1, choices, 60).series
        assert series.x.tolist() == [1, 2]
        found = [scale * getattr(each, f"validation_{measure}") for each in one.epochs]
        assert series.y.tolist() == found

    def test_training_is_the_mean_of_the_last_steps(self) -> None:
        one = run(1)
        (series,) = views.curves_of([one], {1: 0}, 1, Choices(), 60).series
        assert series.x.tolist() == list(range(1, 2 * BATCHES + 1))
        assert series.y[0] == one.curves.loss[0]
        assert series.y[2] == pytest.approx(one.curves.loss[:3].mean())
        accuracy = views.curves_of([one], {1: 0}, 1, Choices("accuracy"), 60).series[0]
        assert accuracy.y[0] == 100 * one.curves.accuracy[0]

    def test_many_epochs_are_thinned_and_the_last_one_stays(self) -> None:
        long = run(1, 99 * BATCHES, epochs=99)
        choices = Choices("loss", "validation", "epoch")
        (series,) = views.curves_of([long], {1: 0}, 1, choices, 40).series
        assert len(series.x) == 33
        assert series.x[-1] == 99
        assert series.y[-1] == long.epochs[-1].validation_loss

    def test_where_there_is_nothing_it_says_when_there_will_be(self) -> None:
        begun = run(1, 2)
        curves = views.curves_of([begun], {1: 0}, 1, Choices(split="validation"), 60)
        assert curves.is_empty
        assert "end of an epoch" in curves.empty

    def test_steps_have_their_place_on_every_axis(self) -> None:
        one = run(1, BATCHES + 2)
        steps = np.array([0.0, 2.5, BATCHES, BATCHES + 2])
        assert views.progress_along(one, steps, "step") is steps
        assert views.progress_along(one, steps, "epoch") == pytest.approx([0, 0.5, 1, 1.4])
        seconds = views.progress_along(one, steps, "seconds")
        first = one.epochs[0].seconds
        assert seconds == pytest.approx([0, first / 2, first, one.seconds])

    def test_only_a_loss_has_a_log_axis(self) -> None:
        assert views.curves_of([run(1)], {1: 0}, 1, Choices("loss", log=True), 60).log_y
        assert not views.curves_of([run(1)], {1: 0}, 1, Choices("accuracy", log=True), 60).log_y


class TestPlan:
    def test_it_says_what_would_be_trained(self) -> None:
        found = read_plan(RECIPE, ["learning_rate=0.1,0.2", "", "seed=1,2"], "", "3")
        assert len(found.recipes) == 4
        assert found.says == "4 runs, 3 epochs each · learning_rate 0.1 0.2 · seed 1 2"
        assert {each.training.epochs for each in found.recipes} == {3}

    def test_long_lists_are_cut(self) -> None:
        found = read_plan(RECIPE, ["learning_rate=0.001..1:log"], "8", "")
        assert len(found.recipes) == 8
        assert found.says.startswith("8 runs, 2 epochs each · learning_rate ")
        assert found.says.endswith(" …")

    @pytest.mark.parametrize(
        ("varied", "runs", "epochs", "says"),
        [
            ([], "8", "", "type what to vary"),
            (["  "], "8", "", "type what to vary"),
            (["foo=1"], "8", "", "no such key"),
            (["l2=0..1"], "", "", "how many runs"),
            (["l2=0..1"], "x", "", "runs: expected a whole number"),
            (["l2=0..1"], "0", "", "runs: expected a whole number"),
            (["l2=0..1"], "3", "-1", "epochs: expected a whole number"),
            (["l2=-1"], "", "", "l2=-1"),
        ],
    )
    def test_what_cannot_be_done_says_why(
        self, varied: list[str], runs: str, epochs: str, says: str
    ) -> None:
        found = read_plan(RECIPE, varied, runs, epochs)
        assert found.recipes == ()
        assert says in found.says


# The table widget


@pytest.mark.parametrize(
    ("selected", "room", "seen"),
    [
        (0, 40, [0, 1, 2, 3]),
        (0, 20, [0, 1, 2]),
        (3, 20, [0, 3]),  # the last one is 12 wide
        (2, 20, [0, 2, 3]),
        (3, 1, [0]),
    ],
)
def test_the_selected_column_is_in_sight_and_the_first_always(
    selected: int, room: int, seen: list[int]
) -> None:
    assert columns_in_sight([4, 6, 8, 12], selected, room, gap=2) == seen


CONTENTS = Contents(
    (Column("run"), Column("rate η"), Column("state", "<")),
    (
        Row(3, ("3", "0.1→0.2", "paused"), "▶", tone=0),
        Row(5, ("5", "0.5", "finished"), tone=2),
        Row(6, ("6", "1", "stopped: non-finite: z1, step 3"), tone=None),
        Row(7, ("7", "2", "finished"), is_drawn=False),
    ),
    ordered_by=1,
    descending=True,
)


class TestTableWidget:
    def test_cells_stand_under_their_names(self) -> None:
        table = Table()

        async def look(pilot: Pilot[None]) -> None:
            table.show(CONTENTS, 5)
            await pilot.pause()
            assert text(table) == [
                "    run  rate η ↓  state",
                "▶⠤⠒   3   0.1→0.2  paused",
                " ⠤+   5       0.5  finished",
                " ··   6         1  stopped: non-finite: z1, step 3",
                "      7         2  finished",
            ]

        play(table, look)

    def test_in_ascii_no_column_moves(self) -> None:
        table = Table()

        async def look(pilot: Pilot[None]) -> None:
            table.show(CONTENTS, 5)
            await pilot.pause()
            assert text(table)[:3] == [
                "    run  rate lr v  state",
                ">**   3   0.1->0.2  paused",
                " xx   5        0.5  finished",
            ]

        play(table, look, look=ASCII)

    def test_arrows_select_rows_and_columns(self) -> None:
        table = Table()

        async def move(pilot: Pilot[None]) -> None:
            table.show(CONTENTS, 3)
            table.focus()
            await pilot.press("down", "j", "j", "j", "up", "right", "l", "l", "left")
            assert (table.selected, table.column) == (6, 1)
            await pilot.press("home")
            assert table.selected == 3

        said = play(table, move)
        assert [message.key for message in said] == [5, 6, 7, 6, 3]

    def test_a_click_selects_a_row_or_on_the_header_a_column(self) -> None:
        table = Table()

        async def click(pilot: Pilot[None]) -> None:
            table.show(CONTENTS, 3)
            await pilot.pause()
            await pilot.click(table, offset=(12, 2))
            assert (table.selected, table.column) == (5, 0)
            await pilot.click(table, offset=(12, 0))
            assert (table.selected, table.column) == (5, 1)

        play(table, click)


# At the keyboard


async def open_compare(person: Person) -> None:
    await person.press("7")
    await person.until(lambda: isinstance(person.app.screen, CompareScreen), "the screen")
    await person.sees("validation  test")


def kept(person: Person) -> list[tuple[int, int]]:
    return [(each.number, each.steps) for each in person.app.trainer.runs.all]


def drawn(person: Person, plot: str = "loss") -> list[str]:
    curves = person.app.screen.query_one(f"#{plot}", Plot).curves
    return [each.name for each in curves.series]


@pytest.mark.slow
@in_sizes((80, 24), (120, 40), (200, 60))
def test_alone_it_says_how_to_get_more(size: tuple[int, int]) -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.sees("1 run of small on clusters", "The only run so far", "s       sweeps")
        await person.press("b", "r", "b")
        await person.sees("2 runs of small on clusters")
        await person.sees_no("The only run so far")

    at_the_keyboard(script, size=size, screen="compare")


@pytest.mark.slow
def test_whoever_begins_another_run_is_told_what_becomes_of_the_one_before() -> None:
    async def script(person: Person) -> None:
        await person.press("r")
        await person.is_told("A new run, from the same initial weights.")
        await person.press("b", "b", "r")
        await person.is_told("Run 1 (step 2) stays on 7 Compare")
        await person.press("b", "1", "u")
        await person.is_told("Seed ", "Run 2 (step 1) stays on 7 Compare")
        await person.press("b", "p", "ctrl+r")
        await person.is_told("A new run of the same recipe.", "Run 3 (step 1) stays on 7 Compare")
        await person.press("b", "7", "down", "enter")
        await person.is_told("Run 1 is now the current run.", "Run 4 (step 1) stays")

    at_the_keyboard(script)


@pytest.mark.slow
def test_a_run_that_is_left_stays_with_what_it_differs_in() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.press("e")
        await person.until(lambda: person.app.snapshot.epochs, "an epoch")
        await person.press("plus", "r", "e")
        await person.sees("rate η", "0.1", "0.2", "paused", "Choose by validation")
        await person.until(lambda: kept(person) == [(1, BATCHES)], "the first run")
        (first,) = person.app.trainer.runs.all
        await person.sees(f"{first.test_accuracy:.2%}")
        await person.until(lambda: drawn(person) == ["▸2", "1"], "both curves")

    at_the_keyboard(script, screen="compare")


def test_enter_goes_on_with_a_run_and_keeps_the_one_in_hand() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.press("b", "b", "b", "plus", "r", "b")
        await person.until(lambda: kept(person) == [(1, 3)], "the first run")
        await person.until(lambda: person.app.snapshot.position.step == 1, "its successor's step")
        await person.press("down", "enter")
        await person.until(lambda: person.app.snapshot.number == 1, "the first run again")
        assert person.app.snapshot.position.step == 3
        assert person.app.snapshot.learning_rate == 0.1
        assert kept(person) == [(2, 1)]
        await person.press("b")
        await person.sees("step 4")

    at_the_keyboard(script, screen="compare")


def test_a_deleted_run_comes_back() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.press("b", "r", "b", "r", "b")
        await person.until(lambda: kept(person) == [(1, 1), (2, 1)], "two runs")
        await person.until(lambda: drawn(person) == ["▸3", "1", "2"], "their curves")
        await person.press("down", "d")
        await person.sees("run 1 is deleted")
        assert kept(person) == [(2, 1)]
        assert person.app.screen.query_one(Table).selected == 2
        await person.press("D")
        await person.until(lambda: kept(person) == [(1, 1), (2, 1)], "both again")
        assert person.app.screen.query_one(Table).selected == 1
        await person.press("up", "d")
        await person.sees("run 3 is still running")
        assert person.app.snapshot.number == 3

    at_the_keyboard(script, screen="compare")


def test_a_run_is_deleted_that_the_table_does_not_show_any_more() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.press("b", "r", "b")
        await person.until(lambda: kept(person) == [(1, 1)], "a run")
        screen = person.app.screen
        assert isinstance(screen, CompareScreen)
        table = screen.query_one(Table)
        table.contents = replace(table.contents, rows=())
        table.selected = 1
        screen.action_delete()
        assert kept(person) == []
        assert table.selected == 2

    at_the_keyboard(script, screen="compare")


def test_curves_go_off_and_on_and_over_other_axes() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.press("b", "b", "r", "b")
        await person.until(lambda: drawn(person) == ["▸2", "1"], "both curves")
        await person.press("down", "f")
        await person.until(lambda: drawn(person) == ["2"], "one")
        await person.press("f")
        await person.until(lambda: drawn(person) == ["▸1", "2"], "both again")
        await person.press("u")
        await person.sees("x axis: epoch")
        curves = person.app.screen.query_one("#loss", Plot).curves
        assert curves.x_label == "epoch"
        assert max(curves.series[0].x) == 2 / BATCHES
        await person.press("t")
        await person.sees("validation loss", "validation accuracy %", "at the end of an epoch")

    at_the_keyboard(script, screen="compare")


@pytest.mark.slow
def test_axes_fit_anew_what_is_drawn_over_something_else() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.press("u")
        await person.sees("x axis: epoch")

        def reach() -> float:
            limits = person.app.screen.query_one("#loss", Plot)._limits[0]
            return limits[1] if limits else 0.0

        assert reach() == 2
        await person.press("u", "u")
        await person.until(lambda: reach() == 10, "an axis of steps")
        await person.press("u")
        await person.until(lambda: reach() == 2, "an axis of epochs")

    at_the_keyboard(script, run=finish(session(history_memory=MEMORY)), screen="compare")


@pytest.mark.slow
def test_where_there_is_little_room_one_plot_is_shown() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.sees("curves: loss", "train loss")
        await person.press("v")
        await person.sees("curves: accuracy", "train accuracy %")

    at_the_keyboard(script, size=(80, 24), screen="compare")


def test_rows_are_ordered_by_the_selected_column() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        table = person.app.screen.query_one(Table)
        await person.press("b", "r", "b", "b", "b", "r", "b", "b", "r")
        await person.until(lambda: len(kept(person)) == 3, "three runs")
        await person.until(lambda: len(table.contents.rows) == 4, "four rows")
        for _ in range(4):
            await person.press("right")
        await person.press("o")
        await person.sees("epochs ↑")
        assert [row.key for row in table.contents.rows] == [4, 1, 3, 2]
        await person.press("o")
        await person.sees("epochs ↓")
        assert [row.key for row in table.contents.rows] == [4, 2, 3, 1]

    at_the_keyboard(script, screen="compare")


async def fill_in(person: Person, values: dict[str, str]) -> None:
    """Open the window of sweeps, and put something into its fields."""
    await person.press("s")
    await person.until(lambda: isinstance(person.app.screen, NewSweepDialog), "the window")
    for field, value in values.items():
        person.app.screen.query(field).results(Input).__next__().value = value
    await person.pilot.pause()


@pytest.mark.slow
def test_a_sweep_trains_beside_the_current_run() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await fill_in(person, {".vary": "layers=784-5-10,784-6-10", "#runs": "", "#epochs": "3"})
        await person.sees("2 runs, 3 epochs each", "784-5-10 784-6-10")
        await person.press("enter")
        await person.press("b")
        await person.sees("The sweep is done: 2 runs", "layers", "784-12-8-10", "3/3", "step 1")
        assert kept(person) == [(2, 3 * BATCHES), (3, 3 * BATCHES)]
        assert all(each.source is CLUSTERS for each in person.app.trainer.runs.all)
        await person.press("down", "enter")
        await person.until(lambda: person.app.snapshot.number == 2, "a run of the sweep")
        assert person.app.snapshot.recipe.network.layers == [784, 5, 10]

    at_the_keyboard(script, screen="compare")


def test_what_was_typed_wrongly_is_said_and_nothing_begins() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await fill_in(person, {".vary": "learning_rat=1"})
        await person.sees("! learning_rat: no such key, perhaps learning_rate")
        await person.press("enter")
        assert isinstance(person.app.screen, NewSweepDialog)
        await person.press("escape")
        await person.until(lambda: isinstance(person.app.screen, CompareScreen), "the screen")
        assert kept(person) == []

    at_the_keyboard(script, screen="compare")


def test_a_sweep_is_seen_as_it_goes_and_escape_ends_it() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await fill_in(person, {".vary": "seed=1,2", "#epochs": "99999"})
        await person.press("enter")
        await person.sees("run 1 of 2", "of 99999", "escape cancels", "running")
        screen = person.app.screen
        assert isinstance(screen, CompareScreen)
        screen.query_one(Table).selected = 2
        # The pilot waits two seconds a key for a process that is busy: not its keys, but what
        # they do.
        person.app.action_open_dialog("new_sweep")
        await person.sees("One sweep at a time")
        screen.action_delete()
        await person.sees("run 2 is still running")
        screen.action_open()
        await person.sees("run 2 can be continued when it has ended")
        await person.press("escape")
        await person.sees("The sweep was cancelled: 1 of 2 runs are here", "cancelled")
        assert [number for number, _ in kept(person)] == [2]

    at_the_keyboard(script, screen="compare")


@pytest.mark.slow
def test_on_another_screen_one_is_told_that_a_sweep_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_end, step_batch = threading.Event(), Session.step_batch

    def held_up(session: Session, **how: bool) -> None:
        assert may_end.wait(PATIENCE)
        step_batch(session, **how)

    monkeypatch.setattr(Session, "step_batch", held_up)

    async def script(person: Person) -> None:
        await open_compare(person)
        await fill_in(person, {".vary": "seed=1,2", "#epochs": "1"})
        await person.press("enter", "4")
        await person.sees("y axis: ")
        may_end.set()
        await person.sees("Compare (7): The sweep is done: 2 runs")

    at_the_keyboard(script, screen="compare")


@pytest.mark.slow
def test_leaving_ends_a_sweep() -> None:
    threads = []

    async def script(person: Person) -> None:
        await open_compare(person)
        await fill_in(person, {".vary": "seed=1,2", "#epochs": "99999"})
        await person.press("enter")
        await person.sees("run 1 of 2")
        screen = person.app.screen
        assert isinstance(screen, CompareScreen)
        assert person.app.sweeper is not None
        threads.append(person.app.sweeper)

    at_the_keyboard(script, screen="compare")
    assert not threads[0].is_going


@pytest.mark.slow
def test_a_sweep_that_fails_says_why() -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await fill_in(person, {".vary": "validation=9999", "#epochs": "1"})
        await person.press("enter")
        await person.sees("The sweep failed", "cannot hold out 9999 of 150")

    at_the_keyboard(script, screen="compare")


@pytest.mark.slow
@pytest.mark.parametrize("look", [Look("16"), Look("none", ascii=True)], ids=["16", "ascii"])
def test_it_is_drawn_in_every_look(look: Look) -> None:
    async def script(person: Person) -> None:
        await open_compare(person)
        await person.press("b", "plus", "r", "b", "down")
        await person.sees("0.1", "0.2", "train loss", "2 runs of small")
        if look.ascii:
            await person.sees("** >1  xx 2")
            assert person.screen.isascii()

    at_the_keyboard(script, look=look, screen="compare")
