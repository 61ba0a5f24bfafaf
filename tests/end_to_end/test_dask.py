from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from experiments.sweeps.driver import carry_out_sweep
from experiments.sweeps.reading import parse_experiment
from experiments.sweeps.refusals import SweepError
from experiments.sweeps.sessions import sessions_of

pytest.importorskip("distributed")
TABLES = ("runs.parquet", "series.parquet")
EXPERIMENT = f"""
question = "Does it matter where?"
[factors]
n_neighbours = {[3, 5, *range(8, 90)]}
"""


@pytest.fixture
def cluster(tmp_path, root):
    """Start a scheduler and two workers on this machine; return its file and the processes."""
    file = tmp_path / "scheduler.json"
    processes = []

    def start(what, *words):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}"]
        with (tmp_path / f"{what}.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "--scheduler-file", str(file), "--no-dashboard", *words],
                env={**os.environ, "PYTHONPATH": str(root)},
                stdout=log,
                stderr=log,
                cwd=tmp_path,
                start_new_session=True,
            )
        processes.append(process)

    start("scheduler", "--host", "127.0.0.1", "--port", "0")
    for _ in range(2):
        start("worker", "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield file, processes
    for process in processes:
        process.kill()
        process.wait()


def digest(folder):
    return [(folder / name).read_bytes() for name in TABLES]


def children_of(pid):
    stats = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # gone meanwhile
            stats.append(path.read_text())
    return [int(s.split()[0]) for s in stats if int(s.rpartition(")")[2].split()[1]) == pid]


def test_a_cluster_that_loses_a_worker_gives_the_same_tables_as_one_machine(cluster, tmp_path):
    """A poison run is convicted as on one machine, and costs no Dask worker."""
    file, (_, first, second) = cluster
    (tmp_path / "where.toml").write_text(EXPERIMENT)
    cut = tmp_path / "there"
    driver = subprocess.Popen(
        [sys.executable, "-c", _DRIVER, str(tmp_path), str(file)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(cut.glob("runs/part-*")):
        assert driver.poll() is None, driver.communicate()
        time.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    _, told = driver.communicate(timeout=120)
    assert driver.returncode == 0, told
    here = carry_out_sweep(
        parse_experiment(EXPERIMENT, "where"),
        tmp_path / "here",
        workers=1,
        runner="tests.end_to_end.sweep_runners:with_trouble",
        progress=False,
    )
    assert here.runs["status"].value_counts().sort("status").rows() == [
        ("crashed", 1),
        ("failed", 1),
        ("ok", 82),
    ]
    assert digest(cut) == digest(tmp_path / "here")
    assert second.poll() is None
    assert sessions_of(cut)[0][-1]["why"] == "complete"
    assert not children_of(second.pid)


_DRIVER = """
import sys
from pathlib import Path
from experiments.sweeps.driver import carry_out_sweep
from experiments.sweeps.reading import read_experiment

folder, file = Path(sys.argv[1]), sys.argv[2]
carry_out_sweep(
    read_experiment(str(folder / "where.toml")), folder / "there", dask=file,
    runner="tests.end_to_end.sweep_runners:slowly_with_trouble", progress=False,
)
"""


def test_a_cluster_that_is_not_there_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.sweeps.cluster._SECONDS_TO_ANSWER", 1)
    with pytest.raises(SweepError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        carry_out_sweep(parse_experiment(EXPERIMENT, "x"), tmp_path / "x", dask="tcp://127.0.0.1:9")
    assert not (tmp_path / "x").exists()
