"""Resource policies: what AddPermission writes, and whom the directory lets through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_world import arn, create, on_server, refused, returning
from poolhouse.functions.runtime import NotRun, Outcome, Returned
from server import Server

POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Q7hYk2LmN"
OTHER_POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_000000000"
GRANT = {
    "StatementId": "pool",
    "Action": "lambda:InvokeFunction",
    "Principal": "cognito-idp.amazonaws.com",
}


def trigger(server: Server, name: str, source_arn: str | None = POOL) -> Outcome:
    invoked = server.house.functions.invoke(name, b'"token"', source_arn=source_arn)
    return on_server(server, invoked).outcome


def is_denied(outcome: Outcome) -> bool:
    return isinstance(outcome, NotRun) and outcome.code == "AccessDeniedException"


def test_a_statement_is_answered_kept_and_removed(functions: Any, name: str) -> None:
    before = functions.get_function_configuration(FunctionName=name)["RevisionId"]
    answer = functions.add_permission(
        FunctionName=name, SourceArn=POOL, SourceAccount="123456789012", **GRANT
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    statement = {
        "Sid": "pool",
        "Effect": "Allow",
        "Principal": {"Service": "cognito-idp.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": arn(name),
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "123456789012"},
            "ArnLike": {"AWS:SourceArn": POOL},
        },
    }
    assert json.loads(answer["Statement"]) == statement
    functions.add_permission(FunctionName=name, **{**GRANT, "StatementId": "second"})
    policy = functions.get_policy(FunctionName=name)
    document = json.loads(policy["Policy"])
    assert (document["Version"], document["Id"]) == ("2012-10-17", "default")
    assert document["Statement"][0] == statement
    assert [each["Sid"] for each in document["Statement"]] == ["pool", "second"]
    assert policy["RevisionId"] != before
    answer = functions.remove_permission(FunctionName=name, StatementId="pool")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    document = json.loads(functions.get_policy(FunctionName=name)["Policy"])
    assert [each["Sid"] for each in document["Statement"]] == ["second"]


def test_policies_that_cannot_be(functions: Any, name: str) -> None:
    functions.add_permission(FunctionName=name, **GRANT)
    again = refused(functions.add_permission, FunctionName=name, **GRANT)
    assert (again.status, again.code) == (409, "ResourceConflictException")
    assert again.message.startswith("The statement id (pool) provided already exists.")
    latest = refused(functions.add_permission, FunctionName=name, Qualifier="$LATEST", **GRANT)
    assert latest.message == "We currently do not support adding policies for $LATEST."
    for qualifier in ("7", "live"):
        missing = refused(functions.add_permission, FunctionName=name, Qualifier=qualifier, **GRANT)
        assert (missing.status, missing.code) == (404, "ResourceNotFoundException")
    odd = refused(functions.add_permission, FunctionName=name, **{**GRANT, "Action": "s3:Get"})
    assert odd.code == "ValidationException"
    old = refused(
        functions.add_permission,
        FunctionName=name,
        **{**GRANT, "StatementId": "next", "RevisionId": "old"},
    )
    assert (old.status, old.code) == (412, "PreconditionFailedException")


def test_a_policy_has_a_largest_size(functions: Any, name: str) -> None:
    long = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/" + "x" * 9000
    for number in range(2):
        grant = {**GRANT, "StatementId": f"pool{number}", "SourceArn": long}
        functions.add_permission(FunctionName=name, **grant)
    refusal = refused(
        functions.add_permission,
        FunctionName=name,
        **{**GRANT, "StatementId": "pool2", "SourceArn": long},
    )
    assert (refusal.status, refusal.code) == (400, "PolicyLengthExceededException")


def test_what_is_not_there_cannot_be_read_or_removed(functions: Any, name: str) -> None:
    assert refused(functions.get_policy, FunctionName=name).status == 404
    nothing = refused(functions.remove_permission, FunctionName=name, StatementId="pool")
    assert nothing.message == "No policy is associated with the given resource."
    functions.add_permission(FunctionName=name, **GRANT)
    other = refused(functions.remove_permission, FunctionName=name, StatementId="other")
    assert other.message == "Statement other is not found in resource policy."
    functions.remove_permission(FunctionName=name, StatementId="pool")
    assert refused(functions.get_policy, FunctionName=name).status == 404


def test_a_pool_needs_a_permission(server: Server, functions: Any, name: str) -> None:
    assert is_denied(trigger(server, name))
    functions.add_permission(FunctionName=name, SourceArn=POOL, **GRANT)
    outcome = trigger(server, arn(name))
    assert isinstance(outcome, Returned)
    assert outcome.payload == b'"token"'
    assert is_denied(trigger(server, name, OTHER_POOL))
    functions.remove_permission(FunctionName=name, StatementId="pool")
    assert is_denied(trigger(server, name))


def test_without_a_pool_behind_it_no_permission_is_asked_for(server: Server, name: str) -> None:
    assert isinstance(trigger(server, name, None), Returned)


def test_accepting_an_event_asks_the_policy_too(server: Server, name: str) -> None:
    refusal = on_server(server, server.house.functions.invoke_later(name, b"{}", source_arn=POOL))
    assert refusal is not None
    assert refusal.code == "AccessDeniedException"


def test_enforcement_can_be_switched_off(start_server: Any) -> None:
    server = start_server(enforce_lambda_policy=False)
    name = create(server.client("lambda"))
    assert isinstance(trigger(server, name), Returned)


@pytest.mark.parametrize("granted", [None, "1", "live"])
def test_a_permission_holds_for_the_qualifier_it_was_added_to(
    server: Server, functions: Any, granted: str | None
) -> None:
    name = create(functions, Publish=True)
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    qualified = {} if granted is None else {"Qualifier": granted}
    answer = functions.add_permission(FunctionName=name, **GRANT, **qualified)
    expected = arn(name) if granted is None else f"{arn(name)}:{granted}"
    assert json.loads(answer["Statement"])["Resource"] == expected
    functions.get_policy(FunctionName=name, **qualified)
    for qualifier in (None, "1", "live"):
        called = name if qualifier is None else f"{name}:{qualifier}"
        assert is_denied(trigger(server, called)) is (qualifier != granted), qualifier
    latest = trigger(server, f"{name}:$LATEST")
    assert is_denied(latest) is (granted is not None)


def test_permissions_go_with_what_they_were_added_to(server: Server, functions: Any) -> None:
    name = create(functions, Publish=True)
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    functions.add_permission(FunctionName=name, Qualifier="live", **GRANT)
    functions.delete_alias(FunctionName=name, Name="live")
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert is_denied(trigger(server, f"{name}:live"))
    functions.add_permission(FunctionName=name, **GRANT)
    functions.delete_function(FunctionName=name)
    gone = trigger(server, name)
    assert isinstance(gone, NotRun)
    assert gone.code == "ResourceNotFoundException"
    create(functions, name)
    assert is_denied(trigger(server, name))


def test_a_change_of_code_keeps_the_permissions(server: Server, functions: Any, name: str) -> None:
    functions.add_permission(FunctionName=name, **GRANT)
    functions.update_function_code(FunctionName=name, ZipFile=returning("new"))
    outcome = trigger(server, name)
    assert isinstance(outcome, Returned)
    assert outcome.payload == b'"new"'


@pytest.mark.parametrize("called", ["no such name!", "nobody", "arn:aws:s3:::bucket", ""])
def test_a_function_that_is_nowhere(server: Server, called: str) -> None:
    outcome = trigger(server, called)
    assert isinstance(outcome, NotRun)
    assert outcome.code == "ResourceNotFoundException"
