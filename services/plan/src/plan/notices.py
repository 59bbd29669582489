"""What notices and other writing have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shared import Value

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""Free text that says something; blanks say nothing."""

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A name, a reference or an organisation."""

IcbCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{3,6}$", description="ODS code of an integrated care board")]

LaCode = Annotated[str, Field(pattern=r"^[0-9]{3}$", description="Three-digit code of an authority in England")]


class Rights(Value):
    """What a notice printed of R4, the four things a family must be told (SEND Regulations 2014, e.g. reg 14)."""

    appeal: bool
    """The right to appeal."""
    time_limits: bool
    """The time limits for it."""
    mediation: bool
    """The mediation information of reg 32."""
    disagreement_and_advice: bool
    """Disagreement resolution, and information, advice and support."""

    @property
    def complete(self) -> bool:
        return self.appeal and self.time_limits and self.mediation and self.disagreement_and_advice
