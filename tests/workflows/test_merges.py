"""What a merge to main does: deploy.yml as it is, executed against the emulator."""

import json

import pytest

from tests.emulator.live.edits import crashes_at_import
from tests.workflows.team import Team


@pytest.mark.usefixtures("reviewed")
def test_a_merge_goes_to_dev_and_what_dev_verified_to_prod_after_an_approval(team: Team):
    team.github.data.visibility = "public"
    words = team.words()
    team.commit()
    run = team.github.push()
    run.wait_for_log("prod-approval: harness: workspace", seconds=200)
    assert words in team.scenes["dev"].page()
    assert words not in team.scenes["prod"].page()
    assert "built and pushed" in run.jobs["image"].summary
    assert "The SBOM names" in run.jobs["image"].summary
    assert run.roles == team.roles("image", "dev-release", "prod-plan")
    assert run.jobs["dev/act"].summary.startswith("✅ **dev**")
    [deployment] = team.github.data.deployments
    assert [one["state"] for one in deployment["statuses"]] == ["in_progress", "success"]
    assert deployment["statuses"][-1]["environment_url"] == team.scenes["dev"].url
    assert deployment["payload"]["version"] == team.version()
    _is_attested(team)

    team.github.approve(run)
    run.succeeds(400)
    assert words in team.scenes["prod"].page()
    assert team.released("dev") == team.released("prod") == team.version()
    digests = [d["payload"]["digest"] for d in team.github.data.deployments]
    assert len(digests) == 2
    assert len(set(digests)) == 1
    assert run.roles[-1] == team.role("prod-release")


def _is_attested(team: Team) -> None:
    """Both attestations of a public repository's image name it, and the SBOM what is locked."""
    provenance, contents = team.github.data.attestations
    assert provenance["sbom"] == ""
    subjects = {(one["name"], one["digest"]) for one in (provenance, contents)}
    name = team.scenes["dev"].project.name
    [image] = (
        team.scenes["dev"]
        .client("ecr")
        .describe_images(repositoryName=name, imageIds=[{"imageTag": team.version()}])[
            "imageDetails"
        ]
    )
    assert {digest for _, digest in subjects} == {image["imageDigest"]}
    assert {name.split("/")[-1] for name, _ in subjects} == {name}
    sbom = json.loads(contents["sbom"])
    assert sbom["metadata"]["component"]["version"] == team.version()
    named = {one["name"]: one["version"] for one in sbom["components"]}
    lock = (team.emulator.folder / "requirements/run.txt").read_text()
    assert f"flask=={named['flask']} " in lock


def test_a_bad_release_goes_back_opens_an_issue_and_is_tried_once(team: Team):
    good = team.released()
    team.edit(*crashes_at_import())
    team.commit("broken")
    bad = team.version()
    failed = team.github.push().fails()
    team.scenes["dev"].assert_runs(good)
    first = failed.jobs["dev/act"].summary.splitlines()[:6]
    assert first[0].startswith("❌ **dev**")
    assert any(f"recorded: {good}" in line for line in first)
    assert any(line.startswith("**Next:**") for line in first)
    assert "app/uuid7.py" in failed.summary
    [issue] = team.open_issues()
    assert "dev" in issue["title"]
    assert "ahead" not in failed.jobs or not failed.jobs["ahead"].log

    team.write_docs()
    team.commit("docs")
    skipped = team.github.push().succeeds()
    assert "a push does not retry it" in skipped.jobs["dev/act"].summary
    assert bad not in {i["version"] for i in team.scenes["dev"].status()["instances"]}
    assert team.open_issues() == [issue]

    team.emulator.git("revert", "--no-commit", "HEAD~1")
    words = team.words()
    team.commit("mended")
    mended = team.github.push().succeeds()
    assert words in team.scenes["dev"].page()
    assert team.open_issues() == []
    assert "Neither its provenance nor an SBOM is attested" in mended.jobs["image"].summary
    # Nobody reviews prod here: it waits for a dispatch, and says which.
    assert "gh workflow run deploy.yml -f environment=prod" in mended.jobs["ahead"].summary
    assert "prod-approval" not in mended.jobs


