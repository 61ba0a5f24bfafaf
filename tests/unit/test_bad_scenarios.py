"""Scenarios that cannot be: a clear sentence for each fault, all of them at once."""

from __future__ import annotations

import pytest

from agents.errors import DeathspiralError, ScenarioError
from model import AdverseSelectionModel, Plan, Scenario, Simulation
from model.quantities import range_of

NAN, INF = float("nan"), float("inf")
NUMBERS = {
    name: (owner, field)
    for owner in (Scenario, Plan)
    for name, field in owner.model_fields.items()
    if field.annotation in (int, float)
}


def faults(**changes):
    """Return the sentences about a scenario with these changes."""
    with pytest.raises(ScenarioError) as caught:
        Scenario().but(**changes)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, DeathspiralError)
    assert str(caught.value).split("\n") == caught.value.sentences
    return caught.value.sentences


def test_unknown_parameter_is_told_with_the_nearest_known_one():
    assert faults(attenton=0.5) == ["unknown parameter 'attenton'; did you mean attention?"]
    assert faults(feee=0.5) == ["unknown parameter 'feee'; did you mean fee?"]
    assert faults(**{"pool.fe": 0.5}) == ["unknown parameter 'pool.fe'; did you mean pool.fee?"]


def test_unknown_parameter_like_no_other_is_told_where_to_look():
    (sentence,) = faults(zzqqzz=1)
    assert sentence.startswith("unknown parameter 'zzqqzz'; ")
    assert "deathspiral show default" in sentence


def test_every_unknown_parameter_is_told():
    assert len(faults(attenton=0.5, feee=0.1, zzqqzz=1)) == 3


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("side", [0, 1])
def test_number_out_of_range_is_told_with_its_value_and_range(name, side):
    low, high = range_of(NUMBERS[name][1])
    whole = NUMBERS[name][1].annotation is int
    step = 1 if whole else max(abs(high), 1.0) * 1e-6
    value = (low - step, high + step)[side]
    (sentence,) = faults(**{name: value})
    assert name in sentence
    assert repr(value) in sentence
    assert f"from {low:g} to {high:g}" in sentence


@pytest.mark.parametrize("name", NUMBERS)
def test_limits_of_the_range_are_allowed(name):
    low, high = range_of(NUMBERS[name][1])
    alone = {"age_max": 120, "entry_age_min": 0, "entry_age_max": 120, "exit_age": 121}
    alone |= {"age_min": 0}
    for value in (low, high):
        changes = {**alone, name: value}
        if name == "age_max":
            changes["age_min"] = 0
        if name == "exit_age":
            changes["entry_age_max"] = max(int(value) - 1, 0)
        if name == "exit_age" and value == 0:
            continue  # nobody can be younger than nought
        Scenario().but(**changes)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [NAN, INF, "many", None, [1], {}])
def test_what_is_no_number_is_told(name, value):
    (sentence,) = faults(**{name: value})
    assert name in sentence
    assert repr(value) in sentence
    assert "number" in sentence


def test_half_a_person_is_told():
    assert "whole number" in faults(n_people=1.5)[0]


@pytest.mark.parametrize(
    "name", ["case_cap", "year_cap", "opening_contribution", "population_represented"]
)
@pytest.mark.parametrize("value", [NAN, INF, -1.0, "x"])
def test_optional_amounts_must_be_finite_and_positive_too(name, value):
    (sentence,) = faults(**{name: value})
    assert name in sentence


@pytest.mark.parametrize("name", ["benefit", "age_relativity"])
@pytest.mark.parametrize(
    "steps",
    [
        [],
        [(10, 1.0)],
        [(0, 1.0), (50, 2.0), (40, 3.0)],
        [(0, 1.0), (0, 2.0)],
        [(0, -1.0)],
        [(0, NAN)],
        [(0, INF)],
        [(0, 1.0), (121, 2.0)],
        [(0.5, 1.0)],
        [(0, "x")],
        [(0,)],
        "x",
        5,
        None,
    ],
)
def test_schedule_that_is_no_schedule_is_told(name, steps):
    assert all(name in sentence for sentence in faults(**{name: steps}))


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("ties", "erdos_renyi"),
        ("claims", "expected"),
        ("willingness", "proportional"),
        ("contagion", "threshold"),
        ("sharing", "conditional_mean"),
        ("reentry", "never"),
        ("excess_borne_by", "claimants"),
    ],
)
@pytest.mark.parametrize("value", ["nonsense", 3, None])
def test_unknown_choice_is_told_with_those_there_are(name, choices, value):
    (sentence,) = faults(**{name: value})
    assert name in sentence
    assert repr(value) in sentence
    assert repr(choices) in sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"age_min": 50, "age_max": 40}, ["age_min", "50", "age_max", "40"]),
        ({"entry_age_min": 50, "entry_age_max": 40}, ["entry_age_min", "50", "40"]),
        ({"exit_age": 40}, ["exit_age", "40", "entry_age_max", "59"]),
        ({"case_cap": 0.0}, ["case_cap", "positive"]),
        ({"opening_contribution": -2.0}, ["opening_contribution", "-2", "negative"]),
        (
            {"frailty_income": 0.9, "frailty_risk_aversion": 0.9, "income_risk_aversion": -0.9},
            ["correlations", "contradict"],
        ),
        ({"plans": []}, ["plans", "at least one"]),
        ({"plans": [{"name": "a"}, {"name": "a"}]}, ["different names", "a, a"]),
        ({"plans": [{"name": "a"}] * 101}, ["plans", "100"]),
        ({"plans": [{"name": "Very Good"}]}, ["name", "Very Good"]),
    ],
)
def test_rules_that_contradict_each_other_are_told(changes, words):
    text = "\n".join(faults(**changes))
    assert all(word in text for word in words)


