"""The report of a run, put together: data card, split, targets, probes, cost."""

from __future__ import annotations

import resource
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from framing.config import Config, config_hash, to_yaml
from framing.corpus import Corpus, marks_by
from framing.corpus.split import Split
from framing.evaluation import results
from framing.training.documents import NO_CLASS, DamagedTexts, Labels
from framing.training.loading import Documents
from framing.training.probing import ReadAgain
from framing.versions import installed_versions

Ints = npt.NDArray[np.int64]


def assemble(
    config: Config,
    documents: Documents,
    marks: npt.NDArray[np.int64],
    damaged: DamagedTexts | None,
    targets: list[results.Target],
    probes: list[results.Probe],
    again: ReadAgain,
    seconds: Mapping[str, float],
) -> results.Report:
    """The whole report; the command and the total time are left for whoever knows them."""
    styles = list(config.style_targets.values())
    groups = documents.columns[styles[0].column] if styles else None
    data = _data(documents.corpus, documents.labels, documents.split, _marks(marks, groups))
    texts = [documents.texts]
    if damaged is not None:
        data["notes"].append(
            f"The corruption target uses {len(np.unique(damaged.parent)):,} documents and "
            f"{len(damaged.level):,} texts made of them; {damaged.skipped:,} documents are not "
            "used for it, as they carry marks of damage already."
        )
        texts.append(damaged.windows)
    size = sum(len(text) for part in texts for text in part.encoded()) / 1e6
    read = sum(len(part) for part in texts)
    work = seconds["features"] + seconds["fit"]
    return {
        "schema": results.SCHEMA,
        "name": config.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "command": "",
        "seed": config.seed,
        "versions": installed_versions(),
        "config": to_yaml(config),
        "config_hash": config_hash(config),
        "data": data,
        "split": _split(documents, config.data.split.by),
        "targets": targets,
        "probes": probes,
        "cost": {
            "seconds": {
                "corpus": _step(seconds, "corpus"),
                "split": _step(seconds, "split"),
                "damage": _step(seconds, "damage"),
                "features": _step(seconds, "features"),
                "fit": _step(seconds, "fit"),
                "evaluate": _step(seconds, "evaluate"),
                "total": None,
            },
            "documents_per_second": round(read / work, 1),
            "megabytes_per_second": round(size / work, 3),
            "peak_memory_mb": round(_peak_memory()),
            "predict_documents_per_second": round(len(again.rows) / again.seconds, 1),
            "predict_megabytes_per_second": round(again.megabytes / again.seconds, 3),
        },
    }


def _step(seconds: Mapping[str, float], name: str) -> float | None:
    return round(seconds[name], 2) if name in seconds else None


def _peak_memory() -> float:
    """The largest this process was plus the largest any of its workers was, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    processes = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(who).ru_maxrss for who in processes) * unit / 1e6


def _data(
    corpus: Corpus, labels: Mapping[str, Labels], split: Split, marks: results.Marks | None
) -> results.Data:
    lengths = corpus.texts.lengths
    quantiles = np.quantile(lengths, [0, 0.1, 0.5, 0.9, 1])
    characters: results.Characters = {
        "min": int(quantiles[0]), "p10": int(quantiles[1]), "median": int(quantiles[2]),
        "p90": int(quantiles[3]), "max": int(quantiles[4]), "total": int(lengths.sum()),
    }  # fmt: skip
    card = corpus.card
    return {
        "name": card.name,
        "description": card.description,
        "source": card.source,
        "licence": card.licence or "not stated",
        "citation": card.citation or "",
        "notes": list(card.notes),
        "fingerprint": corpus.fingerprint,
        "documents": len(lengths),
        "rejected": _rejected(corpus),
        "duplicates_removed": corpus.duplicates_removed,
        "characters": characters,
        "labels": [_label_counts(name, found, split) for name, found in labels.items()],
        "marks": marks,
    }


def _split(documents: Documents, by: str) -> results.Split:
    split = documents.split
    return {
        "by": by,
        "description": split.description,
        "train": len(split.train),
        "test": len(split.test),
        "left_out": documents.left_out,
        "groups": len(np.unique(split.groups)),
        "largest_group": int(np.bincount(split.groups).max()),
        "proof": [
            {
                "what": proof.what,
                "largest_across": proof.largest_across,
                "limit": proof.limit,
                "holds": proof.holds,
            }
            for proof in split.proof
        ],
    }


def _rejected(corpus: Corpus) -> list[results.Rejected]:
    # the words up to the first bracket name the fault, what follows the single case
    reasons = [(r.reason.partition(" (")[0], r.where) for r in corpus.rejected]
    counts = Counter(reason for reason, _ in reasons)
    first = dict(reversed(reasons))
    return [
        {"reason": reason, "count": count, "example": first[reason]}
        for reason, count in counts.most_common()
    ]


def _label_counts(name: str, labels: Labels, split: Split) -> results.Labels:
    def count(rows: Ints, number: int) -> int:
        return int((labels.y[rows] == number).sum())

    numbers = [*enumerate(labels.classes)]
    if (labels.y == NO_CLASS).any():
        numbers.append((NO_CLASS, "(no class of this target)"))
    return {
        "target": name,
        "classes": [
            {"class": c, "train": count(split.train, i), "test": count(split.test, i)}
            for i, c in numbers
        ],
    }


def _marks(counts: npt.NDArray[np.int64], groups: Sequence[object] | None) -> results.Marks | None:
    names = ["all documents"] * len(counts) if groups is None else [str(g) for g in groups]
    table = marks_by(counts, names)
    columns = [
        mark for mark in next(iter(table.values())) if any(row[mark] for row in table.values())
    ]
    if not columns:
        return None
    sizes = Counter(names)
    # what most documents carry first
    order = sorted(table, key=lambda g: (-table[g]["any mark"], str(g)))
    columns = ["any mark", *(c for c in columns if c != "any mark")]
    return {
        "columns": ["documents", *columns],
        "rows": [
            {"group": str(g), "values": [sizes[str(g)], *(table[g][c] for c in columns)]}
            for g in order
        ],
    }
