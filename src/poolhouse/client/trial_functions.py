"""A file as a function that exists for as long as it is tried."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

RUNTIMES = {".py": "python3.13", ".mjs": "nodejs22.x", ".js": "nodejs22.x", ".cjs": "nodejs22.x"}


@contextmanager
def trial_function(url: str, pool: str, function: str | None) -> Iterator[str | None]:
    """An ARN as it is; a file is deployed for as long as the block runs, and its ARN given.

    Raises :class:`ValueError` for a file that is no Python or JavaScript.
    """
    if function is None or not Path(function).is_file():
        yield function
        return
    path = Path(function)
    runtime = RUNTIMES.get(path.suffix)
    if runtime is None:
        raise ValueError(f"{path} is no Python or JavaScript file")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(path, path.name)
    functions = _lambda_client(url, pool.partition("_")[0])
    name = f"trial-{secrets.token_hex(4)}"
    created = functions.create_function(
        FunctionName=name,
        Runtime=runtime,
        Role="arn:aws:iam::123456789012:role/trial",
        Handler=f"{path.stem}.handler",
        Code={"ZipFile": package.getvalue()},
        MemorySize=512,
    )
    try:
        functions.add_permission(
            FunctionName=name,
            StatementId="trial",
            Action="lambda:InvokeFunction",
            Principal="cognito-idp.amazonaws.com",
        )
        yield created["FunctionArn"]
    finally:
        functions.delete_function(FunctionName=name)


def _lambda_client(url: str, region: str) -> Any:
    own = boto3.Session(region_name=region)
    if own.get_credentials() is None:
        own = boto3.Session("any", "any", region_name=region)
    return own.client("lambda", endpoint_url=url, config=Config(retries={"max_attempts": 0}))
