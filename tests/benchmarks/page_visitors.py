"""How long a step takes for many visitors at once, from the click to the picture.

    python tests/benchmarks/page_visitors.py --visitors 30 --rounds 10

Serves the page, opens it in as many browser contexts of one Chromium (on the same machine, so the
browser's own work is part of the figure), lets everybody click Step at the same time, and prints
the seconds until the new period is drawn: median, ninth decile, worst.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parents[2]
LINK = "?preset=classic_spiral&seed={seed}&n_people=1000&prediction=skipped"
READY = "() => document.querySelector('.js-plotly-plot .scatterlayer .trace')"
STEP = """async () => {
    const plot = document.querySelector(".js-plotly-plot");
    const points = () => plot._fullData[0].x.length;
    const before = points(), start = performance.now();
    [...document.querySelectorAll(".ds-bar button")][1].click();
    while (points() === before) {
        if (performance.now() - start > 30000) return NaN;
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return (performance.now() - start) / 1000;
}"""
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Serve the page; return its address and the number of its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"SOLARA_ASSETS_PROXY": "true", "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
    command = [sys.executable, "-m", "solara", "run", "app.py", "--production", "--no-open"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **own}, stdout=subprocess.DEVNULL
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


async def measured(visitors: int, rounds: int) -> None:
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
            for _ in range(rounds):
                waits += await asyncio.gather(*(page.evaluate(STEP) for page in pages))
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
    typed = parser.parse_args()
    asyncio.run(measured(typed.visitors, typed.rounds))
