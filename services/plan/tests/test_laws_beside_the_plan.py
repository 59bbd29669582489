"""The laws of the deciders beside the plan's own: every command accepted once, every event shown, twice is once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from plan.commissioning_body import commissioning_body
from plan.detention import detention
from plan.direct_payment import direct_payment
from plan.dispute import dispute
from plan.move import move
from plan.reassessment import reassessment
from shared.testing.laws import Example, check

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
