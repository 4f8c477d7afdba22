"""Words that tell what kind of thing a name names."""

from __future__ import annotations

_TITLES = """
    Mr Mrs Ms Miss Dr Prof Professor Sir Lord Lady Dame Sen Senator Sens Rep Reps Representative
    Congressman Congresswoman Gov Governor President Chancellor Premier Minister Secretary Attorney
    Judge Justice Gen General Adm Admiral Col Colonel Maj Major Capt Captain Lt Lieutenant Sgt
    Sergeant Officer Detective Sheriff Commissioner Ambassador Mayor Councillor Pope Cardinal
    Archbishop Bishop Rev Reverend Father Sister Imam Ayatollah Sheikh King Queen Prince Princess
    Emperor Duke Duchess Chairman Chairwoman Director Spokesman Spokeswoman Speaker Leader Coach
    """
TITLES = frozenset(_TITLES.split())
"""What stands before the name of a person."""

_PLAIN_TITLES = """
    president chancellor premier minister secretary senator congressman congresswoman governor
    mayor judge justice general colonel captain sergeant lieutenant officer detective sheriff
    ambassador chairman chairwoman director spokesman spokeswoman spokesperson leader candidate
    lawmaker professor analyst author actor actress singer director coach lawyer attorney husband
    wife son daughter brother sister mother father named
    """
PLAIN_TITLES = frozenset(_PLAIN_TITLES.split())
"""The same where they are written small."""

_WITH_TITLES = """
    Prime Foreign Vice Deputy First Former Acting Defence Defense Finance Interior Justice Health
    Education Lieutenant Major Attorney Chief Executive Press White House State Supreme Court Bureau
    """
WITH_TITLES = frozenset(_WITH_TITLES.split())
"""What stands before a title: of "Prime Minister" no more than the person behind it is a name."""

ENDINGS = frozenset({"Jr", "Sr", "II", "III", "IV"})
"""What follows the last name of a person."""

_ORGANISATIONS = """
    Inc Corp Corporation Ltd Co Company Group Holdings Partners Motors Airlines Airways Bank
    University College School Institute Academy Hospital Agency Administration Ministry Department
    Committee Commission Council Court Congress Senate Parliament Assembly House Office Bureau
    Association Federation Confederation Foundation Society Union League Alliance Coalition Trust
    Fund Organization Organisation Authority Board Service Services Center Centre Police Army Navy
    Force Forces Guard Church Club Network Networks Institution Initiative Movement Front Brigade
    Chamber Industries Technologies Systems Media Press Broadcasting Entertainment Studios Times
    Post Journal News Museum Government Treasury Cabinet Kremlin Pentagon Embassy
    """
ORGANISATIONS = frozenset(_ORGANISATIONS.split())
"""What the name of an organisation holds."""

_PARTIES = """
    GOP DNC RNC UKIP SNP DUP SDLP AfD CDU CSU SPD FDP BJP ANC PVV VVD AKP Labour Likud Hamas
    Fatah Fidesz Syriza Podemos Greens Lib-Dems
    """
PARTIES = frozenset(_PARTIES.split())
_MEMBERS = """
    Democrats Republicans Conservatives Tories Liberals Socialists Communists Libertarians
    Independents Nationalists Unionists
    """
MEMBERS = frozenset(_MEMBERS.split())
_MEMBER = "Democrat Democratic Republican Tory Conservative Socialist Communist Libertarian"
MEMBER = frozenset(_MEMBER.split())
"""Of a party: one of its people, or what belongs to it."""

_PLACES = (
    "New San Santa Los Las El La Le Saint St Fort Mount Lake Port Cape North South East West "
    "Northern Southern Eastern Western Central Great Grand Upper Lower United Middle Latin"
)
PLACES = frozenset(_PLACES.split())
"""What no first name is, though much follows it."""

COUNTRIES = frozenset({"US", "UK", "USA", "UAE", "EU", "DC", "NY", "LA", "GB", "DRC"})
"""Capitals that name places."""

NOT_NAMES = frozenset({"AM", "PM", "TV", "OK", "ID", "CEO", "CFO", "DNA", "HIV", "AIDS", "GDP"})
"""Capitals that name no one."""

ADJECTIVES = (
    r"(?:\w+(?:ians?|eans?|ish|icans?|[aeo]ns?ese|inese|ench|utch)|Germans?|Greeks?|Arabs?|Arabic"
    r"|Iraqis?|Israelis?|Saudis?|Pakistanis?|Muslims?|Christians?|Jews|Islamic|Japanese|Chinese)"
)
"""A pattern for peoples and what is theirs."""
