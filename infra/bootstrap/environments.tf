locals {
  # Those of project.json that live in this account, and those that are not connected yet: their
  # roles wait for them. A session outlasts the longest rollout and the way back:
  # tests/trust/test_sessions.py computes both from the environments' own values.
  environments = {
    for entry in local.project.environments : entry.name => {
      session_seconds       = entry.session_hours * 60 * 60
      promoted_from         = entry.after
      hosted_zone_id        = lookup(local.hosted_zone_ids, entry.name, null)
      break_glass_user_arns = lookup(local.break_glass_user_arns, entry.name, [])
    } if entry.account_id == null || entry.account_id == local.project.registry_account_id
  }

  # By environment: the Route 53 zone of its domain, and the IAM users who may take its break-glass
  # role. An environment that is not named has neither.
  hosted_zone_ids       = {}
  break_glass_user_arns = {}

  # Both or none: one alone says nothing.
  repository_ids = try(local.project.owner_id + local.project.repository_id, null) == null ? null : {
    owner      = tostring(local.project.owner_id)
    repository = tostring(local.project.repository_id)
  }
}
