"""Whether a results folder is what it says: its files read back, and runs are done again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from experiments.sweeps.chunks import Chunk, chunks_of
from experiments.sweeps.driver import engine_for
from experiments.sweeps.engines import WorkerDied, processors
from experiments.sweeps.manifest import blocks_of, code_changes
from experiments.sweeps.orders import Orders
from experiments.sweeps.refusals import SweepError
from experiments.sweeps.results import Results, load
from experiments.sweeps.store import OK, RUNS, SERIES, Store, part_name
from experiments.sweeps.work import RUNS_SCHEMA, do, series_schema

_CURE = "delete it and give the command of the sweep again"


def verified(folder: Path, runs: int, seed: int) -> tuple[list[str], str]:
    """Check a folder.

    Parameters
    ----------
    folder : Path
        Results folder.
    runs : int
        How many runs that went well to do again.
    seed : int
        Seed of the choice.

    Returns
    -------
    faults : list of str
        A sentence for each thing that is not as it should be.
    told : str
        What was checked.

    Raises
    ------
    SweepError
        If it is not the folder of a sweep.
    """
    from experiments.sweeps.manifest import read_manifest

    manifest = read_manifest(folder)
    if manifest is None:
        raise SweepError(f"folder {folder} has no results; `deathspiral sweep` makes them")
    store, chunks = Store(folder), chunks_of(blocks_of(folder, manifest))
    known = {chunk.part: chunk for chunk in chunks}
    parts = store.parts()
    recorded = set(manifest["columns"]["series"]) > set(series_schema(()))
    faults = [f for part in parts for f in _part_faults(store, part, known.get(part), recorded)]
    faults = faults or list(_table_faults(store))
    if faults:
        return faults, f"{len(parts):,} parts were read; no run was done again."
    results = load(folder)
    again = _chosen(results, runs, seed)
    faults += _differences(results, again)
    changed = code_changes(manifest)
    under = f" The code is not that of the sweep: {', '.join(changed)}." if changed else ""
    verdict = f"{len(faults)} faults" if faults else "all as they should be"
    return faults, (
        f"{len(parts):,} parts read, {len(again)} runs done again and compared exactly: "
        f"{verdict}.{under}"
    )


def _part_faults(store: Store, part: int, chunk: Chunk | None, recorded: bool) -> Iterator[str]:
    path = store.folder / RUNS / part_name(part)
    if chunk is None:
        yield f"{path} belongs to no chunk; {_CURE}"
        return
    try:
        runs = pl.read_parquet(path, glob=False)
        if runs["run"].to_list() != list(range(chunk.first_run, chunk.end_run)):
            yield f"{path} has other runs than it should; {_CURE}"
        series = store.folder / SERIES / part_name(part)
        fine = set(runs.filter(pl.col("status") == OK)["run"])
        if recorded:
            kept = set(pl.read_parquet(series, glob=False)["run"])
            if not fine <= kept:
                yield f"{series} lacks runs that {path.name} has; delete both, then sweep again"
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = " ".join(str(error).split())
        yield f"{path} or its series cannot be read ({reason}); {_CURE}"


def _table_faults(store: Store) -> Iterator[str]:
    """Compare the merged tables with the parts that they were made of."""
    path = store.folder / "design.parquet"
    try:
        design = pl.read_parquet(path, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        yield f"{path} cannot be read ({' '.join(str(error).split())}); {_CURE}"
        return
    for table in (RUNS, SERIES):
        merged, frame = store.folder / f"{table}.parquet", store.table(table, design)
        if merged.exists() and frame is not None:
            try:
                same = pl.read_parquet(merged, glob=False).equals(frame.collect())
            except (OSError, pl.exceptions.PolarsError):
                same = False
            if not same:
                yield f"{merged} is not what its parts say; {_CURE}"


def _chosen(results: Results, runs: int, seed: int) -> list[int]:
    fine = results.ok["run"].to_numpy()
    count = min(runs, len(fine))
    return sorted(np.random.default_rng(seed).choice(fine, count, replace=False).tolist())


def _differences(results: Results, again: list[int]) -> Iterator[str]:
    if not again:
        return
    lacking = [name for name in RUNS_SCHEMA if name not in results.runs.columns]
    if lacking:
        yield f"the runs lack columns that they have today: {', '.join(lacking)}"
        return
    orders = Orders(results.experiment)
    with engine_for(min(processors(), len(again))) as engine:
        futures = [(run, engine.submit(do, orders.work([run]))) for run in again]
        for run, future in futures:
            try:
                done = future.result()
            except WorkerDied:
                yield f"run {run} kills its process today"
                continue
            fresh = pl.read_parquet(io.BytesIO(done.runs))
            stored = results.runs.filter(pl.col("run") == run).select(*RUNS_SCHEMA)
            differ = [n for n in RUNS_SCHEMA if not fresh[n].equals(stored[n], null_equal=True)]
            if done.series and not _series_of(results, run).equals(
                pl.read_parquet(io.BytesIO(done.series))
            ):
                differ.append("series")
            if differ:
                yield f"run {run} gives something else today in: {', '.join(differ)}"


def _series_of(results: Results, run: int) -> pl.DataFrame:
    frame = results.scan_series()
    assert frame is not None
    return frame.filter(pl.col("run") == run).collect()
