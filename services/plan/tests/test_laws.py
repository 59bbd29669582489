"""The laws of the plan's decider: every command accepted once, every event shown, twice is once.

Those of the deciders beside it are in ``test_laws_beside_the_plan``.
"""

from __future__ import annotations

from plan.plan import plan
from shared.testing.laws import check

from .plan_examples import plan_examples


def test_laws() -> None:
    check(plan, plan_examples())
