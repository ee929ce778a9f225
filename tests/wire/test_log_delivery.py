"""A pool's logs, delivered to files and to an endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from account_world import World, make_world, refusal
from server import Server
from threat_world import HOME, PHONE, arrive, events, guarded_world

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/harbour/../mail"
STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/harbour"
BUCKET = "arn:aws:s3:::harbour-logs"
MAIL = {
    "LogLevel": "ERROR",
    "EventSource": "userNotification",
    "CloudWatchLogsConfiguration": {"LogGroupArn": GROUP},
}
SIGN_INS = {
    "LogLevel": "INFO",
    "EventSource": "userAuthEvents",
    "FirehoseConfiguration": {"StreamArn": STREAM},
}


def configure(world: World, *configurations: dict[str, Any]) -> None:
    answer = world.idp.set_log_delivery_configuration(
        UserPoolId=world.pool_id, LogConfigurations=list(configurations)
    )
    expected = {"UserPoolId": world.pool_id, "LogConfigurations": list(configurations)}
    assert answer["LogDeliveryConfiguration"] == expected
    found = world.idp.get_log_delivery_configuration(UserPoolId=world.pool_id)
    assert found["LogDeliveryConfiguration"] == expected


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_sign_in_is_a_line_of_a_file(start_server: Callable[..., Server]) -> None:
    world = guarded_world(start_server())
    sub = world.member("ann")
    arrive(world, "ann")
    configure(world, SIGN_INS)
    world.server.clock.advance(seconds=1)
    request_id = arrive(world, "ann")["ResponseMetadata"]["RequestId"]
    event = events(world, "ann")[0]
    logs = world.server.house.settings.data / "logs"
    (record,) = records(logs / "firehose" / "deliverystream%2Fharbour.jsonl")
    assert record == {
        "eventTimestamp": str(world.server.clock.now_ms()),
        "eventSource": "USER_AUTH_EVENTS",
        "logLevel": "INFO",
        "message": {
            "version": "1",
            "eventId": event["EventId"],
            "eventType": "SignIn",
            "userName": "ann",
            "userSub": sub,
            "clientId": world.client_id,
            "creationDate": str(world.server.clock.now_ms()),
            "eventResponse": "Pass",
            "riskLevel": "",
            "riskDecision": "NoRisk",
            "challenges": ["Password:Success"],
            "deviceName": PHONE,
            "ipAddress": HOME,
            "requestId": request_id,
            "idpName": "",
            "compromisedCredentialDetected": "false",
            "city": "",
            "country": "",
            "eventFeedbackValue": "",
            "eventFeedbackDate": "",
            "eventFeedbackProvider": "",
            "hasContextData": "true",
        },
        "logSourceId": {"userPoolId": world.pool_id},
    }
    configure(world)
    arrive(world, "ann")
    assert len(records(logs / "firehose" / "deliverystream%2Fharbour.jsonl")) == 1


def test_a_failed_message_is_one_too(start_server: Callable[..., Server]) -> None:
    server = start_server(smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none", message_attempts=1)
    world = make_world(server)
    configure(world, MAIL)
    refused = refusal(world.sign_up, username="ben", email="ben@mast.test")
    assert refused[0] == "CodeDeliveryFailureException"
    (path,) = (server.house.settings.data / "logs" / "logs").iterdir()
    assert path.name == "log-group%3A%2Fharbour%2F%2E%2E%2Fmail.jsonl"
    (record,) = records(path)
    assert (record["eventSource"], record["logLevel"]) == ("USER_NOTIFICATION", "ERROR")
    details = record["message"]["details"]
    assert details.startswith("sign_up message to b***@m*** was not delivered: ")


def test_records_go_to_an_endpoint(start_server: Callable[..., Server]) -> None:
    got: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((self.headers["poolhouse-log-destination"], json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    endpoint = HTTPServer(("127.0.0.1", 0), Handler)
    taking = Thread(target=endpoint.handle_request)
    taking.start()
    world = guarded_world(start_server(log_endpoint=f"http://127.0.0.1:{endpoint.server_port}/"))
    world.member("cleo")
    bucket = {
        "LogLevel": "INFO",
        "EventSource": "userAuthEvents",
        "S3Configuration": {"BucketArn": BUCKET},
    }
    configure(world, bucket)
    arrive(world, "cleo")
    taking.join(30)
    endpoint.server_close()
    ((destination, record),) = got
    assert destination == BUCKET
    assert record["message"]["userName"] == "cleo"


@pytest.mark.parametrize(
    "configurations",
    [
        [MAIL, MAIL],
        [{**MAIL, "LogLevel": "INFO"}],
        [{"LogLevel": "ERROR", "EventSource": "userNotification"}],
        [{**SIGN_INS, "S3Configuration": {"BucketArn": BUCKET}}],
        [{**SIGN_INS, "LogLevel": "ERROR", "EventSource": "userNotification"}],
    ],
)
def test_what_cannot_be_configured(server: Server, configurations: list[dict[str, Any]]) -> None:
    world = make_world(server)
    assert (
        refusal(
            world.idp.set_log_delivery_configuration,
            UserPoolId=world.pool_id,
            LogConfigurations=configurations,
        )[0]
        == "InvalidParameterException"
    )


def test_auth_events_need_a_plan_and_a_pool_is_needed(server: Server) -> None:
    world = make_world(server)
    assert (
        refusal(
            world.idp.set_log_delivery_configuration,
            UserPoolId=world.pool_id,
            LogConfigurations=[SIGN_INS],
        )[0]
        == "FeatureUnavailableInTierException"
    )
    assert (
        refusal(world.idp.get_log_delivery_configuration, UserPoolId="us-east-1_missing00")[0]
        == "ResourceNotFoundException"
    )
