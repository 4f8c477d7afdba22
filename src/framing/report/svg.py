"""From a matplotlib figure to SVG that is part of a page: no ids in common, no fixed colours."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING

import matplotlib
from markupsafe import escape

from framing.report import plots

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

_VARIABLES = {
    plots.INK: "var(--ink)",
    plots.MUTED: "var(--muted)",
    plots.GRID: "var(--grid)",
    plots.ACCENT: "var(--accent)",
    plots.SECOND: "var(--second)",
    plots.ON_ACCENT: "var(--on-accent)",
    plots.PAPER: "var(--paper)",
}
# text between tags has its angle brackets escaped, so this finds tags only
_TAG = re.compile(r"<[^<>]+>")
_PER_INCH = 96
_LEAST = 0.78
"""A drawing may shrink to this share of its size before it scrolls."""


def to_svg(draw: Callable[[], Figure], prefix: str, alternative: str) -> str:
    """Turn a drawing into an ``<svg role="img">`` element.

    Parameters
    ----------
    draw : callable
        Gives a matplotlib figure coloured with the roles of :mod:`framing.report.plots`.
    prefix : str
        Put before every id; unique in the page.
    alternative : str
        What the drawing says, for people who do not see it.

    Returns
    -------
    str
        The same for the same drawing: no dates, no random ids, no influence of a matplotlibrc.
    """
    # rc settings are matplotlib's only way to set these; the context puts the user's back
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "framing"})
        # the browser has the glyphs that matplotlib's own font lacks
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = draw()
        text = _saved(figure)
    width = figure.get_size_inches()[0] * _PER_INCH
    style = f"width:{width:.0f}px;min-width:{width * _LEAST:.0f}px;max-width:100%;height:auto"
    text = text[text.index("<svg") :]
    box = re.search(r'viewBox="([^"]+)"', text)
    assert box
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, count=1, flags=re.DOTALL)
    body = text[text.index(">") + 1 :].strip()
    head = (
        f'<svg class="plot" role="img" aria-label="{escape(alternative)}" '
        f'viewBox="{box.group(1)}" style="{style}">'
    )
    return head + _TAG.sub(lambda tag: _part_of_page(tag.group(), prefix), body)


def _saved(figure: Figure) -> str:
    buffer = io.StringIO()
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(buffer, format="svg", transparent=True, metadata=metadata)
    return buffer.getvalue()


def _part_of_page(tag: str, prefix: str) -> str:
    for colour, variable in _VARIABLES.items():
        tag = tag.replace(colour, variable)
    tag = re.sub(r'\bid="', f'id="{prefix}-', tag)
    tag = re.sub(r'xlink:href="#', f'href="#{prefix}-', tag)
    tag = re.sub(r"url\(#", f"url(#{prefix}-", tag)
    # the page's own font instead, in the two ways that matplotlib's versions write it
    tag = re.sub(r'font-family: [^;"]*;? ?', "", tag)
    return re.sub(r'font: ([\d.]+px) [^;"]*', r"font-size: \1", tag)
