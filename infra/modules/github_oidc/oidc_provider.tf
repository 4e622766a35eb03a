locals {
  issuer  = "token.actions.githubusercontent.com"
  enabled = var.repository != null
}

# Without thumbprints: AWS trusts this host by its certificate authority.
resource "aws_iam_openid_connect_provider" "github" {
  count = local.enabled && var.provider_arn == null ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]

  tags = { Name = "${var.project}-github" }
}

locals {
  provider_arn = local.enabled ? coalesce(var.provider_arn, one(aws_iam_openid_connect_provider.github[*].arn)) : ""
}
