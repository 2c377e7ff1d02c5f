"""Sweeps: what is typed, the runs that come of it, and the command."""

import json
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.runs import BATCHES, CLUSTERS, RECIPE, finish, outcome, recipe, session
from tui_nn.cli import main
from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.hyperparameters import Hyperparameter, hyperparameters_of
from tui_nn.training.recipe.keys import find, value_of
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.recipe.values import format_value, parse_value
from tui_nn.training.runs.run import finish_run
from tui_nn.training.runs.run_list import RunList
from tui_nn.training.runs.sweep import Sweep
from tui_nn.training.runs.sweeper import Sweeper
from tui_nn.training.runs.variation import Range, ValueList, combinations, parse_variation
from tui_nn.training.storage.checkpoint import load_checkpoint


def planned(*texts: str, runs: int | None = None, seed: int = 3) -> list[tuple[Any, ...]]:
    """The values that each run of a sweep has of what is varied."""
    variations = [parse_variation(text) for text in texts]
    recipes = combinations(recipe(seed=seed), variations, runs)
    return [tuple(value_of(each, v.path) for v in variations) for each in recipes]


class TestKeys:
    @pytest.mark.parametrize(
        ("name", "path"),
        [
            ("learning_rate", ("training", "learning_rate")),
            ("training.l2", ("training", "l2")),
            ("network.layers", ("network", "layers")),
            ("rotation", ("data", "augmentation", "rotation")),
            ("augmentation.rotation", ("data", "augmentation", "rotation")),
            (" seed ", ("training", "seed")),
        ],
    )
    def test_a_key_is_found_with_or_without_its_section(
        self, name: str, path: tuple[str, ...]
    ) -> None:
        assert find(name).path == path

    @pytest.mark.parametrize("name", ["learning_rat", "data.layers", "", "training"])
    def test_an_unknown_one_is_refused_with_what_there_is(self, name: str) -> None:
        with pytest.raises(TuiNNError, match=r"no such key.*rotation.*layers.*learning_rate"):
            find(name)

    def test_a_slip_is_guessed(self) -> None:
        with pytest.raises(TuiNNError, match="perhaps learning_rate"):
            find("learning_rat")

    @pytest.mark.parametrize("each", hyperparameters_of(Recipe))
    def test_every_value_is_read_as_it_is_shown(self, each: Hyperparameter) -> None:
        value = value_of(RECIPE, each.path)
        assert parse_value(format_value(value, each), each) == value

    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("layers", "784-16-10", [784, 16, 10]),
            ("dropout", "0.2", 0.2),
            ("dropout", "0.2-0.5", [0.2, 0.5]),
            ("dropout", "1e-3", 0.001),
            ("activation", "relu-tanh", ["relu", "tanh"]),
            ("initializer", "normal-over-sum", "normal-over-sum"),
            ("batch_size", "full", "full"),
            ("oversampling", "yes", True),
            ("oversampling", "no", False),
            ("split", "100-20-30", [100, 20, 30]),
        ],
    )
    def test_values_are_read_as_the_key_takes_them(self, name: str, text: str, value: Any) -> None:
        assert parse_value(text, find(name)) == value
        assert format_value(value) == str(text).replace("1e-3", "0.001")

    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("layers", "784, 16, 10", [784, 16, 10]),
            ("layers", "[784, 16,10]", [784, 16, 10]),
            ("activation", "relu,tanh", ["relu", "tanh"]),
            ("oversampling", "true", True),
            ("validation", "auto", None),
            ("validation", "none", None),
            ("validation", "", None),
            ("split", "none", None),
        ],
    )
    def test_every_other_spelling_is_read_too(self, name: str, text: str, value: Any) -> None:
        assert parse_value(text, find(name)) == value


class TestGrammar:
    def test_a_list(self) -> None:
        assert parse_variation("optimizer=sgd, adam") == ValueList(
            find("optimizer"), ("sgd", "adam")
        )

    def test_a_list_of_lists(self) -> None:
        found = parse_variation("layers=784-5-10, [784, 6, 10]")
        assert found == ValueList(find("layers"), ([784, 5, 10], [784, 6, 10]))

    def test_ranges(self) -> None:
        assert parse_variation("l2=0..0.5") == Range(find("l2"), 0.0, 0.5, log=False, whole=False)
        found = parse_variation(" batch_size = 8..128:log ")
        assert found == Range(find("batch_size"), 8, 128, log=True, whole=True)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "expected KEY=VALUES"),
            ("learning_rate", "expected KEY=VALUES"),
            ("learning_rate=", "expected KEY=VALUES"),
            ("learning_rate=1,,2", "a value is missing"),
            ("learning_rate=a..b", "expected two numbers"),
            ("learning_rate=1..", "expected two numbers"),
            ("learning_rate=1..0.1", "smaller number first"),
            ("learning_rate=0.1..inf", "smaller number first"),
            ("learning_rate=0..1:log", "begins above 0"),
            ("learning_rate=0.1..1:lin", "nothing or log"),
            ("batch_size=1.5..8", "whole numbers"),
            ("optimizer=a..b", "takes no numbers"),
            ("layers=1..2", "takes no numbers"),
            ("name=mnist", "stays with one data set"),
            ("data.name=mnist", "stays with one data set"),
        ],
    )
    def test_what_says_nothing_is_refused(self, text: str, says: str) -> None:
        with pytest.raises(TuiNNError, match=says):
            parse_variation(text)


