from __future__ import annotations

import numpy as np
import pytest

from framing.features import READ_AT_MOST, excerpt


@pytest.mark.parametrize("length", [0, 1, READ_AT_MOST - 1, READ_AT_MOST])
def test_a_text_that_is_not_too_long_is_read_whole(length):
    text = "x" * length
    assert excerpt(text) is text


@pytest.mark.parametrize("length", [READ_AT_MOST + 1, READ_AT_MOST + 20_000, 3_000_000])
def test_of_a_longer_text_windows_over_all_of_it_are_read(length):
    # five digits every ten characters tell where a window comes from
    text = "".join(f"{i:09d} " for i in range(length // 10 + 1))[:length]
    read = excerpt(text)
    assert 0.98 * READ_AT_MOST < len(read) <= READ_AT_MOST
    windows = read.split("\n")
    assert text.startswith(windows[0])
    assert text.endswith(windows[-1])
    starts = [text.index(window) for window in windows]
    gaps = np.diff(starts)
    assert gaps.min() > 0
    assert gaps.max() - gaps.min() <= 1
    assert excerpt(read) is read
