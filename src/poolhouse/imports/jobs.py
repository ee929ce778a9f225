"""The life of an import job: created, started, stopped.

Source: Amazon Cognito API reference, CreateUserImportJob, StartUserImportJob, StopUserImportJob.
Sentences of refusals are ours (``import-sentences``).
"""

from __future__ import annotations

from dataclasses import replace

from poolhouse.domain.records import UserPool
from poolhouse.errors import (
    LimitExceededException,
    PreconditionNotMetException,
    ResourceNotFoundException,
    UserImportInProgressException,
)
from poolhouse.house import House
from poolhouse.store import import_jobs
from poolhouse.store.database import Reader, Transaction
from poolhouse.store.import_jobs import ImportJob

EXPIRED = "The user import job has expired."

_MOST_JOBS = 1000
_LIFE_MS = 24 * 3_600_000
_NOTHING_VERIFIED = "The user pool must verify at least one attribute automatically."


async def create(
    house: House, pool: UserPool, name: str, role_arn: str, password_hashing: str | None
) -> ImportJob:
    """A job that waits for its file.

    Raises :class:`PreconditionNotMetException` and :class:`LimitExceededException`.
    """
    _check_pool(pool)
    job = ImportJob(
        pool_id=pool.id,
        job_id=f"import-{house.ids.uuid()}",
        name=name,
        status="Created",
        created_ms=house.clock.now_ms(),
        role_arn=role_arn,
        password_hashing=password_hashing,
    )
    await house.db.write(_insert, job)
    return job


async def get(house: House, pool_id: str, job_id: str) -> ImportJob:
    """Raises :class:`ResourceNotFoundException`."""
    job = await _get(house.db, pool_id, job_id)
    if job.status in import_jobs.ACTIVE:
        # Whoever asks how a job is doing makes sure that somebody works on it.
        house.import_started.set()
    return shown(house, job)


def shown(house: House, job: ImportJob) -> ImportJob:
    """The job as it is by now: one that nobody started in time is expired."""
    if job.status == "Created" and house.clock.now_ms() >= job.created_ms + _LIFE_MS:
        return replace(job, status="Expired", message=EXPIRED)
    return job


def oldest_alive_ms(now_ms: int) -> int:
    """Jobs created by then, and not started, have expired."""
    return now_ms - _LIFE_MS


async def start(house: House, pool: UserPool, job_id: str) -> ImportJob:
    """Let the job run as soon as a server process is free for it.

    Raises :class:`ResourceNotFoundException` and :class:`PreconditionNotMetException`.
    """
    _check_pool(pool)
    job = await house.db.write(_start, house, pool.id, job_id)
    house.import_started.set()
    return job


async def stop(house: House, pool: UserPool, job_id: str) -> ImportJob:
    """Let a job end after the rows that it is at. Raises as :func:`start` does."""
    job = await house.db.write(_stop, pool.id, job_id)
    house.import_started.set()
    return job


async def uploaded(house: House, job: ImportJob, size_bytes: int) -> bool:
    """Note that the job's file is there. False when the job does not wait for one any more."""
    return await house.db.write(import_jobs.change, job, replace(job, uploaded_bytes=size_bytes))


async def check_no_import(reader: Reader, pool_id: str) -> None:
    """Raises :class:`UserImportInProgressException` while users are imported into the pool."""
    if await import_jobs.is_active(reader, pool_id):
        raise UserImportInProgressException("A user import into the user pool is in progress.")


async def _get(reader: Reader, pool_id: str, job_id: str) -> ImportJob:
    job = await import_jobs.find(reader, pool_id, job_id)
    if job is None:
        raise ResourceNotFoundException(f"User import job {job_id} does not exist.")
    return job


def _check_pool(pool: UserPool) -> None:
    if not pool.auto_verified_attributes:
        raise PreconditionNotMetException(_NOTHING_VERIFIED)


async def _insert(transaction: Transaction, job: ImportJob) -> None:
    if await import_jobs.count(transaction, job.pool_id) >= _MOST_JOBS:
        raise LimitExceededException(f"A user pool has {_MOST_JOBS} import jobs at most.")
    await import_jobs.insert(transaction, job)


async def _start(transaction: Transaction, house: House, pool_id: str, job_id: str) -> ImportJob:
    job = shown(house, await _get(transaction, pool_id, job_id))
    if job.status != "Created":
        raise _wrong_state(job, "started")
    if job.uploaded_bytes is None:  # ``file-needed``
        raise PreconditionNotMetException("The CSV file of the job has not been uploaded.")
    if await import_jobs.active(transaction):
        raise PreconditionNotMetException("Another user import job is active in this account.")
    started = replace(job, status="Pending", started_ms=house.clock.now_ms())
    await import_jobs.change(transaction, job, started)
    return started


async def _stop(transaction: Transaction, pool_id: str, job_id: str) -> ImportJob:
    job = await _get(transaction, pool_id, job_id)
    if job.status not in ("Pending", "InProgress"):
        raise _wrong_state(job, "stopped")
    stopping = replace(job, status="Stopping")
    await import_jobs.change(transaction, job, stopping)
    return stopping


def _wrong_state(job: ImportJob, done: str) -> PreconditionNotMetException:
    return PreconditionNotMetException(
        f"A user import job cannot be {done} when its status is {job.status}."
    )