class TestCombinations:
    def test_lists_alone_make_every_combination(self) -> None:
        found = planned("learning_rate=0.01,0.1", "optimizer=sgd,adam,rmsprop")
        assert len(found) == len(set(found)) == 6
        assert (0.01, "rmsprop") in found

    def test_of_lists_so_many_are_drawn_none_twice(self) -> None:
        found = planned("seed=1,2,3,4,5,6,7", "l2=0,0.1,0.2", runs=20)
        assert len(found) == len(set(found)) == 20
        found = planned("seed=1,2,3,4,5,6,7", "l2=0,0.1,0.2", runs=5)
        assert found == planned("seed=1,2,3,4,5,6,7", "l2=0,0.1,0.2", runs=5)
        assert found != planned("seed=1,2,3,4,5,6,7", "l2=0,0.1,0.2", runs=5, seed=4)
        assert len(planned("l2=0,0.1", runs=9)) == 2

    def test_a_range_is_drawn_from_and_depends_on_the_seed_alone(self) -> None:
        found = planned("learning_rate=0.001..1:log", "seed=1..9", runs=200)
        rates = np.array([rate for rate, _ in found])
        assert 0.001 <= rates.min() < 0.003
        assert 0.3 < rates.max() <= 1
        # Log-uniform: a third of the runs in each of three.
        shares = np.histogram(np.log10(rates), 3, (-3, 0))[0] / 200
        assert (shares > 0.2).all()
        assert {seed for _, seed in found} == set(range(1, 10))
        again = planned("learning_rate=0.001..1:log", "seed=1..9", runs=3)
        assert again == found[:3]
        assert again != planned("learning_rate=0.001..1:log", "seed=1..9", runs=3, seed=8)

    def test_an_even_range_is_even(self) -> None:
        found = np.array([rate for (rate,) in planned("learning_rate=1..2", runs=200)])
        assert found.mean() == pytest.approx(1.5, abs=0.06)

    def test_what_is_drawn_can_be_typed_again(self) -> None:
        for (rate,) in planned("learning_rate=0.001..1:log", runs=20):
            assert float(format_value(rate)) == rate

    def test_what_is_drawn_is_rounded_but_not_out_of_its_range(self) -> None:
        found = {rate for (rate,) in planned("learning_rate=0.12345..0.12355", runs=20)}
        assert found == {0.12345, 0.12355}

    def test_whole_numbers_stay_whole(self) -> None:
        sizes = [size for (size,) in planned("batch_size=8..128:log", runs=50)]
        assert all(isinstance(size, int) and 8 <= size <= 128 for size in sizes)

    def test_a_list_beside_a_range_is_drawn_from_too(self) -> None:
        found = planned("learning_rate=0.1..1", "optimizer=sgd,adam", runs=30)
        assert {name for _, name in found} == {"sgd", "adam"}

    def test_a_range_needs_a_number_of_runs(self) -> None:
        with pytest.raises(TuiNNError, match=r"learning_rate: .*how many runs"):
            planned("seed=1,2", "learning_rate=0.1..1")

    @pytest.mark.parametrize(
        ("texts", "says"),
        [
            (["learning_rate=0.1,-1"], "learning_rate=-1: training.learning_rate"),
            (["optimizer=sgd,adam", "momentum=0,0.9"], "optimizer=adam, momentum=0.9: .*momentum"),
            (["layers=784-10,784-5"], "layers=784-5: network.layers"),
            (["batch_size=8.5"], "batch_size"),
            (["seed=1,2", "training.seed=3"], "seed: is varied twice"),
        ],
    )
    def test_one_that_cannot_be_trained_is_refused_before_any_is(
        self, texts: list[str], says: str
    ) -> None:
        with pytest.raises(TuiNNError, match=says):
            planned(*texts)

    @pytest.mark.parametrize("runs", [None, 1001])
    def test_too_many_are_refused_without_being_made(self, runs: int | None) -> None:
        many = ",".join(map(str, range(1, 1000)))
        with pytest.raises(TuiNNError, match="at most 1,000"):
            planned(f"seed={many}", f"epochs={many}", f"batch_size={many}", runs=runs)
        with pytest.raises(TuiNNError, match="at most 1,000"):
            planned("l2=0..1", runs=1001)


