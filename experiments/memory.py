"""Whether a population fits into this machine, before anything is drawn."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ScenarioError

if TYPE_CHECKING:
    from model import Scenario

GIGABYTE = 1e9
_UNTIED = ("none", "complete", "computed")


def bytes_needed(scenario: Scenario) -> float:
    """Estimate the memory of a run at its fullest [bytes].

    Notes
    -----
    Columns are counted. Ties take a neighbour's number (4 bytes) for each end of a tie, three
    times over while they are sorted, and two offsets (8 bytes) a person.
    """
    from agents.population import empty_people, n_bytes, with_accounts

    plans = scenario.plans
    columns = n_bytes(
        with_accounts(
            empty_people(1, len(plans)),
            deposits=any(plan.deposit is not None for plan in plans),
            refunds=any(plan.refunds_contributions for plan in plans),
        )
    )
    tied = scenario.ties not in _UNTIED and scenario.n_neighbours > 0
    ties = 3 * 4 * scenario.n_neighbours + 2 * 8 if tied else 0
    return float(scenario.n_people) * (columns + ties)


def bytes_free() -> float | None:
    """Return the memory this process may still take [bytes], or None where nobody knows."""
    limits = []
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                limits.append(float(line.split()[1]) * 1024)
    except OSError:
        if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            limits.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    try:
        group = Path("/sys/fs/cgroup")
        limit = float((group / "memory.max").read_text())
        limits.append(limit - float((group / "memory.current").read_text()))
    except (OSError, ValueError):  # no such limit
        pass
    return min(limits, default=None)


def refuse_if_too_large(scenario: Scenario) -> None:
    """Refuse a population that cannot fit.

    Raises
    ------
    ScenarioError
        With the estimate, what is free, and how many people would fit.
    """
    needed, free = bytes_needed(scenario), bytes_free()
    if free is None or needed <= free:
        return
    fitting = int(scenario.n_people * free / needed)
    digits = 10 ** max(len(str(fitting)) - 2, 0)
    raise ScenarioError(
        f"{scenario.n_people:,} people need about {needed / GIGABYTE:,.0f} GB of memory and "
        f"{free / GIGABYTE:,.0f} GB are free; use at most about {fitting // digits * digits:,} "
        "people, each standing for several (population_represented)"
    )
