"""The command line `deathspiral`: what can be typed, and how it ends.

Exit status: 0 done, 2 something in the input is wrong (a sentence each on standard error, nothing
written), 130 interrupted. Commands import what they need when they run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from experiments import (
    commands_analysis,
    commands_calibrate,
    commands_compare,
    commands_report,
    commands_rescue,
    commands_sweep,
)
from experiments.options import Changes, Switch, Words

WRONG_INPUT, INTERRUPTED = 2, 130

Language = Literal["en", "zh"]


def _version() -> str:
    from experiments.provenance import version

    return version()


app = App(
    name="deathspiral",
    help="Adverse selection in mutual-aid pools: who leaves, who pays, and when a pool unravels.",
    version=_version,
)


@app.command(name="list")
def list_presets(*, language: Language = "en") -> None:
    """List the stories that can be run.

    Parameters
    ----------
    language
        Language of the titles.
    """
    from experiments.catalogue import catalogue

    print(catalogue(language))


@app.command
def show(name: str, /, *, toml: Switch = False, language: Language = "en") -> None:
    """Show a scenario: every parameter with unit, range, meaning and source.

    Parameters
    ----------
    name
        Name of a story (see `deathspiral list`), or a TOML file of your own.
    toml
        Print it as a TOML file to change and run.
    language
        Language of title and story.
    """
    from model.presets import load

    preset = load(name)
    if toml:
        from experiments.toml_text import preset_as_toml

        print(preset_as_toml(preset), end="")
    else:
        from experiments.description import describe

        print(describe(preset, language))


@app.command
def run(
    name: str,
    /,
    *,
    people: Annotated[str | None, Parameter(name="--people")] = None,
    periods: Annotated[str | None, Parameter(name="--periods")] = None,
    seed: str = "1",
    changes: Changes = None,
    people_file: Path | None = None,
    threads: str | None = None,
    out: Path | None = None,
    json: Switch = False,
    language: Language = "en",
) -> None:
    """Run a story and say what became of the pool.

    Parameters
    ----------
    name
        Name of a story (see `deathspiral list`), or a TOML file of your own.
    people
        People to simulate.
    periods
        Periods to simulate.
    seed
        Seed of all luck; the same seed gives the same run.
    changes
        Changes as key=value, the value as in TOML: fee=0.1 for every plan, mild.fee=0.1 for the
        plan called mild; an empty value stands for none. `deathspiral show NAME` lists the keys.
    people_file
        Parquet or CSV file with one row a person; its columns replace drawn ones.
    threads
        Threads; the result does not depend on it.
    out
        Folder for history.parquet, scenario.toml and report.html.
    json
        Print one JSON object with the series, and nothing else.
    language
        Language of what is printed.
    """
    from experiments.orders import Typed
    from experiments.single_run import carry_out

    given = None if changes is None else tuple(changes)
    typed = Typed(name, people, periods, seed, given, people_file, threads, out)
    carry_out(typed, as_json=json, language=language)


@app.command
def bench(
    *,
    people: Annotated[list[str] | None, Parameter(name="--people"), Words] = None,
    periods: str = "72",
    repetitions: str = "5",
    threads: str | None = None,
    sweep: str | None = None,
) -> None:
    """Measure the engine against the same rules as ordinary Mesa objects, or a sweep's rate.

    Parameters
    ----------
    people
        Numbers of people, one measurement each: 1000, 10000, 100000 and 1000000 if left out.
    periods
        Periods of a run.
    repetitions
        Repetitions of each measurement.
    threads
        Threads of the engine.
    sweep
        Runs of a sweep to time in place of all that, on all processors: 4000, say.
    """
    if sweep is not None:
        from experiments.bench_sweep import bench_sweep
        from experiments.orders import whole_number

        print(bench_sweep(whole_number("--sweep", sweep, 1, 1_000_000), None))
        return
    from experiments.orders import bench_orders

    orders = bench_orders(people, periods, repetitions, threads)
    from experiments.bench import bench as measure
    from experiments.bench import show as show_table
    from experiments.progress import say_if_compiling

    say_if_compiling()
    show_table(measure(**orders))


for commands in (
    commands_compare,
    commands_sweep,
    commands_report,
    commands_analysis,
    commands_rescue,
    commands_calibrate,
):
    commands.register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words of the command line; those of this process if left out.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal may lack Chinese; never fail for that
            stream.reconfigure(errors="backslashreplace")
    try:
        return _obey(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt as interrupt:
        _say([str(interrupt) or "Interrupted; nothing was written."])
        if arguments is None:  # do not wait for threads that still finish their part of a period
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone; leave without a word
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _obey(arguments: Sequence[str]) -> int:
    from agents.errors import DeathspiralError

    try:
        command, bound, _ = app.parse_args(arguments, print_error=False, exit_on_error=False)
        status = command(*bound.args, **bound.kwargs)
        sys.stdout.flush()
    except CycloptsError as error:
        words = getattr(error, "unused_tokens", None)
        text = f"nothing is known to do with: {' '.join(words)}." if words else str(error)
        _say([" ".join(text.split()), "`deathspiral --help` shows what can be typed."])
        return WRONG_INPUT
    except DeathspiralError as error:
        _say(getattr(error, "sentences", [str(error)]))
        return WRONG_INPUT
    return int(status or 0)


def _say(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        print(sentence, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