def recipes(*texts: str, runs: int | None = None) -> Any:
    return combinations(RECIPE, [parse_variation(text) for text in texts], runs)


class TestSweep:
    def test_each_run_is_the_one_that_its_recipe_alone_gives(self) -> None:
        wanted = recipes("learning_rate=0.05,0.2", "layers=784-5-10,784-6-7-10")
        runs = list(Sweep(wanted, CLUSTERS, threads=1).runs())
        assert [run.number for run in runs] == [1, 2, 3, 4]
        for run, wants in zip(runs, wanted, strict=True):
            alone = finish_run(finish(session(wants)), 1)
            assert run.recipe == wants
            assert run.status == "finished"
            assert np.array_equal(run.curves.loss, alone.curves.loss)
            assert run.test_loss == alone.test_loss

    def test_a_run_can_be_gone_on_with(self) -> None:
        (run, _) = Sweep(recipes("seed=3,4"), CLUSTERS, threads=1).runs()
        again = run.resume(session(history_memory=2**26))
        assert outcome(again) == outcome(finish(session()))

    @pytest.mark.parametrize(
        "texts", ["learning_rate=1e30,0.1", "learning_rate=1e38,0.1", "l2=1e38,0"]
    )
    def test_one_that_overflows_is_a_result_and_the_next_one_follows(self, texts: str) -> None:
        bad, good = Sweep(recipes(texts), CLUSTERS, threads=1).runs()
        assert bad.status.startswith("stopped: non-finite")
        assert bad.test_accuracy is None
        assert good.status == "finished"
        assert bad.resume(session()).position.step <= bad.steps  # it can be looked into

    def test_progress_goes_from_nothing_to_all(self) -> None:
        sweep = Sweep(recipes("epochs=1,3"), CLUSTERS, threads=1)
        seen = [sweep.progress]
        for _ in sweep.runs(lambda: seen.append(sweep.progress)):
            pass
        shares = [progress.share for progress in seen]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0.0, 1.0)
        assert shares[BATCHES] == pytest.approx(1 / 4)
        assert (seen[0].run, seen[0].runs, seen[0].epochs) == (1, 2, 1)
        assert (seen[-1].run, seen[-1].epoch, seen[-1].epochs) == (2, 3, 3)

    def test_cancelled_it_yields_the_current_run_and_ends(self) -> None:
        numbers = iter([1, 2])  # there is none for a third
        sweep = Sweep(recipes("seed=1,2,3"), CLUSTERS, threads=1, new_number=numbers.__next__)
        steps = 0

        def count() -> None:
            nonlocal steps
            steps += 1
            if steps == 2 * BATCHES + 2:
                sweep.cancel()

        first, second = sweep.runs(count)
        assert (first.status, second.status) == ("finished", "cancelled")
        assert second.steps == 2
        assert second.test_accuracy is not None

    def test_cancelled_before_its_first_step_it_yields_nothing(self) -> None:
        sweep = Sweep(recipes("seed=1,2"), CLUSTERS, threads=1)
        sweep.cancel()
        assert list(sweep.runs()) == []

    def test_the_current_run_can_be_looked_at(self) -> None:
        sweep = Sweep(recipes("seed=1,2"), CLUSTERS, threads=1, new_number=iter([7, 9]).__next__)
        seen = []
        for _ in sweep.runs(lambda: seen.append(sweep.current_run())):
            assert sweep.current_run() is None
        last = seen[-1]
        assert last is not None
        assert (last.number, last.steps, last.status) == (9, 2 * BATCHES, "running")


class TestSweeper:
    def test_its_runs_join_the_others(self) -> None:
        runs = RunList()
        taken = runs.new_number()
        sweep = Sweep(recipes("seed=1,2"), CLUSTERS, threads=1, new_number=runs.new_number)
        sweeper = Sweeper(sweep, runs)
        sweeper.start()
        sweeper._thread.join()
        assert [run.number for run in runs.all] == [taken + 1, taken + 2]
        assert (sweeper.done, sweeper.is_going, sweeper.failure) == (2, False, None)
        assert sweeper.progress.share == 1.0

    def test_closing_it_ends_it(self) -> None:
        runs = RunList()
        endless = [recipe(epochs=100_000)]
        begun = threading.Event()
        sweep = Sweep(endless, CLUSTERS, threads=1)
        sweeper = Sweeper(sweep, runs)
        original = sweeper._on_step
        sweeper._on_step = lambda: (original(), begun.set())  # type: ignore[method-assign, assignment]
        sweeper.want()
        sweeper.start()
        assert begun.wait(30)
        latest = sweeper.latest
        assert latest is not None
        assert latest.status == "running"
        sweeper.close()
        assert not sweeper.is_going
        assert [run.status for run in runs.all] == ["cancelled"]

    def test_what_fails_is_kept_to_be_said(self) -> None:
        sweeper = Sweeper(Sweep(recipes("validation=10,9999"), CLUSTERS, threads=1), RunList())
        sweeper.start()
        sweeper._thread.join()
        assert sweeper.done == 1
        assert "9999" in str(sweeper.failure)


