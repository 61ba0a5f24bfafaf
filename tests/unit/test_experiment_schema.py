"""The schema by which an editor completes and checks an experiment agrees with the reader."""

from __future__ import annotations

import json
import tomllib
from importlib import resources

import pytest

from experiments.sweep_report.kinds import KINDS
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.factors import checked, known_parameters
from experiments.sweeps.reading import experiment_as_toml, experiment_names
from experiments.sweeps.schema import schema
from model import Plan, Scenario
from model.quantities import range_of, unit_of

MISTAKES = {
    "an unknown parameter": "[factors]\nfeee = [0.1]",
    "a number out of range": "[factors]\nfee = [11.0]",
    "an end out of range": "[factors]\nfee = { low = 0, high = 11, steps = 2 }",
    "a choice that there is not": '[set]\nties = "watts"',
    "an unknown design": '[design]\nkind = "sobel"',
    "an unknown column": '[record]\nseries = ["membrs"]',
    "an option of another figure": "[[figure]]\nkind = 'lines'\nx = 'fee'\ny = 'attention'",
    "no replicates": "replicates = 0",
    "an unknown key": "colour = 'red'",
}


@pytest.fixture(scope="module")
def check():
    """Return a function that says what the schema has against a TOML text."""
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    return lambda text: [error.message for error in validator.iter_errors(tomllib.loads(text))]


def test_the_schema_is_json():
    assert json.loads(json.dumps(schema(), allow_nan=False)) == schema()


@pytest.mark.parametrize("table", ["set", "factors"])
def test_every_parameter_is_described_with_its_unit(table):
    described = schema()["properties"][table]["properties"]
    for name in known_parameters([]):
        owner = Scenario if name in Scenario.model_fields else Plan
        field = owner.model_fields[name]
        assert field.description in described[name]["description"]
        assert unit_of(field) in described[name]["description"]


def test_numbers_have_the_range_that_the_model_declares():
    described = schema()["properties"]["set"]["properties"]
    for name in ("fee", "n_people", "attention"):
        owner = Scenario if name in Scenario.model_fields else Plan
        low, high = range_of(owner.model_fields[name])
        assert (described[name]["minimum"], described[name]["maximum"]) == (low, high)


def test_defaults_in_the_schema_are_allowed_by_the_reader():
    described = schema()["properties"]["set"]["properties"]
    for name in known_parameters([]):
        default = described[name].get("default")
        if default is not None:
            checked(name, default)


def test_figures_are_those_that_a_report_can_draw():
    kinds = schema()["properties"]["figure"]["items"]["anyOf"]
    assert {kind["properties"]["kind"]["const"] for kind in kinds} == set(KINDS)


def test_experiments_that_ship_are_accepted(check):
    for name in experiment_names():
        file = resources.files("experiments") / "named" / f"{name}.toml"
        assert check(file.read_text("utf-8")) == []


def test_whatever_is_written_is_accepted(check):
    experiment = Experiment(
        question="Why?",
        set={"pool.term": 3, "events": [{"period": 3}], "year_cap": None},
        factors={
            "preset": ["stable", "subsidised"],
            "case_cap": [None, 3.0],
            "n_people": {"low": 10, "high": 1000, "steps": 3, "scale": "log"},
            "pool.benefit": [[[0, 1.0]], [[0, 1.0], [40, 2.0]]],
        },
        figure=[{"kind": "lines", "x": "case_cap", "measures": ["collapsed", "members_kept"]}],
    )
    assert check(experiment_as_toml(experiment.frozen())) == []
    rows = [{"label": "a"}, {"label": "b", "fee": 0.1, "preset": "stable"}]
    table = Experiment(question="Why?", design={"kind": "table", "rows": rows})
    assert check(experiment_as_toml(table)) == []


def test_a_rule_may_stand_under_its_plan(check):
    assert check('question = "Why?"\n[factors]\npool.fee = [0.1]\n[set]\npool.term = 3') == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_seen_as_it_is_typed(mistake, check):
    assert check(f'question = "Why?"\n{MISTAKES[mistake]}\n')


def test_a_question_is_asked_for(check):
    assert check("[factors]\nfee = [0.1]") == ["'question' is a required property"]
