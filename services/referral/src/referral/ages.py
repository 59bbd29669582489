"""Which rights go with which age. Civil dates in London; pure."""

from __future__ import annotations

from datetime import date, timedelta


def compulsory_school_age_ends(born: date) -> date:
    """The last Friday in June of the school year in which the child turns 16 (Education Act 1996, s.8).

    From the day after, the young person holds the rights (`statutory-timeline.md` 6.33).
    """
    sixteen = birthday(born, 16)
    june_of = sixteen.year if sixteen.month < 9 else sixteen.year + 1
    last = date(june_of, 6, 30)
    return last - timedelta(days=(last.weekday() - 4) % 7)


def birthday(born: date, age: int) -> date:
    """The day on which that age is reached; 29 February becomes 1 March in a common year."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
