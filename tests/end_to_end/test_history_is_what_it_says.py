"""The figures of the model in docs/history.md and docs/evidence.md are those of a run today."""

from __future__ import annotations

import contextlib
import io
import re

import numpy as np
import polars as pl
import pytest

from experiments.cli import main
from model import Simulation, presets
from model.sources import incidence_table

MEASURES = {
    "members [million]": ("members", 1e6),
    "bill of the half-month [yuan]": ("contribution", 1.0),
    "bill of the year [yuan]": ("contribution_year", 1.0),
}
PARTS = ("leavers", "joiners", "run_off", "ageing", "luck")
AGES = np.arange(60)
MIXES = {
    "uniform": np.ones(60),
    "adults": np.where(AGES >= 18, 1.0, 0.0),
    "workers": np.where((AGES >= 20) & (AGES < 50), 1.0, 0.0),
    "peaked": np.where(AGES < 32, (AGES + 0.5) / 32, (59.5 - AGES) / 28),
}
MIXES["half peaked"] = MIXES["uniform"] / 60 + MIXES["peaked"] / MIXES["peaked"].sum()
AIDED, MEMBERS, BILL, FEE = 68_675, 104.5e6, 91.0, 0.08
"""Of 2020, as observed; members are the mean of a plateau between 104 and 105.8 million."""
YOUNG, OLD = 300_000, 100_000


@pytest.fixture(scope="module")
def history_page(root):
    return (root / "docs/history.md").read_text("utf-8")


@pytest.fixture(scope="module")
def evidence(root):
    return (root / "docs/evidence.md").read_text("utf-8")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the folder in which the run of the page was carried out."""
    folder = tmp_path_factory.mktemp("page")
    command = ["run", "xianghubao", "--seed", "1", "--out"]
    with contextlib.redirect_stdout(io.StringIO()):
        assert main([*command, str(folder / "results/xianghubao")]) == 0
    return folder


@pytest.fixture(scope="module")
def run(results):
    return pl.read_parquet(results / "results/xianghubao/history.parquet")


def rows(page: str, first: str) -> list[list[str]]:
    """Return the rows of the table whose heading begins so."""
    table = re.search(rf"^\| {re.escape(first)} \|.*\n\| ---.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    assert table, first
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table[1].splitlines()]


def agrees(printed: str, value: float) -> bool:
    """Tell whether a number is what it was rounded to, to one unit of its last digit."""
    digits = printed.replace(",", "").replace("−", "-")
    decimals = len(digits.partition(".")[2])
    return abs(float(digits) - value) <= 1.0 * 10**-decimals


def test_numbers_beside_the_observations_are_those_of_the_run(history_page, run):
    checked = rows(history_page, "period")
    assert len(checked) >= 10
    for period, measure, _, printed in checked:
        column, unit = MEASURES[measure]
        value = run.filter(pl.col("period") == int(period))[column].item() / unit
        assert agrees(printed, value), (period, measure, printed, value)


def test_ledger_of_the_page_is_that_of_the_run(history_page, run):
    for year, *printed, total in rows(history_page, "year"):
        first = (int(year) - 2019) * 24
        part = run.filter(pl.col("period").is_between(first + 1, first + 24))
        sums = [part[f"ledger_{name}"].sum() for name in PARTS]
        assert all(map(agrees, [*printed, total], [*sums, sum(sums)])), year


def test_code_of_the_page_prints_that_ledger(history_page, results, monkeypatch, capsys):
    (code,) = re.findall(r"^```python\n(.*?)^```", history_page, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(results)
    exec(compile(code, "docs/history.md", "exec"), {})
    _, *printed = capsys.readouterr().out.split()
    told = [",".join(row).replace("−", "-") for row in rows(history_page, "year")]
    assert printed == told


def test_claims_of_2020_were_far_below_the_incidence_table(evidence):
    table = incidence_table()[:, :60].mean(axis=0)
    shares = {
        name: AIDED / MEMBERS / float((weights * table).sum() / weights.sum())
        for name, weights in MIXES.items()
    }
    low, high = min(shares.values()), max(shares.values())
    assert f"{low:.2f} to {high:.2f} of the table over five age mixes" in evidence
    near = sorted((shares["uniform"], shares["half peaked"]))
    assert f"{near[0]:.2f} for uniform ages" in evidence
    assert f"{near[1]:.2f} for half of them peaked at 32" in evidence


def test_mean_benefit_of_2020_leaves_few_cases_below_40(evidence):
    mean = BILL / (1 + FEE) * MEMBERS / AIDED
    young = (mean - OLD) / (YOUNG - OLD)
    assert f"about {mean / 1e3:.0f},000 yuan" in evidence
    assert f"allows {young:.0%} below 40".replace("%", " %") in evidence


def test_cases_of_the_model_are_older_than_those_on_record(evidence):
    ages, young = ages_of_cases(2)
    men, women = ages
    assert f"men {men:.0f}, women {women:.0f}" in evidence
    assert f"{young:.0%} below 40 in November 2019".replace("%", " %") in evidence
    assert min(ages) > 43.2
    assert young < 0.5


def ages_of_cases(seed: int) -> tuple[list[float], float]:
    """Return mean ages of men and women who are aided, and the share below 40 in period 21."""
    simulation = Simulation(presets.load("xianghubao").scenario.but(n_people=20_000), seed=seed)
    summed, cases, young = np.zeros(2), np.zeros(2), 0.0
    while simulation.period < 72:
        simulation.step()
        if simulation.period % 3:
            continue
        covered = simulation.sample().filter(pl.col("status") == "covered")
        select = np.asarray(simulation.rates.select)
        tenure = np.minimum(covered["tenure"].to_numpy(), select.size - 1)
        risk = -np.expm1(-covered["incidence"].to_numpy() * simulation.scenario.period_length)
        weight, age = select[tenure] * risk, covered["age"].to_numpy() + 0.5
        men = (covered["sex"] == "male").to_numpy()
        for k, mine in enumerate((men, ~men)):
            summed[k] += (weight * age)[mine].sum()
            cases[k] += weight[mine].sum()
        if simulation.period == 21:
            young = float(weight[age < 40].sum() / weight.sum())
    return list(summed / cases), young
