"""``poolhouse vectors``: the cases of token customization, run where you say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from poolhouse import vectors
from poolhouse.vectors import Case


@click.command("vectors")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--endpoint", metavar="URL", help="Run them against the server at this URL.")
@click.option("--aws", is_flag=True, help="Run them in your AWS account. Needs --role.")
@click.option("--role", metavar="ARN", help="Role that functions in AWS run as.")
@click.option("--region", default="us-east-1", show_default=True)
@click.option("--only", metavar="TEXT", default="", help="Only cases whose id contains this.")
@click.option("--verbose", is_flag=True, help="Name every case, not only those that differ.")
def command(
    directory: Path,
    endpoint: str | None,
    aws: bool,
    role: str | None,
    region: str,
    only: str,
    verbose: bool,
) -> None:
    """Run the cases in DIRECTORY, in process unless told where.

    Against a server or AWS, pools, users and one function are made for them and removed again.
    Exit status 1 when a case differs.
    """
    chosen = [case for case in vectors.load(directory) if only in case.id]
    if not (endpoint or aws):
        raise SystemExit(_report(chosen, vectors.run_pure, verbose))
    if aws and not role:
        raise click.UsageError("--aws needs --role: the role that functions run as")
    raise SystemExit(_run_in_pools(chosen, endpoint, role, region, verbose))


def _run_in_pools(
    cases: Iterable[Case], endpoint: str | None, role: str | None, region: str, verbose: bool
) -> int:
    from poolhouse.cli import signed_requests
    from poolhouse.cli.vector_pools import VectorPools

    pools = VectorPools(
        signed_requests.client(endpoint, "cognito-idp", region),
        signed_requests.client(endpoint, "lambda", region),
        role or "arn:aws:iam::123456789012:role/vectors",
    )
    try:
        # AWS may have claims of its own in tokens; here nothing may be there unexpectedly.
        strict = endpoint is not None
        runnable = [case for case in cases if "server" in case.runs]
        return _report(runnable, lambda case: pools.run(case, strict=strict), verbose)
    finally:
        pools.remove()


def _report(cases: Iterable[Case], run: Callable[[Case], list[str]], verbose: bool) -> int:
    differing: Counter[str] = Counter()
    total = 0
    for case in cases:
        total += 1
        differences = run(case)
        if differences:
            differing[case.mark] += 1
            click.echo(click.style(f"{case.id} ({case.mark}, rule {case.rule})", fg="red"))
            for difference in differences:
                click.echo(f"    {difference}")
        elif verbose:
            click.echo(f"{case.id}")
    by_mark = ", ".join(f"{count} {mark}" for mark, count in sorted(differing.items()))
    verdict = f"{differing.total()} differ ({by_mark})" if differing else "all as expected"
    click.echo(f"{total} cases, {verdict}.")
    return 1 if differing else 0
