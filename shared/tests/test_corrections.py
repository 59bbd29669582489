"""What was recorded wrongly: any plain date of an event can be corrected, and an entry can be retracted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from shared.core.corrections import CorrectDate, dates_of
from shared.core.retractions import RetractEntry
from shared.flow.handle import Handler, Outcome
from shared.service import Service
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app
from shared.web.routes import correction, history

from shared import (
    COME,
    UNFILLED,
    Actor,
    CaseOfPerson,
    Command,
    Condition,
    DateCorrected,
    Decider,
    Decision,
    EntryRetracted,
    Event,
    NewId,
    NotBefore,
    Personal,
    Rejected,
)

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
ANA = Actor(user_id="ana", role="send_caseworker", org_id="999", la_code="999")
PERSON = UUID(int=7)


class LetterSent(Event):
    """Sent, received, to be answered, seen on its way."""

    type: Literal["post.letter-sent"] = "post.letter-sent"
    letter_id: UUID
    case_id: UUID
    person_id: UUID
    born_on: Personal[date]
    received_on: Annotated[date, COME, NotBefore("occurred_on")]
    answer_by: Annotated[date, NotBefore("received_on")]
    seen_on: Annotated[date | None, COME] = None


class AnswerReceived(Event):
    type: Literal["post.answer-received"] = "post.answer-received"
    letter_id: UUID
    case_id: UUID


class LetterFiled(Event):
    """Comes with the answer."""

    type: Literal["post.letter-filed"] = "post.letter-filed"
    letter_id: UUID
    case_id: UUID


class LetterSeen(Event):
    """Leaves no trace in the state."""

    type: Literal["post.letter-seen"] = "post.letter-seen"
    letter_id: UUID
    case_id: UUID


class LetterDateCorrected(DateCorrected):
    type: Literal["post.letter-date-corrected"] = "post.letter-date-corrected"
    letter_id: UUID
    case_id: UUID


class SendLetter(Command):
    letter_id: NewId = UNFILLED
    person_id: UUID = PERSON
    case_id: CaseOfPerson = UNFILLED


class ReceiveAnswer(Command):
    letter_id: UUID


class SeeLetter(Command):
    letter_id: UUID


@dataclass(frozen=True, slots=True)
class Letter:
    case_id: UUID | None = None
    sent_on: date | None = None
    received_on: date | None = None
    answered_on: date | None = None
    filed: bool = False


def _evolve(
    state: Letter, event: LetterSent | AnswerReceived | LetterFiled | LetterSeen | LetterDateCorrected
) -> Letter:
    match event:
        case LetterSent():
            return Letter(event.case_id, event.occurred_on, event.received_on)
        case AnswerReceived():
            return replace(state, answered_on=event.occurred_on)
        case LetterFiled():
            return replace(state, filed=True)
        case LetterSeen() | LetterDateCorrected():
            return state
        case _ as never:
            assert_never(never)


def _is_sent(state: Letter) -> Condition | None:
    return None if state.sent_on else Condition("letter-not-sent", "There is no such letter.")


def _send(c: SendLetter, _: Letter) -> list[Event]:
    days = {"received_on": c.occurred_on, "answer_by": date(2026, 10, 1), "born_on": date(2018, 3, 4)}
    return [
        LetterSent(occurred_on=c.occurred_on, letter_id=c.letter_id, case_id=c.case_id, person_id=c.person_id, **days)
    ]


def _answer(c: ReceiveAnswer, s: Letter) -> list[Event]:
    said: dict[str, Any] = {"occurred_on": c.occurred_on, "letter_id": c.letter_id, "case_id": s.case_id}
    return [AnswerReceived(**said), LetterFiled(**said)]


def _see(c: SeeLetter, s: Letter) -> list[Event]:
    assert s.case_id is not None
    return [LetterSeen(occurred_on=c.occurred_on, letter_id=c.letter_id, case_id=s.case_id)]


letter = Decider(
    name="letter",
    key="letter_id",
    initial=Letter(),
    evolve=_evolve,
    events=LetterSent | AnswerReceived | LetterFiled | LetterSeen | LetterDateCorrected,
    decisions=[
        Decision(SendLetter, _send, opens=True),
        Decision(ReceiveAnswer, _answer, when=[_is_sent]),
        Decision(SeeLetter, _see, when=[_is_sent]),
    ],
)
service = Service(name="post", deciders=[letter])


class Post:
    """One letter, sent on 1 September 2026, and its handler."""

    def __init__(self) -> None:
        self.store, self.keyring = MemoryEventStore(), MemoryKeyring()
        self.handler: Handler = service.handler(self.store, self.keyring)
        self.id = ""

    async def send(self, command: Command) -> Outcome:
        outcome = await self.handler.handle(command, by=ANA, at=NOW, command_id=uuid4())
        self.id = outcome.id
        return outcome

    async def amend(self, wish: CorrectDate | RetractEntry) -> Outcome:
        return await self.handler.correct(
            letter, self.id, LetterDateCorrected, wish, by=ANA, at=NOW, command_id=uuid4()
        )

    async def correct(self, now: str, field: str | None = None, event: UUID | None = None) -> Outcome:
        which = {"field": field} if field else {}
        event_id = event or (await self.store.load(f"letter-{self.id}"))[0].event_id
        return await self.amend(CorrectDate(event_id=event_id, now=date.fromisoformat(now), reason="MISTYPED", **which))

    async def retract(self, event: UUID | None = None) -> Outcome:
        event_id = event or (await self.store.load(f"letter-{self.id}"))[0].event_id
        return await self.amend(RetractEntry(event_id=event_id, reason="DID_NOT_HAPPEN"))

    async def state(self) -> Any:
        return (await self.handler.load(letter, self.id, la_code="999")).state


@pytest.fixture
async def post() -> Post:
    post = Post()
    await post.send(SendLetter(occurred_on=date(2026, 9, 1)))
    return post


# --- dates ---


def test_every_plain_date_of_an_event_can_be_corrected_and_no_sealed_one() -> None:
    assert set(dates_of(LetterSent)) == {"occurred_on", "received_on", "answer_by", "seen_on"}


async def test_a_second_date_is_corrected_and_the_rules_see_it(post: Post) -> None:
    await post.correct("2026-09-03", "received_on")
    assert (await post.state()).received_on == date(2026, 9, 3)
    assert (await post.state()).sent_on == date(2026, 9, 1)
    first, said = await post.store.load(f"letter-{post.id}")
    assert orjson.loads(first.data)["received_on"] == "2026-09-01"
    told = orjson.loads(said.data)
    assert (told["field"], told["was"], told["now"]) == ("received_on", "2026-09-01", "2026-09-03")
    assert told["case_id"] == orjson.loads(first.data)["case_id"]


async def test_without_a_field_it_is_the_day_it_happened(post: Post) -> None:
    await post.correct("2026-08-31")
    assert (await post.state()).sent_on == date(2026, 8, 31)


async def test_a_date_that_was_not_recorded_can_be_filled_in(post: Post) -> None:
    await post.correct("2026-09-02", "seen_on")
    loaded = await post.handler.load(letter, post.id, la_code="999")
    assert loaded.history[1].event.was is None  # type: ignore[attr-defined]


async def test_the_last_correction_of_each_date_counts(post: Post) -> None:
    await post.correct("2026-08-20")
    await post.correct("2026-09-05", "received_on")
    await post.correct("2026-09-04", "received_on")
    assert ((await post.state()).sent_on, (await post.state()).received_on) == (date(2026, 8, 20), date(2026, 9, 4))


async def test_the_same_correction_again_does_nothing(post: Post) -> None:
    await post.correct("2026-09-03", "received_on")
    assert (await post.correct("2026-09-03", "received_on")).events == ()


@pytest.mark.parametrize(
    ("field", "now", "code"),
    [
        ("born_on", "2018-03-05", "no-such-date"),
        ("letter_id", "2026-09-02", "no-such-date"),
        ("colour", "2026-09-02", "no-such-date"),
        ("received_on", "2026-09-01", "same-date"),
        ("occurred_on", "2026-09-01", "same-date"),
        ("received_on", "2026-09-08", "date-in-future"),
        ("received_on", "2026-08-31", "dates-out-of-order"),
        ("occurred_on", "2026-09-02", "dates-out-of-order"),
        ("answer_by", "2026-08-01", "dates-out-of-order"),
    ],
)
async def test_what_makes_no_sense_is_refused(post: Post, field: str, now: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        await post.correct(now, field)
    assert refused.value.code == code


async def test_a_date_that_may_lie_ahead_may_be_corrected_to_one_that_does(post: Post) -> None:
    await post.correct("2027-01-01", "answer_by")


async def test_a_correction_of_version_1_still_loads_and_means_the_day_it_happened(post: Post) -> None:
    await post.correct("2026-08-31")
    _, said = await post.store.load(f"letter-{post.id}")
    old = orjson.loads(said.data)
    del old["field"]
    lifted = service.codec.decode(said._replace(schema_version=1, data=orjson.dumps(old)), {}).event
    assert isinstance(lifted, DateCorrected)
    assert (lifted.field, lifted.now) == ("occurred_on", date(2026, 8, 31))


# --- entries ---


async def test_an_entry_recorded_in_error_no_longer_counts_and_stays_in_the_log(post: Post) -> None:
    answered = await post.send(ReceiveAnswer(letter_id=UUID(post.id)))
    outcome = await post.retract(answered.events[0].event_id)
    assert [e.type for e in outcome.events] == ["post.letter-entry-retracted"] * 2
    state = await post.state()
    assert (state.answered_on, state.filed) == (None, False), "what one command recorded goes together"
    assert len(await post.store.load(f"letter-{post.id}")) == 5
    assert (await post.retract(answered.events[1].event_id)).events == ()
    await post.send(ReceiveAnswer(letter_id=UUID(post.id), occurred_on=date(2026, 9, 4)))
    assert (await post.state()).answered_on == date(2026, 9, 4)


async def test_an_entry_that_later_ones_may_rest_on_is_refused_and_says_which(post: Post) -> None:
    answered = await post.send(ReceiveAnswer(letter_id=UUID(post.id)))
    with pytest.raises(Rejected) as refused:
        await post.retract()
    assert refused.value.code == "later-entries-depend"
    assert str(answered.events[0].event_id) in str(refused.value)
    await post.retract(answered.events[0].event_id)
    await post.retract()
    assert await post.state() == Letter()


async def test_an_entry_that_left_no_trace_can_be_retracted_whatever_came_after(post: Post) -> None:
    seen = await post.send(SeeLetter(letter_id=UUID(post.id)))
    await post.send(ReceiveAnswer(letter_id=UUID(post.id)))
    await post.retract(seen.events[0].event_id)
    assert (await post.state()).filed


async def test_a_correction_is_not_in_the_way_of_a_retraction(post: Post) -> None:
    await post.correct("2026-08-31")
    await post.retract()
    with pytest.raises(Rejected) as refused:
        await post.correct("2026-08-30", event=(await post.store.load(f"letter-{post.id}"))[0].event_id)
    assert refused.value.code == "entry-retracted"


async def test_a_stream_whose_opening_was_retracted_is_as_if_it_had_never_been_opened(post: Post) -> None:
    await post.retract()
    with pytest.raises(Rejected) as refused:
        await post.send(ReceiveAnswer(letter_id=UUID(post.id)))
    assert refused.value.code == "letter-not-sent"
    await post.send(SendLetter(letter_id=UUID(post.id)))
    assert (await post.state()).sent_on == date(2026, 9, 7)


@pytest.mark.parametrize("position", [1, 2])
async def test_corrections_and_retractions_are_not_themselves_retracted(post: Post, position: int) -> None:
    await post.correct("2026-08-31")
    await post.retract()
    with pytest.raises(Rejected) as refused:
        await post.retract((await post.store.load(f"letter-{post.id}"))[position].event_id)
    assert refused.value.code == "no-such-event"


async def test_a_retraction_survives_the_log(post: Post) -> None:
    await post.retract()
    first, said = await post.store.load(f"letter-{post.id}")
    back = service.codec.decode(said, {}).event
    assert isinstance(back, EntryRetracted)
    assert (back.retracts, back.retracted_type, back.reason) == (first.event_id, "post.letter-sent", "DID_NOT_HAPPEN")


# --- over HTTP ---


class _Anybody:
    async def actor(self, authorization: str | None) -> Actor:
        return ANA


async def test_over_http(post: Post) -> None:
    routes = [
        history("GET /letters/{letter_id}/history", letter),
        correction("POST /letters/{letter_id}/corrections", letter, LetterDateCorrected),
    ]
    app = build_app(
        name="post", handler=post.handler, routes=routes, tokens=_Anybody(), clock=lambda: NOW, demo_clock=False
    )
    at = f"/letters/{post.id}"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        (sent,) = (await client.get(f"{at}/history")).json()
        body = {"event_id": sent["event_id"], "reason": "DOCUMENT_SHOWS"}
        corrected = {**body, "field": "received_on", "now": "2026-09-02"}
        assert (await client.post(f"{at}/corrections", json=corrected)).status_code == 200
        wrong = await client.post(f"{at}/corrections", json={**corrected, "field": "Nothing Such"})
        assert [f["field"] for f in wrong.json()["fields"]] == ["field"]
        wrong = await client.post(f"{at}/retractions", json={**body, "reason": "DOCUMENT_SHOWS"})
        assert (wrong.status_code, [f["field"] for f in wrong.json()["fields"]]) == (422, ["reason"])
        assert (
            await client.post(f"{at}/retractions", json={**body, "reason": "WRONG_CASE"}, headers={"If-Match": '"1"'})
        ).status_code == 412
        assert (await client.post(f"{at}/retractions", json={**body, "reason": "WRONG_CASE"})).status_code == 200
        sent, _, retracted = (await client.get(f"{at}/history")).json()
        assert (sent["corrected"], sent["retracted"], sent["data"]["received_on"]) == (True, True, "2026-09-02")
        assert retracted["type"] == "post.letter-entry-retracted"
        missing = await client.post(f"/letters/{uuid4()}/retractions", json={**body, "reason": "WRONG_CASE"})
        assert missing.status_code == 404
