"""Published versions, and the aliases that lead to them."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from lambda_world import ACCOUNT, arn, create, fresh_name, payload, refused, returning


@pytest.fixture
def versions(functions: Any) -> str:
    """A function whose versions 1 and 2 answer their own number, and ``$LATEST`` ``latest``."""
    name = create(functions, Code={"ZipFile": returning("1")}, Publish=True)
    functions.update_function_code(FunctionName=name, ZipFile=returning("2"), Publish=True)
    functions.update_function_code(FunctionName=name, ZipFile=returning("latest"))
    return name


def test_create_can_publish_the_first_version(functions: Any) -> None:
    name = fresh_name()
    answer = functions.create_function(
        FunctionName=name,
        Role=f"arn:aws:iam::{ACCOUNT}:role/functions",
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": returning(1)},
        Publish=True,
    )
    assert (answer["Version"], answer["FunctionArn"]) == ("1", f"{arn(name)}:1")


def test_each_version_keeps_its_code(functions: Any, versions: str) -> None:
    assert payload(functions, versions) == b'"latest"'
    assert payload(functions, versions, Qualifier="$LATEST") == b'"latest"'
    assert payload(functions, versions, Qualifier="1") == b'"1"'
    answer = functions.invoke(FunctionName=f"{arn(versions)}:2")
    assert (answer["Payload"].read(), answer["ExecutedVersion"]) == (b'"2"', "2")


def test_versions_are_listed_in_order(functions: Any, versions: str) -> None:
    found = functions.list_versions_by_function(FunctionName=versions)["Versions"]
    assert [each["Version"] for each in found] == ["$LATEST", "1", "2"]
    assert [each["FunctionArn"] for each in found] == [
        f"{arn(versions)}:{version}" for version in ("$LATEST", "1", "2")
    ]
    assert len({each["CodeSha256"] for each in found}) == 3
    paginator = functions.get_paginator("list_versions_by_function")
    pages = list(paginator.paginate(FunctionName=versions, PaginationConfig={"PageSize": 2}))
    assert [len(page["Versions"]) for page in pages] == [2, 1]


def test_nothing_new_is_published_without_a_change(functions: Any, versions: str) -> None:
    first = functions.publish_version(FunctionName=versions, Description="the third")
    again = functions.publish_version(FunctionName=versions)
    assert (first["Version"], again["Version"]) == ("3", "3")
    assert again["Description"] == "the third"
    functions.update_function_configuration(FunctionName=versions, Timeout=5)
    assert functions.publish_version(FunctionName=versions)["Version"] == "4"


def test_other_code_than_expected_is_not_published(functions: Any, versions: str) -> None:
    refusal = refused(functions.publish_version, FunctionName=versions, CodeSha256="AAAA")
    assert refusal.code == "InvalidParameterValueException"
    assert refusal.message.startswith("CodeSHA256 (AAAA) is different from current CodeSHA256")
    current = functions.get_function_configuration(FunctionName=versions)["CodeSha256"]
    functions.publish_version(FunctionName=versions, CodeSha256=current)


def test_a_version_does_not_follow_changes_of_configuration(functions: Any, versions: str) -> None:
    functions.update_function_configuration(FunctionName=versions, Description="newer")
    found = functions.get_function_configuration(FunctionName=versions, Qualifier="1")
    assert (found["Description"], found["Version"]) == ("", "1")
    for operation in (functions.update_function_configuration, functions.publish_version):
        refusal = refused(operation, FunctionName=f"{versions}:1")
        assert refusal.code == "InvalidParameterValueException"


def test_numbers_are_not_used_twice(functions: Any, versions: str) -> None:
    functions.delete_function(FunctionName=versions, Qualifier="2")
    assert refused(functions.get_function, FunctionName=versions, Qualifier="2").status == 404
    assert refused(functions.invoke, FunctionName=versions, Qualifier="2").status == 404
    assert functions.publish_version(FunctionName=versions)["Version"] == "3"
    assert payload(functions, versions, Qualifier="1") == b'"1"'


def test_versions_that_cannot_be_deleted(functions: Any, versions: str) -> None:
    functions.create_alias(FunctionName=versions, Name="live", FunctionVersion="1")
    latest = refused(functions.delete_function, FunctionName=versions, Qualifier="$LATEST")
    assert latest.message == "$LATEST version cannot be deleted without deleting the function."
    alias = refused(functions.delete_function, FunctionName=versions, Qualifier="live")
    assert alias.code == "InvalidParameterValueException"
    used = refused(functions.delete_function, FunctionName=versions, Qualifier="1")
    assert (used.status, used.code) == (409, "ResourceConflictException")
    missing = refused(functions.delete_function, FunctionName=versions, Qualifier="9")
    assert missing.message == f"Function not found: {arn(versions)}:9"


def test_an_alias_leads_to_its_version(functions: Any, versions: str) -> None:
    made = functions.create_alias(
        FunctionName=versions, Name="live", FunctionVersion="1", Description="what visitors see"
    )
    assert made["AliasArn"] == f"{arn(versions)}:live"
    assert "RoutingConfig" not in made
    answer = functions.invoke(FunctionName=versions, Qualifier="live")
    assert (answer["Payload"].read(), answer["ExecutedVersion"]) == (b'"1"', "1")
    old = made["RevisionId"]
    changed = functions.update_alias(
        FunctionName=versions, Name="live", FunctionVersion="2", RevisionId=old
    )
    assert changed["Description"] == "what visitors see"
    assert payload(functions, f"{versions}:live") == b'"2"'
    late = refused(functions.update_alias, FunctionName=versions, Name="live", RevisionId=old)
    assert (late.status, late.code) == (412, "PreconditionFailedException")
    got = functions.get_alias(FunctionName=versions, Name="live")
    assert (got["FunctionVersion"], got["RevisionId"]) == ("2", changed["RevisionId"])
    configuration = functions.get_function_configuration(FunctionName=versions, Qualifier="live")
    assert (configuration["Version"], configuration["FunctionArn"]) == ("2", made["AliasArn"])


def test_aliases_are_listed(functions: Any, versions: str) -> None:
    for alias, version in (("b", "1"), ("a", "$LATEST"), ("c", "2")):
        functions.create_alias(FunctionName=versions, Name=alias, FunctionVersion=version)
    answer = functions.list_aliases(FunctionName=versions)
    assert [each["Name"] for each in answer["Aliases"]] == ["a", "b", "c"]
    answer = functions.list_aliases(FunctionName=versions, FunctionVersion="2")
    assert [each["Name"] for each in answer["Aliases"]] == ["c"]
    first = functions.list_aliases(FunctionName=versions, MaxItems=2)
    rest = functions.list_aliases(FunctionName=versions, Marker=first["NextMarker"])
    assert [each["Name"] for each in rest["Aliases"]] == ["c"]


def test_a_deleted_alias_leads_nowhere(functions: Any, versions: str) -> None:
    functions.create_alias(FunctionName=versions, Name="live", FunctionVersion="1")
    for _ in range(2):
        answer = functions.delete_alias(FunctionName=versions, Name="live")
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    refusal = refused(functions.get_alias, FunctionName=versions, Name="live")
    assert (refusal.status, refusal.code) == (404, "ResourceNotFoundException")
    assert refusal.message == f"Cannot find alias arn: {arn(versions)}:live"
    assert refused(functions.invoke, FunctionName=versions, Qualifier="live").status == 404


@pytest.mark.parametrize(
    ("members", "status", "code", "words"),
    [
        ({"FunctionVersion": "9"}, 404, "ResourceNotFoundException", "Function not found"),
        ({"Name": "7"}, 400, "ValidationException", "at 'name' failed"),
        ({"Name": "live"}, 409, "ResourceConflictException", "Alias already exists"),
        (
            {"RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
            400,
            "InvalidParameterValueException",
            "already included",
        ),
        (
            {"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5, "1": 0.1}}},
            400,
            "InvalidParameterValueException",
            "cannot be greater than 1",
        ),
        (
            {"FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 1}}},
            400,
            "InvalidParameterValueException",
            "not supported for an alias pointing to more than 1",
        ),
        (
            {"RoutingConfig": {"AdditionalVersionWeights": {"9": 0.5}}},
            404,
            "ResourceNotFoundException",
            ":9",
        ),
        (
            {"RoutingConfig": {"AdditionalVersionWeights": {"2": 1.5}}},
            400,
            "ValidationException",
            "outingConfig",
        ),
    ],
)
def test_aliases_that_cannot_be(
    functions: Any, versions: str, members: dict[str, Any], status: int, code: str, words: str
) -> None:
    functions.create_alias(FunctionName=versions, Name="live", FunctionVersion="1")
    given = {"FunctionName": versions, "Name": "next", "FunctionVersion": "1", **members}
    refusal = refused(functions.create_alias, **given)
    assert (refusal.status, refusal.code) == (status, code)
    assert words in refusal.message


def test_weights_share_out_the_invocations(functions: Any) -> None:
    name = create(functions, Code={"ZipFile": returning("1")}, Publish=True)
    functions.update_function_code(FunctionName=name, ZipFile=returning("2"), Publish=True)
    routing = {"AdditionalVersionWeights": {"2": 0.25}}
    made = functions.create_alias(
        FunctionName=name, Name="live", FunctionVersion="1", RoutingConfig=routing
    )
    assert made["RoutingConfig"] == routing
    counted: Counter[str] = Counter()
    for _ in range(200):
        answer = functions.invoke(FunctionName=name, Qualifier="live")
        assert json.loads(answer["Payload"].read()) == answer["ExecutedVersion"]
        counted[answer["ExecutedVersion"]] += 1
    # Fifty are expected; five standard deviations to either side are less than one in a million.
    assert 19 <= counted["2"] <= 81, counted
    functions.update_alias(
        FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {}}
    )
    assert "RoutingConfig" not in functions.get_alias(FunctionName=name, Name="live")
    assert {payload(functions, f"{name}:live") for _ in range(20)} == {b'"1"'}
