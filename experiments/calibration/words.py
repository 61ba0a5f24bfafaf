"""Sentences of a calibration: what was found, how surely, and what it got wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from experiments.calibration.identifiability import HINTED, PINNED, TRADING
from experiments.calibration.scores import SOME, STRONG, Ranking
from experiments.observations import LAST_USED
from experiments.sweep_report.words import listed, plain

if TYPE_CHECKING:
    from experiments.calibration.calibrated import Calibrated

_NONE = 0.02
"""A selection ratio nearer to 1 than this is none to speak of."""
_WIDE = 3.0
"""A band whose ends are further apart than by this factor says little."""
LAST = f"{LAST_USED.day} {LAST_USED:%B %Y}"
_UNITS = {
    "members": ("million members", 1e6),
    "contribution_per_member": ("yuan in the last half-month", 1.0),
    "aided_cumulative": ("thousand people aided so far", 1e3),
    "total_shared_cumulative": ("billion yuan of benefits so far", 1e9),
}


def waves_in_words(one: Calibrated) -> list[str]:
    """Say what the waves ruled out, and how far the emulators may be trusted."""
    last, targets = one.matched.waves[-1], one.desk.targets.each
    checks = one.posterior.checks
    worst = min(checks, key=lambda check: check.within)
    told = [
        f"{one.posterior.n_runs:,} runs of {one.desk.size.people:,} people against "
        f"{len(targets)} observations up to {LAST}; seed {one.desk.seed}.",
        f"After wave {last.number}, {_share(last.share)} of the prior is not ruled out "
        f"(implausibility at most 3 for every observation); {last.inside:.0%} of that wave's own "
        f"runs are within 3 of every observation, {last.inside_but_one:.0%} of all but one.",
        f"Of runs left out, {_mean([c.within for c in checks]):.0%} are within three standard "
        f"deviations of their emulator (worst: {plain(worst.target)}, {worst.within:.0%}).",
    ]
    if last.reached > 3:
        told.append(
            f"No point with an implausibility below {last.reached:.1f} was found: this account "
            "cannot give what was observed."
        )
    return told


def posterior_in_words(one: Calibrated) -> list[str]:
    """Say how well the posterior is known, and what the data pin down."""
    posterior, table = one.posterior, one.learned
    evidence = posterior.evidence["all"]
    groups = {
        "Pinned down": table.filter(pl.col("learned") >= PINNED),
        "Narrowed": table.filter(pl.col("learned").is_between(HINTED, PINNED, closed="left")),
        "Not pinned down": table.filter(pl.col("learned") < HINTED),
    }
    told = [
        f"{len(posterior.chosen)} parameter sets out of {posterior.distinct:,} distinct points of "
        f"the posterior; log marginal likelihood {evidence.value:.1f} ± {evidence.error:.1f}.",
    ]
    for words, part in groups.items():
        if part.height:
            names = [plain(name) for name in part["parameter"]]
            told.append(f"{words} by the data: {listed(names)}.")
    pairs = [f"{plain(a)} and {plain(b)} ({r:+.2f})" for a, b, r in one.trading.head(5).iter_rows()]
    if pairs:
        told.append(f"These trade off (rank correlation above {TRADING}): {listed(pairs)}.")
    return told


def prediction_in_words(one: Calibrated) -> list[str]:
    """Say what was predicted of 2021 and what came; plainly where it went wrong."""
    told = [
        "Later observations entered no fit. The sizes of news are assumed by class, by somebody "
        "who knew how 2021 ended."
    ]
    told += [_met(row, "") for row in one.came.iter_rows(named=True)]
    if one.desk.account.news:
        told += [
            _met(row, "Without any news of 2021: ")
            for row in one.came_unknown.iter_rows(named=True)
            if row["variable"] == "members"
        ]
    wide = [
        f"{plain(row['variable'])} (a factor of {row['high_90'] / row['low_90']:.1f})"
        for row in one.came.iter_rows(named=True)
        if row["high_90"] > _WIDE * row["low_90"]
    ]
    if wide:
        told.append(f"Bands so wide that they could hardly miss: {listed(wide)}.")
    missed = one.came.filter(~pl.col("in_90"))["variable"].to_list()
    if missed:
        told.append(f"It got wrong: {listed([plain(name) for name in missed])}.")
    return told


def _met(row: dict[str, object], before: str) -> str:
    unit, factor = _UNITS[str(row["variable"])]
    low, high, seen, median = (
        float(str(row[name])) / factor for name in ("low_90", "high_90", "seen", "median")
    )
    held = "inside" if row["in_90"] else "outside"
    half = ", inside that of 50 %" if row["in_50"] else ""
    text = (
        f"{seen:,.3g} {unit} in period {row['period']} were seen; predicted {median:,.3g} "
        f"({low:,.3g} to {high:,.3g}): {held} the band of 90 %{half}, median off by "
        f"{float(str(row['error'])):+.0%}."
    )
    return f"{before}{text}"


def ranking_in_words(ranking: Ranking) -> list[str]:
    """Say which account the evidence favours, and how strongly it can."""
    table = ranking.table
    best, value = table["account"][0], table["evidence"][0]
    told = [
        f"Highest evidence: {plain(best)} (log marginal likelihood {value:.1f} ± "
        f"{table['evidence_error'][0]:.1f}); with equal prior odds its probability is "
        f"{table['probability'][0]:.0%}."
    ]
    others = [plain(name) for name in ranking.tied if name != best]
    if others:
        told.append(
            f"The evidence cannot tell {listed(others)} from it: the difference is below {SOME:g} "
            "or within two standard errors of that."
        )
    if ranking.refuted:
        told.append(
            f"Strong evidence (a difference of more than {STRONG:g}, a factor of 20) is against "
            f"{listed([plain(name) for name in ranking.refuted])}."
        )
    return [*told, _selection(table)]


def _selection(table: pl.DataFrame) -> str:
    """Say in which accounts the members of 2020 are worse risks than the eligible."""
    worse = table.filter(pl.col("selection_low") > 1 + _NONE)["account"].to_list()
    better = table.filter(pl.col("selection_high") < 1 - _NONE)["account"].to_list()
    open_ = [name for name in table["account"] if name not in (*worse, *better)]
    parts = {"above 1": worse, "below 1": better, "within 2 % of 1, or on both sides": open_}
    told = [
        f"{words} in {listed([plain(name) for name in names])}"
        for words, names in parts.items()
        if names
    ]
    return f"Selection ratio at the end of 2020, central 90 % of the posterior: {'; '.join(told)}."


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1g}"


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
