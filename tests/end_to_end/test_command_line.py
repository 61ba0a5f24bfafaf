from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

from experiments.cli import main
from experiments.sweeps.reading import experiment_names
from experiments.toml_text import preset_as_toml
from model import Scenario
from model.presets import Preset, load, names, parse, plan_names

SMALL = ("--people", "400", "--periods", "8")
FILES = {"history.parquet", "scenario.toml", "report.html"}


@pytest.fixture(scope="module")
def replay(tmp_path_factory):
    """Return the folder of a small replay of Xianghubao."""
    folder = tmp_path_factory.mktemp("replay") / "made" / "for it"
    assert main(["run", "xianghubao", "--people", "2000", "--seed", "5", "--out", str(folder)]) == 0
    return folder


def test_the_list_names_every_story_plan_and_experiment(deathspiral):
    status, printed, _ = deathspiral("list")
    assert status == 0
    stories, plans, experiments = (part.splitlines() for part in printed.split("\n\n"))
    assert [line.split()[0] for line in stories] == ["default", *names()]
    assert all(load(name).title in printed for name in names())
    assert [line.split()[0] for line in plans[1:]] == plan_names()
    assert [line.split()[0] for line in experiments[1:]] == experiment_names()


def test_the_list_answers_without_the_heavy_libraries(root):
    heavy = {"numpy", "numba", "polars", "plotly", "mesa", "pydantic", "scipy"}
    code = "import sys; from experiments.cli import main; main(['list']); print(*sys.modules)"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    assert not heavy & set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("name", ["default", "xianghubao"])
def test_show_tells_every_parameter_with_unit_range_and_source(name, deathspiral):
    status, printed, _ = deathspiral("show", name)
    assert status == 0
    told = set(re.findall(r"^[* ] (\w+) = ", printed, re.MULTILINE))
    plan = type(load(name).scenario.plans[0])
    lists = {"plans", "events", "amendments", "name"}
    assert told == {*Scenario.model_fields, *plan.model_fields} - lists
    assert printed.count("Source:") == len(told)
    assert "[1/year]" in printed
    assert "Allowed: 0 to 1." in printed


@pytest.mark.parametrize("language", ["en", "zh"])
def test_show_tells_story_rules_sources_and_assumptions(language, deathspiral):
    _, printed, _ = deathspiral("show", "xianghubao", "--language", language)
    preset = load("xianghubao")
    words = " ".join(printed.split())
    assert " ".join((preset.story if language == "en" else preset.story_zh).split()) in words
    assert all(" ".join(s.split()) in words for s in [*preset.sources, *preset.assumptions])
    assert all(
        (e.label if language == "en" else e.label_zh) in words for e in preset.scenario.events
    )
    assert "8 % since 2018-11-27" in words


@pytest.mark.parametrize("name", ["default", *names()])
def test_a_story_written_as_toml_reads_back_the_same(name):
    preset = load(name)
    assert parse(preset_as_toml(preset, ["a remark"]), "other") == preset


def test_any_text_survives_in_toml():
    nasty = 'a "quoted" \\n\\ line\n\ttab """ three \x7f\x00\r\n中文 \\'
    preset = Preset(name="x", title=nasty, sources=[nasty, ""], scenario=Scenario())
    assert parse(preset_as_toml(preset), "x") == preset


def test_a_plan_of_the_history_is_shown_and_run_by_its_name(tmp_path, deathspiral):
    status, printed, _ = deathspiral("show", "denghuo")
    words = " ".join(printed.split())
    assert status == 0
    assert "PLAN denghuo: Denghuo Huzhu, Baidu's plan" in words
    assert "not known: when the minimum size was looked at" in words
    assert "20 closes_below = 500,000" in words
    status, printed, _ = deathspiral("run", "denghuo", "--people", "400", "--out", tmp_path)
    assert status == 0
    assert "What it shows: A plan can end by its own rule without a spiral" in printed
    assert "From period 20 on" in (tmp_path / "report.html").read_text("utf-8")


def test_run_prints_the_sentence_and_the_numbers(deathspiral):
    status, printed, _ = deathspiral("run", "stable", "--seed", "7", *SMALL)
    assert status == 0
    found = dict(re.findall(r"^  (\w[\w ]+?)  +([\d.,]+)  ", printed, re.MULTILINE))
    assert list(found) == ["Members", "Contribution", "Selection ratio", "Periods"]
    assert found["Periods"] == "8"
    assert "Seed 7; one run (n = 1) of 400 simulated people, each standing for 1." in printed
    assert "members" in printed.splitlines()[1]


