"""What the server gives to browsers besides Solara's own: plotly, from the installed package."""

from __future__ import annotations

from solara.server import settings
from solara.server.starlette import app as server
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

PLOTLY = "/static/plotly"


def serve() -> None:
    """Serve plotly's script once for all visitors, and keep everything on this machine."""
    # Solara otherwise reports its use, and in development a first visit calls on Solara's own site.
    settings.telemetry.mixpanel_enable = False
    settings.main.mode = "production"
    settings.theme.show_banner = False
    # A phone that lost its way keeps a model here for so long; the link brings it back anyway.
    settings.kernel.cull_timeout = "30m"
    if any(getattr(route, "path", "") == PLOTLY for route in server.router.routes):
        return
    files = StaticFiles(packages=[("plotly", "package_data")])
    server.router.routes.insert(0, Mount(PLOTLY, files))
