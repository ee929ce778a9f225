from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain import trigger_settings
from poolhouse.domain.records import TriggerConfiguration
from poolhouse.errors import InvalidParameterException

ONE = "arn:aws:lambda:eu-west-1:210987654321:function:enrich"
OTHER = "arn:aws:lambda:eu-west-1:210987654321:function:enrich:live"
KEY = "arn:aws:kms:eu-west-1:210987654321:key/1234"


def versioned(arn: str, version: str = "V2_0") -> dict[str, str]:
    return {"LambdaArn": arn, "LambdaVersion": version}


@pytest.mark.parametrize(
    ("given", "echoed", "trigger"),
    [
        (None, {}, None),
        ({}, {}, None),
        ({"PreSignUp": ONE}, {"PreSignUp": ONE}, None),
        ({"PreTokenGeneration": ONE}, {"PreTokenGeneration": ONE}, (ONE, "V1_0")),
        (
            {"PreTokenGenerationConfig": versioned(ONE)},
            {"PreTokenGeneration": ONE, "PreTokenGenerationConfig": versioned(ONE)},
            (ONE, "V2_0"),
        ),
        (
            {"PreTokenGeneration": OTHER, "PreTokenGenerationConfig": versioned(OTHER, "V3_0")},
            {"PreTokenGeneration": OTHER, "PreTokenGenerationConfig": versioned(OTHER, "V3_0")},
            (OTHER, "V3_0"),
        ),
    ],
)
def test_effective_trigger_and_echo(
    given: dict[str, Any] | None, echoed: dict[str, Any], trigger: tuple[str, Any] | None
) -> None:
    stored = trigger_settings.complete(given)
    assert stored == echoed
    assert trigger_settings.complete(stored) == stored
    expected = None if trigger is None else TriggerConfiguration(*trigger)
    assert trigger_settings.pre_token_generation(stored) == expected


def test_two_functions_for_one_trigger() -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        trigger_settings.complete(
            {"PreTokenGeneration": ONE, "PreTokenGenerationConfig": versioned(OTHER)}
        )
    assert refusal.value.message == (
        "PreTokenGeneration and PreTokenGenerationConfig.LambdaArn must have the same value"
    )


@pytest.mark.parametrize("sender", ["CustomSMSSender", "CustomEmailSender"])
def test_senders_need_a_key(sender: str) -> None:
    config = {sender: versioned(ONE, "V1_0")}
    with pytest.raises(InvalidParameterException):
        trigger_settings.complete(config)
    assert trigger_settings.complete({**config, "KMSKeyID": KEY}) == {**config, "KMSKeyID": KEY}
