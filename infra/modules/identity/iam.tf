data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  name = "${var.project}-${var.environment}"
}

module "rights" {
  source = "../rights"

  project             = var.project
  environment         = var.environment
  registry_account_id = var.registry_account_id
}

resource "aws_iam_role" "instance" {
  name        = "${local.name}-instance"
  description = "What the instances of ${local.name} may do"
  # Made by bootstrap, by name: the role that applies this may make no role without it.
  permissions_boundary = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${local.name}-boundary"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = { Name = "${local.name}-instance" }
}

resource "aws_iam_role_policy" "instance" {
  for_each = module.rights.instances

  name = each.key
  role = aws_iam_role.instance.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = each.value
  })
}

resource "aws_iam_instance_profile" "instance" {
  name = aws_iam_role.instance.name
  role = aws_iam_role.instance.name

  tags = { Name = aws_iam_role.instance.name }
}
