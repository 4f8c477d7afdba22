"""The tables of probes: what the figures of a target rest on."""

from __future__ import annotations

from framing.evaluation.probe_results import (
    ChangeFigures,
    ConfidentFigures,
    PartFigures,
    Probe,
    StyleProbes,
)
from framing.report.blocks import Block, Paragraph, Table
from framing.report.formatting import MISSING, count, figure, interval, label, percent

_FOLD = 15


def probe_table(caption: str, probes: list[Probe]) -> Table:
    """Give a row for each probe, with what it has to be compared with and what it means."""
    return Table(
        caption,
        ["Probe", "Value", "Interval", "Reference", "Reference is", "Meaning"],
        [
            [
                label(probe["name"]),
                figure(probe["value"]),
                interval(probe["low"], probe["high"]),
                figure(probe["reference"]),
                label(probe["reference_name"]) or MISSING,
                label(probe["meaning"]) or MISSING,
            ]
            for probe in probes
        ],
        text=frozenset({4, 5}),
    )


def style_probes(probes: StyleProbes) -> list[Block]:
    """Give the tables of a style target's probes, the summary first."""
    about = (
        f"{count(probes['documents'])} test documents are read as they are, and "
        f"{count(probes['changed_documents'])} of them, up to {count(probes['characters'])} "
        "characters each, once more after every change. The dummy says the class that training "
        "saw most."
    )
    blocks: list[Block] = [Paragraph(about)]
    if probes["figures"]:
        blocks.append(probe_table("What the answers rest on", probes["figures"]))
    for caption, what, level, changes in (
        ("Names replaced by others of their kind", "Names", "Share of the text", probes["names"]),
        ("Light damage, by kind", "Kind", "Level", probes["kinds"]),
        ("Damage of three kinds at once, by the level aimed at", "Level aimed at", "Level",
         probes["levels"]),
    ):  # fmt: skip
        if changes:
            blocks.append(_changes(caption, what, level, changes))
    for caption, what, parts in (
        ("Accuracy by how much of the text is given", "Text given", probes["prefixes"]),
        ("Accuracy by length of the document", "Characters", probes["lengths"]),
        (f"Accuracy by {label(probes['group_column'])}, the worst first",
         label(probes["group_column"]), probes["groups"]),
        ("Accuracy by topic, the worst first", "Topic", probes["topics"]),
    ):  # fmt: skip
        if parts:
            blocks.append(_parts(caption, what, parts))
    if probes["confident"]:
        blocks.append(_confident(probes["confident"]))
    return blocks


def _changes(caption: str, what: str, level: str, changes: list[ChangeFigures]) -> Table:
    return Table(
        caption,
        [what, "Documents", "Changed", level, "Labels that change", "Interval of these",
         "Accuracy", "Interval", "Dummy"],
        [
            [
                label(row["change"]),
                count(row["documents"]),
                percent(row["changed"]),
                figure(row["level"]),
                figure(row["flips"]),
                interval(row["flips_low"], row["flips_high"]),
                figure(row["accuracy"]),
                interval(row["low"], row["high"]),
                figure(row["dummy"]),
            ]
            for row in changes
        ],
        folded=len(changes) > _FOLD,
    )  # fmt: skip


def _parts(caption: str, what: str, parts: list[PartFigures]) -> Table:
    return Table(
        caption,
        [what, "Documents", "Accuracy", "Interval", "Dummy"],
        [_part(row) for row in parts],
        folded=len(parts) > _FOLD,
    )


def _confident(rows: list[ConfidentFigures]) -> Table:
    return Table(
        "Accuracy of the surest answers",
        ["Answers", "Documents", "Accuracy", "Interval", "Dummy", "Lowest probability"],
        [[*_part(row), figure(row["probability"])] for row in rows],
    )


def _part(row: PartFigures) -> list[str]:
    return [
        label(row["part"]),
        count(row["documents"]),
        figure(row["accuracy"]),
        interval(row["low"], row["high"]),
        figure(row["dummy"]),
    ]
