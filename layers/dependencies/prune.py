"""Take out of a folder of installed packages what no function needs: it counts at every cold start.

    python prune.py FOLDER

Of botocore's service descriptions (25 MB) only those of the services that we call stay.
"""

import shutil
import sys
from pathlib import Path

AWS_SERVICES = frozenset({"sqs", "ssm", "secretsmanager", "sts", "sso", "sso-oidc"})
_FOLDERS = ("tests", "test", "__pycache__")


def prune(folder: Path) -> None:
    """Remove in place; running it again changes nothing."""
    for service in (folder / "botocore" / "data").glob("*/"):
        if service.is_dir() and service.name not in AWS_SERVICES:
            shutil.rmtree(service)
    for resources in (folder / "boto3" / "data").glob("*/"):
        if resources.is_dir() and resources.name not in AWS_SERVICES:
            shutil.rmtree(resources)
    for name in _FOLDERS:
        for unneeded in sorted(folder.rglob(name)):
            if unneeded.is_dir():
                shutil.rmtree(unneeded)
    shutil.rmtree(folder / "bin", ignore_errors=True)  # console scripts with the build machine's paths


if __name__ == "__main__":
    prune(Path(sys.argv[1]))
