# The platform, in the order in which a request travels; what watches it comes last.
locals {
  name = "${var.project}-${var.environment}"
  path = "/${var.project}/${var.environment}"

  # Both made by bootstrap, whose names follow from the account: the registry's can be another one.
  account_id     = data.aws_caller_identity.current.account_id
  state_bucket   = "${var.project}-state-${local.account_id}"
  registry_id    = coalesce(var.registry_account_id, local.account_id)
  repository_url = "${local.registry_id}.dkr.ecr.${data.aws_region.current.name}.amazonaws.com/${var.project}"

  # What the image promises: tests/repo/test_service_contract.py compares it with the image's side.
  app_port    = 5000
  health_path = "/health"

  # What an instance must answer before it comes into service.
  visited_paths = ["/", "/history"]
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

module "network" {
  source = "../network"

  name          = local.name
  cidr_block    = var.network.cidr_block
  slots_by_zone = var.network.slots_by_zone
  nat_per_zone  = var.network.nat_per_zone
}

module "security" {
  source = "../security"

  name                    = local.name
  vpc_id                  = module.network.vpc_id
  dynamodb_prefix_list_id = module.network.dynamodb_prefix_list_id
  app_port                = local.app_port
  ssh_cidr_blocks         = var.ssh_cidr_blocks
}

module "load_balancer" {
  source = "../load_balancer"

  name                = local.name
  vpc_id              = module.network.vpc_id
  subnet_ids          = module.network.public_subnet_ids
  security_group_id   = module.security.load_balancer_group_id
  app_port            = local.app_port
  health_path         = local.health_path
  drain_seconds       = var.rollout.drain_seconds
  dns                 = var.dns
  deletion_protection = var.deletion_protection
}

module "identity" {
  source = "../identity"

  project             = var.project
  environment         = var.environment
  registry_account_id = var.registry_account_id
}

module "service" {
  source = "../service"

  name                  = local.name
  release               = local.release
  ami_name              = var.ami_name
  instance_type         = var.instance_type
  instance_profile_name = module.identity.instance_profile_name
  security_group_ids    = module.security.instance_group_ids
  subnet_ids            = module.network.private_subnet_ids
  target_group_arn      = module.load_balancer.target_group_arn
  capacity              = var.capacity
  requests_per_target   = var.requests_per_target
  requests_label        = module.load_balancer.requests_label
  rollout               = var.rollout
  visited_paths         = local.visited_paths

  container = {
    repository_url = local.repository_url
    log_group_name = module.monitoring.log_group_name

    # Read by app/config.py. The load balancer alone stands before the instances: one proxy.
    environment = {
      SERVICE_NAME    = var.project
      TABLE_NAME      = module.database.table_name
      TRUSTED_PROXIES = "1"
    }
  }
}

module "database" {
  source = "../database"

  name                = local.name
  deletion_protection = var.deletion_protection
}

module "monitoring" {
  source = "../monitoring"

  name                     = local.name
  log_group_name           = local.path
  log_retention_days       = var.log_retention_days
  group_name               = local.name
  load_balancer_arn_suffix = module.load_balancer.arn_suffix
  target_group_arn_suffix  = module.load_balancer.target_group_arn_suffix
  gate                     = var.gate
  alert_emails             = var.alert_emails
}
