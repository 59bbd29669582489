"""The statutory tests, and the only things a refusal may rest on.

To assess, s.36(8): (a) the child has or may have special educational needs, and (b) it may be necessary for special
educational provision to be made in accordance with a plan. To issue, s.37(1): it is necessary. No standard, threshold,
policy or budget stands beside them (`green-paper.md` 1.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import Field

from shared import Rejected, Value

from .codes import Cited, Finding
from .dates import months_after

BAR_MONTHS = 6


class FindingsToAssess(Value):
    """s.36(8), both limbs."""

    may_have_sen: Finding = Field(description="(a) The child has or may have special educational needs.")
    may_need_plan: Finding = Field(description="(b) Provision in accordance with an EHC plan may be necessary.")

    @property
    def met(self) -> bool:
        return self.may_have_sen is Finding.MET and self.may_need_plan is Finding.MET


class FindingToIssue(Value):
    """s.37(1)."""

    plan_necessary: Finding = Field(description="Provision in accordance with an EHC plan is necessary.")

    @property
    def met(self) -> bool:
        return self.plan_necessary is Finding.MET


CITED_IN_WORDS = {
    Cited.STANDARD: "a standard",
    Cited.LOCAL_THRESHOLD: "a local threshold",
    Cited.LOCAL_POLICY: "a local policy",
    Cited.NO_DIAGNOSIS: "that there is no diagnosis",
    Cited.ATTAINMENT: "the level of attainment",
    Cited.RESOURCES: "the authority's resources",
    Cited.OTHER: "something else",
}


def refuse_other_grounds(cites: Iterable[Cited], section: str) -> None:
    """Refuse a refusal that rests on anything but the statutory test."""
    if others := [CITED_IN_WORDS[c] for c in dict.fromkeys(cites) if c is not Cited.STATUTORY_TEST]:
        raise Rejected(
            "not-the-statutory-test",
            f"A refusal may rest only on the test of {section}; this one cites {', '.join(others)}. Say which limb of "
            "the test is not met for this child, on what evidence, and cite STATUTORY_TEST alone.",
        )


def refuse_inapplicable_bar(last_assessed_on: date, decided_on: date) -> None:
    """Refuse the six-month bar where the last assessment lies six months or more before the decision (s.36(6)).

    The bar is tested on the day of the decision, the later and for the family the better reading.
    """
    over = months_after(last_assessed_on, BAR_MONTHS)
    if last_assessed_on > decided_on or decided_on >= over:
        raise Rejected(
            "six-month-bar-does-not-apply",
            f"The bar needs an assessment in the six months before the decision of {decided_on}; the last was on "
            f"{last_assessed_on}. Apply the test of s.36(8) instead.",
        )
