"""Which house stands behind a document: outlet names and hosts that belong together.

Outlets write under several names (``CNN``, ``CNN (Web News)``) and at several addresses
(``cnn.com``, ``money.cnn.com``). A split that keeps names or hosts apart leaves such a house on
both sides; one that keeps its *brand* apart does not.

The rules go by what the corpus itself shows, not by a list of outlets:

1. Names are compared by :func:`~framing.corpus.outlets.name_key`, hosts by their registrable
   domain.
2. The name that at least half of a domain's documents carry is the domain's *owner*. A name is an
   *outlet*'s if at least a third of its documents stand on domains it owns; others are bylines.
3. A *platform* (an aggregator, a blog host) holds nothing together. It is a domain most of whose
   documents carry names of two or more outlets that live on other domains, or one without an owner
   where three names or more have hosts of their own.
4. The address decides: a document is of the house of its domain, whatever byline it carries. A
   host that is spelt like an outlet at home elsewhere (``espn.go.com``) is that outlet's.
5. Without an address, or with a platform's only, the name decides: it is of the house in which
   most of its documents stand, or else a brand of its own.
6. Domains of one owner are one brand if the owner is an outlet and the further domain no accident:
   it carries two or more of its documents, or is spelt alike. A stray document whose label and
   address disagree does not tie two houses together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from framing.corpus.outlets import are_kin, domain_of, host_of, label_of, name_key
from framing.corpus.tables import as_string

_HOME = 1 / 3
"""The share of a name's documents on its own domains from which on it is an outlet's."""
_FIRM = 2
"""Documents from which on a further domain is no accident."""

Row = tuple[str, tuple[str, ...]]
"""A name as it is given and the hosts of a document."""


def brands_of(
    names: Iterable[object] | None, addresses: Sequence[Iterable[object]] = ()
) -> list[str | None]:
    """The brand of each document.

    Parameters
    ----------
    names : iterable, optional
        The outlet of each document, None or empty where it has none.
    addresses : sequence of iterables
        Columns of addresses (``https://www.x.com/a`` or ``x.com``), the more telling ones first.

    Returns
    -------
    list of str or None
        The most common outlet name of the brand, or its domain where it has no name of its own.
        Of two brands of one name the smaller has its domain in brackets. None for a document
        with neither name nor address.

    Raises
    ------
    ValueError
        Columns differ in length, or there are none.
    """
    columns = [[host_of(_text(value)) for value in column] for column in addresses]
    if names is None:
        if not columns:
            raise ValueError("neither names nor addresses")
        given = [""] * len(columns[0])
    else:
        given = [_text(name) for name in names]
    hosts = zip(*columns, strict=True) if columns else [()] * len(given)
    rows: list[Row] = [
        (name, tuple(dict.fromkeys(filter(None, of_row))))
        for name, of_row in zip(given, hosts, strict=True)
    ]
    brand = _Houses(Counter(rows)).brands()
    return [brand[row] for row in rows]


def _text(value: object) -> str:
    return (as_string(value) or "").strip()


class _Houses:
    """Units (domains, and hosts that stand apart from theirs), their owners, and who is one."""

    def __init__(self, rows: Mapping[Row, int]) -> None:
        self._rows = dict(sorted(rows.items()))
        self._on: dict[str, Counter[str]] = defaultdict(Counter)  # domain: documents by name
        self._of: dict[str, Counter[str]] = defaultdict(Counter)  # name: documents by domain
        self._at: dict[str, Counter[str]] = defaultdict(Counter)  # host: documents by name
        for (given, hosts), n in self._rows.items():
            if name := name_key(given):
                for host in hosts:
                    self._at[host][name] += n
                for domain in dict.fromkeys(map(domain_of, hosts)):
                    self._on[domain][name] += n
                    self._of[name][domain] += n
        self._owner = {domain: self._owner_of(domain) for domain in self._on}
        self._outlets = self._find_outlets()
        self._platforms = {domain for domain in self._on if self._is_platform(domain)}
        self._owner = {d: name for d, name in self._owner.items() if d not in self._platforms}
        self._outlets = self._find_outlets()
        self._apart = self._hosts_apart()
        self._house = self._joined()

    def brands(self) -> dict[Row, str | None]:
        """The brand of each kind of row."""
        house_of_name = self._houses_of_names()
        house: dict[Row, str | None] = {}
        for row in self._rows:
            given, hosts = row
            units = [unit for unit in map(self._unit, hosts) if unit not in self._platforms]
            name = name_key(given)
            if units:
                house[row] = self._find(units[0])
            elif name:
                house[row] = house_of_name.get(name, f"name: {name}")
            else:
                house[row] = domain_of(hosts[0]) if hosts else None
        names = self._named(house)
        return {row: None if found is None else names[found] for row, found in house.items()}

    def _owner_of(self, domain: str) -> str | None:
        counts = self._on[domain]
        # of two names with half of it each, the one that is at home here
        name = min(counts, key=lambda name: (-counts[name], self._main(name) != domain, name))
        return name if 2 * counts[name] >= counts.total() else None

    def _main(self, name: str) -> str:
        """The domain with most documents of a name."""
        of = self._of[name]
        return min(of, key=lambda domain: (-of[domain], domain))

    def _find_outlets(self) -> dict[str, str]:
        """Names of outlets, and the domain that each owns with most of its documents."""
        owned: dict[str, list[str]] = defaultdict(list)
        for domain, name in self._owner.items():
            if name:
                owned[name].append(domain)
        found = {}
        for name, domains in owned.items():
            of = self._of[name]
            if sum(of[domain] for domain in domains) >= _HOME * of.total():
                found[name] = min(domains, key=lambda domain: (-of[domain], domain))
        return found

    def _is_platform(self, domain: str) -> bool:
        counts = self._on[domain]
        guests = [name for name in counts if self._outlets.get(name, domain) != domain]
        if len(guests) > 1 and 2 * sum(counts[name] for name in guests) > counts.total():
            return True
        if self._owner[domain]:
            return False
        hosts = [host for host in self._at if domain_of(host) == domain]
        return len({self._at[host].most_common(1)[0][0] for host in hosts}) > 2

    def _hosts_apart(self) -> dict[str, str]:
        """Hosts of an outlet on the domain of another, and the domain where it is at home."""
        apart = {}
        for host, counts in self._at.items():
            domain = domain_of(host)
            name = max(counts, key=lambda name: (counts[name], name))
            home = self._outlets.get(name)
            if host == domain or home in (None, domain) or self._owner.get(domain) == name:
                continue
            below = host.removesuffix(domain).split(".")
            if {name.replace(" ", ""), label_of(str(home))} & set(below):
                apart[host] = str(home)
        return apart

    def _unit(self, host: str) -> str:
        return self._apart.get(host) or domain_of(host)

    def _joined(self) -> dict[str, str]:
        """The main domain of each domain that is not its own."""
        joined = {}
        for domain, name in self._owner.items():
            main = self._outlets.get(name) if name else None
            if name is None or main is None or main == domain:
                continue
            if self._of[name][domain] >= _FIRM or are_kin(name, main, domain):
                joined[domain] = main
        return joined

    def _find(self, unit: str) -> str:
        # a main domain has the same owner, so it is joined to none
        return self._house.get(unit, unit)

    def _houses_of_names(self) -> dict[str, str]:
        found = {}
        for name, of in self._of.items():
            houses: Counter[str] = Counter()
            for domain, n in of.items():
                if domain not in self._platforms:
                    houses[self._find(domain)] += n
            if houses:
                house, most = houses.most_common(1)[0]
                if 2 * most > houses.total():
                    found[name] = house
        return found

    def _named(self, house: Mapping[Row, str | None]) -> dict[str, str]:
        sizes: Counter[str] = Counter()
        given: dict[str, Counter[str]] = defaultdict(Counter)
        for row, found in house.items():
            if found is None:
                continue
            sizes[found] += self._rows[row]
            name = name_key(row[0])
            is_byline = name not in self._outlets and len(self._of[name]) > 2
            if name and not (is_byline and not found.startswith("name: ")):
                given[found][row[0]] += self._rows[row]
        names: dict[str, str] = {}
        taken: set[str] = set()
        for found in sorted(sizes, key=lambda found: (-sizes[found], found)):
            mine = given[found]
            owners = {n: c for n, c in mine.items() if name_key(n) == self._owner.get(found)}
            best = owners or mine
            name = min(best, key=lambda n: (-best[n], n)) if best else found
            if name in taken:
                name = f"{name} ({found.removeprefix('name: ')})"
            taken.add(name)
            names[found] = name
        return names
