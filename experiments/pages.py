"""Pages: HTML files with everything in them, readable without a network."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from experiments.parameters import shown

if TYPE_CHECKING:
    from experiments.parameters import Parameter


def page(template: str, package: str = "experiments", **content: Any) -> str:
    """Return the text of a page.

    Parameters
    ----------
    template : str
        Path of a template below a package; it extends ``page.html.j2``.
    package : str
        The package; templates of this one are found as well.
    **content
        What the template asks for; anything missing is an error. A page that brings a
        ``plotly_js`` of its own gets no other.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    from experiments.figures_parts import plotly_js

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader("experiments", ".")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    content.setdefault("plotly_js", plotly_js())
    return environment.get_template(template).render(**content)


def changed_rows(
    parameters: list[Parameter], ordered: Collection[str], orderer: str
) -> list[dict[str, str]]:
    """Return parameters that are not at their default, as cells of a table.

    Parameters
    ----------
    parameters : list of Parameter
        Parameters of a scenario, or rules of a plan.
    ordered : collection of str
        Names of those that were changed for this result.
    orderer : str
        Who changed them, as the source of their value.
    """
    return [
        {
            "name": p.name,
            "meaning": p.meaning,
            "value": shown(p.value),
            "default": shown(p.default),
            "unit": "" if p.unit == "1" else p.unit,
            "source": orderer if p.name in ordered else p.source,
        }
        for p in parameters
        if p.changed
    ]
