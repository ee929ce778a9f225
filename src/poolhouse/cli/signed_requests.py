"""Calling a running server as an administrator: with the credentials boto3 finds, or any."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import boto3
import click
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

_TIMEOUT_SECONDS = 60.0


def session(region: str = "us-east-1") -> boto3.Session:
    """The person's own credentials; a development server takes any, so made-up ones do as well."""
    own = boto3.Session(region_name=region)
    if own.get_credentials() is not None:
        return own
    return boto3.Session("any", "any", region_name=region)


def client(url: str | None, service: str, region: str = "us-east-1") -> Any:
    """A boto3 client of the server, or of AWS itself where no URL is given."""
    config = Config(retries={"max_attempts": 0})
    return session(region).client(service, endpoint_url=url, config=config)


def post(url: str, path: str, document: dict[str, Any]) -> dict[str, Any]:
    """Post JSON to our own API, signed. An error answer ends the command with its message."""
    body = json.dumps(document).encode()
    request = AWSRequest("POST", f"{url}{path}", {"Content-Type": "application/json"}, body)
    credentials = session().get_credentials()
    if credentials is None:
        raise click.ClickException("no AWS credentials were found")
    SigV4Auth(credentials, "cognito-idp", "us-east-1").add_auth(request)
    sent = urllib.request.Request(  # noqa: S310  # a server the person names
        f"{url}{path}", body, dict(request.headers.items()), method="POST"
    )
    try:
        with urllib.request.urlopen(sent, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            result: dict[str, Any] = json.load(answer)
            return result
    except urllib.error.HTTPError as error:
        raise click.ClickException(_message(error)) from error
    except (OSError, ValueError) as error:
        raise click.ClickException(f"no poolhouse answers at {url}: {error}") from error


def _message(error: urllib.error.HTTPError) -> str:
    try:
        told = json.load(error)
        return f"{told['__type']}: {told.get('message', '')}"
    except (ValueError, KeyError, TypeError):
        return f"the server answered {error.code}"
