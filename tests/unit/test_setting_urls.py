"""A URL that leads nowhere is refused when it is read, by a text that holds no part of it."""

import re

import pytest
from pydantic import ValidationError

from gateway.settings import Settings, wrong_settings

PASSWORD = "pwcanary"

UNUSABLE_DATABASES = [
    f"postgresql+psycopg://u:{PASSWORD}@h/db",
    f"postgres+asyncpg://u:{PASSWORD}@h/db",
    f"POSTGRESQL://u:{PASSWORD}@h/db",
    f"mysql://u:{PASSWORD}@h/db",
    f" postgresql://u:{PASSWORD}@h/db",
    f"postgresql://u:{PASSWORD}@h/db\n",
    f"postgresql://u:{PASSWORD} more@h/db",
    f"postgresql://u:%zz{PASSWORD}@h/db",
    f"postgresql://u:%00{PASSWORD}@h/db",
    f"postgresql://u:{PASSWORD}%@h/db",
    f"postgresql://u:{PASSWORD}@[::1/db",
    f"postgresql://u:x@[{PASSWORD}@h/db",
    f"postgresql://u:a@{PASSWORD}@h/db",
    f"postgresql://u:a/{PASSWORD}@h/db",
    f"postgresql://u:{PASSWORD}/a@h/db",
    f"postgresql://u:12/{PASSWORD}@h/db",
    f"postgresql://u:{PASSWORD}@h:99999/db",
    f"postgresql://u:{PASSWORD}@h:0/db",
    f"postgresql://u:{PASSWORD}@h:five/db",
    f"postgresql://u:{PASSWORD}@h:5432,i:x/db",
    f"postgresql://u:{PASSWORD}@h/db?pool_size=5",
    f"postgresql://u:x@h/db?passwort={PASSWORD}",
    f"postgresql://u:{PASSWORD}@h/db?sslmode=on",
    f"postgresql://u:{PASSWORD}@h/db?options=-csearch_path%3Dmine",
    f"postgresql://u:{PASSWORD}@h/db?options=-c%20role%3Dmine",
    f"host=h password={PASSWORD} port=x",
    f"host=h password='{PASSWORD}",
    f"host=h pass={PASSWORD}",
    f"host=h password={PASSWORD} options='-c search_path=mine'",
    f"{PASSWORD}",
    "",
    " ",
]
USABLE_DATABASES = [
    f"postgresql://u:{PASSWORD}@h:5432/db",
    f"postgres://u:{PASSWORD}%40%2F%3A%25@h/db?sslmode=require&application_name=x",
    f"postgresql://u:{PASSWORD}@h:5432,i:5433/db?target_session_attrs=read-write",
    f"postgresql://u:{PASSWORD}@[::1]:5432/db",
    f"postgresql:///db?host=/var/run/postgresql&user=u&password={PASSWORD}",
    f"postgresql://u:{PASSWORD}@h/db?options=endpoint%3Dep-x",
    f"host=h port=5432 user=u password={PASSWORD} dbname=db",
    f"host=h password='a {PASSWORD}' dbname=db",
]
UNUSABLE_REDIS = [
    f"http://:{PASSWORD}@h:6379/0",
    f"h:6379/{PASSWORD}",
    f"redis://:a/{PASSWORD}@h:6379/0",
    f"redis://:{PASSWORD}/a@h:6379/0",
    f"redis://:12/{PASSWORD}@h:6379/0",
    f"redis://:{PASSWORD}#a@h:6379/0",
    f"redis://:{PASSWORD}?a@h:6379/0",
    f"redis://:{PASSWORD} a@h:6379/0",
    f"redis://:{PASSWORD}@[::1/0",
    f"redis://:{PASSWORD}@h:99999/0",
    f"redis://:{PASSWORD}@h:0/0",
    f"redis://:{PASSWORD}@h:x/0",
    f"redis://:{PASSWORD}@@h/0",
    f"redis://:{PASSWORD}%zz@h/0",
    f"redis://:{PASSWORD}@h/first",
    f"redis://:{PASSWORD}@h/0/1",
    f"redis+cluster://:{PASSWORD}@h:7000,i:7001/1",
    f"redis+cluster://:{PASSWORD}@h:7000,i:99999",
    f"redis+cluster://:{PASSWORD}@h:7000, i:7001",
    f"redis+cluster://:{PASSWORD}@h:7000,/",
    f"redis+cluster://:a/{PASSWORD}@h:7000,i:7001/",
    f"redis+cluster://:{PASSWORD}@@h:7000,i:7001/",
    f"redis+sentinel://:{PASSWORD}@h:26379,i:26379",
    f"redis+sentinel://:{PASSWORD}@h:26379,i:26379/0/mymaster",
    f"redis+sentinel://:{PASSWORD}@h:x,i:26379/mymaster",
    f"sentinel://:{PASSWORD}@h:26379/mymaster",
    "",
]
USABLE_REDIS = [
    "redis://localhost",
    f"redis://:{PASSWORD}@h:6379/0",
    f"rediss://u:{PASSWORD}%2F@h/1?ssl_cert_reqs=none",
    f"redis://:{PASSWORD}@[::1]:6379/0",
    f"unix://:{PASSWORD}@/run/redis.sock?db=1",
    f"redis+cluster://u:{PASSWORD}@h:7000,[::1]:7001,i/",
    f"rediss+cluster://:{PASSWORD}@h:7000?ssl_cert_reqs=none",
    f"redis+sentinel://:{PASSWORD}@h:26379,i/mymaster/0?sentinel_password={PASSWORD}",
    f"rediss+sentinel://:{PASSWORD}@h:26379,[::1]:26379/my-master.1",
]


