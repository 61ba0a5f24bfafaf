"""Frames of people and graphs that cannot be: a clear sentence for each fault."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import polars as pl
import pytest

from agents.errors import DeathspiralError, PeopleError, ScenarioError, TiesError
from model import AdverseSelectionModel, Plan, Scenario, Simulation
from model.people_frame import PER_PLAN, TRAITS, read_people

NAN, INF = float("nan"), float("inf")
COLUMNS = {**TRAITS, **PER_PLAN}
SOUND = {
    "person": [4, 9],
    "age": [30.0, 45.5],
    "sex": ["female", "male"],
    "frailty": [0.5, 2.0],
    "income": [5e4, 9e4],
    "risk_aversion": [1e-6, 2e-6],
    "price_sensitivity": [1.0, 0.5],
    "fairness_concern": [0.0, 2.0],
    "susceptibility": [0.0, 1.0],
    "opinion": [-1.0, 1.0],
    "adoption_threshold": [0.1, 0.9],
    "plan": ["pool", None],
    "expected_cost": [1.0, 2.0],
    "willingness_to_pay": [-1.0, 9.0],
}


def build(people, **rules):
    return Simulation(Scenario.textbook(**rules), people=people, seed=1)


def faults(people, **rules):
    with pytest.raises(PeopleError) as caught:
        build(people, **rules)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, DeathspiralError)
    return caught.value.sentences


def test_every_column_that_may_be_given_is_here():
    assert set(SOUND) == {*COLUMNS, "sex", "plan"}


@pytest.mark.parametrize(
    "frame", [pl.DataFrame, pd.DataFrame, dict, lambda d: pl.DataFrame(d).lazy()]
)
def test_people_may_be_polars_or_pandas_or_columns(frame):
    simulation = build(frame(SOUND))
    people = simulation.people
    assert simulation.scenario.n_people == 2
    assert people.person.tolist() == [4, 9]
    assert people.age_at_start.tolist() == [30.0, 45.5]
    assert people.female.tolist() == [True, False]
    assert people.plan.tolist() == [0, -1]
    assert people.fairness_concern.tolist() == [0.0, 2.0]
    assert people.sentiment.tolist() == [-1.0, 1.0]
    assert people.expected_cost[0].tolist() == [1.0, 2.0]
    assert people.willingness_to_pay[0].tolist() == [-1.0, 9.0]


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA])
def test_missing_plan_in_a_pandas_frame_is_no_plan(nothing):
    people = pd.DataFrame({"plan": pd.Series(["pool", nothing], dtype=object)})
    assert build(people).people.plan.tolist() == [0, -1]
    text = pd.DataFrame({"plan": pd.Series(["pool", nothing], dtype="string")})
    assert build(text).people.plan.tolist() == [0, -1]


def test_pandas_frame_may_have_any_index_and_categories():
    people = pd.DataFrame({"age": [30, 40], "sex": pd.Categorical(["male", "female"])}, [7, 9])
    assert build(people).people.female.tolist() == [False, True]


def test_whole_numbers_and_small_floats_are_numbers():
    people = pl.DataFrame({"age": pl.Series([30, 40], dtype=pl.Int8), "frailty": [1, 2]})
    assert build(people).people.age_at_start.tolist() == [30.0, 40.0]


def test_only_some_columns_need_be_given():
    one, other = (
        build(pl.DataFrame({"age": [30.0] * 50})),
        build(pl.DataFrame({"frailty": [1.0] * 50})),
    )
    assert np.array_equal(one.people.income, other.people.income)
    assert len(set(one.people.frailty)) == 50
    assert len(set(other.people.age_at_start)) == 50


def test_unknown_column_is_told_with_the_nearest_known_one():
    people = pl.DataFrame({"frailtee": [1.0]})
    assert faults(people) == ["unknown column of people 'frailtee'; did you mean frailty?"]


@pytest.mark.parametrize(
    "people",
    [
        pl.DataFrame(),
        pl.DataFrame({"age": pl.Series([], dtype=pl.Float64)}),
        pd.DataFrame({"age": []}),
    ],
)
def test_frame_without_people_is_told(people):
    assert faults(people)[0] == "people has no rows; give at least one person"


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("value", [None, NAN, INF, -INF])
def test_value_that_is_missing_or_infinite_is_told_with_its_row(name, value):
    values = [1.0, 1.0, value]
    (sentence,) = faults(pl.DataFrame({name: values}))
    assert f"column {name} of people" in sentence
    assert "row 2" in sentence
    assert "finite" in sentence


@pytest.mark.parametrize("name", [n for n, (low, _, _) in COLUMNS.items() if np.isfinite(low)])
def test_value_out_of_range_is_told_with_its_row_and_range(name):
    low = COLUMNS[name][0]
    (sentence,) = faults(pl.DataFrame({name: [1.0 if low >= 0 else 0.0, low - 1.0]}))
    assert f"column {name} of people" in sentence
    assert "row 1" in sentence
    assert f"{low:g}" in sentence


@pytest.mark.parametrize(
    ("name", "value"), [("age", 121.0), ("susceptibility", 1.1), ("opinion", 1.1)]
)
def test_value_above_its_range_is_told(name, value):
    (sentence,) = faults(pl.DataFrame({name: [value]}))
    assert f"{value:g}" in sentence


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("values", [["a"], [True], [[1.0]], [None]])
def test_column_without_numbers_is_told(name, values):
    (sentence,) = faults(pl.DataFrame({name: values}))
    assert f"column {name} of people" in sentence
    assert "number" in sentence


@pytest.mark.parametrize("name", ["frailty", "expected_cost", "willingness_to_pay", "income"])
def test_number_too_large_to_count_with_is_told(name):
    (sentence,) = faults(pl.DataFrame({name: [1.0, 1e300]}))
    assert name in sentence
    assert "row 1" in sentence


@pytest.mark.parametrize("values", [["x"], [None], [1], [["female"]]])
def test_unknown_sex_is_told(values):
    (sentence,) = faults(pl.DataFrame({"sex": values}))
    assert "female, male" in sentence


@pytest.mark.parametrize("values", [["x"], [1], [["pool"]]])
def test_unknown_plan_is_told_with_those_there_are(values):
    (sentence,) = faults(pl.DataFrame({"plan": values}))
    assert "plan" in sentence
    assert "pool" in sentence


def test_number_of_a_person_is_whole():
    (sentence,) = faults(pl.DataFrame({"person": [1.0, 2.5]}))
    assert "person" in sentence
    assert "whole" in sentence


def test_two_people_with_one_number_are_told():
    (sentence,) = faults(pl.DataFrame({"person": [1, 2, 1]}))
    assert "person" in sentence


def test_all_faults_are_told_at_once():
    people = pl.DataFrame({"agee": [1.0], "frailty": [-1.0], "income": [NAN], "sex": ["x"]})
    sentences = faults(people)
    assert len(sentences) == 4
    for name, sentence in zip(people.columns, sentences, strict=True):
        assert name in sentence


def test_column_for_one_of_two_plans_only_is_told():
    plans = [Plan(name="basic"), Plan(name="generous")]
    people = pl.DataFrame({"expected_cost_basic": [1.0]})
    assert faults(people, plans=plans) == [
        "people lacks a column expected_cost_generous; give it for every plan"
    ]


def test_column_without_a_plan_holds_for_every_plan():
    plans = [Plan(name="basic"), Plan(name="generous")]
    people = pl.DataFrame({"expected_cost": [1.0, 3.0], "expected_cost_generous": [2.0, 6.0]})
    assert build(people, plans=plans).people.expected_cost.tolist() == [[1.0, 3.0], [2.0, 6.0]]


@pytest.mark.parametrize("cost", [1.0, 5.0])
def test_cost_that_cannot_be_drawn_as_claims_is_told(cost):
    rules = {"claims": "drawn", "benefit": [(0, 1.0)]}
    (sentence,) = faults(pl.DataFrame({"expected_cost": [0.5, cost]}), **rules)
    assert "row 1" in sentence
    assert "claims = expected" in sentence


@pytest.mark.parametrize(
    "people",
    [3, "people.csv", [1, 2], np.zeros((3, 2)), {"age": [1.0, 2.0], "frailty": [1.0]}, object()],
)
def test_what_is_no_table_is_told(people):
    assert "people" in faults(people)[0]


def test_user_frame_is_left_alone():
    frame = pl.DataFrame(SOUND)
    build(frame, n_periods=5).run()
    assert frame.equals(pl.DataFrame(SOUND))


def test_people_come_from_a_file(tmp_path):
    frame = pl.DataFrame(SOUND)
    frame.write_csv(tmp_path / "people.csv")
    frame.write_parquet(tmp_path / "people.parquet")
    for name in ("people.csv", "people.parquet"):
        assert build(read_people(tmp_path / name)).people.plan.tolist() == [0, -1]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("people.txt", b"", "must end in .parquet or .csv"),
        ("gone.csv", None, "does not exist"),
        ("empty.csv", b"", "cannot be read"),
        ("broken.parquet", b"no parquet", "cannot be read"),
    ],
)
def test_file_that_cannot_be_read_is_told(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PeopleError, match=words) as caught:
        read_people(tmp_path / name)
    assert name in str(caught.value)


def test_frame_of_a_sample_can_be_read_again(textbook, crowd):
    first = textbook(crowd(30, frailty=np.linspace(0.5, 2, 30)), n_periods=1)
    names = ["person", "frailty", "income", "risk_aversion", "sex"]
    again = build(first.sample().select(names))
    assert np.array_equal(again.people.frailty, first.people.frailty)
    assert np.array_equal(again.people.female, first.people.female)


@pytest.mark.parametrize("nodes", [0, 9, 11])
def test_graph_of_another_size_is_told(nodes):
    with pytest.raises(TiesError, match=rf"{nodes} nodes but there are 10 people"):
        Simulation(Scenario(n_people=10), ties=nx.empty_graph(nodes), seed=1)
    assert issubclass(TiesError, ValueError)


@pytest.mark.parametrize("ties", [object(), np.eye(10), [(0, 1)], 3])
def test_what_is_no_graph_is_told(ties):
    with pytest.raises(TiesError, match=f"networkx graph; got {type(ties).__name__}"):
        AdverseSelectionModel(n_people=10, ties=ties)


def test_given_ties_need_a_graph():
    with pytest.raises(ScenarioError, match="pass ties=graph"):
        Simulation(Scenario(n_people=10, ties="given"), seed=1)
    assert Simulation(Scenario(n_people=10, ties="given"), ties=nx.path_graph(10), seed=1).run()


@pytest.mark.parametrize("plan", [1, 7, -1, "generous"])
def test_curves_of_a_plan_that_is_not_there_are_refused(plan):
    simulation = Simulation(Scenario(n_people=10), seed=1)
    with pytest.raises((ScenarioError, IndexError), match="plan"):
        simulation.curves(plan)


@pytest.mark.parametrize("k", [0, 1, 7, 10, 500])
def test_sample_has_as_many_people_as_asked_for_or_as_there_are(k):
    simulation = Simulation(Scenario(n_people=10), seed=1)
    frame = simulation.sample(k)
    assert frame.height == min(k, 10)
    assert frame["person"].is_unique().all()
