locals {
  # Those of infra/envs; a test compares. A session outlasts the longest rollout and the way back:
  # tests/trust/test_sessions.py computes both from the environments' own values.
  environments = {
    dev = {
      session_seconds       = 2 * 60 * 60
      promoted_from         = null
      hosted_zone_id        = null
      break_glass_user_arns = []
    }

    prod = {
      session_seconds       = 6 * 60 * 60
      promoted_from         = "dev"
      hosted_zone_id        = null
      break_glass_user_arns = []
    }
  }

  # Both or none: one alone says nothing.
  repository_ids = try(local.project.owner_id + local.project.repository_id, null) == null ? null : {
    owner      = tostring(local.project.owner_id)
    repository = tostring(local.project.repository_id)
  }
}
