"""`GET /`: what is answered, and what is stored."""

import re

import pytest

from tests.app.doubles import FailingStorage

FORWARDED = {"X-Forwarded-For": "192.0.2.1"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_the_answer_is_the_stored_record(client, memory):
    answer = client.get("/", headers=FORWARDED)
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    [stored] = memory.all()
    assert answer.json == {
        "id": stored.id,
        "address": "192.0.2.1",
        "version": 4,
        "reversed": "1.2.0.192",
        "reverse_pointer": "1.2.0.192.in-addr.arpa",
        "seen_at": stored.seen_at,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stored.seen_at)


def test_an_ipv6_caller_is_reversed_by_groups(client):
    answer = client.get("/", headers={"X-Forwarded-For": "2001:DB8:0::1"}).json
    assert answer["address"] == "2001:db8::1"
    assert answer["version"] == 6
    assert answer["reversed"] == "1::db8:2001"


def test_an_ipv4_mapped_caller_is_ipv4(client):
    answer = client.get("/", headers={"X-Forwarded-For": "::ffff:192.0.2.1"}).json
    assert (answer["address"], answer["version"]) == ("192.0.2.1", 4)


def test_a_forged_header_changes_nothing_behind_the_balancer(client):
    answer = client.get("/", headers={"X-Forwarded-For": "203.0.113.1, 192.0.2.1"})
    assert answer.json["address"] == "192.0.2.1"


def test_a_forged_header_sent_twice_changes_nothing(client):
    headers = [("X-Forwarded-For", "203.0.113.1"), ("X-Forwarded-For", "192.0.2.1")]
    assert client.get("/", headers=headers).json["address"] == "192.0.2.1"


def test_a_forged_header_changes_nothing_without_a_proxy(browse):
    answer = browse(trusted_proxies=0).get("/", headers=FORWARDED)
    assert answer.json["address"] == "127.0.0.1"


def test_a_caller_that_cannot_be_told_is_a_bad_request(client, memory):
    answer = client.get("/", headers={"X-Forwarded-For": "unknown"})
    assert answer.status_code == 400
    assert "address" in answer.json["detail"]
    assert memory.all() == []


def test_every_visit_is_a_record_of_its_own(client, memory):
    ids = [client.get("/", headers=FORWARDED).json["id"] for _ in range(20)]
    assert ids == sorted(set(ids))
    assert sorted(record.id for record in memory.all()) == ids


def test_head_answers_like_get_and_stores_nothing(client, memory):
    answer = client.head("/", headers=FORWARDED)
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert answer.data == b""
    assert memory.all() == []


@pytest.mark.parametrize(
    "header",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Purpose": "prefetch;anonymous-client-ip"},
        {"Purpose": "prefetch"},
        {"X-Purpose": "preview"},
        {"X-Moz": "prefetch"},
    ],
)
@pytest.mark.parametrize("accept", [{}, BROWSER])
def test_a_prefetch_stores_nothing_and_claims_no_record(client, memory, header, accept):
    answer = client.get("/", headers={**FORWARDED, **header, **accept})
    assert answer.status_code == 200
    assert memory.all() == []
    if accept:
        assert "loaded in advance" in answer.text
    else:
        assert answer.json["reversed"] == "1.2.0.192"
        assert answer.json["id"] is None
        assert answer.json["seen_at"] is None


def test_a_purpose_that_is_no_prefetch_is_a_visit(client, memory):
    client.get("/", headers={**FORWARDED, "Purpose": "navigation"})
    assert len(memory.all()) == 1


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/html", "application/json"),
        ("text/html;q=0.1, application/json", "application/json"),
        ("text/html;q=0", "application/json"),
        ("image/png", "application/json"),
        ("not a media type", "application/json"),
        ("text/html", "text/html; charset=utf-8"),
        (BROWSER["Accept"], "text/html; charset=utf-8"),
    ],
)
def test_json_is_the_default_and_html_is_for_browsers(client, accept, content_type):
    headers = {**FORWARDED, **({"Accept": accept} if accept else {})}
    answer = client.get("/", headers=headers)
    assert answer.content_type == content_type
    assert answer.headers["Vary"] == "Accept"


def test_the_page_shows_reversal_responder_and_the_callers_own_visits(client, config):
    client.get("/", headers={"X-Forwarded-For": "198.51.100.9"})
    earlier = client.get("/", headers=FORWARDED).json
    page = client.get("/", headers={**FORWARDED, **BROWSER}).text
    assert "1.2.0.192" in page
    assert config.release_version in page
    assert config.instance_id in page
    assert earlier["id"] in page
    assert "198.51.100.9" not in page
    assert "9.100.51.198" not in page


def test_the_page_loads_nothing_from_elsewhere(client):
    answer = client.get("/", headers={**FORWARDED, **BROWSER})
    assert not re.search(r"(src|href)=\"(?!/history\")", answer.text)
    assert "@import" not in answer.text
    assert "url(" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_policy_admits_exactly_the_style_that_the_page_holds(client):
    import base64
    import hashlib

    answer = client.get("/", headers={**FORWARDED, **BROWSER})
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_no_cache_keeps_an_answer(client):
    for path in ("/", "/history", "/version", "/nowhere"):
        assert client.get(path, headers=FORWARDED).headers["Cache-Control"] == "no-store"


def test_an_answer_is_never_given_for_a_record_that_is_not_stored(browse):
    answer = browse(storage=FailingStorage()).get("/", headers=FORWARDED)
    assert answer.status_code == 503
    assert "id" not in answer.json
