"""The work of import jobs: whoever claims one reads its file and makes its users, batch by batch.

Every server process looks for work when a job starts, when somebody asks about one, and every half
minute. A claim is a lease in the database that each batch renews. Users, counts, the place in the
file and the lines for the log are committed together, so a job that is taken up again after a crash
imports every row once and logs every row once. A job has ended when its log is whole. Jobs run
where their file lies: with servers on several machines, on the one that took the upload.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import structlog

from poolhouse.domain import import_rows, second_factors
from poolhouse.domain.import_rows import BadFile, BadRow, ImportedUser
from poolhouse.domain.imported_hashes import Algorithm
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.second_factors import SMS, UserFactors
from poolhouse.errors import (
    AliasExistsException,
    UsernameExistsException,
    UserNotFoundException,
)
from poolhouse.house import House
from poolhouse.imports import files, jobs
from poolhouse.store import import_jobs, pools, users
from poolhouse.store import second_factors as stored_factors
from poolhouse.store.database import Transaction
from poolhouse.store.import_jobs import ImportJob, Progress, Status

log = structlog.get_logger("poolhouse.imports")

SUCCEEDED = "Import Job Completed Successfully."
STOPPED = "The Import Job was stopped by the developer."
TOO_MANY = "Too many users have failed or been skipped during the import."

_ROUND_SECONDS = 30.0
_LEASE_MS = 60_000
# A commit writes every page that it touched: the more rows, the more of them share one. Others
# who write wait for a batch, some 150 ms.
_BATCH_ROWS = 1000
# In bytes, and more than the longest row can have.
_LONGEST_LINE = import_rows.LONGEST_ROW * 4 + 2
# ``too-many-failed``
_JUDGED_FROM = 1000


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some lines of a file with their numbers, and where the next ones begin."""

    rows: Sequence[tuple[int, ImportedUser | BadRow]]
    offset_bytes: int
    lines: int
    is_last: bool


class _Lost(Exception):
    """Somebody else has the job."""


async def run(house: House) -> None:
    """Run until cancelled. A failure is logged and tried again at the next round."""
    runner = house.ids.uuid()
    while True:
        house.import_started.clear()
        try:
            await _expire(house)
            for job in await import_jobs.active(house.db):
                await _work_on(house, job, runner)
        except Exception:
            log.exception("an import job could not be worked on")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(house.import_started.wait(), _ROUND_SECONDS)


async def _expire(house: House) -> None:
    oldest_ms = jobs.oldest_alive_ms(house.clock.now_ms())
    for job in await import_jobs.not_started(house.db, oldest_ms):
        files.upload(house, job.pool_id, job.job_id).unlink(missing_ok=True)
        await house.db.write(import_jobs.change, job, jobs.shown(house, job))


async def _work_on(house: House, job: ImportJob, runner: str) -> None:
    path = files.upload(house, job.pool_id, job.job_id)
    if not path.exists():
        return
    now_ms = house.clock.now_ms()
    if not await house.db.write(
        import_jobs.claim, job, runner, now_ms=now_ms, until_ms=now_ms + _LEASE_MS
    ):
        return
    try:
        if await _import(house, job, runner, path):
            path.unlink(missing_ok=True)
    except _Lost:
        return
    except BaseException:  # a server that ends, too, hands its job to the next
        await house.db.write(import_jobs.release, job, runner)
        raise


async def _import(house: House, job: ImportJob, runner: str, path: Path) -> bool:
    """Take the job to its end. False when the pool is gone."""
    pool = await pools.find(house.db, job.pool_id)
    found = await import_jobs.find(house.db, job.pool_id, job.job_id)
    if pool is None or found is None:
        return False
    job, log_path = found, files.log_file(house, pool, found)
    algorithm = cast("Algorithm | None", job.password_hashing)
    try:
        names = await asyncio.to_thread(_header, path, pool, algorithm)
    except BadFile as error:
        await house.db.write(_finish, house, job, runner, "Failed", str(error))
        return True
    while job.status in import_jobs.ACTIVE:
        await _write_log(job, log_path)
        if verdict := job.progress.verdict:
            message = job.progress.verdict_message
            await house.db.write(_finish, house, job, runner, verdict, message)
            return True
        batch = await asyncio.to_thread(_read, path, pool, names, algorithm, job)
        job = await house.db.write(_store, house, pool, job, runner, batch)
    return True


async def _write_log(job: ImportJob, path: Path) -> None:
    progress = job.progress
    await asyncio.to_thread(files.write_log, path, progress.log_bytes, progress.log_lines)


def _header(path: Path, pool: UserPool, algorithm: Algorithm | None) -> tuple[str, ...]:
    with path.open("rb") as file:
        first = file.readline(import_rows.LONGEST_ROW * 4)
    try:
        return import_rows.columns(pool, first.decode("utf-8"), algorithm)
    except UnicodeDecodeError as error:
        raise BadFile("The file is not encoded as UTF-8.") from error


def _read(
    path: Path,
    pool: UserPool,
    names: Sequence[str],
    algorithm: Algorithm | None,
    job: ImportJob,
) -> _Batch:
    """The next rows, judged. In a thread: the server answers others meanwhile."""
    rows: list[tuple[int, ImportedUser | BadRow]] = []
    number = job.progress.lines
    with path.open("rb") as file:
        file.seek(job.progress.offset_bytes)
        if number == 0:
            _skip_rest(file, file.readline(_LONGEST_LINE))
            number = 1
        while len(rows) < _BATCH_ROWS and (line := file.readline(_LONGEST_LINE)):
            number += 1
            _skip_rest(file, line)
            if line.strip():
                rows.append((number, _row(pool, names, algorithm, line)))
        offset = file.tell()
        is_last = not file.read(1)
    return _Batch(rows, offset, number, is_last)


