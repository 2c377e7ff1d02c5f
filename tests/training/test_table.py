"""Rows that grow in number, and never change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.training.stepping.table import Table


def filled(rows: int) -> Table:
    table = Table(3)
    for row in range(rows):
        table.add(row, -row, row / 2)
    return table


@given(st.lists(st.integers(0, 200), max_size=5))
def test_rows_handed_out_never_change(growth: list[int]) -> None:
    table, handed = Table(2), []
    for more in growth:
        handed.append((table.rows, len(table)))
        for _ in range(more):
            table.add(len(table), 7)
    for rows, length in [*handed, (table.rows, sum(growth))]:
        assert rows[:, 0].tolist() == list(range(length))


def test_it_goes_on_behind_rows_of_another_which_stay_as_they_were() -> None:
    first = filled(100)
    second = Table.of(first.rows[:80])
    assert np.shares_memory(first.rows, second.rows), "without a copy"
    second.add(9, 9, 9)
    assert np.array_equal(second.rows[:80], first.rows[:80])
    assert second.rows[80].tolist() == [9, 9, 9]
    assert first.rows[80].tolist() == [80, -80, 40]


@pytest.mark.parametrize("rows", [0, 1, 64, 65, 1000])
def test_its_rows_are_read_only_and_no_more_than_were_added(rows: int) -> None:
    found = filled(rows).rows
    assert found.shape == (rows, 3)
    with pytest.raises(ValueError, match="read-only"):
        found[:] = 0
