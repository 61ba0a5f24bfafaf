"""Many draws at once, from the very generator of the engine; its ties as graphs of networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from numba import uint64

from agents.compiled import builder
from agents.randomness import key_of, normals, philox, uniform
from agents.terms import LISTED_TIES


@builder
def words_of(first_person, n, period, stream, low, high):
    words = np.empty((4, n), np.uint32)
    for j in range(n):
        words[0, j], words[1, j], words[2, j], words[3, j] = philox(
            uint64(first_person + j), period, stream, low, high
        )
    return words


@builder
def count_below(probability, n, period, stream, low, high):
    hits = 0
    for j in range(n):
        a, b, c, d = philox(uint64(j), period, stream, low, high)
        hits += uniform(a) < probability
        hits += uniform(b) < probability
        hits += uniform(c) < probability
        hits += uniform(d) < probability
    return hits


@builder
def normals_of(words):
    pairs = np.empty((2, words.shape[1]))
    for j in range(words.shape[1]):
        pairs[0, j], pairs[1, j] = normals(words[0, j], words[1, j])
    return pairs


@pytest.fixture(scope="session")
def words():
    """Return a function that gives the four words of n people, uint32 (4, n)."""

    def draw(n, *, person=0, period=0, stream=4, seed=1):
        return words_of(person, n, period, stream, *key_of(seed))

    return draw


@pytest.fixture(scope="session")
def hits():
    """Return a function that counts draws of n people (four each) below a probability."""

    def count(probability, n, *, period=0, stream=5, seed=1):
        return count_below(probability, n, period, stream, *key_of(seed))

    return count


@pytest.fixture(scope="session")
def normal_pairs(words):
    """Return a function that gives two independent normal numbers a person, float64 (2, n)."""
    return lambda n, **address: normals_of(words(n, **address))


@pytest.fixture(scope="session")
def as_graph():
    """Return a function that turns listed ties into a directed graph: an edge is who hears whom."""

    def convert(ties, n):
        graph = nx.DiGraph()
        graph.add_nodes_from(range(n))
        if ties.kind == LISTED_TIES:
            ears = np.repeat(np.arange(n), np.diff(ties.start))
            graph.add_edges_from(zip(ears.tolist(), ties.neighbour.tolist(), strict=True))
        return graph

    return convert
