"""Augmentation: distortions that can be drawn again, and pixels that can be taken apart."""

import random as chance
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.data import augmentation as module
from tui_nn.data.augmentation import Augment, Augmentation, augment
from tui_nn.data.warp import affine_places, gaussian, sample, smooth
from tui_nn.nn.explain import Terms
from tui_nn.nn.inputs import network_input, raw_input
from tui_nn.nn.operation import StepContext
from tui_nn.nn.tensor import Array

SIDE = 28
FLOAT64 = np.dtype(np.float64)
EVERYTHING = Augmentation(shift=2, rotation=15, scale=0.15, elastic=34)


def context(samples: Array, seed: int = 1, epoch: int = 1) -> StepContext:
    return StepContext(seed=seed, epoch=epoch, step=0, indices=samples, learning_rate=0.1)


def pictures(samples: Array, side: int = SIDE, dtype: type[np.floating[Any]] = np.float64) -> Array:
    """Noise with paper between, its numbers decided by the sample's alone."""
    each = [np.random.default_rng([7, number]).uniform(-1, 1, side**2) for number in samples]
    return np.array(each, dtype).reshape(len(samples), side**2).clip(0)


def distort(
    augmentation: Augmentation,
    samples: Array,
    seed: int = 1,
    epoch: int = 1,
    dtype: type[np.floating[Any]] = np.float64,
) -> Array:
    x = pictures(samples, dtype=dtype)
    tensors = {"original": x, "a0": np.full_like(x, np.nan)}
    augment(augmentation, x.shape[1]).run(tensors, context(samples, seed, epoch))
    return tensors["a0"]


def kernel_of(augmentation: Augmentation) -> Augment:
    return Augment(augmentation, SIDE, raw_input((SIDE**2,)), network_input((SIDE**2,)))


def amounts(augmentation: Augmentation, samples: int = 2000) -> Array:
    """Rotation, scale and the two shifts of many samples, a column each."""
    kernel = kernel_of(augmentation)
    return kernel.draws(context(np.arange(samples)), slice(samples))[0]


def identity_places(side: int) -> Array:
    one = np.ones(1)
    return affine_places(side, 0 * one, one, np.zeros((1, 2)), FLOAT64)


class TestGeometry:
    def test_a_shift_by_whole_pixels_moves_the_ink(self) -> None:
        image = np.zeros((1, 4, 4))
        image[0, 1, 0], image[0, 3, 2] = 0.5, 1.0
        places = affine_places(4, np.zeros(1), np.ones(1), np.array([[1.0, 2.0]]), FLOAT64)
        expected = np.zeros((1, 4, 4))
        expected[0, 2, 2] = 0.5  # one down, two to the right; the other has left the picture
        np.testing.assert_array_equal(sample(image, places), expected)

    def test_displacements_say_where_ink_is_taken_from(self) -> None:
        image = np.arange(9.0).reshape(1, 3, 3)
        places = identity_places(3)
        places[0, 0, :, 0] += [2, 1]
        shown = sample(image, places)[0]
        assert shown[0, 0] == image[0, 2, 1]
        np.testing.assert_array_equal(shown.ravel()[1:], image.ravel()[1:])

    def test_a_quarter_turn_is_anticlockwise(self) -> None:
        image = np.arange(25.0).reshape(1, 5, 5)
        angle = np.array([np.pi / 2])
        places = affine_places(5, angle, np.ones(1), np.zeros((1, 2)), FLOAT64)
        np.testing.assert_allclose(sample(image, places)[0], np.rot90(image[0]), atol=1e-12)

    def test_twice_as_large_takes_half_the_way_from_the_middle(self) -> None:
        places = affine_places(5, np.zeros(1), np.array([2.0]), np.zeros((1, 2)), FLOAT64)
        np.testing.assert_allclose(places[0, :, 0, 0], [1, 1.5, 2, 2.5, 3])
        np.testing.assert_allclose(places[0, 0, 1, :], [1, 1.5, 2, 2.5, 3])

    @given(st.floats(-np.pi, np.pi), st.floats(0.1, 2))
    def test_rotation_and_scale_keep_the_middle(self, angle: float, scale: float) -> None:
        zero = np.zeros((1, 2))
        places = affine_places(5, np.array([angle]), np.array([scale]), zero, FLOAT64)
        np.testing.assert_allclose(places[0, 2, :, 2], [2, 2], atol=1e-12)

    def test_a_place_between_four_pixels_by_hand(self) -> None:
        """A quarter down and a half across: 3/8 of each above, 1/8 of each below."""
        image = np.array([[[0.8, 0.4], [0.0, 1.0]]])
        places = identity_places(2)
        places[0, 0, :, 0] = [0.25, 0.5]
        assert sample(image, places)[0, 0, 0] == pytest.approx(0.3 + 0.15 + 0 + 0.125)

    @pytest.mark.parametrize(
        ("place", "shown"),
        [((-0.25, 0), 0.75), ((0, 1.75), 0.25), ((-1, 0), 0), ((2, 1), 0), ((9e9, -9e9), 0)],
    )
    def test_outside_is_paper(self, place: tuple[float, float], shown: float) -> None:
        # Other pictures before and after: nothing may come from them.
        images = np.ones((3, 2, 2))
        places = np.repeat(identity_places(2), 3, axis=0)
        places[1, 0, :, 0] = place
        assert sample(images, places)[1, 0, 0] == shown

    @pytest.mark.parametrize("sigma", [1e-308, 0.5, 4.0, 28.0])
    def test_the_gaussian_is_that_of_the_definition(self, sigma: float) -> None:
        matrix = gaussian(SIDE, sigma, FLOAT64)
        assert matrix[14].sum() <= 1 + 1e-12
        np.testing.assert_array_equal(matrix, matrix.T)
        if sigma == 1e-308:
            np.testing.assert_array_equal(matrix, np.eye(SIDE))
        elif sigma == 4.0:
            # exp(−d²/2σ²)/(σ√2π), but for the little that is cut off beyond 4σ.
            density = np.exp(-(np.arange(14) ** 2) / 32) / (4 * np.sqrt(2 * np.pi))
            np.testing.assert_allclose(matrix[14, 14:], density, rtol=1e-3)

    def test_smoothing_spreads_one_point_both_ways_in_its_own_field(self) -> None:
        noise = np.zeros((2, SIDE, 2, SIDE))
        noise[1, 9, 0, 20] = 1.0
        matrix = gaussian(SIDE, 2.0, FLOAT64)
        fields = smooth(noise, 2.0)
        np.testing.assert_allclose(fields[1, :, 0], np.outer(matrix[9], matrix[20]), atol=1e-15)
        assert not fields[0].any()
        assert not fields[1, :, 1].any()


