"""The same thing recorded again: on the same day a double click, on another day a contradiction, to be corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from assessment.advice_instead import RefuseRequestedAdvice
from assessment.codes import AdviceType
from assessment.exception_course import EndException, RejectException
from assessment.opening import CloseAssessment, Closing

from shared import Command

from . import test_advice, test_exception, test_reversal
from .stories import (
    ALL_IN,
    ANSWERED,
    ASSESSED,
    ASSESSING,
    CASE,
    COMPLETED,
    CONSIDERED,
    NOT_TO_ASSESS,
    NOT_TO_ISSUE,
    OPENED,
    READY,
    REFUSED,
    TO_ASSESS,
    TO_ISSUE,
    chase,
    complete,
    decide_not_to_assess,
    decide_not_to_issue,
    decide_to_assess,
    decide_to_issue,
    go_on_without,
    notify_consideration,
    notify_not_to_assess,
    notify_not_to_issue,
    notify_to_assess,
    notify_to_issue,
    profile,
    receive,
    story,
)

FIRST = AdviceType.PARENT_YP
CLAIM = (*OPENED, test_exception.claim())
CLAIMED = {"case_id": CASE, "exception_id": test_exception.claimed_id(*CLAIM)}


def _close(**more: Any) -> Command:
    body = {"occurred_on": COMPLETED, "case_id": CASE, "reason": Closing.MOVED_AWAY}
    return CloseAssessment(**body | more)


def _refuse_adviser(**more: Any) -> Command:
    body = {"occurred_on": ANSWERED, "case_id": CASE, "asked_for": "Test-Adviser", "reasons": "No."}
    return RefuseRequestedAdvice(**body | {"decision_maker": "mgr"} | more)


def _end(**more: Any) -> Command:
    return EndException(**{"occurred_on": COMPLETED} | CLAIMED | more)


def _reject(**more: Any) -> Command:
    body = {"occurred_on": COMPLETED, "reasons": "It does not hold.", "decided_by": "dcs"}
    return RejectException(**body | CLAIMED | more)


Story = tuple[Command, ...]


@pytest.mark.parametrize(
    ("before", "again", "code"),
    [
        (READY[:1], notify_consideration, "consideration-notified"),
        (READY, decide_to_assess, "already-decided"),
        (READY, decide_not_to_assess, "already-decided"),
        (TO_ASSESS, notify_to_assess, "no-decision-to-assess"),
        (NOT_TO_ASSESS, notify_not_to_assess, "no-decision-not-to-assess"),
        (ASSESSING, test_advice.request, "advice-asked-already"),
        (ASSESSING, test_advice.reuse, "advice-reused-already"),
        (ASSESSING, _refuse_adviser, "adviser-refused-already"),
        (ASSESSING, lambda **more: receive(FIRST, **more), "advice-received-already"),
        ((*ASSESSING, chase(FIRST)), lambda **more: go_on_without(FIRST, **more), "gone-without-already"),
        ((*ALL_IN, profile()), complete, "not-assessing"),
        (ASSESSED, decide_to_issue, "already-decided"),
        (ASSESSED, decide_not_to_issue, "already-decided"),
        (TO_ISSUE, notify_to_issue, "no-decision-to-issue"),
        (NOT_TO_ISSUE, notify_not_to_issue, "no-decision-not-to-issue"),
        (REFUSED, test_reversal.reverse, "nothing-refused"),
        (OPENED, test_exception.claim, "exception-claimed-already"),
        (CLAIM, _end, "exception-ended-already"),
        (CLAIM, _reject, "exception-rejected-already"),
        (READY, _close, "nothing-to-close"),
    ],
)
def test_the_same_again(before: Story, again: Callable[..., Command], code: str) -> None:
    first = again()
    story(*before, first).when(again()).then_nothing()
    on = first.occurred_on
    refused = story(*before, first).when(again(occurred_on=on + timedelta(days=1))).then_rejected(code)
    assert f"on {on}" in refused.detail
    assert "POST /assessments/{case_id}/corrections" in refused.detail


def test_a_case_without_a_request_allows_nothing_that_people_could_send() -> None:
    """Also where what had opened it was retracted: the answer is a refusal and no error."""
    refused = story().when(notify_consideration(occurred_on=CONSIDERED)).then_rejected("not-being-considered")
    assert "No assessment has been opened" in refused.detail
    story().when(decide_to_assess(occurred_on=date(2026, 10, 12))).then_rejected(
        "already-decided", "consideration-not-notified", "family-not-consulted"
    )
