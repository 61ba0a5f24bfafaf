"""Ties: who hears from whom, as the list of everybody's neighbours.

The generators draw by address, so a graph depends on the seed and its parameters alone. They
run compiled because networkx needs a Python object for each person and tie; the tests compare
their degrees, clustering and mixing with networkx.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import uint64

from agents.compiled import builder, sweep
from agents.errors import TiesError
from agents.neighbourhood import computed_ties
from agents.randomness import STREAM_TIES, philox, uniform
from agents.terms import COMPLETE_TIES, LISTED_TIES, NO_TIES, Luck, Ties

Array = np.ndarray[Any, Any]

FEW_NEIGHBOURS = 32
"""Neighbours up to which sorting them one by one is fastest."""


def listed(kind: int, start: Array, neighbour: Array) -> Ties:
    """Return ties of which nothing is computed."""
    return Ties(kind, start, neighbour, 0, np.zeros(0, np.uint32))


def no_ties() -> Ties:
    """Return ties in which nobody hears anybody."""
    return listed(NO_TIES, np.zeros(1, np.int64), np.zeros(1, np.uint32))


def complete_ties() -> Ties:
    """Return ties in which everybody hears everybody else."""
    return listed(COMPLETE_TIES, np.zeros(1, np.int64), np.zeros(1, np.uint32))


def draw_ties(
    kind: str, n: int, degree: int, rewiring: float, homophily: float, blocks: Array, luck: Luck
) -> Ties:
    """Draw ties of a named kind.

    Parameters
    ----------
    kind : str
        A value of the scenario's ``ties``, except ``given``.
    n : int
        People.
    degree : int
        Mean number of neighbours (rounded down to an even number for the first two kinds).
    rewiring, homophily : float
        Share of long ties; share of ties within a block.
    blocks : ndarray of int64, shape (n,)
        Block of each person, for the stochastic block graph.
    luck : Luck
        Seed.
    """
    if kind == "none" or n < 2 or degree < 1:
        return no_ties()
    if kind == "complete" or degree >= n - 1:
        return complete_ties()
    if kind == "computed":
        return computed_ties(n, degree, rewiring, luck)
    if kind == "watts_strogatz":
        edges = small_world(n, max(degree // 2, 1), rewiring, luck)
    elif kind == "barabasi_albert":
        edges = preferential(n, max(degree // 2, 1), luck)
    elif kind == "erdos_renyi":
        edges = uniform_pairs(n, degree / (n - 1), luck)
    else:
        order = np.argsort(blocks, kind="stable")
        starts = np.searchsorted(blocks[order], np.arange(int(blocks.max()) + 2))
        edges = block_pairs(n * degree // 2, homophily, blocks, order, starts, luck)
    return ties_from(n, *edges, both_ways=True)


def ties_from(n: int, ears: Array, mouths: Array, *, both_ways: bool) -> Ties:
    """Return ties from pairs: ``ears[e]`` hears ``mouths[e]``, and back if `both_ways`."""
    start, neighbour = list_neighbours(n, ears, mouths, both_ways)
    return listed(LISTED_TIES, start, neighbour)


def ties_from_graph(graph: Any, n: int) -> Ties:
    """Return the ties of a networkx graph; its nodes in their order are the people.

    In a directed graph an edge from a to b means that b hears a. Weights are not used, and a
    node's tie to itself is dropped.

    Raises
    ------
    TiesError
        If the number of nodes is not the number of people.
    """
    if graph.number_of_nodes() != n:
        raise TiesError(
            f"the graph has {graph.number_of_nodes()} nodes but there are {n} people; "
            "give a graph with one node for each person, in their order"
        )
    row = {node: i for i, node in enumerate(graph.nodes)}
    pairs = np.array([(row[a], row[b]) for a, b in graph.edges() if a != b], np.int32)
    pairs = pairs.reshape(-1, 2)
    return ties_from(n, pairs[:, 1].copy(), pairs[:, 0].copy(), both_ways=not graph.is_directed())


@sweep
def append(neighbour: Any, filled: Any, i: int, other: int) -> None:
    """Add a neighbour to person i's part of the list."""
    neighbour[filled[i]] = other
    filled[i] += 1


@sweep
def insertion_sort(column: Any, begin: int, end: int) -> None:
    """Sort a few entries in place."""
    for j in range(begin + 1, end):
        entry, hole = column[j], j
        while hole > begin and column[hole - 1] > entry:
            column[hole] = column[hole - 1]
            hole -= 1
        column[hole] = entry


