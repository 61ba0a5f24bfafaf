"""The report of a search for rescues: one HTML file with its figures and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from experiments import figures_rescue as figures
from experiments.pages import page
from experiments.parameters import title_of
from experiments.report_blocks import Block, Panel
from experiments.rescue.words import answer, criterion, latest_table, sentences

if TYPE_CHECKING:
    from experiments.rescue.findings import Finding


def report_of(finding: Finding) -> str:
    """Return the report as the text of an HTML file."""
    from experiments.provenance import versions
    from experiments.sweep_report.tables import shown_rows

    told, preset = answer(finding), finding.question.preset
    tables = {told.title: told.table, **told.more}
    return page(
        "rescue/rescue.html.j2",
        title=f"What rescues: {title_of(preset, 'en')}",
        title_zh=f"什么能挽救：{title_of(preset, 'zh')}",
        sentences=sentences(finding),
        sentences_zh=sentences(finding, zh=True),
        tiles=_tiles(finding),
        blocks=_blocks(finding),
        tables={name: shown_rows(table) for name, table in tables.items() if table.height},
        levers=finding.question.levers,
        command=finding.trials.command,
        versions=versions(),
    )


def _tiles(finding: Finding) -> list[tuple[str, str, str]]:
    trials, base, table = finding.trials, finding.base, finding.table
    n = 0 if table.is_empty() else int(table["rescue"].sum())
    return [
        ("Without a lever", f"{100 * base['p_collapse']:.3g} %", f"collapse, n = {base['n']}"),
        ("Target", f"{100 * finding.question.target:.3g} %", "at most, upper bound"),
        ("Rescues", f"{n}", f"of {len(finding.confirmed)} doses tried on new seeds"),
        ("Runs", f"{finding.n_runs:,}", f"in the search; seed {trials.seed}"),
    ]


def _blocks(finding: Finding) -> list[Block]:
    blocks = [_strengths(finding)] if finding.singles.tried else []
    if finding.winners.height:
        blocks += [_plane(finding), _winners(finding)]
    if finding.delays:
        blocks.append(_when(finding))
    return blocks


def _block(heading: str, caption: str, key: str, figure: Any) -> Block:
    return Block(heading, caption, [Panel(key, heading, figure)])


def _strengths(finding: Finding) -> Block:
    trials = finding.trials
    titles = {lever.name: (lever.title, lever.amount) for lever in finding.question.levers}
    caption = (
        f"Share of runs that collapsed ({criterion(finding)}) at each amount of a lever that was "
        f"tried in the search, with Wilson’s 95 % interval; {trials.replicates} replicates each, "
        f"seed {trials.seed}, the same luck at every amount. The broken line is the target. The "
        "search looks closer where a lever begins to work."
    )
    drawn = figures.strengths(finding.strengths, titles, finding.question.target)
    return _block("How little is enough", caption, "strengths", drawn)


def _plane(finding: Finding) -> Block:
    rescues = finding.table.filter("rescue")
    caption = (
        "Each point is a rescue. To the right it costs the sponsor more, upward people gain more "
        "against no lever on the same seeds (95 % interval over replicates). Hollow points are "
        "dominated: another rescue is no dearer and no worse. "
        f"n = {rescues['n'][0]} runs each on seeds that the search has not seen."
    )
    return _block("What it costs, what it brings", caption, "plane", figures.plane(rescues))


def _winners(finding: Finding) -> Block:
    table = finding.winners.join(
        finding.table.select("label", "levers", "how_little"), on="label", how="left"
    ).filter(pl.col("kind") != "everybody")
    order = finding.table.filter("rescue")["label"].to_list()
    caption = (
        "Mean gain of each group against the pool without a lever [yuan/year], person by person "
        "with the same luck; in the cells the share of people better off. Worth of cover while "
        f"covered less contributions and penalties; {finding.winners['replicates'][0]} replicates. "
        "Groups by age, risk quartile (4 the highest) and income tertile at the start. Who pays "
        "the sponsor’s money is not counted."
    )
    return _block("Who wins, who loses", caption, "winners", figures.winners(table, order))


def _when(finding: Finding) -> Block:
    caption = (
        "The last period in which a lever can be introduced and still rescues, and the share of "
        "collapses then, on seeds that the search has not seen, with Wilson’s 95 % interval; "
        "hollow where its upper bound is above the target even in the earliest period tried."
    )
    drawn = figures.until_when(latest_table(finding))
    return _block("Until when", caption, "when", drawn)
