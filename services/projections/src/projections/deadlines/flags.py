"""Things about a clock that somebody should look at: stable codes, each with its words."""

from __future__ import annotations

SERVED_AFTER_DUE = "served-after-due"
START_ASSUMED = "start-date-assumed"
AUTHORITY_CALENDAR = "authority-calendar-used"
TOO_EARLY = "done-too-early"
DEFECTIVE = "notice-defective"
NOT_BEFORE = "not-done-before-deciding"

WORDS = {
    SERVED_AFTER_DUE: "Sent in time but served after the last day (6.34).",
    START_ASSUMED: "The day the period counts from is not recorded; the day of the event itself is used.",
    AUTHORITY_CALENDAR: "The school's term dates are not published; the authority's are used (6.26).",
    TOO_EARLY: "Something was done before this time had passed that the law lets happen only after it.",
    DEFECTIVE: "A notice was sent without stating every right of appeal and mediation; it does not count until cured.",
    NOT_BEFORE: "The decision came before this was done.",
    "relief-not-in-reg-4": "Relieved by a ground of reg 5; reg 4, which limits refusals, lists none (6.5).",
    "appeal-running": "Kept open by an appeal until it is finally determined.",
    "certificate-pending": "Kept open: the mediation adviser was contacted in time and no certificate has issued.",
}
