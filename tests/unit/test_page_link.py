"""The page's link says everything that is set, and a bad link says what is wrong with it."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from agents.errors import ScenarioError
from classroom import limits
from classroom.controls.kinds import CHOICE, DATE, STEPS, SWITCH, TEXT, WHOLE, kind_of
from classroom.links.link import SHOWN, pools, query_of, setup_of
from classroom.links.reading import MOST_CHARACTERS, MOST_KEYS
from classroom.links.rules import known_rules
from classroom.many_runs.span import variable_names
from classroom.setup import ROOMS, SENTIMENT, SKIPPED, Setup
from classroom.words import Words
from model import presets

CLASSIC = presets.load("classic_spiral").scenario
STEPS_BY_AGE = st.lists(
    st.tuples(st.integers(1, 120), st.integers(0, 10**12).map(lambda n: n / 997)),
    max_size=4,
    unique_by=lambda s: s[0],
).map(lambda steps: [(0, 1.5), *sorted(steps)])


def values_of(name):
    """Return a strategy of values that the parameter declares as possible."""
    kind = kind_of(name)
    low, high = max(kind.low, -1e12), min(kind.high, 1e12)
    values = {
        CHOICE: st.sampled_from(kind.choices or ("",)),
        SWITCH: st.booleans(),
        DATE: st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)),
        STEPS: st.one_of(STEPS_BY_AGE, *[st.just(choice) for choice in kind.choices]),
        TEXT: st.just(""),
        WHOLE: st.integers(int(low), int(high)),
    }.get(kind.name, st.floats(low, high).map(lambda x: x if abs(x) > 1e-9 else 0.0))
    return st.one_of(st.none(), values) if kind.optional and kind.name != TEXT else values


def possible(changes):
    """Return as many of some changes as the model takes together, within the page's limits."""
    kept = {}
    for name, value in changes:
        try:
            scenario = CLASSIC.but(**kept, **{name: value})
        except ScenarioError:
            continue
        if not limits.too_much(scenario, Words("en")):
            kept[name] = value
    return kept


CHANGE = st.sampled_from(known_rules(CLASSIC)).flatmap(
    lambda name: st.tuples(st.just(name), values_of(name))
)
CHANGES = st.lists(CHANGE, max_size=8, unique_by=lambda c: c[0].rpartition(".")[2])
SETUPS = st.builds(
    Setup,
    seed=st.integers(0, 2**64 - 1),
    a=CHANGES.map(possible).filter(lambda a: "n_periods" not in a and "n_people" not in a),
    at=st.integers(0, CLASSIC.n_periods),
    stop=st.one_of(st.none(), st.integers(1, CLASSIC.n_periods)),
    prediction=st.one_of(st.none(), st.just(SKIPPED), st.floats(1e-9, 1e4)),
    room=st.sampled_from(ROOMS),
    lesson=st.integers(0, 6),
    screen=st.integers(0, 9),
    language=st.sampled_from(["en", "zh"]),
    figures=st.lists(st.sampled_from(SHOWN), unique=True, max_size=4).map(tuple),
    coloured_by=st.sampled_from(["state", SENTIMENT]),
    revealed=st.integers(0, 3),
    vary=st.lists(st.sampled_from(variable_names(CLASSIC)), unique=True, max_size=2).map(tuple),
)


@given(SETUPS)
def test_a_link_brings_back_all_that_was_set_to_the_last_digit(setup):
    again, problems = setup_of(query_of(setup))
    assert problems == []
    assert again == setup
    assert {n: repr(v) for n, v in again.a.items()} == {n: repr(v) for n, v in setup.a.items()}


@pytest.mark.parametrize("name", known_rules(CLASSIC))
def test_every_parameter_and_rule_goes_into_a_link_and_comes_back(name):
    @settings(max_examples=8)
    @given(values_of(name))
    def both_arms(value):
        changes = possible([(name, value)])
        for setup in (Setup(a=changes), Setup(b=changes)):
            assert setup_of(query_of(setup)) == (setup, [])

    both_arms()


@given(CHANGES.map(possible), CHANGES.map(possible))
def test_changes_of_b_are_told_from_those_of_a(a, b):
    setup = Setup(a=a, b=b)
    try:
        scenario = setup.scenario("b")
    except ScenarioError:
        return
    if not limits.too_much(scenario, Words("en")):
        assert setup_of(query_of(setup)) == (setup, [])


def test_every_field_of_the_setup_is_in_the_link():
    other = Setup(
        preset="stable",
        seed=2,
        a={"fee": 0.2},
        b={"fee": 0.1},
        at=1,
        stop=2,
        prediction=3.0,
        room="class",
        lesson=1,
        screen=1,
        language="zh",
        figures=("exits",),
        coloured_by=SENTIMENT,
        revealed=1,
        vary=("fee",),
    )
    plain = Setup()
    fields = [field.name for field in dataclasses.fields(Setup)]
    assert not [name for name in fields if getattr(other, name) == getattr(plain, name)]
    assert setup_of(query_of(other)) == (other, [])


def test_the_page_as_it_opens_needs_no_query():
    assert query_of(Setup()) == ""
    assert setup_of("") == (Setup(), [])
    assert setup_of("?seed=3") == (Setup(seed=3), [])


