# One partition per caller's address; the id sorts by time, so a caller's history is one query of
# the caller's own partition.
resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "address"
  range_key                   = "id"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "address"
    type = "S"
  }

  attribute {
    name = "id"
    type = "S"
  }

  # An address is personal data: the application writes when each record expires.
  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }

  point_in_time_recovery {
    enabled = true
  }

  # With AWS's own key for DynamoDB, whose use shows in CloudTrail.
  server_side_encryption {
    enabled = true
  }

  tags = { Name = var.name }
}
