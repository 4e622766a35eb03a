"""Settings: all of them are needed, and an error names the wrong one."""

import pytest

from app.config import EXAMPLE, Config, ConfigurationError

ENVIRONMENT = {**EXAMPLE, "TABLE_NAME": "visits-of-dev"}


def test_settings_come_from_the_environment():
    config = Config.from_environment(ENVIRONMENT)
    assert config.table_name == "visits-of-dev"
    assert config.trusted_proxies == 1
    assert config.service_name == EXAMPLE["SERVICE_NAME"]
    assert config.retention_seconds == 30 * 86_400


@pytest.mark.parametrize("name", ENVIRONMENT)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_setting_is_named(name, value):
    environment = {key: text for key, text in ENVIRONMENT.items() if key != name}
    if value is not None:
        environment[name] = value
    with pytest.raises(ConfigurationError, match=f"missing: {name};"):
        Config.from_environment(environment)


def test_all_missing_settings_are_named_at_once():
    with pytest.raises(ConfigurationError, match=f"missing: {', '.join(ENVIRONMENT)};"):
        Config.from_environment({})


@pytest.mark.parametrize("value", ["-1", "one", "1.0", "10", " 1", "\uff11"])
def test_trusted_proxies_is_a_small_number(value):
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES"):
        Config.from_environment({**ENVIRONMENT, "TRUSTED_PROXIES": value})


@pytest.mark.parametrize("name", ["RELEASE_VERSION", "IMAGE_DIGEST", "INSTANCE_ID"])
def test_what_becomes_a_header_cannot_hold_a_line_break(name):
    with pytest.raises(ConfigurationError, match=name):
        Config.from_environment({**ENVIRONMENT, name: "a\r\nSet-Cookie: b"})
