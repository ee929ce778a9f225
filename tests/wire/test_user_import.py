"""User import jobs: from a file to users who sign in."""

from __future__ import annotations

import hashlib
import http.client
import os
import threading
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import argon2
import bcrypt
import pytest
from sqlalchemy import select

from account_world import PASSWORD, World, make_world, refusal
from import_world import create, csv, describe, finished, header, put, run, start
from poolhouse.imports import runner
from poolhouse.store.schema import users
from server import Server, running

MANY = int(os.environ.get("POOLHOUSE_IMPORT_ROWS", "1000"))


@pytest.fixture
def world(start_server: Callable[..., Server]) -> World:
    """A server of one's own: an account has one active job."""
    return make_world(start_server())


def log_of(world: World, job: dict[str, Any]) -> list[str]:
    group = world.server.house.settings.data / "logs/aws/cognito/userpools"
    path: Path = group / world.pool_id / "harbour" / job["JobId"] / "crew.log"
    return path.read_text(encoding="utf-8").splitlines()


def test_users_come_in_and_set_a_password(world: World) -> None:
    job = create(world)
    assert job["Status"] == "Created"
    assert (job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == (0, 0, 0)
    rows = [{"cognito:username": "ann", "name": "Ann, of Mast"}, {"cognito:username": "ben"}]
    assert put(job["PreSignedUrl"], csv(header(world), rows)) == 200
    assert start(world, job)["Status"] == "Pending"
    done = finished(world, job)
    assert done["Status"] == "Succeeded"
    assert done["CompletionMessage"] == "Import Job Completed Successfully."
    assert done["ImportedUsers"] == 2
    assert done["StartDate"] == done["CompletionDate"]
    assert log_of(world, job) == [
        "[SUCCEEDED] Line Number 2 - The import succeeded.",
        "[SUCCEEDED] Line Number 3 - The import succeeded.",
    ]
    assert world.get("ann")["UserStatus"] == "RESET_REQUIRED"
    assert world.profile("ann") == {
        "name": "Ann, of Mast",
        "email": "ann@mast.test",
        "email_verified": "true",
    }
    assert refusal(world.sign_in, username="ann")[0] == "PasswordResetRequiredException"
    world.idp.forgot_password(ClientId=world.client_id, Username="ann")
    world.idp.confirm_forgot_password(
        ClientId=world.client_id,
        Username="ann",
        ConfirmationCode=world.code("ann@mast.test"),
        Password=PASSWORD,
    )
    assert world.token("ann")
    listed = world.idp.list_users(UserPoolId=world.pool_id, Filter='email = "ben@mast.test"')
    assert [user["Username"] for user in listed["Users"]] == ["ben"]


def test_rows_that_fail_or_are_skipped_leave_the_others(world: World) -> None:
    world.member("ann", email="ann@mast.test")
    rows = [
        {"cognito:username": "ann"},
        {"cognito:username": "ben"},
        {"cognito:username": "cleo", "email_verified": "FALSE"},
        {"cognito:username": "dan"},
        {"cognito:username": "ben"},
        {"cognito:username": "eve"},
    ]
    done = run(world, csv(header(world), rows))
    assert done["Status"] == "Succeeded"
    counts = [done[f"{kind}Users"] for kind in ("Imported", "Skipped", "Failed")]
    assert counts == [3, 2, 1]
    lines = log_of(world, done)
    assert lines[0] == "[SKIPPED] Line Number 2 - The user already exists."
    assert lines[2] == (
        "[FAILED] Line Number 4 - The User Record does not set any of the auto verified "
        "attributes to true. (Example: email_verified to true)."
    )
    assert "ann" not in "".join(lines)
    assert world.get("ann")["UserStatus"] == "CONFIRMED"
    assert refusal(world.get, username="cleo")[0] == "UserNotFoundException"


def test_an_alias_that_is_taken_fails_its_row_whole(
    start_server: Callable[..., Server],
) -> None:
    world = make_world(start_server(), AliasAttributes=["email"])
    rows = [
        {"cognito:username": "ann"},
        {"cognito:username": "ben", "email": "ann@mast.test", "name": "Ben"},
    ]
    done = run(world, csv(header(world), rows))
    assert (done["ImportedUsers"], done["FailedUsers"]) == (1, 1)
    assert refusal(world.get, username="ben")[0] == "UserNotFoundException"
    listed = world.idp.list_users(UserPoolId=world.pool_id, Filter='name = "Ben"')
    assert listed["Users"] == []


def test_a_job_that_mostly_fails_is_failed(world: World) -> None:
    rows = [{"cognito:username": f"user-{n}", "email_verified": "FALSE"} for n in range(3)]
    done = run(world, csv(header(world), rows))
    assert done["Status"] == "Failed"
    assert done["CompletionMessage"] == (
        "Too many users have failed or been skipped during the import."
    )


@pytest.mark.parametrize("content", [b"name,email\nann,a@b.test\n", b"\xff\xfe", b""])
def test_a_file_of_another_kind_is_failed(world: World, content: bytes) -> None:
    done = run(world, content)
    assert (done["Status"], done["ImportedUsers"]) == ("Failed", 0)
    world.idp.update_user_pool(UserPoolId=world.pool_id)  # nothing is under way any more


def test_many_users(world: World) -> None:
    """``POOLHOUSE_IMPORT_ROWS=100000`` makes it a hundred thousand."""
    rows = [{"cognito:username": f"user-{n}"} for n in range(MANY)]
    done = run(world, csv(header(world), rows))
    assert (done["Status"], done["ImportedUsers"]) == ("Succeeded", MANY)
    assert len(log_of(world, done)) == MANY
    pool = world.idp.describe_user_pool(UserPoolId=world.pool_id)["UserPool"]
    assert pool["EstimatedNumberOfUsers"] == MANY


def hashes(password: str) -> dict[str, str]:
    """The password as each algorithm's libraries write its hash."""

    def unpadded(data: bytes) -> str:
        return b64encode(data).decode().rstrip("=")

    salt = b"sixteen bytes !!"
    given = password.encode()
    scrypt = hashlib.scrypt(given, salt=salt, n=1024, r=8, p=1, dklen=32)
    pbkdf2 = hashlib.pbkdf2_hmac("sha256", given, salt, 1000, 32)
    return {
        "BCRYPT": bcrypt.hashpw(given, bcrypt.gensalt(4)).decode(),
        "SCRYPT": f"$scrypt$ln=10,r=8,p=1${unpadded(salt)}${unpadded(scrypt)}",
        "ARGON2ID": argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=2).hash(
            password
        ),
        "PBKDF2_SHA256": (
            f"$pbkdf2-sha256$1000${unpadded(salt)}${unpadded(pbkdf2)}".replace("+", ".")
        ),
    }


