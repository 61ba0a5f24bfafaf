"""Every parameter has its control: where, in which words, with which stops, and that it acts."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

import solara

from classroom.controls import listing as page_controls
from classroom.controls import parameter_words, room, sliders
from classroom.controls.idle import IDLE_WHILE, idle_because
from classroom.controls.kinds import CHOICE, SWITCH, Kind, kind_of
from classroom.controls.listing import GROUPS, controls_of, value_of, values_of
from classroom.controls.parameter_words import meaning_of, shown
from classroom.controls.room import go_back, set_from_text, vary
from classroom.controls.sliders import LISTS, RANGES, stops
from classroom.controls.values import value_as_text, value_from_text
from classroom.session import Session
from classroom.setup import SKIPPED, A, B, Setup
from classroom.words import Words
from experiments.parameters import Parameter, plain, plan_rules, scenario_parameters
from model import Plan, Scenario, Simulation, presets

STORIES = {name: presets.load(name).scenario for name in presets.names()}
SMALL = {"n_people": 200, "n_periods": 6}
WORDS = {language: Words(language) for language in ("en", "zh")}
NAMES = [p.name for p in (*scenario_parameters(Scenario()), *plan_rules(Scenario().plans[0]))]


def controls(scenario, language="en"):
    return {c.name: c for g in controls_of(scenario, WORDS[language]) for c in g.controls}


@pytest.fixture
def session():
    visitor = Session(Setup(a=SMALL, prediction=SKIPPED), [])
    assert visitor.begin(visitor.setup.value)
    return visitor


def wish(arm, name, text=""):
    return {"arm": arm, "name": name, "text": text, "turn": 1}


@pytest.mark.parametrize("story", STORIES)
def test_every_parameter_and_every_rule_has_one_control(story):
    found = [c.name for g in controls_of(STORIES[story], WORDS["en"]) for c in g.controls]
    declared = {*Scenario.model_fields, *Plan.model_fields}
    assert sorted(found) == sorted(declared - {"plans", "events", "amendments", "name"})


def test_what_a_lecture_needs_comes_first_in_every_group():
    for group in controls_of(Scenario(), WORDS["en"]):
        first, _ = GROUPS[group.name]
        assert [c.name for c in group.controls if c.first] == list(first)
        assert [c.name for c in group.controls[: len(first)]] == list(first)
        assert 3 <= len(first) <= 6


def test_a_new_parameter_appears_by_itself(monkeypatch):
    new = Parameter(
        "kindness", 2.0, 1.0, "1", "0 to 5", "how kind people are", "manners", "assumed"
    )
    kind = Kind("number", False, (), False, 0.0, 5.0, "1", 0)
    for module in (parameter_words, sliders, page_controls):
        monkeypatch.setattr(
            module, "kind_of", lambda name: kind if name == "kindness" else kind_of(name)
        )
    monkeypatch.setattr(page_controls, "plan_rules", lambda plan: [*plan_rules(plan), new])
    control = controls(Scenario())["kindness"]
    assert (control.label, control.meaning) == ("Kindness", "How kind people are.")
    assert (control.preset, control.allowed) == ("2", "a number from 0 to 5")
    assert "2" in control.stops


def test_both_languages_have_a_label_for_every_parameter_and_chinese_its_meaning():
    tables = {language: words.room("parameter") for language, words in WORDS.items()}
    assert set(tables["en"]) == set(tables["zh"]) == set(NAMES)
    assert all(set(entry) == {"label"} for entry in tables["en"].values())
    assert all(set(entry) == {"label", "meaning"} for entry in tables["zh"].values())
    for table in tables.values():
        labels = [entry["label"] for entry in table.values()]
        assert len(set(labels)) == len(labels)
        assert max(map(len, labels)) <= 50


@pytest.mark.parametrize("language", WORDS)
def test_every_unit_choice_and_heading_has_words(language):
    words = WORDS[language]
    units = {kind_of(name).unit for name in NAMES if kind_of(name).unit}
    assert units == {"1", *words.room("unit.plain")}
    assert {kind_of(name).unit for name in NAMES if kind_of(name).power} == set(
        words.room("unit.scaled")
    )
    choices = {name: set(kind_of(name).choices) for name in NAMES if kind_of(name).choices}
    assert {name: set(table) for name, table in words.room("choice").items()} == choices
    parts = {part for _, declared in GROUPS.values() for part in declared}
    assert parts == set(words.room("group.part"))


@pytest.mark.parametrize("language", WORDS)
def test_what_is_said_of_a_control_is_whole(language):
    for scenario in STORIES.values():
        for control in controls(scenario, language).values():
            said = (control.meaning, control.source, control.allowed, control.preset_shown)
            assert all(said)
            assert not set("`{}").intersection("".join(said))
            assert not control.unit or not control.unit.startswith(" ")


def test_the_english_meaning_is_the_line_that_declares_the_parameter():
    assert meaning_of("fee", "management fee", WORDS["en"]) == "Management fee."
    assert "“Sharing rule”" in controls(Scenario())["sharing_mix"].meaning
    assert "按“分摊规则”" in controls(Scenario(), "zh")["sharing_mix"].meaning


@pytest.mark.parametrize("story", STORIES)
def test_stops_are_allowed_rise_and_hold_the_value_of_the_preset(story):
    for control in controls(STORIES[story]).values():
        kind = kind_of(control.name)
        if not kind.numeric:
            assert control.stops == ()
            continue
        assert control.preset in control.stops
        assert len(control.stops) <= 130
        assert (control.stops[0] == "none") == kind.optional
        texts = control.stops[1:] if kind.optional else control.stops
        values = [value_from_text(control.name, text, power=kind.power) for text in texts]
        assert values == sorted(set(values))
        assert len(values) >= 4


def test_a_number_nobody_has_made_a_slider_for_has_one(monkeypatch):
    for name in [*RANGES, *LISTS]:
        own = value_of(Scenario(), name)
        monkeypatch.delitem(RANGES, name, raising=False)
        monkeypatch.delitem(LISTS, name, raising=False)
        found = stops(name, own)
        assert 4 <= len(found) <= 60
        assert own is None or own in found
        assert kind_of(name).low <= found[0] < found[-1] <= kind_of(name).high


def another(control):
    """Return a value that a control offers beside its own, as a text."""
    if control.kind == SWITCH:
        return "no" if control.preset == "yes" else "yes"
    if control.kind == CHOICE:
        return next(value for value, _ in control.choices if value != control.preset)
    if control.stops:
        middle = control.stops.index(control.preset)
        return control.stops[middle + 1 if middle + 1 < len(control.stops) else middle - 1]
    return {"start_date": "2020-02-29", "successor": "none"}.get(
        control.name, "from 0: 100, from 50: 7"
    )


# A plan cannot follow itself, and a single one has no successor.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "successor"])
def test_every_control_moves_the_scenario(name):
    scenario = STORIES["classic_spiral"]
    control = controls(scenario)[name]
    value = value_from_text(name, another(control), power=control.power)
    changed = scenario.but(**{name: value})
    assert plain(value_of(changed, name)) == plain(value) != plain(value_of(scenario, name))


def test_values_read_in_the_units_of_the_page():
    words = WORDS["en"]
    assert shown("fee", 0.08, words) == "8%"
    assert shown("risk_aversion", 5e-6, words) == "5 per million yuan"
    assert shown("benefit", [(0, 3e5)], words) == "from 0: 300000 yuan"
    assert shown("waiting_period", 1, words) == "1 period"
    assert shown("case_cap", None, words) == "none"
    assert shown("sharing", "age_band", words) == "by age band"
    assert shown("age_min", 22.0, WORDS["zh"]) == "22岁"
    assert value_as_text(5e-6, 6) == "5"


def test_what_is_called_idle_moves_nothing():
    told = 0
    for name in ("classic_spiral", "xianghubao", "rumour_run"):
        scenario = STORIES[name].but(n_people=150, n_periods=5)
        before = Simulation(scenario, seed=1).run().history
        offered = controls(scenario)
        for control in offered.values():
            if not idle_because(scenario, control.name, WORDS["en"]) or control.name == "successor":
                continue
            told += 1
            value = value_from_text(control.name, another(control), power=control.power)
            after = Simulation(scenario.but(**{control.name: value}), seed=1).run().history
            for column in ("members", "contribution", "claims", "sponsor_cost"):
                assert before[column].equals(after[column], null_equal=True), control.name
    assert told > 60


def test_what_ends_idleness_is_named_in_both_languages():
    assert set(IDLE_WHILE) <= set(NAMES)
    scenario = STORIES["classic_spiral"]
    assert "“Screening at entry” is 0%" in idle_because(scenario, "bad_risk_share", WORDS["en"])
    assert "“入会筛查”为0%" in idle_because(scenario, "bad_risk_share", WORDS["zh"])
    assert not idle_because(scenario.but(screening=0.5), "bad_risk_share", WORDS["en"])


def test_a_field_sets_the_rule_of_its_arm_and_back_takes_it_back(session):
    set_from_text(session, wish(A, "fee", "12"))
    assert session.setup.value.a["fee"] == 0.12
    session.compare(True)
    set_from_text(session, wish(B, "fee", "8"))
    assert session.setup.value.b == {"fee": 0.08}
    go_back(session, wish(B, "fee"))
    assert session.setup.value.b == {}
    go_back(session, wish(A, "fee"))
    assert session.setup.value.a == SMALL
    go_back(session, wish(A, ""))
    assert session.setup.value.a == {}


def test_a_rule_changed_in_one_plan_is_taken_back_too():
    session = Session(Setup("market", a=SMALL, prediction=12.0), [])
    assert session.begin(session.setup.value)
    plan = session.setup.value.scenario().plans[1].name
    assert session.change(a={**SMALL, f"{plan}.fee": 0.31, "fee": 0.2}, b={f"{plan}.fee": 0.3})
    go_back(session, wish(B, "fee"))
    assert session.setup.value.b == {}
    assert session.setup.value.prediction == 12.0
    go_back(session, wish(A, "fee"))
    assert session.setup.value.a == SMALL
    assert session.setup.value.prediction is None
    assert session.change(prediction=12.0)
    go_back(session, wish(B, ""))
    assert session.setup.value.prediction == 12.0
    go_back(session, wish(A, ""))
    assert session.setup.value.prediction is None


def test_a_wish_that_fails_is_answered_and_does_not_stay_on_the_page(session, monkeypatch):
    shown = []
    monkeypatch.setattr(room, "ControlsPart", lambda **given: shown.append(given))
    monkeypatch.setattr(session, "set", lambda *_: 1 / 0)
    _, context = solara.render(room.Settings(session), handle_error=False)
    with pytest.raises(ZeroDivisionError):
        shown[-1]["event_set"]({**wish(A, "fee", "12"), "turn": 7})
    assert json.loads(shown[-1]["state"])["answered"] == 7
    context.close()


def test_a_text_that_cannot_be_is_said_and_nothing_is_lost(session):
    before = session.setup.value, session.frame.value
    set_from_text(session, wish(A, "fee", "much"))
    assert len(session.problems.value) == 1
    assert (session.setup.value, session.frame.value) == before
    set_from_text(session, wish(A, "age_min", "70"))
    assert "above age_max" in session.problems.value[0]
    assert (session.setup.value, session.frame.value) == before
    set_from_text(session, wish(A, "fee", "8"))
    assert session.problems.value == []


def test_a_size_that_would_stop_the_page_for_everybody_is_refused(session):
    set_from_text(session, wish(A, "n_people", "2000000000"))
    assert len(session.problems.value) == 1
    assert session.setup.value.a == SMALL


def test_a_second_control_varied_in_the_open_sweep_makes_a_map(session):
    vary(session, "fee")
    assert (session.setup.value.room, session.setup.value.vary) == ("sweep", ("fee",))
    vary(session, "attention")
    assert session.setup.value.vary == ("fee", "attention")
    session.change(room="sandbox")
    vary(session, "subsidy")
    assert session.setup.value.vary == ("subsidy",)


def test_fields_show_what_the_arm_has_and_say_what_a_sweep_can_vary():
    values = values_of(Scenario().but(fee=0.3), WORDS["en"], ["fee"])
    assert values["fee"] == {"text": "30", "shown": "30%", "idle": "", "varies": True}
    assert set(values) == set(NAMES)
    assert not values["sharing"]["varies"]
