"""Import jobs for tests: files of users, put where a job wants them."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from account_world import World

ROLE = "arn:aws:iam::123456789012:role/import"


def csv(names: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A file with these columns; a row's missing values are those of a plain user."""
    names = list(names)
    lines = [",".join(names)]
    for row in rows:
        full = {
            "email": f"{row['cognito:username']}@mast.test",
            "email_verified": "TRUE",
            "cognito:mfa_enabled": "FALSE",
            **row,
        }
        lines.append(",".join(full.get(name, "").replace(",", r"\,") for name in names))
    return ("\n".join(lines) + "\n").encode()


def header(world: World) -> list[str]:
    names: list[str] = world.idp.get_csv_header(UserPoolId=world.pool_id)["CSVHeader"]
    return names


def put(url: str, content: bytes) -> int:
    request = urllib.request.Request(
        url, content, {"x-amz-server-side-encryption": "aws:kms"}, method="PUT"
    )
    try:
        with urllib.request.urlopen(request) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def create(world: World, **more: Any) -> dict[str, Any]:
    job: dict[str, Any] = world.idp.create_user_import_job(
        UserPoolId=world.pool_id, JobName="crew", CloudWatchLogsRoleArn=ROLE, **more
    )["UserImportJob"]
    return job


def describe(world: World, job: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = world.idp.describe_user_import_job(
        UserPoolId=world.pool_id, JobId=job["JobId"]
    )["UserImportJob"]
    return found


def start(world: World, job: Mapping[str, Any]) -> dict[str, Any]:
    started: dict[str, Any] = world.idp.start_user_import_job(
        UserPoolId=world.pool_id, JobId=job["JobId"]
    )["UserImportJob"]
    return started


def finished(world: World, job: Mapping[str, Any], *, patience_seconds: float = 60) -> Any:
    """The job once it has ended: asked again and again, as its operator would."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        found = describe(world, job)
        if found["Status"] not in ("Pending", "InProgress", "Stopping"):
            return found
        time.sleep(0.02)
    raise AssertionError(f"the job did not end: {found}")


def run(world: World, content: bytes, **more: Any) -> Any:
    """Create a job, upload its file, start it, and wait for its end."""
    job = create(world, **more)
    assert put(job["PreSignedUrl"], content) == 200
    start(world, job)
    return finished(world, job)
