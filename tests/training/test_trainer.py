"""The training thread: commands go in, snapshots come out, and it always ends when told to."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from msgspec.structs import replace

from tests.training.runs import BATCHES, CLUSTERS, RECIPE, finish, outcome, recipe, session
from tui_nn.data.dataset import Dataset
from tui_nn.data.sources import load
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.runs.speed import OPENING_SPEED, SPEEDS, Speed
from tui_nn.training.runs.worker import Sample, TrainingWorker
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.monitor import SPARSE
from tui_nn.training.stepping.place import Place, Position
from tui_nn.training.stops.breakpoints import WhenGradientNorm

PATIENCE = 30  # seconds, for a machine that is busy with something else
FULL_SPEED = SPEEDS[-1]
ENDLESS = recipe(epochs=100_000)


class Listener:
    """Hears of snapshots, and waits for what is expected of them."""

    def __init__(self) -> None:
        self.heard = 0
        self._news = threading.Condition()

    def __call__(self) -> None:
        with self._news:
            self.heard += 1
            self._news.notify_all()

    def wait_until(self, happened: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(happened, PATIENCE), "it never happened"


class Lab:
    """A trainer with somebody who listens."""

    def __init__(self, run: Session) -> None:
        self.run = run
        self.listener = Listener()
        self.shown: list[Position] = []
        self.trainer = TrainingWorker(run, self._on_snapshot)
        self.trainer.start()

    def _on_snapshot(self) -> None:
        self.shown.append(self.latest.position)
        self.listener()

    @property
    def latest(self) -> Snapshot:
        return self.trainer.latest

    def wait_until(self, happened: Callable[[Snapshot], bool]) -> None:
        self.listener.wait_until(
            lambda: self.trainer.failure is not None or happened(self.trainer.latest)
        )
        assert self.trainer.failure is None

    def obey(self, *commands: Callable[[TrainingWorker], None]) -> Snapshot:
        """Give commands, and wait until a snapshot has been published that has seen them all."""
        published: list[int] = []
        for command in commands:
            command(self.trainer)
        self.trainer.adjust(lambda _: published.append(self.listener.heard))
        self.wait_until(lambda _: bool(published) and self.listener.heard > published[0])
        return self.latest

    @property
    def alive(self) -> bool:
        return self.trainer._thread.is_alive()


@pytest.fixture
def open_lab() -> Iterator[Callable[[Session], Lab]]:
    labs: list[Lab] = []

    def open_it(run: Session) -> Lab:
        labs.append(Lab(run))
        return labs[-1]

    yield open_it
    for lab in labs:
        lab.trainer.close()
        assert not lab.alive


Opener = Callable[[Session], Lab]


def one_batch(trainer: TrainingWorker) -> None:
    trainer.send(Session.step_batch)


def last_of_train(dataset: Dataset) -> Sample:
    train = dataset["train"]
    return train.images[-1], int(train.labels[-1])


def at_full_speed(trainer: TrainingWorker) -> None:
    trainer.set_speed(FULL_SPEED)
    trainer.run()


class TestRunning:
    @pytest.mark.parametrize("speed", [FULL_SPEED, Speed("operations", 0.0, by_operation=True)])
    def test_it_ends_where_stepping_does(self, open_lab: Opener, speed: Speed) -> None:
        lab = open_lab(session())
        lab.trainer.set_speed(speed)
        lab.trainer.run()
        lab.wait_until(lambda seen: seen.activity is Activity.FINISHED)
        assert outcome(lab.run) == outcome(finish(session()))
        assert lab.latest.position == lab.run.position
        assert len(lab.latest.curves.loss) == 2 * BATCHES
        assert len(lab.latest.epochs) == 2

    def test_at_full_speed_the_gradients_of_some_steps_are_read(self, open_lab: Opener) -> None:
        lab, stepped = open_lab(session()), finish(session()).history.curves
        at_full_speed(lab.trainer)
        lab.wait_until(lambda seen: seen.activity is Activity.FINISHED)
        curves = lab.latest.curves
        read = np.arange(len(curves.loss)) % SPARSE == 0
        assert np.isfinite(stepped.gradient_norm).all()
        assert np.array_equal(curves.gradient_norm[read], stepped.gradient_norm[read])
        assert np.isnan(curves.gradient_norm[~read]).all()
        last = np.arange(len(read)) // SPARSE * SPARSE
        assert np.array_equal(curves.last_norms(), stepped.gradient_norm[last])
        assert np.array_equal(stepped.last_norms(), stepped.gradient_norm)

    def test_where_a_breakpoint_needs_them_they_all_are(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        lab.trainer.adjust(lambda run: run.breakpoints.add(WhenGradientNorm(layer=1, high=1e9)))
        at_full_speed(lab.trainer)
        lab.wait_until(lambda seen: seen.activity is Activity.FINISHED)
        assert np.isfinite(lab.latest.curves.gradient_norm).all()

    def test_it_opens_paused_and_at_10_steps_a_second(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        assert lab.latest.activity is Activity.PAUSED
        assert lab.latest.position.step == 0
        assert SPEEDS[OPENING_SPEED].interval == 0.1
        assert lab.trainer._speed is SPEEDS[OPENING_SPEED]

    def test_from_the_end_it_trains_on(self, open_lab: Opener) -> None:
        lab = open_lab(finish(session()))
        assert lab.obey().activity is Activity.FINISHED
        lab.trainer.run_to_epoch_end()
        lab.wait_until(lambda seen: seen.position.epoch == 4)
        assert lab.latest.activity is Activity.PAUSED
        assert outcome(lab.run) == outcome(finish(session(recipe(epochs=3))))

    def test_pausing_stands_still(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS))
        at_full_speed(lab.trainer)
        seen = lab.obey(TrainingWorker.pause)
        assert seen.activity is Activity.PAUSED
        again = lab.obey()
        assert again.position == seen.position == lab.run.position

    def test_a_step_pauses_first(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS))
        at_full_speed(lab.trainer)
        positions: list[Position] = []
        lab.trainer.send(lambda run: positions.append(run.position))
        seen = lab.obey(lambda trainer: trainer.send(Session.step_operation))
        assert seen.activity is Activity.PAUSED
        assert seen.position == replace(positions[0], place=Place(0, 1))

    def test_an_adjustment_does_not_pause(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS))
        at_full_speed(lab.trainer)
        seen = lab.obey(lambda trainer: trainer.adjust(lambda run: run.set_learning_rate(0.01)))
        assert seen.activity is Activity.RUNNING
        assert seen.learning_rate == 0.01

    @pytest.mark.parametrize("done", [0, 1, 60])
    def test_to_the_end_of_the_epoch_at_any_speed(self, open_lab: Opener, done: int) -> None:
        lab = open_lab(session())
        for _ in range(done):
            lab.trainer.send(Session.step_operation)
        lab.trainer.set_speed(SPEEDS[0])
        lab.trainer.run_to_epoch_end()
        lab.wait_until(lambda seen: seen.position.epoch == 2)
        assert lab.latest.position == Position(Place(BATCHES), 2, 1, BATCHES)
        assert lab.latest.activity is Activity.PAUSED
        assert lab.trainer._speed is SPEEDS[0]

    def test_pausing_on_the_way_to_the_epochs_end_forgets_it(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS))
        lab.obey(TrainingWorker.run_to_epoch_end, TrainingWorker.pause)
        lab.trainer.set_speed(FULL_SPEED)
        lab.trainer.run()
        lab.trainer.want_snapshot()
        first = lab.latest.position.epoch

        def beyond(seen: Snapshot) -> bool:
            lab.trainer.want_snapshot()
            return seen.position.epoch > first + 1

        lab.wait_until(beyond)
        assert lab.latest.activity is Activity.RUNNING

    def test_it_stops_where_numbers_overflow_and_goes_on_when_told(self, open_lab: Opener) -> None:
        lab = open_lab(session(recipe(learning_rate=1e30)))
        at_full_speed(lab.trainer)
        lab.wait_until(lambda seen: seen.reason != "")
        assert lab.latest.reason == "non-finite: z2, step 1"
        assert lab.latest.activity is Activity.PAUSED
        assert lab.latest.position.operation == 3
        lab.trainer.run()
        lab.wait_until(lambda seen: seen.position.step > 1)
        assert lab.latest.reason.endswith("step 1")


class TestSpeeds:
    def test_they_are_those_of_the_contract(self) -> None:
        assert [(speed.interval, speed.by_operation) for speed in SPEEDS] == [
            (1, True), (0.25, True), (1, False), (0.1, False), (0.01, False), (0, False),
        ]  # fmt: skip

    def test_a_faster_speed_does_not_wait_for_the_slow_ones_next_move(
        self, open_lab: Opener
    ) -> None:
        lab = open_lab(session())
        lab.trainer.set_speed(Speed("once an hour", 3600))
        lab.trainer.run()
        lab.wait_until(lambda seen: seen.position.step == 1)
        lab.trainer.set_speed(FULL_SPEED)
        lab.wait_until(lambda seen: seen.activity is Activity.FINISHED)

    def test_pausing_does_not_wait_for_the_next_move(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        lab.trainer.set_speed(Speed("once an hour", 3600))
        lab.trainer.run()
        lab.wait_until(lambda seen: seen.position.step == 1)
        assert lab.obey(TrainingWorker.pause).activity is Activity.PAUSED

    def test_the_first_move_is_at_once(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        lab.trainer.set_speed(Speed("an operation an hour", 3600, by_operation=True))
        lab.trainer.run()
        lab.wait_until(lambda seen: seen.position.operation == 1)
        assert lab.latest.activity is Activity.RUNNING


class TestSnapshots:
    def test_at_full_speed_they_come_only_when_asked_for(self, open_lab: Opener) -> None:
        run = session(ENDLESS)
        step, steps = run.step_batch, 0
        lab = open_lab(run)
        heard: dict[int, int] = {}
        asked, done = threading.Event(), threading.Event()

        def counted(**how: bool) -> None:
            nonlocal steps
            steps += 1
            step(**how)
            heard[steps] = lab.listener.heard
            if steps == 50:
                lab.trainer.want_snapshot()
                asked.set()
            if steps == 100:
                done.set()

        run.step_batch = counted  # type: ignore[method-assign]
        at_full_speed(lab.trainer)
        assert asked.wait(PATIENCE)
        assert done.wait(PATIENCE)
        assert heard[2] == heard[50], "nobody had asked"
        assert heard[51] == heard[50], "it is of a step whose beginning is kept: the next"
        assert heard[52] == heard[50] + 1, "one was asked for"
        assert heard[52] == heard[100], "and no more than one"

    def test_at_full_speed_what_is_shown_can_be_taken_apart(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS, history_memory=2**24))

        def assert_moved(seen: Snapshot) -> None:
            computed = seen.computed
            assert not np.array_equal(computed.before["W1"], computed.tensors["W1"])

        at_full_speed(lab.trainer)
        lab.wait_until(lambda seen: seen.activity is Activity.RUNNING)
        for _ in range(5):
            before = lab.latest
            lab.trainer.want_snapshot()
            lab.wait_until(lambda seen, before=before: seen is not before)  # type: ignore[misc]
            assert_moved(lab.latest)
        assert_moved(lab.obey(TrainingWorker.pause))

    def test_at_ten_steps_a_second_every_step_is_shown(self, open_lab: Opener) -> None:
        lab = open_lab(session(recipe(batch_size=500, epochs=3)))
        lab.trainer.run()
        lab.wait_until(lambda latest: latest.activity is Activity.FINISHED)
        assert sorted({position.step for position in lab.shown}) == [0, 1, 2, 3]

    def test_each_command_leaves_one(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        for step in (1, 2, 3):
            one_batch(lab.trainer)
            lab.listener.wait_until(lambda: len(lab.shown) == step)  # noqa: B023
        assert [position.step for position in lab.shown] == [1, 2, 3]

    def test_they_probe_what_is_selected(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        assert lab.latest.probe is None
        test = CLUSTERS["test"]
        seen = lab.obey(lambda trainer: trainer.select(lambda _: (test.images[3], 7)))
        assert seen.probe is not None
        assert np.array_equal(seen.probe.image, test.images[3])
        assert seen.probe.label == 7
        before = seen.probe.probabilities.copy()
        later = lab.obey(one_batch)
        assert later.probe is not None
        assert not np.array_equal(later.probe.probabilities, before)
        assert np.array_equal(seen.probe.probabilities, before)

    def test_a_sample_chosen_at_the_start_is_in_the_first(self) -> None:
        image = CLUSTERS["test"].images[0]
        trainer = TrainingWorker(session(), lambda: None, lambda _: (image, 2))
        assert trainer.latest.probe is not None
        assert trainer.latest.probe.label == 2

    def test_a_sample_is_chosen_of_the_data_that_there_are(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        lab.obey(lambda trainer: trainer.select(last_of_train))
        points = Session(load_recipe("moons"), load("moons"), threads=1)
        seen = lab.obey(lambda trainer: trainer.replace(lambda _: points))
        assert seen.probe is not None
        assert (seen.probe.image == points.dataset["train"].images[-1]).all()

    def test_another_session_takes_over_paused(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS))
        at_full_speed(lab.trainer)
        seen = lab.obey(lambda trainer: trainer.replace(Session.restarted))
        assert seen.activity is Activity.PAUSED
        assert seen.position.step == 0
        stood = lab.run.position
        lab.obey(one_batch)
        assert lab.latest.position.step == 1
        assert lab.run.position == stood


class TestInterrupting:
    def test_it_gives_up_the_way_that_it_is_on_and_what_was_sent(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS, history_memory=2**26))
        lab.obey(one_batch, one_batch)
        under_way = threading.Event()

        def endless(_: Session, is_cancelled: Callable[[], bool]) -> None:
            under_way.set()
            while not is_cancelled():
                pass

        lab.trainer.travel(endless)
        for _ in range(25):
            one_batch(lab.trainer)
        assert under_way.wait(PATIENCE)
        assert lab.trainer.interrupt(lambda run: run.position.step) == 2
        assert not lab.alive
        one_batch(lab.trainer)  # of no effect
        assert lab.run.position.step == 2

    def test_before_it_has_begun(self) -> None:
        trainer = TrainingWorker(session(), lambda: None)
        assert trainer.interrupt(lambda run: run.position.step) == 0
        trainer.start()
        trainer.close()


class TestTravel:
    def test_it_goes_there_and_pauses(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS, history_memory=2**26))
        seen = lab.obey(
            one_batch, one_batch, TrainingWorker.run, lambda t: t.travel(Session.back_epoch)
        )
        assert (seen.position.step, seen.activity) == (0, Activity.PAUSED)
        assert not lab.trainer.is_travelling
        assert lab.trainer.travelling_since is None

    def test_giving_up_ends_all_journeys_asked_for_and_none_later(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS, history_memory=2**26))
        lab.obey(one_batch, one_batch, one_batch)
        under_way = threading.Event()

        def slow(run: Session, is_cancelled: Callable[[], bool]) -> None:
            under_way.set()
            while not is_cancelled():
                time.sleep(0.001)
            assert run.go_to(Place(0), is_cancelled)  # so near that it asks nobody

        lab.trainer.travel(slow)
        lab.trainer.travel(Session.back_batch)
        assert under_way.wait(PATIENCE)
        assert lab.trainer.is_travelling
        assert lab.trainer.travelling_since is not None
        seen = lab.obey(TrainingWorker.cancel_travel)
        assert (seen.position.step, lab.trainer.passing) == (0, 3)
        assert not lab.trainer.is_travelling
        lab.obey(one_batch, one_batch)
        assert lab.obey(lambda t: t.travel(Session.back_batch)).position.step == 1

    def test_a_refused_journey_is_over(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS, history_memory=2**26))
        lab.obey(lambda t: t.travel(lambda run, _: run.go_to(Place(7))))
        assert "steps 0 to 0, not to 7" in str(lab.trainer.refused.popleft())
        assert not lab.trainer.is_travelling


class TestCommands:
    def test_while_it_runs_all_are_done_in_order(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS))
        at_full_speed(lab.trainer)
        done: list[int] = []
        ended = threading.Event()
        for number in range(2000):
            lab.trainer.adjust(lambda _, number=number: done.append(number))  # type: ignore[misc]
        lab.trainer.adjust(lambda _: ended.set())
        assert ended.wait(PATIENCE)
        assert done == list(range(2000))
        assert lab.obey().activity is Activity.RUNNING

    def test_from_many_threads_none_is_lost(self, open_lab: Opener) -> None:
        lab = open_lab(session(ENDLESS))
        at_full_speed(lab.trainer)
        done: list[tuple[int, int]] = []

        def posting(poster: int) -> Callable[[], None]:
            def post_all() -> None:
                for number in range(300):
                    what = (poster, number)
                    lab.trainer.adjust(lambda _, what=what: done.append(what))  # type: ignore[misc]

            return post_all

        posters = [threading.Thread(target=posting(poster)) for poster in range(4)]
        for poster in posters:
            poster.start()
        for poster in posters:
            poster.join(PATIENCE)
        lab.obey()
        for number in range(4):
            assert [n for poster, n in done if poster == number] == list(range(300))

    def test_a_lone_command_wakes_a_thread_that_sleeps(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        for step in range(1, 301):
            done = threading.Event()
            lab.trainer.send(Session.step_operation)
            lab.trainer.adjust(lambda _: done.set())  # noqa: B023
            assert done.wait(PATIENCE), f"command {step} was slept through"
        assert lab.obey().position == Position(Place(12, 12), 3, 3, BATCHES)

    def test_commands_make_the_same_run_as_moves(self, open_lab: Opener) -> None:
        lab, alone = open_lab(session()), session()
        moves: list[Callable[[Session], None]] = [
            Session.step_operation,
            Session.step_batch,
            lambda run: run.set_learning_rate(0.3),
            Session.step_epoch,
            Session.step_operation,
        ]
        for move in moves:
            lab.trainer.send(move)
            move(alone)
        lab.obey()
        assert outcome(lab.run) == outcome(alone)


class TestWakingUp:
    """The two moments at which a command could be slept through, each made to happen."""

    def test_a_command_posted_while_the_thread_clears_its_alarm(self) -> None:
        done = threading.Event()

        class Clearing(threading.Event):
            posted = False

            def clear(self) -> None:
                if not self.posted:
                    self.posted = True
                    trainer.adjust(lambda _: done.set())
                super().clear()

        trainer = TrainingWorker(session(), lambda: None)
        trainer._wake = Clearing()
        trainer.start()
        trainer.pause()
        slept_through = not done.wait(PATIENCE)
        trainer.close()
        assert not slept_through

    def test_a_command_whose_alarm_rings_at_once(self) -> None:
        done = threading.Event()

        class Ringing(threading.Event):
            """Once it has rung, the thread goes all the way round before the poster goes on."""

            def __init__(self) -> None:
                super().__init__()
                self.asleep = threading.Event()

            def wait(self, timeout: float | None = None) -> bool:
                self.asleep.set()
                return super().wait(timeout)

            def set(self) -> None:
                self.asleep.clear()
                super().set()
                if not trainer._closing:
                    self.asleep.wait(PATIENCE)

        trainer = TrainingWorker(session(), lambda: None)
        trainer._wake = alarm = Ringing()
        trainer.start()
        assert alarm.asleep.wait(PATIENCE)
        trainer.adjust(lambda _: done.set())
        slept_through = not done.wait(PATIENCE)
        trainer._wake = threading.Event()
        threading.Event.set(alarm)
        trainer.close()
        assert not slept_through


class TestRefusals:
    def test_what_cannot_be_done_is_told_and_the_next_is_done(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        heard = lab.listener.heard
        lab.obey(
            lambda trainer: trainer.send(lambda run: run.set_learning_rate(-1)),
            lambda trainer: trainer.adjust(lambda run: run.set_learning_rate(-2)),
            one_batch,
        )
        assert [str(error) for error in lab.trainer.refused] == [
            "a learning rate must be positive and finite, not -1",
            "a learning rate must be positive and finite, not -2",
        ]
        assert lab.listener.heard > heard
        assert lab.latest.position.step == 1
        assert lab.trainer.failure is None

    def test_it_runs_on(self, open_lab: Opener) -> None:
        lab = open_lab(session())
        lab.trainer.adjust(lambda run: run.set_learning_rate(float("nan")))
        at_full_speed(lab.trainer)
        lab.wait_until(lambda seen: seen.activity is Activity.FINISHED)
        assert outcome(lab.run) == outcome(finish(session()))

    def test_a_session_that_cannot_be_made_leaves_the_old_one(self, open_lab: Opener) -> None:
        def impossible(_: Session) -> Session:
            raise TuiNNError("no such recipe")

        lab = open_lab(session())
        lab.obey(one_batch, lambda trainer: trainer.replace(impossible), one_batch)
        assert [str(error) for error in lab.trainer.refused] == ["no such recipe"]
        assert lab.run.position.step == 2


def broken(_: Session) -> None:
    raise ZeroDivisionError


class TestFailures:
    def test_a_mistake_of_ours_ends_the_thread_and_is_kept(self) -> None:
        lab = Lab(session(ENDLESS))
        at_full_speed(lab.trainer)
        lab.trainer.adjust(broken)
        lab.listener.wait_until(lambda: lab.trainer.failure is not None)
        assert isinstance(lab.trainer.failure, ZeroDivisionError)
        one_batch(lab.trainer)
        lab.trainer.close()
        assert not lab.alive

    def test_so_does_one_in_a_step(self) -> None:
        run = session()
        run.step_batch = lambda **_: broken(run)  # type: ignore[method-assign]
        lab = Lab(run)
        at_full_speed(lab.trainer)
        lab.listener.wait_until(lambda: lab.trainer.failure is not None)
        assert isinstance(lab.trainer.failure, ZeroDivisionError)
        lab.trainer.close()

    def test_a_listener_that_is_gone_is_a_failure_and_no_traceback(self) -> None:
        told = threading.Event()

        def gone() -> None:
            told.set()
            raise RuntimeError("the event loop is closed")

        trainer = TrainingWorker(session(), gone)
        trainer.start()
        one_batch(trainer)
        assert told.wait(PATIENCE)
        trainer._thread.join(PATIENCE)
        trainer.close()
        assert str(trainer.failure) == "the event loop is closed"


class TestClosing:
    @pytest.mark.parametrize("speed", [None, FULL_SPEED, Speed("once an hour", 3600)])
    def test_it_ends_the_thread(self, speed: Speed | None) -> None:
        lab = Lab(session(ENDLESS))
        if speed is not None:
            lab.trainer.set_speed(speed)
            lab.trainer.run()
        lab.obey()
        lab.trainer.close()
        assert not lab.alive
        assert lab.trainer.failure is None

    def test_at_once_after_the_start(self) -> None:
        for _ in range(50):
            lab = Lab(session(RECIPE))
            lab.trainer.close()
            assert not lab.alive

    def test_twice_or_before_the_start(self) -> None:
        trainer = TrainingWorker(session(), lambda: None)
        trainer.close()
        lab = Lab(session())
        lab.trainer.close()
        lab.trainer.close()
        assert not lab.alive

    def test_what_was_asked_for_before_is_done(self) -> None:
        for _ in range(50):
            lab = Lab(session())
            saved: list[Position] = []
            one_batch(lab.trainer)
            lab.trainer.send(lambda run, saved=saved: saved.append(run.position))  # type: ignore[misc]
            lab.trainer.close()
            assert [position.step for position in saved] == [1]