class TestAmounts:
    def test_nothing_changes_where_nothing_is_asked_for(self) -> None:
        samples = np.arange(5)
        assert not Augmentation().distorts
        np.testing.assert_array_equal(distort(Augmentation(), samples), pictures(samples))

    @pytest.mark.parametrize("name", ["shift", "rotation", "scale", "elastic"])
    def test_each_amount_distorts_by_itself(self, name: str) -> None:
        augmentation = Augmentation(**{name: 0.5})
        assert augmentation.distorts
        samples = np.arange(5)
        assert not np.array_equal(distort(augmentation, samples), pictures(samples))

    @pytest.mark.parametrize(
        ("augmentation", "column", "low", "high"),
        [
            (Augmentation(rotation=15), 0, -15, 15),
            (Augmentation(scale=0.15), 1, 0.85, 1.15),
            (Augmentation(shift=2), 2, -2, 2),
            (Augmentation(shift=2), 3, -2, 2),
        ],
    )
    def test_amounts_fill_their_range_evenly(
        self, augmentation: Augmentation, column: int, low: float, high: float
    ) -> None:
        drawn = np.sort(amounts(augmentation)[:, column])
        assert low <= drawn[0]
        assert drawn[-1] <= high
        # Kolmogorov's distance from the even distribution; 0.05 is far beyond chance for 2000.
        even = np.linspace(low, high, len(drawn))
        assert np.abs(drawn - even).max() < 0.05 * (high - low)

    def test_amounts_of_zero_stay_out(self) -> None:
        np.testing.assert_array_equal(amounts(Augmentation(elastic=34), 9), [[0, 1, 0, 0]] * 9)

    def test_amounts_are_independent_of_each_other(self) -> None:
        correlation = np.corrcoef(amounts(EVERYTHING), rowvar=False)
        assert np.abs(correlation - np.eye(4)).max() < 0.1

    def test_the_places_are_those_of_the_amounts(self) -> None:
        kernel, step = kernel_of(EVERYTHING), context(np.arange(40))
        drawn, _ = kernel.draws(step, slice(40))
        places, _ = kernel.places(step, slice(40), FLOAT64)
        # One pixel to the right goes cos θ/s across and sin θ/s down in the original.
        down, across = (places[:, 0, :, 1] - places[:, 0, :, 0]).T
        np.testing.assert_allclose(np.degrees(np.arctan2(down, across)), drawn[:, 0])
        np.testing.assert_allclose(1 / np.hypot(down, across), drawn[:, 1])

    def test_an_elastic_displacement_is_a_pixel_or_two(self) -> None:
        step = context(np.arange(200))
        _, moved = kernel_of(Augmentation(elastic=34)).places(step, slice(200), FLOAT64)
        middle = moved[:, 12:16, :, 12:16]
        assert middle.std() == pytest.approx(34 / (8 * np.sqrt(3 * np.pi)), rel=0.1)
        assert abs(middle.mean()) < 0.2
        # Neighbours move together: a difference of a pixel would tear the stroke.
        assert np.abs(np.diff(moved, axis=1)).max() < 1.5

    def test_elastic_leaves_the_affine_map_as_it_was(self) -> None:
        affine = msgspec.structs.replace(EVERYTHING, elastic=0.0)
        np.testing.assert_array_equal(amounts(EVERYTHING, 9), amounts(affine, 9))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"shift": 15.0},
            {"shift": -1.0},
            {"rotation": 181.0},
            {"scale": 1.0},
            {"elastic": float("nan")},
            {"smoothness": 0.0},
            {"shear": 1.0},
        ],
    )
    def test_impossible_amounts_are_refused(self, wrong: dict[str, float]) -> None:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, Augmentation)


