"""Invented people. Their names say so, and their numbers lie where no real ones are given out.

NHS numbers begin with 999, a range kept for tests; a UPN's school number is 0000; e-mail is at example.org and the
telephone numbers are those Ofcom sets aside for drama.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

# fmt: off
_BIRDS = (
    "Kestrel", "Plover", "Wagtail", "Dunnock", "Siskin", "Curlew", "Lapwing", "Fieldfare",
    "Redstart", "Whinchat", "Nuthatch", "Goldcrest", "Bittern", "Avocet", "Turnstone", "Dotterel",
    "Gadwall", "Pochard", "Merlin", "Hobby", "Linnet", "Twite", "Brambling", "Wheatear",
    "Stonechat", "Firecrest", "Redwing", "Ouzel",
)
# fmt: on
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Child:
    number: int
    born: date
    family: str
    nhs_number: str
    upn: str

    @property
    def name(self) -> str:
        return f"Test-Child {self.family}"

    @property
    def parent(self) -> str:
        return f"Test-Parent {self.family}"

    def age_on(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def year_group_on(self, day: date) -> int:
        """National curriculum year: 0 is Reception. A September child is the oldest of its year."""
        school_year = day.year if day.month >= 9 else day.year - 1
        started = self.born.year + 5 if self.born.month >= 9 else self.born.year + 4
        return school_year - started


def child(number: int, *, la_code: str, born: date, rng: Random) -> Child:
    return Child(
        number=number,
        born=born,
        family=f"{_BIRDS[number % len(_BIRDS)]}-{number:04d}",
        nhs_number=nhs_number(rng),
        upn=upn(la_code, born, number),
    )


def born_at_age(age: float, on: date) -> date:
    return on - timedelta(days=round(age * 365.25))


def nhs_number(rng: Random) -> str:
    while True:
        digits = f"999{rng.randrange(10**6):06d}"
        check = 11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), digits, strict=True)) % 11
        if check != 10:
            return f"{digits}{check % 11}"


def upn(la_code: str, born: date, number: int) -> str:
    rest = f"{la_code}0000{(born.year + 4) % 100:02d}{number % 1000:03d}"
    letter = _UPN_LETTERS[sum(w * int(d) for w, d in enumerate(rest, start=2)) % 23]
    return letter + rest


def telephone(number: int) -> str:
    return f"01632 960{number % 1000:03d}"
