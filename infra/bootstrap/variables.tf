variable "github_provider_arn" {
  description = "ARN of the account's provider for GitHub's tokens where another project made it; the bootstrap command finds it."
  type        = string
  default     = null
}
