"""User import jobs: one row each, and the lease by which one server process at a time runs it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal

import orjson
from sqlalchemy import bindparam, func, or_, select, tuple_, update

from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.schema import user_import_jobs as table
from poolhouse.store.statements import Statement, insert_into, select_by, update_by

Status = Literal[
    "Created", "Pending", "InProgress", "Stopping", "Expired", "Stopped", "Failed", "Succeeded"
]

ACTIVE: tuple[Status, ...] = ("Pending", "InProgress", "Stopping")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job came: ``offset_bytes`` and ``lines`` of its file are done.

    ``log_lines`` belong behind the first ``log_bytes`` of the job's log, whether or not they were
    written there yet. ``verdict`` is how the job ends, with ``verdict_message``, once they are.
    """

    offset_bytes: int = 0
    lines: int = 0
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    log_bytes: int = 0
    log_lines: str = ""
    verdict: Status | None = None
    verdict_message: str = ""


@dataclass(frozen=True, slots=True)
class ImportJob:
    pool_id: str
    job_id: str
    name: str
    status: Status
    created_ms: int
    role_arn: str
    password_hashing: str | None = None
    uploaded_bytes: int | None = None
    started_ms: int | None = None
    completed_ms: int | None = None
    message: str | None = None
    progress: Progress = Progress()


_KEY = ("pool_id", "job_id")
_IS_ACTIVE = or_(*(table.c.status == status for status in ACTIVE))
_INSERT = insert_into(table)
_FIND = select_by(table, *_KEY)
_COUNT = Statement(
    select(func.count()).select_from(table).where(table.c.pool_id == bindparam("pool_id"))
)
_ACTIVE = Statement(select(table).where(_IS_ACTIVE))
_ACTIVE_IN_POOL = Statement(
    select(table.c.job_id).where(table.c.pool_id == bindparam("pool_id"), _IS_ACTIVE).limit(1)
)
_NOT_STARTED = Statement(
    select(table).where(
        table.c.status == bindparam("status"), table.c.created_ms <= bindparam("before_ms")
    )
)
_PAGE = Statement(
    select(table)
    .where(
        table.c.pool_id == bindparam("pool_id"),
        tuple_(table.c.created_ms, table.c.job_id)
        < tuple_(bindparam("before_ms"), bindparam("before_id")),
    )
    .order_by(table.c.created_ms.desc(), table.c.job_id.desc())
    .limit(bindparam("size"))
)
_UPDATE = update_by(table, (*_KEY, "status"), ("status", "document"))
_CLAIM = Statement(
    update(table)
    .where(
        table.c.pool_id == bindparam("key_pool_id"),
        table.c.job_id == bindparam("key_job_id"),
        _IS_ACTIVE,
        or_(table.c.runner.is_(None), table.c.lease_ms <= bindparam("now_ms")),
    )
    .values(runner=bindparam("new_runner"), lease_ms=bindparam("until_ms"))
)
_RENEW = update_by(table, (*_KEY, "runner"), ("lease_ms",))
_ADVANCE = update_by(table, (*_KEY, "runner"), ("status", "document", "lease_ms"))
_RELEASE = Statement(
    update(table)
    .where(
        table.c.pool_id == bindparam("key_pool_id"),
        table.c.job_id == bindparam("key_job_id"),
        table.c.runner == bindparam("key_runner"),
    )
    .values(lease_ms=bindparam("until_ms"))
)
_LATEST_MS = 2**53
_LAST_ID = "~"  # sorts behind every id


async def insert(transaction: Transaction, job: ImportJob) -> None:
    await transaction.run(
        _INSERT,
        pool_id=job.pool_id,
        job_id=job.job_id,
        status=job.status,
        document=_document(job),
        runner=None,
        lease_ms=None,
        created_ms=job.created_ms,
    )


async def find(reader: Reader, pool_id: str, job_id: str) -> ImportJob | None:
    row = await reader.one(_FIND, pool_id=pool_id, job_id=job_id)
    return None if row is None else _job(row)


async def count(reader: Reader, pool_id: str) -> int:
    row = await reader.one(_COUNT, pool_id=pool_id)
    return int(row[0]) if row else 0


async def active(reader: Reader) -> list[ImportJob]:
    """The jobs of all pools that are under way, or wait to be."""
    return [_job(row) for row in await reader.all(_ACTIVE)]


async def is_active(reader: Reader, pool_id: str) -> bool:
    """Whether an import into the pool is under way."""
    return await reader.one(_ACTIVE_IN_POOL, pool_id=pool_id) is not None


async def not_started(reader: Reader, before_ms: int) -> list[ImportJob]:
    """Jobs that wait for their start since before then."""
    rows = await reader.all(_NOT_STARTED, status="Created", before_ms=before_ms)
    return [_job(row) for row in rows]


async def list_page(
    reader: Reader, pool_id: str, *, before: tuple[int, str] | None, size: int
) -> Page[ImportJob]:
    """The pool's jobs, newest first."""
    before_ms, before_id = before or (_LATEST_MS, _LAST_ID)
    rows = await reader.all(
        _PAGE, pool_id=pool_id, before_ms=before_ms, before_id=before_id, size=size + 1
    )
    return cut([_job(row) for row in rows], size, lambda job: (job.created_ms, job.job_id))


async def change(transaction: Transaction, before: ImportJob, after: ImportJob) -> bool:
    """Write a job whose state is still the one that was read. False when it is not."""
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=before.pool_id,
        key_job_id=before.job_id,
        key_status=before.status,
        status=after.status,
        document=_document(after),
    )
    return touched == 1


async def claim(
    transaction: Transaction, job: ImportJob, runner: str, *, now_ms: int, until_ms: int
) -> bool:
    """Take a job that nobody runs, or whose runner has not been heard of. One caller wins."""
    touched = await transaction.run(
        _CLAIM,
        key_pool_id=job.pool_id,
        key_job_id=job.job_id,
        now_ms=now_ms,
        new_runner=runner,
        until_ms=until_ms,
    )
    return touched == 1


async def renew(
    transaction: Transaction, pool_id: str, job_id: str, runner: str, until_ms: int
) -> ImportJob | None:
    """The job as it is now, if ``runner`` still holds it."""
    touched = await transaction.run(
        _RENEW, key_pool_id=pool_id, key_job_id=job_id, key_runner=runner, lease_ms=until_ms
    )
    return await find(transaction, pool_id, job_id) if touched else None


async def advance(transaction: Transaction, job: ImportJob, runner: str, until_ms: int) -> None:
    """Write what the job's runner has done; it must have renewed in the same transaction."""
    await transaction.run(
        _ADVANCE,
        key_pool_id=job.pool_id,
        key_job_id=job.job_id,
        key_runner=runner,
        status=job.status,
        document=_document(job),
        lease_ms=until_ms,
    )


async def release(transaction: Transaction, job: ImportJob, runner: str) -> None:
    """Give an unfinished job to whoever comes next."""
    await transaction.run(
        _RELEASE, key_pool_id=job.pool_id, key_job_id=job.job_id, key_runner=runner, until_ms=0
    )


def _document(job: ImportJob) -> str:
    fields = asdict(job)
    for column in ("pool_id", "job_id", "status", "created_ms"):
        del fields[column]
    return orjson.dumps(fields).decode()


def _job(row: Row) -> ImportJob:
    pool_id, job_id, status, document, _, _, created_ms = row
    fields = orjson.loads(document)
    progress = Progress(**fields.pop("progress"))
    job = ImportJob(pool_id=pool_id, job_id=job_id, status=status, created_ms=created_ms, **fields)
    return replace(job, progress=progress)
