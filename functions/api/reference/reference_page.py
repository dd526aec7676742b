"""The API reference, rendered from the OpenAPI document: complete without a script, runnable with one."""

import json
from collections.abc import Iterator
from typing import Any, Final

from api.reference.fields import field_tables
from api.reference.html import code_block, escape, page, phrase, prose, table

_METHODS: Final = ("get", "post", "put", "patch", "delete")

_KEYS: Final = """\
<form class="keys" id="keys" hidden>
<label>Key <input name="key" autocomplete="off" spellcheck="false" placeholder="key_test_…"></label>
<label>Secret <input name="secret" type="password" autocomplete="off" placeholder="secret_test_…"></label>
<p>For the Run buttons. Kept in this page's memory alone, and sent to this API alone.</p>
</form>
"""


def reference_page(document: dict[str, Any], api_url: str) -> bytes:
    """`/docs`: every operation with its parameters, fields, answers and errors; `api_url` is where curl asks."""
    info = document["info"]
    sections = [f"<h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>"]
    sections += [prose(info["description"]), _KEYS]
    contents = []
    for tag in document["tags"]:
        name = tag["name"]
        operations = [one for one in _operations(document) if name in one[2]["tags"]]
        anchor = name.lower().replace(" ", "-")
        links = "".join(
            f'<li><a href="#{escape(one["operationId"])}">{escape(one["summary"])}</a></li>'
            for _, _, one in operations
        )
        contents.append(f'<p><a href="#{anchor}">{escape(name)}</a></p><ul>{links}</ul>')
        described = "".join(_operation(document, api_url, *one) for one in operations)
        sections.append(
            f'<section id="{anchor}"><h2>{escape(name)}</h2>{prose(tag["description"])}{described}</section>'
        )
    return page(info["title"], "".join(contents), "".join(sections), script="reference.js")


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield method, path, methods[method]


def _operation(document: dict[str, Any], api_url: str, method: str, path: str, operation: dict[str, Any]) -> str:
    public = not operation.get("security")
    data = f' data-method="{method.upper()}" data-path="{escape(path)}"' + (" data-public" if public else "")
    return (
        f'<article id="{escape(operation["operationId"])}"{data}>'
        f"<h3>{escape(operation['summary'])}</h3>"
        f'<p class="route"><span class="{method}">{method.upper()}</span> <code>{escape(path)}</code>'
        f"{' <em>no key needed</em>' if public else ''}</p>"
        f"{prose(operation.get('description', ''))}"
        f"{_parameters(operation)}{_bodies(document, operation)}{_curl(api_url, method, path, operation, public)}"
        f"{_answers(document, operation)}</article>"
    )


def _parameters(operation: dict[str, Any]) -> str:
    rows = [
        (
            f"<code>{escape(one['name'])}</code>{' <em>required</em>' if one.get('required') else ''}",
            escape(one["in"]),
            phrase(one.get("description", "")) + _allowed(one["schema"]),
        )
        for one in operation.get("parameters", ())
    ]
    return f"<h4>Parameters</h4>{table(('Name', 'In', 'Meaning'), rows)}" if rows else ""


def _allowed(schema: dict[str, Any]) -> str:
    values = schema.get("enum", ())
    if 0 < len(values) <= 8:
        return " " + " ".join(f"<code>{escape(value)}</code>" for value in values)
    bounds = [
        f"{word} {schema[name]}" for name, word in (("minimum", "from"), ("maximum", "to")) if name in schema
    ]
    return f" {escape(' '.join(bounds))}" if bounds else ""


def _examples(media: dict[str, Any]) -> list[tuple[str, Any]]:
    """(name, value) of each example of a media type."""
    if "examples" in media:
        return [(one.get("summary", name), one["value"]) for name, one in media["examples"].items()]
    return [("", media["example"])] if media.get("example") is not None else []


def _bodies(document: dict[str, Any], operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    fields = "".join(field_tables(document, media["schema"]) for media in content.values())
    blocks = [
        (f"<p>{escape(name)}</p>" if name else "") + code_block(value, label="Body")
        for media in content.values()
        for name, value in _examples(media)
    ]
    return f"<h4>Body</h4>{fields}{''.join(blocks)}" if blocks or fields else ""


def _curl(api_url: str, method: str, path: str, operation: dict[str, Any], public: bool) -> str:
    for one in operation.get("parameters", ()):
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", str(one.get("example", "…")))
    parts = [f"curl {api_url}{path}"]
    if method not in ("get", "post"):
        parts[0] += f" -X {method.upper()}"
    if not public:
        parts.append("-u key_test_abc123:secret_test_xyz789")
    content = operation.get("requestBody", {}).get("content", {})
    examples = _examples(content.get("application/json", {}))
    if examples and examples[0][1] != {}:
        parts.append("-H 'Content-Type: application/json'")
        parts.append("-d '" + json.dumps(examples[0][1], ensure_ascii=False).replace("'", "'\\''") + "'")
    elif method == "post":
        parts[0] += " -X POST"
    return "<h4>Example</h4>" + code_block(" \\\n  ".join(parts), label="curl")


def _answers(document: dict[str, Any], operation: dict[str, Any]) -> str:
    shown, errors = [], []
    for status, response in operation["responses"].items():
        if "$ref" in response:
            name = response["$ref"].rpartition("/")[2]
            known = document["components"]["responses"][name]["content"]["application/json"]["examples"]
            errors += [
                (
                    escape(status),
                    f'<a href="/docs/errors#{code.lower()}"><code>{code}</code></a>',
                    phrase(one["summary"]),
                )
                for code, one in known.items()
            ]
            continue
        for media_type, media in response.get("content", {}).items():
            fields = field_tables(document, media.get("schema", {}), answers=True)
            shown += [f"<details><summary>Fields</summary>{fields}</details>"] if fields else []
            shown += [
                f"<p>{escape(status)} <code>{escape(media_type)}</code></p>{code_block(value, label='Answer')}"
                for _, value in _examples(media)
            ]
        if not response.get("content"):
            shown.append(f"<p>{escape(status)} without a body</p>")
    listed = f"<details><summary>Errors</summary>{table(('HTTP', 'Code', 'Meaning'), errors)}</details>"
    return f"<h4>Answer</h4>{''.join(shown)}{listed if errors else ''}"
