"""The page: `solara run app.py`, or `make app`."""

from __future__ import annotations

from classroom.page import Layout, Page
from classroom.served import serve

__all__ = ["Layout", "Page", "page"]

serve()
page = Page()
