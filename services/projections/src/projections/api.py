"""The query API: every route that reads projections, in one application."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from shared.edge.identity import Tokens
from shared.web.docs import install as install_docs
from shared.web.limits import BodyLimit
from shared.web.problem import install

from .clocks.punctuality import router as punctuality
from .clocks.view import router as deadlines
from .following import Following
from .following import router as changes
from .register.view import router as cases
from .timeline.view import router as timeline
from .web import Sources

DESCRIPTION = """
What caseworker front-ends and audit teams read. Everything here is built from the topics alone and carries how fresh it
is; where data is older than the limit, a deadline's status is *unknown*, never *on time*. Ids of other authorities'
cases answer 404. Lists are paged: pass `next` as `cursor`. Every look at personal data is recorded.
"""


def build_query_api(*, sources: Sources, tokens: Tokens, lifespan: Any = None) -> FastAPI:
    app = FastAPI(
        title="send-ap projections",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.tokens, app.state.sources, app.state.following = tokens, sources, Following(sources)
    install(app)
    install_docs(app)
    app.add_middleware(BodyLimit)
    for router in (cases, timeline, deadlines, punctuality, changes):
        app.include_router(router)
    return app
