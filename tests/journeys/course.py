"""The course of one case, from the request to an amended plan, over HTTP: what people do, in the order they do it.

Each chapter leaves what the next one needs in the course's fields, waits for what other services do about it, and
checks on the way what a caseworker is told may be done. Dates are of 2024 to 2026, so that the limits come out the
same on whatever day the course is run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .caller import Caller

EVERYBODY = ["PARENT", "ICB", "SOCIAL_CARE", "SETTING"]
RIGHTS = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}
ADVISERS = {
    "PARENT_YP": "parent",
    "EDUCATION": "SENCo",
    "MEDICAL": "community paediatrician",
    "PSYCHOLOGY": "educational psychologist",
    "SOCIAL_CARE": "social worker",
}


@dataclass
class Course:
    caller: Caller
    school: str = ""
    provider: str = ""
    person: str = ""
    case: str = ""
    request: str = ""
    need: str = ""
    outcome: str = ""
    provision: str = ""
    placement: str = ""
    referral: str = ""
    intervention: str = ""
    review: str = ""
    notes: dict[str, Any] = field(default_factory=dict)

    async def run(self) -> None:
        """All of it."""
        await self.prepare()
        await self.request_assessment()
        await self.decide_to_assess()
        await self.gather_advice()
        await self.agree_a_plan()
        await self.write_the_plan()
        await self.name_the_school()
        await self.issue_the_plan()
        await self.start_at_the_school()
        await self.offer_an_ap_place()
        await self.teach_and_return()
        await self.review_the_plan()

    def on(self, year: int, month: int, day: int) -> None:
        assert date(year, month, day) >= self.caller.today, "the course goes on, never back"
        self.caller.today = date(year, month, day)

    # --- what is there before the case ---

    async def prepare(self) -> None:
        """A school in the directory and an AP provider with its checks."""
        self.on(2024, 9, 2)
        school = {
            "name": "Example Lane Primary (invented)", "setting_category": "MAINSTREAM", "establishment_type_code": 1,
            "urn": "990001", "age_from": 4, "age_to": 11,
        }  # fmt: skip
        # A school stands once in the directory: where it is there already, this finds it.
        self.school = (await self.caller.send("placement", "/settings", school)).json()["id"]
        places = {"commissioned_places": 210, "on_roll": 203}
        await self.caller.send("placement", f"/settings/{self.school}/capacity", places)
        provider = {
            "name": "Example Heron Centre (invented)", "ap_setting_type": "URN", "registered_school": True,
            "urn": "990002", "capacity_by_tier": [{"tier": 1, "places": 10}, {"tier": 2, "places": 8}],
        }  # fmt: skip
        registered = await self.caller.do("ap_intervention", "/providers", provider, role="commissioner")
        self.provider = registered["ids"]["provider_id"]

    async def check_the_provider(self) -> None:
        """Without its check and a visit it may take nobody."""
        provider = f"/providers/{self.provider}"
        check = {"check": "SAFEGUARDING", "expires_on": "2026-03-11"}
        await self.caller.do("ap_intervention", f"{provider}/checks", check, role="commissioner")
        await self.caller.do(
            "ap_intervention", f"{provider}/quality-assurance", {"result": "APPROVED"}, role="commissioner"
        )

    # --- referral ---

    async def request_assessment(self) -> None:
        """Registered, allocated, asked for and acknowledged: the assessment opens by itself."""
        self.on(2024, 9, 9)
        child = {"name": "Test-Child Kestrel", "date_of_birth": "2016-03-14"}
        registered = await self.caller.do("referral", "/persons", child)
        self.person, self.case = registered["ids"]["person_id"], registered["ids"]["case_id"]
        await self.caller.do("referral", f"/persons/{self.person}/caseworker", {"caseworker": "amber", "team": "North"})
        asked = {"person_id": self.person, "source": "PARENT", "channel": "EMAIL"}
        self.request = (await self.caller.do("referral", "/requests", asked))["ids"]["request_id"]
        self.on(2024, 9, 11)
        await self.caller.do("referral", f"/requests/{self.case}/acknowledge", {"caseworker": "amber"})
        opened = await self.caller.seen("assessment", self.assessment, "assessment.assessment-opened")
        assert opened["data"]["request_id"] == self.request
        assert opened["occurred_on"] == "2024-09-09"  # the day the clocks count from

    # --- assessment ---

    @property
    def assessment(self) -> str:
        return f"/assessments/{self.case}"

    async def _assess(self, path: str, body: Any = None, **how: Any) -> dict[str, Any]:
        return await self.caller.do("assessment", f"{self.assessment}/{path}", body, **how)

    async def decide_to_assess(self) -> None:
        """Everybody is told, the family is heard, the panel decides; advice is asked for by itself."""
        allowed = await self.caller.allowed("assessment", self.assessment)
        assert allowed["DecideToAssess"] == {"consideration-not-notified", "family-not-consulted"}
        assert allowed["NotifyConsideration"] == set()
        decision = {
            "legal_test": {"may_have_sen": "MET", "may_need_plan": "MET"},
            "reasons": "Support has been tried for two terms; a plan may be necessary.",
            "evidence_refs": ["doc-1"],
            "decision_maker": "assessment panel",
        }
        path = f"{self.assessment}/decision-to-assess"
        assert await self.caller.refused("assessment", path, decision) == allowed["DecideToAssess"]
        self.on(2024, 9, 16)
        notice = {"method": "EMAIL", "recipients": EVERYBODY}
        await self._assess("consideration-notice", notice | {"right_to_give_views_stated": True})
        self.on(2024, 9, 24)
        heard = {"who": "PARENT", "method": "TELEPHONE", "views": "He needs an adult beside him to follow a lesson."}
        await self._assess("consultations", heard | {"support_offered": True})
        self.on(2024, 10, 14)
        await self._assess("decision-to-assess", decision, role="panel_chair")
        self.on(2024, 10, 15)
        await self._assess("decision-to-assess/notice", notice | {"year_group": 4})

    async def gather_advice(self) -> None:
        """Advice comes from every category within six weeks, one of them chased."""
        await self.caller.seen("assessment", self.assessment, "assessment.advice-requested")

        async def asked_for() -> Any:
            found = await self.caller.read("assessment", self.assessment)
            advice = {one["advice_type"]: one["advice_id"] for one in found["state"]["rounds"][-1]["advice"]}
            return advice if set(advice) == set(ADVISERS) else None

        advice: dict[str, str] = await self.caller.wait(asked_for)
        self.on(2024, 11, 12)
        await self._assess(f"advice/{advice['PSYCHOLOGY']}/chase")
        self.on(2024, 11, 19)
        for kind, role in ADVISERS.items():
            report = {
                "author": "Test-Adviser Kestrel", "role": role, "document_ref": f"doc-{kind.lower()}",
                "covers_needs": True, "covers_outcomes": True, "covers_provision": True,
            }  # fmt: skip
            await self._assess(f"advice/{advice[kind]}/receipt", report)

    async def agree_a_plan(self) -> None:
        """The need profile, the end of the assessment, the decision to issue: the plan opens by itself."""
        self.on(2024, 11, 25)
        needs = [{"code": "SLCN", "rank": "PRIMARY"}]
        await self._assess("need-profile", {"needs": needs, "levels": {"CI": 3, "CL": 1, "SEMH": 0, "SP": 0}})
        await self._assess("completion")
        self.on(2024, 12, 2)
        decision = {
            "reasons": "What he needs is more than a school can make from its own means.",
            "evidence_refs": ["doc-2"],
            "decision_maker": "issue panel",
            "year_group": 4,
        }
        await self._assess("decision-to-issue", decision, role="panel_chair")
        await self._assess("decision-to-issue/notice", {"method": "EMAIL", "recipients": ["PARENT"]})
        opened = await self.caller.seen("plan", self.plan, "plan.plan-opened")
        assert opened["data"]["request_id"] == self.request

    # --- plan ---

    @property
    def plan(self) -> str:
        return f"/plans/{self.case}"

    async def _plan(self, path: str, body: Any = None, **how: Any) -> dict[str, Any]:
        return await self.caller.do("plan", f"{self.plan}/{path}", body, **how)

    async def write_the_plan(self) -> None:
        """Sections A to F, and the draft with section I blank."""
        self.on(2024, 12, 3)
        added = await self.caller.seen("plan", self.plan, "plan.need-added")
        self.need = added["data"]["need_id"]
        draft = {
            "method": "EMAIL", "rights_holders": ["PARENT"],
            "settings_information_given": True, "meeting_right_given": True,
        }  # fmt: skip
        unmet = {"need-not-described", "need-without-outcome", "need-without-provision"}
        assert await self.caller.refused("plan", f"{self.plan}/draft", draft) == unmet
        shown = {"captured_from": "CHILD", "method": "SYMBOLS", "views": "I like it when somebody shows me first."}
        await self._plan("views", shown)
        described = {
            "section": "B", "need_code": "SLCN", "rank": "PRIMARY",
            "description": "He understands one step of an instruction at a time.",
        }  # fmt: skip
        await self._plan(f"needs/{self.need}", described, method="PUT")
        outcome = {
            "need_ids": [self.need], "statement": "By the end of Year 6 he follows an instruction of three steps.",
            "by_when": "2027-07-20", "measure": "Observed and written down each half-term.",
        }  # fmt: skip
        self.outcome = (await self._plan("outcomes", outcome))["ids"]["outcome_id"]
        self.provision = (await self._plan("provision", self.therapy(45)))["ids"]["provision_id"]
        advice = {
            "advice_type": "PSYCHOLOGY", "author": "Test-Adviser Kestrel", "author_role": "educational psychologist",
            "received_on": "2024-11-19", "document_ref": "doc-psychology",
        }  # fmt: skip
        await self._plan("advice", advice)
        self.on(2024, 12, 9)
        await self._plan("draft", draft)
        opened = await self.caller.seen("placement", self.naming, "placement.placement-search-opened")
        assert opened["occurred_on"] == "2024-12-09"

    def therapy(self, minutes: int) -> dict[str, Any]:
        return {
            "section": "F", "need_ids": [self.need], "outcome_ids": [self.outcome],
            "what": "Direct speech and language therapy, with a programme in writing for the adults in school.",
            "delivered_by_role": "speech and language therapist", "frequency_count": 1, "frequency_period": "WEEK",
            "duration_minutes": minutes, "max_group_size": 1, "responsible_body": "local authority 801",
            "funding_element": "E3",
        }  # fmt: skip

    async def issue_the_plan(self) -> None:
        """The final plan, after the family's days and with section I decided."""
        self.on(2025, 1, 20)
        named = await self.caller.seen("plan", self.plan, "plan.setting-named")
        assert named["data"]["setting_id"] == self.school
        final = {"rights": RIGHTS, "recipients": ["PARENT", "SETTING", "ICB"], "signed_by": "m-lane", "method": "EMAIL"}
        issued = await self._plan("final", final, role="send_manager")
        assert [event["type"] for event in issued["events"]] == ["plan.final-plan-issued"]

    # --- placement ---

    @property
    def naming(self) -> str:
        return f"/cases/{self.case}/naming"

    async def name_the_school(self) -> None:
        """The family's wish, which is consulted by itself; the school's answer; the decision."""
        self.on(2024, 12, 12)
        wish = {"setting_id": self.school, "preferred_by": "PARENT"}
        await self.caller.do("placement", f"{self.naming}/preferences", wish)
        asked = await self.caller.seen("placement", self.naming, "placement.setting-consulted")
        consultation = asked["data"]["consultation_id"]
        self.on(2024, 12, 19)
        said = {"made_by": "PARENT", "finished": False, "content": "We agree. Please name the school we asked for."}
        await self._plan("representations", said)
        await self.caller.do(
            "placement", f"{self.naming}/consultations/{consultation}/response", {"response": "CAN_MEET"}
        )
        self.on(2025, 1, 10)
        decision = {
            "decision": "NAMED", "setting_id": self.school, "reasons": "It can meet the needs and has a place.",
            "evidence_refs": ["doc-3"], "decision_maker": "m-lane", "family_consulted_on": "2024-12-12",
        }  # fmt: skip
        await self.caller.do("placement", f"{self.naming}/decisions", decision, role="send_manager")

    async def start_at_the_school(self) -> None:
        self.on(2025, 1, 27)
        placements = f"/cases/{self.case}/placements"
        await self.caller.seen("placement", placements, "placement.placement-expected")
        first_day = {"setting_id": self.school, "person_id": self.person}
        started = await self.caller.do("placement", placements, first_day, role="placement_officer")
        self.placement = started["ids"]["placement_id"]

    # --- alternative provision ---

    @property
    def ap(self) -> str:
        return f"/ap-referrals/{self.referral}"

    async def offer_an_ap_place(self) -> None:
        """Referred by the school, triaged, agreed by the panel, offered, accepted: the intervention follows."""
        self.on(2025, 3, 3)
        await self.caller.seen("ap_intervention", f"/ap-cases/{self.case}", "ap-intervention.ehc-plan-noted")
        referred = {
            "case_id": self.case, "person_id": self.person, "from_setting_id": self.school, "reason_code": "BEH",
            "requested_tier": 2, "has_plan": True, "strategies_tried": "A key adult, a quiet place, shorter lessons.",
        }  # fmt: skip
        made = await self.caller.do("ap_intervention", "/ap-referrals", referred, role="headteacher")
        self.referral = made["ids"]["referral_id"]
        self.on(2025, 3, 5)
        priority = {"priority": "STANDARD"}
        await self.caller.do("ap_intervention", f"{self.ap}/triage", priority, role="inclusion_officer")
        self.on(2025, 3, 11)
        decision = {"decision": "TIER2", "rationale": "The school cannot keep him safe alone; twelve weeks, then back."}
        await self.caller.do("ap_intervention", f"{self.ap}/panel-decision", decision, role="panel_chair")
        self.on(2025, 3, 13)
        offer = {
            "provider_id": self.provider, "tier": 2, "registration": "DUAL_MAIN",
            "start_on": "2025-04-22", "planned_end_on": "2025-07-15", "reply_by": "2025-03-21",
            "terms": {
                "intervention_types": ["FULL_ASSESSMENT_PLACE"], "weekly_sessions": 10, "hours_per_week": "25",
                "commissioner": "LOCAL_AUTHORITY", "attendance_code": "D",
                "reintegration_target": {"setting_id": self.school, "by": "2025-07-15"},
            },
        }  # fmt: skip
        unmet = {"provider-check-missing", "quality-assurance-missing"}
        assert await self.caller.refused("ap_intervention", f"{self.ap}/offers", offer) == unmet
        await self.check_the_provider()
        offered = await self.caller.do("ap_intervention", f"{self.ap}/offers", offer, role="ap_lead")
        self.on(2025, 3, 18)
        accepted = {"offer_id": offered["ids"]["offer_id"], "accepted_by": "PARENT"}
        await self.caller.do("ap_intervention", f"{self.ap}/accept", accepted, role="ap_lead")
        noted = await self.caller.seen(
            "ap_intervention", f"/ap-cases/{self.case}", "ap-intervention.intervention-noted"
        )
        self.intervention = noted["data"]["intervention_id"]

    async def _teach(self, path: str, body: Any = None, **how: Any) -> dict[str, Any]:
        path = f"/interventions/{self.intervention}/{path}"
        return await self.caller.do("ap_intervention", path, body, role="ap_lead", **how)

    async def teach_and_return(self) -> None:
        """Started, attended, reviewed, and back in school: sustained at 4, 13 and 26 weeks."""
        goals = [{"number": 1, "text": "Comes to every session."}, {"number": 2, "text": "Asks for help in words."}]
        await self._teach("objectives", {"objectives": goals})
        self.caller.today = max(self.caller.today, date(2025, 3, 20))
        await self._teach("caseworker-notification", {"caseworker": "amber"})
        self.on(2025, 4, 22)
        await self._teach("start", {"provider_id": self.provider})
        await self._teach("baseline", {"measures": {"sessions_attended": 31, "sessions_possible": 60, "sdq_total": 24}})
        await self._teach("attendance", {"session": "AM", "code": "B"})
        self.on(2025, 5, 22)
        progress = [{"number": 1, "progress": "SOME"}]
        await self._teach("reviews", {"decision": "CONTINUE", "progress_by_objective": progress})
        self.on(2025, 7, 1)
        await self._teach("reviews", {"decision": "END", "progress_by_objective": progress})
        self.on(2025, 7, 3)
        back = {
            "target_setting_id": self.school, "starts_on": "2025-07-15", "full_time_on": "2025-09-08",
            "key_adult": "Test-Adult Kestrel",
            "steps": [{"starts_on": "2025-07-15", "hours_per_week": "15", "support": "mornings with the key adult"}],
        }  # fmt: skip
        await self._teach("reintegration-plan", {"plan": back})
        self.on(2025, 7, 15)
        await self._teach("reintegration")
        concluded = {"outcome_code": "RETURN_PENDING", "objectives_met": 2, "english_progress": "POSITIVE"}
        await self._teach("conclude", concluded)
        await self._check(date(2025, 9, 11), "4W", attendance=88)
        await self._check(date(2025, 10, 16), "13W", attendance=93)

    async def _check(self, on: date, checkpoint: str, attendance: int) -> None:
        self.on(on.year, on.month, on.day)
        check = {
            "checkpoint": checkpoint, "still_on_roll": True, "full_time": True, "attendance_pct": attendance,
            "suspensions": 0,
        }  # fmt: skip
        await self._teach("reintegration/checks", check)

    # --- the annual review ---

    async def review_the_plan(self) -> None:
        """Invited, met, reported, decided; amended, with the family's days in between."""
        self.on(2025, 10, 20)
        fixed = await self._plan("reviews", {"kind": "ANNUAL", "meeting_on": "2025-12-02"})
        self.review = fixed["ids"]["review_id"]
        everybody = ["PARENT", "SETTING", "EDUCATION_OFFICER", "HEALTH_PROFESSIONAL", "SOCIAL_CARE"]
        self.on(2025, 11, 10)
        await self._review("invitations", {"recipients": everybody})
        await self._review("advice", {"recipients": everybody, "document_refs": ["doc-review"]})
        self.on(2025, 12, 2)
        met = {"attended_by": ["PARENT", "SETTING"], "progress": [{"outcome_id": self.outcome, "progress": "ON_TRACK"}]}
        await self._review("meeting", met)
        self.on(2025, 12, 9)
        await self._review("report", {"recommendation": "AMEND", "recipients": everybody})
        self.on(2025, 12, 16)
        amendment = {"basis": "REVIEW", "source_id": self.review}
        await self._plan("amendment", amendment)
        notice = {
            "method": "EMAIL", "rights_holders": ["PARENT"], "evidence_refs": ["doc-review"],
            "settings_information_given": True, "meeting_right_given": True,
        }  # fmt: skip
        unmet = await self.caller.refused("plan", f"{self.plan}/amendment/notice", notice)
        assert unmet == {"review-not-decided"}
        await self._plan(f"provision/{self.provision}", self.therapy(60), method="PUT")
        decision = {
            "outcome": "AMEND", "recipients": ["PARENT", "SETTING", "ICB"],
            "reasons": "He makes progress and needs more of the therapy.",
        }  # fmt: skip
        await self._review("decision", decision, role="send_manager")
        await self._plan("amendment/notice", notice)
        await self._check(date(2026, 1, 15), "26W", attendance=95)
        self.on(2026, 1, 29)
        final = {"rights": RIGHTS, "recipients": ["PARENT", "SETTING", "ICB"], "signed_by": "m-lane", "method": "EMAIL"}
        await self._plan("amendment/final", final, role="send_manager")

    async def _review(self, path: str, body: Any = None, **how: Any) -> dict[str, Any]:
        return await self._plan(f"reviews/{self.review}/{path}", body, **how)
