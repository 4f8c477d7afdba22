"""Outlet names and hosts of one house are one brand; strays and platforms tie nothing together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.config import Data
from framing.corpus import load_corpus
from framing.corpus.brands import brands_of
from framing.corpus.outlets import domain_of, host_of, name_key
from framing.errors import DataError


def brands(*rows):
    """Brands of rows of a name and a host, each given so many times."""
    many = [(name, host) for name, host, n in rows for _ in range(n)]
    found = brands_of([name for name, _ in many], [[host for _, host in many]])
    firsts, start = [], 0
    for _, _, n in rows:
        assert len(set(found[start : start + n])) == 1
        firsts.append(found[start])
        start += n
    return firsts


@pytest.mark.parametrize(
    "name",
    ["Kite", "KITE", "The Kite", "Kite (Online News)", "Kite - News", "Kite News", "Kite.com",
     "Kite (Opinion)", "Kite Editorial", "Kite Online News", "Kite - Opinion/Editorial", "KiteNews",
     "Kité", "The Kite Editorial Board", "KiteNews.com", " Kite (Web News) "],
)  # fmt: skip
def test_what_is_no_name_does_not_count(name):
    assert name_key(name) == "kite"


def test_generic_words_are_left_a_name():
    assert name_key("The Daily News") == "daily news"
    assert name_key("Daily News (Online)") == "daily news"
    assert name_key("Ivory Coast Times") != name_key("Ivory Coast")
    assert name_key("News") == "news"
    assert name_key(" - ") == ""


@given(st.text(max_size=30))
def test_any_text_is_a_name_and_an_address(text):
    name_key(text)
    assert domain_of(host_of(text)) in host_of(text)
    assert len(brands_of([text, text], [[text, text]])) == 2


@pytest.mark.parametrize(
    ("address", "host", "domain"),
    [
        ("https://www.kite.example/a?b=www.no.example", "kite.example", "kite.example"),
        ("WWW.Money.Kite.Example:443", "money.kite.example", "kite.example"),
        ("www1.kite.co.uk", "kite.co.uk", "kite.co.uk"),
        ("//europe.kite.com.cn/x", "europe.kite.com.cn", "kite.com.cn"),
        ("http://ed@news.go.com./", "news.go.com", "go.com"),
        ("www.io", "www.io", "www.io"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("kite", "", ""),
        ("http://[bad/", "", ""),
        ("", "", ""),
    ],
)
def test_hosts_and_domains(address, host, domain):
    assert host_of(address) == host
    assert domain_of(host) == domain


def test_hosts_and_sections_of_a_house_are_one():
    assert brands(
        ("Kite (Web News)", "www.kite.example", 9),
        ("Kite - Editorial", "www.kite.example", 3),
        ("Kite (Web News)", "money.kite.example", 2),
        ("Ida Moor", "kite.example", 1),
        ("Ledger", "ledger.example", 2),
    ) == ["Kite (Web News)"] * 4 + ["Ledger"]


def test_a_second_domain_of_an_outlet_is_its_own():
    assert brands(
        ("Kite", "kite.com", 9), ("Kite", "kite.co.uk", 1), ("Kite", "kiteworld.com", 1),
        ("Kite", "readers.org", 2), ("Kite", "stray.org", 1),
    ) == ["Kite", "Kite", "Kite", "Kite", "Kite (stray.org)"]  # fmt: skip


def test_bylines_and_slips_tie_no_houses_together():
    rows = [("Kite", "kite.com", 9), ("Ledger", "ledger.com", 9), ("Wire", "wire.com", 9)]
    strays = [("Guest", f"{name}.com", 3) for name in ("kite", "ledger", "wire")]
    slips = [("Kite", "ledger.com", 1), ("Ledger", "wire.com", 1)]
    guest = [("Guest", "a.org", 1), ("Guest", "b.org", 2)]
    assert brands(*rows, *strays, *slips, *guest) == [
        "Kite", "Ledger", "Wire", "Kite", "Ledger", "Wire", "Ledger", "Wire", "a.org", "b.org",
    ]  # fmt: skip


def test_an_aggregator_holds_nothing_together():
    homes = [("Kite", "kite.com", 9), ("Ledger", "ledger.com", 9)]
    assert brands(*homes, ("Kite", "many.com", 5), ("Ledger", "many.com", 4)) == [
        "Kite", "Ledger", "Kite", "Ledger",
    ]  # fmt: skip


def test_a_blog_host_holds_nothing_together():
    names = ["Alder", "Birch", "Cedar"]
    rows = [(name, f"{name.lower()}.blogs.com", 3) for name in names]
    assert brands(*rows, ("Birch", "birch.org", 1)) == [*names, "Birch"]


def test_a_portal_with_pages_of_its_own_stays_one():
    assert brands(
        ("Portal News", "news.portal.com", 20), ("Kite", "kite.com", 9),
        ("Ledger", "ledger.com", 9), ("Kite", "news.portal.com", 1), ("Ledger", "portal.com", 1),
    ) == ["Portal News", "Kite", "Ledger", "Portal News", "Portal News"]  # fmt: skip


def test_a_host_spelt_like_another_outlet_is_that_outlets():
    assert brands(
        ("Alpha News", "alphanews.go.com", 20), ("Sport", "sport.com", 4),
        ("Sport", "sport.go.com", 1),
    ) == ["Alpha News", "Sport", "Sport"]  # fmt: skip


def test_without_addresses_names_decide_and_without_names_domains():
    assert brands_of(["Kite", "Kite - News", "Kite", "", None]) == [
        "Kite",
        "Kite",
        "Kite",
        None,
        None,
    ]
    found = brands_of(None, [["http://a.kite.com/1", "kite.com", "ledger.org", None]])
    assert found == ["kite.com", "kite.com", "ledger.org", None]
    assert (
        brands_of(["Kite", "Kite", "Kite - Opinion"], [["kite.com", "kite.com", None]])
        == ["Kite"] * 3
    )


def test_the_first_address_that_tells_decides():
    homes = [("Kite", "kite.com", 3), ("Ledger", "ledger.com", 3)] * 2
    names = [name for name, _, n in homes for _ in range(n)] + ["Kite", "Ledger"]
    first = [host for _, host, n in homes for _ in range(n)] + ["kite.com", "many.com"]
    second = ["many.com/x" for _ in homes for _ in range(3)] + ["many.com", "ledger.com"]
    assert brands_of(names, [second, first]) == names
    assert brands_of(names, [first, second]) == names


names = st.sampled_from(["Kite", "Kite News", "Ledger", ""])
hosts = st.sampled_from(["kite.com", "a.kite.com", "x.org", ""])


@given(st.lists(st.tuples(names, hosts), max_size=20))
def test_brands_follow_from_the_rows_whatever_their_order(rows):
    def found(rows):
        return brands_of([name for name, _ in rows], [[host for _, host in rows]])

    assert dict(zip(rows, found(rows), strict=True)) == dict(
        zip(rows[::-1], found(rows[::-1]), strict=True)
    )
    for row, brand in zip(rows, found(rows), strict=True):
        assert (brand is None) == (row == ("", ""))


def test_unequal_columns_and_no_columns_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        brands_of(["Kite"], [[]])
    with pytest.raises(ValueError, match="neither"):
        brands_of(None)


# --- as a column of a corpus

ROWS = [
    {"text": "The ferry was late.", "outlet": "Kite - News", "page": "https://www.kite.com/1"},
    {"text": "The crane is back.", "outlet": "Kite", "page": "https://money.kite.com/2"},
    {"text": "Nets are dried.", "outlet": "Ledger", "page": "https://ledger.org/3"},
    {"text": "Nobody signed this.", "outlet": None, "page": None},
]


def test_a_corpus_gets_a_column_of_brands(write_rows):
    path = str(write_rows(ROWS))
    for columns in ({"source": "outlet", "url": "page"}, {"source": "outlet", "url": ["page"]}):
        corpus = load_corpus(Data(path=path, columns=columns), seed=0)
        assert corpus.dataset["brand"][:] == ["Kite", "Kite", "Ledger", None]
    by_page = load_corpus(Data(path=path, columns={"url": "page"}), seed=0)
    assert by_page.dataset["brand"][:] == ["kite.com", "kite.com", "ledger.org", None]
    assert "brand" not in load_corpus(Data(path=path), seed=0).dataset.column_names


def test_a_column_brand_of_the_data_is_not_mixed_with_ours(write_rows):
    path = str(write_rows([{**row, "brand": "mine"} for row in ROWS]))
    with pytest.raises(DataError, match=r"data\.columns\.source: the data has a column 'brand'"):
        load_corpus(Data(path=path, columns={"source": "outlet"}), seed=0)
    assert set(load_corpus(Data(path=path), seed=0).dataset["brand"]) == {"mine"}


def test_columns_that_are_not_there_are_named(write_rows):
    path = str(write_rows(ROWS))
    with pytest.raises(DataError, match=r"data\.columns\.url: the data has no column 'pag'"):
        load_corpus(Data(path=path, columns={"url": ["page", "pag"]}), seed=0)
    with pytest.raises(DataError, match=r"data\.split\.groups: the data has no column 'brand'"):
        load_corpus(Data(path=path, split={"groups": ["brand"]}), seed=0)
