"""A value written as a text is read back as it was; what cannot be is said in a sentence."""

from __future__ import annotations

import datetime
import time

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from agents.errors import ScenarioError
from classroom.controls import values
from classroom.controls.kinds import kind_of
from classroom.controls.listing import value_of
from classroom.controls.parameter_words import steps
from classroom.controls.values import value_as_text, value_from_text
from classroom.words import Words
from experiments.parameters import plain, plan_rules, scenario_parameters
from model import Scenario, presets

NAMES = [p.name for p in (*scenario_parameters(Scenario()), *plan_rules(Scenario().plans[0]))]
STORIES = {name: presets.load(name).scenario for name in presets.names()}


def back_and_forth(name, value, power=0):
    return value_from_text(name, value_as_text(value, power), power=power)


@pytest.mark.parametrize("name", NAMES)
def test_the_value_that_every_preset_has_comes_back_from_its_text(name):
    for scenario in STORIES.values():
        value = value_of(scenario, name)
        assert plain(back_and_forth(name, value)) == plain(value)
        assert plain(back_and_forth(name, value, kind_of(name).power)) == plain(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fee", 1 / 3),
        ("risk_aversion", 1.7e-7),
        ("insurer_benefit", 1e9),
        ("n_people", 2_000_000_000),
        ("insurer_awareness_of_members", 0.515),
        ("start_date", datetime.date(2018, 10, 16)),
        ("premium", "risk_rated"),
        ("premium", [(0, 600.0), (40, 1200.5)]),
        ("year_cap", 188.0),
        ("year_cap", [(0, 100.0), (60, 150.0)]),
        ("deposit", [(0, 9.0)]),
        ("successor", "the_old"),
        ("closes", 24),
        ("case_cap", 0.1),
    ],
)
def test_values_that_no_preset_has_come_back_too(name, value):
    assert plain(back_and_forth(name, value)) == plain(value)
    assert plain(back_and_forth(name, value, kind_of(name).power)) == plain(value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("fee", " 8% ", 0.08),
        ("fee", "8e-2", 0.08),
        ("generous.fee", "0.1", 0.1),
        ("n_people", "10,000", 10_000),
        ("n_people", "1e4", 10_000),
        ("ageing", "True", True),
        ("ties", "none", "none"),
        ("case_cap", "None", None),
        ("case_cap", "", None),
        ("case_cap", "无", None),
        ("benefit", "0:300000,40:100000", [(0, 3e5), (40, 1e5)]),
        ("benefit", "0:1,100,60:2", [(0, 1100.0), (60, 2.0)]),
        ("benefit", "0:1,100:2", [(0, 1.0), (100, 2.0)]),
        ("benefit", "from 0: 300,000; from 40: 100,000.5", [(0, 3e5), (40, 100_000.5)]),
        ("benefit", "0岁起：300000，40岁起：100000", [(0, 3e5), (40, 1e5)]),
    ],
)
def test_texts_are_read_as_people_write_them(name, text, value):
    assert value_from_text(name, text) == value


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_schedule_written_for_readers_can_be_read_again(language):
    schedule = [(0, 300_000.0), (40, 100_000.5), (100, 2.0)]
    assert value_from_text("benefit", steps(schedule, Words(language))) == schedule


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fee", "much"),
        ("fee", "-0.1"),
        ("fee", "nan"),
        ("fee", "1e999999999"),
        ("fee", ""),
        ("case_cap", "inf"),
        ("n_people", "2.5"),
        ("n_people", "0"),
        ("n_people", "8%"),
        ("insurer_awareness_of_members", "2"),
        ("closes", "0"),
        ("ageing", "1"),
        ("sharing", "fairly"),
        ("start_date", "2019-02-30"),
        ("successor", "not a name"),
        ("benefit", "all"),
        ("benefit", "300000"),
        ("benefit", "0: 300000 and so on"),
        ("premium", "cheap"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_text_that_cannot_be_is_answered_with_one_sentence(name, text, language):
    words = Words(language)
    with pytest.raises(ScenarioError) as error:
        value_from_text(name, text, words)
    (sentence,) = error.value.sentences
    assert f"{name} = “{text}”" in sentence
    assert words(f"parameter.{name}.label") in sentence
    assert "{" not in sentence


def test_the_sentence_says_range_and_unit():
    with pytest.raises(ScenarioError, match=r"a number from 0 to 10\."):
        value_from_text("fee", "11")
    with pytest.raises(ScenarioError, match=r"a number from 0 to 1,000%\."):
        value_from_text("fee", "1100", power=2)
    with pytest.raises(ScenarioError, match="a whole number from 0 to 1,000 periods"):
        value_from_text("waiting_period", "soon")
    with pytest.raises(ScenarioError, match="one of equal, age_band, expected_cost"):
        value_from_text("sharing", "fair")
    with pytest.raises(ScenarioError, match="从0岁起"):
        value_from_text("benefit", "fair", Words("zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_text_that_is_too_long_is_answered_with_one_sentence(language):
    words = Words(language)
    with pytest.raises(ScenarioError) as error:
        value_from_text("benefit", "0:1," * 501, words)
    (sentence,) = error.value.sentences
    assert words("parameter.benefit.label") in sentence
    assert "2,004" in sentence
    assert "2,000" in sentence
    assert "{" not in sentence


@pytest.mark.parametrize(
    "text",
    [
        "1" * 300 + " " * 3000 + "x:",
        " " * 15_000 + "x",
        "x" + " " * 15_000 + "x",
        "0:1" + ",111" * 3700 + "x",
        "0:1," + "111" + " " * 15_000 + "x",
        "from" * 3700,
        "0:" + "1" * 15_000 + "x",
        "0:1" + " ," * 7000 + "x",
    ],
)
@pytest.mark.parametrize("name", ["benefit", "premium", "fee"])
def test_no_text_takes_long_to_read(name, text, monkeypatch):
    monkeypatch.setattr(values, "MOST_CHARACTERS", 20_000)
    began = time.perf_counter()
    with pytest.raises(ScenarioError):
        value_from_text(name, text)
    assert time.perf_counter() - began < 1.0


def test_an_unknown_name_has_no_value():
    with pytest.raises(KeyError):
        value_from_text("kindness", "1")
