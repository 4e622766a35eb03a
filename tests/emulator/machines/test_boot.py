"""The real user_data.sh on machines: what it takes to reach CONTINUE, and what ends in ABANDON.

The machines of all facts boot before the first test, a few at a time: most of a boot is waiting.
"""

import json
import signal
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.caller import caller
from tests.emulator.machines.account import EmulatedAccount, holds_within, wait_for
from tests.emulator.machines.sample import SCRIPT, WSGI, Settings, write_app

AT_ONCE = 4

BROKEN = WSGI.replace("def application(", "def application((")
BROKEN_LINE = BROKEN.splitlines().index("def application((environ, start_response):") + 1
NEVER_READY = WSGI.replace("start_response(status", 'start_response("503 Not Yet"')
SHORT_LIVED = WSGI.replace(
    "    start_response(",
    f"""    if (path, status) == ("/ready", "200 OK"):
        threading.Timer(1, lambda: os.kill(os.getppid(), {signal.SIGKILL:d})).start()
    start_response(""",
).replace("import time", "import threading\nimport time")

FAILS = """    if path == "/history" and "html" in environ["HTTP_ACCEPT"]:
        status = "500 Broken"
"""
FAILS_FOR_BROWSERS = WSGI.replace("    start_response(", f"{FAILS}    start_response(")
DIES = f"""    if path == "/":
        os.kill(os.getpid(), {signal.SIGKILL:d})
"""
DIES_OF_A_VISIT = WSGI.replace("    start_response(", f"{DIES}    start_response(")

BREAKS = {
    "docker is not installed": ("dnf install", "true install"),
    "nobody logs in": ("  retry login\n", ""),
    "the image is named by a tag": ("$REPOSITORY_URL@$IMAGE_DIGEST", "$REPOSITORY_URL:latest"),
    "another port is published": ("$HOST_PORT:5000", "$HOST_PORT:5001"),
    "the environment file is elsewhere": ("--env-file $CONFIG_DIR", "--env-file /nowhere"),
    "the unit is not started": ('systemctl enable --now "$UNIT"', "true"),
    "the token is not sent": ("X-aws-ec2-metadata-token: $TOKEN", "X-Token: $TOKEN"),
}


@dataclass(frozen=True)
class Scenario:
    """What differs from a good boot."""

    wsgi: str = WSGI
    settings: tuple[tuple[str, str], ...] = ()
    script: str = SCRIPT
    state: str = "Pending:Wait"
    altered: bool = False


SCENARIOS = {
    "good": Scenario(),
    "no group": Scenario(state=""),
    "early": Scenario(state="Pending"),
    "syntax error": Scenario(BROKEN),
    "never ready": Scenario(NEVER_READY, (("BOOT_DEADLINE_SECONDS", "15"),)),
    "short-lived": Scenario(SHORT_LIVED, (("SETTLE_SECONDS", "20"),)),
    "fails for browsers": Scenario(FAILS_FOR_BROWSERS),
    "dies of a visit": Scenario(DIES_OF_A_VISIT),
    "hangs": Scenario(
        settings=(("BOOT_DEADLINE_SECONDS", "10"),),
        script=SCRIPT.replace('  docker logout "', '  sleep 600\n  docker logout "'),
    ),
    "unknown digest": Scenario(settings=(("IMAGE_DIGEST", "sha256:" + "0" * 64),)),
    "altered layer": Scenario(WSGI + "# altered\n", altered=True),
    "no release": Scenario(settings=(("RELEASE_VERSION", ""),)),
    **{
        what: Scenario(settings=(("BOOT_DEADLINE_SECONDS", "20"),), script=SCRIPT.replace(*change))
        for what, change in BREAKS.items()
    },
}


@dataclass(frozen=True)
class Outcome:
    """What became of a machine."""

    instance_id: str
    digest: str
    result: str | None
    boot_log: str
    console: str


@pytest.fixture(scope="module")
def booted(
    account: EmulatedAccount, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Outcome]:
    """Outcomes by scenario."""
    contexts = tmp_path_factory.mktemp("contexts")
    digests = {
        wsgi: account.release(write_app(contexts / str(number), wsgi), f"tag-{number}")
        for number, wsgi in enumerate({scenario.wsgi for scenario in SCENARIOS.values()})
    }
    alter(account)

    def boot(scenario: Scenario) -> Outcome:
        settings = Settings()
        settings.values.update({"IMAGE_DIGEST": digests[scenario.wsgi], **dict(scenario.settings)})
        instance_id = account.launch(settings.user_data(scenario.script), scenario.state)
        if scenario.state == "Pending":
            console = account.console(instance_id)
            holds_within(lambda: "hook" in console(), 120)
            account.hooks.states[instance_id] = "Pending:Wait"
        account.boot_ended(instance_id)
        return Outcome(
            instance_id,
            digests[scenario.wsgi],
            account.hooks.results.get(instance_id),
            "\n".join(account.log(f"{instance_id}/boot")),
            account.console(instance_id)(),
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(SCENARIOS, pool.map(boot, SCENARIOS.values()), strict=True))


