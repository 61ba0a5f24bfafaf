from __future__ import annotations

import resource
import signal

import pytest

from experiments.sweeps.reading import parse_experiment
from experiments.sweeps.refusals import StorageError, SweepError
from experiments.sweeps.results import load
from experiments.sweeps.status import status_of
from experiments.sweeps.verification import verified
from tests.end_to_end.sweeping import TROUBLE, digest, fees, sweep


def test_tables_are_the_same_bytes_for_any_number_of_workers(tmp_path):
    for workers in (0, 1, 2, 3):
        results = sweep(fees(), tmp_path / str(workers), workers=workers)
        assert (results.n_done, results.n_failed, results.complete) == (200, 0, True)
    assert len({digest(tmp_path / str(workers)) for workers in (0, 1, 2, 3)}) == 1


def test_failed_runs_are_done_again_only_when_asked_for(tmp_path):
    experiment = parse_experiment(TROUBLE.format(trouble="3"), "trouble")
    assert sweep(experiment, tmp_path, runner="with_trouble").n_failed == 1
    assert sweep(experiment, tmp_path).n_failed == 1
    healed = sweep(experiment, tmp_path, retry_failed=True)
    assert healed.n_failed == 0
    assert not list((tmp_path / "failures").iterdir())
    sweep(experiment, tmp_path / "fresh")
    assert digest(tmp_path) == digest(tmp_path / "fresh")


def test_an_impossible_point_is_a_failed_row_with_its_sentence(tmp_path):
    text = 'question = "q"\n[set]\nage_min = 30\n[factors]\nage_max = [20, 60]\n'
    results = sweep(parse_experiment(text, "ages"), tmp_path)
    assert results.runs["status"].to_list() == ["failed", "ok"]
    assert results.runs["error"][0] == "age_min = 30.0 years is above age_max = 20.0 years"


