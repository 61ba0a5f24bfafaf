"""The model as Mesa's tools see it, on every Mesa that we support."""

from __future__ import annotations

import inspect
import pickle

import mesa
import networkx as nx
import numpy as np
import pytest
from mesa.batchrunner import batch_run

from agents.errors import ScenarioError
from agents.person import FEW, InsurerAgent, Person, PoolAgent
from model import AdverseSelectionModel, Plan, Scenario, Simulation
from model.reporters import REPORTERS

SMALL = {"n_people": 100, "n_periods": 6}


@pytest.fixture
def model():
    return AdverseSelectionModel(**SMALL, rng=1)


@pytest.fixture(scope="module")
def finished():
    model = AdverseSelectionModel(n_people=200, n_periods=8, incidence_level=20.0, rng=1)
    model.run_model()
    return model


def test_model_needs_no_arguments():
    model = AdverseSelectionModel()
    model.step()
    assert isinstance(model, mesa.Model)
    assert model.period == 1
    assert len(model.agents) == 2  # ten thousand people are too many for an agent each


def test_people_pool_and_insurer_are_agents(model):
    counts = {kind: len(model.agents_by_type[kind]) for kind in model.agent_types}
    assert counts == {Person: 100, PoolAgent: 1, InsurerAgent: 1}


@pytest.mark.parametrize(("n", "there"), [(FEW, True), (FEW + 1, False)])
def test_above_five_thousand_people_are_not_agents(n, there):
    model = AdverseSelectionModel(Scenario(n_people=n, ties="none"), rng=1)
    assert FEW == 5_000
    assert (Person in model.agents_by_type) is there
    assert model.sample(10).height == 10
    if not there:
        with pytest.raises(KeyError):
            model.agents_by_type[Person]


def test_select_and_agg_work_on_people(finished):
    people = finished.agents_by_type[Person]
    members = people.select(lambda person: person.is_member)
    assert 0 < len(members) == finished.history["members"][-1] < 200
    mean = members.agg("incidence", np.mean)
    assert mean == pytest.approx(finished.history["incidence_members"][-1], rel=1e-5)
    assert len(people.select(at_most=10)) == 10
    assert sorted(people.get("row")) == list(range(200))


def test_data_collector_has_a_row_for_every_period(finished):
    frame = finished.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(REPORTERS)
    assert len(frame) == 9
    for name in ("members", "joined", "lapsed", "selection_ratio", "sentiment"):
        assert frame[name].to_numpy() == pytest.approx(finished.history[name].to_numpy()), name
    assert frame["contribution"].iloc[1:].to_numpy() == pytest.approx(
        finished.history["contribution"][1:].to_numpy()
    )


def test_reporters_are_plain_functions_that_say_what_they_report():
    for name, reporter in REPORTERS.items():
        assert inspect.isfunction(reporter)
        assert reporter.__name__ == name
        assert "[" in reporter.__doc__


def test_model_lives_the_same_life_as_the_simulation_in_it(finished):
    scenario = Scenario(n_people=200, n_periods=8, incidence_level=20.0)
    alone = Simulation(scenario, seed=1).run()
    assert finished.history.equals(alone.history, null_equal=True)
    assert finished.verdict == alone.verdict
    assert finished.seed == 1


def run_batch(**kwargs):
    """Call batch_run for two seeds; `rng` replaced `iterations` in Mesa 3.5."""
    seeds = {"rng": [1, 2]}
    if "rng" not in inspect.signature(batch_run).parameters:
        kwargs["parameters"] = {**kwargs["parameters"], **seeds}
        seeds = {}
    options = {"number_processes": 1, "display_progress": False, "data_collection_period": 1}
    return batch_run(AdverseSelectionModel, **options, **seeds, **kwargs)


