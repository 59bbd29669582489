"""Constrained field types that commands and events of this service share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

LaCode = Annotated[str, Field(pattern=r"^[0-9]{3}$", description="Three-digit DfE local authority code.")]
Age = Annotated[int, Field(ge=0, le=25, description="Years.")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""Words that say something; blanks say nothing."""
FreeText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
DocumentRef = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    Field(description="Reference of a stored document."),
]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]
"""A day that dates can be counted from."""
Money = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2, description="Pounds a year.")]