def test_more_replicates_add_to_a_folder_and_fewer_take_nothing_away(tmp_path):
    sweep(fees(3), tmp_path / "grown")
    before = {p.name: p.read_bytes() for p in (tmp_path / "grown" / "runs").iterdir()}
    manifest = (tmp_path / "grown" / "manifest.json").read_bytes()
    sweep(fees(8), tmp_path / "grown")
    after = {p.name: p.read_bytes() for p in (tmp_path / "grown" / "runs").iterdir()}
    assert before.items() < after.items()
    assert (tmp_path / "grown" / "manifest.json").read_bytes() == manifest
    assert sweep(fees(2), tmp_path / "grown").n_done == 80
    sweep(fees(8), tmp_path / "at once")
    assert digest(tmp_path / "grown") == digest(tmp_path / "at once")


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path):
    sweep(fees(), tmp_path / "fees")
    other = fees().with_changes({"n_people": 60})
    with pytest.raises(SweepError, match=r"holds another experiment \(it differs in set\)"):
        sweep(other, tmp_path / "fees")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not touch")
    with pytest.raises(SweepError, match=r"thesis\.txt"):
        sweep(fees(), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    with pytest.raises(SweepError, match="is a file, not a folder"):
        sweep(fees(), tmp_path / "mine" / "thesis.txt")


def test_other_code_is_refused_unless_allowed_and_then_recorded(tmp_path):
    sweep(fees(), tmp_path)
    text = (tmp_path / "manifest.json").read_text("utf-8")
    (tmp_path / "manifest.json").write_text(text.replace('"numpy": "', '"numpy": "0.'), "utf-8")
    with pytest.raises(SweepError, match=r"numpy 0\..* \(now .*--allow-changed"):
        sweep(fees(30), tmp_path)
    assert sweep(fees(30), tmp_path, allow_changed=True).n_done == 300
    diaries = "".join(path.read_text("utf-8") for path in (tmp_path / "sessions").iterdir())
    assert "numpy 0." in diaries


def test_a_full_disk_is_one_sentence_and_what_was_committed_is_kept(tmp_path):
    """A file that may not grow: to a writer, that is a full disk."""
    sweep(fees(3), tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
        with pytest.raises(StorageError, match="File too large; what was committed is kept"):
            sweep(fees(500), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert not list(tmp_path.rglob(".unfinished*"))
    assert {path: path.read_bytes() for path in before} == before
    assert load(tmp_path).n_done >= 30
    assert sweep(fees(500), tmp_path).complete


def test_a_folder_without_results_says_so(tmp_path):
    with pytest.raises(SweepError, match="has no results"):
        load(tmp_path)
    with pytest.raises(SweepError, match="has no results"):
        load(tmp_path / "gone")


def test_bad_parts_are_found(tmp_path):
    sweep(fees(), tmp_path)
    part = max((tmp_path / "runs").iterdir())
    part.write_bytes(part.read_bytes()[:-10])
    (fault,), _ = verified(tmp_path, 0, 1)
    assert str(part) in fault
    part.unlink()
    sweep(fees(), tmp_path)
    assert verified(tmp_path, 0, 1)[0] == []


def test_runs_without_their_manifest_are_not_taken_for_those_of_another_experiment(tmp_path):
    sweep(fees(), tmp_path)
    for name in ("manifest.json", "runs.parquet", "series.parquet"):
        (tmp_path / name).unlink()
    before = {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()}
    with pytest.raises(SweepError, match=r"has runs but no manifest\.json"):
        sweep(fees(), tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()} == before


def test_a_specification_of_ones_own_is_no_results_folder(tmp_path):
    (tmp_path / "spec.toml").write_text("mine")
    with pytest.raises(SweepError, match=r"not of a sweep \(it has spec\.toml\)"):
        sweep(fees(), tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("spec.toml", "mine")]


@pytest.mark.parametrize("name", ["runs.parquet", "series.parquet", "design.parquet"])
def test_a_table_that_cannot_be_read_is_found_and_made_again(name, tmp_path):
    sweep(fees(), tmp_path)
    good = digest(tmp_path)
    (tmp_path / name).write_bytes(b"half")
    (fault,), _ = verified(tmp_path, 0, 1)
    assert str(tmp_path / name) in fault
    (tmp_path / name).unlink()
    sweep(fees(), tmp_path)
    assert digest(tmp_path) == good
    assert verified(tmp_path, 0, 1)[0] == []


def test_lost_series_are_found_and_made_again(tmp_path):
    sweep(fees(), tmp_path)
    good, series = digest(tmp_path), min((tmp_path / "series").iterdir())
    series.unlink()
    (fault,), _ = verified(tmp_path, 0, 1)
    assert series.name in fault
    (tmp_path / "runs" / series.name).unlink()
    sweep(fees(), tmp_path)
    assert digest(tmp_path) == good


def test_a_part_that_cannot_be_read_is_one_sentence_when_a_sweep_goes_on(tmp_path):
    sweep(fees(), tmp_path)
    part = min((tmp_path / "runs").iterdir())
    part.write_bytes(part.read_bytes()[:-10])
    with pytest.raises(StorageError, match=r"cannot be read or merged.* verify"):
        sweep(fees(30), tmp_path)
    part.unlink()
    assert sweep(fees(30), tmp_path).complete


def test_an_extension_that_was_never_finished_promises_nothing(tmp_path):
    sweep(fees(3), tmp_path)
    (tmp_path / "extensions").mkdir()
    (tmp_path / "extensions" / ".unfinished-000001.json").write_text('{"replic')
    assert load(tmp_path).complete
    assert "30 of 30 runs done" in status_of(tmp_path)
    (tmp_path / "extensions" / "000001.json").write_text('{"replic')
    with pytest.raises(StorageError, match=r"000001\.json cannot be read"):
        status_of(tmp_path)


def test_a_diary_without_its_beginning_does_not_hide_the_state(tmp_path):
    sweep(fees(3), tmp_path)
    (diary,) = (tmp_path / "sessions").iterdir()
    diary.write_text("".join(diary.read_text("utf-8").splitlines(keepends=True)[1:]), "utf-8")
    assert "30 of 30 runs done" in status_of(tmp_path)


def test_tables_with_other_columns_are_not_added_to_whatever_is_allowed(tmp_path):
    sweep(fees(3), tmp_path)
    text = (tmp_path / "manifest.json").read_text("utf-8")
    (tmp_path / "manifest.json").write_text(
        text.replace('"half_life": [', '"old_name": ['), "utf-8"
    )
    with pytest.raises(SweepError, match=r"table runs with other columns.*half_life, old_name"):
        sweep(fees(30), tmp_path, allow_changed=True)
    assert load(tmp_path).n_done == 30