@pytest.mark.parametrize("algorithm", ["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"])
def test_passwords_come_along_and_their_hashes_are_made_anew(world: World, algorithm: str) -> None:
    stored = hashes(PASSWORD)[algorithm]
    rows = [
        {"cognito:username": "ann", "cognito:password_hash": stored},
        {"cognito:username": "ben"},
    ]
    names = [*header(world), "cognito:password_hash"]
    done = run(world, csv(names, rows), PasswordHashingAlgorithm=algorithm)
    assert done["PasswordHashingAlgorithm"] == algorithm
    assert done["ImportedUsers"] == 2
    assert world.get("ann")["UserStatus"] == "CONFIRMED"
    assert world.get("ben")["UserStatus"] == "RESET_REQUIRED"
    assert refusal(world.sign_in, username="ann", password="Wrong-1-Wrong")[0] == (
        "NotAuthorizedException"
    )
    assert world.token("ann")
    assert stored_hash(world, "ann") != stored
    assert stored_hash(world, "ann").startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert world.token("ann")


def stored_hash(world: World, username: str) -> str:
    hashed = select(users.c.password_hash).where(
        users.c.pool_id == world.pool_id, users.c.username == username
    )
    ((found,),) = world.server.rows(hashed)
    return str(found)


@pytest.fixture
def halfway(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Batches of ten rows, and none after the second until this is set."""
    go_on, read = threading.Event(), runner._read

    def held(path: Path, *others: Any) -> Any:
        assert others[-1].progress.lines < 20 or go_on.wait(60)
        return read(path, *others)

    monkeypatch.setattr(runner, "_BATCH_ROWS", 10)
    monkeypatch.setattr(runner, "_read", held)
    return go_on


def test_one_job_at_a_time_and_no_changes_meanwhile(world: World, halfway: threading.Event) -> None:
    first, second = create(world), create(world)
    rows = [{"cognito:username": f"user-{n}"} for n in range(300)]
    for job in (first, second):
        assert put(job["PreSignedUrl"], csv(header(world), rows)) == 200
    start(world, first)
    while describe(world, first)["ImportedUsers"] < 20:
        continue
    refused = refusal(start, world=world, job=second)
    assert refused == (
        "PreconditionNotMetException",
        "Another user import job is active in this account.",
    )
    idp, pool_id = world.idp, world.pool_id
    in_progress = "UserImportInProgressException"
    assert refusal(idp.update_user_pool, UserPoolId=pool_id)[0] == in_progress
    assert refusal(idp.delete_user_pool, UserPoolId=pool_id)[0] == in_progress
    attribute = {"Name": "berth", "AttributeDataType": "String"}
    assert (
        refusal(idp.add_custom_attributes, UserPoolId=pool_id, CustomAttributes=[attribute])[0]
        == in_progress
    )
    assert idp.stop_user_import_job(UserPoolId=pool_id, JobId=first["JobId"])["UserImportJob"][
        "Status"
    ] == ("Stopping")
    halfway.set()
    done = finished(world, first)
    assert done["Status"] == "Stopped"
    assert done["CompletionMessage"] == "The Import Job was stopped by the developer."
    assert len(log_of(world, first)) == done["ImportedUsers"] == 20
    assert refusal(start, world=world, job=first)[0] == "PreconditionNotMetException"
    start(world, second)
    assert finished(world, second)["SkippedUsers"] == done["ImportedUsers"]


def test_a_server_that_ends_leaves_the_job_to_the_next(
    start_server: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poolhouse.imports.runner._BATCH_ROWS", 10)
    rows = [{"cognito:username": f"user-{n}"} for n in range(2000)]
    with running(tmp_path / "shared") as first:
        world = make_world(first)
        job = create(world)
        assert put(job["PreSignedUrl"], csv(header(world), rows)) == 200
        start(world, job)
        while describe(world, job)["ImportedUsers"] == 0:
            continue
    second = start_server(tmp_path / "shared")
    world = World(second, second.client(), world.pool_id, world.client_id)
    done = finished(world, job)
    assert (done["Status"], done["ImportedUsers"], done["SkippedUsers"]) == ("Succeeded", 2000, 0)
    lines = log_of(world, job)
    assert lines == [f"[SUCCEEDED] Line Number {n} - The import succeeded." for n in range(2, 2002)]


def test_states_that_do_not_fit(world: World) -> None:
    job = create(world)
    assert refusal(start, world=world, job=job) == (
        "PreconditionNotMetException",
        "The CSV file of the job has not been uploaded.",
    )
    idp, pool_id = world.idp, world.pool_id
    assert refusal(idp.stop_user_import_job, UserPoolId=pool_id, JobId=job["JobId"]) == (
        "PreconditionNotMetException",
        "A user import job cannot be stopped when its status is Created.",
    )
    assert refusal(idp.describe_user_import_job, UserPoolId=pool_id, JobId="import-1") == (
        "ResourceNotFoundException",
        "User import job import-1 does not exist.",
    )
    missing = {"UserPoolId": "us-east-1_missing00"}
    assert refusal(idp.get_csv_header, **missing)[0] == "ResourceNotFoundException"
    unverified = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
    assert (
        refusal(create, world=World(world.server, idp, unverified, ""))[0]
        == "PreconditionNotMetException"
    )


def test_an_address_is_good_for_one_job_and_a_quarter_of_an_hour(world: World) -> None:
    job, other = create(world), create(world)
    url = job["PreSignedUrl"]
    assert put(url.replace(job["JobId"], other["JobId"]), b"x") == 403
    assert put(url.replace("signature=", "signature=0"), b"x") == 403
    assert put(url.replace("expires=1", "expires=2"), b"x") == 403
    assert put(url.partition("?")[0], b"x") == 403
    world.server.clock.advance(seconds=15 * 60)
    assert put(url, b"x") == 403


def test_a_file_that_is_too_large_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poolhouse.import_uploads.LARGEST_FILE_BYTES", 1000)
    job = create(world)
    assert put(job["PreSignedUrl"], b"x" * 1001) == 413
    assert refusal(start, world=world, job=job)[0] == "PreconditionNotMetException"
    folder = world.server.house.settings.data / "imports" / world.pool_id
    assert list(folder.iterdir()) == []


def test_a_job_that_nobody_starts_expires(world: World) -> None:
    job = create(world)
    world.server.clock.advance(seconds=24 * 3600)
    found = describe(world, job)
    assert found["Status"] == "Expired"
    assert found["CompletionMessage"] == "The user import job has expired."
    assert refusal(start, world=world, job=job)[0] == "PreconditionNotMetException"


def test_jobs_are_listed_newest_first(world: World) -> None:
    made = []
    for _ in range(3):
        world.server.clock.advance(seconds=1)
        made.append(create(world)["JobId"])
    paginate = {"UserPoolId": world.pool_id, "MaxResults": 2}
    first = world.idp.list_user_import_jobs(**paginate)
    second = world.idp.list_user_import_jobs(**paginate, PaginationToken=first["PaginationToken"])
    listed = [job["JobId"] for page in (first, second) for job in page["UserImportJobs"]]
    assert listed == made[::-1]
    assert "PaginationToken" not in second
    assert isinstance(first["UserImportJobs"][0]["CreationDate"], datetime)
    assert refusal(world.idp.list_user_import_jobs, **paginate, PaginationToken="x") == (
        "InvalidParameterException",
        "Invalid pagination token.",
    )


def test_a_line_without_end_is_one_bad_row(world: World) -> None:
    job = create(world)
    rows = [
        {"cognito:username": "ann"},
        {"cognito:username": "endless", "name": "\U0001f6a2" * 100_000},
        {"cognito:username": "ben"},
    ]
    assert put(job["PreSignedUrl"], csv(header(world), rows)) == 200
    start(world, job)
    done = finished(world, job)
    assert (done["ImportedUsers"], done["FailedUsers"]) == (2, 1)
    assert log_of(world, job) == [
        "[SUCCEEDED] Line Number 2 - The import succeeded.",
        "[FAILED] Line Number 3 - The row is longer than 16000 characters.",
        "[SUCCEEDED] Line Number 4 - The import succeeded.",
    ]


def test_an_upload_that_ends_too_late_changes_nothing(world: World) -> None:
    job = create(world)
    url = urlsplit(job["PreSignedUrl"])
    late = csv(header(world), [{"cognito:username": "late"}])
    connection = http.client.HTTPConnection(url.netloc, timeout=30)
    connection.putrequest("PUT", f"{url.path}?{url.query}")
    connection.putheader("Content-Length", str(len(late)))
    connection.endheaders()
    connection.send(late[:10])
    in_time = csv(header(world), [{"cognito:username": "ann"}])
    assert put(job["PreSignedUrl"], in_time) == 200
    start(world, job)
    assert finished(world, job)["ImportedUsers"] == 1
    connection.send(late[10:])
    assert connection.getresponse().status == 409
    connection.close()
    left = world.server.house.settings.data / "imports" / world.pool_id
    assert list(left.iterdir()) == []
