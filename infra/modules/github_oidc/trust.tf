# Which job may take which role. Exact values only: nothing here is a pattern.
locals {
  repository = coalesce(var.repository, "none/none")
  main       = "refs/heads/main"
  workflows  = "${local.repository}/.github/workflows"

  # Repositories created or renamed since 15 July 2026 have their numbers in the subject, older ones
  # have not; a clone is a new one.
  subjects = concat(
    ["repo:${local.repository}"],
    var.repository_ids == null ? [] : [join("/", [
      "repo:${split("/", local.repository)[0]}@${var.repository_ids.owner}",
      "${split("/", local.repository)[1]}@${var.repository_ids.repository}",
    ])],
  )

  # A name can be given up and registered again by somebody else, its number cannot.
  repository_claims = merge(
    { aud = ["sts.amazonaws.com"] },
    var.repository_ids == null ? {} : { repository_id = [var.repository_ids.repository] },
  )

  claims = merge(
    {
      # Of a job that no other workflow calls, this is the workflow file itself.
      for role in ["image"] : role => {
        sub              = [for subject in local.subjects : "${subject}:ref:${local.main}"]
        ref              = [local.main]
        job_workflow_ref = ["${local.workflows}/deploy.yml@${local.main}"]
      } if var.pushes_images
    },
    {
      # Every branch of this repository, and main, where drift is looked for.
      for environment in keys(var.environments) : "${environment}-plan" => {
        sub = [for pair in setproduct(local.subjects, ["pull_request", "ref:${local.main}"]) : join(":", pair)]
      }
    },
    {
      # The subject of a job with an environment no longer says which branch it runs on, and where
      # the repository's plan offers no rules for environments, any branch can name one: ref says it.
      for pair in setproduct(keys(var.environments), ["infrastructure", "release"]) : join("-", pair) => {
        sub              = [for subject in local.subjects : "${subject}:environment:${pair[0]}"]
        ref              = [local.main]
        environment      = [pair[0]]
        job_workflow_ref = ["${local.workflows}/_environment.yml@${local.main}"]
      }
    },
  )

  trust_of_workflows = {
    for role, claims in local.claims : role => [{
      Effect    = "Allow"
      Principal = { Federated = local.provider_arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          for claim, values in merge(local.repository_claims, claims) : "${local.issuer}:${claim}" => values
        }
      }
    }]
  }
}