def test_run_says_what_the_sponsor_paid_and_when_the_plan_closed(deathspiral):
    words = " ".join(deathspiral("run", "meituan", "--people", "400")[1].split())
    assert re.search(r"Sponsor [\d.,]+ million yuan in all, [\d.]+ a member at the peak", words)
    assert "closed in the period to 2021-02-14" in words
    assert "Sponsor" not in deathspiral("run", "stable", *SMALL)[1]


def test_an_insurer_asks_a_premium(deathspiral):
    printed = deathspiral("run", "huiminbao", "--people", "400")[1]
    told = printed.partition("What it shows")[0]
    assert "Premium" in told
    assert not re.search("ontribution| pool", told)


def test_a_case_that_counts_for_many_is_said_to(deathspiral):
    printed = deathspiral("run", "ninghubao", "--people", "1000")[1]
    assert re.search("one simulated case counts 193 times.* --people 193000 ", printed)


def test_run_speaks_chinese(deathspiral):
    _, printed, _ = deathspiral("run", "stable", "--language", "zh", *SMALL)
    assert "互助池" in printed
    assert "选择比" in printed


def test_json_is_one_object_and_nothing_else(deathspiral):
    status, printed, _ = deathspiral("run", "stable", "--seed", "7", "--json", *SMALL)
    assert status == 0
    found = json.loads(printed)
    assert (found["name"], found["seed"], found["people"], found["periods"]) == (
        "stable",
        7,
        400,
        8,
    )
    assert found["sentence"].startswith("The pool")
    assert found["verdict"] in ("collapsed", "spiral", "run", "eroding", "stable", "growing")
    assert {"tipping_period", "sentence_zh"} <= set(found)
    series = [found[name] for name in ("members", "contribution", "selection_ratio")]
    assert [len(values) for values in series] == [9, 9, 9]
    assert all(math.isfinite(value) for values in series for value in values)


def test_what_is_not_a_number_is_null(deathspiral):
    _, printed, _ = deathspiral(
        "run", "default", "--json", "--set", "age_min=80", "age_max=90", *SMALL
    )
    found = json.loads(printed, parse_constant=pytest.fail)
    assert set(found["selection_ratio"]) == {None}
    assert set(found["members"]) == {0.0}


def test_threads_do_not_change_the_outcome(deathspiral):
    runs = [
        deathspiral("run", "classic_spiral", "--json", "--threads", n, *SMALL)[1] for n in (1, 2)
    ]
    assert runs[0] == runs[1]


def test_set_takes_toml_text_and_nothing_for_every_plan_or_one(tmp_path, deathspiral):
    story = tmp_path / "two.toml"
    story.write_text('[[plan]]\nname = "mild"\n[[plan]]\nname = "broad"\ncase_cap = 3.0\n')
    changes = ("ties=complete", "fee=0.2", "mild.fee=0.1", "broad.case_cap=")
    changes += ("benefit=[[0, 1000.0], [50, 10.0]]",)
    status, printed, _ = deathspiral(
        "run", story, "--set", *changes, "--out", tmp_path / "out", "--json", *SMALL
    )
    assert status == 0
    assert [plan["plan"] for plan in json.loads(printed)["plans"]] == ["mild", "broad"]
    scenario = load(str(tmp_path / "out" / "scenario.toml")).scenario
    mild, broad = scenario.plans
    assert scenario.ties == "complete"
    assert (mild.fee, broad.fee, broad.case_cap) == (0.1, 0.2, None)
    assert mild.benefit == [(0, 1000.0), (50, 10.0)]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_people_come_from_a_file(ending, tmp_path, deathspiral):
    people = pl.DataFrame({"age": [30.0, 40.0, 50.0] * 20, "sex": ["female", "male", "male"] * 20})
    file = tmp_path / f"people{ending}"
    people.write_csv(file) if ending == ".csv" else people.write_parquet(file)
    _, printed, _ = deathspiral(
        "run", "stable", "--people-file", file, "--json", "--out", tmp_path / "out"
    )
    assert json.loads(printed)["people"] == 60
    assert f"--people-file {file}" in (tmp_path / "out" / "scenario.toml").read_text("utf-8")


def test_a_run_leaves_three_files_and_no_others(replay):
    assert {file.name for file in replay.iterdir()} == FILES


