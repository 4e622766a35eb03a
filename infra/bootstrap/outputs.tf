output "state_bucket" {
  description = "Name of the bucket that holds the Terraform state of this account."
  value       = aws_s3_bucket.state.id
}

output "repository_url" {
  description = "Address of the image repository."
  value       = module.registry.repository_url
}

output "role_arns" {
  description = "ARNs of the roles of pipeline and people, by what follows the project in their names; empty without a repository."
  value       = module.github_oidc.role_arns
}
