"""The figures that ship with the model: incidence table, observations, events."""

from __future__ import annotations

import csv
import functools
from importlib import resources
from typing import Any

import numpy as np

from agents.terms import N_AGES

Array = np.ndarray[Any, Any]


@functools.cache
def incidence_table() -> Array:
    """Return the annual incidence of critical illness by sex and age.

    Returns
    -------
    ndarray of float64, shape (2, 121)
        Rows: men, women; columns: age [years]. In [1/year]. Beyond the table's oldest age (85)
        the last value holds.

    Notes
    -----
    Chinese industry table of 25 critical illnesses, 2006-2010, published 2013.
    """
    table = np.zeros((2, N_AGES))
    rows = read_rows("incidence.csv")
    oldest = max(int(row["age_years"]) for row in rows)
    for row in rows:
        sex = 1 if row["sex"] == "female" else 0
        table[sex, int(row["age_years"])] = float(row["incidence_per_1000_person_years"]) / 1000
    table[:, oldest + 1 :] = table[:, oldest : oldest + 1]
    table.setflags(write=False)
    return table


def read_rows(name: str) -> list[dict[str, str]]:
    """Return a data file of this package as a list of rows by column name."""
    text = (resources.files("model") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
