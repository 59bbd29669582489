"""Attendance codes as the registers of schools use them since August 2024 (School Attendance Regulations 2024)."""

from __future__ import annotations

from enum import StrEnum


class HalfDay(StrEnum):
    """Which half of a school day."""

    AM = "AM"
    PM = "PM"


class AttendanceCode(StrEnum):
    """One session's mark."""

    PRESENT_AM = "/"
    PRESENT_PM = "\\"
    LATE = "L"
    OFF_SITE_EDUCATION = "B"
    DUAL_REGISTERED = "D"
    LA_ARRANGED = "K"
    SPORTING = "P"
    VISIT = "V"
    WORK_EXPERIENCE = "W"
    LEAVE = "C"
    REGULATED_PERFORMANCE = "C1"
    PART_TIME_TIMETABLE = "C2"
    SUSPENDED_OR_EXCLUDED = "E"
    ILLNESS = "I"
    INTERVIEW = "J1"
    MEDICAL = "M"
    RELIGIOUS = "R"
    STUDY_LEAVE = "S"
    TRAVELLER = "T"
    NO_ACCESS_ARRANGEMENTS = "Q"
    UNAVOIDABLE = "Y"
    HOLIDAY = "G"
    NO_REASON_YET = "N"
    UNAUTHORISED = "O"
    LATE_AFTER_CLOSE = "U"
    NOT_REQUIRED = "X"
    CLOSED = "#"


ATTENDED = frozenset({"/", "\\", "L", "B", "K", "P", "V", "W"})
"""Marks that count as attended."""

NOT_POSSIBLE = frozenset({"D", "Q", "Y", "X", "#"})
"""Marks of sessions that count neither as possible nor as attended here."""

UNEXPLAINED = frozenset({"N", "O"})
"""Absent, and nobody has given a reason that counts."""
