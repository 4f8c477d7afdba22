"""Days of publication, from whatever a source writes."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

_NUMBERS = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)|(\d{4})(\d{2})(\d{2})(?!\d)")
_WRITTEN = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")


def to_day(value: object) -> str | None:
    """Day as ``YYYY-MM-DD``; None where there is none or it cannot be told for sure.

    Read are dates and times, ``2017-03-01T…``, ``2017/3/1``, ``20170301``, ``March 1, 2017``,
    ``1 March 2017`` and the dates of e-mails and feeds. ``03/04/2017`` is not: it means two days.
    Nor is a year below 1000, such as the ``0001-01-01`` that programs write for none.
    """
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    try:
        if found := _NUMBERS.match(text):
            year, month, day = (int(found[a] or found[b]) for a, b in ((1, 5), (3, 6), (4, 7)))
            return date(year, month, day).isoformat() if year >= 1000 else None
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, OverflowError, TypeError):
        pass
    for pattern in _WRITTEN:
        try:
            return datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    return None
