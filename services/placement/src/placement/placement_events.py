"""Where a child is on roll: expected, started, ended. Stored for ever and published."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Literal
from uuid import UUID

from placement.categories import Residential, SenSetting, SettingCategory
from shared import DateCorrected, Event


class Rank(IntEnum):
    """Main or subsidiary, as SEN2 numbers them. A child has one main placement at a time."""

    MAIN = 1
    SUBSIDIARY = 2


class AttendancePattern(StrEnum):
    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    PHASED_START = "PHASED_START"


class WorkBased(StrEnum):
    """Work-based learning of a young person, as SEN2 knows it."""

    APPRENTICESHIP = "A"
    TRAINEESHIP = "T"
    SUPPORTED_INTERNSHIP = "S"


class EndReason(StrEnum):
    MOVED_TO_ANOTHER_SETTING = "MOVED_TO_ANOTHER_SETTING"
    PHASE_TRANSFER = "PHASE_TRANSFER"
    PLACEMENT_BROKE_DOWN = "PLACEMENT_BROKE_DOWN"
    PERMANENTLY_EXCLUDED = "PERMANENTLY_EXCLUDED"
    HOME_EDUCATED = "HOME_EDUCATED"
    COURSE_COMPLETED = "COURSE_COMPLETED"
    LEFT_EDUCATION = "LEFT_EDUCATION"
    SETTING_CLOSED = "SETTING_CLOSED"
    PLAN_CEASED = "PLAN_CEASED"
    PLAN_TRANSFERRED_OUT = "PLAN_TRANSFERRED_OUT"
    OTHER = "OTHER"


class DroppedReason(StrEnum):
    ANOTHER_SETTING_NAMED = "ANOTHER_SETTING_NAMED"
    NO_SETTING_NAMED = "NO_SETTING_NAMED"
    PLAN_CEASED = "PLAN_CEASED"
    PLAN_TRANSFERRED_OUT = "PLAN_TRANSFERRED_OUT"


class PlacementEventBase(Event):
    """Every event of a child's placements names the case, the person and the placement."""

    case_id: UUID
    person_id: UUID
    placement_id: UUID
    setting_id: UUID
    setting_name: str | None


class PlacementExpected(PlacementEventBase):
    """A final plan names a setting where the child is not yet: it must admit (section 43), and the start is pending."""

    type: Literal["placement.placement-expected"] = "placement.placement-expected"
    plan_id: UUID


class PlacementConfirmed(PlacementEventBase):
    """A final plan names the setting where the child is already: there is nothing to start."""

    type: Literal["placement.placement-confirmed"] = "placement.placement-confirmed"
    plan_id: UUID
    decision_id: UUID
    """Of the final or amended final plan."""


class PlacementNoLongerExpected(PlacementEventBase):
    """The expected placement will not start: the plan names something else, or is no longer ours."""

    type: Literal["placement.placement-no-longer-expected"] = "placement.placement-no-longer-expected"
    plan_id: UUID
    reason: DroppedReason


class PlacementStarted(PlacementEventBase):
    """The child's first day at the setting."""

    type: Literal["placement.placement-started"] = "placement.placement-started"
    rank: Rank
    plan_id: UUID | None
    urn: str | None
    ukprn: str | None
    sen_setting: SenSetting | None
    """SEN2's code where the setting has neither number."""
    setting_category: SettingCategory
    attendance_pattern: AttendancePattern
    residential: Residential
    transport_needed: bool = False
    work_based: WorkBased | None = None


class PlacementEnded(PlacementEventBase):
    """The child's last day at the setting."""

    type: Literal["placement.placement-ended"] = "placement.placement-ended"
    rank: Rank
    plan_id: UUID | None
    reason: EndReason


class PlacementDateCorrected(DateCorrected):
    """The date of an earlier event of the placements was recorded wrongly."""

    type: Literal["placement.placement-date-corrected"] = "placement.placement-date-corrected"
    case_id: UUID


PlacementEvent = (
    PlacementExpected
    | PlacementConfirmed
    | PlacementNoLongerExpected
    | PlacementStarted
    | PlacementEnded
    | PlacementDateCorrected
)
