"""One page that needs nothing else: no scripts, no network, no fonts of its own."""

from __future__ import annotations

from itertools import count as counter

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from framing.evaluation.results import Report
from framing.report.blocks import Plot
from framing.report.content import sections
from framing.report.formatting import label
from framing.report.svg import to_svg


def render_html(report: Report) -> str:
    """Render the report as one HTML page with its drawings inside.

    Everything that comes from documents, labels or the config is escaped by the template; only
    the drawings, whose text matplotlib escapes, are put in as they are.
    """
    environment = Environment(
        loader=PackageLoader("framing.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    numbers = counter(1)

    def drawing(plot: Plot) -> Markup:
        return Markup(to_svg(plot.draw, f"plot{next(numbers)}", plot.alternative))

    return environment.get_template("page.html.j2").render(
        name=label(report["name"]),
        created=label(report["created"]),
        command=label(report["command"]),
        sections=sections(report),
        drawing=drawing,
    )
