locals {
  # The account of the images, and of each environment; what is not connected yet counts as this one.
  registry_account_id = coalesce(local.project.registry_account_id, local.account_id)
  account_of          = { for entry in local.project.environments : entry.name => coalesce(entry.account_id, local.registry_account_id) }
  holds_images        = local.registry_account_id == local.account_id

  # The environments that live in this account. A session outlasts the longest rollout and the way
  # back: tests/trust/test_sessions.py computes both from the environments' own values.
  environments = {
    for entry in local.project.environments : entry.name => {
      session_seconds     = entry.session_hours * 60 * 60
      previous_ledger_arn = entry.after == null ? null : local.ledger_arns[entry.after]
      hosted_zone_id      = lookup(local.hosted_zone_ids, entry.name, null)
      people              = lookup(local.people, entry.name, {})
    } if local.account_of[entry.name] == local.account_id
  }

  ledger_arns = {
    for name, account in local.account_of : name => "arn:${local.partition}:s3:::${local.project.name}-state-${account}/${name}/ledger.json"
  }

  # Environments of other accounts that take a release only once one of this account has verified
  # it: their roles read its ledger.
  readers = {
    for entry in local.project.environments : entry.name => {
      account_id = local.account_of[entry.name]
      ledger_arn = local.ledger_arns[entry.after]
    } if try(local.account_of[entry.after] == local.account_id, false) && local.account_of[entry.name] != local.account_id
  }

  # By environment: the Route 53 zone of its domain, and the people who may take its roles for people,
  # each the ARN of an IAM user (with MFA) or the name of a permission set of IAM Identity Center:
  #   people = { prod = { viewers = ["Developers"], operators = ["arn:aws:iam::ACCOUNT:user/anna"] } }
  # An environment that is not named has neither.
  hosted_zone_ids = {}
  people          = {}

  # Both or none: one alone says nothing.
  repository_ids = try(local.project.owner_id + local.project.repository_id, null) == null ? null : {
    owner      = tostring(local.project.owner_id)
    repository = tostring(local.project.repository_id)
  }
}
