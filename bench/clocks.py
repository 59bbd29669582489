"""All statutory clocks of many open cases, recomputed: cases per second on one core, and where the time goes.

    python -m bench.clocks [--cases 100000] [--profile]

A case has about 60 events: a request with its advice, a draft, consultations and a final plan, three yearly reviews of
which some amend, and for some a dispute, a suspension or alternative provision. Wire data, as a projection keeps it.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from projections.deadlines import Calendars, Fact, Rules, clocks, status_of

CASES = 100_000
DISTINCT = 500
"""So many different cases are made; they are then reckoned over and over."""
RIGHTS = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}
SETTING = "00000000-0000-4000-8000-00000000abcd"


class _Case:
    """Makes the events of one case, in order."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.case_id = self.id()
        self.facts: list[Fact] = []

    def id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def add(self, service: str, name: str, on: date, **data: Any) -> None:
        recorded_at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC) + timedelta(hours=self.random.randrange(48))
        wire = {k: v.isoformat() if isinstance(v, date) else v for k, v in data.items()}
        self.facts.append(
            Fact(self.id(), f"{service}.{name}", on, recorded_at, "801", {"case_id": self.case_id, **wire})
        )

    def assessment(self, on: date, request: str) -> None:
        days = self.random.randrange
        self.add("referral", "ehc-needs-assessment-requested", on, request_id=request)
        self.add("assessment", "assessment-opened", on, request_id=request)
        self.add("assessment", "assessment-consideration-notified", on + timedelta(2), request_id=request)
        self.add("assessment", "parent-or-young-person-consulted", on + timedelta(9), request_id=request)
        decided = on + timedelta(30 + days(20))
        self.add("assessment", "decision-to-assess-made", decided, request_id=request)
        self.add("assessment", "decision-to-assess-notified", decided, request_id=request, year_group=5)
        for code in "abcde":
            advice, health = self.id(), code == "c"
            reached = {"reached_adviser_on": decided + timedelta(1)} if health else {}
            self.add("assessment", "advice-requested", decided, request_id=request, advice_id=advice,
                     reg6_code=f"6(1)({code})", cooperating_body=health, **reached)  # fmt: skip
            self.add("assessment", "advice-received", decided + timedelta(25 + days(30)), request_id=request,
                     advice_id=advice)  # fmt: skip
        self.add("assessment", "assessment-completed", on + timedelta(100), request_id=request, assessment_id=self.id())
        self.add("assessment", "decision-to-issue-plan-made", on + timedelta(102), request_id=request)
        self.add("assessment", "decision-to-issue-plan-notified", on + timedelta(103), request_id=request)

    def plan(self, on: date, request: str, plan: str) -> date:
        self.add("plan", "plan-opened", on + timedelta(102), request_id=request, plan_id=plan)
        served = on + timedelta(110)
        self.add("plan", "draft-plan-served", served, request_id=request, plan_id=plan, version=1, served_on=served)
        for rank in range(3):
            setting, consultation = self.id(), self.id()
            self.add("placement", "preference-expressed", served, plan_id=plan, setting_id=setting,
                     preference_id=self.id(), rank=rank)  # fmt: skip
            self.add("placement", "setting-consulted", served + timedelta(3), plan_id=plan, setting_id=setting,
                     consultation_id=consultation, received_by_setting_on=served + timedelta(3))  # fmt: skip
            self.add("placement", "setting-consultation-responded", served + timedelta(14), plan_id=plan,
                     consultation_id=consultation)  # fmt: skip
        self.add("plan", "representations-received", served + timedelta(12), plan_id=plan, finished=True,
                 meeting_requested=False, representation_id=self.id())  # fmt: skip
        issued = on + timedelta(125 + self.random.randrange(40))
        self.add("placement", "naming-decision-made", issued, plan_id=plan, naming_id=self.id())
        self.add("plan", "final-plan-issued", issued, request_id=request, plan_id=plan, setting_id=SETTING,
                 decision_id=self.id(), rights=RIGHTS)  # fmt: skip
        self.add("placement", "placement-started", issued + timedelta(20), plan_id=plan, setting_id=SETTING)
        return issued

    def review(self, due: date, plan: str, *, amends: bool) -> date:
        review, met = self.id(), due - timedelta(40 + self.random.randrange(20))
        own = {"plan_id": plan, "review_id": review}
        self.add("plan", "annual-review-scheduled", met - timedelta(60), meeting_on=met, **own)
        self.add("plan", "review-invitations-sent", met - timedelta(20), **own)
        self.add("plan", "review-advice-circulated", met - timedelta(15), **own)
        self.add("plan", "review-meeting-held", met, **own)
        self.add("plan", "review-report-sent", met + timedelta(10), **own)
        decided = met + timedelta(27)
        self.add("plan", "review-decision-notified", decided, outcome="AMEND" if amends else "MAINTAIN",
                 decision_id=self.id(), rights=RIGHTS, **own)  # fmt: skip
        if amends:
            notice = self.id()
            self.add("plan", "amendment-notice-sent", decided, notice_id=notice, served_on=decided, **own)
            self.add("plan", "amended-final-plan-issued", decided + timedelta(50), notice_id=notice, setting_id=SETTING,
                     decision_id=self.id(), rights=RIGHTS, **own)  # fmt: skip
        return decided

    def extras(self, on: date) -> None:
        if self.random.random() < 0.1:
            exclusion = self.id()
            self.add("ap-intervention", "pupil-suspended", on, exclusion_id=exclusion, setting_id=SETTING,
                     school_days="6", term_total="6", year_total="6")  # fmt: skip
            self.add("ap-intervention", "governing-board-informed", on, exclusion_id=exclusion, band="5_TO_15")
        if self.random.random() < 0.1:
            self.add("ap-intervention", "intervention-started", on, intervention_id=self.id(), has_plan=True)


