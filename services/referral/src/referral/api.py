"""The table of contents."""

from __future__ import annotations

from shared.web.routes import AnyRoute, command, correction, history, state

from .person import (
    AllocateCaseworker,
    ChangeContact,
    ChangePersonDetails,
    EndContact,
    RecordContact,
    RecordIdentifiers,
    RegisterPerson,
    person,
)
from .person_events import PersonDateCorrected
from .request import (
    AcknowledgeRequest,
    BringToAttention,
    RequestEhcNeedsAssessment,
    WithdrawRequest,
    request,
)
from .request_events import RequestDateCorrected
from .sen_support import sen_support
from .sen_support_commands import (
    CloseConcern,
    EndSenSupport,
    IdentifyNeed,
    OpenApdrCycle,
    RaiseConcern,
    ReceiveHealthNotification,
    RecordProgressCheck,
    RecordSpecialistAdvice,
    RequestSpecialistAdvice,
    ReviewApdrCycle,
    StartSenSupport,
    StartTargetedSupport,
)
from .sen_support_events import SenSupportDateCorrected
from .senco import (
    AppointSenco,
    RecordExemption,
    RecordQualificationAward,
    RecordQualificationStart,
    RecordSencoLeft,
    SencoDateCorrected,
    senco,
)

routes: list[AnyRoute] = [
    command("POST /persons", RegisterPerson),
    command("POST /persons/{person_id}/details", ChangePersonDetails),
    command("POST /persons/{person_id}/identifiers", RecordIdentifiers),
    command("POST /persons/{person_id}/contacts", RecordContact),
    command("POST /persons/{person_id}/contacts/{contact_id}/change", ChangeContact),
    command("POST /persons/{person_id}/contacts/{contact_id}/end", EndContact),
    command("POST /persons/{person_id}/caseworker", AllocateCaseworker),
    state("GET /persons/{person_id}", person),
    history("GET /persons/{person_id}/history", person),
    correction("POST /persons/{person_id}/corrections", person, PersonDateCorrected),
    command("POST /requests", RequestEhcNeedsAssessment),
    command("POST /requests/attention", BringToAttention),
    command("POST /requests/{case_id}/acknowledge", AcknowledgeRequest),
    command("POST /requests/{case_id}/withdraw", WithdrawRequest),
    state("GET /requests/{case_id}", request),
    history("GET /requests/{case_id}/history", request),
    correction("POST /requests/{case_id}/corrections", request, RequestDateCorrected),
    command("POST /sen-support/concerns", RaiseConcern),
    command("POST /sen-support/progress-checks", RecordProgressCheck),
    command("POST /sen-support/health-notifications", ReceiveHealthNotification),
    command("POST /sen-support", StartSenSupport),
    command("POST /sen-support/{case_id}/close-concern", CloseConcern),
    command("POST /sen-support/{case_id}/need", IdentifyNeed),
    command("POST /sen-support/{case_id}/cycles", OpenApdrCycle),
    command("POST /sen-support/{case_id}/targeted-support", StartTargetedSupport),
    command("POST /sen-support/{case_id}/specialist-advice", RequestSpecialistAdvice),
    command("POST /sen-support/{case_id}/specialist-advice/{advice_id}/received", RecordSpecialistAdvice),
    command("POST /sen-support/{case_id}/review", ReviewApdrCycle),
    command("POST /sen-support/{case_id}/end", EndSenSupport),
    state("GET /sen-support/{case_id}", sen_support),
    history("GET /sen-support/{case_id}/history", sen_support),
    correction("POST /sen-support/{case_id}/corrections", sen_support, SenSupportDateCorrected),
    command("POST /sencos", AppointSenco),
    command("POST /sencos/{senco_id}/qualification-start", RecordQualificationStart),
    command("POST /sencos/{senco_id}/qualification-award", RecordQualificationAward),
    command("POST /sencos/{senco_id}/exemption", RecordExemption),
    command("POST /sencos/{senco_id}/left", RecordSencoLeft),
    state("GET /sencos/{senco_id}", senco),
    history("GET /sencos/{senco_id}/history", senco),
    correction("POST /sencos/{senco_id}/corrections", senco, SencoDateCorrected),
]
