"""Where children go: invented schools and colleges with their places, and the term dates they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.core.ids import derived_id

from demo.load.calibration import Calibration
from demo.load.diary import Diary
from demo.load.step import Who
from demo.load.terms import years_of


@dataclass(frozen=True, slots=True)
class Setting:
    setting_id: str
    name: str
    category: str
    age_from: int
    age_to: int
    section41: bool
    places: int
    on_roll: int

    def takes(self, age: int) -> bool:
        return self.age_from <= age <= self.age_to


_KINDS: Sequence[tuple[str, str, int, str | None, int, int, bool, int]] = (
    # name, category, GIAS type, phase, ages, section 41, places
    ("Alder Nursery", "EARLY_YEARS", 15, "EARLY_YEARS", 2, 4, False, 78),
    ("Ash Primary", "MAINSTREAM", 34, "PRIMARY", 4, 11, False, 420),
    ("Beech Primary", "MAINSTREAM", 1, "PRIMARY", 4, 11, False, 210),
    ("Birch Primary", "MAINSTREAM", 34, "PRIMARY", 4, 11, False, 420),
    ("Cedar Primary", "MAINSTREAM", 2, "PRIMARY", 4, 11, False, 210),
    ("Elder Secondary", "MAINSTREAM", 28, "SECONDARY", 11, 18, False, 1150),
    ("Hazel Secondary", "MAINSTREAM", 34, "SECONDARY", 11, 16, False, 900),
    ("Hornbeam Secondary", "MAINSTREAM", 35, "SECONDARY", 11, 18, False, 1200),
    ("Birch Primary speech and language base", "RESOURCED_PROVISION", 34, "PRIMARY", 4, 11, False, 14),
    ("Hazel Secondary autism base", "RESOURCED_PROVISION", 34, "SECONDARY", 11, 16, False, 20),
    ("Hornbeam Secondary unit", "SEN_UNIT", 35, "SECONDARY", 11, 18, False, 12),
    ("Juniper Special", "SPECIAL_STATE", 7, "ALL_THROUGH", 3, 19, False, 140),
    ("Larch Special Academy", "SPECIAL_STATE", 44, "SECONDARY", 11, 19, False, 96),
    ("Maple Special Free School", "SPECIAL_STATE", 36, "PRIMARY", 4, 11, False, 60),
    ("Oak House", "NMSS", 8, "ALL_THROUGH", 5, 19, False, 40),
    ("Rowan School", "SPECIAL_INDEPENDENT", 10, "ALL_THROUGH", 7, 19, True, 56),
    ("Spindle School", "SPECIAL_INDEPENDENT", 10, "SECONDARY", 11, 18, False, 32),
    ("Sycamore AP Academy", "AP_STATE", 42, "SECONDARY", 11, 16, False, 80),
    ("Willow College", "POST16_FE", 18, "POST16", 16, 25, False, 3200),
    ("Yew Specialist College", "POST16_SPECIALIST", 32, "POST16", 16, 25, True, 44),
)


class Directory:
    """The settings of the authority, by category."""

    def __init__(self, la_code: str) -> None:
        self.settings = [
            Setting(
                # As placement derives it: the authority, the URN, and the whole school or a part of it.
                setting_id=str(derived_id("setting", la_code, urn(n), part_of(kind[1]))),
                name=f"{kind[0]} (invented)",
                category=kind[1],
                age_from=kind[4],
                age_to=kind[5],
                section41=kind[6],
                places=kind[7],
                on_roll=round(kind[7] * (0.93, 0.97, 1.0, 1.04)[n % 4]),
            )
            for n, kind in enumerate(_KINDS)
        ]

    def of(self, *categories: str, age: int) -> list[Setting]:
        return [s for s in self.settings if s.category in categories and s.takes(age)]

    def everyday(self, age: int) -> Setting:
        """A mainstream setting for a child of that age."""
        mainstream = self.of("MAINSTREAM", "EARLY_YEARS", "POST16_FE", age=min(max(age, 2), 25))
        return mainstream[0]


def urn(number: int) -> str:
    """No real school's URN begins with 9."""
    return f"9{number + 1:05d}"


def part_of(category: str) -> str:
    return category if category in ("RESOURCED_PROVISION", "SEN_UNIT") else "WHOLE"


def enter(diary: Diary, calibration: Calibration, directory: Directory, who: Who, first: date) -> None:
    """Enter every setting with its places and term dates, and the authority's own, at the start of history."""
    for year in years_of(first, diary.until + timedelta(days=365)):
        published = max(first, min(date(year.starts - 1, 11, 3), diary.until))
        diary.do(published, who, "placement.PublishAuthorityTermDates", year.body())
    for number, (kind, setting) in enumerate(zip(_KINDS, directory.settings, strict=True)):
        body = {
            "name": setting.name,
            "setting_category": setting.category,
            "establishment_type_code": kind[2],
            "section41": setting.section41,
            "urn": urn(number),
            "maintained_by": calibration.la_code if kind[2] in (1, 2, 7, 15) else None,
            "phase": kind[3],
            "age_from": setting.age_from,
            "age_to": setting.age_to,
        }
        diary.do(first, who, "placement.RegisterSetting", body)
        ids = {"setting_id": setting.setting_id}
        diary.do(first, who, "placement.ReportCapacity", _places(setting, 0.97), ids=ids)
        for year in years_of(first, diary.until + timedelta(days=365)):
            diary.do(first, who, "placement.PublishSettingTermDates", year.body(), ids=ids)


def report_places(diary: Diary, directory: Directory, who: Who, on: date, grown: float) -> None:
    """A later count of places in every setting."""
    for setting in directory.settings:
        ids = {"setting_id": setting.setting_id}
        diary.do(on, who, "placement.ReportCapacity", _places(setting, grown), ids=ids)


def _places(setting: Setting, grown: float) -> dict[str, int]:
    return {"commissioned_places": setting.places, "on_roll": round(setting.on_roll * grown)}
