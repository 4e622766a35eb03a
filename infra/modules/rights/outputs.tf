output "instances" {
  description = "Statements of what instances may do, by service."
  value       = local.statements.instances
}

output "boundary" {
  description = "Statements of the most that instances could be given: what they are given, and what the services allow besides; from an instance."
  value       = local.boundary
}

output "infrastructure" {
  description = "Statements of what applying the services takes."
  value       = flatten(values(local.statements.infrastructure))
}

output "plan" {
  description = "One statement of what a plan reads: all of it in one, because IAM counts characters."
  value = {
    Sid      = "ReadWhatHasAName"
    Effect   = "Allow"
    Action   = sort(distinct(flatten([for one in flatten(values(local.statements.plan)) : one.Action])))
    Resource = distinct(flatten([for one in flatten(values(local.statements.plan)) : one.Resource]))
  }
}
