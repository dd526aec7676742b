"""Settings that name a secret instead of being one: `ssm:/name`, `secretsmanager:name` or `…:name#key`.

Read through Powertools' parameters, which keep them for five minutes. Imported only when a setting
has such a value: it brings boto3, a second of a cold start.
"""

import json
import re
from typing import Final
from urllib.parse import quote

from aws_lambda_powertools.utilities import parameters

_CACHE_SECONDS: Final = 300
_EMBEDDED: Final = re.compile(r"\$\{((?:ssm|secretsmanager):[^}]+)\}")


def resolve(value: str) -> str:
    """The value with what it names.

    A whole reference becomes the secret as it is. References inside (`postgresql://${secretsmanager:db#username}:…@…`)
    are percent-encoded, since that is a URL. Raises `ValueError` naming the reference, never its content.
    """
    if value.startswith(("ssm:", "secretsmanager:")):
        return _read(value)
    return _EMBEDDED.sub(lambda found: quote(_read(found.group(1)), safe=""), value)


def _read(reference: str) -> str:
    store, _, rest = reference.partition(":")
    name, _, key = rest.partition("#")
    try:
        if store == "ssm":
            text = parameters.get_parameter(name, decrypt=True, max_age=_CACHE_SECONDS)
        else:
            text = parameters.get_secret(name, max_age=_CACHE_SECONDS)
        found = json.loads(text)[key] if key else text
    except (parameters.exceptions.GetParameterError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{reference} could not be read ({type(error).__name__})") from None
    return str(found)
