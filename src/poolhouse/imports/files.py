"""The files of import jobs: the upload, behind a signed address, and the log.

Both lie below the data directory. A job's log is where CloudWatch Logs would have it:
``logs/aws/cognito/userpools/POOL_ID/POOL_NAME/JOB_ID/JOB_NAME.log``.
"""

from __future__ import annotations

import hmac
import os
import urllib.parse
from pathlib import Path

from poolhouse.domain.records import UserPool
from poolhouse.house import House
from poolhouse.store.import_jobs import ImportJob

UPLOAD_PATH = "/poolhouse/v1/imports/"
"""What an upload's address begins with; the pool's and the job's id follow."""

_UPLOAD_SECONDS = 15 * 60


def upload_url(house: House, job: ImportJob) -> str:
    """``PreSignedUrl``: whoever has it may put the job's file, for 15 minutes from creation."""
    expires = job.created_ms // 1000 + _UPLOAD_SECONDS
    query = {"expires": expires, "signature": _signature(house, job.pool_id, job.job_id, expires)}
    path = f"{UPLOAD_PATH}{job.pool_id}/{job.job_id}"
    return f"{house.settings.base_url}{path}?{urllib.parse.urlencode(query)}"


def may_upload(house: House, pool_id: str, job_id: str, expires: str, signature: str) -> bool:
    """Whether the address is one of ours and still good."""
    if not (expires.isascii() and expires.isdigit() and signature.isascii()):
        return False
    expected = _signature(house, pool_id, job_id, int(expires))
    return hmac.compare_digest(expected, signature) and house.clock.now_ms() < int(expires) * 1000


def _signature(house: House, pool_id: str, job_id: str, expires: int) -> str:
    return house.sealer.keyed_hash(f"{pool_id} {job_id} {expires}", "import upload")


def upload(house: House, pool_id: str, job_id: str) -> Path:
    """Where the job's file lies. Its ids must come from the database."""
    return house.settings.data / "imports" / pool_id / f"{job_id}.csv"


def log_file(house: House, pool: UserPool, job: ImportJob) -> Path:
    """Where the job's log lies."""
    group = house.settings.data / "logs" / "aws" / "cognito" / "userpools" / pool.id
    return group / _name(pool.name) / job.job_id / f"{_name(job.name)}.log"


def write_log(path: Path, position: int, text: str) -> None:
    """Put ``text`` behind the first ``position`` bytes; what follows there is an unfinished try."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        file.truncate(position)
        file.seek(position)
        file.write(text.encode())


def _name(text: str) -> str:
    """A name that people chose, as one component of a path: it must not lead elsewhere."""
    return urllib.parse.quote(text, safe=" +=,@-").replace(".", "%2E")
