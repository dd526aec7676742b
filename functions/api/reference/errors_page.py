"""The error codes, as a page (`docs_url` of every error leads to it) and as Markdown."""

from api.http.errors import HTTP_STATUS
from api.reference.error_codes import ERROR_CODES
from api.reference.html import code_block, escape, page, phrase, prose
from api.reference.openapi import error_example
from gateway.processors.codes import CODES

_INTRODUCTION = """\
Every error of every route, unknown routes and malformed JSON included, has this shape. `code` is for programs,
`description` for people, `field` names what is wrong where one thing is (a field, a header or a parameter; dots
lead inwards), and `request_id` is also in the header `X-Request-Id` and in the log. Ignore fields that you do not
know."""

_FAILURES = """\
A payment or refund that the bank refuses is no error of the API: the request was answered with 201, and the object
ends as `failed` with `error_code` and `error_description`. Show the description, and let the shopper try again
with another method. There are no codes but these, whichever processor refuses: its own word for it stands in the
timeline of the payment."""


def errors_page() -> bytes:
    """`/docs/errors`: a section per code, with the code in lower case as its anchor."""
    contents = "".join(
        f'<li><a href="#{code.lower()}"><code>{code}</code></a></li>' for code in (*ERROR_CODES, *CODES)
    )
    sections = [f"<h1>Errors</h1>{prose(_INTRODUCTION)}{code_block(error_example('BAD_REQUEST_ERROR'))}"]
    for code, known in ERROR_CODES.items():
        sections.append(
            f'<section id="{code.lower()}"><h2><code>{code}</code> <small>HTTP {HTTP_STATUS[code]}</small></h2>'
            f"<p>{phrase(known.meaning)}.</p>"
            f"<dl><dt>What to do</dt><dd>{phrase(known.remedy)}</dd>"
            f"<dt>Send it again?</dt><dd>{phrase(known.retry)}</dd></dl>"
            f"{code_block(error_example(code), label=f'Example of {code}')}</section>"
        )
    sections.append(f"<h2>Codes of failed payments and refunds</h2>{prose(_FAILURES)}")
    for code, text in CODES.items():
        sections.append(
            f'<section id="{code.lower()}"><h3><code>{code}</code></h3><p>{escape(text)}.</p></section>'
        )
    return page("Errors · Payment Gateway API", f"<ul>{contents}</ul>", "".join(sections))


def errors_markdown() -> str:
    """`docs/errors.md`: the same, for readers of the repository."""
    lines = ["# Errors", "", "<!-- Written by `python -m api.reference`. -->", "", _INTRODUCTION, "", "```text"]
    lines += ['{"error": {"code", "description", "field"?, "request_id", "docs_url"}}', "```", ""]
    lines += [
        "The running API serves this list at `/docs/errors`; `docs_url` in an error leads to its section.",
        "",
    ]
    for code, known in ERROR_CODES.items():
        lines += [f"## {code}", "", f"HTTP {HTTP_STATUS[code]}. {known.meaning}.", "", known.remedy, ""]
        lines += [f"*Send it again?* {known.retry}", ""]
    lines += ["## Codes of failed payments and refunds", "", _FAILURES, "", "| code | text |", "|---|---|"]
    lines += [f"| `{code}` | {text} |" for code, text in CODES.items()]
    return "\n".join(lines) + "\n"
