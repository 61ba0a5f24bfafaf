"""Blocks of the report: a heading, one or more figures, and what they show in plain words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments import figures
from experiments.observations import LAST_USED, observed
from experiments.parameters import number, period_name
from experiments.tables import over_a_year, periods_in_a_point, plan_rows, thinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from experiments.single_run import CurvesAt, Outcome
    from model import Event

_SEEN = (
    " Black points are what was observed at the time; open diamonds are later than "
    f"{LAST_USED.day} {LAST_USED:%B %Y}: they were not used to set the model and are for display "
    "only."
)


@dataclass(frozen=True)
class Panel:
    """One drawn figure of a block."""

    key: str
    title: str
    figure: Any
    shape: str = "wide"
    """``tall`` for two panels, ``wide`` for one, ``small`` for one of several side by side."""
    remark: str = ""

    @property
    def json(self) -> str:
        """The figure as JSON that may stand inside a script."""
        return str(self.figure.to_json()).replace("</", "<\\/")


@dataclass(frozen=True)
class Block:
    """A heading, figures and a caption."""

    heading: str
    caption: str
    panels: list[Panel]


def blocks_of(outcome: Outcome, plan: str) -> list[Block]:
    """Return the blocks of one plan."""
    scenario = outcome.order.scenario
    rows, clock = plan_rows(outcome.history, plan), period_name(scenario.period_length)
    points = observed(outcome.order.preset.observed, scenario)
    seen = points if points.height and plan == scenario.plans[0].name else None
    drawn = thinned(rows)
    return [
        _size(drawn, clock, seen, scenario.events),
        _price(drawn, clock, seen),
        *([] if seen is None else [_aided(drawn, clock, seen)]),
        _ledger(drawn, clock),
        _who_pays(thinned(over_a_year(rows, scenario.period_length)), clock),
        _curves([c for c in outcome.curves if c.plan == plan], rows),
        _mood(drawn, clock),
    ]


def together_of(outcome: Outcome) -> Block | None:
    """Return the block that has the members of all plans in one figure; None for a single plan."""
    if len(outcome.plans) == 1:
        return None
    from experiments.figures_compare import side_by_side

    clock = period_name(outcome.order.scenario.period_length)
    lines = {plan: thinned(plan_rows(outcome.history, plan)) for plan in outcome.plans}
    drawn = side_by_side(lines, "members", "Members", "people", clock)
    return Block("All plans", "Members of each plan.", [Panel("together", "Members", drawn)])


def facts_of(outcome: Outcome, plan: str = "") -> str:
    """Say what stands behind figures: replicates, seed, people, and what a point is."""
    scenario = outcome.order.scenario
    each = scenario.persons_per_row
    stands = "for one person" if each == 1 else f"for {number(round(each, 1))} real people"
    facts = (
        f"One run (n = 1), seed {outcome.order.seed}; {scenario.n_people:,} simulated people, each "
        f"{stands}; a period is a {period_name(scenario.period_length, plural=False)}."
    )
    together = periods_in_a_point(plan_rows(outcome.history, plan or outcome.plans[0]))
    if together > 1:
        facts += f" One point or bar stands for {together} periods."
    return f"Plan {plan}. {facts}" if plan and len(outcome.plans) > 1 else facts


def _size(
    rows: pl.DataFrame, clock: str, seen: pl.DataFrame | None, events: Sequence[Event]
) -> Block:
    text = (
        "Above: how many people are members. Below: how many left in each period, by what had "
        "moved each of them most since they joined; greys are exits that nobody chose."
    )
    if rows["left_plan_closed"].sum() > 0:
        text += " The plan closed: those exits, everybody at once, go beyond the axis."
    if events:
        text += " Triangles are news, upward if good and downward if bad."
    text += _SEEN if seen is not None else ""
    drawn = figures.members(rows, clock, seen, events)
    panel = Panel("members", "Members, and exits by cause", drawn, "tall")
    return Block("Who stays, who leaves and why", text, [panel])


def _price(rows: pl.DataFrame, clock: str, seen: pl.DataFrame | None) -> Block:
    text = (
        "What a member paid. Above: in each period (at the opening: as announced). Below: over "
        "the trailing year; during the first year, so far."
    )
    text += _SEEN if seen is not None else ""
    drawn = figures.contribution(rows, clock, seen)
    return Block("What it costs", text, [Panel("contribution", "Contribution", drawn, "tall")])


def _aided(rows: pl.DataFrame, clock: str, seen: pl.DataFrame) -> Block:
    text = (
        "How many cases the pool has paid for since the opening of the run. Observed figures count "
        "from the launch, and some of them all plans of the operator."
    )
    panel = Panel("aided", "Aided so far", figures.aided(rows, clock, seen))
    return Block("How many were aided", text + _SEEN, [panel])


def _ledger(rows: pl.DataFrame, clock: str) -> Block:
    text = (
        "Each period the mean expected cost of the members moves a little. The bars say why: a "
        "bar of those who left points up when people cheaper than the mean went; a bar of those "
        "who joined points down when cheaper people came. The bars add up to the black line."
    )
    panel = Panel("ledger", "Selection ledger", figures.ledger(rows, clock))
    return Block("Why members become dearer: the selection ledger", text, [panel])


def _who_pays(rows: pl.DataFrame, clock: str) -> Block:
    text = (
        "Groups above zero pay more than their own expected cost with its fee, groups below pay "
        "less: those above pay for those below. What is left over or lacking altogether is luck: "
        "the difference between the bill and the expected one. Means of the trailing year. A risk "
        "quartile is a quarter of the population by own risk at the start."
    )
    panels = [
        Panel(f"pays-{by}", title, figures.who_pays(rows, by, clock), "half")
        for by, title in (("age", "By age [years]"), ("quartile", "By risk quartile"))
    ]
    return Block("Who pays for whom", text, panels)


def _curves(curves: list[CurvesAt], rows: pl.DataFrame) -> Block:
    text = (
        "Everybody eligible in a row, most willing first. Demand: the contribution at which the "
        "last of them still wants the plan. Average cost: what each would have to pay, fee "
        "included, if exactly those up to here were members. Marginal cost: of the people just "
        "here. The black point is the pool. The curves leave out inertia, waiting periods and the "
        "low claims of new members: while these last, a pool can charge less than average cost, "
        "or hold more members than demand alone would."
    )
    panels, empty = [], []
    for place, at in enumerate(curves):
        row = rows.filter(rows["period"] == at.period).row(0, named=True)
        if not row["open"]:
            empty.append(f"{at.moment} (period {at.period})")
            continue
        drawn = figures.curves(at.table, row["take_up"], row["contribution"])
        day = f", {row['date'].isoformat()}" if isinstance(row["date"], datetime.date) else ""
        remark = f"period {at.period}{day}"
        panels.append(Panel(f"curves-{place}", at.moment.capitalize(), drawn, "small", remark))
    if empty:
        text += f" Not drawn, because the plan was not open: {', '.join(empty)}."
    return Block("What cover is worth and what it costs", text, panels)


def _mood(rows: pl.DataFrame, clock: str) -> Block:
    text = (
        "Above: the mean sentiment of everybody, members or not, from −1 (all against) to 1 (all "
        "for). Below: of each quarter of the population by own risk at the start, the share of the "
        "eligible who are members. Lines that part show selection."
    )
    drawn = figures.feelings(rows, clock)
    panel = Panel("mood", "Sentiment, and share still in by risk quartile", drawn, "tall")
    return Block("Sentiment, and who is still in", text, [panel])
