variable "project" {
  description = "Name of the project, as in project.json: the first half of every role's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.project))
    error_message = "project must be lower-case letters, digits and inner hyphens."
  }
}

variable "repository" {
  description = "The GitHub repository, OWNER/NAME in the case that GitHub writes it; null makes nothing at all."
  type        = string
  default     = null

  validation {
    condition     = var.repository == null || can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be OWNER/NAME, without a host and without wildcards."
  }
}

variable "repository_ids" {
  description = "GitHub's numbers of the owner and of the repository, which no other ever gets; null trusts tokens of the legacy form only."
  type = object({
    owner      = string
    repository = string
  })
  default = null

  validation {
    condition     = var.repository_ids == null || can(regex("^[0-9]+$", var.repository_ids.owner)) && can(regex("^[0-9]+$", var.repository_ids.repository))
    error_message = "repository_ids must be two numbers; find them with: gh api repos/OWNER/NAME --jq '{owner_id: .owner.id, repository_id: .id}'."
  }
}

variable "provider_arn" {
  description = "ARN of the account's provider for GitHub's tokens where something else made it: an account has at most one. Null makes it."
  type        = string
  default     = null

  validation {
    condition     = var.provider_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.provider_arn))
    error_message = "provider_arn must be the ARN of an IAM provider for token.actions.githubusercontent.com."
  }
}

variable "registry_arn" {
  description = "ARN of the image repository, in this account or another."
  type        = string
  nullable    = false
}

variable "pushes_images" {
  description = "Whether the role that pushes images is made here: in the account of the image repository."
  type        = bool
  default     = true
  nullable    = false
}

variable "state_bucket_arn" {
  description = "ARN of the bucket that holds the Terraform state."
  type        = string
  nullable    = false
}

variable "environments" {
  description = <<-END
    What differs between the environments' roles, by environment.
    - session_seconds: how long the roles that act can be held at most; above the longest rollout
    - previous_ledger_arn: the ledger of the environment before it, an object of a state bucket; null for the first one
    - boundary_arn: permissions boundary of the roles that its infrastructure holds
    - hosted_zone_id: Route 53 zone of its domain; null without one
    - people: who may take its viewer and its operator role; ARNs of IAM users, and names of permission
      sets of IAM Identity Center. None by default, and then no role
  END
  type = map(object({
    session_seconds     = number
    previous_ledger_arn = optional(string)
    boundary_arn        = string
    hosted_zone_id      = optional(string)

    people = optional(object({
      viewers   = optional(set(string), [])
      operators = optional(set(string), [])
    }), {})
  }))
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.environments) : can(regex("^[a-z][a-z0-9]*$", name))])
    error_message = "Names of environments must be lower-case letters and digits and begin with a letter."
  }

  validation {
    condition = alltrue([
      for settings in var.environments :
      settings.session_seconds >= 3600 && settings.session_seconds <= 43200 && floor(settings.session_seconds) == settings.session_seconds
    ])
    error_message = "session_seconds must be a whole number from 3600 to 43200, as IAM asks."
  }

  validation {
    condition = alltrue([
      for name, settings in var.environments :
      settings.previous_ledger_arn == null || can(regex("^arn:[a-z-]+:s3:::[a-z0-9-]+/[a-z0-9]+/ledger\\.json$", settings.previous_ledger_arn))
    ])
    error_message = "previous_ledger_arn must be the ARN of an object such as BUCKET/dev/ledger.json."
  }

  validation {
    # A user's session carries MFA, one of a permission set its own role; a session of another role neither.
    condition = alltrue(flatten([
      for settings in var.environments : [
        for entry in setunion(settings.people.viewers, settings.people.operators) :
        can(regex("^arn:[a-z-]+:iam::[0-9]{12}:user/[A-Za-z0-9+=,.@_/-]+$", entry)) || can(regex("^[A-Za-z0-9_+=,.@-]{1,32}$", entry))
      ]
    ]))
    error_message = "people must be ARNs of IAM users, or names of permission sets of at most 32 characters, without wildcards; an ARN of another kind could never take the role."
  }
}
