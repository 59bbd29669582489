"""What the invented people say. Short, harmless, and in every case the same few: nothing here was said by anybody."""

from __future__ import annotations

DIFFICULTY = {
    "SPLD": "Decodes slowly and avoids writing; reads well below age.",
    "MLD": "Needs small steps and much repetition in all subjects.",
    "SLD": "Needs adult support through the day and learns by doing.",
    "PMLD": "Communicates by gesture and eye gaze; needs two adults for care.",
    "SEMH": "Leaves the classroom when work is hard and is often distressed at the start of the day.",
    "SLCN": "Understands short sentences only and is hard to follow outside the family.",
    "HI": "Hears poorly in a busy room and misses instructions.",
    "VI": "Cannot read the board and tires quickly.",
    "MSI": "Sees and hears little and needs every change announced by touch.",
    "PD": "Uses a wheelchair and tires in the afternoon.",
    "ASD": "Finds changes and noise hard and prefers to work alone.",
    "DS": "Learns well by seeing; speech is some years behind.",
    "OTH": "Difficulties that fit none of the usual descriptions.",
}
OUTCOME = "By the end of the key stage takes part in three lessons a day and says when help is needed."
PROVISION = "A programme for {need} in four steps, taught as written by the specialist who set it up."
VIEWS_CHILD = "I like being outside and I want one place where it is quiet."
VIEWS_PARENT = "We want school to understand our child, and one person to talk to."
REASONS_YES = "Support in school was not enough for the progress expected; provision under a plan may be necessary."
REASONS_NO = "The child makes expected progress with what the school provides from its own budget."
REASONS_ISSUE = "The advice agrees that provision is needed which the school cannot make from its own budget."
REASONS_NOT_ISSUE = "The advice agrees that all provision needed is ordinarily available in the school."
