"""The few lines that a terminal shows after a run."""

from __future__ import annotations

from framing.evaluation.results import Metric, Report
from framing.report.formatting import count, duration, figure, interval, label, rate, shorten
from framing.report.verdict import cautions

LINES = 25
"""No summary is longer."""
_WIDTH = 160
_CAUTIONS = 4
_PROOFS = 4
_METRICS = 3


def summary(report: Report) -> str:
    """Give the headline figures, the split's proof and the cost, in at most 25 lines of plain text.

    Parameters
    ----------
    report : Report
        One evaluation.

    Returns
    -------
    str
        Lines without a final newline. Text from documents and labels carries no control
        characters.
    """
    warnings = _at_most(_CAUTIONS, [f"careful: {text}" for text in cautions(report)])
    head = [f"{label(report['name'])}, seed {report['seed']}, {label(report['created'])}"]
    head += [_data(report), *_split(report)]
    tail = [*warnings, _cost(report)]
    # one line for the table's header, one to say that rows were left out
    room = LINES - len(head) - len(tail) - 1
    return "\n".join(shorten(line, _WIDTH) for line in [*head, *_metrics(report, room), *tail])


def _data(report: Report) -> str:
    data = report["data"]
    parts = [
        f"{count(data['documents'])} documents",
        f"{count(data['duplicates_removed'])} duplicates removed",
        *[f"{count(row['count'])} rejected: {label(row['reason'])}" for row in data["rejected"]],
    ]
    return f"data   {', '.join(parts)}"


def _split(report: Report) -> list[str]:
    split = report["split"]
    lines = [
        f"split  by {label(split['by'])}: {count(split['train'])} train, "
        f"{count(split['test'])} test, {count(split['left_out'])} left out"
    ]
    proofs = [
        f"       {'holds' if proof['holds'] else 'DOES NOT HOLD'}: {label(proof['what'])}, "
        f"largest {figure(proof['largest_across'])}, limit {figure(proof['limit'])}"
        for proof in sorted(split["proof"], key=lambda proof: proof["holds"])
    ]
    return lines + _at_most(_PROOFS, proofs)


def _metrics(report: Report, room: int) -> list[str]:
    evaluations = [
        (f"{label(target['name'])}, {label(evaluation['protocol'])}", evaluation["metrics"])
        for target in report["targets"]
        for evaluation in target["evaluations"]
    ]
    if not evaluations:
        return ["no target was evaluated"]
    each = max(1, min(_METRICS, room // len(evaluations)))
    rows = [
        _row(place if i == 0 else "", metric)
        for place, metrics in evaluations
        for i, metric in enumerate(metrics[:each])
    ]
    left_out = len(rows) - room
    if left_out > 0:
        rows = rows[: room - 1]
    header = ("target", "metric", "value", "interval", "dummy", "baseline")
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [header, *rows]
    ]
    return [*lines, f"… and {count(left_out + 1)} more"] if left_out > 0 else lines


def _row(place: str, metric: Metric) -> tuple[str, ...]:
    return (
        shorten(place, 36),
        shorten(label(metric["name"]), 20),
        figure(metric["value"]),
        interval(metric["low"], metric["high"]),
        figure(metric["dummy"]),
        figure(metric["baseline"]),
    )


def _cost(report: Report) -> str:
    cost = report["cost"]
    return (
        f"cost   {duration(cost['seconds']['total'])}, peak memory "
        f"{rate(cost['peak_memory_mb'])} MB, predicts "
        f"{rate(cost['predict_documents_per_second'])} documents/s"
    )


def _at_most(number: int, lines: list[str]) -> list[str]:
    if len(lines) <= number:
        return lines
    return [*lines[: number - 1], f"       … and {count(len(lines) - number + 1)} more"]
