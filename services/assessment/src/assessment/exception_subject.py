"""Which episode an exception is about: the request, one piece of advice, an order, a concession or an agreement."""

from __future__ import annotations

from uuid import UUID

from shared import Rejected

from .exception_limits import Limit
from .rounds import Basis, Round


def subject_of(limit_id: str, limit: Limit, subject_id: UUID | None, now: Round) -> UUID | None:
    """The id of the limit's own episode; None where it is the request itself.

    Raises Rejected where the round has no such episode, or ``subject_id`` names another one.
    """
    if limit.subject == "REQUEST":
        if subject_id not in (None, now.request_id):
            raise Rejected("wrong-subject", f"{limit_id} belongs to the request; leave subject_id out.")
        return None
    if limit.subject == "ADVICE":
        return _advice(limit_id, subject_id, now)
    basis = Basis(limit.subject)
    reversal = now.reversal
    if reversal is None or reversal.basis is not basis:
        raise Rejected(
            "limit-not-running",
            f"{limit_id} runs here only where a refusal of this request was reversed by {basis.lower()}, and it was "
            "not. Exceptions after an order, concession or agreement to re-assess are claimed on the plan.",
        )
    known = {
        Basis.ORDER: (reversal.order_id,),
        # A concession is owed under an order_id of its own.
        Basis.CONCESSION: (reversal.order_id, reversal.dispute_id),
        Basis.AGREEMENT: (reversal.agreement_id,),
    }[basis]
    if subject_id not in (None, *known):
        raise Rejected("wrong-subject", f"{limit_id} belongs to {known[0]}; name that in subject_id, or leave it out.")
    return known[0]


def _advice(limit_id: str, subject_id: UUID | None, now: Round) -> UUID:
    if subject_id is None:
        raise Rejected("subject-missing", "Each piece of advice has its own limit: name its advice_id in subject_id.")
    advice = now.find_advice(subject_id)
    right = "provide-advice-cooperating-body" if advice.cooperating_body else "provide-advice-other"
    if limit_id != right:
        raise Rejected(
            "wrong-limit",
            f"{advice.from_org} {'is' if advice.cooperating_body else 'is not'} bound by s.31, so its advice has the "
            f"limit {right}.",
        )
    return advice.advice_id
