"""What is compared of an outlet's name and of a document's address."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

_SECTION = (
    r"(?:(?:online|web|print|breaking)\s+)?"
    r"(?:news|online|opinions?|editorials?(?:\s+board)?|blogs?|web)"
)
_BRACKETED = re.compile(rf"\s*[(\[]\s*{_SECTION}(?:\s*/\s*{_SECTION})*\s*[)\]]\s*$")
_DASHED = re.compile(rf"\s+[-–—:|]\s*{_SECTION}(?:\s*/\s*{_SECTION})*\s*$")
_TRAILING = re.compile(rf"\s+{_SECTION}\s*$")
_NETWORK = re.compile(r"(?<=\w)\.(?:com|org|net|co\.uk|news|info|tv)\s*$")
_JOINED_NEWS = re.compile(r"(?<=[^\W\d_]{3})news$")
_GENERIC = frozenset(
    {"a", "an", "the", "daily", "weekly", "evening", "morning", "sunday", "local", "world",
     "national", "international", "global", "business", "good", "latest", "top", "today", "times",
     "state", "city", "county"}
)  # fmt: skip
"""Words that name no outlet by themselves: "Daily News" is not "Daily"."""
_SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "gob", "gov", "go", "gouv", "ltd", "mil", "ne", "net", "nic", "nom",
     "or", "org", "plc", "sch"}
)  # fmt: skip
"""What stands before a country's ending without being anybody's: `co` of ``bbc.co.uk``."""


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """What of an outlet's name tells it from others; empty for none.

    Without a leading "The", section words ("(Online News)", "- News", "Opinion"), ".com", case,
    accents and punctuation. What is left is never only a generic word: "Daily News" stays.
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c)).strip()
    while True:
        for pattern in (_BRACKETED, _DASHED, _NETWORK, _TRAILING):
            shorter = pattern.sub("", text).strip()
            if shorter != text and not _GENERIC.issuperset(_words(shorter)):
                text = shorter
                break
        else:
            break
    words = _words(text)
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) == 1:  # NBCNews.com
        words = [_JOINED_NEWS.sub("", words[0])]
    return " ".join(words)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"['’]", "", text))


@lru_cache(maxsize=65536)
def host_of(address: str) -> str:
    """The host of an address (``https://www.x.com/a``, ``x.com:443``), without ``www``."""
    text = address.strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    host = re.sub(r"^www?\d?\.(?=.*\.)", "", host.rstrip("."))
    return host if "." in host and not re.search(r"\s", host) else ""


def domain_of(host: str) -> str:
    """The registrable domain of a host.

    It is its last two labels, or three where the one before a country's is nobody's
    (``bbc.co.uk``). The public suffix list is not asked: what it knows beyond this are small
    registries and blog hosts, and those are found by what they carry.
    """
    labels = host.split(".")
    try:
        ip_address(host)
        return host
    except ValueError:
        pass
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if deep else labels[-2:])


def label_of(domain: str) -> str:
    """The part of a domain that is a name: ``nytimes`` of ``nytimes.com``."""
    return domain.split(".")[0].replace("-", "")


def are_kin(name: str, first: str, second: str) -> bool:
    """Whether two domains under one name key are spelt alike, or the second as the name is.

    One label begins with the other (three letters or more), both begin with the same five
    letters, or the second begins with the name's letters (five or more).
    """
    a, b = (label_of(domain).removeprefix("the") for domain in (first, second))
    short, long = sorted((a, b), key=len)
    letters = name.replace(" ", "")
    return (
        (len(short) >= 3 and long.startswith(short))
        or (len(short) >= 5 and a[:5] == b[:5])
        or (len(letters) >= 5 and b.startswith(letters))
    )
