data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.name
  account_id = data.aws_caller_identity.current.account_id
  regional   = { for service in ["acm", "autoscaling", "ec2", "elasticloadbalancing", "logs", "ssm"] : service => "arn:${local.partition}:${service}:${local.region}:${local.account_id}" }
  iam        = "arn:${local.partition}:iam::${local.account_id}"

  # What an environment's resources are called: names follow from it, so roles can come first.
  of = {
    for environment, settings in var.environments : environment => {
      name          = "${var.project}-${environment}"
      group         = "${local.regional.autoscaling}:autoScalingGroup:*:autoScalingGroupName/${var.project}-${environment}"
      log_group     = "${local.regional.logs}:log-group:/${var.project}/${environment}"
      instance_role = "${local.iam}:role/${var.project}-${environment}-instance"
      profile       = "${local.iam}:instance-profile/${var.project}-${environment}-instance"
      state         = "${var.state_bucket_arn}/${environment}/terraform.tfstate"
      records       = { for kind in ["facts", "hold", "ledger"] : kind => "${var.state_bucket_arn}/${environment}/${kind}.json" }

      # The ledger of the environment before it, and the bucket of that: this one's, or another account's.
      previous = [for arn in compact([var.environments[environment].previous_ledger_arn]) : arn]
      buckets  = distinct(concat([var.state_bucket_arn], [for arn in compact([var.environments[environment].previous_ledger_arn]) : split("/", arn)[0]]))

      # EC2 has ids where others have names: there, tags say whose a thing is.
      tagged  = { "aws:ResourceTag/Project" = var.project, "aws:ResourceTag/Environment" = environment }
      tagging = { "aws:RequestTag/Project" = var.project, "aws:RequestTag/Environment" = environment }
    }
  }
}

# What differs from service to service.
module "rights" {
  source   = "../rights"
  for_each = var.environments

  project             = var.project
  environment         = each.key
  registry_account_id = split(":", var.registry_arn)[4]
}