@pytest.mark.soak
def test_a_failed_release_is_tried_again_by_a_dispatch_that_says_so(team: Team):
    good, scene = team.released(), team.scenes["dev"]
    team.edit(*crashes_at_import())
    team.commit("broken")
    team.github.push().fails()
    tried = scene.refresh()["InstanceRefreshId"]
    skipped = team.github.dispatch("deploy.yml", environment="dev").succeeds()
    assert "a push does not retry it" in skipped.jobs["dev/act"].summary
    assert scene.refresh()["InstanceRefreshId"] == tried
    team.github.dispatch("deploy.yml", environment="dev", retry=True).fails()
    assert scene.refresh()["InstanceRefreshId"] != tried
    scene.assert_runs(good)
    team.revert()
    team.commit("mended")
    team.github.push().succeeds()


@pytest.mark.soak
def test_a_release_needs_neither_the_state_nor_an_infrastructure_as_it_was_written(team: Team):
    words = team.words()
    team.commit()
    days = team.log_days()
    team.keep_logs(3)
    try:
        with team.state_locked():
            run = team.github.push().succeeds()
    finally:
        team.keep_logs(days)
    assert words in team.scenes["dev"].page()
    assert team.released() == team.version()
    assert run.roles == team.roles("image", "dev-release", "prod-plan")


@pytest.mark.soak
def test_an_outage_of_what_attests_stops_no_deploy_and_the_next_run_makes_it_up(team: Team):
    team.github.data.visibility, team.github.data.attests = "public", False
    words = team.words()
    team.commit()
    run = team.github.push().succeeds()
    assert words in team.scenes["dev"].page()
    assert "Failed to persist attestation" in run.jobs["image"].log
    assert team.github.data.attestations == []
    team.github.data.attests = True
    team.write_docs()
    team.commit()
    assert "attested below" in team.github.push().succeeds().jobs["image"].summary
    _is_attested(team)


@pytest.mark.soak
def test_an_image_that_exists_is_not_built_again(team: Team):
    before = team.released()
    team.words()
    team.commit()
    team.github.push().succeeds()
    team.revert()
    team.commit("revert")
    run = team.github.push().succeeds()
    assert "not built" in run.jobs["image"].summary
    assert team.released() == before


@pytest.mark.soak
@pytest.mark.usefixtures("reviewed")
def test_prod_that_nobody_approves_stays_and_a_late_approval_comes_to_nothing(team: Team):
    prod = team.scenes["prod"]
    stays = team.released("prod")
    team.words()
    rejected = team.github.push(team.commit())
    rejected.wait_for_log("prod-approval: harness: workspace", seconds=300)
    team.github.reject(rejected)
    rejected.fails(60)
    assert team.released("prod") == stays

    team.words()
    late = team.github.push(team.commit())
    late.wait_for_log("prod-approval: harness: workspace", seconds=300)
    words = team.words()
    newer = team.github.push(team.commit())
    newer.wait_for_log("prod-approval: harness: workspace", seconds=300)
    team.github.approve(newer)
    newer.succeeds(500)
    assert words in prod.page()
    team.github.approve(late)
    late.succeeds(300)
    assert "main has moved on" in late.jobs["prod/act"].summary
    assert words in prod.page()


@pytest.mark.soak
def test_an_environment_that_a_person_holds_is_left_alone(team: Team):
    before = team.released()
    team.emulator.make("hold", "ENV=dev", environment={"REASON": "load test until noon"})
    team.words()
    team.commit()
    run = team.github.push().succeeds()
    summary = run.jobs["dev/act"].summary
    assert "load test until noon" in summary
    assert team.released() == before
    team.emulator.make("unhold", "ENV=dev")
    team.github.rerun(run).succeeds()
    assert team.released() == team.version()
