from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

from experiments.cli import main
from experiments.sweeps.results import load

SMALL = """
question = "Does the fee matter?"
replicates = 2
[set]
n_people = 60
n_periods = 4
[factors]
fee = [0.0, 0.4, 0.8]
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Go to an empty folder with the specification of a small experiment, and return its path."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Return the folder of a small sweep."""
    folder = tmp_path_factory.mktemp("swept")
    (folder / "small.toml").write_text(SMALL)
    out = folder / "out"
    words = ["sweep", str(folder / "small.toml"), "--out", str(out), "--workers", "0"]
    assert main([*words, "--quiet", "--no-report"]) == 0
    return out


def test_a_sweep_says_what_came_of_it_and_where_the_tables_are(small, deathspiral):
    status, printed, _ = deathspiral("sweep", small, "--workers", "0", "--no-report")
    assert status == 0
    assert "6 of 6 runs done (3 points × 2 replicates, seed 1); none failed." in printed
    assert re.search(r"The pool collapsed in \d of 6 runs", printed)
    runs = pl.read_parquet("results/small/runs.parquet")
    assert runs["fee"].to_list() == [0.0, 0.4, 0.8] * 2
    assert os.path.join("results", "small", "runs.parquet") in printed


def test_a_dry_run_writes_nothing_and_says_how_long_and_how_large(small, deathspiral):
    status, printed, _ = deathspiral("sweep", small, "--dry-run", "--workers", "0")
    assert status == 0
    assert "3 points × 2 replicates = 6 runs in" in printed
    assert re.search(r"About \S+ \w+ on 1 processes, from a pilot of \d runs", printed)
    assert "MB on the disk" in printed
    assert list(small.parent.iterdir()) == [small]


def test_replicates_seed_and_parameters_can_be_changed_from_the_command_line(small, deathspiral):
    deathspiral(
        "sweep", small, "--replicates", "3", "--set", "n_people=50", "seed=9", "--workers", "0",
        "--no-report",
    )  # fmt: skip
    results = load("results/small")
    assert (results.n_done, results.experiment.seed) == (9, 9)
    assert results.runs["opening_members"].max() <= 50
    assert "--set n_people=50 seed=9" in results.manifest["command"]


def test_failed_rows_are_told_and_are_no_reason_to_fail(small, deathspiral):
    small.write_text(
        'question = "q"\n[set]\nage_min = 30\nn_people = 50\n[factors]\nage_max = [20, 60]\n'
    )
    status, printed, _ = deathspiral("sweep", small, "--workers", "0", "--no-report")
    assert status == 0
    assert "2 of 2 runs done" in printed
    assert "1 failed: see results/small/failures" in printed


def test_everything_wrong_with_an_order_is_said_at_once_and_nothing_is_written(small, deathspiral):
    status, printed, told = deathspiral(
        "sweep", small, "--workers", "many", "--dask", "x", "--timeout", "soon", "--replicates",
        "0", "--set", "n_poeple=3",
    )  # fmt: skip
    assert status == 2
    assert printed == ""
    for words in ("--workers many", "exclude each other", "--timeout soon", "--replicates 0"):
        assert words in told
    assert "did you mean n_people?" in told
    assert list(small.parent.iterdir()) == [small]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sweep", "{file}", "--out", "{file}"), "is a file, not a folder"),
        (("sweep", "{file}", "--out", "{file}/x"), "cannot be made: Not a directory"),
        (("sweep", "{file}", "--out", "."), "not of a sweep (it has small.toml)"),
        (("sweep", "{file}", "--dask", "tcp://127.0.0.1:1"), "no Dask scheduler answers at"),
        (("status", "{folder}"), "has no results"),
        (("verify", "{folder}"), "has no results"),
        (("export", "csv", "{folder}"), "has no results"),
    ],
)
def test_what_cannot_be_is_one_sentence(words, said, small, deathspiral, monkeypatch):
    monkeypatch.setattr("experiments.sweeps.cluster._SECONDS_TO_ANSWER", 1)
    words = [word.format(file=small, folder=small.parent / "none") for word in words]
    status, _, told = deathspiral(*words)
    assert status == 2
    assert said in told
    assert len(told.splitlines()) == 1


def test_status_tells_progress_provenance_and_sessions(swept, deathspiral):
    status, printed, _ = deathspiral("status", swept)
    assert status == 0
    assert "6 of 6 runs done (3 points × 2 replicates), 0 left; none failed" in printed
    assert "Nobody is at work in it now." in printed
    assert re.search(r"numpy \d.*numba \d", printed)
    assert "deathspiral sweep" in printed
    assert re.search(r"SerialEngine, 6 runs in .*, complete", printed)


