"""An experiment in a few lines of TOML, and what it means."""

from __future__ import annotations

import datetime
import pickle

import polars as pl
import pytest

from agents.errors import ScenarioError
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.faults import ExperimentError
from experiments.sweeps.outcomes import SERIES_BY_DEFAULT
from experiments.sweeps.reading import (
    experiment_as_toml,
    experiment_hash,
    experiment_names,
    frozen_toml,
    parse_experiment,
    read_experiment,
)
from model import presets

TEN_LINES = """\
question = "Where does a pool unravel?"
scenario = "classic_spiral"
replicates = 20

[set]
n_people = 1000

[factors]
fee = { low = 0.0, high = 1.0, steps = 21 }
private_information = [0, 0.5, 1.0]
"""


def read(body, name="tried"):
    return parse_experiment(f'question = "Why?"\n{body}', name)


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes files into a folder of their own."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / name.replace("_dot_", ".")).write_text(text, "utf-8")
        return tmp_path

    return write


def test_ten_lines_are_an_experiment():
    experiment = parse_experiment(TEN_LINES, "unravelling")
    assert experiment.name == "unravelling"
    assert experiment.factor_names == ["fee", "private_information"]
    assert (experiment.n_points, experiment.n_runs) == (63, 1260)
    assert experiment.record.series == list(SERIES_BY_DEFAULT)
    scenario = experiment.scenario_at(62)
    classic = presets.load("classic_spiral").scenario
    assert scenario == classic.but(n_people=1000, fee=1.0, private_information=1.0)


def test_points_that_contradict_themselves_are_read_and_fail_alone():
    body = "[factors]\nentry_age_min = [20, 70]\n"
    experiment = read(body)
    assert experiment.scenario_at(0).plans[0].entry_age_min == 20
    with pytest.raises(ScenarioError, match="entry_age_min = 70 years is above"):
        experiment.scenario_at(1)


def test_a_contradiction_in_set_that_a_factor_resolves_is_allowed():
    body = "[set]\nentry_age_min = 70\n[factors]\nentry_age_max = [65, 80]\n"
    experiment = read(body)
    assert experiment.scenario_at(1).plans[0].entry_age_max == 80
    assert experiment.base.scenario == experiment.scenario_at(1)
    with pytest.raises(ScenarioError):
        experiment.scenario_at(0)


def test_rules_of_one_plan_are_named_by_the_plan():
    plain = read("[set]\npool.waiting_period = 3\n[factors]\npool.fee = [0.1, 0.2]")
    quoted = read('[set]\n"pool.waiting_period" = 3\n[factors]\n"pool.fee" = [0.1, 0.2]')
    assert plain == quoted
    plan = plain.scenario_at(1).plans[0]
    assert (plan.waiting_period, plan.fee) == (3, 0.2)


def test_none_leaves_an_optional_parameter_unset():
    experiment = read('[factors]\nyear_cap = ["none", 100]\nties = ["none", "complete"]')
    assert [point["year_cap"] for point in experiment.points()] == [None, None, 100.0, 100.0]
    assert experiment.scenario_at(0).plans[0].year_cap is None
    assert experiment.scenario_at(0).ties == "none"
    assert experiment.design_frame()["year_cap"].to_list() == [None, None, 100.0, 100.0]


def test_presets_are_compared_with_the_same_changes():
    body = "[set]\nn_people = 500\n[factors]\npreset = ['stable', 'classic_spiral']\nfee = [0, 1]"
    experiment = read(body)
    assert experiment.scenario == "stable"
    changed = {"n_people": 500, "fee": 1.0}
    for point, name in ((1, "stable"), (3, "classic_spiral")):
        assert experiment.scenario_at(point) == presets.load(name).scenario.but(**changed)


def test_a_table_names_its_points_and_shows_the_values_it_leaves_alone():
    experiment = read(
        '[design]\nkind = "table"\nrows = [{ label = "as it is" }, { sharing = "age_band" },'
        ' { label = "cap", benefit = [[0, 300000], [40, 1e5]], year_cap = 100 }]'
    )
    frame = experiment.design_frame()
    assert frame.columns == ["point", "label", "sharing", "benefit", "year_cap"]
    assert frame["label"].to_list() == ["as it is", "sharing = age_band", "cap"]
    assert frame["sharing"].to_list() == ["equal", "age_band", "equal"]
    assert frame["benefit"].to_list()[1:] == ["[[0, 300000.0]]", "[[0, 300000.0], [40, 100000.0]]"]
    assert experiment.points()[0] == {}
    assert experiment.scenario_at(0) == presets.load("default").scenario


def test_a_table_may_be_a_file_beside_the_experiment(folder):
    path = folder(
        points_dot_csv='label,fee,ties,benefit\nas it is,,,\n"dear, lonely",0.5,none,\n'
        '"less",,,"[[0, 1000.0]]"\n',
        tried_dot_toml='question = "Why?"\n[design]\nkind = "table"\nfile = "points.csv"\n',
    )
    experiment = read_experiment(str(path / "tried.toml"))
    assert experiment.labels == ["as it is", "dear, lonely", "less"]
    assert experiment.points() == [
        {},
        {"fee": 0.5, "ties": "none"},
        {"benefit": [[0, 1000.0]]},
    ]
    (path / "points.csv").unlink()
    assert parse_experiment(frozen_toml(experiment), "copy").points() == experiment.points()


