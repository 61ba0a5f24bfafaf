"""The drawn people and their ledgers are the engine's, and so are the cost curves."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

pytest.importorskip("orjson", reason="the page needs the extra 'app'")

from agents.causes import CAUSE_NAMES, NO_CAUSE
from agents.choice import pick, value_of_membership, weigh_options
from agents.population import STATUS_NAMES
from agents.terms import COMPUTED_TIES, LISTED_TIES
from classroom.arm import Arm
from classroom.drawn_people.faces import MOST
from classroom.drawn_people.thoughts import UNAWARE
from classroom.figures.curves import curves, step_of
from classroom.figures.people import LOOKS, TERMS, people
from classroom.words import Words
from model import presets

EN, ZH = Words("en"), Words("zh")
CLASSIC = presets.load("classic_spiral").scenario.but(n_people=1000)


def arm_of(scenario, to=20, seed=1):
    arm = Arm(scenario, seed)
    arm.advance(to)
    return arm


@pytest.fixture(scope="module")
def arm():
    return arm_of(CLASSIC)


@pytest.fixture(scope="module")
def view(arm):
    return arm.look()


def texts(picture):
    return [note["text"] for note in picture.figure["layout"]["annotations"]]


def trace(picture, name):
    return next(one for one in picture.figure["data"] if one.get("name") == name)


@pytest.mark.parametrize("story", ["classic_spiral", "fairness_revolt", "market", "subsidised"])
def test_the_terms_of_a_persons_ledger_add_up_to_the_engines_value_of_membership(story):
    arm = arm_of(presets.load(story).scenario.but(n_people=2000), to=15)
    faces, simulation = arm.look().faces, arm.simulation
    shown = sum(faces.ledger[name] for name in TERMS[:-1])
    plan = np.maximum(simulation.people.plan[faces.rows], 0)
    engine = [
        value_of_membership(
            row,
            k,
            float(simulation.people.expected_contribution[k, row]),
            simulation.people,
            simulation.rates,
        )
        for row, k in zip(faces.rows.tolist(), plan.tolist(), strict=True)
    ]
    np.testing.assert_allclose(shown, engine, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(faces.ledger["value"], engine, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("noise", [3.0, 0.0])
def test_the_chance_to_leave_or_join_is_that_of_the_engines_choice(noise):
    arm = arm_of(CLASSIC.but(choice_noise=noise), to=6)
    s, faces = arm.simulation, arm.look().faces
    for j in range(0, MOST, 17):
        row, chance = int(faces.rows[j]), faces.ledger["changing"][j]
        if np.isnan(chance):
            continue
        inside = s.people.plan[row] >= 0
        draws = (np.arange(200) + 0.5) / 200
        picked = []
        for draw in draws:
            values = np.empty(3)
            age = int(s.people.age[row])
            weigh_options(row, age, UNAWARE, s.people, s.terms, s.rates, s.luck, values)
            picked.append(pick(values, 0 if inside else 1, noise, float(draw)))
        changed = np.mean([choice != 0 if inside else choice == 0 for choice in picked])
        assert chance == pytest.approx(changed, abs=0.006)


def test_who_is_gone_is_shown_with_the_recorded_cause(arm, view):
    faces = view.faces
    gone = np.flatnonzero(arm.simulation.people.cause[faces.rows] != NO_CAUSE)
    assert gone.size > 50
    hover = people(view, EN).figure["data"][1]["hovertext"]
    for j in gone:
        cause = CAUSE_NAMES[arm.simulation.people.cause[faces.rows[j]]]
        assert EN(f"figures.causes.{cause}") in hover[j]


@pytest.mark.parametrize("story", ["classic_spiral", "xianghubao"])
def test_the_drawn_people_know_each_other(story):
    arm = arm_of(presets.load(story).scenario.but(n_people=3000), to=0)
    faces, ties = arm.look().faces, arm.simulation.ties
    assert ties.kind == (LISTED_TIES if story == "classic_spiral" else COMPUTED_TIES)
    graph = nx.Graph(faces.ties.tolist())
    assert graph.number_of_nodes() == len(faces.rows) == MOST
    assert nx.is_connected(graph)
    if ties.kind == LISTED_TIES:
        for a, b in faces.rows[faces.ties[:100]]:
            assert b in ties.neighbour[ties.start[a] : ties.start[a + 1]]


@pytest.mark.parametrize("ties", ["none", "complete"])
def test_without_a_network_nothing_is_drawn_between_people_and_the_note_says_why(ties):
    view = arm_of(CLASSIC.but(ties=ties, n_people=400), to=1).look()
    picture = people(view, EN)
    assert not picture.figure["data"][0]["x"].size
    assert EN(f"figures.people.{'alone' if ties == 'none' else 'all_know'}") in picture.note


def test_a_rule_changed_in_b_leaves_the_same_people_at_the_same_places():
    a, b = (arm_of(CLASSIC.but(fee=fee), to=3).look().faces for fee in (0.08, 0.5))
    np.testing.assert_array_equal(a.rows, b.rows)
    np.testing.assert_array_equal(a.x, b.x)


def test_states_differ_in_shape_as_well_as_in_colour():
    assert set(LOOKS) == set(range(len(STATUS_NAMES)))
    for looks in zip(*LOOKS.values(), strict=True):
        assert len(set(looks)) == len(STATUS_NAMES)


def test_friends_stand_nearer_to_each_other_than_strangers(view):
    spot = view.faces.x + 1j * view.faces.y
    friends = np.abs(spot[view.faces.ties[:, 0]] - spot[view.faces.ties[:, 1]]).mean()
    everybody = np.abs(spot[:, None] - spot).mean()
    assert friends < 0.6 * everybody


def test_a_person_who_is_picked_is_pointed_out_in_both_figures(view):
    at = next(j for j in range(MOST) if view.faces.ledger["eligible"][j])
    row = int(view.faces.rows[at])
    ring = people(view, EN, person=row).figure["data"][2]
    assert (ring["x"][0], ring["y"][0]) == (view.faces.x[at], view.faces.y[at])
    place = trace(curves(view, EN, person=row), EN("figures.curves.person"))
    assert place["y"][0] == view.faces.ledger["reservation"][at]
    share = place["x"][0] / 100
    curve = view.curves
    assert np.interp(share, curve["take_up"], curve["demand"]) >= place["y"][0] - 1e-9
    assert not people(view, EN, person=-5).figure["data"][2]["x"].size


def reservations(simulation):
    """Return what the eligible would pay at most, by bisection of the engine's own value."""
    s, found = simulation, []
    for row in range(s.scenario.n_people):
        low, high = 0.0, 1e5
        for _ in range(60):
            middle = (low + high) / 2
            wanted = value_of_membership(row, 0, middle, s.people, s.rates) >= 0
            low, high = (middle, high) if wanted else (low, middle)
        found.append(low)
    return np.array(found)


