"""Parts of the page: settings, run bar, verdict, numbers and charts."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go
import solara

from classroom.figures import members_and_contribution
from classroom.knobs import Knob
from classroom.session import Session, View
from experiments.parameters import period_name, title_of
from model import presets
from model.sentences import money, people_en


@solara.component
def Header() -> None:
    """Say what this is."""
    with solara.v.Html(tag="header", class_="ds-header"):
        solara.v.Html(tag="h1", children=["deathspiral"])
        solara.v.Html(
            tag="p", children=["Who stays in a mutual-aid pool when everybody shares the bill?"]
        )


@solara.component_vue("fit.vue")
def Fit() -> None:
    """Let figures take the width of their place."""


@solara.component
def Story(session: Session) -> None:
    """Choose a preset and read its story; assumptions and sources on demand."""
    preset = session.preset.value
    titles = {name: title_of(presets.load(name), "en") for name in ("default", *presets.names())}
    names = {title: name for name, title in titles.items()}
    with solara.v.Html(tag="section", class_="ds-preset", attributes={"aria-label": "Preset"}):
        solara.Select(
            "Preset",
            value=titles[preset.name],
            values=list(names),
            on_value=lambda title: session.choose(names[title]),
        )
        if preset.story:
            solara.v.Html(tag="p", children=[" ".join(preset.story.split())])
        notes = [*(f"Assumed: {a}" for a in preset.assumptions), *preset.sources]
        if notes:
            with solara.v.Html(tag="details"):
                solara.v.Html(tag="summary", children=["Assumptions and sources"])
                with solara.v.Html(tag="ul"):
                    for note in notes:
                        solara.v.Html(tag="li", children=[note])


@solara.component
def Settings(session: Session) -> None:
    """Set the seed and the parameters of the next run."""
    with solara.v.Html(tag="section", class_="ds-settings", attributes={"aria-label": "Settings"}):
        with solara.v.Html(tag="div", class_="ds-seed"):
            solara.InputText("Seed", value=session.seed)
            solara.Button("New seed", on_click=session.new_seed, outlined=True, small=True)
        for knob in session.knobs:
            Slider(session, knob).key(f"{session.preset.value.name}-{knob.name}")
        solara.Button(
            "Preset values",
            on_click=session.restore,
            disabled=not session.values.value,
            outlined=True,
            small=True,
        )


@solara.component
def Slider(session: Session, knob: Knob) -> None:
    """Show a parameter's name, value, unit, slider and meaning."""
    value = session.values.value.get(knob.name, knob.start)
    p = knob.parameter
    title = f"{p.name}: {p.meaning}. Allowed: {p.allowed}. Source: {p.source}."
    changed = " ds-changed" if value != knob.start else ""
    with solara.v.Html(tag="div", class_=f"ds-knob{changed}", attributes={"title": title}):
        with solara.v.Html(tag="div", class_="ds-knob-head"):
            solara.v.Html(tag="span", children=[knob.label])
            solara.v.Html(tag="strong", children=[knob.written(value)])
        solara.v.Slider(
            v_model=knob.position(value),
            on_v_model=lambda stop: session.turn_knob(knob.name, knob.stops[int(stop)]),
            min=0,
            max=len(knob.stops) - 1,
            step=1,
            dense=True,
            hide_details=True,
            attributes={"aria-label": f"{knob.label}: {knob.written(value)}"},
        )
        solara.v.Html(tag="div", class_="ds-note", children=[p.meaning])


@solara.component
def Notice(text: str, kind: str) -> None:
    """Say something, or nothing.

    It is always in the page, since a browser builds anew all neighbours of what comes and goes:
    clicks would be lost, and charts would flicker.
    """
    shown = "" if text else " ds-hidden"
    solara.v.Html(
        tag="div", class_=f"{kind}{shown}", children=[text], attributes={"role": "status"}
    )