class TestReplay:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_a_sample_has_its_bits_in_any_batch(self, dtype: type[np.floating[Any]]) -> None:
        together = distort(EVERYTHING, np.arange(100), dtype=dtype)
        order = np.random.default_rng(3).permutation(100)
        np.testing.assert_array_equal(distort(EVERYTHING, order, dtype=dtype), together[order])
        for size in (1, 2, 7, 31, 33):
            some = order[:size]
            np.testing.assert_array_equal(distort(EVERYTHING, some, dtype=dtype), together[some])

    @pytest.mark.parametrize("together", [1, 3, 32, 1000])
    def test_how_many_are_worked_on_at_a_time_changes_nothing(
        self, together: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        samples = np.arange(40)
        usual = distort(EVERYTHING, samples)
        monkeypatch.setattr(module, "TOGETHER", together)
        np.testing.assert_array_equal(distort(EVERYTHING, samples), usual)

    @pytest.mark.parametrize(("seed", "epoch"), [(2, 1), (1, 2)])
    @pytest.mark.parametrize("augmentation", [EVERYTHING, Augmentation(rotation=15)])
    def test_another_epoch_or_seed_distorts_every_sample_otherwise(
        self, augmentation: Augmentation, seed: int, epoch: int
    ) -> None:
        samples = np.arange(50)
        one, another = distort(augmentation, samples), distort(augmentation, samples, seed, epoch)
        assert (one != another).any(axis=1).all()

    def test_samples_are_distorted_independently(self) -> None:
        kernel, step = kernel_of(EVERYTHING), context(np.arange(100))
        drawn, noise = kernel.draws(step, slice(100))
        correlation = np.corrcoef(noise.reshape(100, -1))
        assert np.abs(correlation - np.eye(100)).max() < 0.15
        assert len(np.unique(drawn[:, 0])) == 100

    def test_x_is_left_as_it_was(self) -> None:
        x = pictures(np.arange(3))
        tensors = {"original": x.copy(), "a0": np.empty_like(x)}
        augment(EVERYTHING, SIDE**2).run(tensors, context(np.arange(3)))
        np.testing.assert_array_equal(tensors["original"], x)

    def test_float32_is_float64_but_for_rounding(self) -> None:
        samples = np.arange(64)
        single = distort(EVERYTHING, samples, dtype=np.float32)
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, distort(EVERYTHING, samples), atol=1e-5, rtol=0)


@st.composite
def augmentations(draw: st.DrawFn) -> Augmentation:
    def upto(most: float) -> float:
        return draw(st.just(0.0) | st.floats(0, most))

    return Augmentation(
        shift=upto(14),
        rotation=upto(180),
        scale=upto(0.99),
        elastic=upto(500),
        smoothness=draw(st.floats(0.1, 28)),
    )


def explained(
    augmentation: Augmentation,
    samples: Array,
    row: int,
    pixel: int,
    dtype: type[np.floating[Any]] = np.float64,
    side: int = SIDE,
) -> tuple[Terms, Array]:
    x = pictures(samples, side, dtype)
    tensors, step = {"original": x, "a0": np.empty_like(x)}, context(samples)
    kernel = augment(augmentation, side**2).kernel
    kernel.bind(tensors)(step)
    stored = float(tensors["a0"][row, pixel])
    return kernel.terms({"original": x}, step, "a0", (row, pixel), stored), x


