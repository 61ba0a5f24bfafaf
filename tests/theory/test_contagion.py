"""P12: thresholds in a crowd (Granovetter) and on a network (Watts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from scipy import special

from model.theory import contagion

if TYPE_CHECKING:
    from conftest import Column, Run
    from numpy.typing import NDArray


def crowd_of(thresholds: NDArray[np.float64], plan: list[str | None] | None = None) -> pl.DataFrame:
    """Return people who all want cover, once enough others have it."""
    n = len(thresholds)
    return pl.DataFrame(
        {
            "expected_cost": np.full(n, 1.0),
            "willingness_to_pay": np.full(n, 9.0),
            "adoption_threshold": thresholds,
            "plan": pl.Series(plan or [None] * n, dtype=pl.String),
        }
    )


CONTAGION: dict[str, Any] = {
    "contagion": "threshold",
    "awareness": 0.0,
    "opening_contribution": 1.0,
}


@pytest.mark.parametrize(("second", "outcome"), [(1, 100), (2, 1)])
def test_one_threshold_decides_between_a_riot_and_one_rioter(
    run: Run, column: Column, second: int, outcome: int
) -> None:
    thresholds = [0, second, *range(2, 100)]
    assert contagion.crowd(thresholds) == outcome
    people = crowd_of(np.array(thresholds) / 99)  # each hears the other 99
    members = column(run(people, 110, ties="complete", **CONTAGION), "members", 110)
    assert members[-1] == outcome


def test_normal_thresholds_jump_at_the_published_spread() -> None:
    sd, acting = contagion.critical_sd(25.0)
    assert sd == pytest.approx(12.222, abs=5e-4)
    assert acting == pytest.approx(6.20, abs=0.005)
    assert contagion.normal_crowd(25.0, 12.2) < 6.2
    assert contagion.normal_crowd(25.0, 12.25) > 99


@pytest.mark.parametrize("sd", [12.1, 12.4])
def test_large_crowd_stays_small_below_the_critical_spread_and_joins_above_it(
    run: Run, take_up: Column, sd: float
) -> None:
    n = 20_000
    thresholds = (25 + sd * special.ndtri((np.arange(n) + 0.5) / n)) / 100
    simulation = run(crowd_of(thresholds), 300, ties="complete", **CONTAGION)
    members = 100 * take_up(simulation, "members", 300)[-1]
    assert members == pytest.approx(contagion.normal_crowd(25.0, sd), abs=0.1)


@pytest.mark.parametrize(
    ("threshold", "window"),
    [
        (0.18, (1.0207, 5.7647)),
        (0.22, (1.1141, 3.8631)),
        (0.24, (1.1141, 3.8631)),
        (0.15, (1.0037, 7.4771)),
    ],
)
def test_cascade_windows_are_the_published_ones(
    threshold: float, window: tuple[float, float]
) -> None:
    found = contagion.cascade_window(threshold)
    assert found is not None
    assert found == pytest.approx(window, abs=5e-5)


def test_stubborn_people_have_no_cascade_window() -> None:
    assert contagion.cascade_window(0.26) is None


@pytest.mark.parametrize(
    ("degree", "probability", "size"),
    [(2.0, 0.754, 0.797), (4.0, 0.865, 0.980), (5.5, 0.376, 0.996)],
)
def test_trigger_probability_and_size_are_the_published_ones(
    degree: float, probability: float, size: float
) -> None:
    assert contagion.trigger_probability(0.18, degree) == pytest.approx(probability, abs=5e-4)
    assert contagion.cascade_size(0.18, degree) == pytest.approx(size, abs=5e-4)


def test_dense_network_is_safe_from_a_single_seed() -> None:
    assert contagion.trigger_probability(0.18, 6.5) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("degree", "probability", "size"),
    [(2.0, 0.754, 0.797), (4.0, 0.865, 0.980), (5.5, 0.376, 0.996)],
)
def test_simulated_cascades_start_as_often_and_grow_as_large_as_predicted(
    degree: float, probability: float, size: float
) -> None:
    n, experiments = 10_000, 700
    graph = nx.fast_gnp_random_graph(n, degree / (n - 1), seed=11)
    ties = nx.to_scipy_sparse_array(graph, dtype=np.float32, format="csr")
    seeds = np.random.default_rng(12).integers(0, n, experiments)
    sizes = contagion.cascades(ties, 0.18, seeds)
    large = sizes > 0.2
    assert large.mean() == pytest.approx(probability, abs=0.05)
    assert sizes[large].mean() == pytest.approx(size, abs=0.05)


@pytest.mark.parametrize("degree", [2.0, 4.0, 5.5])
def test_engine_spreads_a_cascade_exactly_as_the_simulation_of_the_graph_does(
    run: Run, take_up: Column, degree: float
) -> None:
    n = 3_000
    graph = nx.fast_gnp_random_graph(n, degree / (n - 1), seed=13)
    ties = nx.to_scipy_sparse_array(graph, dtype=np.float32, format="csr")
    seeds = np.array([17, 418, 1_999, 2_718])
    expected = contagion.cascades(ties, 0.18, seeds)
    for seed_person, size in zip(seeds, expected, strict=True):
        plan: list[str | None] = [None] * n
        plan[int(seed_person)] = "pool"
        simulation = run(crowd_of(np.full(n, 0.18), plan), 60, graph=graph, **CONTAGION)
        assert take_up(simulation, "members", 60)[-1] == pytest.approx(size, abs=1e-9)
