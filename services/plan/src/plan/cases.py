"""That a case and a person belong together, where a command that opens a stream names both."""

from __future__ import annotations

from uuid import UUID

from shared import Command, Rejected, case_id_of


def refuse_another_persons_case(command: Command, *, case_id: UUID, person_id: UUID) -> None:
    """Free text is sealed under the person's key: under another person's it could never be erased with its subject."""
    if case_id != case_id_of(command.by.la_code, person_id):
        raise Rejected("case-of-another-person", "This case is not the file of this person in your authority.")
