"""Every refusal code of the service is met by a test."""

from __future__ import annotations

import re
from pathlib import Path

import assessment

SOURCE = Path(assessment.__file__).parent
CODE = re.compile(r"""(?:(?:Rejected|Condition)\(\s*|code=)"([a-z0-9]+(?:-[a-z0-9]+)+)\"""")


def test_each_code_is_refused_in_some_test() -> None:
    codes = {code for file in SOURCE.glob("*.py") for code in CODE.findall(file.read_text())}
    tests = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    assert len(codes) > 60
    assert {code for code in codes if f'"{code}"' not in tests} == set()
