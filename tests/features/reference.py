"""What the compiled preparations do, said once more with regular expressions."""

from __future__ import annotations

import re
import unicodedata

GAP, LINE_END, TAB = "␣", "¶", "⇥"
START, END = "⟦", "⟧"

# a mark that is a letter to Python ends a word all the same
_WORD = r"[^\Wʼ]"
_MARKS = "\"'`ʼ‚„′‵〝〞〟−⁃"
_TYPOGRAPHY = re.compile(
    # starting at a word's first letter only keeps the time linear in its length
    rf"(?<!{_WORD}){_WORD}*+\ufffd(?:{_WORD}|\ufffd)*"
    r'|"\?'
    rf"|\?(?={_WORD})"
    rf"|[{_MARKS}]"
)
_REPLACED = {
    "Mn": "", "Cf": "", "Co": "", "Cs": "", "Cn": "",
    "Cc": " ", "Sc": " ", "Pd": " ", "Pi": " ", "Pf": " ",
}  # fmt: skip


def layout(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\n", LINE_END).replace("\t", TAB).replace("  ", " " + GAP)
    return f"{START}{text}{END}"


def normalized(text: str) -> str:
    text = "".join(map(_character, text))
    text = re.sub(r"\s+", " ", _TYPOGRAPHY.sub(" ", text))
    text = re.sub(r" ?\.(?: ?\.)+ ?", " ", text)
    return re.sub(r" ([,.;:!?)\]])", r"\1", text).strip()


def _character(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    if character != "Σ":
        parts = parts.replace("Σ", "σ")
    return "".join(
        c if c in "\t\n\r\v\f" else _REPLACED.get(unicodedata.category(c), c) for c in parts
    )
