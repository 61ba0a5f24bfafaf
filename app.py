"""The page: `solara run app.py`, or `make app`."""

from __future__ import annotations

from solara.server import settings

from classroom.page import Layout, Page

__all__ = ["Layout", "Page", "page"]

# Nothing leaves the machine: Solara otherwise reports its use, and in development a browser's
# first visit calls on Solara's own site.
settings.telemetry.mixpanel_enable = False
settings.main.mode = "production"

page = Page()
