"""What tests of sweeps share: a small experiment, ways to carry it out, a look at processes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from experiments.sweeps.driver import carry_out_sweep
from experiments.sweeps.reading import parse_experiment

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RUNNERS = "tests.end_to_end.sweep_runners"
TABLES = ("runs.parquet", "series.parquet", "design.parquet")
FEES = """
question = "Does the fee matter?"
replicates = {replicates}
[set]
n_people = 50
n_periods = 2
[factors]
fee = {{ low = 0.0, high = 0.9, steps = 10 }}
"""
TROUBLE = """
question = "What if runs go wrong?"
[factors]
n_neighbours = [2, {trouble}, 8, 10]
"""


def fees(replicates=20):
    return parse_experiment(FEES.format(replicates=replicates), "fees")


def sweep(experiment, folder, *, runner="at_once", workers=0, **options):
    runner = f"{RUNNERS}:{runner}"
    return carry_out_sweep(
        experiment, folder, workers=workers, runner=runner, progress=False, **options
    )


def digest(folder):
    contents = [(folder / name).read_bytes() for name in TABLES]
    return hashlib.sha256(b"".join(contents)).hexdigest()


def script(folder, runner="slowly", replicates=20):
    """Start a sweep in a script of its own."""
    specification = folder.parent / f"{folder.name}.toml"
    specification.write_text(FEES.format(replicates=replicates))
    return subprocess.Popen(
        [sys.executable, str(HERE / "sweep_script.py"), str(specification), str(folder), runner],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder.parent,
    )


def workers_of(driver):
    """Return the process numbers of a driver's workers."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
            words = (place.parent / "cmdline").read_bytes()
        except OSError:  # gone meanwhile
            continue
        if int(fields[1]) == driver.pid and b"experiments.sweeps.worker" in words:
            found.append(int(place.parent.name))
    return found


def alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until(is_so, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.02)


def parts(folder):
    return len(list((folder / "runs").glob("part-*"))) if (folder / "runs").exists() else 0
