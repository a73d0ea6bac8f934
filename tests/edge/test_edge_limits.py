"""The edge's defaults stand in one place, are settings, and are documented as they are."""

import pytest

from app.config import Settings
from app.edge.limits import PREFIX, Limits
from app.kernel.errors import Invalid
from launch.papers import EDGE, edge_paper

ENVIRONMENT = {"TRIBUTARY_APP_URL": "postgresql://x", "TRIBUTARY_SECRET": "s" * 40}


def test_the_paper_is_the_one_that_the_limits_make():
    written = EDGE.read_text("utf-8")

    assert written == edge_paper(), "The limits have changed. Run `make papers`."


def test_a_limit_is_read_from_its_variable():
    settings = Settings.from_environment(ENVIRONMENT | {f"{PREFIX}POOL_WAITERS": "7"})

    assert settings.limits.pool_waiters == 7
    assert settings.limits.tokens == Limits().tokens


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("POOL_WAITERS", "many", "not a whole number"),
        ("POOL_WAITERS", "1.5", "not a whole number"),
        ("POOL_WAITERS", "0", "must be 1 or more"),
        ("OPERATION_SECONDS", "nan", "must be 0.2 or more"),
        ("OPERATION_SECONDS", "inf", "must be 0.2 or more"),
        ("OPERATION_SECONDS", "15", "must not be below TRIBUTARY_LIMIT_STATEMENT_SECONDS"),
        ("USER_BURST", "10", "must not be below TRIBUTARY_LIMIT_OPERATION_COST"),
        ("POOL_WAITER", "9", "there is no such limit"),
    ],
)
def test_a_variable_that_means_nothing_is_named(name, value, problem):
    with pytest.raises(Invalid) as refused:
        Limits.from_environment({PREFIX + name: value})

    assert refused.value.path == PREFIX + name
    assert problem in refused.value.message


def test_origins_and_switches_are_settings():
    settings = Settings.from_environment(
        ENVIRONMENT
        | {"TRIBUTARY_ORIGINS": "https://a.example, https://b.example", "TRIBUTARY_HSTS": "on"}
    )

    assert settings.origins == ("https://a.example", "https://b.example")
    assert settings.hsts
    assert settings.metrics_token is None
    assert settings.traces_url is None


def test_a_short_token_for_metrics_is_refused():
    with pytest.raises(Invalid, match="TRIBUTARY_METRICS_TOKEN"):
        Settings.from_environment(ENVIRONMENT | {"TRIBUTARY_METRICS_TOKEN": "short"})
