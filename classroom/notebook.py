"""The page's figures in a notebook, and a small widget, without the page's server."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets
import plotly.graph_objects as go

from agents.errors import ScenarioError
from classroom.controls.kinds import WHOLE, kind_of
from classroom.controls.listing import value_of
from classroom.controls.parameter_words import label_of
from classroom.drawn_people.faces import Crowd
from classroom.figures import FIGURES
from classroom.many_runs.span import span_of, variable_names
from classroom.view import View
from classroom.words import Words
from experiments.orders import LARGEST_SEED, whole_number
from model import Simulation, presets

if TYPE_CHECKING:
    from model import Scenario

"""What can be drawn, by name."""
HEIGHT = 460
"""Of a figure [pixels]."""


def draw(simulation: Any, name: str = "members", language: str = "en", **options: Any) -> go.Figure:
    """Draw one of the page's figures of a run as it stands.

    Parameters
    ----------
    simulation : Simulation or AdverseSelectionModel
        The run, at any period.
    name : str
        One of `FIGURES`.
    language : str
        ``en`` or ``zh``.
    **options
        What the figure takes besides, such as ``prediction`` of the figure of members.

    Returns
    -------
    plotly.graph_objects.Figure
        With the page's caption in ``figure.layout.meta``.

    Raises
    ------
    ValueError
        If no figure has that name.
    """
    if name not in FIGURES:
        raise ValueError(f"no figure {name!r}; there are {', '.join(FIGURES)}")
    run = getattr(simulation, "simulation", simulation)
    picture = FIGURES[name](View.of(run, Crowd(run)), Words(language), **options)
    figure = go.Figure(picture.figure)
    margin = {"t": 96, "l": 60, "r": 24, "b": 56}
    title = {"text": f"<b>{picture.title}</b>", "x": 0.01, "y": 0.97, "yanchor": "top"}
    figure.update_layout(title=title, height=HEIGHT, margin=margin, paper_bgcolor="white")
    return figure.update_layout(plot_bgcolor="white", meta=picture.note)


class Explorer(ipywidgets.VBox):  # type: ignore[misc]
    """A run with buttons: step, to the end, another seed, and a slider for each of some parameters.

    Moving a slider begins the run anew under the changed rule: the same people, the same luck.

    Parameters
    ----------
    preset : str
        Name of a preset or of a plan of the history.
    seed : int
        The luck, up to `LARGEST_SEED`.
    controls : sequence of str
        Parameters or rules with a slider each: `many_runs.span.variable_names`.
    figure : str
        One of `FIGURES`.
    language : str
        ``en`` or ``zh``.
    """

    def __init__(
        self, preset: str, seed: int, controls: tuple[str, ...], figure: str, language: str
    ) -> None:
        self._words, self._figure = Words(language), figure
        self._base = presets.load(preset).scenario
        self.sliders = {name: _slider(self._base, name, self._words) for name in controls}
        _seed(seed)
        # A text: a browser's numbers are not exact enough for the largest seeds.
        self.seed = ipywidgets.Text(
            str(seed), continuous_update=False, description=self._words("bar.seed")
        )
        self.sentence = ipywidgets.HTML()
        self.place = ipywidgets.Box(layout={"display": "block"})
        for widget in (*self.sliders.values(), self.seed):
            widget.observe(lambda _: self.reset(), names="value")
        buttons = [("step", self.step), ("end", self.finish), ("reset", self.reset)]
        bar = ipywidgets.HBox([self._button(*button) for button in buttons] + [self.seed])
        super().__init__([bar, *self.sliders.values(), self.sentence, self.place])
        self.reset()

    def _button(self, name: str, act: Any) -> ipywidgets.Button:
        button = ipywidgets.Button(description=self._words(f"bar.{name}"))
        button.on_click(lambda _: act())
        return button

    @property
    def changes(self) -> dict[str, Any]:
        """What the sliders say differently from the preset."""
        return {
            name: slider.value
            for name, slider in self.sliders.items()
            if slider.value != value_of(self._base, name)
        }

    def reset(self) -> None:
        """Begin the run of what is set; a seed that cannot be leaves the run that is shown."""
        try:
            seed = _seed(self.seed.value)
        except ScenarioError as error:
            self._say(str(error))
            return
        self.simulation = Simulation(self._base.but(**self.changes), seed=seed)
        self._show()

    def step(self) -> None:
        """Live through one period."""
        if self.simulation.running:
            self.simulation.step()
        self._show()

    def finish(self) -> None:
        """Live through all periods that are left."""
        self.simulation.run()
        self._show()

    def _show(self) -> None:
        language = self._words.language
        verdict = self.simulation.verdict
        said = verdict.sentence_zh if language == "zh" else verdict.sentence
        self._say(said)
        old = self.place.children
        self.place.children = [go.FigureWidget(draw(self.simulation, self._figure, language))]
        for figure in old:
            figure.close()

    def _say(self, sentence: str) -> None:
        self.sentence.value = f"<p style='font-size: 120%'>{html.escape(sentence, quote=False)}</p>"


def _seed(number: object) -> int:
    return whole_number("seed", str(number), 0, LARGEST_SEED)


def _slider(scenario: Scenario, name: str, words: Words) -> ipywidgets.Widget:
    if name not in variable_names(scenario):
        there = ", ".join(variable_names(scenario))
        raise ValueError(f"no number {name!r} to set by a slider; there are {there}")
    span, value, whole = (
        span_of(scenario, name),
        value_of(scenario, name),
        kind_of(name).name == WHOLE,
    )
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    return kind(
        value=value,
        min=min(span.low, value),
        max=max(span.high, value),
        step=1 if whole else (span.high - span.low) / 100,
        description=label_of(name, words),
        continuous_update=False,
        readout_format="d" if whole else ".3g",
        style={"description_width": "16em"},
        layout={"width": "95%"},
    )


def explore(
    preset: str = "classic_spiral",
    seed: int = 1,
    controls: tuple[str, ...] = ("fee", "private_information"),
    figure: str = "members",
    language: str = "en",
) -> Explorer:
    """Return a small widget on a run; see `Explorer`."""
    return Explorer(preset, seed, controls, figure, language)
