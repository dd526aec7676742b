"""HTML from values and from the little Markdown that our descriptions use. Everything is escaped."""

import html
import json
import re
from collections.abc import Sequence
from typing import Any, Final

_CODE: Final = re.compile(r"`([^`]+)`")
_STRONG: Final = re.compile(r"\*\*([^*]+)\*\*")

_SHELL: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/docs/assets/style.css">
{script}</head>
<body>
<nav aria-label="Contents">
<p class="home"><a href="/docs">Payment Gateway API</a></p>
<p><a href="/docs">Reference</a> · <a href="/docs/errors">Errors</a> · <a href="/openapi.json">OpenAPI</a></p>
{contents}
</nav>
<main>
{body}
</main>
</body>
</html>
"""


def page(title: str, contents: str, body: str, *, script: str = "") -> bytes:
    """A whole page; `script` names a file of our assets."""
    tag = f'<script type="module" src="/docs/assets/{script}"></script>\n' if script else ""
    return _SHELL.format(title=escape(title), contents=contents, body=body, script=tag).encode()


def escape(text: object) -> str:
    """The text of an element or an attribute."""
    return html.escape(str(text))


def prose(text: str) -> str:
    """Paragraphs, `code` and **strong**."""
    paragraphs = [_inline(part) for part in text.strip().split("\n\n") if part.strip()]
    return "".join(f"<p>{part}</p>" for part in paragraphs)


def phrase(text: str) -> str:
    """`code` and **strong** within one line."""
    return _inline(text)


def _inline(text: str) -> str:
    return _STRONG.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", escape(text)))


def code_block(value: Any, *, label: str = "") -> str:
    """JSON for people, or a text as it is, that can be scrolled by keyboard."""
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    name = f' aria-label="{escape(label)}"' if label else ""
    return f'<pre tabindex="0"{name}><code>{escape(text)}</code></pre>'


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table; the cells are HTML already."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in heads)
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
