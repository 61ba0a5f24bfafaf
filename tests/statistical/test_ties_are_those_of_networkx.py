"""Drawn ties have the degrees, the clustering and the mixing of networkx's graphs."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy import stats

from agents.randomness import key_of
from agents.terms import COMPLETE_TIES, LISTED_TIES, NO_TIES, Luck
from agents.ties import draw_ties, ties_from_graph
from model import Scenario, Simulation

N = 2_003  # a prime: neither a power of two nor a multiple of a tile
KINDS = ("watts_strogatz", "barabasi_albert", "erdos_renyi", "stochastic_block")


@pytest.fixture
def draw(as_graph):
    """Return a function that draws ties as an undirected networkx graph."""

    def build(kind, n=N, degree=8, *, rewiring=0.1, homophily=0.7, blocks=None, seed=1):
        blocks = np.zeros(n, np.int64) if blocks is None else blocks
        ties = draw_ties(kind, n, degree, rewiring, homophily, blocks, Luck(*key_of(seed)))
        graph = as_graph(ties, n)
        assert all(graph.has_edge(b, a) for a, b in graph.edges)
        return graph.to_undirected()

    return build


def degrees(graph):
    return np.array([d for _, d in graph.degree])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [5, 17, 64, 1_000, N])
def test_ties_go_both_ways_and_never_to_oneself_or_twice(as_graph, kind, n):
    luck = Luck(*key_of(3))
    ties = draw_ties(kind, n, 4 if n > 5 else 2, 0.3, 0.5, np.arange(n) % 3, luck)
    assert ties.kind == LISTED_TIES
    graph = as_graph(ties, n)
    assert graph.number_of_edges() == ties.neighbour.size == ties.start[-1]
    assert nx.number_of_selfloops(graph) == 0
    assert all(graph.has_edge(b, a) for a, b in graph.edges)
    assert ties.neighbour.size > 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("degree", [0, 1, 2, 8])
def test_tiny_populations_have_ties_too(kind, n, degree):
    blocks = np.arange(n, dtype=np.int64)
    ties = draw_ties(kind, n, degree, 0.5, 0.5, blocks, Luck(*key_of(1)))
    if n == 1 or degree == 0:
        assert ties.kind == NO_TIES
    elif degree >= n - 1:
        assert ties.kind == COMPLETE_TIES
    else:
        assert ties.start.size == n + 1
        assert set(ties.neighbour) <= set(range(n))


@pytest.mark.parametrize("kind", KINDS)
def test_ties_depend_on_the_seed_alone(draw, kind):
    assert nx.utils.graphs_equal(draw(kind, seed=5), draw(kind, seed=5))
    if kind == "watts_strogatz":  # only the rewired ties are left to luck
        assert not nx.utils.graphs_equal(draw(kind, seed=5), draw(kind, seed=6))
    else:
        one, other = set(draw(kind, seed=5).edges), set(draw(kind, seed=6).edges)
        assert len(one & other) < 0.1 * len(one)


@pytest.mark.parametrize("rewiring", [0.0, 0.1, 0.5, 1.0])
def test_small_world_is_that_of_watts_and_strogatz(draw, rewiring):
    ours = draw("watts_strogatz", rewiring=rewiring)
    theirs = nx.watts_strogatz_graph(N, 8, rewiring, seed=1)
    assert degrees(ours).mean() == pytest.approx(8, abs=0.05)
    assert degrees(ours).var() == pytest.approx(degrees(theirs).var(), rel=0.15, abs=1e-9)
    clustering = nx.average_clustering(theirs)
    assert nx.average_clustering(ours) == pytest.approx(clustering, rel=0.05, abs=0.005)


def test_few_long_ties_make_the_world_small(draw):
    def distance(graph):
        return np.mean([*nx.single_source_shortest_path_length(graph, 0).values()])

    theirs = nx.watts_strogatz_graph(N, 8, 0.1, seed=1)
    assert distance(draw("watts_strogatz", rewiring=0.0)) > 100
    assert distance(draw("watts_strogatz")) == pytest.approx(distance(theirs), rel=0.15)


def test_rich_get_richer_as_barabasi_and_albert_say(draw):
    m, n = 4, 20_000
    found = degrees(draw("barabasi_albert", n=n, degree=2 * m))
    theirs = degrees(nx.barabasi_albert_graph(n, m, seed=1))
    assert found.mean() == pytest.approx(2 * m, abs=0.01)
    assert found.min() == m
    for k in range(m, m + 5):
        share = 2 * m * (m + 1) / (k * (k + 1) * (k + 2))  # Bollobás et al. 2001
        assert np.mean(found == k) == pytest.approx(share, abs=4 * np.sqrt(share / n))
    assert stats.ks_2samp(found, theirs).statistic < 0.015
    assert np.log(found).std() == pytest.approx(np.log(theirs).std(), rel=0.03)
    assert 0.3 < found.max() / theirs.max() < 3


@pytest.mark.parametrize("degree", [1, 8, 40])
def test_uniform_ties_are_those_of_erdos_and_renyi(draw, degree):
    p = degree / (N - 1)
    ours, theirs = draw("erdos_renyi", degree=degree), nx.fast_gnp_random_graph(N, p, seed=1)
    edges = N * degree / 2
    assert ours.number_of_edges() == pytest.approx(edges, abs=4 * np.sqrt(edges))
    assert degrees(ours).var() == pytest.approx(degree * (1 - p), rel=0.15)
    assert stats.ks_2samp(degrees(ours), degrees(theirs)).pvalue > 1e-4
    assert nx.average_clustering(ours) == pytest.approx(p, abs=0.003)
    largest = max(len(component) for component in nx.connected_components(ours))
    assert (largest > 0.99 * N) == (degree > 1)


def test_any_two_people_may_know_each_other(draw):
    n = 40
    known = np.zeros((n, n))
    for seed in range(200):
        known += nx.to_numpy_array(draw("erdos_renyi", n=n, degree=8, seed=seed), range(n))
    pairs = known[np.triu_indices(n, 1)]
    expected = 200 * 8 / (n - 1)
    chi = ((pairs - expected) ** 2).sum() / (expected * (1 - 8 / (n - 1)))
    assert stats.chi2.sf(chi, pairs.size) > 1e-4
    assert stats.chi2.cdf(chi, pairs.size) > 1e-4


@pytest.mark.parametrize("homophily", [0.0, 0.3, 0.7, 1.0])
def test_like_know_like_as_often_as_homophily_says(draw, homophily):
    blocks = np.arange(N, dtype=np.int64) % 7
    graph = draw("stochastic_block", homophily=homophily, blocks=blocks)
    nx.set_node_attributes(graph, dict(enumerate(blocks.tolist())), "block")
    edges = graph.number_of_edges()
    # A share h within blocks and the rest anywhere is a mixing coefficient of h.
    mixing = nx.attribute_assortativity_coefficient(graph, "block")
    assert mixing == pytest.approx(homophily, abs=4 / np.sqrt(edges) + 0.01)
    assert degrees(graph).mean() == pytest.approx(8, abs=0.15)


def test_blocks_are_those_of_a_stochastic_block_graph(draw):
    sizes, homophily, degree = [600, 900, 503], 0.6, 10
    blocks = np.repeat(np.arange(3), sizes).astype(np.int64)
    ours = draw("stochastic_block", degree=degree, homophily=homophily, blocks=blocks)
    anywhere = (1 - homophily) * degree / N
    chances = [
        [anywhere + (homophily * degree / sizes[a] if a == b else 0.0) for b in range(3)]
        for a in range(3)
    ]
    theirs = nx.stochastic_block_model(sizes, chances, seed=1)
    assert nx.average_clustering(ours) == pytest.approx(nx.average_clustering(theirs), abs=0.002)
    for block in range(3):
        mine, other = degrees(ours)[blocks == block], degrees(theirs)[blocks == block]
        assert mine.mean() == pytest.approx(other.mean(), abs=0.6)
        assert mine.var() == pytest.approx(other.var(), rel=0.3)


def test_block_of_one_person_ties_only_outside(draw):
    blocks = np.array([0, *[1] * 30], np.int64)
    loners = [draw("stochastic_block", n=31, blocks=blocks, seed=s).degree[0] for s in range(30)]
    assert 0 < np.mean(loners) < 8


@pytest.mark.parametrize(("homophily", "least", "most"), [(0.9, 0.8, 1.0), (0.0, -0.05, 0.05)])
def test_people_know_others_of_their_age_in_a_scenario_with_blocks(homophily, least, most):
    scenario = Scenario(n_people=N, ties="stochastic_block", homophily=homophily)
    simulation = Simulation(scenario, seed=1)
    ears = np.repeat(np.arange(N), np.diff(simulation.ties.start))
    ages, incomes = simulation.people.age_at_start, np.log(simulation.people.income)
    mouths = simulation.ties.neighbour
    assert least < np.corrcoef(ages[ears], ages[mouths])[0, 1] < most
    assert least - 0.3 < np.corrcoef(incomes[ears], incomes[mouths])[0, 1] < most


@pytest.mark.parametrize("directed", [False, True])
def test_given_graph_is_heard_as_it_is_drawn(as_graph, directed):
    given = nx.gnp_random_graph(60, 0.1, seed=2, directed=directed)
    given.add_edge(3, 3)  # nobody hears oneself
    heard = as_graph(ties_from_graph(given, 60), 60)
    expected = {(b, a) for a, b in given.edges if a != b}  # an edge from a to b: b hears a
    if not directed:
        expected |= {(a, b) for b, a in expected}
    assert set(heard.edges) == expected


def test_names_of_nodes_do_not_matter_but_their_order_does(as_graph):
    given = nx.Graph()
    given.add_nodes_from(["zoe", "ada", "kai"])
    given.add_edge("kai", "zoe")
    assert set(as_graph(ties_from_graph(given, 3), 3).edges) == {(0, 2), (2, 0)}


def test_parallel_edges_count_once(as_graph):
    given = nx.MultiGraph([(0, 1), (0, 1), (1, 2)])
    assert as_graph(ties_from_graph(given, 3), 3).number_of_edges() == 4