def alter(account: EmulatedAccount) -> None:
    """Change the layer of the scenario that says so, where the registry keeps it."""
    for blob in (account.registry / "blobs/sha256").iterdir():
        content = blob.read_bytes()
        if b"# altered" in content:
            blob.write_bytes(content.replace(b"# altered", b"# ALTERED"))


def ask(account: EmulatedAccount, instance_id: str, path: str) -> bytes:
    url = f"http://127.0.0.1:{account.machines.port(instance_id)}{path}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def test_a_good_release_completes_the_hook_with_continue(
    account: EmulatedAccount, booted: dict[str, Outcome]
):
    good = booted["good"]
    assert good.result == "CONTINUE", good.console
    assert account.machines.state(good.instance_id) == "running"
    for phase in ("docker", "image", "container", "ready", "visits"):
        assert f"{phase}: done in " in good.boot_log


def test_readiness_is_waited_for(booted: dict[str, Outcome]):
    assert "returned error: 503" in booted["good"].boot_log


def test_the_container_gets_the_contracts_environment(
    account: EmulatedAccount, booted: dict[str, Outcome]
):
    good = booted["good"]
    environment = json.loads(ask(account, good.instance_id, "/environment"))
    expected = {
        "TABLE_NAME": "slipway-dev",
        "TRUSTED_PROXIES": "1",
        "RELEASE_VERSION": "0123456789ab",
        "IMAGE_DIGEST": good.digest,
        "INSTANCE_ID": good.instance_id,
        "AWS_REGION": "eu-central-1",
        "GREETING": "hello",
    }
    assert {key: environment.get(key) for key in expected} == expected


def test_the_containers_credentials_are_the_roles(
    account: EmulatedAccount, booted: dict[str, Outcome]
):
    good = booted["good"]
    environment = json.loads(ask(account, good.instance_id, "/environment"))
    assert not [key for key in environment if key.startswith(("AWS_ACCESS", "AWS_SECRET"))]
    assert ask(account, good.instance_id, "/credentials") == b"iam-role"


def test_what_the_container_writes_reaches_its_log_stream(
    account: EmulatedAccount, booted: dict[str, Outcome]
):
    wait_for(lambda: "asked for /ready" in account.log(booted["good"].instance_id))


def test_a_syntax_error_is_abandoned_and_the_boot_log_names_file_and_line(
    account: EmulatedAccount, booted: dict[str, Outcome]
):
    bad = booted["syntax error"]
    assert bad.result == "ABANDON"
    assert "the container ended before it had been ready" in bad.boot_log
    assert f'app/wsgi.py", line {BROKEN_LINE}' in bad.boot_log
    assert "SyntaxError" in bad.boot_log
    wait_for(lambda: any("SyntaxError" in line for line in account.log(bad.instance_id)))


def test_a_container_that_ends_within_the_settle_time_is_abandoned(booted: dict[str, Outcome]):
    bad = booted["short-lived"]
    assert bad.result == "ABANDON"
    assert "/ready: fine" in bad.boot_log
    assert "ended before it had been ready for 20 s" in bad.boot_log


def test_an_answer_of_5xx_to_a_visitor_is_abandoned_and_named(booted: dict[str, Outcome]):
    bad = booted["fails for browsers"]
    assert bad.result == "ABANDON"
    assert "GET /history?limit=1 (Accept: text/html): no answer below 500: fine 500" in bad.boot_log
    assert "asked for /history" in bad.boot_log.partition("the container's last lines:")[2]


def test_no_answer_to_a_visitor_is_abandoned_and_named(booted: dict[str, Outcome]):
    bad = booted["dies of a visit"]
    assert bad.result == "ABANDON"
    assert "GET / (Accept: */*): no answer below 500:" in bad.boot_log


