"""Registering functions: create, read, change, list, delete."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from lambda_world import (
    ROLE,
    arn,
    create,
    fresh_name,
    payload,
    python_package,
    refused,
    returning,
)
from server import Server


def test_create_answers_the_whole_configuration(functions: Any) -> None:
    name, package = fresh_name(), python_package()
    answer = functions.create_function(
        FunctionName=name,
        Role=ROLE,
        Runtime="python3.12",
        Handler="index.handler",
        Code={"ZipFile": package},
        Description="who may moor",
        Timeout=7,
        MemorySize=256,
        Environment={"Variables": {"HARBOUR": "north"}},
        Architectures=["arm64"],
        Tags={"team": "quay"},
    )
    del answer["ResponseMetadata"]
    assert len(answer.pop("RevisionId")) == 36
    assert answer == {
        "FunctionName": name,
        "FunctionArn": arn(name),
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "index.handler",
        "CodeSize": len(package),
        "CodeSha256": base64.b64encode(hashlib.sha256(package).digest()).decode(),
        "Description": "who may moor",
        "Timeout": 7,
        "MemorySize": 256,
        "LastModified": "2026-09-21T14:13:20.000+0000",
        "Version": "$LATEST",
        "Environment": {"Variables": {"HARBOUR": "north"}},
        "TracingConfig": {"Mode": "PassThrough"},
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
    }


def test_defaults_are_those_of_the_service(functions: Any, name: str) -> None:
    found = functions.get_function_configuration(FunctionName=name)
    assert (found["Timeout"], found["MemorySize"], found["Description"]) == (3, 128, "")
    assert "Environment" not in found


def test_settings_without_a_meaning_here_are_kept_and_echoed(functions: Any) -> None:
    name = create(
        functions,
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        TracingConfig={"Mode": "Active"},
        Layers=["arn:aws:lambda:us-east-1:123456789012:layer:tools:3"],
        EphemeralStorage={"Size": 1024},
        SnapStart={"ApplyOn": "PublishedVersions"},
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:lost"},
    )
    found = functions.get_function_configuration(FunctionName=name)
    assert found["VpcConfig"] == {
        "SubnetIds": ["subnet-1"],
        "SecurityGroupIds": ["sg-1"],
        "VpcId": "",
    }
    assert found["TracingConfig"] == {"Mode": "Active"}
    assert found["Layers"][0]["Arn"].endswith("layer:tools:3")
    assert found["EphemeralStorage"] == {"Size": 1024}
    assert found["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}
    assert found["DeadLetterConfig"]["TargetArn"].endswith(":lost")


def test_a_taken_name_is_a_conflict(functions: Any, name: str) -> None:
    refusal = refused(
        functions.create_function,
        FunctionName=arn(name),
        Role=ROLE,
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": python_package()},
    )
    assert (refusal.status, refusal.code) == (409, "ResourceConflictException")
    assert refusal.message == f"Function already exist: {name}"
    assert refusal.response["Type"] == "User"


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"Runtime": "cobol85"}, "InvalidParameterValueException", "Value cobol85 at 'runtime'"),
        ({"Runtime": None}, "InvalidParameterValueException", "Runtime and Handler are mandatory"),
        ({"Handler": None}, "InvalidParameterValueException", "Runtime and Handler are mandatory"),
        ({"Handler": "index handler"}, "ValidationException", "at 'handler' failed"),
        ({"Role": "admin"}, "ValidationException", "at 'role' failed"),
        ({"Role": None}, "ValidationException", "at 'role' failed"),
        ({"FunctionName": "a b"}, "ValidationException", "at 'functionName' failed"),
        ({"FunctionName": "x" * 65}, "ValidationException", "less than or equal to 64"),
        ({"Timeout": 0}, "ValidationException", "at 'timeout' failed"),
        ({"MemorySize": 64}, "ValidationException", "at 'memorySize' failed"),
        ({"PackageType": "Image"}, "InvalidParameterValueException", "type Zip only"),
        ({"Code": {}}, "InvalidParameterValueException", "Please provide a source"),
        ({"Code": {"ZipFile": b""}}, "InvalidParameterValueException", "non-empty zip"),
        (
            {"Code": {"S3Bucket": "bucket", "S3Key": "key"}},
            "InvalidParameterValueException",
            "no S3",
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x", "AWS_LAMBDA_FUNCTION_NAME": "y"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_LAMBDA_FUNCTION_NAME, AWS_REGION",
        ),
        (
            {"Environment": {"Variables": {"BIG": "x" * 4096}}},
            "InvalidParameterValueException",
            "exceeded the 4KB limit",
        ),
        (
            {"Tags": {f"tag{number}": "" for number in range(51)}},
            "InvalidParameterValueException",
            "tag limit",
        ),
    ],
)
def test_what_cannot_be_registered(
    functions: Any, changes: dict[str, Any], code: str, words: str
) -> None:
    members = {
        "FunctionName": fresh_name(),
        "Role": ROLE,
        "Runtime": "python3.11",
        "Handler": "index.handler",
        "Code": {"ZipFile": python_package()},
        **changes,
    }
    given = {key: value for key, value in members.items() if value is not None}
    refusal = refused(functions.create_function, **given)
    assert (refusal.status, refusal.code) == (400, code)
    assert words in refusal.message


def test_names_of_elsewhere_are_out_of_reach(functions: Any, name: str) -> None:
    away = refused(functions.get_function, FunctionName=arn(name, region="eu-west-1"))
    assert (away.status, away.code) == (404, "ResourceNotFoundException")
    assert away.message == (
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    )
    foreign = arn(name).replace("123456789012", "999999999999")
    assert refused(functions.get_function, FunctionName=foreign).status == 403


def test_regions_are_apart(functions: Any, server: Server, name: str) -> None:
    elsewhere = server.client("lambda", region="eu-central-1")
    refusal = refused(elsewhere.get_function, FunctionName=name)
    assert refusal.message == f"Function not found: {arn(name, region='eu-central-1')}"
    create(elsewhere, name)
    elsewhere.delete_function(FunctionName=name)
    functions.get_function(FunctionName=name)


@pytest.mark.parametrize(
    "form", ["{name}", "function:{name}", "123456789012:function:{name}", "{arn}", "{name}:$LATEST"]
)
def test_every_form_of_a_name_leads_to_the_function(functions: Any, name: str, form: str) -> None:
    written = form.format(name=name, arn=arn(name))
    found = functions.get_function(FunctionName=written)
    assert found["Configuration"]["FunctionName"] == name


def test_code_is_replaced_and_runs_at_once(functions: Any, name: str) -> None:
    assert payload(functions, name, b'"first"') == b'"first"'
    before = functions.get_function_configuration(FunctionName=name)
    package = returning("second")
    answer = functions.update_function_code(FunctionName=name, ZipFile=package)
    assert answer["CodeSha256"] != before["CodeSha256"]
    assert answer["RevisionId"] != before["RevisionId"]
    assert answer["CodeSize"] == len(package)
    assert payload(functions, name) == b'"second"'


def test_a_dry_run_changes_nothing(functions: Any, name: str) -> None:
    before = functions.get_function_configuration(FunctionName=name)
    answer = functions.update_function_code(
        FunctionName=name, ZipFile=returning("second"), DryRun=True
    )
    assert answer["CodeSha256"] != before["CodeSha256"]
    after = functions.get_function_configuration(FunctionName=name)
    assert after["RevisionId"] == before["RevisionId"]
    assert payload(functions, name, b'"still"') == b'"still"'
    bad = refused(functions.update_function_code, FunctionName=name, ZipFile=b"no", DryRun=True)
    assert bad.code == "InvalidParameterValueException"


def test_an_old_revision_id_is_refused(functions: Any, name: str) -> None:
    old = functions.get_function_configuration(FunctionName=name)["RevisionId"]
    functions.update_function_configuration(FunctionName=name, Description="a", RevisionId=old)
    for operation, members in (
        (functions.update_function_configuration, {"Description": "b"}),
        (functions.update_function_code, {"ZipFile": python_package()}),
        (functions.publish_version, {}),
    ):
        refusal = refused(operation, FunctionName=name, RevisionId=old, **members)
        assert (refusal.status, refusal.code) == (412, "PreconditionFailedException")
        assert refusal.message.startswith("The Revision Id provided does not match")


def test_configuration_changes_what_is_given_and_nothing_else(functions: Any) -> None:
    source = (
        "import os\ndef handler(event, context):\n    return os.environ.get('HARBOUR')\n"
        "def other(event, context):\n    return 'other'\n"
    )
    name = create(functions, source=source, Environment={"Variables": {"HARBOUR": "north"}})
    assert payload(functions, name) == b'"north"'
    answer = functions.update_function_configuration(FunctionName=name, Timeout=9)
    assert (answer["Timeout"], answer["Environment"]) == (9, {"Variables": {"HARBOUR": "north"}})
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": {"HARBOUR": "south"}}
    )
    assert payload(functions, name) == b'"south"'
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {}})
    assert payload(functions, name) == b"null"
    functions.update_function_configuration(FunctionName=name, Handler="index.other")
    assert payload(functions, name) == b'"other"'
    bad = refused(functions.update_function_configuration, FunctionName=name, Runtime="cobol85")
    assert bad.code == "InvalidParameterValueException"


def test_environments_are_sealed_in_the_database(start_server: Any) -> None:
    server = start_server()
    create(server.client("lambda"), Environment={"Variables": {"SECRET": "tell-nobody-3141"}})
    files = [path for path in server.house.settings.data.rglob("*") if path.is_file()]
    assert files
    assert not any(b"tell-nobody-3141" in path.read_bytes() for path in files)


def test_lists_come_in_pages(start_server: Any) -> None:
    client = start_server().client("lambda")
    names = sorted(create(client, f"page-{number}") for number in range(5))
    client.publish_version(FunctionName=names[1])
    seen: list[str] = []
    marker: dict[str, str] = {}
    while True:
        answer = client.list_functions(MaxItems=2, **marker)
        assert len(answer["Functions"]) <= 2
        seen += [each["FunctionName"] for each in answer["Functions"]]
        if "NextMarker" not in answer:
            break
        marker = {"Marker": answer["NextMarker"]}
    assert seen == names
    everything = client.list_functions(FunctionVersion="ALL")["Functions"]
    versions = [each["Version"] for each in everything if each["FunctionName"] == names[1]]
    assert versions == ["$LATEST", "1"]
    assert everything[2]["FunctionArn"] == f"{arn(names[1])}:1"
    bad = refused(client.list_functions, Marker="not a marker")
    assert bad.code == "InvalidParameterValueException"


def test_a_deleted_function_is_gone(functions: Any, name: str) -> None:
    payload(functions, name)
    answer = functions.delete_function(FunctionName=name)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    for operation in (functions.get_function, functions.invoke, functions.delete_function):
        refusal = refused(operation, FunctionName=name)
        assert (refusal.status, refusal.code) == (404, "ResourceNotFoundException")
        assert refusal.message == f"Function not found: {arn(name)}"


def test_a_function_made_anew_remembers_nothing(functions: Any) -> None:
    source = (
        "calls = []\ndef handler(event, context):\n    calls.append(1)\n    return len(calls)\n"
    )
    name = create(functions, source=source)
    assert [payload(functions, name) for _ in range(2)] == [b"1", b"2"]
    functions.delete_function(FunctionName=name)
    create(functions, name, source=source)
    assert payload(functions, name) == b"1"


def test_deletion_leaves_no_code_behind(start_server: Any) -> None:
    server = start_server()
    client = server.client("lambda")
    keeps, goes = create(client), create(client)
    other = create(client, source="def handler(event, context):\n    return 1\n")
    for name in (keeps, goes, other):
        payload(client, name)
    code = server.house.settings.data / "functions"
    assert len(list(code.iterdir())) == 2
    client.delete_function(FunctionName=goes)
    assert len(list(code.iterdir())) == 2, "the other function has the same code"
    client.delete_function(FunctionName=other)
    assert len(list(code.iterdir())) == 1
    assert json.loads(payload(client, keeps, b'{"still": "there"}')) == {"still": "there"}


def test_functions_outlive_the_server_and_the_unpacked_code(start_server: Any) -> None:
    first = start_server()
    name = create(first.client("lambda"))
    data = first.house.settings.data
    for directory in (data / "functions").iterdir():
        for file in directory.iterdir():
            file.unlink()
        directory.rmdir()
    second = start_server(data)
    assert payload(second.client("lambda"), name, b"[1]") == b"[1]"
