"""User import jobs: making, starting, stopping and watching them."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain import import_rows
from poolhouse.imports import files, jobs
from poolhouse.store import import_jobs, pages, pools
from poolhouse.store.import_jobs import ImportJob

_LARGEST_PAGE = 50


@operation
async def get_csv_header(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return {"UserPoolId": pool.id, "CSVHeader": import_rows.header(pool)}


@operation
async def create_user_import_job(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    job = await jobs.create(
        call.house,
        pool,
        request["JobName"],
        request["CloudWatchLogsRoleArn"],
        request.get("PasswordHashingAlgorithm"),
    )
    return {"UserImportJob": _job_type(call, job)}


@operation
async def start_user_import_job(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return {"UserImportJob": _job_type(call, await jobs.start(call.house, pool, request["JobId"]))}


@operation
async def stop_user_import_job(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return {"UserImportJob": _job_type(call, await jobs.stop(call.house, pool, request["JobId"]))}


@operation
async def describe_user_import_job(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return {"UserImportJob": _job_type(call, await jobs.get(call.house, pool.id, request["JobId"]))}


@operation
async def list_user_import_jobs(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    after = pages.open_token(
        house.sealer,
        request.get("PaginationToken"),
        operation=call.operation,
        pool_id=pool.id,
    )
    page = await import_jobs.list_page(
        house.db,
        pool.id,
        before=(int(after[0]), str(after[1])) if after else None,
        size=pages.page_size(request["MaxResults"], _LARGEST_PAGE),
    )
    return {
        "UserImportJobs": [_job_type(call, jobs.shown(house, job)) for job in page.items] or None,
        "PaginationToken": pages.seal_token(
            house.sealer, page.next_key, operation=call.operation, pool_id=pool.id
        ),
    }


def _job_type(call: Call, job: ImportJob) -> dict[str, Any]:
    """``UserImportJobType``."""
    progress = job.progress
    return {
        "JobName": job.name,
        "JobId": job.job_id,
        "UserPoolId": job.pool_id,
        "PreSignedUrl": files.upload_url(call.house, job),
        "CreationDate": seconds(job.created_ms),
        "StartDate": None if job.started_ms is None else seconds(job.started_ms),
        "CompletionDate": None if job.completed_ms is None else seconds(job.completed_ms),
        "Status": job.status,
        "CloudWatchLogsRoleArn": job.role_arn,
        "ImportedUsers": progress.imported,
        "SkippedUsers": progress.skipped,
        "FailedUsers": progress.failed,
        "CompletionMessage": job.message,
        "PasswordHashingAlgorithm": job.password_hashing,
    }