def made_up(seed: int) -> list[Fact]:
    """The facts of one case, in the order of their happening; about 60."""
    case = _Case(seed)
    on = date(2021, 9, 1) + timedelta(days=case.random.randrange(700))
    request, plan = case.id(), case.id()
    case.assessment(on, request)
    last = case.plan(on, request, plan)
    for year in range(3):
        last = case.review(last + timedelta(days=360), plan, amends=year != 1)
    case.extras(last)
    return case.facts


def _terms() -> Iterator[Fact]:
    for year in range(2020, 2028):
        yield Fact(f"terms-{year}", "placement.setting-term-dates-published", date(year, 1, 1),
                   datetime(year, 1, 1, tzinfo=UTC), "801",
                   {"setting_id": SETTING, "academic_year": f"{year}/{(year + 1) % 100}", "not_school_days": [],
                    "terms": [{"first_day": f"{year}-09-02", "last_day": f"{year}-12-18"},
                              {"first_day": f"{year + 1}-01-05", "last_day": f"{year + 1}-03-27"},
                              {"first_day": f"{year + 1}-04-14", "last_day": f"{year + 1}-07-21"}]})  # fmt: skip


def measure(cases: int) -> dict[str, float]:
    """Reckon so many cases, five times over for a median; seconds and counts."""
    calendars = Calendars.england().with_terms(_terms())
    rules = Rules.in_law()
    some = [made_up(seed) for seed in range(DISTINCT)]
    clocks(some[0], rules=rules, calendars=calendars)  # The rules are read and indexed once per process.
    rounds, made = [], 0
    for _ in range(5):
        started = time.process_time()
        for number in range(cases // 5):
            made += len(clocks(some[number % DISTINCT], rules=rules, calendars=calendars))
        rounds.append((time.process_time() - started) / max(1, cases // 5))
    per_case = statistics.median(rounds)
    found = [clock for facts in some for clock in clocks(facts, rules=rules, calendars=calendars)]
    started = time.process_time()
    for clock in found:
        status_of(clock, date(2026, 9, 1))
    status = (time.process_time() - started) / len(found)
    events = statistics.mean(len(facts) for facts in some)
    return {
        "events per case": events,
        "clocks per case": made / max(1, 5 * (cases // 5)),
        "microseconds per case": per_case * 1e6,
        "cases per second and core": 1 / per_case,
        "events per second and core": events / per_case,
        "microseconds per status": status * 1e6,
    }


def profile(cases: int) -> None:
    """Where the time goes, by function."""
    calendars = Calendars.england().with_terms(_terms())
    rules = Rules.in_law()
    some = [made_up(seed) for seed in range(DISTINCT)]
    profiler = cProfile.Profile()
    profiler.enable()
    for number in range(cases):
        clocks(some[number % DISTINCT], rules=rules, calendars=calendars)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(18)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--profile", action="store_true", help="where the time goes, over 2,000 cases")
    options = parser.parse_args()
    print(f"deadline engine, {options.cases:,} cases of one process")
    for name, value in measure(options.cases).items():
        print(f"  {name:28} {value:12,.1f}")
    if options.profile:
        profile(min(options.cases, 2_000))


if __name__ == "__main__":
    main()
