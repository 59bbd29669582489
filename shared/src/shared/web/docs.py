"""``/docs``: every address of a service on one page, from its OpenAPI document.

Written here, without scripts and without anything from elsewhere: a page that people open beside children's records
loads no stranger's code, and also works where the internet does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse

from . import reading_schemas as read

_CODE, _STRESSED = re.compile(r"`+([^`]+)`+"), re.compile(r"(?<!\w)\*(\w[^*]*)\*")
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #0b0c0c; max-width: 62rem; margin: 0 auto; padding: 1rem; }
a { color: #1d70b8; }
code { font-size: .95em; background: #f3f2f1; padding: 0 .2em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #b1b4b6; }
summary { cursor: pointer; padding: .3rem 0; }
details { border-top: 1px solid #b1b4b6; }
details > div { padding: 0 0 1rem 1.2rem; }
.method { display: inline-block; width: 4.5rem; font-weight: 700; }
"""
_HOW = """
<p>Send <code>Authorization: Bearer …</code>: who acts, and for which authority, comes from the token. Everything is
JSON. Errors are problem details (RFC 9457) with a stable <code>code</code>, words in <code>detail</code>, every wrong
field in <code>fields</code> and every unmet condition in <code>conditions</code>. The same as a document for programs:
<a href="/openapi.json">openapi.json</a>.</p>
"""
_COMMANDS = """
<p>Commands take an <code>Idempotency-Key</code> (sent again under the same key, a command gets its first answer) and an
<code>If-Match</code> with the <code>ETag</code> you read (412 where somebody was quicker). <code>occurred_on</code> is
the civil date in London that the law counts; today, if it is left out. <code>GET</code> of a stream says which commands
are allowed now, and what stands in the way of the others.</p>
"""
_HEADERS = {
    # Nothing on the page runs, whatever came to stand in a description.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
}


def install(app: FastAPI) -> None:
    """Serve the page; ``/`` leads to it. The application must have been made without the framework's own pages."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()), headers=_HEADERS)

    @app.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/docs")


def page(document: Mapping[str, Any]) -> str:
    """The whole page of an OpenAPI 3.1 document."""
    title = escape(document["info"]["title"])
    by_tag: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_tag[(operation.get("tags") or ["other"])[0]].append((method.upper(), path, operation))
    parts = document.get("components", {}).get("schemas", {})
    commands = any(op.get("requestBody") for ops in by_tag.values() for _, _, op in ops)
    links = " · ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in by_tag)
    sections = "".join(
        f'<h2 id="{escape(tag)}">{escape(tag)}</h2>' + "".join(_operation(*one, parts) for one in found)
        for tag, found in by_tag.items()
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main><h1>{title}</h1>'
        f"{_paragraphs(document['info'].get('description', ''))}{_HOW}{_COMMANDS if commands else ''}"
        f'<nav><p>{links} · <a href="#parts">parts</a></p></nav>{sections}'
        f'<h2 id="parts">parts</h2>{"".join(_part(name, parts[name], parts) for name in sorted(parts))}'
        "</main></body></html>"
    )


def _operation(method: str, path: str, operation: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    id = escape(operation.get("operationId", f"{method} {path}"))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    parameters = operation.get("parameters", [])
    return (
        f'<details id="{id}"><summary><span class="method">{method}</span> <code>{escape(path)}</code> '
        f"{escape(operation.get('summary', ''))}</summary><div>{_paragraphs(operation.get('description', ''))}"
        f"{_table('Parameters', (_parameter(p) for p in parameters)) if parameters else ''}"
        f"{'' if body is None else _table('Body', read.fields(body, parts))}{_answers(operation)}</div></details>"
    )


def _parameter(parameter: Mapping[str, Any]) -> read.Row:
    schema, where = parameter["schema"], parameter["in"]
    name = parameter["name"] if where != "header" else parameter["name"].title()
    return read.Row(
        name, f"{read.kind(schema)} ({where})", parameter.get("required", False), parameter.get("description", "")
    )


def _part(name: str, schema: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    words = _paragraphs(schema.get("description", ""))
    what = _table("", read.fields(schema, parts)) if "properties" in schema else f"<p>{_linked(read.kind(schema))}</p>"
    return f'<details id="part-{escape(name)}"><summary>{escape(name)}</summary><div>{words}{what}</div></details>'


def _answers(operation: Mapping[str, Any]) -> str:
    rows = []
    for status, answer in operation["responses"].items():
        schemas = [content.get("schema", {}) for content in answer.get("content", {}).values()]
        kinds = ", ".join(_linked(read.kind(schema)) for schema in schemas if schema)
        rows.append(f"<tr><td>{status}</td><td>{_words(answer.get('description', ''))}</td><td>{kinds}</td></tr>")
    return f"<h4>Answers</h4><table>{''.join(rows)}</table>"


def _table(title: str, rows: Iterable[read.Row]) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(row.name)}</code></td><td>{_linked(row.kind)}</td>"
        f"<td>{'required' if row.required else ''}</td><td>{_words(row.words)}</td></tr>"
        for row in rows
    )
    return f"{f'<h4>{title}</h4>' if title else ''}<table>{lines}</table>"


def _linked(kind: str) -> str:
    """Words of a kind, with its parts as links."""
    return read.PART.sub(r'<a href="#part-\1">\1</a>', escape(kind, quote=False))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_words(part)}</p>" for part in text.split("\n\n") if part.strip())


def _words(text: str) -> str:
    return _STRESSED.sub(r"<em>\1</em>", _CODE.sub(r"<code>\1</code>", escape(" ".join(text.split()), quote=False)))
