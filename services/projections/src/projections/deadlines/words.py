"""Codes in plain words, for explanations and for the lawyer's table."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import lru_cache
from importlib.resources import files

from .clauses import Clause, Condition
from .periods import Period

OWNERS = {
    "LA": "the local authority",
    "OLD_LA": "the old local authority",
    "NEW_LA": "the new local authority",
    "HOME_LA": "the home local authority",
    "LA_SOCIAL_CARE": "the local authority's social care service",
    "LA_WITH_ICB": "the local authority with the health body (ICB)",
    "LA_OR_ICB": "the local authority or the health body (ICB), whichever agreed to it",
    "LA_OR_SCHOOL": "the local authority or the school, whichever arranges the review",
    "LA_OR_TRUST": "the local authority or, for an academy, the academy trust",
    "ICB": "the health body (ICB)",
    "OLD_ICB": "the old health body (ICB)",
    "NEW_ICB": "the new health body (ICB)",
    "COOPERATING_BODY": "the body that was asked for advice",
    "ADVISER": "the adviser",
    "SETTING": "the school or college",
    "MEDIATION_ADVISER": "the mediation adviser",
    "FAMILY": "the parent or young person",
    "EITHER_PARTY": "either side",
    "PARENT": "the parent",
    "HEAD": "the head teacher",
    "GB": "the governing board or academy trust",
    "COMMISSIONER": "whoever commissioned the provision",
}

_UNITS = {
    "W": ("week", "after"),
    "D": ("calendar day", "after"),
    "DB": ("calendar day", "beginning with"),
    "M": ("calendar month", "after"),
    "MB": ("month", "beginning with"),
    "WD": ("working day", "after"),
    "WDB": ("working day", "beginning with"),
    "SD": ("school day", "after"),
}
_OTHER = {
    "ASAP": "as soon as practicable",
    "CONT": "at once, and for as long as it lasts",
    "IMM": "at once",
    "ON": "by that day",
    "TA": "two months from sending or one month from the certificate, whichever is later",
    "KEEP": "until the time to appeal has passed, or the appeal is over",
    "MOVE": "on the day of the move, or within 15 working days beginning with the day it was known, whichever is later",
    "EDU": "by the end of that day's afternoon session or, if the details are not known then, at least 48 hours before "
    "the education begins",
    "REVIEW-IN": "12 months from the making or last review, or three months from the transfer, whichever is later",
}
_MONTHS = ("", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def day(on: date) -> str:
    """``Monday 2 March 2026``: the way dates are written in explanations."""
    return f"{on:%A} {on.day} {on:%B %Y}"


def short_day(on: date) -> str:
    """``Mon 2 March 2026``."""
    return f"{on:%a} {on.day} {on:%B %Y}"


def count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def period(of: Period) -> str:
    """``6 weeks after``, ``15 calendar days beginning with``, ``before 15 February``."""
    if of.unit in _UNITS:
        what, how = _UNITS[of.unit]
        return f"{count(of.n, what)} {how}"
    match of.unit:
        case "MBF":
            return f"at least {count(of.n, 'month')} before"
        case "WBF":
            return f"at least {count(of.n, 'week')} before"
        case "DBF":
            return f"at least {count(of.n, 'calendar day')} before"
        case "SP":
            return f"at least {count(of.n, 'school day')} before"
        case "SN":
            return f"{ordinal(of.n)} school day, counting the first"
        case "FX":
            at, month = of.day_and_month
            return f"{'before' if of.before else 'by'} {at} {_MONTHS[month]} of the year of the transfer"
        case _:
            return _OTHER[of.unit]


def ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def event(type_: str) -> str:
    """``the final plan was issued`` for ``plan.final-plan-issued``; its own words where no phrase is written."""
    return phrases().get(type_) or type_.partition(".")[2].replace("-", " ")


@lru_cache(maxsize=1)
def phrases() -> dict[str, str]:
    """Event type → its words in an explanation."""
    return tomllib.loads((files(__package__) / "law" / "events.toml").read_text("utf-8"))


DATED = {
    "absent_from": "the first day of absence",
    "aware_on": "the day on which the authority knew of it",
    "decided_on": "the day of the decision",
    "due_on": "the day directed",
    "equality_claim_determined_on": "the day on which the Equality Act claim was finally decided",
    "held_by_la_on": "the day on which the authority had the answer",
    "maintain_until": "the last day recorded",
    "meeting_on": "the day of the meeting",
    "old_aware_on": "the day on which the old health body knew of it",
    "reached_adviser_on": "the day on which the request reached the body",
    "received_by_la_on": "the day on which the authority received the appeal",
    "received_by_setting_on": "the day on which the setting received it",
    "sent_on": "the day on which the decision was sent",
    "served_on": "the day on which the family received it",
    "starts_on": "the first day",
    "transfer_on": "the day of the transfer",
}
"""A field of an event that counts in the place of its own day."""

_NAMED = (
    (r"(?:^|; )ss?\.(?![^;]* Act )", "s.", "a section of the Children and Families Act 2014"),
    (
        r"(?:^|; )regs? (?!.*SI )",
        "reg",
        "a regulation of the SEND Regulations 2014 (SI 2014/1530)",
    ),
    (r"\bCoP\b", "CoP", "the SEND code of practice"),
    (r"\bFTT \(HESC\) Rules\b", "FTT (HESC) Rules", "the rules of procedure of the SEND Tribunal"),
    (r"\bSI 2007/1870\b", "SI 2007/1870", "the regulations on full-time education for excluded pupils"),
    (r"\bSI 2010/1156\b", "SI 2010/1156", "the regulations on educating pupils off site to improve behaviour"),
    (r"\bSI 2012/1033\b", "SI 2012/1033", "the regulations on exclusions and their review"),
    (r"\bSI 2014/1652\b", "SI 2014/1652", "the regulations on personal budgets"),
    (r"\bSI 2015/62\b", "SI 2015/62", "the regulations on detained persons"),
    (r"\bSI 2017/1306\b", "SI 2017/1306", "the regulations on recommendations of the SEND Tribunal"),
)


def sources(legal_ref: str) -> dict[str, str]:
    """What the abbreviations of a reference stand for: ``{"CoP": "the SEND code of practice"}``."""
    return {short: full for pattern, short, full in _NAMED if re.search(pattern, legal_ref)}


_ADVICE = {
    "6(1)(a)": "the family",
    "6(1)(b)": "education",
    "6(1)(c)": "health",
    "6(1)(d)": "psychology",
    "6(1)(e)": "social care",
    "6(1)(f)": "another adviser",
    "6(1)(g)": "preparing for adulthood",
    "6(1)(h)": "whom the family named",
}
"""The categories of advice, by their place in reg 6(1)."""
EACH = {"reg6_code": "category of advice", "setting_id": "setting"}
"""What tells several limits of one kind apart."""


def about(field: str, value: str) -> str:
    """Which of several limits of one kind this is: ``psychology``, ``setting TEST-1``."""
    if field == "reg6_code":
        return _ADVICE.get(value, value)
    return f"{EACH[field]} {value}"


def clause(of: Clause) -> str:
    """``final plan issued, stating every right``."""
    parts = [event(of.type)]
    if of.where:
        parts.append(" and ".join(_condition(c) for c in of.where))
    if of.rights:
        parts.append("stating every right")
    if of.other and of.by:
        parts.append(f"with another {_plain(of.by)}")
    if of.dated:
        parts.append(f"dated by its “{_plain(of.dated)}”")
    return ", ".join(parts)


_GIVEN = {
    "in_relevant_youth_accommodation": ("made in youth accommodation", "not made in youth accommodation"),
    "cooperating_body": ("from a cooperating body", "not from a cooperating body"),
    "finished": ("saying that they have finished", "not saying that they have finished"),
    "meeting_requested": ("asking for a meeting", "not asking for a meeting"),
    "reassessment_id": ("in a re-assessment", "not in a re-assessment"),
    "notice_id": ("about a notice of amendments", "not about a notice of amendments"),
    "review_id": ("after a review", "not after a review"),
    "order_id": ("under an order", "not under an order"),
    "setting_id": ("naming a setting", "naming no setting"),
    "agreed": ("agreeing", "refusing"),
    "owed": ("of an act that could have been ordered", "outside the right of appeal"),
    "because_of_la_move": ("because of a move between authorities", "not because of a move between authorities"),
    "names_setting_after_transfer": (
        "naming what comes after the transfer",
        "not naming what comes after the transfer",
    ),
    "plan_already_names_next_setting": (
        "with a plan that already names what comes next",
        "without naming what comes next",
    ),
    "reinstated": ("reinstating the pupil", "not reinstating the pupil"),
    "reason_not_owed": ("with a reason why it is not owed", "with no reason why it is not owed"),
    "misses_public_exam": ("with a public exam missed", "with no public exam missed"),
    "meeting_id": ("recorded with an id", "recorded without an id"),
    "consultation_id": ("consulted already", "not consulted already"),
    "absent_from": ("with a first day of absence", "with no first day of absence"),
}
"""A field as a condition, when it is given and when it is not."""


_VALUES = {"S9_EA96": "of a setting that a family cannot ask for under s.38(3)"}
"""A code that no reader of law would know, as a condition."""


def _condition(of: Condition) -> str:
    if of.field in _GIVEN and of.op in ("is", "not"):
        return _GIVEN[of.field][of.op == "not"]
    name, values = _plain(of.field), " or ".join(of.values)
    match of.op:
        case "is":
            return f"{name} is given"
        case "not":
            return f"no {name}"
        case "=" if values in _VALUES:
            return _VALUES[values]
        case "=":
            return f"{name} is {values}"
        case "!=":
            return f"{name} is not {values}"
        case ">":
            return f"{name} is over {values}"
        case "<=":
            return f"{name} is at most {values}"


def _plain(field: str) -> str:
    return field.removesuffix("_id").replace("_", " ")