def test_a_scenario_may_be_a_file_beside_the_experiment(folder):
    path = folder(
        mine_dot_toml="[scenario]\nn_people = 321\n[[plan]]\nfee = 0.3\n",
        tried_dot_toml='question = "Why?"\nscenario = "mine.toml"\n[factors]\nattention = [0.1]\n',
    )
    experiment = read_experiment(str(path / "tried.toml"))
    assert experiment.scenario_at(0).n_people == 321
    frozen = frozen_toml(experiment)
    (path / "mine.toml").unlink()
    copy = parse_experiment(frozen, "copy")
    assert copy.scenario_at(0) == experiment.scenario_at(0)
    assert copy.scenario_at(0).plans[0].fee == 0.3


def test_a_frozen_experiment_needs_no_preset_any_more(monkeypatch):
    text = 'question = "Why?"\n[factors]\npreset = ["xianghubao", "stable"]\nfee = [0.1]\n'
    experiment = parse_experiment(text, "tried")
    scenarios = [experiment.scenario_at(point) for point in range(2)]
    frozen = frozen_toml(experiment)
    monkeypatch.setattr(presets, "load", lambda name: pytest.fail(f"loaded {name}"))
    copy = parse_experiment(frozen, "tried")
    assert [copy.scenario_at(point) for point in range(2)] == scenarios
    assert len(copy.scenario_at(0).events) == len(scenarios[0].events) > 0
    assert experiment_hash(copy) == experiment_hash(experiment)
    assert parse_experiment(frozen_toml(copy), "tried") == copy


def test_an_experiment_that_is_written_and_read_is_the_same():
    experiment = read(
        'title = "A \\"pool\\" 中文"\nfinding = """Two\nlines."""\ncommon_random_numbers = false\n'
        "[set]\nstart_date = 2020-01-31\nevents = [{ period = 3, news = -0.5, label = 'x' }]\n"
        "[factors]\nyear_cap = ['none', 10]\nageing = [true, false]\n"
        "n_people = { low = 10, high = 1000, steps = 3, scale = 'log' }\n"
        "pool.benefit = [[[0, 1]], [[0, 1], [50, 2.5]]]\n"
        "[record]\nseries = false\n"
        "[[figure]]\nkind = 'lines'\nx = 'n_people'\nat = { ageing = true }\n"
    )
    assert experiment.set_["start_date"] == datetime.date(2020, 1, 31)
    assert parse_experiment(experiment_as_toml(experiment), "another") == experiment


def test_the_hash_covers_what_decides_results_and_nothing_else():
    body = "replicates = {}\ntitle = '{}'\nseed = {}\n[factors]\nfee = {}\n"
    first = experiment_hash(read(body.format(1, "a", 1, "[0.0, 0.5, 1.0]")))
    same = read(body.format(9, "b", 1, "{ low = 0, high = 1, steps = 3 }"), name="other")
    assert experiment_hash(same) == first
    for seed, fee in ((2, "[0.0, 0.5, 1.0]"), (1, "[0.0, 1.0, 0.5]"), (1, "[0.0, 0.5]")):
        assert experiment_hash(read(body.format(1, "a", seed, fee))) != first


def test_an_experiment_can_be_changed_from_outside(folder):
    path = str(folder(tried_dot_toml=TEN_LINES) / "tried.toml")
    changes = ["n-people=10", "replicates=2", "factors.fee.steps=3", "pool.waiting_period=4"]
    experiment = read_experiment(path, changes)
    assert experiment.n_runs == 3 * 3 * 2
    assert experiment.scenario_at(0).n_people == 10
    assert experiment.scenario_at(0).plans[0].waiting_period == 4


def test_every_experiment_that_ships_can_be_read():
    for name in experiment_names():
        experiment = read_experiment(name)
        assert experiment.name == name
        assert experiment.n_runs > 0


def test_replicates_and_changes_are_checked_when_they_are_replaced():
    experiment = parse_experiment(TEN_LINES, "tried")
    assert experiment.with_replicates(3).n_runs == 189
    assert experiment.with_changes({"n_people": 50}).scenario_at(0).n_people == 50
    assert experiment.scenario_at(0).n_people == 1000
    with pytest.raises(ExperimentError, match="replicates = 0"):
        experiment.with_replicates(0)
    with pytest.raises(ExperimentError, match="fee is a factor too"):
        experiment.with_changes({"fee": 0.1})


def test_an_experiment_is_built_in_python_as_it_is_read():
    rows = [{"label": "a", "fee": 0}]
    built = Experiment(question="Why?", design={"kind": "table", "rows": rows}, name="tried")
    assert built == read("[design]\nkind = 'table'\nrows = [{ label = 'a', fee = 0 }]")
    assert rows == [{"label": "a", "fee": 0}]
    spread = Experiment(question="Why?", factors={"fee": pl.Series([0.1, 0.2]).to_numpy()})
    assert spread.points() == [{"fee": 0.1}, {"fee": 0.2}]


def test_an_experiment_travels_between_processes_without_its_caches():
    experiment = parse_experiment(TEN_LINES, "tried")
    before = len(pickle.dumps(experiment))
    for point in range(10):
        experiment.scenario_at(point)
    sent = pickle.dumps(experiment)
    assert len(sent) == before
    assert pickle.loads(sent) == experiment
