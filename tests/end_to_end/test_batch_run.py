"""Whoever knows `mesa.batch_run` is at home, and gets the runs of the model itself."""

from __future__ import annotations

import inspect

import mesa
import pytest

from agents.errors import ScenarioError
from experiments.sweeps.batch import batch_run
from model import AdverseSelectionModel, Scenario
from model.reporters import REPORTERS

SMALL = {"n_people": 200, "n_periods": 4}


def small(parameters=None, **named):
    named = {"display_progress": False, **named}
    return batch_run(AdverseSelectionModel, {**SMALL, **(parameters or {})}, **named)


def test_the_arguments_are_those_of_mesa():
    if not hasattr(mesa, "batch_run"):
        pytest.skip("this Mesa has no batch_run")
    theirs = inspect.signature(mesa.batch_run).parameters
    ours = inspect.signature(batch_run).parameters
    assert [name for name in theirs if name not in ours] == []
    for name in ("number_processes", "data_collection_period", "max_steps", "display_progress"):
        assert ours[name].default == theirs[name].default


def test_every_combination_is_run_as_often_as_asked():
    rows = small({"fee": [0.0, 0.5], "ties": "none"}, iterations=3)
    assert [row["RunId"] for row in rows] == list(range(6))
    assert [row["iteration"] for row in rows] == [0, 0, 1, 1, 2, 2]
    assert [row["fee"] for row in rows] == [0.0, 0.5] * 3
    assert {row["ties"] for row in rows} == {"none"}
    assert {row["Step"] for row in rows} == {4}


def test_a_row_is_what_the_model_itself_reports():
    (row,) = small({"fee": 0.3})
    model = AdverseSelectionModel(Scenario(**SMALL, fee=0.3), rng=row["seed"])
    model.run_model()
    reported = model.datacollector.get_model_vars_dataframe().iloc[-1]
    assert {name: row[name] for name in REPORTERS} == pytest.approx(dict(reported))
    assert row["outcome"] == model.verdict.outcome


def test_periods_are_collected_at_the_distance_asked_for():
    rows = small(data_collection_period=3)
    assert [row["Step"] for row in rows] == [0, 3, 4]
    assert [row["Step"] for row in small(data_collection_period=1)] == [0, 1, 2, 3, 4]


def test_runs_end_at_the_most_steps():
    named = {"scenario": Scenario(**SMALL), "display_progress": False}
    (row,) = batch_run(AdverseSelectionModel, {}, max_steps=2, **named)
    assert row["Step"] == row["periods"] == 2


def test_an_impossible_combination_has_a_row_that_says_why():
    rows = small({"entry_age_min": [20, 70]})
    assert [row["status"] for row in rows] == ["ok", "failed"]
    assert "entry_age_min = 70 years is above" in rows[1]["error"]
    assert rows[1]["Step"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"model_cls": mesa.Model}, "AdverseSelectionModel only, not Model"),
        ({"parameters": {"feee": 0.1}}, "unknown parameter 'feee'"),
        ({"parameters": {"fee": []}}, "fee has no values"),
        ({"iterations": 0}, "replicates = 0"),
        ({"data_collection_period": 0}, "data_collection_period = 0"),
        ({"scenario": "stabel"}, "unknown preset 'stabel'"),
    ],
)
def test_wrong_arguments_are_told(arguments, words):
    usual = {"model_cls": AdverseSelectionModel, "parameters": SMALL, "display_progress": False}
    with pytest.raises(ScenarioError, match=words):
        batch_run(**{**usual, **arguments})