def test_curves_equal_a_direct_computation_in_every_period():
    arm = Arm(CLASSIC.but(n_people=60, case_fatality=0), 3)
    for to in range(4):
        arm.advance(to)
        view, simulation = arm.look(), arm.simulation
        price = reservations(simulation)
        eligible = np.isin(simulation.people.status, [0, 1, 2, 3])
        order = np.argsort(-price[eligible])
        cost = 1.08 * simulation.people.expected_cost[0][eligible][order].astype(float)
        table = list(curves(view, EN).table.values())
        n = eligible.sum()
        np.testing.assert_allclose(table[0], np.arange(1, n + 1) / n)
        np.testing.assert_allclose(table[1], np.maximum(price[eligible][order], 0), rtol=1e-3)
        np.testing.assert_allclose(table[2], np.cumsum(cost) / np.arange(1, n + 1), rtol=1e-4)


def test_the_next_step_is_who_wants_the_plan_at_what_the_members_cost():
    arm = arm_of(CLASSIC.but(n_people=150, fee=0.2), to=3)
    view, simulation = arm.look(), arm.simulation
    step = step_of(view)
    covered = simulation.people.status == 2
    cost = simulation.people.expected_cost[0][covered].sum(dtype=float)
    assert step.price == pytest.approx(1.2 * cost / (simulation.people.plan == 0).sum(), rel=1e-5)
    eligible = np.isin(simulation.people.status, [0, 1, 2, 3])
    wants = (reservations(simulation)[eligible] >= step.price).mean()
    assert step.next_take_up == pytest.approx(wants, abs=1e-9)


def test_a_pool_that_no_price_pays_for_says_so_and_one_that_can_be_paid_does_not():
    hopeless, sound = (arm_of(CLASSIC.but(fee=fee), to=1).look() for fee in (8.0, 0.0))
    curve = hopeless.curves
    assert (curve["average_cost"] > curve["demand"]).all()
    assert any(EN("figures.curves.none") in text for text in texts(curves(hopeless, EN)))
    assert not any(EN("figures.curves.none") in text for text in texts(curves(sound, EN)))
    assert not any(EN("figures.curves.none") in t for t in texts(curves(hopeless, EN, revealed=1)))


@pytest.mark.parametrize("revealed", range(4))
def test_curves_are_revealed_one_by_one(view, revealed):
    picture = curves(view, EN, revealed=revealed)
    assert [line["visible"] for line in picture.figure["data"][:3]] == [
        number < revealed for number in range(3)
    ]
    assert len(picture.table) == 1 + revealed
