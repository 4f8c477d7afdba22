"""What else people rank texts by when they look for damage; higher is worse."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rival = Callable[[Iterable[str]], Floats]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ORDER = 5
_READ = 3_000  # characters of a text that the character model reads: it is slow
_STOP_WORDS = frozenset(["the", "be", "to", "of", "and", "that", "have", "with"])


def lexicon(clean: Sequence[str]) -> Rival:
    """The share of words that wordfreq does not know."""
    from wordfreq import zipf_frequency

    def unknown(text: str) -> float:
        words = _WORD.findall(text)
        return sum(zipf_frequency(word, "en") == 0 for word in words) / max(len(words), 1)

    return lambda texts: np.array([unknown(text) for text in texts])


def badness(clean: Sequence[str]) -> Rival:
    """Signs of mojibake that ftfy counts, by length."""
    import ftfy.badness

    return lambda texts: np.array(
        [ftfy.badness.badness(text) / max(len(text), 1) for text in texts]
    )


def perplexity(clean: Sequence[str]) -> Rival:
    """Bits a character of a character 5-gram model, interpolated as Witten and Bell did.

    Of the first 3,000 characters.
    """
    counts: list[Counter[str]] = [Counter() for _ in range(_ORDER + 1)]
    left = 2_000_000
    for text in clean:
        part = text[:left]
        left -= len(part)
        for n in range(1, _ORDER + 1):
            counts[n].update(part[i : i + n] for i in range(len(part) - n + 1))
        if left <= 0:
            break
    following: list[Counter[str]] = [Counter() for _ in range(_ORDER)]
    totals: list[Counter[str]] = [Counter() for _ in range(_ORDER)]
    for n in range(1, _ORDER + 1):
        for gram, count in counts[n].items():
            following[n - 1][gram[:-1]] += 1
            totals[n - 1][gram[:-1]] += count

    def bits(text: str) -> float:
        total, text = 0.0, text[:_READ]
        for i, c in enumerate(text):
            p = 1 / 5000
            for n in range(1, _ORDER + 1):
                before = text[max(0, i - n + 1) : i]
                seen = totals[n - 1].get(before, 0) if len(before) == n - 1 else 0
                if not seen:
                    break
                kinds = following[n - 1][before]
                p = (counts[n].get(before + c, 0) + kinds * p) / (seen + kinds)
            total -= math.log2(p)
        return total / max(len(text), 1)

    return lambda texts: np.array([bits(text) for text in texts])


def rules(clean: Sequence[str]) -> Rival:
    """How many of the rules of Gopher (Rae et al. 2021) and C4 (Raffel et al. 2020) it breaks."""

    def broken(text: str) -> float:
        words = text.split()
        lines = [line for line in text.splitlines() if line.strip()]
        n, m = max(len(words), 1), max(len(lines), 1)
        mean = sum(map(len, words)) / n
        return float(
            (not 50 <= len(words) <= 100_000)
            + (not 3 <= mean <= 10)
            + ((text.count("#") + text.count("...") + text.count("…")) / n > 0.1)
            + (sum(line.lstrip().startswith(("•", "-", "*")) for line in lines) / m > 0.9)
            + (sum(line.rstrip().endswith(("...", "…")) for line in lines) / m > 0.3)
            + (sum(any(c.isalpha() for c in word) for word in words) / n < 0.8)
            + (len(_STOP_WORDS & set(text.lower().split())) < 2)
            + (sum(not line.rstrip().endswith((".", "!", "?", '"', "”")) for line in lines) / m)
            + (sum(len(line.split()) < 5 for line in lines) / m)
            + ("{" in text)
            + ("javascript" in text.lower())
            + ("lorem ipsum" in text.lower())
            + (1 - len(set(lines)) / m)
        )

    return lambda texts: np.array([broken(text) for text in texts])


RIVALS: dict[str, Callable[[Sequence[str]], Rival]] = {
    "unknown words (wordfreq)": lexicon,
    "ftfy badness": badness,
    "character 5-gram model": perplexity,
    "Gopher and C4 rules": rules,
}
"""By name, what makes a rival of clean texts."""
