"""Carrying out a sweep: begin or go on, in order, until every run has a row."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.sweeps.chunks import Chunk, chunks_of
from experiments.sweeps.claim import claimed
from experiments.sweeps.engines import Engine, LocalEngine, SerialEngine, processors
from experiments.sweeps.flow import Flow, Limits
from experiments.sweeps.manifest import (
    NAME,
    as_json,
    blocks_of,
    code_changes,
    columns,
    extend,
    new_manifest,
    read_manifest,
)
from experiments.sweeps.orders import Orders
from experiments.sweeps.pilot import measure
from experiments.sweeps.refusals import Interrupted, SweepError
from experiments.sweeps.results import Results, load
from experiments.sweeps.sessions import Session
from experiments.sweeps.store import OK, RUNS, SERIES, Store
from experiments.sweeps.watching import Watch
from experiments.sweeps.work import RUN_ONE
from experiments.sweeps.writing import experiment_hash

if TYPE_CHECKING:
    from experiments.sweeps.experiment import Experiment


def carry_out_sweep(
    experiment: Experiment,
    folder: str | Path,
    *,
    workers: int | None = None,
    dask: str | None = None,
    timeout: float | None = None,
    retry_failed: bool = False,
    allow_changed: bool = False,
    progress: bool = True,
    command: str | None = None,
    engine: Engine | None = None,
    runner: str = RUN_ONE,
) -> Results:
    """Carry out an experiment, or what is left of it, and return its results.

    Parameters
    ----------
    experiment : Experiment
        What to do.
    folder : str or Path
        Results folder; one that has some of the runs already is completed.
    workers : int, optional
        Processes on this machine: all processors if left out; 0 does the runs in this process,
        without protection against runs that hang or crash.
    dask : str, optional
        Address or scheduler file of a Dask cluster, in place of processes on this machine.
    timeout : float, optional
        Longest time that one run may take [s].
    retry_failed : bool
        Do runs again that failed, crashed or took too long.
    allow_changed : bool
        Go on although code or packages are not those that the sweep was begun with.
    progress : bool
        Say on standard error how far it is.
    command : str, optional
        What was typed, for the record.
    engine : Engine, optional
        What does the runs, in place of `workers` and `dask`; it is left running.
    runner : str
        What carries out one run, as ``module:function``.

    Raises
    ------
    SweepError
        If the folder is in use or of something else, or workers cannot be started.
    StorageError
        If the folder cannot be written; what was committed is kept.
    Interrupted
        At Ctrl-C; what was committed is kept.
    """
    folder = Path(folder)
    command = command or _command(experiment, folder)
    if workers == 0 and timeout is not None:
        raise SweepError("a time limit needs a worker process that can be ended; use 1 or more")
    with claimed(folder), ExitStack() as stack, Watch(quiet=not progress) as watch:

        def start() -> Engine:
            return engine or stack.enter_context(engine_for(workers, dask, quiet=not progress))

        sweep = _Sweep(experiment, folder, watch, command, runner, timeout)
        sweep.carry_out(start, retry_failed=retry_failed, allow_changed=allow_changed)
    return load(folder)


@contextmanager
def engine_for(
    workers: int | None, dask: str | None = None, *, quiet: bool = False
) -> Iterator[Engine]:
    """Start the engine that was asked for, and end all its processes at the end.

    Raises
    ------
    SweepError
        If the number of workers is negative, or a cluster does not answer.
    """
    if workers is not None and workers < 0:
        raise SweepError(f"workers = {workers} is not allowed: use a whole number from 0")
    engine = _engine(workers, dask, quiet)
    try:
        yield engine
    finally:
        engine.stop()


def _engine(workers: int | None, dask: str | None, quiet: bool) -> Engine:
    if dask is not None:
        from experiments.sweeps.cluster import DaskEngine

        return DaskEngine(dask)
    if not quiet:
        from experiments.progress import say_if_compiling

        say_if_compiling()
    return SerialEngine() if workers == 0 else LocalEngine(workers or processors())


class _Sweep:
    """One session in one folder."""

    def __init__(
        self,
        experiment: Experiment,
        folder: Path,
        watch: Watch,
        command: str,
        runner: str,
        timeout: float | None,
    ) -> None:
        self._experiment, self._store, self._watch = experiment, Store(folder), watch
        self._command, self._runner, self._timeout = command, runner, timeout
        self._hash = experiment_hash(experiment)

    def carry_out(
        self, start: Callable[[], Engine], *, retry_failed: bool, allow_changed: bool
    ) -> None:
        store, engine = self._store, None
        manifest = read_manifest(store.folder)
        changes = [] if manifest is None else self._admitted(manifest, allow_changed)
        session = Session(store.folder, command=self._command, changed=changes)
        why = "error"
        try:
            store.prepare()
            if manifest is None:
                engine = start()
                manifest = self._begun(engine)
            self._reconciled(manifest)
            todo = self._todo(manifest, retry_failed)
            if todo:
                engine = engine or start()
                self._flow(engine, manifest, session).carry_out(todo)
            self._merged(bool(todo))
            why = "complete"
        except KeyboardInterrupt:
            why = "interrupted"
            raise Interrupted(self._how_to_resume()) from None
        finally:
            session.note("end", why=why, done=self._watch.done, failed=self._watch.failed)

    def _admitted(self, manifest: dict[str, Any], allow_changed: bool) -> list[str]:
        """Refuse another experiment; return what changed under the same one if that is allowed."""
        folder = self._store.folder
        if manifest["experiment"] != self._hash:
            raise SweepError(
                f"folder {folder} holds another experiment{self._difference()}; name another "
                "with --out"
            )
        self._refuse_other_columns(manifest)
        changes = code_changes(manifest)
        if changes and not allow_changed:
            raise SweepError(
                f"folder {folder} was begun with other code: {', '.join(changes)}; allow that "
                "with --allow-changed, or name another folder with --out"
            )
        return changes

    def _refuse_other_columns(self, manifest: dict[str, Any]) -> None:
        """Refuse tables that new parts would not fit, whatever the user allows."""
        here = columns(self._experiment)
        for table, there in manifest["columns"].items():
            differ = sorted({*there} ^ {*here[table]})
            if differ:
                raise SweepError(
                    f"folder {self._store.folder} has a table {table} with other columns than this "
                    f"version of deathspiral writes ({', '.join(differ[:3])}); use that version, "
                    "or name another folder with --out"
                )

    def _difference(self) -> str:
        """Name the keys in which two experiments differ."""
        from agents.errors import DeathspiralError
        from experiments.sweeps.reading import parse_experiment

        with suppress(OSError, DeathspiralError):
            text = (self._store.folder / "spec.toml").read_text("utf-8")
            there, here = parse_experiment(text, "spec"), self._experiment.frozen()
            names = ["scenario", "scenarios", "set_", "factors", "design", "seed", "record"]
            names.append("common_random_numbers")
            differ = [n.strip("_") for n in names if getattr(there, n) != getattr(here, n)]
            return f" (it differs in {', '.join(differ)})" if differ else ""
        return ""

    def _begun(self, engine: Engine) -> dict[str, Any]:
        """Measure, then write what the folder promises; the manifest last."""
        pilot = measure(engine, Orders(self._experiment, self._runner), self._timeout)
        measured = {"seconds_per_run": pilot.seconds_per_run, "runs": pilot.runs}
        manifest = new_manifest(self._experiment, self._hash, measured, self._command)
        self._store.write("spec.toml", self._specification().encode("utf-8"))
        self._write_design()
        self._store.write(NAME, as_json(manifest))
        return manifest

    def _write_design(self) -> None:
        self._store.write("design.parquet", self._experiment.design_frame().write_parquet)

    def _specification(self) -> str:
        return Orders(self._experiment).specification

    def _reconciled(self, manifest: dict[str, Any]) -> None:
        """Take up more replicates and new words; never fewer replicates than are promised."""
        store, points = self._store, manifest["n_points"]
        promised = blocks_of(store.folder, manifest)[-1].end_run // points
        if self._experiment.replicates > promised:
            extend(store, manifest, self._experiment.replicates, self._command)
        elif self._experiment.replicates < promised:
            self._watch.say(f"The folder has {promised} replicates already; they stay.")
            self._experiment = self._experiment.with_replicates(promised)
        text = self._specification().encode("utf-8")
        path = store.folder / "spec.toml"
        if not path.exists() or path.read_bytes() != text:
            store.write("spec.toml", text)
        if not (store.folder / "design.parquet").exists():
            self._write_design()

    def _todo(self, manifest: dict[str, Any], retry_failed: bool) -> list[Chunk]:
        chunks = list(chunks_of(blocks_of(self._store.folder, manifest)))
        statuses = self._store.statuses()
        bad = statuses.filter(statuses["status"] != OK)["run"].to_numpy()
        done = set(self._store.parts())
        if retry_failed:
            starts = np.array([chunk.first_run for chunk in chunks])
            places = np.unique(np.searchsorted(starts, bad, side="right") - 1)
            done -= {chunks[place].part for place in places}
        todo = [chunk for chunk in chunks if chunk.part not in done]
        left = np.array([run for chunk in todo for run in (chunk.first_run, chunk.end_run)])
        again = np.searchsorted(left, bad, side="right") % 2 == 1
        n_done = self._experiment.n_runs - sum(chunk.n_runs for chunk in todo)
        self._watch.begin(self._experiment.n_runs, n_done, int((~again).sum()))
        return todo

    def _flow(self, engine: Engine, manifest: dict[str, Any], session: Session) -> Flow:
        self._store.forget_tables()
        session.note("engine", engine=type(engine).__name__, workers=engine.width)
        limits = Limits(self._timeout, manifest["pilot"]["seconds_per_run"])
        orders = Orders(self._experiment, self._runner)
        return Flow(engine, orders, self._store, session, self._watch, limits)

    def _merged(self, renewed: bool) -> None:
        tables = [RUNS, *([SERIES] if self._experiment.record.series else [])]
        paths = [self._store.folder / f"{table}.parquet" for table in tables]
        if renewed or not all(path.exists() for path in paths):
            self._store.merge(self._experiment.design_frame())

    def _how_to_resume(self) -> str:
        if not (self._store.folder / NAME).exists():
            return "Interrupted before the first run; nothing was kept."
        return (
            f"Interrupted. {self._watch.done:,} of {self._experiment.n_runs:,} runs are kept in "
            f"{self._store.folder}; the same command does the others:\n{self._command}"
        )


def _command(experiment: Experiment, folder: Path) -> str:
    return shlex.join(["deathspiral", "sweep", experiment.name, "--out", str(folder)])