@pytest.fixture
def on_clusters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the command train on the small data, whatever it is told."""

    def load(name: str) -> Dataset:  # noqa: ARG001
        return CLUSTERS

    monkeypatch.setattr("tui_nn.data.sources.load", load)


@pytest.mark.usefixtures("on_clusters")
class TestCommand:
    def test_the_table_is_best_first_on_validation(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rates = "learning_rate=0.0001,0.2,1e38"
        assert main(["sweep", "default", "--vary", rates, "--epochs", "3"]) == 0
        said = capsys.readouterr()
        header, *rows, blank, lesson = said.out.splitlines()
        assert header.split()[:4] == ["run", "learning_rate", "validation", "test"]
        assert [row.split()[1] for row in rows] == ["0.2", "0.0001", "1e+38"]
        assert "stopped: non-finite" in rows[2]
        assert rows[2].split()[2:5] == ["-", "-", "-"]
        assert blank == ""
        assert "validation" in lesson
        assert said.err == ""

    @pytest.mark.slow
    def test_json_is_a_line_a_run(self, capsys: pytest.CaptureFixture[str]) -> None:
        options = ["--vary", "layers=784-5-10,784-6-10", "--vary", "l2=0.1", "--json"]
        assert main(["sweep", "default", "--epochs", "2", "--seed", "5", *options]) == 0
        first, second = map(json.loads, capsys.readouterr().out.splitlines())
        assert first["settings"] == {"network.layers": [784, 5, 10], "training.l2": 0.1}
        assert (first["run"], second["run"], first["seed"], first["epochs"]) == (1, 2, 5, 2)
        assert first["parameters"] == 784 * 5 + 5 + 5 * 10 + 10
        assert 0 <= second["test_accuracy"] <= 1
        assert math.isfinite(second["seconds"])
        assert "stopped" not in first

    def test_networks_are_kept_where_they_are_worth_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        options = ["--vary", "learning_rate=1e38,0.1", "--epochs", "1", "--json"]
        assert main(["sweep", "default", *options, "--save-dir", str(tmp_path)]) == 0
        bad, good = map(json.loads, capsys.readouterr().out.splitlines())
        assert "non-finite" in bad["stopped"]
        assert bad["test_accuracy"] is None
        (file,) = tmp_path.iterdir()
        assert file.name == "default-2.safetensors"
        saved = load_checkpoint(file)
        assert (saved.step, saved.recipe.training.learning_rate) == (good["steps"], 0.1)

    def test_ctrl_c_shows_what_is_done(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        original, steps = Sweep._advance, []

        def interrupted(sweep: Sweep, run: Any, place: int) -> None:
            steps.append(place)
            if place == 2:
                raise KeyboardInterrupt
            original(sweep, run, place)

        monkeypatch.setattr(Sweep, "_advance", interrupted)
        assert main(["sweep", "default", "--vary", "seed=1,2,3,4", "--epochs", "1"]) == 130
        said = capsys.readouterr()
        assert len(said.out.splitlines()) == 1 + 2 + 2
        assert said.err == "tui-nn: interrupted: 2 of 4 runs done\n"

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (["--vary", "foo=1"], "foo: no such key"),
            (["--vary", "l2=0..1"], "how many runs"),
            (["--vary", "optimizer=sgd,foo"], "invalid name 'foo'"),
            ([], "Missing option '--vary'"),
            (["--vary", "seed=1,2", "--runs", "0"], "--runs"),
        ],
    )
    def test_what_was_typed_wrongly_exits_2(
        self, options: list[str], says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["sweep", "default", *options]) == 2
        said = capsys.readouterr()
        assert says in said.err
        assert (said.out, said.err.count("\n")) == ("", 1)

    def test_a_folder_that_is_not_there_is_said_before_anything_is_trained(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = str(tmp_path / "nowhere")
        assert main(["sweep", "default", "--vary", "seed=1", "--save-dir", folder]) == 1
        assert "there is no folder" in capsys.readouterr().err
