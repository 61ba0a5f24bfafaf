"""Every plan of the history: nothing without a source, nothing filled in without saying so."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from agents.errors import ScenarioError
from model import Scenario, Simulation, presets
from model.plan import Plan
from model.plan_files import SHORTEST, PlanFile, on_its_dates, period_of, plan_file, plan_names
from model.sources import incidence_table

PLANS = plan_names()
FACTS = {"opened", "closed", "peak_members"}
GAPS = {
    "the fee": ("fee",),
    "benefits": ("benefit",),
    "waiting period": ("waiting_period",),
    "ages that may join": ("entry_age_min", "entry_age_max"),
    "oldest age": ("entry_age_max",),
    "caps": ("year_cap",),
    "cash reward": ("joining_reward",),
    "premiums": ("target_loss_ratio",),
}
"""What a file may say is not known, and the rules that fill the gap."""


@pytest.fixture(params=PLANS)
def file(request) -> PlanFile:
    """Return the file of each plan in turn."""
    return plan_file(request.param)


def test_every_plan_of_the_history_is_there():
    assert set(PLANS) == {
        *("xianghubao", "xianghubao_senior", "xianghubao_chronic", "xianghubao_2018"),
        *("jd_hubao", "shuidi", "qingsong", "meituan", "xiaomi", "wukong", "diandi"),
        *("ninghubao", "hubao_360", "denghuo", "haoyibao", "huiminbao", "commercial_ci"),
    }


def test_every_rule_is_one_of_the_engine_and_has_a_source(file):
    assert set(file.rules) <= set(Plan.model_fields)
    known = {fact for fact in FACTS if getattr(file, fact) is not None}
    assert set(file.sources) == {*file.rules, *known}
    assert set(file.run_sources) - {"amendment"} == set(file.run)
    assert ("amendment" in file.run_sources) == bool(file.amendment)
    assert all(file.sources.values())
    assert file.references


def test_what_is_assumed_says_why(file):
    for source in (*file.sources.values(), *file.run_sources.values()):
        assert source != "assumed"
        assert not source.startswith("assumed") or source.startswith("assumed: ")


def test_what_nobody_knows_is_assumed_or_unverified_where_it_is_filled_in(file):
    for gap in file.unknown:
        rules = [rule for words, rules in GAPS.items() if words in gap for rule in rules]
        for rule in (rule for rule in rules if rule in file.rules):
            source = file.sources[rule]
            assert "assumed" in source or "unverified" in source, f"{gap}: {rule}"


def test_every_plan_runs_by_its_name_from_its_opening_to_its_end(file):
    preset = presets.of_plan(file.name)
    scenario = preset.scenario
    assert preset.shows
    assert preset.shows_zh
    assert [plan.name for plan in scenario.plans] == [file.name]
    assert scenario.n_periods >= SHORTEST
    if file.opened is not None:
        assert scenario.start_date == file.opened
    if file.opened is not None and file.closed is not None and file.ended_by == "platform":
        last = file.opened + datetime.timedelta(days=scenario.plans[0].closes * 365.25 / 24)
        assert file.closed <= last <= file.closed + datetime.timedelta(days=16)


def test_a_run_of_a_plan_tells_what_is_assumed_and_what_is_not_known(file):
    said = " ".join(presets.of_plan(file.name).assumptions)
    assert all(gap in said for gap in (*file.unknown, *file.left_out))
    assert all(rule in said for rule in file.assumed)


def test_a_day_falls_into_the_period_that_contains_it():
    start = datetime.date(2019, 1, 1)
    assert period_of(start, start, 1 / 24) == 1
    assert period_of(datetime.date(2018, 12, 31), start, 1 / 24) == 0
    assert period_of(datetime.date(2019, 12, 31), start, 1 / 24) == 24
    assert period_of(datetime.date(2020, 11, 14), start, 1 / 24) == 45


def test_a_plan_on_its_dates_opens_and_closes_with_the_calendar():
    start = datetime.date(2016, 5, 1)
    assert on_its_dates("xianghubao", start, 1 / 24) == {"opens": 60, "closes": 138}
    assert on_its_dates("shuidi", start, 1 / 24)["opens"] == 1
    late = on_its_dates("xianghubao", datetime.date(2021, 1, 1), 1 / 24)
    assert late == {"closes": 26}  # open before the start


def test_dates_without_a_calendar_or_after_the_end_are_refused():
    with pytest.raises(ScenarioError, match="needs a scenario with start_date"):
        on_its_dates("shuidi", None, 1 / 24)
    with pytest.raises(ScenarioError, match="closed on 2020-09-09, before start_date"):
        on_its_dates("denghuo", datetime.date(2021, 1, 1), 1 / 24)
    with pytest.raises(ScenarioError, match="needs the plan of the history"):
        presets.parse("[[plan]]\non_its_dates = true\n", "mine")


def test_a_successor_counts_only_where_it_is_a_plan_of_the_scenario():
    alone = presets.parse('[[plan]]\nuse = "xianghubao"\n', "alone").scenario
    both = '[[plan]]\nuse = "xianghubao"\n[[plan]]\nuse = "xianghubao_senior"\n'
    assert alone.plans[0].successor == ""
    assert presets.parse(both, "both").scenario.plans[0].successor == "xianghubao_senior"


def test_a_file_may_take_its_people_and_behaviour_from_a_preset():
    mine = presets.parse('world = "xianghubao"\n[scenario]\nn_people = 500\n', "mine").scenario
    theirs = presets.load("xianghubao").scenario
    assert mine == theirs.but(n_people=500, plans=mine.plans, events=[])
    with pytest.raises(ScenarioError, match="unknown world 'xiang'; did you mean xianghubao"):
        presets.parse('world = "xiang"\n', "mine")


def test_a_plan_that_is_nearly_named_is_suggested():
    with pytest.raises(ScenarioError, match="did you mean shuidi"):
        presets.load("shudi")


def run_of(name: str, **changes):
    """Run a plan of the history with few people."""
    return Simulation(presets.of_plan(name).scenario.but(**changes), seed=1).run()


def test_meituan_gives_its_members_back_what_they_paid():
    run = run_of("meituan", n_people=2000)
    history, closes = run.history, run.scenario.plans[0].closes
    refunds, paid = history["refunds"].to_numpy(), history["contributions"].sum()
    assert refunds[:closes].sum() == 0
    assert 0.8 * paid < refunds[closes] <= paid * (1 + 1e-6)  # who had left gets nothing
    assert history["sponsor_cost"].sum() > refunds[closes]


def test_prepaid_balances_are_empty_after_shuidi_has_closed():
    history = run_of("shuidi", n_people=2000).history
    deposits, members = history["deposits"].to_numpy(), history["members"].to_numpy()
    assert deposits[60] == pytest.approx(9 * members[60], rel=0.7)
    assert deposits[60] > 0
    assert deposits[-1] == pytest.approx(0, abs=1e-3)


def test_denghuo_is_closed_by_its_minimum_size_and_not_by_a_date():
    run = run_of("denghuo", n_people=2000)
    assert run.scenario.plans[0].closes is None
    open_ = run.history["open"].to_list()
    assert open_[:20] == [True] * 20
    assert not any(open_[21:])


def test_nobody_joins_jd_hubao_after_its_only_day():
    joined = run_of("jd_hubao").history["joined"].to_list()
    assert joined[1] > 2000
    assert sum(joined[2:]) == 0


def test_xiaomi_pays_who_joins_and_nobody_twice():
    history = run_of("xiaomi", n_people=2000).history
    rewards, joined = history["rewards"].sum(), history["joined"].sum()
    assert 0 < rewards <= 2 * joined


def test_the_old_among_themselves_pay_several_times_what_the_main_plan_pays():
    senior = run_of("xianghubao_senior", n_people=4000).history
    main = Simulation(presets.load("xianghubao").scenario.but(n_people=4000), seed=1).run().history
    assert senior["contribution_year"][-2] > 2 * main["contribution_year"][-1] > 200
    assert senior["joined"][36:].sum() < senior["lapsed"][36:].sum()


def test_qingsong_costs_tens_of_times_as_much_in_its_fifth_year_as_in_its_first():
    year = run_of("qingsong", n_people=4000).history["contribution_year"]
    assert year[112] > 10 * year[24] > 0


def test_diandi_gives_back_hundreds_of_yuan_a_head():
    run = run_of("diandi", n_people=4000)
    history, closes = run.history, run.scenario.plans[0].closes
    assert history["contribution_year"][closes - 1] > 100
    assert history["refunds"][closes] / history["members"][closes - 1] > 100


def test_fifty_times_the_members_leave_the_expected_bill_of_360_hubao_as_it_was():
    few = run_of("hubao_360", n_people=2000)
    many = run_of("hubao_360", n_people=2000, population_represented=50 * 2.27e6)
    assert few.history["contribution"].to_list() == pytest.approx(
        many.history["contribution"].to_list()
    )


def test_the_bill_of_ninghubao_jumps_by_chance():
    paid = run_of("ninghubao").history["contribution"].to_numpy()[30:58]
    assert np.abs(np.diff(paid)).mean() > 0.1 * paid.mean()


def test_a_low_premium_for_all_is_bought_by_nearly_all_and_hardly_selects():
    last = run_of("huiminbao", n_people=4000).history[-1].to_dicts()[0]
    assert last["take_up"] > 0.9
    assert last["selection_ratio"] < 1.15


def test_cover_priced_by_age_is_bought_by_the_young():
    history = run_of("commercial_ci", n_people=4000).history
    last = history[-1].to_dicts()[0]
    assert last["selection_ratio"] < 0.8  # of all of age, the refused among them
    assert last["mean_age"] < 30
    assert history["loss_ratio"][-1] < plan_file("commercial_ci").rules["target_loss_ratio"]


def test_an_insurer_asks_about_what_it_asked_a_man_of_39():
    rules = plan_file("commercial_ci").rules
    level = presets.of_plan("commercial_ci").scenario.incidence_level
    risk = level * incidence_table()[0, 39]
    assert 400 <= risk * rules["benefit"][0][1] / rules["target_loss_ratio"] <= 555


def test_a_plan_of_a_users_own_may_use_rules_of_the_history():
    text = '[scenario]\nn_people = 500\n[[plan]]\nuse = "shuidi"\nname = "mine"\nfee = 0.2\n'
    plan = presets.parse(text, "mine").scenario.plans[0]
    assert (plan.name, plan.fee, plan.waiting_period) == ("mine", 0.2, 12)
    assert isinstance(Scenario(plans=[plan]), Scenario)
