"""Where a child goes: what the family asks for, what settings answer, what is named, and the first day there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.load.directory import Setting
from demo.load.step import Seen
from demo.load.stories.case import MANAGER, PLACEMENT, Case, days
from demo.load.terms import school_day, working_day


@dataclass(frozen=True, slots=True)
class Choice:
    """The setting that will be named, and the one the family would rather have had, if another."""

    named: Setting
    preferred: Setting

    @property
    def granted(self) -> bool:
        return self.named.setting_id == self.preferred.setting_id


def choose(case: Case, on: date) -> Choice:
    """A setting for the child's age, of a kind as usual in this authority; most families get what they ask for."""
    age = min(max(case.child.age_on(on), 2), 24)
    kinds = {
        kind: weight
        for kind, weight in case.calibration.settings.items()
        if weight and case.directory.of(kind, age=age)
    }
    named = case.pick(case.directory.of(case.weighed(kinds), age=age))
    if named.category == "MAINSTREAM" and case.school.takes(age):
        named = case.school
    wished = [s for s in case.directory.of("SPECIAL_INDEPENDENT", age=age) if not s.section41]
    if named.category == "SPECIAL_STATE" and wished and case.chance(0.3):
        return Choice(named, wished[0])
    return Choice(named, named)


def consult_and_name(case: Case, choice: Choice, asked: date, decided: date) -> None:
    """The family's wish is consulted by itself, others by the placement officer; then section I is decided."""
    wish = {"setting_id": choice.preferred.setting_id, "preferred_by": case.family(asked)}
    case.do(asked, PLACEMENT, "placement.ExpressPreference", wish)
    consulted = [(choice.preferred, asked, _by_reaction(case, choice.preferred))]
    others = [choice.named] if not choice.granted else []
    age = min(max(case.child.age_on(asked), 2), 24)
    if case.chance(0.35):
        peers = [s for s in case.directory.of(choice.named.category, age=age) if s not in (choice.named, *others)]
        others += peers[:1]
    for other in others:
        body = {"setting_id": other.setting_id, "channel": "EMAIL"}
        sent = case.later(asked, 0, 2)
        done = case.do(sent, PLACEMENT, "placement.ConsultSetting", body)
        consulted.append((other, sent, {"ids": {"consultation_id": done.id("consultation_id")}}))
    answers = []
    for setting, sent, how in consulted:
        if setting not in (choice.named, choice.preferred) and case.chance(0.3):
            continue  # some never answer; nothing waits for them
        window = max((decided - sent).days - 1, 3)
        came = working_day(sent + days(case.between(3, min(window, 24))))
        answers.append((max(min(came, decided), sent), setting, how))
    for came, setting, how in sorted(answers, key=lambda one: one[0]):
        _respond(case, came, setting, choice, how)
    name(case, choice, decided)


def _by_reaction(case: Case, setting: Setting) -> dict[str, Any]:
    path = f"/cases/{case.case_id}/naming/history"
    where = {"setting_id": setting.setting_id}
    seen = Seen("placement", path, "placement.setting-consulted", "consultation_id", where)
    return {"ids": {"consultation_id": "{consultation}"}, "seen": {"consultation": seen}}


def _respond(case: Case, on: date, setting: Setting, choice: Choice, how: dict[str, Any]) -> None:
    able = setting == choice.named or (setting != choice.preferred and case.chance(0.5))
    body: dict[str, Any] = {"response": "CAN_MEET"} if able else {"response": "CANNOT_MEET", "grounds": ["S39B"]}
    case.do(on, PLACEMENT, "placement.RecordConsultationResponse", body, **how)


def name(case: Case, choice: Choice, on: date) -> None:
    """The decision on section I, with what the law asks of a refusal."""
    body: dict[str, Any] = {
        "decision": "NAMED",
        "setting_id": choice.named.setting_id,
        "reasons": "It can meet the needs and has a place.",
        "evidence_refs": [f"doc-{case.child.number}-naming"],
        "decision_maker": MANAGER.user,
        "family_consulted_on": on.isoformat(),
    }
    if not choice.granted:
        body["refusals"] = [
            {
                "setting_id": choice.preferred.setting_id,
                "section_9_reasons": "It costs a third more for the same provision and offers no place this year.",
                "explanation": "The special school named makes the same provision nearer home.",
            }
        ]
    case.do(on, MANAGER, "placement.DecideNaming", body)


def start_placement(case: Case, choice: Choice, after: date) -> None:
    """The first day at the setting: soon where the child is there already, else after some weeks."""
    there = choice.named == case.school
    first = school_day(after + timedelta(days=1 if there else case.between(10, 45)))
    body = {
        "setting_id": choice.named.setting_id,
        "person_id": case.person_id,
        "transport_needed": not there and case.chance(0.4),
    }
    if "placed" in case.notes:
        body["ends_current_because"] = "MOVED_TO_ANOTHER_SETTING"
    case.do(first, PLACEMENT, "placement.StartPlacement", body)
    case.notes["placed"] = choice.named
