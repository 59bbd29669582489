"""The laws of the deciders beside the plan's own: every command accepted once, every event shown, twice is once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from plan.api import routes
from plan.commissioning_body import commissioning_body
from plan.detention import detention
from plan.direct_payment import direct_payment
from plan.dispute import dispute
from plan.dispute_appeal import RegisterAppeal
from plan.move import ChangeMove, move
from plan.reassessment import reassessment
from shared.testing.laws import Example, check, check_what_people_send

from shared import Decider

from .beside_the_plan import (
    commissioning_body_examples,
    detention_examples,
    direct_payment_examples,
    mediation_examples,
    move_examples,
    reassessment_examples,
    tribunal_examples,
)

ELSEWHERE = {"decision_id", "review_id"}
"""Notices are the assessment's too; a release is reviewed in the plan's own stream."""


@pytest.mark.parametrize(
    ("decider", "examples"),
    [
        (reassessment, reassessment_examples()),
        (move, move_examples()),
        (commissioning_body, commissioning_body_examples()),
        (detention, detention_examples()),
        (direct_payment, direct_payment_examples()),
        (dispute, [*mediation_examples(), *tribunal_examples()]),
    ],
    ids=lambda p: p.name if isinstance(p, Decider) else "",
)
def test_laws(decider: Decider[Any], examples: Sequence[Example]) -> None:
    check(decider, examples)
    check_what_people_send(
        decider,
        examples,
        routes,
        elsewhere=ELSEWHERE,
        lasting={ChangeMove},
        unlike={RegisterAppeal},
    )