def test_batch_run_works_without_warnings():
    rows = run_batch(parameters={**SMALL, "fee": [0.0, 0.5]}, max_steps=20)
    assert len({row["RunId"] for row in rows}) == 4
    assert {row["fee"] for row in rows} == {0.0, 0.5}
    assert all(name in rows[0] for name in REPORTERS)
    opening = {row["fee"]: row["contribution"] for row in rows if row["Step"] == 0}
    assert opening[0.5] == pytest.approx(1.5 * opening[0.0], rel=0.5)


def test_model_is_pickled_in_mid_run(model):
    model.step()
    copy = pickle.loads(pickle.dumps(model))
    model.run_model()
    copy.run_model()
    assert copy.history.equals(model.history, null_equal=True)
    assert len(copy.agents_by_type[Person]) == 100
    one = model.datacollector.get_model_vars_dataframe()
    assert copy.datacollector.get_model_vars_dataframe().equals(one)


def test_model_stops_at_its_horizon_and_stays_there(model):
    model.run_model()
    assert not model.running
    assert model.period == 6
    model.step()
    assert model.period == 6
    assert len(model.datacollector.get_model_vars_dataframe()) == 7


@pytest.mark.parametrize(
    ("one", "other"),
    [(7, "7"), (7, np.int64(7)), (7, " 7 ")],
)
def test_seed_may_be_a_number_or_its_digits(one, other):
    runs = [AdverseSelectionModel(**SMALL, rng=rng) for rng in (one, other)]
    assert runs[0].seed == runs[1].seed == 7


@pytest.mark.parametrize("make", [np.random.SeedSequence, np.random.default_rng])
def test_numpys_own_seeds_are_understood_and_repeatable(make):
    seeds = [AdverseSelectionModel(**SMALL, rng=make(s)).seed for s in (5, 5, 6)]
    assert seeds[0] == seeds[1] != seeds[2]


def test_without_a_seed_every_model_has_its_own_and_says_which():
    models = [AdverseSelectionModel(**SMALL) for _ in range(3)]
    assert len({model.seed for model in models}) == 3
    again = AdverseSelectionModel(**SMALL, rng=models[0].seed)
    assert np.array_equal(again.simulation.people.frailty, models[0].simulation.people.frailty)


@pytest.mark.parametrize("rng", [-1, 1.5, "abc", "", True, 2**64, object(), [1, 2]])
def test_nonsense_is_not_a_seed(rng):
    with pytest.raises(ScenarioError, match="cannot be a seed; use a whole number from 0 to"):
        AdverseSelectionModel(**SMALL, rng=rng)


def test_model_leaves_the_global_luck_of_python_and_numpy_alone(model):
    import random

    random.seed(3)
    before = random.getstate()
    model.step()
    assert random.getstate() == before


PARAMETERS = Scenario(n_people=20).model_dump() | Plan().model_dump(exclude={"name"})


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_can_be_given_to_the_constructor(name):
    small = Scenario(n_people=20)
    model = AdverseSelectionModel(small, rng=1, **{name: PARAMETERS[name]})
    assert model.simulation.scenario == small


def test_graph_may_be_given_to_the_constructor():
    graph = nx.cycle_graph(30)
    model = AdverseSelectionModel(n_people=30, ties=graph, rng=1)
    assert np.diff(model.simulation.ties.start).tolist() == [2] * 30


def test_pools_and_people_are_at_hand(model):
    assert [pool.rules.name for pool in model.pools] == ["pool"]
    assert model.people is model.simulation.people
    assert model.curves().height > 0
    (agent,) = model.agents_by_type[PoolAgent]
    assert agent.name == "pool"
    assert agent.is_open
    assert agent.contribution == pytest.approx(model.history["contribution"][0])


def test_insurer_quotes_by_age_and_sex(model):
    (insurer,) = model.agents_by_type[InsurerAgent]
    assert 0 < insurer.premium(30, "female") < insurer.premium(60, "female")
    assert insurer.premium(60, "male") != insurer.premium(60, "female")
