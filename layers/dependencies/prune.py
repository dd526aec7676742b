"""Take out of a folder of installed packages what is not needed where it goes: size counts at every cold start.

    python prune.py [--lambda] FOLDER

Of botocore's service descriptions (25 MB) only those of the services that we call stay. A Lambda also
does without the servers, the Redis client and the operator's command line.
"""

import shutil
import sys
from pathlib import Path

AWS_SERVICES = frozenset({"sqs", "ssm", "secretsmanager", "sts", "sso", "sso-oidc"})
NOT_IN_LAMBDA = [
    "uvicorn",
    "uvloop",
    "rq",
    "redis",
    "croniter",
    "typer",
    "rich",
    "pygments",
    "markdown_it",
    "mdurl",
    "shellingham",
    "click",
]
_FOLDERS = ("tests", "test", "__pycache__")


def prune(folder: Path, for_lambda: bool) -> None:
    """Remove in place; running it again changes nothing."""
    for data in (folder / "botocore" / "data", folder / "boto3" / "data"):
        for service in data.glob("*/"):
            if service.is_dir() and service.name not in AWS_SERVICES:
                shutil.rmtree(service)
    for name in _FOLDERS:
        for unneeded in sorted(folder.rglob(name)):
            if unneeded.is_dir():
                shutil.rmtree(unneeded)
    shutil.rmtree(folder / "bin", ignore_errors=True)  # console scripts with the build machine's paths
    for name in NOT_IN_LAMBDA if for_lambda else ():
        for package in [folder / name, *folder.glob(f"{name}-*.dist-info")]:
            shutil.rmtree(package, ignore_errors=True)


if __name__ == "__main__":
    prune(Path(sys.argv[-1]), "--lambda" in sys.argv)
