"""How long a step takes for many visitors at once, from the click to the picture.

    python tests/benchmarks/page_visitors.py --visitors 30 --rounds 10 --every 5

Serves the page, opens it in as many browser contexts of one Chromium, lets everybody click Step
once every so many seconds, each at a moment of their own, and prints the seconds until the new
period is drawn: median, ninth decile, worst. The browsers of a class have processors of their own;
here all share the server's, so that the figure is an upper bound. With `--every 0` everybody clicks
at the same instant.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parents[2]
LINK = "?preset=classic_spiral&seed={seed}&n_people=1000&prediction=skipped"
READY = "() => document.querySelector('.js-plotly-plot .scatterlayer .trace')"
STEP = """() => new Promise((resolve) => {
    const plot = document.querySelector(".js-plotly-plot");
    const points = () => plot._fullData[0].x.length;
    const before = points(), start = performance.now();
    const drawn = () => {
        if (points() === before) return;
        plot.removeListener("plotly_afterplot", drawn);
        resolve((performance.now() - start) / 1000);
    };
    plot.on("plotly_afterplot", drawn);
    setTimeout(() => resolve(NaN), 60000);
    [...document.querySelectorAll(".ds-bar button")][1].click();
})"""
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def served(said: IO[str] | None = None) -> Iterator[tuple[str, int]]:
    """Serve the page; return its address and the number of its process; `said` takes its words."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"SOLARA_ASSETS_PROXY": "true", "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
    command = [sys.executable, "-m", "solara", "run", "app.py", "--production", "--no-open"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
        stderr=said,
    )
    try:
        yield f"http://127.0.0.1:{port}/", server.pid
    finally:
        server.terminate()
        server.wait()


async def opened(browser: Browser, url: str, seed: int) -> Page:
    """Open the page as a visitor and wait until it is drawn."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    for attempt in range(60):
        try:
            await page.goto(url + LINK.format(seed=seed))
            break
        except Exception:
            if attempt == 59:
                raise
            await asyncio.sleep(1)
    await page.wait_for_function(READY, timeout=300_000)
    return page


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def stepped(page: Page, rounds: int, every: float, luck: random.Random) -> list[float]:
    """Step again and again at random moments, and return the seconds that each step took."""
    waits = []
    for _ in range(rounds):
        pause = luck.uniform(0, 2 * every)
        await asyncio.sleep(pause)
        waits.append(await page.evaluate(STEP))
    return waits


async def measured(visitors: int, rounds: int, every: float) -> None:
    """Measure and print."""
    with served() as (url, pid):
        async with async_playwright() as playwright:
            path = os.environ.get("BROWSER_PATH") or shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            start = time.perf_counter()
            pages = [await opened(browser, url, seed) for seed in range(visitors)]
            print(f"{visitors} visitors opened the page in {time.perf_counter() - start:.1f} s")
            waits: list[float] = []
            before = cpu_seconds(pid)
            lucks = [random.Random(seed) for seed in range(visitors)]
            for done in await asyncio.gather(
                *(
                    stepped(page, rounds, every, luck)
                    for page, luck in zip(pages, lucks, strict=True)
                )
            ):
                waits += done
            used = (cpu_seconds(pid) - before) / (rounds * visitors)
            await browser.close()
    deciles = statistics.quantiles(waits, n=10)
    print(f"{len(waits)} steps of 1,000 people: median {statistics.median(waits):.2f} s,")
    print(f"ninth decile {deciles[-1]:.2f} s, worst {max(waits):.2f} s;")
    print(f"the server's processor time a step: {1000 * used:.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument(
        "--every", type=float, default=5.0, help="seconds between steps, on average"
    )
    typed = parser.parse_args()
    asyncio.run(measured(typed.visitors, typed.rounds, typed.every))
