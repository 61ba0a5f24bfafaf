"""What a sweep found, read from its folder: finished or not, from Parquet alone."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from experiments.sweeps.manifest import blocks_of, read_manifest
from experiments.sweeps.refusals import StorageError, SweepError
from experiments.sweeps.store import OK, RUNS, SERIES, Store
from experiments.sweeps.work import RUNS_SCHEMA, series_schema

if TYPE_CHECKING:
    from experiments.sweeps.experiment import Experiment


@dataclass(frozen=True)
class Results:
    """Tables of a sweep and where they come from."""

    folder: Path | None
    """None if the tables were made elsewhere."""
    experiment: Experiment
    manifest: dict[str, Any]
    design: pl.DataFrame
    """A row a point: ``point``, ``label`` for tables, and the factors."""
    given_runs: pl.DataFrame | None = None
    given_series: pl.DataFrame | None = None
    """Tables of results that have no folder."""

    @functools.cached_property
    def runs(self) -> pl.DataFrame:
        """A row a run that is done, by ``run``: address, seed, status, factors, outcomes."""
        return self.scan_runs().collect()

    def scan_runs(self) -> pl.LazyFrame:
        """Return the runs unread, for tables larger than memory."""
        if self.given_runs is not None:
            return self.given_runs.lazy()
        frame = None if self.folder is None else _scan(Store(self.folder), RUNS, self.design)
        return _no_runs(self.design).lazy() if frame is None else frame

    @functools.cached_property
    def series(self) -> pl.DataFrame:
        """A row a run, period and plan, of runs that went well; empty if none were recorded."""
        frame = self.scan_series()
        if frame is not None:
            return frame.collect()
        return pl.DataFrame(schema=series_schema(self.experiment.record.series))

    def scan_series(self) -> pl.LazyFrame | None:
        """Return the series unread, for tables larger than memory; None if there are none."""
        if self.given_series is not None:
            return self.given_series.lazy()
        return None if self.folder is None else _scan(Store(self.folder), SERIES, self.design)

    @property
    def ok(self) -> pl.DataFrame:
        """The runs that went well."""
        return self.runs.filter(pl.col("status") == OK)

    @functools.cached_property
    def statuses(self) -> dict[str, int]:
        """How many runs are ok, failed, crashed and timeout."""
        counts = self.scan_runs().group_by("status").len().sort("status").collect()
        return dict(counts.iter_rows())

    @property
    def n_done(self) -> int:
        """Runs that are done, failed ones included."""
        return sum(self.statuses.values())

    @property
    def n_failed(self) -> int:
        """Runs that have no outcome: failed, crashed or over time."""
        return self.n_done - self.statuses.get(OK, 0)

    @property
    def complete(self) -> bool:
        """Whether all runs are done."""
        return self.n_done == self.experiment.n_runs


def load(folder: str | Path) -> Results:
    """Return what is in a results folder, also while a sweep goes on in it.

    Raises
    ------
    SweepError
        If it is not the folder of a sweep.
    StorageError
        If something in it cannot be read.
    """
    from experiments.sweeps.reading import parse_experiment

    folder = Path(folder)
    manifest = read_manifest(folder)
    if manifest is None:
        raise SweepError(f"folder {folder} has no results; `deathspiral sweep` makes them")
    try:
        experiment = parse_experiment((folder / "spec.toml").read_text("utf-8"), manifest["name"])
        points = manifest["n_points"]
        experiment = experiment.with_replicates(blocks_of(folder, manifest)[-1].end_run // points)
        design = pl.read_parquet(folder / "design.parquet", glob=False)
        results = Results(folder, experiment, manifest, design)
        results.statuses  # noqa: B018 - read now what cannot be read
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        reason = " ".join(str(error).split())
        raise StorageError(
            f"results folder {folder} cannot be read: {reason}; `deathspiral verify {folder}` "
            "says which part is at fault"
        ) from None
    return results


def _scan(store: Store, table: str, design: pl.DataFrame) -> pl.LazyFrame | None:
    merged = store.folder / f"{table}.parquet"
    if (store.folder / f"{RUNS}.parquet").exists() and merged.exists():
        return pl.scan_parquet(merged, glob=False)
    return store.table(table, design)


def _no_runs(design: pl.DataFrame) -> pl.DataFrame:
    head = [*RUNS_SCHEMA][:6]
    factors = {name: kind for name, kind in design.schema.items() if name != "point"}
    first = {name: RUNS_SCHEMA[name] for name in head}
    return pl.DataFrame(schema={**first, **factors, **RUNS_SCHEMA})
