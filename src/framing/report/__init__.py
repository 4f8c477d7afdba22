"""One evaluation as JSON, Markdown and a page with drawings."""

from framing.evaluation.results import Report
from framing.report.summary import summary
from framing.report.write import write_report

__all__ = ["Report", "summary", "write_report"]
