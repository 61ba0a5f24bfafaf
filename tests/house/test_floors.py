"""Imports only point down, and every library has its rooms."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

PAGE = ("classroom/*", "app.py")
FIGURES = (
    "experiments/figures*",
    "experiments/style.py",
    "experiments/sweep_report/figures*",
    *PAGE,
)

# Where a library may be imported; nowhere, if empty.
ROOMS = {
    "plotly": FIGURES,
    "kaleido": ("experiments/static_images.py",),
    "solara": PAGE,
    "reacton": PAGE,
    "ipyvue": PAGE,
    "ipyvuetify": PAGE,
    "anywidget": PAGE,
    "mesa.visualization": (),  # it wants matplotlib, which we do not install
    "polars": ("model/*", "experiments/*", *PAGE),
    "pandas": (),  # a user's frame is accepted by what it can do, not by its type
    # These differ, or are missing, between the releases of Mesa that we support.
    "mesa.batch_run": (),
    "mesa.batchrunner": (),
    "mesa.experimental": (),
    "mesa.space": (),
}


def upward_imports(source) -> list[str]:
    return [
        f"{source.path}:{line} imports {name}"
        for line, name in source.imports
        if name.split(".")[0] in source.floors_above
    ]


def trespasses(source) -> list[str]:
    return [
        f"{source.path}:{line} imports {name}; its rooms: {', '.join(rooms) or 'none'}"
        for line, name in source.imports
        for library, rooms in ROOMS.items()
        if f"{name}.".startswith(f"{library}.")
        and not any(fnmatch(source.path, room) for room in rooms)
    ]


def test_imports_only_point_down(sources):
    assert not [fault for source in sources for fault in upward_imports(source)]


def test_libraries_keep_to_their_rooms(sources):
    assert not [fault for source in sources for fault in trespasses(source)]


def test_other_floors_enter_the_model_by_its_front_door(sources):
    assert not [
        f"{source.path}:{line} imports {name}; write: from model import ..."
        for source in sources
        for line, name in source.imports
        if source.floor != "model" and f"{name}.".startswith("model.model.")
    ]


def test_no_floor_imports_the_tests(sources):
    assert not [
        f"{source.path}:{line}"
        for source in sources
        for line, name in source.imports
        if name.split(".")[0] == "tests"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import model",
        "from model.scenario import Scenario",
        "def later():\n    from experiments import cli",
        "import importlib\nimportlib.import_module('classroom.words')",
    ],
)
def test_an_import_that_points_up_is_seen(text, source_of):
    assert upward_imports(source_of("agents/talk.py", text))
    assert not upward_imports(source_of("app.py", text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("agents/pool.py", "import polars as pl"),
        ("model/history.py", "import pandas"),
        ("model/history.py", "from plotly import graph_objects"),
        ("experiments/report.py", "import plotly.graph_objects as go"),
        ("experiments/cli.py", "def app():\n    import solara"),
        ("app.py", "from mesa import experimental"),
    ],
)
def test_a_library_outside_its_rooms_is_seen(path, text, source_of):
    assert trespasses(source_of(path, text))


def test_a_library_in_its_room_is_welcome(source_of):
    assert not trespasses(source_of("experiments/figures_welfare.py", "import plotly"))
    assert not trespasses(source_of("classroom/pages/pool.py", "import solara, plotly, polars"))
    assert not trespasses(source_of("agents/person.py", "import mesa, numpy"))
