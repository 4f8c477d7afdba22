"""Documents in: sources, standard columns, and the marks of damage that texts carry already."""

from framing.corpus.corpus import Corpus, load_corpus
from framing.corpus.marks import MARKS, count_marks, is_marked, mark_counts, marks_by
from framing.corpus.source import Card, Rejected

__all__ = [
    "MARKS",
    "Card",
    "Corpus",
    "Rejected",
    "count_marks",
    "is_marked",
    "load_corpus",
    "mark_counts",
    "marks_by",
]
