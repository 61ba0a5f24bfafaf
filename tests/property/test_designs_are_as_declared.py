"""Whatever is varied: as many points as declared, all within bounds, and nothing lost on paper."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agents.errors import ScenarioError
from experiments.sweeps.designs import number_of_points
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.factors import field_of, is_whole
from experiments.sweeps.faults import ExperimentError
from experiments.sweeps.reading import (
    experiment_as_toml,
    experiment_hash,
    frozen_toml,
    parse_experiment,
)
from model.quantities import range_of

FRACTIONS = ("fee", "private_information", "attention", "pool.subsidy", "screening")
COUNTS = ("n_neighbours", "waiting_period", "pool.term")
CHOICES = {
    "ties": ["none", "complete", "watts_strogatz"],
    "sharing": ["equal", "age_band", "expected_cost"],
    "ageing": [True, False],
    "benefit": [[[0, 1.0]], [[0, 1.0], [40, 0.5]], [[0, 3e5]]],
    "year_cap": [None, 10.0, 0.1],
}


def spread(low, high, n, scale):
    return {"low": low, "high": high, "steps": n, "scale": scale}


def ends(numbers):
    """Return two different numbers, the lower first."""
    return st.lists(numbers, min_size=2, max_size=2, unique=True).map(sorted)


fractions = st.builds(
    lambda pair, n, scale: spread(*pair, n, scale),
    ends(st.integers(1, 10_000).map(lambda i: i / 10_000)),
    st.integers(2, 6),
    st.sampled_from(["linear", "log"]),
)
counts = st.builds(
    lambda low, width, n: spread(low, low + width * (n - 1), n, "linear"),
    st.integers(1, 50),
    st.integers(1, 20),
    st.integers(2, 5),
)


@st.composite
def factors(draw):
    """Draw one to four factors, spread or listed."""
    names = st.sampled_from([*FRACTIONS, *COUNTS, *CHOICES])
    found = {}
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        if name in CHOICES:
            listed = st.lists(
                st.sampled_from(range(3 if name != "ageing" else 2)), min_size=1, unique=True
            )
            found[name] = [CHOICES[name][place] for place in draw(listed)]
        else:
            found[name] = draw(fractions if name in FRACTIONS else counts)
    return found


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def experiments(draw):
    """Draw an experiment with any design but a table."""
    kind = draw(st.sampled_from(["grid", "one_at_a_time", "lhs", "sobol", "saltelli", "morris"]))
    sampled = kind not in ("grid", "one_at_a_time")
    design = {"samples": 2 ** draw(st.integers(1, 3)), "seed": draw(st.integers(0, 9))}
    return Experiment(
        name=draw(st.sampled_from(["a", "b c", "实验"])),
        question=draw(text.filter(bool)),
        title=draw(text),
        finding=draw(text),
        replicates=draw(st.integers(1, 100)),
        seed=draw(st.integers(0, 2**64 - 1)),
        common_random_numbers=draw(st.booleans()),
        set={"n_people": draw(st.integers(1, 100))},
        factors=draw(factors()),
        design={"kind": kind, **(design if sampled else {})},
        record={"series": draw(st.booleans()), "every": draw(st.integers(1, 10))},
    )


@given(experiments())
def test_an_experiment_survives_writing_and_reading(experiment):
    text = experiment_as_toml(experiment)
    copy = parse_experiment(text, "copy")
    assert copy == experiment
    assert experiment_as_toml(copy) == text
    assert copy.design_frame().equals(experiment.design_frame())


@given(experiments())
def test_a_frozen_experiment_is_the_same_experiment(experiment):
    copy = parse_experiment(frozen_toml(experiment), "copy")
    assert experiment_hash(copy) == experiment_hash(experiment)
    assert copy.points() == experiment.points()
    assert copy.scenario_at(0) == experiment.scenario_at(0)


@given(factors())
def test_a_grid_has_the_product_of_its_steps_and_no_point_twice(varied):
    experiment = Experiment(question="?", factors=varied)
    sizes = [len(one) if isinstance(one, list) else one["steps"] for one in varied.values()]
    assert experiment.n_points == math.prod(sizes)
    points = [repr(point) for point in experiment.points()]
    assert len(set(points)) == len(points) == experiment.n_points


@given(experiments())
def test_every_point_lies_within_what_was_declared(experiment):
    for point in experiment.points():
        for name, value in point.items():
            factor = experiment.factors[name]
            if factor.values is not None:
                assert value in factor.values
            else:
                assert factor.low <= value <= factor.high
                assert isinstance(value, int if is_whole(name) else float)


@given(experiments())
def test_the_size_is_known_before_the_points_are_made(experiment):
    told = number_of_points(experiment.design, experiment.factors)
    if experiment.design.kind == "one_at_a_time":
        assert experiment.n_points <= told
    else:
        assert experiment.n_points == told
    assert experiment.n_runs == experiment.n_points * experiment.replicates


@given(experiments())
def test_the_design_as_a_table_says_what_the_scenarios_are(experiment):
    frame = experiment.design_frame()
    assert frame["point"].to_list() == list(range(experiment.n_points))
    for name in ("fee", "private_information", "waiting_period", "sharing"):
        if name in frame.columns:
            scenario = experiment.scenario_at(experiment.n_points - 1)
            owner = scenario if hasattr(scenario, name) else scenario.plans[0]
            assert frame[name][-1] == getattr(owner, name)


@given(st.sampled_from([*FRACTIONS, *COUNTS]), st.floats(1.001, 1e6))
def test_a_value_beyond_the_range_is_refused_before_anything_runs(name, times):
    high = range_of(field_of(name))[1]
    with pytest.raises(ExperimentError) as caught:
        Experiment(question="?", factors={name: [high * times]})
    assert name in str(caught.value)
    assert isinstance(caught.value, ScenarioError)