def test_the_written_scenario_repeats_the_run(replay, tmp_path, deathspiral):
    command = re.search("# (deathspiral run .*)", (replay / "scenario.toml").read_text("utf-8"))
    words = command.group(1).split()[1:]
    words[1] = str(replay / "scenario.toml")
    status, _, _ = deathspiral(*words, "--out", tmp_path)
    assert status == 0
    first, again = (pl.read_parquet(folder / "history.parquet") for folder in (replay, tmp_path))
    assert first.equals(again)
    assert load(words[1]).observed == "xianghubao"


WRONG = [
    (["run", "stabel"], ["did you mean stable?"]),
    (["show", "stabel"], ["did you mean stable?"]),
    (["run", "gone.toml"], ["gone.toml cannot be read"]),
    (["run", "stable", "--people", "0"], ["--people 0 is not allowed: use a whole number from 1"]),
    (["run", "stable", "--people", "1e99"], ["--people 1e99"]),
    (["run", "stable", "--people", "abc"], ["--people abc"]),
    (["run", "stable", "--people", "1.5"], ["--people 1.5"]),
    (["run", "stable", "--people", "2e9"], ["GB of memory"]),
    (["run", "stable", "--periods", "-1"], ["--periods -1"]),
    (["run", "stable", "--seed", "one"], ["--seed one"]),
    (["run", "stable", "--set", "fee"], ["--set fee lacks a value"]),
    (["run", "stable", "--set"], ["--set lacks"]),
    (["run", "stable", "--set", "fee=0.1", "fee=0.2"], ["fee twice"]),
    (["run", "stable", "--set", "seed=2"], ["--seed 2"]),
    (["run", "stable", "--set", "n_people=2", "--people", "3"], ["the same thing"]),
    (["run", "stable", "--set", "atention=0.5"], ["did you mean attention?"]),
    (["run", "stable", "--set", "attention=2"], ["attention = 2", "from 0 to 1"]),
    (["run", "stable", "--set", "attention=much"], ["attention = 'much'"]),
    (["run", "stable", "--set", "ties=rope"], ["watts_strogatz"]),
    (["run", "stable", "--people-file", "gone.csv"], ["gone.csv does not exist"]),
    (["run", "stable", "--people-file", "{csv}", "--people", "9"], ["has 2 rows"]),
    (["run", "stable", "--people-file", "{csv}"], ["shoe_size"]),
    (["run", "stable", "--out", os.devnull + "/x"], ["cannot be written"]),
    (["run", "stable", "--out", "{csv}"], ["cannot be written"]),
    (["run", "stable", "--poeple", "3"], ["--people?"]),
    (["run", "stable", "twice"], ["twice"]),
    (["run"], ["NAME"]),
    (["sprint"], ["sprint"]),
    (["bench", "--people", "few", "--periods", "0"], ["--people few", "--periods 0"]),
    (
        [
            "run",
            "stabel",
            "--seed",
            "x",
            "--people",
            "0",
            "--set",
            "a",
            "--people-file",
            "gone.csv",
        ],
        ["stabel", "--seed x", "--people 0", "--set a", "gone.csv"],
    ),
    (
        ["run", "stable", "--set", "atention=1", "awareness=2", "fee=99"],
        ["atention", "awareness = 2", "fee = 99"],
    ),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_input_is_said_in_sentences_and_nothing_is_written(
    words, said, tmp_path, monkeypatch, deathspiral
):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "people.csv"
    file.write_text("age,shoe_size\n30,40\n31,41\n")
    words = [word.format(csv=file) for word in words]
    words += ["--out", "out"] if words[:2] == ["run", "stable"] and "--out" not in words else []
    status, printed, told = deathspiral(*words)
    assert status == 2
    assert printed == ""
    assert "Traceback" not in told
    assert all(text in told for text in said), told
    assert list(tmp_path.iterdir()) == [file]


def test_an_interrupted_run_leaves_nothing(root, tmp_path):
    out = tmp_path / "out" / "deep"
    words = ("run", "stable", "--people", "200000", "--periods", "9999", "--out", str(out))
    command = [sys.executable, "-m", "experiments.cli", *words]
    pipe = subprocess.PIPE
    run = subprocess.Popen(command, cwd=root, stdout=pipe, stderr=pipe, text=True)
    while not out.exists() and run.poll() is None:
        time.sleep(0.1)
    time.sleep(2)
    run.send_signal(signal.SIGINT)
    printed, told = run.communicate(timeout=120)
    assert run.returncode == 130
    assert printed == ""
    assert told.splitlines()[-1] == "Interrupted; nothing was written."
    assert "Traceback" not in told
    assert not list(tmp_path.iterdir())
