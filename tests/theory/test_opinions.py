"""P12: talk without choice (DeGroot, Friedkin and Johnsen), joining without leaving (Bass)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import polars as pl
import pytest

from model.theory import opinions

if TYPE_CHECKING:
    from conftest import Column, Run
    from numpy.typing import NDArray

    from model import Simulation

TRIAD = np.array([[1 / 3, 1 / 3, 1 / 3], [1 / 2, 1 / 2, 0], [0, 1 / 4, 3 / 4]])
PAIR = np.array([[0.5, 0.5], [0.25, 0.75]])
SILENT: dict[str, Any] = {"awareness": 0.0, "opening_contribution": 1.0}


def talkers(opinion: NDArray[np.float64], susceptibility: NDArray[np.float64]) -> pl.DataFrame:
    """Return outsiders with opinions, whom nobody lets in."""
    n = len(opinion)
    return pl.DataFrame(
        {
            "expected_cost": np.full(n, 1.0),
            "willingness_to_pay": np.zeros(n),
            "opinion": opinion,
            "susceptibility": susceptibility,
            "plan": pl.Series([None] * n, dtype=pl.String),
        }
    )


def listening(trust: NDArray[np.float64]) -> nx.DiGraph:
    """Return who hears whom: an edge from a to b where b gives a weight."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(trust)))
    ears, mouths = np.nonzero(trust - np.diag(np.diag(trust)))
    graph.add_edges_from(zip(mouths.tolist(), ears.tolist(), strict=True))
    return graph


def sentiments(simulation: Simulation) -> NDArray[np.float64]:
    return simulation.sample()["sentiment"].cast(pl.Float64).to_numpy()


@pytest.mark.parametrize(
    ("trust", "weights"), [(PAIR, (1 / 3, 2 / 3)), (TRIAD, (3 / 11, 4 / 11, 4 / 11))]
)
def test_influence_is_the_published_one(
    trust: NDArray[np.float64], weights: tuple[float, ...]
) -> None:
    assert opinions.influence(trust) == pytest.approx(weights, abs=1e-12)


@pytest.mark.parametrize("trust", [PAIR, TRIAD])
def test_talk_alone_reaches_the_consensus_of_degroot(run: Run, trust: NDArray[np.float64]) -> None:
    susceptibility = 1 - np.diag(trust)
    for first in np.eye(len(trust)):
        people = talkers(first, susceptibility)
        simulation = run(people, 200, graph=listening(trust), **SILENT)
        consensus = opinions.consensus(trust, first)
        assert sentiments(simulation) == pytest.approx(consensus, abs=1e-5)


def test_well_connected_people_weigh_more_in_the_consensus(run: Run) -> None:
    graph = nx.barabasi_albert_graph(30, 2, seed=3)
    degree = np.array([d for _, d in graph.degree()], dtype=float)
    first = np.random.default_rng(4).uniform(-1, 1, 30)
    # Each hears all neighbours and himself alike, as in a network with self-loops.
    people = talkers(first, degree / (degree + 1))
    simulation = run(people, 600, graph=graph, **SILENT)
    weights = (degree + 1) / (degree + 1).sum()
    assert sentiments(simulation) == pytest.approx(weights @ first, abs=1e-4)


def test_anchored_opinions_rest_where_friedkin_and_johnsen_say(run: Run) -> None:
    trust = (np.ones((3, 3)) - np.eye(3)) / 2
    first, half = np.array([1.0, 0.0, 0.0]), np.full(3, 0.5)
    assert opinions.anchored(trust, half, first) == pytest.approx([0.6, 0.2, 0.2], abs=1e-12)
    simulation = run(
        talkers(first, half), 100, graph=nx.complete_graph(3), experience_weight=1.0, **SILENT
    )
    assert sentiments(simulation) == pytest.approx([0.6, 0.2, 0.2], abs=1e-6)


def test_bass_peak_is_the_published_one() -> None:
    peak = opinions.bass_peak(0.03, 0.38)
    assert peak == pytest.approx(6.193, abs=5e-4)
    assert opinions.bass_share(0.03, 0.38, peak) == pytest.approx(
        opinions.bass_share_at_peak(0.03, 0.38), abs=1e-12
    )


def test_adoption_decided_step_by_step_nears_the_curve_as_steps_shrink() -> None:
    height = opinions.bass_share_at_peak(0.03, 0.38)
    path = opinions.bass_path(0.03, 0.38, 0.001, 8_000)
    # The curve is steepest where it passes a known height: a sharper clock than its flat peak.
    assert np.interp(height, path, 0.001 * np.arange(8_001)) == pytest.approx(6.193, abs=2e-3)


def test_joining_alone_follows_the_bass_curve(run: Run, take_up: Column) -> None:
    n, step, periods = 100_000, 0.08, 100
    people = pl.DataFrame(
        {
            "expected_cost": np.full(n, 1.0),
            "willingness_to_pay": np.full(n, 9.0),
            "plan": pl.Series([None] * n, dtype=pl.String),
        }
    )
    simulation = run(
        people,
        periods,
        ties="complete",
        awareness=0.03 * step,
        awareness_from_neighbours=0.38 * step,
        opening_contribution=1.0,
    )
    joined = take_up(simulation, "members", periods)
    expected = opinions.bass_path(0.03, 0.38, step, periods)
    assert joined == pytest.approx(expected, abs=0.012)
    height = opinions.bass_share_at_peak(0.03, 0.38)
    times = step * np.arange(periods + 1)
    # Over 60 runs the standard deviation of the peak is 0.034 at this size.
    peak = np.interp(height, expected, times)
    assert np.interp(height, joined, times) == pytest.approx(peak, abs=3 * 0.034)
