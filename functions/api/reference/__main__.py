"""Write what is made from the code: `python -m api.reference [folder]`."""

import sys
from pathlib import Path

from api.reference.errors_page import errors_markdown
from api.reference.settings_page import settings_markdown


def documents() -> dict[str, str]:
    """File name to content."""
    return {"errors.md": errors_markdown(), "settings.md": settings_markdown()}


def main() -> None:
    """Write them into the folder, `docs` unless named."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, content in documents().items():
        (folder / name).write_text(content, "utf-8")


if __name__ == "__main__":
    main()