def test_every_contradiction_is_told():
    assert len(faults(entry_age_min=70, exit_age=40, case_cap=-1.0, year_cap=0.0)) == 4


def test_all_faults_are_told_at_once():
    sentences = faults(attention=7, n_people=0, fee=-1, ties="x", period_length="long")
    for name in ("attention", "n_people", "fee", "ties", "period_length"):
        assert sum(name in sentence for sentence in sentences) == 1
    assert len(sentences) == 5


def test_unknown_names_do_not_hide_values_out_of_range():
    sentences = faults(attenton=0.5, awareness=7)
    assert len(sentences) == 2
    assert "attenton" in sentences[0]
    assert "awareness" in sentences[1]


def test_fault_in_one_of_two_plans_names_the_plan():
    plans = [{"name": "basic"}, {"name": "generous", "fee": -1}]
    with pytest.raises(ScenarioError, match=r"generous.*-1.*from 0 to 10"):
        Scenario(plans=plans)


@pytest.mark.parametrize("plans", [3, None, "pool", ["pool"], {"name": "a"}, [3], [None]])
def test_what_is_no_list_of_plans_is_told(plans):
    for build in (lambda: Scenario(plans=plans), lambda: Scenario().but(plans=plans)):
        with pytest.raises(ScenarioError, match="plans"):
            build()


def test_plan_may_leave_out_its_name():
    assert Scenario().but(plans=[{"fee": 0.2}]).plans == [Plan(fee=0.2)]


def test_unknown_rule_of_a_plan_is_told():
    with pytest.raises(ScenarioError, match=r"unknown parameter 'fe'; did you mean fee\?"):
        Scenario().but(plans=[{"name": "a", "fe": 1}])


def test_rule_of_a_plan_given_to_the_scenario_is_not_called_unknown():
    # Either it is understood, or the sentence says how to give it.
    try:
        assert Scenario(fee=0.2).plans[0].fee == 0.2
    except ScenarioError as error:
        assert "plan" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"period": 0}, ["period", "0"]),
        ({"period": 3, "news": 2.0}, ["news", "2"]),
        ({"period": 3, "news": NAN}, ["news", "nan"]),
        ({"perid": 3}, ["perid", "did you mean period"]),
    ],
)
def test_impossible_event_is_told(event, words):
    (sentence,) = faults(events=[event])
    assert all(word in sentence for word in words)


def test_faults_of_several_events_are_told():
    assert len(faults(events=[{"period": 0}, {"period": 3, "news": 5}])) == 2


def test_day_that_is_no_day_is_told():
    assert "start_date" in faults(start_date="2018-13-01")[0]


def test_textbook_setting_tells_faults_too():
    with pytest.raises(ScenarioError, match=r"did you mean fee\?"):
        Scenario.textbook(feee=1)
    with pytest.raises(ScenarioError, match="fee"):
        Scenario.textbook(fee=-1)
    assert Scenario.textbook(plans=[{"name": "a", "fee": 0.1}]).plans[0].fee == 0.1


def test_scenario_does_not_change():
    scenario = Scenario()
    with pytest.raises(ValueError, match="frozen"):
        scenario.attention = 0.5
    assert scenario.but(attention=0.5) is not scenario
    assert scenario.attention == Scenario().attention


def test_changed_copy_shares_no_lists_with_the_original():
    one = Scenario()
    other = one.but(fee=0.3)
    other.plans[0].benefit.append((99, 1.0))
    other.events.append(None)
    assert one == Scenario()


@pytest.mark.parametrize("build", [AdverseSelectionModel, Simulation])
@pytest.mark.parametrize("scenario", ["stable", {"n_people": 5}, 7])
def test_what_is_no_scenario_is_told(build, scenario):
    with pytest.raises((ScenarioError, TypeError), match="scenario"):
        build(scenario)


def test_model_tells_faults_in_its_parameters():
    with pytest.raises(ScenarioError, match=r"did you mean attention\?"):
        AdverseSelectionModel(attenton=0.5)
    with pytest.raises(ScenarioError, match="from 0 to 1"):
        AdverseSelectionModel(attention=5)


def test_seed_in_the_old_way_is_told_the_new_one():
    with pytest.raises(ScenarioError, match="rng"):
        AdverseSelectionModel(seed=5)


@pytest.mark.parametrize("seed", [-1, 1.5, "abc", 2**64, True])
def test_nonsense_is_not_a_seed_of_a_simulation(seed):
    with pytest.raises(ScenarioError, match="seed"):
        Simulation(Scenario(n_people=3), seed=seed)
