"""`GET /history`: the caller's own records, page by page."""

import base64
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import cursors

MINE = {"X-Forwarded-For": "192.0.2.1"}
THEIRS = {"X-Forwarded-For": "198.51.100.9"}


@pytest.fixture
def visits(client):
    return [client.get("/", headers=MINE).json for _ in range(25)]


def read_all(client, headers, limit):
    records, cursor = [], None
    while True:
        query = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        answer = client.get("/history", headers=headers, query_string=query).json
        records += answer["records"]
        assert len(records) <= 100, "the pages do not end"
        cursor = answer["next_cursor"]
        if cursor is None:
            return records


def test_the_history_is_newest_first_and_as_it_was_answered(client, visits):
    answer = client.get("/history", headers=MINE).json
    assert answer["records"] == visits[::-1][:20]
    assert answer["next_cursor"] is not None


@pytest.mark.parametrize("limit", [1, 4, 5, 24, 25, 26, 100])
def test_pages_of_any_size_give_every_record_once(client, visits, limit):
    assert read_all(client, MINE, limit) == visits[::-1]


def test_pages_are_stable_while_new_records_arrive(client, visits):
    first = client.get("/history?limit=10", headers=MINE).json
    client.get("/", headers=MINE)
    second = client.get(f"/history?limit=10&cursor={first['next_cursor']}", headers=MINE).json
    assert first["records"] + second["records"] == visits[::-1][:20]


def test_a_caller_without_visits_has_an_empty_history(client):
    assert client.get("/history", headers=MINE).json == {"records": [], "next_cursor": None}


def test_nobody_reads_anothers_records(client, visits):
    own = client.get("/", headers=THEIRS).json
    assert read_all(client, THEIRS, 3) == [own]


def test_anothers_cursor_shows_only_ones_own_records(client, visits):
    own = client.get("/", headers=THEIRS).json
    for visit in visits:
        cursor = cursors.encode(visit["id"])
        answer = client.get(f"/history?cursor={cursor}", headers=THEIRS).json
        assert answer["records"] in ([], [own])


def test_the_address_of_a_forged_header_reads_nothing_of_its_owner(client, visits):
    headers = {"X-Forwarded-For": "192.0.2.1, 198.51.100.9"}
    assert client.get("/history", headers=headers).json["records"] == []


@pytest.mark.parametrize(
    "limit", ["0", "-1", "101", "1000000000000", "ten", "", "1.0", "\uff11", "+5"]
)
def test_a_wrong_limit_is_a_bad_request_that_says_what_is_allowed(client, limit):
    answer = client.get("/history", headers=MINE, query_string={"limit": limit})
    assert answer.status_code == 400
    assert answer.json["detail"] == "limit must be a whole number from 1 to 100."


def uuid_cursor(value: uuid.UUID) -> str:
    return base64.urlsafe_b64encode(value.bytes).rstrip(b"=").decode()


# Fixed, because a test's parameters are part of its name.
GOOD = cursors.encode("019acd5c-c000-7a6e-9d6b-c2f3a4b5c6d7")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "nonsense",
        "é" * 22,
        "192.0.2.1",
        GOOD[:-1],
        GOOD + "A",
        GOOD + "==",
        # The last character carries four unused bits: only one spelling is ours.
        GOOD[:-1] + chr(ord(GOOD[-1]) + 1),
        uuid_cursor(uuid.UUID("9b2d7a52-6f0e-4c3d-8a11-5e0f6c7b8d90")),
        base64.urlsafe_b64encode(b"198.51.100.9#id").decode(),
    ],
)
def test_a_cursor_that_is_not_ours_is_a_bad_request(client, cursor):
    answer = client.get("/history", headers=MINE, query_string={"cursor": cursor})
    assert answer.status_code == 400
    assert answer.json["detail"] == "cursor must be a next_cursor that this service answered."


@pytest.mark.parametrize("name", ["limit", "cursor"])
def test_a_parameter_given_twice_is_a_bad_request(client, name):
    value = {"limit": "5", "cursor": GOOD}[name]
    answer = client.get(f"/history?{name}={value}&{name}={value}", headers=MINE)
    assert answer.status_code == 400
    assert answer.json["detail"].startswith(name)


@given(cursor=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_text_as_cursor_is_a_page_of_ones_own_or_a_bad_request(client, cursor):
    answer = client.get("/history", headers=THEIRS, query_string={"cursor": cursor})
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.json["records"] == []


@given(st.uuids())
def test_a_cursor_reads_back_as_its_id(value):
    value = uuid.UUID(int=value.int & ~(0xF << 76 | 0b11 << 62) | 0x7 << 76 | 0b10 << 62)
    assert cursors.decode(cursors.encode(str(value))) == str(value)


@given(st.text())
def test_decoding_gives_an_id_or_a_value_error(text):
    try:
        value = cursors.decode(text)
    except ValueError:
        return
    assert cursors.encode(value) == text
