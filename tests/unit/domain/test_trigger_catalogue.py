"""The catalogue of triggers, against the service model and the settings that name them."""

from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain.trigger_catalogue import CATALOGUE, PRE_TOKEN_GENERATION, Trigger
from sample_records import members_of, pool

ARN = "arn:aws:lambda:eu-west-1:210987654321:function:any"
VERSIONED = {"LambdaArn": ARN, "LambdaVersion": "V1_0"}


def test_every_trigger_of_the_model_is_there() -> None:
    settings = {"PreTokenGenerationConfig", "KMSKeyID"}
    assert set(CATALOGUE) == members_of("LambdaConfigType") - settings


@pytest.mark.parametrize("trigger", CATALOGUE.values(), ids=list(CATALOGUE))
def test_sources_are_named_after_their_trigger(trigger: Trigger) -> None:
    prefix = "TokenGeneration" if trigger is PRE_TOKEN_GENERATION else trigger.name
    assert trigger.sources
    for source in trigger.sources:
        assert source.startswith(f"{prefix}_")


@pytest.mark.parametrize(
    ("name", "config", "arn"),
    [
        ("PreSignUp", {}, None),
        ("PreSignUp", {"PreSignUp": ARN}, ARN),
        ("PostConfirmation", {"PreSignUp": ARN}, None),
        ("InboundFederation", {"InboundFederation": VERSIONED}, ARN),
        ("CustomEmailSender", {"CustomEmailSender": VERSIONED, "KMSKeyID": ARN}, ARN),
        ("PreTokenGeneration", {"PreTokenGenerationConfig": VERSIONED}, ARN),
    ],
)
def test_where_a_pool_names_the_function(
    name: str, config: dict[str, Any], arn: str | None
) -> None:
    assert CATALOGUE[name].function_arn(pool(LambdaConfig=config)) == arn