def test_a_link_can_be_read_by_people():
    setup = Setup(
        seed=7, a={"fee": 0.2, "benefit": [(0, 3e5), (40, 1e5)]}, b={}, prediction=SKIPPED
    )
    assert query_of(setup) == "seed=7&fee=0.2&benefit=0:300000,40:100000&b=&prediction=skipped"
    setup = Setup(b={"ageing": False}, vary=("fee", "subsidy"))
    assert query_of(setup) == "b.ageing=no&vary=fee,subsidy"


def test_no_key_of_the_link_is_also_a_parameter():
    keys = {field.name for field in dataclasses.fields(Setup)}
    assert not keys & set(known_rules(CLASSIC))


BAD = {
    "preset=clasic_spirl": ["preset", "clasic_spirl", "classic_spiral"],
    "seed=-1": ["seed", "-1", "from 0 to 18,446"],
    "seed=1.5": ["seed", "1.5", "whole number"],
    "fee=99": ["fee", "99", "from 0 to 10"],
    "fee=nan": ["fee", "nan", "from 0 to 10"],
    "sharing=fair": ["sharing", "fair"],
    "foe=0.1": ["foe", "0.1", "near: fee"],
    "b.fe=3": ["b.fe", "near: fee"],
    "at=49": ["at", "49", "from 0 to 48"],
    "stop=0": ["stop", "from 1 to 48"],
    "prediction=10001": ["prediction", "10001", "from 0 to 10,000", "skipped"],
    "room=kitchen": ["room", "kitchen", "sandbox, lessons"],
    "lesson=x": ["lesson", "x", "whole number"],
    "language=la": ["language", "la", "en, zh"],
    "vary=fee,fee": ["vary", "fee,fee", "up to 2 different"],
    "vary=sharing": ["vary", "sharing"],
    "figures=exit": ["figures", "near: exits"],
    "age_min=70": ["age_min = 70", "age_max", "Left out of the link: age_min"],
    "n_people=1000000000": ["1,000,000,000", "200,000", "n_people"],
    "n_periods=2000": ["2,000", "1,000", "n_periods"],
    "n_people=100000&n_periods=900": ["90,000,000", "25,000,000", "n_periods"],
    "n_people=100000&n_neighbours=900": ["90,000,000", "5,000,000", "n_neighbours"],
    "fee=0.1&fee=0.2": ["fee", "more than once", "0.1"],
    "b=yes": ["b="],
}


@pytest.mark.parametrize(("query", "told"), BAD.items(), ids=BAD)
def test_what_cannot_be_is_told_in_one_sentence_and_left_out(query, told):
    _, problems = setup_of(query)
    assert len(problems) == 1
    assert not [part for part in told if part not in problems[0]]


def test_all_that_is_wrong_is_told_at_once_and_what_is_right_is_taken():
    setup, problems = setup_of("preset=x&seed=7&fee=foo&subsidy=0.5&b.ageing=7&at=-1&language=zh")
    assert setup == Setup(seed=7, a={"subsidy": 0.5}, b={}, language="zh")
    assert len(problems) == 4
    assert not [problem for problem in problems if "链接" not in problem]


def test_changes_that_contradict_each_other_are_left_out_and_the_others_stay():
    three = ["frailty_income=0.9", "frailty_risk_aversion=0.9", "income_risk_aversion=-0.9"]
    setup, problems = setup_of("&".join([*three, "fee=0.3"]))
    assert setup.a["fee"] == 0.3
    assert "frailty_income" not in setup.a
    assert len(problems) == 1


def test_a_link_opens_no_file_of_the_server(tmp_path):
    story = tmp_path / "mine.toml"
    story.write_text("[scenario]\nn_people = 10\n", "utf-8")
    setup, problems = setup_of(f"preset={story}")
    assert setup == Setup()
    assert len(problems) == 1


def test_every_pool_of_the_page_is_within_its_limits():
    words = Words("en")
    assert not [p for p in pools() if limits.too_much(presets.load(p).scenario, words)]
    assert Counter(pools()).most_common(1)[0][1] == 1


def test_an_endless_link_is_read_in_part_and_says_so():
    for query in ("a=1&" * (MOST_KEYS + 1), "x" * (MOST_CHARACTERS + 1)):
        setup, problems = setup_of(query)
        assert setup == Setup()
        assert "more than a page can take" in problems[0]
        assert len(problems) < 25


KEYS = st.sampled_from([*known_rules(CLASSIC), *(f.name for f in dataclasses.fields(Setup)), "b."])
TEXTS = st.one_of(
    st.text(max_size=30), st.sampled_from(["", "1e999", "-0", "٣", "0:1,", "9" * 5000])
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.one_of(KEYS, st.text(max_size=8)), TEXTS), max_size=6))
def test_no_query_brings_the_page_down(pairs):
    setup, problems = setup_of("&".join(f"{key}={text}" for key, text in pairs))
    assert [setup.scenario(arm) for arm in setup.arms]
    assert all(isinstance(problem, str) and problem for problem in problems)


@given(st.text())
def test_no_text_at_all_brings_the_page_down(text):
    setup, _ = setup_of(text)
    assert setup.scenario()
