"""Things about a clock that somebody should look at: stable codes, each with its words."""

from __future__ import annotations

SERVED_AFTER_DUE = "served-after-due"
START_ASSUMED = "start-date-assumed"
AUTHORITY_CALENDAR = "authority-calendar-used"
TOO_EARLY = "done-too-early"
DEFECTIVE = "notice-defective"
NOT_BEFORE = "not-done-before-deciding"
AFTER_1700 = "done-after-1700"

WORDS = {
    SERVED_AFTER_DUE: "It was sent in time and reached the family only after the last day; sending is what counts.",
    START_ASSUMED: "The day it counts from is not recorded yet; until it is, the day of the event itself is used.",
    AUTHORITY_CALENDAR: "The school's term dates are not published; the authority's are used.",
    TOO_EARLY: "Something was done before this time had passed that the law lets happen only after it.",
    DEFECTIVE: "A notice left out something that it has to say about appeal, mediation or advice; it counts only once "
    "that is put right.",
    NOT_BEFORE: "The decision came before this was done.",
    AFTER_1700: "It was done on its last day, but after 17:00, which the Tribunal's rules count as too late (rule 12); "
    "it is shown as done on the next day.",
    "relief-not-in-reg-4": "The exception is one of reg 5; reg 4, which limits refusals, lists none.",
    "appeal-running": "Kept open by an appeal until it is finally determined.",
    "certificate-pending": "Kept open: the mediation adviser was contacted in time and no certificate has issued.",
}
