"""What waiters, command lines and infrastructure tools ask for around a function."""

from __future__ import annotations

from typing import Any

from lambda_world import arn, create, python_package, refused


def test_waiters_end_at_once(functions: Any, name: str) -> None:
    waiting = {"FunctionName": name, "WaiterConfig": {"Delay": 0, "MaxAttempts": 1}}
    for waiter in ("function_exists", "function_active", "function_active_v2"):
        functions.get_waiter(waiter).wait(**waiting)
    functions.update_function_code(
        FunctionName=name, ZipFile=python_package("def handler(e, c): 1")
    )
    for waiter in ("function_updated", "function_updated_v2"):
        functions.get_waiter(waiter).wait(**waiting)
    functions.publish_version(FunctionName=name)
    functions.get_waiter("published_version_active").wait(**waiting, Qualifier="1")


def test_reading_back_a_function_as_infrastructure_tools_do(functions: Any, name: str) -> None:
    """The calls of Terraform's and OpenTofu's ``aws_lambda_function`` after a deployment."""
    assert functions.get_function(FunctionName=name)["Configuration"]["State"] == "Active"
    assert len(functions.list_versions_by_function(FunctionName=name)["Versions"]) == 1
    signing = functions.get_function_code_signing_config(FunctionName=name)
    assert "CodeSigningConfigArn" not in signing
    recursion = functions.get_function_recursion_config(FunctionName=name)
    assert recursion["RecursiveLoop"] == "Terminate"
    management = functions.get_runtime_management_config(FunctionName=name)
    assert management["UpdateRuntimeOn"] == "Auto"
    assert management["FunctionArn"] == arn(name)
    found = functions.list_provisioned_concurrency_configs(FunctionName=name)
    assert found["ProvisionedConcurrencyConfigs"] == []
    assert functions.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"] == []
    assert functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"] == []


def test_features_that_no_function_has_are_absent(functions: Any, name: str) -> None:
    for operation in (
        functions.get_function_url_config,
        functions.get_function_event_invoke_config,
        functions.get_policy,
    ):
        refusal = refused(operation, FunctionName=name)
        assert (refusal.status, refusal.code) == (404, "ResourceNotFoundException")
    for operation in (
        functions.get_function_code_signing_config,
        functions.get_function_recursion_config,
        functions.get_runtime_management_config,
        functions.list_function_url_configs,
        functions.list_provisioned_concurrency_configs,
    ):
        assert refused(operation, FunctionName="nobody").status == 404


def test_paginators_meet_every_function_once(functions: Any) -> None:
    names = {create(functions) for _ in range(3)}
    pages = functions.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 1})
    seen = [each["FunctionName"] for page in pages for each in page["Functions"]]
    assert names <= set(seen)
    assert len(seen) == len(set(seen))