@builder
def list_neighbours(n: int, ears: Any, mouths: Any, both_ways: bool) -> tuple[Any, Any]:
    """Return start (n + 1,) and sorted neighbours without repeats, from pairs of rows."""
    start = np.zeros(n + 1, np.int64)
    for e in range(ears.size):
        start[ears[e] + 1] += 1
        if both_ways:
            start[mouths[e] + 1] += 1
    start = np.cumsum(start)
    neighbour = np.empty(start[n], np.uint32)
    filled = start[:-1].copy()
    for e in range(ears.size):
        append(neighbour, filled, ears[e], mouths[e])
        if both_ways:
            append(neighbour, filled, mouths[e], ears[e])
    kept, begin = 0, start[0]
    for i in range(n):
        end = start[i + 1]
        if end - begin <= FEW_NEIGHBOURS:
            insertion_sort(neighbour, begin, end)
        else:
            neighbour[begin:end] = np.sort(neighbour[begin:end])
        last = np.int64(-1)
        for j in range(begin, end):
            other, before = np.int64(neighbour[j]), last
            last = other
            if other not in (i, before):
                neighbour[kept] = other
                kept += 1
        begin = end
        start[i + 1] = kept
    return start, neighbour[:kept].copy()


@builder
def small_world(n: int, half_degree: int, rewiring: float, luck: Luck) -> tuple[Any, Any]:
    """Return the pairs of a ring with some ties rewired (Watts and Strogatz 1998)."""
    ears = np.empty(n * half_degree, np.int32)
    mouths = np.empty(n * half_degree, np.int32)
    e = 0
    for i in range(n):
        for step in range(1, half_degree + 1):
            words = philox(uint64(e), 0, STREAM_TIES, luck.low, luck.high)
            target = (i + step) % n
            if uniform(words[0]) < rewiring:
                target = (i + 1 + int(uniform(words[1]) * (n - 1))) % n
            ears[e], mouths[e] = i, target
            e += 1
    return ears, mouths


@builder
def preferential(n: int, attachments: int, luck: Luck) -> tuple[Any, Any]:
    """Return the pairs of a graph that grows by preferential attachment (Barabási, Albert 1999).

    The first ``attachments + 1`` people know each other; each later one ties to that many, in
    proportion to the ties they have.
    """
    core = min(attachments + 1, n)
    n_pairs = core * (core - 1) // 2 + (n - core) * attachments
    ears = np.empty(n_pairs, np.int32)
    mouths = np.empty(n_pairs, np.int32)
    e = 0
    for i in range(core):
        for j in range(i):
            ears[e], mouths[e] = i, j
            e += 1
    asked = 0
    for i in range(core, n):
        before, chosen = e, 0
        while chosen < attachments:
            words = philox(uint64(asked), 0, STREAM_TIES, luck.low, luck.high)
            asked += 1
            end = int(uniform(words[0]) * 2 * before)
            target = ears[end // 2] if end % 2 == 0 else mouths[end // 2]
            known = False
            for other in range(before, e):
                known = known or mouths[other] == target
            if not known:
                ears[e], mouths[e] = i, target
                e += 1
                chosen += 1
    return ears, mouths


@builder
def uniform_pairs(n: int, probability: float, luck: Luck) -> tuple[Any, Any]:
    """Return the pairs of a G(n, p) graph, by skipping from one to the next (Gilbert 1959)."""
    room = int(n * (n - 1) / 2 * probability + 10 * math.sqrt(n * n * probability) + 100)
    ears = np.empty(room, np.int32)
    mouths = np.empty(room, np.int32)
    e, asked, i, j = 0, 0, 1, -1
    while i < n and e < room:
        words = philox(uint64(asked), 0, STREAM_TIES, luck.low, luck.high)
        asked += 1
        j += 1 + int(math.log(uniform(words[0])) / math.log1p(-probability))
        while j >= i and i < n:
            j -= i
            i += 1
        if i < n:
            ears[e], mouths[e] = i, j
            e += 1
    return ears[:e].copy(), mouths[:e].copy()


@builder
def block_pairs(
    n_pairs: int, homophily: float, blocks: Any, order: Any, starts: Any, luck: Luck
) -> tuple[Any, Any]:
    """Return pairs of which a share lies within blocks (stochastic block graph, Holland 1983).

    `order` lists the people block by block; block b is ``order[starts[b]:starts[b + 1]]``.
    """
    n = blocks.size
    ears = np.empty(n_pairs, np.int32)
    mouths = np.empty(n_pairs, np.int32)
    for e in range(n_pairs):
        words = philox(uint64(e), 0, STREAM_TIES, luck.low, luck.high)
        i = int(uniform(words[0]) * n)
        low, high = 0, n
        if uniform(words[1]) < homophily:
            low, high = starts[blocks[i]], starts[blocks[i] + 1]
        ears[e] = i
        mouths[e] = order[low + int(uniform(words[2]) * (high - low))]
    return ears, mouths
