"""What is calibrated: scenario, trust in it, priors, and an account of what happened."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.errors import DeathspiralError
from experiments.observations import LAST_USED
from model.changes import unknown_name
from model.presets import plan_rules
from model.scenario import Scenario
from model.shipped import shipped_names, shipped_text

Array = np.ndarray[Any, Any]

OPENING_MEMBERS = "opening_members"
"""The one parameter that no scenario has: people, in place of a share of the candidates."""


class CalibrationError(DeathspiralError, ValueError):
    """A calibration that cannot be carried out as it was ordered."""


class Prior(BaseModel):
    """A range in which a free parameter is equally likely everywhere, on its scale."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float
    high: float
    scale: Literal["linear", "log"]
    reason: str

    def value(self, share: Array) -> Array:
        """Return the value at a share of the way from `low` to `high`."""
        if self.scale == "log":
            return np.asarray(self.low * (self.high / self.low) ** share)
        return np.asarray(self.low + share * (self.high - self.low))

    def share(self, value: Array) -> Array:
        """Return how far a value is on the way from `low` to `high`."""
        if self.scale == "log":
            return np.asarray(np.log(value / self.low) / np.log(self.high / self.low))
        return np.asarray((value - self.low) / (self.high - self.low))


class Trust(BaseModel):
    """How far observation and model may be from the truth: standard deviations of the logarithm."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: str
    observation: dict[str, float]
    vague: float
    discrepancy: float
    memory: float
    floor: float
    reason: str


class News(BaseModel):
    """A dated piece of news, with its class in place of a size."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    period: int
    kind: str = Field(alias="class")
    sign: Literal[-1, 1]
    label: str
    label_zh: str


class Account(BaseModel):
    """A claim about what happened: which parameters are free, and what is switched off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    title_zh: str
    claim: str
    news: list[str]
    free: list[str]
    fixed: dict[str, Any]


class Study(BaseModel):
    """Everything that a calibration is told besides the account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    observed: str
    plan: str
    last_period: int
    scenario: dict[str, Any]
    rules: dict[str, Any]
    error: dict[str, Trust]
    news_size: dict[str, float]
    news: list[News]
    prior: dict[str, Prior]

    @model_validator(mode="after")
    def _stops_in_time(self) -> Study:
        start, length = self.base.start_date, self.base.period_length
        assert start is not None
        if (LAST_USED - start).days / 365.25 / length < self.last_period - 0.5:
            raise ValueError(f"last_period = {self.last_period} is later than {LAST_USED}")
        return self

    @functools.cached_property
    def base(self) -> Scenario:
        """The scenario before any account, without news."""
        rules = {**plan_rules(self.plan), **self.rules}
        return Scenario(**self.scenario, plans=[rules])

    def scenario_of(self, account: Account, n_people: int, *, until: int, news: int) -> Scenario:
        """Return the scenario of an account.

        Parameters
        ----------
        account : Account
            What is switched off, and which news counts.
        n_people : int
            People to simulate.
        until : int
            Last period of the run.
        news : int
            Last period of which the news is known.
        """
        events = [
            {
                "period": item.period,
                "news": item.sign * self.news_size[item.kind],
                "label": item.label,
                "label_zh": item.label_zh,
            }
            for item in self.news
            if item.kind in account.news and item.period <= news
        ]
        changes = {**account.fixed, "n_people": n_people, "n_periods": until, "events": events}
        # The number of candidates is free; without any, members would be counted in rows.
        changes["population_represented"] = self.prior["population_represented"].low
        return self.base.but(**changes)

    def priors_of(self, account: Account) -> dict[str, Prior]:
        """Return the priors of an account's free parameters, in its order."""
        return {name: self.prior[name] for name in account.free}


def load_study(name: str) -> Study:
    """Return the study of a pool that ships with the package.

    Raises
    ------
    CalibrationError
        If there is none of that name.
    """
    names = shipped_names("experiments", "calibration")
    if name not in names:
        raise CalibrationError(unknown_name(name, names, "study"))
    return Study(name=name, **tomllib.loads(shipped_text("experiments", "calibration", name)))


def account_names() -> list[str]:
    """List the accounts that ship with the package, single claims before mixtures."""
    order = ["growth", "run_off", "selection", "news", "fairness", "substitution", "regulator"]
    found = shipped_names("experiments", "accounts")
    return [name for name in order if name in found] + [n for n in found if n not in order]


def load_account(name: str, study: Study) -> Account:
    """Return an account that ships with the package.

    Raises
    ------
    CalibrationError
        If there is none of that name, or it frees what the study has no prior for.
    """
    if name not in account_names():
        raise CalibrationError(unknown_name(name, account_names(), "account"))
    content = tomllib.loads(shipped_text("experiments", "accounts", name))
    account = Account(name=name, **content)
    strange = [free for free in account.free if free not in study.prior]
    if strange:
        raise CalibrationError(f"account {name} frees {', '.join(strange)}, without a prior")
    return account


def text_of(study: Study, accounts: list[Account]) -> str:
    """Return the files that decide a calibration, to tell whether two are the same."""
    folder = resources.files("experiments") / "calibration" / f"{study.name}.toml"
    parts = [folder.read_text("utf-8")]
    parts += [shipped_text("experiments", "accounts", account.name) for account in accounts]
    return "\n".join(parts)
