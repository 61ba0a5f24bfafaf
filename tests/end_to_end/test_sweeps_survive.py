from __future__ import annotations

import os
import random
import signal
import time

import polars as pl
import pytest

from experiments.sweeps import engines
from experiments.sweeps.engines import LocalEngine, WorkerDied
from experiments.sweeps.reading import parse_experiment
from experiments.sweeps.refusals import SweepError
from experiments.sweeps.results import load
from experiments.sweeps.verification import verified
from tests.end_to_end.sweeping import (
    TROUBLE,
    alive,
    digest,
    fees,
    parts,
    script,
    sweep,
    wait_until,
    workers_of,
)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return the digest of the sweep that others disturb."""
    sweep(fees(60), folder := tmp_path_factory.mktemp("calm") / "calm")
    return digest(folder)


def test_a_storm_of_kills_loses_nothing_and_changes_nothing(tmp_path, undisturbed):
    folder, luck = tmp_path / "storm", random.Random(1)
    _storm(folder, luck, until=time.monotonic() + 10)
    committed = {path.name: path.read_bytes() for path in (folder / "runs").glob("part-*")}
    results = sweep(fees(60), folder, workers=2)
    after = {name: (folder / "runs" / name).read_bytes() for name in committed}
    assert after == committed
    assert results.n_failed == 0
    assert digest(folder) == undisturbed
    assert verified(folder, 0, 1)[0] == []


@pytest.mark.benchmark
def test_a_long_storm_of_kills_loses_nothing_and_changes_nothing(tmp_path):
    folder, luck = tmp_path / "storm", random.Random(2)
    calm = sweep(fees(1000), tmp_path / "calm")
    _storm(folder, luck, until=time.monotonic() + 180, replicates=1000)
    stormy = sweep(fees(1000), folder, workers=2)
    assert stormy.n_failed == calm.n_failed == 0
    assert digest(folder) == digest(tmp_path / "calm")


def _storm(folder, luck, until, replicates=60):
    """Kill drivers and workers at any moment until the sweep is done or the time is over."""
    while time.monotonic() < until and not (folder / "runs.parquet").exists():
        driver = script(folder, replicates=replicates)
        end = time.monotonic() + luck.uniform(1.5, 5)
        while time.monotonic() < end and driver.poll() is None:
            time.sleep(luck.uniform(0.05, 0.6))
            for pid in workers_of(driver)[:1]:
                if luck.random() < 0.5:
                    os.kill(pid, signal.SIGKILL)
        driver.kill()
        _, told = driver.communicate()
        assert "Traceback" not in told


def test_a_driver_that_is_killed_leaves_no_process_and_no_lock(tmp_path):
    driver = script(tmp_path / "hangs", runner="hang")
    wait_until(lambda: len(workers_of(driver)) == 2)
    workers = workers_of(driver)
    time.sleep(2.0)  # until a run hangs
    with pytest.raises(SweepError, match=f"process {driver.pid} on "):
        sweep(fees(), tmp_path / "hangs")
    driver.kill()
    printed, _ = driver.communicate()
    assert printed == "begun\n"
    wait_until(lambda: not any(alive(pid) for pid in workers), 5)
    assert sweep(fees(), tmp_path / "hangs").complete


def told_when_interrupted(driver):
    """Press Ctrl-C, once, and return what the driver says."""
    driver.send_signal(signal.SIGINT)
    return driver.communicate(timeout=60)[1]


def test_an_interrupted_driver_says_what_is_kept_and_goes_on_later(tmp_path, undisturbed):
    folder = tmp_path / "stopped"
    driver = script(folder, runner="tiring", replicates=60)
    wait_until(lambda: parts(folder) >= 2)
    told = told_when_interrupted(driver)
    assert driver.returncode != 0
    assert "Interrupted. " in told
    assert "runs are kept in" in told
    unfinished = load(folder)
    assert 0 < unfinished.n_done < 600
    assert not unfinished.complete
    assert unfinished.series.height == unfinished.n_done * 4
    sweep(fees(60), folder)
    assert digest(folder) == undisturbed


def test_runs_that_raise_exit_crash_or_hang_become_rows_and_their_neighbours_are_kept(tmp_path):
    experiment = parse_experiment(TROUBLE.format(trouble="3, 4, 5, 6"), "trouble")
    results = sweep(experiment, tmp_path, runner="with_trouble", workers=2, timeout=1.0)
    told = {}
    for row in results.runs.iter_rows(named=True):
        told.setdefault(row["n_neighbours"], set()).add((row["status"], row["error"]))
    assert told == {
        2: {("ok", None)},
        3: {("failed", "ValueError: three is a crowd")},
        4: {("failed", "SystemExit: 4")},
        5: {("crashed", "its process died each of 3 times")},
        6: {("timeout", "not done within 1 s")},
        8: {("ok", None)},
        10: {("ok", None)},
    }
    assert results.complete
    traces = "".join(path.read_text("utf-8") for path in (tmp_path / "failures").iterdir())
    assert 'raise ValueError("three is a crowd")' in traces


def test_a_worker_that_is_killed_takes_only_its_own_call_with_it():
    engine = LocalEngine(2)
    try:
        wait_until(lambda: len(engine._processes) == 2)
        slow = [engine.submit(time.sleep, 1.0) for _ in range(4)]
        wait_until(lambda: sum(f.running() for f in slow) == 2)
        next(iter(engine._processes.values())).kill()
        died = [isinstance(future.exception(), WorkerDied) for future in slow]
        assert died.count(True) == 1
        assert engine.submit(os.getpid).result() in {p.pid for p in engine._processes.values()}
    finally:
        engine.stop()


def test_a_machine_that_can_start_no_process_says_so(monkeypatch):
    def full(*words, **options):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(engines.subprocess, "Popen", full)
    engine = LocalEngine(2)
    try:
        error = engine.submit(sum, [1, 2]).exception(timeout=20)
    finally:
        engine.stop()
    assert isinstance(error, SweepError)
    assert "Cannot allocate memory" in str(error)


def test_workers_are_ready_soon_and_have_neither_figures_nor_mesa():
    engine = LocalEngine(1)
    try:
        loaded = engine.submit(eval, "sorted(__import__('sys').modules)").result()
        threads = engine.submit(eval, "__import__('numba').get_num_threads()").result()
        polars = engine.submit(eval, "__import__('polars').thread_pool_size()").result()
    finally:
        engine.stop()
    heavy = {"mesa", "plotly", "scipy.stats", "SALib", "distributed", "pandas", "rich"}
    assert not heavy & set(loaded)
    assert (threads, polars) == (1, 1)


def test_what_a_run_prints_does_not_get_between_the_answers():
    engine = LocalEngine(1)
    try:
        assert engine.submit(print, "noise").result() is None
        assert engine.submit(sum, [1, 2]).result() == 3
        assert isinstance(engine.submit(int, "x").exception(), ValueError)
        assert pl.DataFrame({"x": [1]}).equals(engine.submit(pl.DataFrame, {"x": [1]}).result())
    finally:
        engine.stop()
