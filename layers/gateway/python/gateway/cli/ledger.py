"""`gateway ledger …`: for whoever answers for the books."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated, Final

import typer

from gateway.ledger.audit import AuditReport, audit_ledger
from gateway.settings import load_settings

ledger = typer.Typer(no_args_is_help=True, help="The ledger: audit.")

_SHOWN: Final = 50


@ledger.callback()
def group() -> None:
    """The ledger."""


@ledger.command()
def audit(
    post_missing: Annotated[
        bool,
        typer.Option(help="First post entries that a version before the ledger left out while it still ran."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON, for programs.")] = False,
) -> None:
    """Hold the ledger against payments, refunds and the kept balances. Ends with 1 if anything differs."""
    report = asyncio.run(audit_ledger(load_settings(), add_missing=post_missing))
    print(json.dumps(asdict(report), indent=2) if as_json else _text(report))
    if report.differences:
        raise typer.Exit(1)


def _text(report: AuditReport) -> str:
    lines = [f"posted {report.posted} missing entries"] if report.posted else []
    lines += [
        f"{total.mode} {total.currency}: {total.entries} entries, debits {total.debits}, credits {total.credits}"
        for total in report.totals
    ]
    for one in report.differences[:_SHOWN]:
        lines.append(
            f"{one.problem}: {one.subject} ({one.mode}, merchant {one.merchant_id}): "
            f"expected {one.expected or 'nothing'}, found {one.found or 'nothing'}"
        )
    if len(report.differences) > _SHOWN:
        lines.append(f"… and {len(report.differences) - _SHOWN} more: --json shows all")
    return "\n".join([*lines, f"{len(report.differences)} differences"])
