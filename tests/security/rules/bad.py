"""What our rules must find, a line each. Never imported, and left out of every other check."""

# ruff: noqa
# ruleid: http-client-outside-its-modules
import httpx

# ruleid: random-for-what-must-not-be-guessed
import random

# ruleid: decrypting-outside-its-modules
from cryptography.hazmat.primitives import hashes

_COLUMNS = "id, name"


async def statements(tx, order, table):
    await tx.execute(f"SELECT {_COLUMNS} FROM orders WHERE id = %s", (order,))
    # ruleid: sql-from-a-variable
    await tx.execute(f"SELECT id FROM orders WHERE id = '{order}'")
    # ruleid: sql-from-a-variable
    await tx.execute("SELECT id FROM " + table)


def logs(logger, body, request):
    logger.info("request", extra={"status": 200})
    # ruleid: secrets-in-logs
    logger.info("request", extra={"body": body})
    # ruleid: secrets-in-logs
    logger.warning(f"bad request {body}")
    # ruleid: secrets-in-logs
    logger.info("request", extra={"all": request.headers})


def compared(given, signature):
    # ruleid: secrets-compared-in-variable-time
    return signature == given
