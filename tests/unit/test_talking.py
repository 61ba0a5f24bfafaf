"""Sentiment: neighbours, own experience and news; and what it does to choices."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from agents.talk import experience, sentiment_in, talked_to, voice

QUIET = {"experience_weight": 0.0, "initial_membership": 0.0, "awareness": 0.0}


def test_sentiment_moves_toward_the_neighbours_by_susceptibility():
    assert talked_to(0.2, 0.8, 0.25, True, 0.0) == pytest.approx(0.35)
    assert talked_to(0.2, 0.8, 1.0, True, 0.0) == pytest.approx(0.8)


def test_who_has_no_neighbours_keeps_the_own_view():
    assert talked_to(0.2, 0.0, 1.0, False, 0.0) == 0.2


@pytest.mark.parametrize(("news", "expected"), [(0.3, 0.5), (5.0, 1.0), (-5.0, -1.0)])
def test_news_moves_everybody_within_bounds(news, expected):
    assert talked_to(0.2, 0.0, 0.0, False, news) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("worth", "burden", "expected"),
    [(10, 4, 0.6), (10, 10, 0.0), (10, 15, -0.5), (10, 99, -1.0), (10, -5, 1.0), (0, 1, -1.0)],
)
def test_experience_is_the_share_of_the_worth_that_is_left(worth, burden, expected):
    assert experience(float(worth), float(burden)) == pytest.approx(expected)


def test_cover_worth_nothing_at_no_cost_leaves_people_cold():
    assert experience(0.0, 0.0) == 0.0
    assert experience(-3.0, 1.0) == -1.0


@pytest.mark.parametrize("member", [False, True])
@pytest.mark.parametrize("sentiment", [-1.0, -0.3, 0.0, 1e-8, 0.7, 1.0])
def test_voice_carries_sentiment_and_membership(sentiment, member):
    said = voice(sentiment, member)
    assert sentiment_in(said) == pytest.approx(sentiment, abs=2e-9)
    assert bool(said & 1) is member


def sentiments(simulation, periods):
    path = []
    for _ in range(periods):
        simulation.step()
        path.append(simulation.people.sentiment.astype(float).copy())
    return path


def test_neighbours_are_heard_as_they_were_a_period_ago(textbook, crowd):
    people = crowd(3, opinion=[1.0, 0.0, 0.0], susceptibility=0.5)
    simulation = textbook(people, **QUIET, graph=nx.path_graph(3))
    first, second = sentiments(simulation, 2)
    assert first == pytest.approx([0.5, 0.25, 0.0])
    assert second == pytest.approx([0.375, 0.25, 0.125])


def test_in_a_directed_graph_only_the_head_of_an_edge_hears(textbook, crowd):
    people = crowd(2, opinion=[1.0, 0.0], susceptibility=0.5)
    simulation = textbook(people, **QUIET, graph=nx.DiGraph([(0, 1)]))
    assert sentiments(simulation, 1)[0] == pytest.approx([1.0, 0.5])


def test_with_complete_ties_everybody_hears_all_the_others(textbook, crowd):
    people = crowd(4, opinion=[1.0, 0.5, 0.0, -0.5], susceptibility=0.5)
    (found,) = sentiments(textbook(people, **QUIET, ties="complete"), 1)
    own = np.array([1.0, 0.5, 0.0, -0.5])
    assert found == pytest.approx(0.5 * own + 0.5 * (1.0 - own) / 3)
    listed = textbook(people, **QUIET, graph=nx.complete_graph(4))
    assert sentiments(listed, 1)[0] == pytest.approx(found, abs=1e-7)


def test_stubborn_people_do_not_move(textbook, crowd):
    people = crowd(3, opinion=[1.0, 0.0, -0.4], susceptibility=0.0)
    simulation = textbook(people, **QUIET, graph=nx.complete_graph(3))
    assert sentiments(simulation, 5)[-1] == pytest.approx([1.0, 0.0, -0.4])


def test_outsiders_fall_back_on_their_opinion(textbook, crowd):
    people = crowd(1, opinion=0.8)
    simulation = textbook(people, **{**QUIET, "experience_weight": 0.25})
    simulation.people.sentiment[0] = 0.0
    assert [s[0] for s in sentiments(simulation, 2)] == pytest.approx([0.2, 0.35])


def test_members_are_moved_by_what_membership_is_like(still, crowd):
    people = crowd(2, expected_cost=6.0, willingness_to_pay=[10.0, 4.0])
    simulation = still(people, experience_weight=0.5, opening_contribution=6.0)
    simulation.step()
    assert simulation.people.sentiment == pytest.approx([0.2, -0.25])


def test_event_moves_sentiment_once_by_its_news_and_weight(textbook, crowd):
    events = [{"period": 2, "news": -0.4}, {"period": 2, "news": 0.1}, {"period": 9, "news": 1.0}]
    simulation = textbook(crowd(5, opinion=0.1), **QUIET, events=events, news_weight=0.5)
    assert [s[0] for s in sentiments(simulation, 4)] == pytest.approx([0.1, -0.05, -0.05, -0.05])


def test_event_makes_members_think(still, crowd):
    people = crowd(3_000, expected_cost=1.0, willingness_to_pay=-1.0)
    events = [{"period": 2, "news": -0.5}]
    history = still(people, events=events, attention_to_news=0.8, attention_to_change=0.0)
    lapsed = history.run().history["lapsed"].to_list()
    expected = 3_000 * (1 - np.exp(-0.8 * 0.5))
    assert lapsed[1] == 0
    assert lapsed[2] == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert lapsed[3] == 0


def test_good_mood_keeps_members_and_bad_mood_drives_them_out(textbook, crowd):
    people = crowd(2, expected_cost=10.0, willingness_to_pay=9.0, opinion=[0.5, -0.5])
    simulation = textbook(people, sentiment_value=4.0, opening_contribution=10.0)
    simulation.step()
    assert simulation.people.plan.tolist() == [0, -1]


def test_people_hear_who_of_their_neighbours_is_a_member(textbook, crowd):
    plan = ["pool", None, None, None]
    people = crowd(4, plan=plan, expected_cost=1.0, willingness_to_pay=-9.0)
    star = nx.star_graph(3)
    simulation = textbook(people, attention=0.0, awareness=0.0, graph=star)
    simulation.step()
    assert simulation.people.neighbours_in == pytest.approx([0.0, 1.0, 1.0, 1.0])


def test_like_minded_neighbours_show_as_assortativity(textbook, crowd):
    pairs = nx.Graph([(0, 1), (2, 3)])
    rules = {**QUIET, "susceptibility": 0.0, "n_periods": 1}
    agree = textbook(crowd(4, opinion=[1.0, 1.0, -1.0, -1.0]), **rules, graph=pairs).run()
    differ = textbook(crowd(4, opinion=[1.0, -1.0, 1.0, -1.0]), **rules, graph=pairs).run()
    assert agree.history["assortativity"][1] == pytest.approx(1.0)
    assert differ.history["assortativity"][1] == pytest.approx(-1.0)


def test_assortativity_is_the_correlation_over_ties(textbook, crowd):
    graph = nx.gnp_random_graph(60, 0.1, seed=1)
    opinion = np.random.default_rng(1).uniform(-1, 1, 60).astype(np.float32)
    simulation = textbook(crowd(60, opinion=opinion), **QUIET, graph=graph, n_periods=1).run()
    nx.set_node_attributes(graph, dict(enumerate(map(float, opinion))), "opinion")
    expected = nx.numeric_assortativity_coefficient(graph, "opinion")
    assert simulation.history["assortativity"][1] == pytest.approx(expected, abs=1e-5)


def test_without_ties_nobody_hears_anybody(textbook, crowd):
    people = crowd(3, opinion=[1.0, 0.0, -0.4], susceptibility=1.0)
    simulation = textbook(people, **QUIET, ties="none")
    assert sentiments(simulation, 3)[-1] == pytest.approx([1.0, 0.0, -0.4])
    assert np.isnan(simulation.history["assortativity"][-1])
