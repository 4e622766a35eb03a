output "state_bucket" {
  description = "Name of the bucket that holds states, facts, ledgers and holds of this account's environments."
  value       = aws_s3_bucket.state.id
}

output "repository_url" {
  description = "Address of the image repository; null in an account that pulls from another."
  value       = one(module.registry[*].repository_url)
}

output "role_arns" {
  description = "ARNs of the roles of pipeline and people, by what follows the project in their names; empty without a repository."
  value       = module.github_oidc.role_arns
}
