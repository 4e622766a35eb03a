"""`/health`, `/ready` and `/version`."""

from app.storage import StorageUnavailableError
from tests.app.doubles import FailingStorage


def test_health_needs_no_storage(browse):
    answer = browse(storage=FailingStorage()).get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_health_is_answered_to_a_checker_without_forwarded_header_and_stores_nothing(
    client, memory
):
    assert client.get("/health").status_code == 200
    assert memory.all() == []


def test_ready_reads_the_table(client):
    assert client.get("/ready").json == {"status": "ready"}


def test_ready_is_503_with_the_reason_while_the_table_cannot_be_read(browse):
    error = StorageUnavailableError("The storage does not exist at the moment.", 10)
    answer = browse(storage=FailingStorage(error)).get("/ready")
    assert answer.status_code == 503
    assert answer.json["detail"] == "The storage does not exist at the moment."
    assert answer.headers["Retry-After"] == "10"


def test_version_names_release_digest_and_instance(client, config):
    assert client.get("/version").json == {
        "release": config.release_version,
        "digest": config.image_digest,
        "instance": config.instance_id,
    }
