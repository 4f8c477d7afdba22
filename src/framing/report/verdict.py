"""What the figures say in plain sentences, and what to be careful about. Nothing is computed."""

from __future__ import annotations

from framing.evaluation.probe_results import AT_MOST, Probe
from framing.evaluation.results import Evaluation, Metric, Number, Report, Target
from framing.report.formatting import count, figure, interval, label

FEW_DOCUMENTS = 20
"""Figures of a class with fewer test documents are called uncertain."""
HIGH_ECE = 0.1
"""Probabilities that are further off than this on average are called badly calibrated."""
_NAMED = 5


def compare(metric: Metric, reference: Number) -> str | None:
    """Say how a metric stands to a reference value: its whole interval has to beat it.

    Returns
    -------
    str or None
        ``better than``, ``not clearly better than`` or ``no better than``; None when either is
        not defined.
    """
    value = metric["value"]
    if value is None or reference is None:
        return None
    higher = metric["better"] == "higher"
    worst = metric["low"] if higher else metric["high"]
    sign = 1 if higher else -1
    if sign * value <= sign * reference:
        return "no better than"
    if worst is not None and sign * worst <= sign * reference:
        return "not clearly better than"
    return "better than"


def with_interval(metric: Metric | Probe) -> str:
    """``0.912 (0.893–0.931)``, or the value alone."""
    value = figure(metric["value"])
    if metric["low"] is None and metric["high"] is None:
        return value
    return f"{value} ({interval(metric['low'], metric['high'])})"


def sentences(report: Report) -> list[str]:
    """Give one sentence for each target under each protocol, about its first metric."""
    found = []
    for target in report["targets"]:
        scored = [e for e in target["evaluations"] if e["metrics"]]
        found += [_sentence(target, evaluation) for evaluation in scored]
        if not scored:
            found.append(f"{label(target['name'])}: not evaluated.")
    return found


def cautions(report: Report) -> list[str]:
    """Say what a reader of the figures should be careful about, most serious first."""
    split = report["split"]
    found = [
        f"The split does not hold: {label(proof['what'])} reaches "
        f"{figure(proof['largest_across'])} between training and test documents, and the limit "
        f"is {figure(proof['limit'])}. The figures may flatter the model."
        for proof in split["proof"]
        if not proof["holds"]
    ]
    if not split["proof"]:
        found.append("Nothing proves that training and test documents are apart.")
    details: list[str] = []
    for target in report["targets"]:
        for evaluation in target["evaluations"]:
            place = _place(target, evaluation)
            found += [f"{place}: {text}" for text in _against_references(evaluation["metrics"])]
            found += [f"{place}: {text}" for text in _short_of_goals(evaluation["metrics"])]
            details += [f"{place}: {text}" for text in _in_parts(evaluation)]
    return found + _beyond_limits(report) + details


def _place(target: Target, evaluation: Evaluation) -> str:
    return f"{label(target['name'])}, {label(evaluation['protocol'])}"


def _sentence(target: Target, evaluation: Evaluation) -> str:
    metric = evaluation["metrics"][0]
    text = f"{_place(target, evaluation)}: {label(metric['name'])} {with_interval(metric)}"
    if metric["better"] == "lower":
        text += ", where lower is better"
    stands: dict[str, list[str]] = {}
    for name, reference in (("baseline", metric["baseline"]), ("dummy", metric["dummy"])):
        if how := compare(metric, reference):
            stands.setdefault(how, []).append(f"the {name} ({figure(reference)})")
    words = ", but ".join(f"{how} {' and '.join(names)}" for how, names in stands.items())
    return f"{text}; {words or 'compared with nothing'}."


def _against_references(metrics: list[Metric]) -> list[str]:
    found = []
    for name in ("dummy", "baseline"):
        for how in ("no better than", "not clearly better than"):
            names = [
                label(metric["name"])
                for metric in metrics
                if compare(metric, metric["dummy"] if name == "dummy" else metric["baseline"])
                == how
            ]
            if names:
                found.append(f"{how} the {name} by {_some(names)}.")
    return found


def _short_of_goals(metrics: list[Metric]) -> list[str]:
    found = []
    for metric in metrics:
        goal, value = metric.get("goal"), metric["value"]
        if goal is None or value is None:
            continue
        higher = metric["better"] == "higher"
        best = metric["high"] if higher else metric["low"]
        best = value if best is None else best
        if (best < goal) if higher else (best > goal):
            found.append(
                f"{label(metric['name'])} is {with_interval(metric)}, short of the {figure(goal)} "
                "it was set to reach."
            )
    return found


def _beyond_limits(report: Report) -> list[str]:
    """Say which probes are clearly above what they may be at most."""
    probes = [*report["probes"]]
    for target in report["targets"]:
        if target["type"] == "style" and target["probes"]:
            probes += target["probes"]["figures"]
    found = []
    for probe in probes:
        value, limit = probe["value"], probe["reference"]
        if probe["reference_name"] != AT_MOST or value is None or limit is None:
            continue
        if (value if probe["low"] is None else probe["low"]) > limit:
            found.append(
                f"{label(probe['name'])}: {with_interval(probe)}, where {figure(limit)} is the "
                "most that it should be."
            )
    return found


def _in_parts(evaluation: Evaluation) -> list[str]:
    found = []
    if "classes" in evaluation:
        few = [
            f"{label(row['class'])} ({count(row['support'])})"
            for row in evaluation["classes"]
            if row["support"] is not None and row["support"] < FEW_DOCUMENTS
        ]
        if few:
            found.append(
                f"fewer than {FEW_DOCUMENTS} test documents, so uncertain figures, for "
                f"{_some(few)}."
            )
        reliability = evaluation["reliability"]
        if reliability and reliability["ece"] is not None and reliability["ece"] > HIGH_ECE:
            found.append(
                f"probabilities are off by {figure(reliability['ece'])} on average "
                "(expected calibration error)."
            )
    else:
        weak = [
            label(row["kind"])
            for row in evaluation["kinds"]
            if row["auc"] is not None
            and row["baseline_auc"] is not None
            and row["auc"] <= row["baseline_auc"]
        ]
        if weak:
            found.append(f"no better than the baseline by AUC at recognising {_some(weak)}.")
    return found


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    text = ", ".join(names[:_NAMED])
    return f"{text} and {count(more)} more" if more > 0 else text
