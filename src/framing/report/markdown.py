"""The report as Markdown (CommonMark with GitHub's tables): every figure, without drawings."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined

from framing.evaluation.results import Report
from framing.report.content import sections
from framing.report.formatting import label

_SPECIAL = re.compile(r"[\\`*\[\]|~#$]|(?<![^\W_])_|_(?![^\W_])")
_BLOCK_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+])(?=[-\s]|$)")


def render_markdown(report: Report) -> str:
    """Render the report as Markdown. The drawings are left out, their tables are not."""
    # escaping for HTML would be wrong here: `escaped` and `code` do Markdown's own
    environment = Environment(
        loader=PackageLoader("framing.report"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(escaped=escaped, code=code, fence=fence)
    return environment.get_template("report.md.j2").render(
        name=label(report["name"]),
        created=label(report["created"]),
        command=label(report["command"]),
        sections=sections(report),
    )


def escaped(text: str) -> str:
    """Escape text so that Markdown shows it as it is, mark-up and HTML included."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SPECIAL.sub(lambda found: "\\" + found.group(), text)
    return _BLOCK_START.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", text
    )


def code(text: str) -> str:
    """Write a code span that can stand in a table."""
    ticks = fence(text, least=1)
    space = " " if "`" in text else ""
    # a pipe ends a cell even inside a code span
    return f"{ticks}{space}{text}{space}{ticks}".replace("|", "\\|")


def fence(text: str, least: int = 3) -> str:
    """Give backticks in a longer run than any in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)