def test_verify_does_runs_again_and_finds_the_one_that_was_touched(swept, deathspiral, tmp_path):
    touched = tmp_path / "touched"
    for path in swept.rglob("*"):
        target = touched / path.relative_to(swept)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            target.write_bytes(path.read_bytes())
    for path in [*(touched / "runs").iterdir(), touched / "runs.parquet"]:
        frame = pl.read_parquet(path)
        more = pl.when(pl.col("run") == 4).then(1e-9).otherwise(0.0)
        frame.with_columns(pl.col("final_members") + more).write_parquet(path)
    status, printed, _ = deathspiral("verify", touched, "--runs", "6")
    assert status == 1
    assert printed.splitlines()[0] == "run 4 gives something else today in: final_members"
    assert "6 runs done again and compared exactly: 1 faults." in printed
    status, printed, _ = deathspiral("verify", swept, "--runs", "1")
    assert (status, "1 runs done again and compared exactly: all as they" in printed) == (0, True)


@pytest.mark.parametrize("table", ["runs", "series", "design"])
def test_tables_are_exported_as_they_are(table, swept, deathspiral, tmp_path):
    frame = getattr(load(swept), table)
    csv, xlsx = tmp_path / "t.csv", tmp_path / "t.xlsx"
    assert deathspiral("export", "csv", swept, "--table", table, "--out", csv)[0] == 0
    read = pl.read_csv(csv, schema=frame.schema)
    assert read.equals(frame)
    assert deathspiral("export", "xlsx", swept, "--table", table, "--out", xlsx)[0] == 0
    assert xlsx.read_bytes()[:2] == b"PK"


def test_a_long_table_has_one_row_a_value(swept, deathspiral, tmp_path):
    deathspiral("export", "csv", swept, "--table", "series", "--long", "--out", tmp_path / "l.csv")
    long, series = pl.read_csv(tmp_path / "l.csv"), load(swept).series
    assert long.columns == ["run", "point", "replicate", "plan", "period", "column", "value"]
    assert long.height == 4 * series.height
    one = long.filter((pl.col("column") == "members") & (pl.col("run") == 2))["value"]
    assert one.to_list() == series.filter(pl.col("run") == 2)["members"].to_list()


def test_an_export_that_cannot_be_written_is_one_sentence(swept, deathspiral, tmp_path):
    for kind in ("csv", "xlsx"):
        status, _, told = deathspiral("export", kind, swept, "--out", tmp_path / "gone" / "x")
        assert status == 2
        assert "cannot be written" in told


# The command line as it is, except that two workers get tired before 450 runs are done.
_TIRING = """
import sys
from functools import partial
from experiments.cli import main
from experiments.sweeps import driver

runner = "tests.end_to_end.sweep_runners:tiring_for_real"
driver.carry_out_sweep = partial(driver.carry_out_sweep, runner=runner)
sys.exit(main())
"""


def test_ctrl_c_keeps_what_is_done_and_the_same_command_does_the_rest(root, small):
    words = ("sweep", "small.toml", "--replicates", "150", "--no-report", "--out", "out")
    command = [sys.executable, "-c", _TIRING, *words, "--workers", "2"]
    env = {**os.environ, "PYTHONPATH": str(root)}
    # In a session of its own, so that the interrupt goes to all its processes, as from a terminal.
    run = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, cwd=small.parent,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    # Until a second part is there, the first may not have been counted.
    while len(list(small.parent.glob("out/runs/part-*"))) < 2:
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    printed, told = run.communicate(timeout=60)
    assert (run.returncode, printed) == (130, "")
    assert "Traceback" not in told
    kept = re.search(r"Interrupted. ([\d,]+) of 450 runs are kept in out; .*:\n(.+)\n", told)
    assert 0 < int(kept[1].replace(",", "")) < 450
    assert kept[2] == "deathspiral " + " ".join(
        ("sweep", "small.toml", "--out", "out", "--workers", "2", "--replicates", "150")
    )
    assert main(["sweep", *kept[2].split()[2:], "--quiet", "--no-report"]) == 0
    assert load(small.parent / "out").complete


def test_a_value_at_which_every_run_fails_is_still_reported(small, deathspiral):
    small.write_text(SMALL.replace("fee = [0.0, 0.4, 0.8]", "age_min = [20, 30, 70]"))
    status, printed, _ = deathspiral("sweep", small, "--workers", "0", "--out", "half")
    assert status == 0
    assert load("half").statuses == {"failed": 2, "ok": 4}
    assert "2 of 6" in printed or "2 failed" in printed
    page = (small.parent / "half" / "report.html").read_text("utf-8")
    assert "age_min = 70" in page


@pytest.mark.parametrize("name", ["runs.parquet", "design.parquet", "manifest.json"])
def test_an_export_never_writes_over_the_tables_of_a_sweep(name, swept, deathspiral):
    before = (swept / name).read_bytes()
    status, _, said = deathspiral("export", "csv", swept, "--out", swept / name)
    assert status == 2
    assert len(said.splitlines()) == 1
    assert (swept / name).read_bytes() == before


def test_a_search_does_not_move_into_a_folder_of_something_else(swept, deathspiral):
    before = sorted(swept.iterdir())
    words = ["threshold", "fee", "--scenario", "classic_spiral", "--low", "0", "--high", "1"]
    status, _, said = deathspiral(*words, "--workers", "0", "--out", swept)
    assert status == 2
    assert "not of a search" in said
    assert sorted(swept.iterdir()) == before
