"""The tables that we name are nbgrader's own: same columns, same types, same defaults where we rely on them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from nbgrader import api

from autograder.gradebook import tables

OURS = [value for value in vars(tables).values() if isinstance(value, sa.Table)]


@pytest.mark.parametrize("ours", OURS, ids=lambda table: table.name)
def test_a_table_is_nbgraders_own(ours: sa.Table) -> None:
    theirs = api.Base.metadata.tables[ours.name]
    for column in ours.columns:
        other = theirs.columns[column.name]
        assert str(column.type) == str(other.type)
        assert column.primary_key == other.primary_key


@pytest.mark.parametrize("ours", OURS, ids=lambda table: table.name)
def test_what_we_leave_out_may_be_empty(ours: sa.Table) -> None:
    theirs = api.Base.metadata.tables[ours.name]
    left_out = [column for column in theirs.columns if column.name not in ours.columns]
    assert [column.name for column in left_out if not column.nullable and column.default is None] == []
