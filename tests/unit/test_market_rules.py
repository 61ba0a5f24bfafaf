"""Rules of a market: plans open and close, reach some, hand over, enrol, reward and publish."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from agents.causes import AIDED, FAMILY
from agents.errors import PeopleError, ScenarioError
from agents.population import COVERED, LAPSED
from model import Plan, Scenario, Simulation, presets

LEDGER = ("leavers", "joiners", "ageing", "run_off", "luck")
YEARLY = {"period_length": 1.0, "n_periods": 6, "claims": "expected", "ties": "none"}
STILL = {"attention": 0.0, "attention_to_change": 0.0, "awareness": 0.0}
READY = {"attention": 1.0, "awareness": 1.0, "choice_noise": 0.0, "contribution_learning": 1.0}


@pytest.fixture(scope="module")
def world():
    """Return a function that builds a world of reviewers whose cover is worth a lot."""

    def build(*, plans, n_people=400, seed=1, **changes):
        rules = YEARLY | READY | {"risk_aversion": 1e-5, "experience_weight": 0.0, **changes}
        plain = [{"entry_age_max": 120, "fee": 0.0, **plan} for plan in plans]
        return Simulation(Scenario(n_people=n_people, plans=plain).but(**rules), seed=seed)

    return build


def members(simulation, plan):
    return simulation.history.filter(simulation.history["plan"] == plan)["members"].to_numpy()


def test_a_plan_takes_nobody_in_before_it_opens_or_after_it_closes(world):
    plans = [{"name": "early", "closes": 4}, {"name": "late", "opens": 3}]
    simulation = world(plans=plans, initial_membership=0.0, reentry="free").run()
    early, late = members(simulation, "early"), members(simulation, "late")
    assert early[1] > 0
    assert not late[:3].any()
    assert late[4:].all()
    assert not early[4:].any()
    assert late[5] > late[3]


def test_who_is_in_a_plan_when_its_platform_closes_it_leaves_for_that_reason(world):
    simulation = world(plans=[{"name": "one", "closes": 2}]).run()
    history = simulation.history
    assert history["left_plan_closed"][2] == history["members"][1] - history["lapsed"][2]
    assert history["open"].to_list()[:3] == [True, True, False]


def test_the_verdict_is_on_what_came_before_the_platform_closed_the_plan(world):
    verdict = world(plans=[{"name": "one", "closes": 4}], attention=0.0).run().verdict
    assert verdict.outcome == "stable"
    assert verdict.ended == 4
    assert "closed it in period 4" in verdict.sentence
    assert "第4期关停" in verdict.sentence_zh


def test_life_waits_for_a_plan_that_is_still_to_open(world):
    simulation = world(plans=[{"name": "one", "opens": 5}], initial_membership=0.0).run()
    assert simulation.period == 6
    assert members(simulation, "one")[5] > 0


def test_reach_is_a_lasting_share_of_people(world):
    simulation = world(plans=[{"name": "one", "reach": 0.3}], initial_membership=0.0, n_people=3000)
    simulation.run()
    ever = (simulation.people.plan == 0) | (simulation.people.status == LAPSED)
    assert pytest.approx(ever.mean(), abs=3 * np.sqrt(0.21 / 3000)) == 0.3


SENIOR = {"name": "senior", "entry_age_min": 60, "entry_age_max": 90, "waiting_period": 6}
MAIN = {"name": "main", "exit_age": 60, "entry_age_max": 59, "successor": "senior"}


def test_who_grows_too_old_moves_up_without_a_new_waiting_period(world):
    simulation = world(plans=[MAIN, SENIOR], age_min=55, age_max=59.5, attention=0.0).run()
    people = simulation.people
    moved = people.plan == 1
    assert moved.sum() > 300
    assert (people.status[moved] == COVERED).all()
    assert (people.tenure[moved] > 6).any()


def test_nobody_moves_up_whom_the_next_plan_is_worth_less_than_it_costs(world):
    dear = SENIOR | {"opening_contribution": 1e6}
    simulation = world(plans=[MAIN, dear], age_min=55, age_max=59.5, attention=0.0).run()
    assert not (simulation.people.plan == 1).any()
    assert simulation.history["left_aged_out"].sum() > 300


def test_the_ledger_adds_up_when_members_move_up(world):
    simulation = world(plans=[MAIN, SENIOR], age_min=50, age_max=59.5, initial_tenure=3).run()
    for plan in ("main", "senior"):
        rows = simulation.history.filter(simulation.history["plan"] == plan)
        parts = sum(rows[f"ledger_{part}"] for part in LEDGER)
        change = np.diff(rows["expected_cost"].to_numpy())
        both = (rows["members"].to_numpy()[1:] > 0) & (rows["members"].to_numpy()[:-1] > 0)
        assert both.sum() > 2
        assert parts.to_numpy()[1:][both] == pytest.approx(change[both], abs=1e-6)


def test_outsiders_are_enrolled_without_being_asked_at_the_rate_of_the_rule(world):
    plan = {"name": "one", "auto_enrolment": 0.2}
    simulation = world(
        plans=[plan], initial_membership=0.0, awareness=0.0, attention=0.0, n_people=5000
    )
    simulation.step()
    assert simulation.history["joined"][1] == pytest.approx(1000, abs=3 * np.sqrt(800))


def test_who_left_is_not_enrolled_again_unasked(world):
    plan = {"name": "one", "auto_enrolment": 1.0, "opening_contribution": 1e6}
    simulation = world(plans=[plan], n_people=100, awareness=0.0).run()
    assert simulation.history["lapsed"][1] == 100
    assert simulation.history["joined"].sum() == 0


def test_families_leave_as_one():
    base = presets.load("classic_spiral").scenario.but(n_people=1200, family_size=3)
    base = base.but(attention=0.1, awareness=0.0, awareness_from_neighbours=0.0)
    together = Simulation(base.but(families_leave_together=True), seed=2).run()
    apart = Simulation(base, seed=2).run()
    assert together.history["left_family"].sum() > 50
    assert apart.history["left_family"].sum() == 0
    plan = together.people.plan[: 1200 // 3 * 3].reshape(-1, 3)
    cause = together.people.cause.reshape(-1, 3)
    broken = (plan.max(axis=1) == 0) & (cause == FAMILY).any(axis=1) & (plan == 0).any(axis=1)
    assert not broken.any()
    assert together.verdict.members < apart.verdict.members


def test_loyal_members_are_promised_more(world):
    plan = {"name": "one", "loyalty": 1.0, "loyalty_years": 4.0}
    still = STILL | {"ageing": False, "select_start": 1.0}
    loyal = world(plans=[plan], initial_tenure=1, **still)
    plain = world(plans=[{"name": "one"}], initial_tenure=1, **still)
    for simulation in (loyal, plain):
        simulation.run()
    ratio = loyal.history["benefits_incurred"] / plain.history["benefits_incurred"]
    # members enter with a tenure of one year; the bill of period t is of tenure t
    assert ratio.to_list()[1:] == pytest.approx([1.0, 1.5, 1.75, 2.0, 2.0, 2.0])


def test_published_claims_that_are_paid_lift_the_mood_and_forgone_ones_sink_it(world):
    quiet = STILL | {"susceptibility": 0.0}
    paid = world(plans=[{"name": "one", "transparency": 0.05}], **quiet).run()
    cut = {"name": "one", "transparency": 0.05, "year_cap": 1e-6, "excess_borne_by": "claimants"}
    forgone = world(plans=[cut], **quiet).run()
    assert paid.people.sentiment == pytest.approx(0.05 * 5, abs=1e-5)
    assert forgone.people.sentiment == pytest.approx(-0.05 * 5, abs=1e-5)


def test_a_mandate_brings_in_those_whose_loss_is_less_than_the_penalty(world):
    rules = {"initial_membership": 0.0, "private_information": 1.0, "disadvantage_aversion": 0.0}
    free = world(plans=[{"name": "one"}], **rules).run()
    bound = world(plans=[{"name": "one"}], penalty_for_none=1e5, **rules).run()
    assert free.history["members"][-1] < 300
    assert bound.history["members"][-1] == 400


def test_belonging_raises_awareness_of_insurance(world):
    rules = {"insurer_awareness": 0.0, "insurer_loss_ratio": 2.0, "insurer_rejects": 0.0}
    unaware = world(plans=[{"name": "one"}], **rules).run()
    aware = world(plans=[{"name": "one"}], insurer_awareness_of_members=1.0, **rules).run()
    assert unaware.history["insured"].sum() == 0
    assert aware.history["insured"][1] > 100


def test_who_was_aided_and_stays_is_taken_in_by_no_other_plan(world):
    plans = [
        {"name": "kind", "leaves_after_aid": False, "opening_contribution": 1e6},
        {"name": "other"},
    ]
    rules = {"claims": "drawn", "incidence_level": 100.0, "attention": 0.0}
    simulation = world(plans=plans, n_people=2000, select_start=1.0, **rules)
    simulation.step()
    ill = simulation.people.cause == AIDED
    assert ill.sum() > 100
    simulation.amend(attention=1.0)
    simulation.run()
    assert not (simulation.people.plan[ill] == 1).any()
    assert (simulation.people.plan[~ill] == 1).any()


@pytest.mark.parametrize(
    ("rules", "word"),
    [({"closes": 3, "opens": 3}, "closes = 3"), ({"successor": "nobody"}, "successor = 'nobody'")],
)
def test_rules_that_make_no_sense_are_refused(rules, word):
    with pytest.raises(ScenarioError, match=word):
        Scenario(plans=[{"name": "one", **rules}])


def test_the_first_members_enrol_in_the_first_plan_that_takes_their_age():
    plans = [Plan(name="young", entry_age_max=29), Plan(name="old", entry_age_min=30)]
    people = Simulation(Scenario(n_people=300, plans=plans), seed=1).people
    assert ((people.age < 30) == (people.plan == 0)).all()
    assert (people.plan >= 0).all()


def test_who_was_aided_stays_out_when_the_plan_closes_or_age_ends_it(world):
    kind = {"name": "kind", "leaves_after_aid": False, "closes": 2}
    rules = {"claims": "drawn", "incidence_level": 60.0, "attention": 0.0, "select_start": 1.0}
    simulation = world(plans=[kind, {"name": "other"}], n_people=2000, **rules)
    simulation.step()
    ill = simulation.people.cause == AIDED
    simulation.run()
    assert ill.sum() > 100
    assert (simulation.people.plan[ill] == -1).all()
    assert (simulation.people.plan[~ill] == 1).any()
    up = MAIN | {"leaves_after_aid": False}
    simulation = world(plans=[up, SENIOR], n_people=2000, age_min=58, age_max=59.9, **rules)
    simulation.step()
    ill = simulation.people.cause == AIDED
    simulation.run()
    assert ill.sum() > 50
    assert not (simulation.people.plan[ill] == 1).any()


def test_nobody_is_enrolled_unasked_who_is_insured_or_out_of_reach(world):
    plan = {"name": "one", "auto_enrolment": 1.0, "reach": 0.1}
    never = STILL | {"initial_membership": 0.0}
    reached = world(plans=[plan], n_people=4000, **never).run()
    assert reached.history["members"][-1] == pytest.approx(400, abs=3 * np.sqrt(360))
    insured = world(plans=[plan | {"reach": 1.0}], **never)
    insured.people.insured[:] = True
    insured.run()
    assert insured.history["joined"].sum() == 0


def test_screening_refuses_for_good_who_is_enrolled_unasked(world):
    plan = {"name": "one", "auto_enrolment": 1.0, "screening": 0.5, "bad_risk_share": 1.0}
    never = STILL | {"initial_membership": 0.0}
    simulation = world(plans=[plan], n_people=2000, **never).run()
    assert simulation.history["members"][-1] == pytest.approx(1000, abs=3 * np.sqrt(500))


def test_nobody_can_be_put_into_a_plan_that_is_still_to_open(world):
    scenario = Scenario(plans=[{"name": "late", "opens": 4}])
    with pytest.raises(PeopleError, match="opens only in period 4"):
        Simulation(scenario, people=pl.DataFrame({"plan": ["late"] * 5}))


def test_a_bill_that_the_sponsor_pays_drives_nobody_out(world):
    plan = {"name": "one", "closes": 6, "free_periods_at_closing": 3}
    alarms = []
    simulation = world(plans=[plan], attention=0.0, attention_to_change=50.0, hassle_of_leaving=1e6)
    for _ in range(5):
        simulation.step()
        alarms.append(simulation.pools[0].last_change)
    assert simulation.history["contribution"].to_list()[4:6] == [0.0, 0.0]
    assert alarms[3:5] == [0.0, 0.0]
    assert alarms[1] > 0.0
    assert simulation.verdict.contribution == simulation.history["contribution"][3]
