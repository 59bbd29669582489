"""The deadline engine: every statutory clock of a case as a pure function of what happened.

    clocks(facts, rules=…, calendars=…, switches=…) -> tuple[Clock, …]

No I/O, no "today": ``status_of(clock, as_at)`` is where a day comes in. The rules are rows in ``law/*.toml``; the authority
for all of it is the statutory timeline reference (ST in comments).
"""
