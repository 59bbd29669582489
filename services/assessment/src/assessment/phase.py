"""How far a round has come, and in words (`statutory-timeline.md` 5.5)."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """How far a round has come (`statutory-timeline.md` 5.5)."""

    ABSENT = "ABSENT"
    REQUESTED = "REQUESTED"
    DECIDED_TO_ASSESS = "DECIDED_TO_ASSESS"
    DECIDED_NOT_TO_ASSESS = "DECIDED_NOT_TO_ASSESS"
    REFUSED_TO_ASSESS = "REFUSED_TO_ASSESS"
    ASSESSING = "ASSESSING"
    ASSESSED = "ASSESSED"
    DECIDED_TO_ISSUE = "DECIDED_TO_ISSUE"
    DECIDED_NOT_TO_ISSUE = "DECIDED_NOT_TO_ISSUE"
    REFUSED_PLAN = "REFUSED_PLAN"
    DRAFTING = "DRAFTING"
    CLOSED = "CLOSED"


NOW = {
    Phase.ABSENT: "No assessment has been opened for this child.",
    Phase.REQUESTED: "The request is being considered; whether to assess has not been decided.",
    Phase.DECIDED_TO_ASSESS: "It has been decided to assess, and the family has not been told yet.",
    Phase.DECIDED_NOT_TO_ASSESS: "It has been decided not to assess, and the family has not been told yet.",
    Phase.REFUSED_TO_ASSESS: "The family has been told that there will be no assessment.",
    Phase.ASSESSING: "The assessment is being made.",
    Phase.ASSESSED: "The assessment is complete; whether to issue a plan has not been decided.",
    Phase.DECIDED_TO_ISSUE: "It has been decided to issue a plan, and the family has not been told yet.",
    Phase.DECIDED_NOT_TO_ISSUE: "It has been decided not to issue a plan, and the family has not been told yet.",
    Phase.REFUSED_PLAN: "The family has been told that there will be no plan.",
    Phase.DRAFTING: "A plan is to be issued; the plan service goes on with it.",
    Phase.CLOSED: "The assessment is closed.",
}
"""Where a round stands, in words for a refusal."""

UNDER_WAY = frozenset(
    {
        Phase.REQUESTED,
        Phase.DECIDED_TO_ASSESS,
        Phase.DECIDED_NOT_TO_ASSESS,
        Phase.ASSESSING,
        Phase.ASSESSED,
        Phase.DECIDED_TO_ISSUE,
        Phase.DECIDED_NOT_TO_ISSUE,
    }
)
"""The authority still owes an answer. Another request that comes now is answered with this one."""
