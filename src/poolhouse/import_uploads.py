"""``PUT /poolhouse/v1/imports/POOL/JOB``: the CSV file of an import job, to its signed address.

Nobody signs in here: the address itself is the permission, as with a presigned URL of S3. The file
is written to disk as it comes, and takes its name once all of it is there.
"""

from __future__ import annotations

import os
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from poolhouse.domain.import_rows import LARGEST_FILE_BYTES
from poolhouse.house import House
from poolhouse.imports import files, jobs
from poolhouse.store import import_jobs
from poolhouse.store.import_jobs import ImportJob

PATH = files.UPLOAD_PATH

_NOT_WAITING = "The import job does not wait for a file."


async def answer(house: House, request: Request) -> Response:
    """200 when the file is kept; 403, 409 or 413 when it is not."""
    pool_id, _, job_id = request.url.path.removeprefix(PATH).partition("/")
    query = request.query_params
    expires, signature = query.get("expires", ""), query.get("signature", "")
    if not files.may_upload(house, pool_id, job_id, expires, signature):
        return _refused(403, "The address is not valid, or has expired.")
    job = await _waiting(house, pool_id, job_id)
    if job is None:
        return _refused(409, _NOT_WAITING)
    path = files.upload(house, job.pool_id, job.job_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{house.ids.uuid()}.part")
    try:
        size_bytes = await _receive(request, part)
        if size_bytes is None:
            return _refused(413, f"A file has {LARGEST_FILE_BYTES} bytes at most.")
        # It may have begun with another file meanwhile, which must not change under it.
        if await _waiting(house, pool_id, job_id) is None:
            return _refused(409, _NOT_WAITING)
        part.replace(path)
    except ClientDisconnect:
        return _refused(400, "The request ended before its body did.")
    finally:
        part.unlink(missing_ok=True)
    if not await jobs.uploaded(house, job, size_bytes):
        return _refused(409, _NOT_WAITING)
    return Response(status_code=200)


async def _waiting(house: House, pool_id: str, job_id: str) -> ImportJob | None:
    """The job, while it waits for a file."""
    job = await import_jobs.find(house.db, pool_id, job_id)
    return job if job is not None and job.status == "Created" else None


async def _receive(request: Request, part: Path) -> int | None:
    """The size of what came; None when it is too large."""
    size_bytes = 0
    with part.open("wb") as file:
        async for chunk in request.stream():
            size_bytes += len(chunk)
            if size_bytes > LARGEST_FILE_BYTES:
                return None
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size_bytes


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status_code=status)
