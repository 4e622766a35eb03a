output "role_arns" {
  description = "ARNs of the roles, by what follows the project in their names; empty without a repository."
  value       = { for role, made in aws_iam_role.this : role => made.arn }
}
