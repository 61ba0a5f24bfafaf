from __future__ import annotations

import errno
import io
import os
import resource
import signal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.sweeps import store as store_module
from experiments.sweeps.chunks import MOST_PARTS, MOST_RUNS, Block, chunk_size, chunks_of
from experiments.sweeps.lock import holder, locked
from experiments.sweeps.refusals import StorageError, SweepError
from experiments.sweeps.seeds import run_seed
from experiments.sweeps.sessions import Session, sessions_of
from experiments.sweeps.store import Store, part_name
from experiments.sweeps.work import Work, do

DESIGN = pl.DataFrame({"point": [0, 1, 2], "fee": [0.0, 0.1, 0.2]})


def as_bytes(frame):
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def runs_frame(first, end, bad=()):
    numbers = list(range(first, end))
    return pl.DataFrame(
        {
            "run": numbers,
            "point": [n % 3 for n in numbers],
            "replicate": [n // 3 for n in numbers],
            "seed": pl.Series([n**3 for n in numbers], dtype=pl.UInt64),
            "status": ["failed" if n in bad else "ok" for n in numbers],
            "error": pl.Series(["why" if n in bad else None for n in numbers], dtype=pl.String),
            "members": [n / 7 for n in numbers],
        }
    )


def series_frame(first, end):
    numbers = [n for n in range(first, end) for _ in range(4)]
    return pl.DataFrame({"run": numbers, "period": [0, 1, 2, 3] * (end - first)})


def filled(folder, size, n_runs=90):
    """Return a store in which runs were committed so many at a time, the last ones first."""
    store = Store(folder)
    store.prepare()
    for chunk in reversed(list(chunks_of([Block(0, n_runs, size)]))):
        ends = chunk.first_run, chunk.end_run
        store.commit(chunk.part, as_bytes(runs_frame(*ends)), as_bytes(series_frame(*ends)), "")
    return store


@given(st.integers(1, 10**7), st.floats(1e-6, 1e4))
def test_a_sweep_has_few_parts_and_none_is_empty(n_runs, seconds):
    size = chunk_size(n_runs, seconds)
    assert 1 <= size <= max(MOST_RUNS, n_runs // MOST_PARTS + 1)
    assert Block(0, n_runs, size).n_chunks <= MOST_PARTS


def test_a_long_sweep_has_chunks_of_seconds_and_a_short_one_enough_of_them_to_watch():
    assert chunk_size(1_000_000, 0.004) * 0.004 == pytest.approx(2.0, rel=0.3)
    assert Block(0, 8820, chunk_size(8820, 0.004)).n_chunks == pytest.approx(64, abs=2)


@given(st.integers(1, 500), st.integers(1, 60), st.integers(0, 500), st.integers(1, 60))
def test_chunks_cover_every_run_once_and_more_replicates_move_none(runs, size, more, other):
    first = Block(0, runs, size)
    later = Block(runs, runs + more, other, first.n_chunks)
    before, after = list(chunks_of([first])), list(chunks_of([first, later]))
    assert after[: len(before)] == before
    assert [chunk.part for chunk in after] == list(range(len(after)))
    assert [n for c in after for n in range(c.first_run, c.end_run)] == list(range(runs + more))


def test_a_replicate_has_the_same_luck_at_every_point_unless_told_otherwise():
    common = {run_seed(7, point, 3, common_random_numbers=True) for point in range(50)}
    own = {run_seed(7, point, 3, common_random_numbers=False) for point in range(50)}
    assert (len(common), len(own)) == (1, 50)
    fourth = np.random.SeedSequence(7).spawn(4)[3]
    assert common == {int(fourth.generate_state(1, np.uint64)[0])}


@pytest.mark.parametrize("size", [1, 7, 30, 89, 90])
def test_tables_are_the_same_bytes_however_the_runs_were_cut(size, tmp_path):
    one, many = filled(tmp_path / "one", 11), filled(tmp_path / "many", size)
    for store in (one, many):
        store.merge(DESIGN)
    for table in ("runs.parquet", "series.parquet"):
        assert (one.folder / table).read_bytes() == (many.folder / table).read_bytes()
    runs = pl.read_parquet(many.folder / "runs.parquet")
    assert runs["run"].to_list() == list(range(90))
    assert runs["fee"].to_list() == [0.0, 0.1, 0.2] * 30


def test_runs_that_failed_have_no_series(tmp_path):
    store = Store(tmp_path)
    store.prepare()
    store.commit(0, as_bytes(runs_frame(0, 5, bad=[2])), as_bytes(series_frame(0, 5)), "trace")
    store.merge(DESIGN)
    assert set(pl.read_parquet(tmp_path / "series.parquet")["run"]) == {0, 1, 3, 4}
    assert (tmp_path / "failures" / "part-000000.txt").read_text("utf-8") == "trace"


def test_a_chunk_is_done_only_when_its_runs_are_there(tmp_path, monkeypatch):
    store = filled(tmp_path, 30)
    renamed = []

    def replace(source, target):
        if "runs" in str(target):
            raise OSError(errno.ENOSPC, "No space left on device")
        renamed.append(target)
        os.rename(source, target)

    monkeypatch.setattr(store_module.os, "replace", replace)
    with pytest.raises(StorageError, match="No space left on device; what was committed is kept"):
        store.commit(3, as_bytes(runs_frame(90, 95)), as_bytes(series_frame(90, 95)), "")
    assert [path.name for path in renamed] == [part_name(3)]
    assert store.parts() == [0, 1, 2]
    assert not list(tmp_path.rglob(".unfinished*"))


def test_a_disk_that_is_full_while_tables_are_merged_is_told_as_any_other(tmp_path):
    """Polars raises an error of its own there, not the system's."""
    store = filled(tmp_path, 1_000, n_runs=9_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))
        with pytest.raises(StorageError, match="cannot be written: File too large; what was comm"):
            store.merge(DESIGN)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert not list(tmp_path.rglob(".unfinished*"))
    store.merge(DESIGN)
    assert pl.read_parquet(tmp_path / "runs.parquet").height == 9_000


def test_what_an_interrupted_writer_left_is_removed_at_the_next_start(tmp_path):
    store = filled(tmp_path, 30)
    (tmp_path / "runs" / ".unfinished-part-000003.parquet").write_bytes(b"half")
    store.prepare()
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == [part_name(n) for n in range(3)]


def test_a_folder_has_one_writer_and_another_is_told_who(tmp_path):
    with locked(tmp_path):
        assert str(os.getpid()) in holder(tmp_path)
        with pytest.raises(SweepError, match=f"process {os.getpid()} on "), locked(tmp_path):
            pytest.fail("two writers in one folder")
    assert holder(tmp_path) is None
    with locked(tmp_path):
        pass


def test_a_worker_with_other_code_than_the_driver_does_nothing():
    with pytest.raises(SweepError, match="has other code than the driver"):
        do(Work("", (), {}, "other code"))


def test_a_folder_in_which_nothing_can_be_locked_is_refused(tmp_path):
    with pytest.raises(StorageError, match="cannot be locked"), locked(tmp_path / "gone"):
        pytest.fail("a lock on nothing")


def test_a_diary_with_half_a_line_is_read_up_to_there(tmp_path):
    session = Session(tmp_path, command="x")
    session.note("chunk", part=0)
    (path,) = (tmp_path / "sessions").iterdir()
    path.write_text(path.read_text("utf-8") + '{"what": "chu', encoding="utf-8")
    (lines,) = sessions_of(tmp_path)
    assert [line["what"] for line in lines] == ["start", "chunk"]
