"""The record of a run: what was counted, booked and announced, period by period."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from agents.ledger import N_ENTRIES
from agents.tallies import N_TALLIES

Array = np.ndarray[Any, Any]

FLAT, SLOPE, FEE = range(3)


class Record(NamedTuple):
    """Arrays with a row for each period, period 0 first; rows not lived through yet are zero."""

    totals: Array
    """float64 (periods + 1, plans, N_TALLIES): counts of all tiles."""
    books: Array
    """float64 (periods + 1, plans, N_ENTRIES): entries of `agents.ledger`."""
    terms: Array
    """float64 (periods + 1, plans, 3): flat part, slope and fee that were settled."""
    open: Array
    """bool (periods + 1, plans): whether each plan existed at the end."""

    def until(self, period: int) -> Record:
        """Return the rows of periods 0 to `period`."""
        return Record(*(column[: period + 1] for column in self))


def empty_record(n_periods: int, n_plans: int) -> Record:
    """Return a record with room for periods 0 to n_periods."""
    n = n_periods + 1
    return Record(
        np.zeros((n, n_plans, N_TALLIES)),
        np.zeros((n, n_plans, N_ENTRIES)),
        np.zeros((n, n_plans, 3)),
        np.zeros((n, n_plans), np.bool_),
    )


def with_room(record: Record, n_periods: int) -> Record:
    """Return a record with room for at least n_periods, what it holds included."""
    missing = n_periods + 1 - len(record.totals)
    if missing <= 0:
        return record
    return Record(
        *(
            np.concatenate([column, np.zeros((missing, *column.shape[1:]), column.dtype)])
            for column in record
        )
    )