class TestTerms:
    @given(augmentations(), st.integers(1, 6), st.integers(2, 9), st.randoms(use_true_random=False))
    def test_the_parts_sum_to_the_pixel(
        self, augmentation: Augmentation, rows: int, side: int, random: chance.Random
    ) -> None:
        samples = np.array([random.randrange(60_000) for _ in range(rows)])
        row, pixel = random.randrange(rows), random.randrange(side**2)
        terms, x = explained(augmentation, samples, row, pixel, side=side)
        sizes = sum(abs(part.value) for part in terms.parts)
        assert abs(terms.residual) <= 1e-12 * sizes
        assert 1 <= len(terms.parts) <= 4
        assert sum(part.factors[0].value for part in terms.parts) <= 1 + 1e-12
        for part in terms.parts:
            weight, source = part.factors
            assert part.value == weight.value * source.value
            assert weight.name is None
            assert weight.what
            assert source.name == "original"
            assert source.value == x[source.index]
            assert source.index[0] == row

    @given(st.integers(0, SIDE**2 - 1))
    def test_in_float32_only_rounding_is_left(self, pixel: int) -> None:
        terms, _ = explained(EVERYTHING, np.arange(2), 1, pixel, np.float32)
        assert abs(terms.residual) <= 5e-7 * sum(abs(part.value) for part in terms.parts)

    def test_an_undistorted_pixel_is_itself(self) -> None:
        terms, x = explained(Augmentation(), np.arange(2), 1, 400)
        assert [part.label for part in terms.parts] == ["weight·original[1,400]"]
        assert terms.parts[0].factors[0].value == 1
        assert terms.total == x[1, 400]
        assert [(step.label, step.value) for step in terms.steps[:2]] == [
            ("row in the original", 14),
            ("column in the original", 8),
        ]

    def test_a_place_outside_is_one_part_of_nothing(self) -> None:
        """With half the size, the corner shows a place far outside."""
        kernel, step = kernel_of(Augmentation(scale=0.9)), context(np.arange(50))
        small = int(kernel.draws(step, slice(50))[0][:, 1].argmin())
        terms, _ = explained(Augmentation(scale=0.9), np.arange(50), small, 0)
        assert terms.total == terms.residual == 0
        assert [part.value for part in terms.parts] == [0]
        assert "outside" in terms.parts[0].factors[0].what

    def test_the_working_says_where_the_pixel_comes_from(self) -> None:
        terms, _ = explained(EVERYTHING, np.arange(3), 2, 14 * SIDE + 13)
        values = {step.label: step.value for step in terms.steps}
        for direction, size in (("row in the original", SIDE), ("column in the original", 1)):
            # The place is the mean of the pixels around it, by their weights.
            mean = sum(
                part.factors[0].value * (part.factors[1].index[1] // size % SIDE)
                for part in terms.parts
            )
            assert values[direction] == pytest.approx(mean)
        assert {"rotation θ, in degrees", "scale s", "shift down", "shift right"} < set(values)
        assert abs(values["rotation θ, in degrees"]) <= 15
        for step in terms.steps:
            if step.factors:
                assert step.value == pytest.approx(sum(factor.value for factor in step.factors))
        assert terms.steps[-1].value == terms.total
        assert not terms.steps[-1].factors


class TestOperation:
    def test_it_reads_the_pixels_and_writes_what_the_network_sees(self) -> None:
        operation = augment(EVERYTHING, SIDE**2)
        assert (operation.names_read, operation.names_written) == (("original",), ("a0",))
        assert [each.shape for each in (*operation.reads, *operation.writes)] == [(784,), (784,)]

    @pytest.mark.parametrize(
        ("augmentation", "torch"),
        [
            (Augmentation(), "x = v2.Identity()(original)"),
            (Augmentation(elastic=34), "x = v2.Compose([v2.ElasticTransform(68, 4)])(original)"),
            (
                Augmentation(shift=7, rotation=15, scale=0.5),
                "x = v2.Compose([v2.RandomAffine(15, translate=(0.25, 0.25), "
                "scale=(0.5, 1.5))])(original)",
            ),
        ],
    )
    def test_it_says_its_equivalent(self, augmentation: Augmentation, torch: str) -> None:
        assert augment(augmentation, SIDE**2).torch == torch
