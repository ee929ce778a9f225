"""Tags, reserved concurrency, account settings."""

from __future__ import annotations

from typing import Any

from lambda_world import arn, create, refused


def test_tags_are_added_and_removed(functions: Any) -> None:
    name = create(functions, Tags={"team": "quay"})
    answer = functions.tag_resource(Resource=arn(name), Tags={"team": "harbour", "cost": "low"})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert functions.list_tags(Resource=arn(name))["Tags"] == {"team": "harbour", "cost": "low"}
    functions.untag_resource(Resource=arn(name), TagKeys=["team", "absent"])
    assert functions.list_tags(Resource=arn(name))["Tags"] == {"cost": "low"}
    assert functions.get_function(FunctionName=name)["Tags"] == {"cost": "low"}
    functions.untag_resource(Resource=arn(name), TagKeys=["cost"])
    assert functions.list_tags(Resource=arn(name))["Tags"] == {}
    assert "Tags" not in functions.get_function(FunctionName=name)


def test_tags_that_cannot_be(functions: Any, name: str) -> None:
    functions.publish_version(FunctionName=name)
    on_version = refused(functions.tag_resource, Resource=f"{arn(name)}:1", Tags={"a": "b"})
    assert on_version.message == (
        "Tags on function aliases and versions are not supported. Please specify a function ARN."
    )
    too_many = {f"tag{number}": "" for number in range(51)}
    assert "tag limit" in refused(functions.tag_resource, Resource=arn(name), Tags=too_many).message
    assert refused(functions.list_tags, Resource=arn("nobody")).status == 404
    assert refused(functions.list_tags, Resource="no arn").code == "ValidationException"


def test_concurrency_is_reserved_and_released(functions: Any, name: str) -> None:
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(
        FunctionName=name
    )
    answer = functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)
    assert answer["ReservedConcurrentExecutions"] == 2
    found = functions.get_function_concurrency(FunctionName=name)
    assert found["ReservedConcurrentExecutions"] == 2
    concurrency = functions.get_function(FunctionName=name)["Concurrency"]
    assert concurrency == {"ReservedConcurrentExecutions": 2}
    answer = functions.delete_function_concurrency(FunctionName=name)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert "Concurrency" not in functions.get_function(FunctionName=name)
    less = refused(
        functions.put_function_concurrency, FunctionName=name, ReservedConcurrentExecutions=-1
    )
    assert less.code == "ValidationException"


def test_account_settings_count_what_is_there(start_server: Any) -> None:
    client = start_server().client("lambda")
    empty = client.get_account_settings()
    assert empty["AccountUsage"] == {"TotalCodeSize": 0, "FunctionCount": 0}
    assert empty["AccountLimit"]["ConcurrentExecutions"] == 1000
    name = create(client, Publish=True)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=10)
    size = client.get_function_configuration(FunctionName=name)["CodeSize"]
    used = client.get_account_settings()
    assert used["AccountUsage"] == {"TotalCodeSize": 2 * size, "FunctionCount": 1}
    assert used["AccountLimit"]["UnreservedConcurrentExecutions"] == 990
