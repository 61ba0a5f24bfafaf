"""Designs: which points of the factors' space an experiment visits, and in which order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from experiments.sweeps.factors import Factor, is_whole

Array = np.ndarray[Any, Any]
Columns = dict[str, list[Any]]
"""Values by factor, one for each point in order."""

Kind = Literal["grid", "table", "lhs", "sobol", "halton", "saltelli", "morris", "one_at_a_time"]
SAMPLED = ("lhs", "sobol", "halton", "saltelli", "morris")


class _Unchanged:
    """Stands in a column where a point leaves the scenario alone."""

    def __repr__(self) -> str:
        return "unchanged"


UNCHANGED = _Unchanged()


class Design(BaseModel):
    """How points are chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = Field(default="grid", description="how points are chosen")
    samples: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="points (lhs, sobol, halton), base samples (saltelli) or trajectories (morris)",
    )
    second_order: bool = Field(
        default=False, description="saltelli: whether pairs are estimated too"
    )
    levels: int = Field(default=4, ge=2, le=1000, description="morris: levels of each factor, even")
    seed: int = Field(
        default=1, ge=0, le=2**32 - 1, description="seed of the design, not of the runs"
    )
    rows: list[dict[str, Any]] | None = Field(
        default=None, description="table: changes of each point, and its label"
    )
    file: str | None = Field(default=None, description="table: a CSV file with one row a point")


def number_of_points(design: Design, factors: Mapping[str, Factor]) -> int:
    """Return how many points a design with `spaced` values has, without making them.

    One-at-a-time designs may have fewer: values equal to the base are visited once.
    """
    counts = [factor.steps or len(factor.values or ()) for factor in factors.values()]
    n, d = design.samples or 0, len(factors)
    match design.kind:
        case "grid":
            return math.prod(counts)
        case "table":
            return len(design.rows or ())
        case "one_at_a_time":
            return 1 + sum(counts)
        case "saltelli":
            return n * (2 * d + 2 if design.second_order else d + 2)
        case "morris":
            return n * (d + 1)
    return n


def columns_of(design: Design, factors: Mapping[str, Factor], base: Mapping[str, Any]) -> Columns:
    """Return the points of a design, a column for each factor.

    Parameters
    ----------
    design : Design
        How points are chosen.
    factors : mapping
        What is varied, by name; of a table, the names come from its rows.
    base : mapping
        Each factor's value in the scenario itself; used by one-at-a-time designs only.
    """
    match design.kind:
        case "table":
            return table_columns(design.rows or [])
        case "grid":
            return _grid({name: f.spaced(is_whole(name)) for name, f in factors.items()})
        case "one_at_a_time":
            return _one_at_a_time(factors, base)
        case _:
            shares = unit_samples(design, len(factors))
            return {
                name: factor.between(shares[:, place], is_whole(name))
                for place, (name, factor) in enumerate(factors.items())
            }


def _grid(spaced: Columns) -> Columns:
    """Return every combination, the first factor slowest."""
    columns, above = {}, 1
    below = math.prod(len(values) for values in spaced.values())
    for name, values in spaced.items():
        below //= len(values)
        columns[name] = [value for value in values for _ in range(below)] * above
        above *= len(values)
    return columns


def table_columns(rows: list[dict[str, Any]]) -> Columns:
    """Return the rows of a table as columns, `UNCHANGED` where a row does not name the factor."""
    names = list(dict.fromkeys(key for row in rows for key in row if key != "label"))
    return {name: [row.get(name, UNCHANGED) for row in rows] for name in names}


def _one_at_a_time(factors: Mapping[str, Factor], base: Mapping[str, Any]) -> Columns:
    changes: list[dict[str, Any]] = [{}]
    for name, factor in factors.items():
        values = factor.spaced(is_whole(name))
        changes += [{name: value} for value in values if value != base[name]]
    return {name: [change.get(name, UNCHANGED) for change in changes] for name in factors}


def unit_samples(design: Design, n_factors: int) -> Array:
    """Return a sampled design's points in the unit cube.

    Returns
    -------
    ndarray of float64, shape (points, factors)
        The same on every machine: a function of the design and the number of factors alone.
    """
    assert design.samples is not None
    if design.kind in ("saltelli", "morris"):
        return _salib_samples(design, n_factors)
    from scipy.stats import qmc

    sampler = {"lhs": qmc.LatinHypercube, "sobol": qmc.Sobol, "halton": qmc.Halton}[design.kind]
    engine = sampler(d=n_factors, rng=np.random.default_rng(design.seed))
    return np.asarray(engine.random(design.samples), dtype=np.float64)


def _salib_samples(design: Design, n_factors: int) -> Array:
    names = [f"x{i}" for i in range(n_factors)]
    problem = {"num_vars": n_factors, "names": names, "bounds": [[0.0, 1.0]] * n_factors}
    if design.kind == "saltelli":
        from SALib.sample import sobol

        return np.asarray(
            sobol.sample(
                problem,
                design.samples,
                calc_second_order=design.second_order,
                seed=design.seed,
            )
        )
    from SALib.sample import morris

    return np.asarray(
        morris.sample(problem, design.samples, num_levels=design.levels, seed=design.seed)
    )
