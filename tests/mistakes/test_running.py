"""A run with a mistake is a run: it steps back, is saved and resumed, to the same bits."""

from pathlib import Path

import pytest

from tests.training.runs import BATCHES, CLUSTERS, finish, method, outcome, session
from tui_nn.errors import TuiNNError
from tui_nn.mistakes.table import MISTAKES
from tui_nn.training.recipe.file import format_toml
from tui_nn.training.recipe.recipe import Recipe, parse
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.place import Place
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

MEMORY = 100_000_000
BASES: tuple[dict[str, object], ...] = (
    {"l2": 0.01, "momentum": 0.5},
    {"network": {"activation": ["tanh", "relu"], "dropout": 0.3}, "optimizer": "adam"},
    {"network": {"output": "sigmoid", "activation": ["tanh", "relu"]}, "loss": "quadratic"},
)


def with_mistake(name: str) -> Recipe:
    """The first small recipe that a mistake makes sense for."""
    for base in BASES:
        try:
            return method(**base, mistake=name)  # type: ignore[arg-type]
        except TuiNNError:
            continue
    raise AssertionError(f"no recipe for {name}")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_run_steps_back_and_forth_to_the_same_bits(name: str, tmp_path: Path) -> None:
    recipe = with_mistake(name)
    whole = session(recipe, history_memory=MEMORY)
    seen = {}
    for _ in range(2 * BATCHES):
        for _ in whole.program.operations:
            whole.step_operation()
            place = whole.position.place
            seen[place] = {each: array.tobytes() for each, array in whole.state.tensors.items()}
        if whole.reason:
            break
    for place in list(seen)[:: -max(len(seen) // 7, 1)]:
        whole.go_to(place)
        held = {each: array.tobytes() for each, array in whole.state.tensors.items()}
        assert held == seen[place]

    run = session(recipe)
    run.step_batch()
    run.step_operation()
    save_checkpoint(tmp_path / "run.safetensors", run.checkpoint())
    saved = load_checkpoint(tmp_path / "run.safetensors")
    assert saved.recipe.training.mistake == name
    resumed = Session.resumed(saved, CLUSTERS, threads=1)
    assert resumed.position == run.position
    for both in (run, resumed):
        while not both.finished and not both.reason:
            both.step_batch()
    assert resumed.state.flat.tobytes() == run.state.flat.tobytes()


@pytest.mark.parametrize("name", MISTAKES)
def test_every_operation_is_one_step(name: str) -> None:
    """Stepping operation by operation is training at full speed."""
    recipe = with_mistake(name)
    stepped, trained = session(recipe), session(recipe)
    for _ in range(3):
        place = Place(stepped.position.place.step + 1, 0)
        while stepped.position.place < place:
            stepped.step_operation()
        trained.step_batch()
    assert stepped.state.flat.tobytes() == trained.state.flat.tobytes()


def test_a_recipe_without_a_mistake_is_as_it_was() -> None:
    assert "mistake" not in format_toml(method())
    assert outcome(finish(session(method()))) == outcome(finish(session(method(mistake=None))))


def test_the_mistake_stands_in_the_recipes_file() -> None:
    text = format_toml(method(mistake="uphill"))
    assert 'mistake = "uphill"' in text
    assert parse(text, "small", "small.toml") == method(mistake="uphill")


@pytest.mark.parametrize(
    ("name", "training", "why"),
    [
        ("output-slope-missing", {}, "it is for the quadratic cost"),
        ("momentum-sign", {}, "it needs a momentum"),
        ("l2-factor-two", {}, "it needs an L2 penalty"),
        ("not-shuffled", {"batch_size": "full"}, "several batches"),
        ("weights-updated-too-early", {"gradient_clipping": 1.0}, "no gradient clipping"),
    ],
)
def test_what_a_mistake_makes_no_sense_for_is_said(
    name: str, training: dict[str, object], why: str
) -> None:
    with pytest.raises(TuiNNError, match=rf"training.mistake: {name}: .*{why}"):
        method(mistake=name, **training)


def test_an_unknown_mistake_is_said() -> None:
    with pytest.raises(TuiNNError, match=r"training.mistake: invalid name 'uphil'; allowed are"):
        method(mistake="uphil")


def test_everything_is_said_of_every_mistake() -> None:
    for each in MISTAKES.values():
        words = each.words
        assert all((each.title, words.wrong, words.right, words.sees, words.find, words.source))
        assert words.wrong != words.right
        assert words.needs or not each.refuses or each.name == "bias-gradient-averaged"