@pytest.mark.parametrize("number", range(len(UNUSABLE_DATABASES) + len(UNUSABLE_REDIS)))
def test_an_unusable_url_is_refused_by_name_and_not_quoted(number: int) -> None:
    pairs = [("DATABASE_URL", one) for one in UNUSABLE_DATABASES] + [("REDIS_URL", one) for one in UNUSABLE_REDIS]
    variable, url = pairs[number]
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({variable: url})
    [line] = wrong_settings(refused.value)
    assert re.match(rf"{variable} (is|has|must|sets|cont|cannot)", line)
    for text in (line, str(refused.value), repr(refused.value)):
        assert PASSWORD not in text


@pytest.mark.parametrize("number", range(len(USABLE_DATABASES) + len(USABLE_REDIS)))
def test_what_works_is_taken_as_it_is_and_shown_to_nobody(number: int) -> None:
    pairs = [("DATABASE_URL", one) for one in USABLE_DATABASES] + [("REDIS_URL", one) for one in USABLE_REDIS]
    variable, url = pairs[number]
    settings = Settings.model_validate({variable: url})
    assert getattr(settings, variable.lower()) == url
    assert PASSWORD not in repr(settings)


@pytest.mark.parametrize("variable", ["GATEWAY_MASTER_KEY", "GATEWAY_MASTER_KEY_PREVIOUS", "PORT", "TEST_MODE"])
def test_no_refusal_quotes_what_it_refuses(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, f"{PASSWORD}é")
    with pytest.raises(ValidationError) as refused:
        Settings()
    [line] = wrong_settings(refused.value)
    assert line.startswith(variable) and PASSWORD not in line + str(refused.value)


@pytest.mark.parametrize(
    "name", ["api_url", "dashboard_url", "checkout_url", "inbox_url", "docs_url", "cors_origins"]
)
def test_an_address_with_a_password_is_refused_and_not_quoted(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"TEST_MODE": True, name: "https://u:S3kr1tPW@pay.example"})
    assert name in str(refused.value) and "S3kr1tPW" not in str(refused.value)
