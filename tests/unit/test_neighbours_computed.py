"""Ties that are computed on the fly: who hears whom, for any number of people."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from agents.neighbourhood import BLOCK, computed_ties, listen_around, neighbours_computed
from agents.randomness import key_of
from agents.tallies import TILE
from agents.terms import Luck
from model import Scenario, Simulation

LUCK = Luck(*key_of(5))


def graph_of(n, degree=8, rewiring=0.25):
    ties = computed_ties(n, degree, rewiring, LUCK)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((i, j) for i in range(n) for j in neighbours_computed(i, n, ties))
    return graph


@pytest.mark.parametrize("n", [20, 63, 64, 65, 1000, 2049, 4097])
def test_who_is_heard_hears(n):
    graph = graph_of(n)
    assert all(graph.has_edge(j, i) for i, j in graph.edges)
    assert not any(i == j for i, j in graph.edges)


@pytest.mark.parametrize("n", [BLOCK + 3, 2 * BLOCK])
def test_partners_have_each_other_beyond_one_block(n):
    ties = computed_ties(n, 2, 1.0, LUCK)
    assert (ties.reach, ties.keys.size) == (0, 2)
    rows = [*range(0, n, 997), n - 3, n - 2, n - 1]
    for i in rows:
        for j in neighbours_computed(i, n, ties):
            assert i in neighbours_computed(j, n, ties)
            assert i // BLOCK == j // BLOCK


def test_everybody_has_the_stated_number_of_neighbours():
    graph = graph_of(1000)
    degrees = [len(neighbours_computed(i, 1000, computed_ties(1000, 8, 0.25, LUCK))) for i in graph]
    assert set(degrees) == {8}


def test_an_odd_block_leaves_one_without_a_partner_in_each_matching():
    ties = computed_ties(1001, 8, 0.25, LUCK)
    missing = sum(8 - len(neighbours_computed(i, 1001, ties)) for i in range(1001))
    assert missing == 2


def mean_distance(graph):
    """Return what networkx calls the average shortest path length, in a quarter of its time."""
    n = graph.number_of_nodes()
    return shortest_path(nx.to_scipy_sparse_array(graph), unweighted=True).sum() / (n * (n - 1))


def test_the_matchings_make_it_a_small_world():
    graph = graph_of(2000).to_undirected()
    ring = nx.watts_strogatz_graph(2000, 8, 0.0)
    random = nx.random_regular_graph(8, 2000, seed=1)
    assert nx.is_connected(graph)
    mean = {g: mean_distance(g) for g in (graph, ring, random)}
    assert mean[random] < mean[graph] < 0.1 * mean[ring]
    assert nx.average_clustering(graph) > 10 * nx.average_clustering(random)


def test_partners_are_spread_evenly_over_the_block():
    ties = computed_ties(BLOCK, 1, 1.0, LUCK)
    partners = np.array([neighbours_computed(i, BLOCK, ties)[0] for i in range(0, BLOCK, 16)])
    distance = np.abs(partners - np.arange(0, BLOCK, 16)) / BLOCK
    # two independent uniform numbers differ by 1/3 on average, with variance 1/18
    assert distance.mean() == pytest.approx(1 / 3, abs=3 * np.sqrt(1 / 18 / partners.size))
    counts = np.bincount(partners // 4096, minlength=16)
    chi2 = ((counts - partners.size / 16) ** 2 / (partners.size / 16)).sum()
    assert chi2 < 37.7  # 99.9 % of chi-square with 15 degrees of freedom


@pytest.mark.parametrize(("n", "first"), [(1000, 0), (TILE + 7, TILE), (BLOCK + 5, BLOCK)])
def test_what_is_heard_is_the_sum_over_those_neighbours(n, first):
    ties = computed_ties(n, 8, 0.25, LUCK)
    heard = np.random.default_rng(1).integers(-(2**29), 2**29, n).astype(np.int32)
    last = min(first + TILE, n)
    ends, sentiments, members = (np.empty(TILE) for _ in range(3))
    partners = np.empty(TILE, np.uint32)
    listen_around(first, last, heard, ties, partners, ends, sentiments, members)
    for i in range(first, last, 3):
        said = heard[neighbours_computed(i, n, ties)]
        assert ends[i - first] == said.size
        assert sentiments[i - first] == (said >> 1).sum()
        assert members[i - first] == (said & 1).sum()


def test_a_rumour_spreads_as_on_the_small_world_that_is_stored():
    base = Scenario(n_people=4000, n_periods=24, n_neighbours=8, rewiring=0.25)
    base = base.but(events=[{"period": 3, "news": -0.5}], susceptibility=0.6)
    paths = {
        ties: Simulation(base.but(ties=ties), seed=1).run().history["sentiment"].to_numpy()
        for ties in ("computed", "watts_strogatz")
    }
    assert paths["computed"] == pytest.approx(paths["watts_strogatz"], abs=0.01)
    assert paths["computed"].min() < -0.3
