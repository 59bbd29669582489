"""The points on which the texts are silent or unclear (ST section 6), with the documented choice as default.

Points of section 6 that are not here are not matters of arithmetic: what counts as a request (6.3), which letter date
to store (6.4), which date of an order is on it (6.21), whose awareness to record (6.23), who receives (6.33); or are
fixed by the design: an exception relieves and never re-dates (6.9), two functions for working days and Tribunal days
(6.32), midnight for authorities and 17:00 for the Tribunal (6.30).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    """One place for every choice. Rows of the rule table name these in ``switch``."""

    receipt_is_day_one: bool = False
    """6.1: False excludes the day of receipt (E + 7n); True counts it as Day 1, a day less, for every limit."""
    roll_to_working_day: bool = False
    """6.2: True would move a due date off weekends and bank holidays. The Regs do not say so."""
    refusal_takes_reg_5_relief: bool = True
    """6.5: reg 4 has no exceptions of its own; the grounds of reg 5 are allowed, and flagged."""
    other_advice_has_a_clock: bool = True
    """6.6: advice from bodies outside s.31 gets the six weeks of the guidance, as a rule of its own."""
    draft_window_includes_service_day: bool = True
    """6.7: DB15; False gives the family one day more (D15)."""
    consultation_counts_from_receipt: bool = True
    """6.8: the setting's 15 days count from the day it received the consultation, not the day it was sent."""
    closure_window_lead_days: int = 7
    """6.10: days before closure and before re-opening that bound the qualifying advice request, both ends in."""
    absence_must_fall_inside: bool = True
    """6.11: only days away inside the limit's own period count; False counts the whole absence if it touches it."""
    review_ends_with_decision: bool = True
    """6.12: the 12 months are kept by the LA's decision; False: by the review meeting."""
    year_ends_day_before_anniversary: bool = True
    """6.13: MB12; False: the anniversary itself (M12)."""
    two_weeks_are_fourteen_days: bool = True
    """6.14: a breach only if later than M - 14; False asks for 14 clear days (M - 15)."""
    review_longstop: bool = True
    """6.15: 12 weeks from the meeting run beside 8 weeks from the notice."""
    strictly_before: bool = True
    """6.16: "before 15 February" ends on the 14th; False: on the 15th. The guidance dates are rows of their own."""
    post16_guidance_date: bool = True
    """6.17: 31 March for a September start is monitored beside the five months."""
    mediation_days_are_calendar: bool = True
    """6.18: 30 calendar days; False: 30 working days."""
    certificate_gives_a_month: bool = True
    """6.19: one calendar month from the certificate; False: 30 days."""
    concessions_follow_2015_text: bool = True
    """6.20: reg 45 as amended in 2015 (2 and 5 weeks); False: the old text's 4 weeks to assess or amend."""
    mixed_order_takes_five_weeks: bool = True
    """6.22: where content is ordered too, the placement follows the five weeks of the whole plan."""
    sixth_day_counts_first_day: bool = True
    """6.24: SN6; False: the sixth school day after the first."""
    board_counts_from_being_told: bool = True
    """6.25: from ``GoverningBoardInformed``; False: from the first day of the exclusion."""
    authority_calendar_stands_in: bool = True
    """6.26: a school without term dates is counted by its authority's, and the clock says so; False: undecided."""
    fifteen_days_of_illness: bool = True
    """6.27: 15 school days of absence; False: more than 15."""
    review_interval_weeks: int = 6
    """6.28: local default for off-site and AP reviews, about half a term, where no date was agreed."""
    review_lookback_weeks: int = 10
    """6.28, reg 4A: a meeting in the weeks before a request frees the board from holding another."""
    show_announced_ap_cap: bool = True
    """6.29: 12 weeks in non-school AP, announced and not law, as an indicator of kind N."""
    voluntary_reversal_revives: bool = True
    """6.31: an authority that changes its mind is back on the original 16 and 20 weeks."""
    notice_met_when_sent: bool = True
    """6.34: a notice is in time when sent (and flagged if served later than due); False: when served."""


DEFAULT = Switches()