def _skip_rest(file: BinaryIO, line: bytes) -> None:
    """Of a line that is too long to be a row, the rest: it may be as long as the file."""
    while line and not line.endswith(b"\n"):
        line = file.readline(_LONGEST_LINE)


def _row(
    pool: UserPool, names: Sequence[str], algorithm: Algorithm | None, line: bytes
) -> ImportedUser | BadRow:
    # What was cut off in the middle of a character is refused for its length.
    errors = "strict" if len(line) < _LONGEST_LINE else "replace"
    try:
        text = line.decode("utf-8", errors).strip("\r\n")
        return import_rows.read(pool, names, text, algorithm)
    except UnicodeDecodeError:
        return BadRow("The row is not encoded as UTF-8.")
    except BadRow as error:
        return error


async def _store(
    transaction: Transaction,
    house: House,
    pool: UserPool,
    before: ImportJob,
    runner: str,
    batch: _Batch,
) -> ImportJob:
    now_ms = house.clock.now_ms()
    job = await import_jobs.renew(
        transaction, before.pool_id, before.job_id, runner, now_ms + _LEASE_MS
    )
    if job is None:
        raise _Lost
    if job.status == "Stopping":
        return await _ended(transaction, house, job, runner, "Stopped", STOPPED)
    counts = {"SUCCEEDED": 0, "SKIPPED": 0, "FAILED": 0}
    lines: list[str] = []
    # Subs of a batch begin alike: neighbours in every index, they share the pages to be written,
    # which makes an import several times as fast. Some 90 random bits remain.
    beginning = house.ids.uuid()[:8]
    for number, row in batch.rows:
        sub = beginning + house.ids.uuid()[8:]
        outcome, reason = await _store_row(transaction, pool, row, sub, now_ms)
        counts[outcome] += 1
        lines.append(f"[{outcome}] Line Number {number} - {reason}\n")
    done = job.progress
    progress = replace(
        done,
        offset_bytes=batch.offset_bytes,
        lines=batch.lines,
        imported=done.imported + counts["SUCCEEDED"],
        skipped=done.skipped + counts["SKIPPED"],
        failed=done.failed + counts["FAILED"],
        log_bytes=done.log_bytes + len(done.log_lines.encode()),
        log_lines="".join(lines),
    )
    verdict, message = _verdict(progress, is_last=batch.is_last)
    progress = replace(progress, verdict=verdict, verdict_message=message)
    job = replace(job, status="InProgress", progress=progress)
    await import_jobs.advance(transaction, job, runner, now_ms + _LEASE_MS)
    return job


def _verdict(progress: Progress, *, is_last: bool) -> tuple[Status | None, str]:
    """How a job ends that has come so far, and why; None when it goes on."""
    bad, rows = progress.skipped + progress.failed, progress.lines - 1
    if rows > import_rows.MOST_ROWS:
        return "Failed", f"The file has more than {import_rows.MOST_ROWS} rows."
    if bad > progress.imported and (is_last or bad >= _JUDGED_FROM):
        return "Failed", TOO_MANY
    return ("Succeeded", SUCCEEDED) if is_last else (None, "")


async def _ended(
    transaction: Transaction,
    house: House,
    job: ImportJob,
    runner: str,
    status: Status,
    message: str,
) -> ImportJob:
    now_ms = house.clock.now_ms()
    ended = replace(job, status=status, message=message, completed_ms=now_ms)
    await import_jobs.advance(transaction, ended, runner, now_ms)
    return ended


async def _finish(
    transaction: Transaction,
    house: House,
    job: ImportJob,
    runner: str,
    status: Status,
    message: str,
) -> None:
    now_ms = house.clock.now_ms()
    held = await import_jobs.renew(transaction, job.pool_id, job.job_id, runner, now_ms)
    if held is None:
        raise _Lost
    await _ended(transaction, house, held, runner, status, message)


async def _store_row(
    transaction: Transaction,
    pool: UserPool,
    row: ImportedUser | BadRow,
    sub: str,
    now_ms: int,
) -> tuple[str, str]:
    """What became of a row, and why."""
    if isinstance(row, BadRow):
        return "FAILED", str(row)
    user = User(
        pool_id=pool.id,
        sub=sub,
        username=row.username or sub,
        status="CONFIRMED" if row.password_hash else "RESET_REQUIRED",
        enabled=True,
        created_ms=now_ms,
        modified_ms=now_ms,
        attributes=row.attributes,
        password_hash=row.password_hash,
    )
    try:
        await users.insert(transaction, pool, user)
        await _prefer_sms(transaction, pool, user, wanted=row.mfa_enabled)
    except (UsernameExistsException, AliasExistsException) as error:
        with contextlib.suppress(UserNotFoundException):
            await users.delete(transaction, pool.id, sub)
        is_name = isinstance(error, UsernameExistsException) or pool.username_attributes
        return ("SKIPPED", "The user already exists.") if is_name else ("FAILED", error.message)
    return "SUCCEEDED", "The import succeeded."


async def _prefer_sms(
    transaction: Transaction, pool: UserPool, user: User, *, wanted: bool
) -> None:
    """``mfa-enabled-column``"""
    if wanted and SMS in second_factors.of_pool(pool) and user.attributes.get("phone_number"):
        await stored_factors.put(
            transaction, pool.id, user.sub, UserFactors(enabled=(SMS,), preferred=SMS)
        )