@pytest.mark.parametrize("trusted_proxies", range(1, 10))
def test_the_boots_visits_are_nobodys(
    account: EmulatedAccount, booted: dict[str, Outcome], trusted_proxies: int
):
    wait_for(lambda: said(account, booted["good"], "/history"))
    for path in ("/", "/history"):
        assert [
            str(caller("172.17.0.1", forwarded, trusted_proxies))
            for forwarded in said(account, booted["good"], path)
        ] == ["192.0.2.1"] * 2


def said(account: EmulatedAccount, outcome: Outcome, path: str) -> list[str]:
    """What each request for a path was forwarded for."""
    begin = f"asked for {path} by "
    return [
        line.removeprefix(begin)
        for line in account.log(outcome.instance_id)
        if line.startswith(begin)
    ]


def test_the_scripts_own_deadline_abandons_what_never_becomes_ready(booted: dict[str, Outcome]):
    bad = booted["never ready"]
    assert bad.result == "ABANDON"
    assert "the deadline of 15 s has passed" in bad.boot_log


def test_the_deadline_also_ends_a_command_that_hangs(booted: dict[str, Outcome]):
    bad = booted["hangs"]
    assert bad.result == "ABANDON"
    assert "the deadline of 10 s has passed" in bad.boot_log
    assert "image: done" not in bad.boot_log


def test_a_digest_that_the_registry_does_not_hold_is_abandoned_without_retries(
    booted: dict[str, Outcome],
):
    bad = booted["unknown digest"]
    assert bad.result == "ABANDON"
    assert "not found: manifest unknown" in bad.boot_log
    assert "attempt" not in bad.boot_log


def test_an_altered_layer_is_refused_and_abandoned(booted: dict[str, Outcome]):
    bad = booted["altered layer"]
    assert bad.result == "ABANDON"
    assert "was altered" in bad.boot_log


def test_without_a_recorded_release_the_instance_is_abandoned(booted: dict[str, Outcome]):
    bad = booted["no release"]
    assert bad.result == "ABANDON"
    assert "boots release none" in bad.boot_log


def test_an_instance_that_no_hook_holds_boots_and_completes_nothing(booted: dict[str, Outcome]):
    outcome = booted["no group"]
    assert outcome.result is None
    assert "no hook waits for this instance" in outcome.console
    assert "user data ended with status 0" in outcome.console


def test_a_group_that_has_not_reached_the_hook_is_asked_again(booted: dict[str, Outcome]):
    assert booted["early"].result == "CONTINUE"
    assert "attempt 1 of 5 failed: complete_hook" in booted["early"].console


@pytest.mark.parametrize("what", BREAKS)
def test_a_broken_line_of_the_script_keeps_the_instance_out_of_service(
    booted: dict[str, Outcome], what: str
):
    assert BREAKS[what][0] in SCRIPT
    # Without its identity an instance cannot even abandon: the hook's heartbeat does that.
    expected = None if what == "the token is not sent" else "ABANDON"
    assert booted[what].result == expected, booted[what].console


def test_the_whole_user_data_is_below_the_limit_of_16_kb():
    settings = Settings()
    settings.values["IMAGE_DIGEST"] = "sha256:" + "0" * 64
    assert len(settings.user_data()) < 16_384


def test_the_two_lines_of_a_release_match_exactly_once():
    lines = Settings().user_data().decode().splitlines()
    for name in ("RELEASE_VERSION", "IMAGE_DIGEST"):
        assert len([line for line in lines if line.startswith(f"{name}='")]) == 1


def test_a_machine_keeps_its_user_data_byte_for_byte(account: EmulatedAccount, tmp_path: Path):
    odd = "#!/bin/bash\nprintf '%s' 'ä\t\\n$HOME'\r\n# no newline at the end".encode()
    instance_id = account.launch(odd)
    assert account.boot_ended(instance_id)
    kept = account.directory / "machines" / instance_id / "var/lib/cloud/user-data"
    assert kept.read_bytes() == odd


def test_a_request_in_flight_is_answered_before_the_machine_ends(
    account: EmulatedAccount, booted: dict[str, Outcome]
):
    instance_id = booted["early"].instance_id
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, account, instance_id, "/slow")
        wait_for(lambda: "began /slow" in container_log(account, instance_id))
        account.machines.terminate(instance_id)
        assert answer.result() == b"fine"
    wait_for(lambda: account.machines.state(instance_id) == "terminated")
    assert "asked for /slow" in account.log(instance_id)


def container_log(account: EmulatedAccount, instance_id: str) -> str:
    machine = account.directory / "machines" / instance_id
    return (machine / "var/lib/docker/containers/app/log").read_text()
