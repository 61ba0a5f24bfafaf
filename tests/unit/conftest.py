"""Small worlds with known numbers: a few people, textbook rules, one thing switched on."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from model import Scenario, Simulation


@pytest.fixture(scope="session")
def crowd():
    """Return a function that makes a frame of people: single values hold for everybody."""

    def make(n=1, **columns):
        lists = (list, tuple, range, np.ndarray)
        return pl.DataFrame(
            {
                name: value if isinstance(value, lists) else [value] * n
                for name, value in columns.items()
            }
        )

    return make


@pytest.fixture(scope="session")
def textbook():
    """Return a function that builds a simulation at the textbook setting, plus some rules."""

    def build(people=None, *, seed=1, graph=None, plans=None, **rules):
        scenario = Scenario.textbook(**({} if plans is None else {"plans": plans}))
        return Simulation(scenario.but(**rules), people=people, ties=graph, seed=seed)

    return build


@pytest.fixture(scope="session")
def still(textbook):
    """Return the same with members who never think about leaving and outsiders who never join."""

    def build(people=None, **rules):
        return textbook(people, **{"attention": 0.0, "awareness": 0.0, **rules})

    return build


@pytest.fixture(scope="session")
def column():
    """Return a function that reads a column of a history as a list, period 0 first."""

    def read(simulation, name, plan=None):
        history = simulation.history
        if plan is not None:
            history = history.filter(pl.col("plan") == plan)
        return history[name].to_list()

    return read
