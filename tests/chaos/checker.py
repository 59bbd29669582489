"""What must hold when everything is quiet again, judged from outside: history, logs, topics, cursors, projections."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby

import orjson
from shared.core.codec import StoredEvent
from shared.edge.kafka import Delivered
from shared.edge.store import PostgresEventStore
from shared.flow.audit import seals_of, verify_topic
from shared.flow.seal import Signer, verify_seals

from .cluster import Cluster
from .picture import Picture, consumers, topic_of
from .workload import MARK, History, Sent


async def check(cluster: Cluster, history: History, picture: Picture) -> list[str]:
    """Every broken promise, in words; empty if none is."""
    found = [*history.impossible, *cluster.died]
    found += commands_happened_once(history, picture)
    found += reads_were_true(history, picture)
    for service in cluster.services:
        found += lanes_have_no_gap(service, picture)
        found += topic_is_the_log(service, picture)
        found += cursors_are_at_the_heads(service, picture)
        found += await chains_verify(cluster, service)
    found += reactions_happened_once(picture)
    found += alerts_were_told_once(picture)
    found += nothing_is_parked(picture)
    found += no_name_in_a_log(cluster)
    if "projections" in cluster.services:
        code, said = cluster.command("projections", "prove")
        found += [f"projections prove ended with {code}:\n{said}"] if code else []
    return found


# --- commands ---


def commands_happened_once(history: History, picture: Picture) -> Iterator[str]:
    """Answered 2xx: in the log, once, as answered. Answered with an error: nowhere. Every command was answered."""
    by_command = {service: picture.by_command(service) for service in picture.logs}
    answers: dict[tuple[str, object], list[Sent]] = defaultdict(list)
    for sent in history.sent:
        answers[sent.service, sent.command_id].append(sent)
    for (service, command_id), sends in answers.items():
        events = by_command[service].get(command_id, [])  # type: ignore[call-overload]
        yield from _judge_command(sends, events)


def _judge_command(sends: list[Sent], events: list[StoredEvent]) -> Iterator[str]:
    stored = [str(e.event_id) for e in sorted(events, key=lambda e: e.version)]
    first = sends[0]
    what = f"{first.command} {first.key} ({first.service})"
    if len(set(stored)) != len(stored):
        yield f"{what} is in the log more than once"
    if any(sent.status is None for sent in sends):
        yield f"{what} never got an answer: {first.statuses}"
    answered = [[e["event_id"] for e in sent.answer["events"]] for sent in sends if sent.done]
    for said in answered:
        if said != stored:
            yield f"{what} was answered with {said} and the log has {stored}"
    if not answered and stored:
        yield f"{what} was answered {[sent.status for sent in sends]} and left {stored} in the log"


# --- reads ---


def reads_were_true(history: History, picture: Picture) -> Iterator[str]:
    """A stream that was looked at is a beginning of what it became, and has all that was answered before the look."""
    streams: dict[tuple[str, str], list[str]] = defaultdict(list)
    for service, log in picture.logs.items():
        for event in sorted(log, key=lambda e: e.version):
            streams[service, event.stream].append(str(event.event_id))
    answered: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for sent in history.sent:
        if sent.done:
            answered[sent.service, sent.answer["stream"]].append((sent.ended, sent.answer["version"]))
    latest: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for seen in history.seen:
        place = (seen.service, seen.stream)
        if list(seen.events) != streams[place][: seen.version]:
            yield f"{seen.stream} was read as {seen.events} and has become {streams[place]}"
        known = [version for ended, version in answered[place] + latest[place] if ended < seen.began]
        if known and max(known) > seen.version:
            yield f"{seen.stream} was at version {max(known)} and was read afterwards at {seen.version}"
        latest[place].append((seen.ended, seen.version))


# --- logs and topics ---


def lanes_have_no_gap(service: str, picture: Picture) -> Iterator[str]:
    lanes = {lane: [e.sequence for e in log] for lane, log in groupby(picture.logs[service], lambda e: e.lane)}
    for lane, head in picture.heads[service].items():
        if lanes.get(lane, []) != list(range(1, head + 1)):
            yield f"{service} lane {lane} has the numbers {lanes.get(lane)} and the head {head}"


def topic_is_the_log(service: str, picture: Picture) -> Iterator[str]:
    """Every event is on the topic; the first time in order; each time with the stored bytes."""
    stored = {(e.lane, e.sequence): e for e in picture.logs[service]}
    expected: Counter[int] = Counter()
    for record in picture.topics[service]:
        event = stored.get((record.lane, record.sequence))
        where = f"{topic_of(service)}, partition {record.lane}, offset {record.offset}"
        if event is None:
            yield f"{where} has event {record.sequence}, which the log does not have"
        elif _all_of(record) != _all_of(event):
            yield f"{where} has event {record.sequence} with other bytes than the log"
        if record.sequence > expected[record.lane] + 1:
            yield f"{where} has event {record.sequence}; {expected[record.lane] + 1} was not there yet"
        expected[record.lane] = max(expected[record.lane], record.sequence)
    for lane, head in picture.heads[service].items():
        if expected[lane] != head:
            yield f"{topic_of(service)}, partition {lane}, ends with {expected[lane]}, and the log with {head}"


def _all_of(event: StoredEvent | Delivered) -> tuple[object, ...]:
    return tuple(getattr(event, name) for name in StoredEvent._fields)


async def chains_verify(cluster: Cluster, service: str) -> list[str]:
    """From the database and from the topic, each also against every published seal."""
    settings = cluster.settings(service)
    assert settings.seal_signing_key is not None
    public_key = Signer(settings.seal_signing_key.get_secret_value()).public_key
    seals = await seals_of(settings)
    async with cluster.database(service) as connection:
        store = PostgresEventStore(connection)
        faults = [*await store.verify(), *await verify_seals(settings.service, connection, seals, public_key)]
    chain = await verify_topic(settings, topic_of(service))
    looked_at = chain.check_seals(settings.service, seals, public_key)
    said = [f"{service}: lane {f.lane}, event {f.sequence} {f.what}" for f in [*faults, *chain.faults]]
    return said if looked_at else [*said, f"{service} published no seal"]


def cursors_are_at_the_heads(service: str, picture: Picture) -> Iterator[str]:
    at = {(c.consumer, c.topic, c.lane): c for c in picture.cursors[service]}
    logs = {topic_of(name): log for name, log in picture.logs.items()}
    for consumer, topic in consumers(service):
        last = {e.lane: e for e in logs.get(topic, [])}
        for lane, event in last.items():
            cursor = at.get((consumer, topic, lane))
            if cursor is None or (cursor.sequence, cursor.hash) != (event.sequence, event.hash):
                yield f"{service}.{consumer} is not at event {event.sequence} of {topic} lane {lane}: {cursor}"


# --- effects ---


def reactions_happened_once(picture: Picture) -> Iterator[str]:
    """Every request opened a round of the assessment or joined one, once; every notice asked for each advice once."""
    caused: dict[str, list[StoredEvent]] = defaultdict(list)
    for log in picture.logs.values():
        for event in log:
            if cause := orjson.loads(event.metadata)["causation_id"]:
                caused[cause].append(event)
    for cause, effects in caused.items():
        for command_id, events in groupby(effects, lambda e: e.command_id):
            versions = [e.version for e in events]
            if versions != list(range(versions[0], versions[0] + len(versions))):
                yield f"the reaction {command_id} to {cause} was carried out more than once"
    if "assessment" not in picture.logs:
        return
    for event in picture.logs.get("referral", []):
        had = [e.type for e in caused[str(event.event_id)]]
        if event.type in _REQUESTS and had not in _ANSWERS:
            yield f"{event.type} {event.event_id} had the effects {had}"
    closed = {_request_of(e) for e in picture.logs["assessment"] if e.type == "assessment.assessment-closed"}
    for event in picture.logs["assessment"]:
        if event.type == "assessment.decision-to-assess-notified":
            asked = [orjson.loads(e.data)["advice_type"] for e in caused[str(event.event_id)]]
            # A request that was withdrawn meanwhile needs no advice.
            if len(asked) != len(set(asked)) or (not asked and _request_of(event) not in closed):
                yield f"the notice {event.event_id} asked for {asked}"


def _request_of(event: StoredEvent) -> str:
    return str(orjson.loads(event.data)["request_id"])


_REQUESTS = ("referral.ehc-needs-assessment-requested", "referral.local-authority-became-responsible")
_ANSWERS = (["assessment.assessment-opened"], ["assessment.assessment-closed"])


def alerts_were_told_once(picture: Picture) -> Iterator[str]:
    told: Counter[tuple[object, ...]] = Counter()
    for event in picture.logs.get("projections", []):
        data = orjson.loads(event.data)
        told[data["case_id"], data["clock_id"], event.type, data.get("days"), data["due_on"]] += 1
        if event.version != 1:
            yield f"the alert {event.stream} was told {event.version} times"
    yield from (f"an alert was told {times} times: {alert}" for alert, times in told.items() if times > 1)


def nothing_is_parked(picture: Picture) -> Iterator[str]:
    yield from (f"{service} parked {parked}" for service, parked in picture.parked.items() if parked)


def no_name_in_a_log(cluster: Cluster) -> Iterator[str]:
    """No process, PostgreSQL and Kafka included, wrote a child's name anywhere."""
    for path in sorted(cluster.home.logs.glob("*.log*")):
        for line in path.read_text(errors="replace").splitlines():
            if MARK in line:
                yield f"{path.name} has a name in it: {line[:300]}"