@solara.component
def RunBar(session: Session, view: View) -> None:
    """Play, step, reset, and where the run stands."""
    playing = session.playing.value
    with solara.v.Html(tag="div", class_="ds-bar"):
        solara.Button(
            "Pause" if playing else "Play",
            on_click=lambda: session.playing.set(not playing),
            disabled=not view.running,
            color="primary",
        )
        solara.Button(
            "Step", on_click=session.advance, disabled=playing or not view.running, outlined=True
        )
        solara.Button("To the end", on_click=session.finish, disabled=not view.running,
                      outlined=True)  # fmt: skip
        solara.Button("Reset", on_click=session.reset, outlined=True)
        length = period_name(view.scenario.period_length, plural=False)
        solara.v.Html(
            tag="span",
            class_="ds-clock",
            children=[f"{length} {view.period} of {view.scenario.n_periods} · seed {view.seed}"],
        )
        waits = "Changed settings apply after Reset." if session.is_waiting else ""
        Notice(waits, "ds-waiting")
    Notice(session.problem.value, "ds-problem")


@solara.component
def Outcome(view: View) -> None:
    """Say what became of the pool."""
    begun = view.period > 0
    sentence = view.verdict.sentence if begun else "All is ready. Press Play, or Step."
    with solara.v.Html(tag="div", class_="ds-verdict", attributes={"aria-live": "polite"}):
        caption = (
            "Verdict" if not view.running else "So far" if begun else "Before the first period"
        )
        solara.v.Html(tag="div", class_="ds-note", children=[caption])
        solara.v.Html(tag="p", children=[sentence])


@solara.component
def Tiles(view: View) -> None:
    """Show the numbers of the last period."""
    with solara.v.Html(tag="div", class_="ds-tiles"):
        for name, value, note in numbers(view):
            with solara.v.Html(tag="div", class_="ds-tile"):
                solara.v.Html(tag="div", class_="ds-note", children=[name])
                solara.v.Html(tag="div", class_="ds-value", children=[value])
                solara.v.Html(tag="div", class_="ds-note", children=[note])


def numbers(view: View) -> list[tuple[str, str, str]]:
    """Return name, value and unit of the numbers that are worth a glance, of the first plan."""
    rows = view.history.filter(view.history["plan"] == view.scenario.plans[0].name)
    now: dict[str, Any] = rows.row(-1, named=True)
    period = period_name(view.scenario.period_length, plural=False)
    alive = now["members"] > 0
    kind = "paid for the last" if view.period else "announced for the first"
    paid = money(now["contribution"]) if alive else "none"
    low, high = (_percent(now[f"still_in_quartile_{q}"]) for q in (1, 4))
    ratio, share = now["selection_ratio"], _percent(now["take_up"])
    return [
        ("Members", people_en(now["members"]), f"people, {share} of the eligible"),
        ("Contribution", f"{paid} yuan" if alive else paid, f"per member, {kind} {period}"),
        ("Still in", f"{low} · {high}", "lowest-risk · highest-risk quarter of the eligible"),
        ("Members' risk", f"{ratio:.2f} ×" if math.isfinite(ratio) else "none",
         "mean incidence of illness, against the eligible"),
    ]  # fmt: skip


def _percent(share: float) -> str:
    return f"{share:.0%}" if math.isfinite(share) else "none"


class Picture(go.FigureWidget):  # type: ignore[misc]  # plotly ships no types
    """A figure in a browser that offers to save itself, and nothing else."""

    def __init__(self, figure: go.Figure) -> None:
        super().__init__(data=figure.data, layout=figure.layout)
        self._config = {
            "responsive": True,
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {"format": "svg"},
        }

    def follow(self, figure: go.Figure) -> None:
        """Take over another figure; what is drawn moves and is not drawn anew: no flicker."""
        if len(self.data) != len(figure.data):
            self.update(data=list(figure.data), overwrite=True)
        with self.batch_update():
            for shown, new in zip(self.data, figure.data, strict=True):
                shown.update(x=new.x, y=new.y, name=new.name)
            self.layout.update(figure.layout)


@solara.component
def Chart(view: View) -> None:
    """Show members and contribution over time."""
    # A widget, not an element: while elements are updated, plotly's messages are held back.
    picture = solara.use_memo(lambda: Picture(members_and_contribution(view)), dependencies=[])
    solara.use_effect(lambda: picture.follow(members_and_contribution(view)), [view])
    solara.v.Html(tag="div", class_="ds-chart", children=[picture])
