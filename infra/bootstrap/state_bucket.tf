data "aws_caller_identity" "current" {}

resource "aws_s3_bucket" "state" {
  bucket = "${local.project.name}-state-${data.aws_caller_identity.current.account_id}"

  tags = { Name = "${local.project.name}-state" }

  # Without its state Terraform would forget everything that it made.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket = aws_s3_bucket.state.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

locals {
  # What two runs could write at once. Only over the value that a run has seen, or where there is none.
  guarded = [for kind in ["ledger", "hold"] : "${aws_s3_bucket.state.arn}/*/${kind}.json"]

  refusals = [
    {
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    },
    {
      Sid       = "NoBlindWrite"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:PutObject"
      Resource  = local.guarded
      Condition = { Null = { "s3:if-match" = "true", "s3:if-none-match" = "true" } }
    },
    {
      Sid       = "NoBlindDelete"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:DeleteObject"
      Resource  = local.guarded
      Condition = { Null = { "s3:if-match" = "true" } }
    },
  ]

  # By account and name: a principal that does not exist yet would be refused.
  reading = concat([], [
    for environment, reader in local.readers : [
      for sid, statement in {
        Ledger = { Action = "s3:GetObject", Resource = reader.ledger_arn }
        # Without it, an object that does not exist is answered like one that may not be read.
        Missing = { Action = "s3:ListBucket", Resource = aws_s3_bucket.state.arn }
        } : merge(statement, {
          Sid       = "${title(environment)}Reads${sid}"
          Effect    = "Allow"
          Principal = { AWS = "arn:${local.partition}:iam::${reader.account_id}:root" }
          Condition = { ArnEquals = { "aws:PrincipalArn" = [
            for kind in ["plan", "release", "viewer", "operator"] : "arn:${local.partition}:iam::${reader.account_id}:role/${local.project.name}-${environment}-${kind}"
          ] } }
      })
    ]
  ]...)
}

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.refusals, local.reading)
  })

  # Both change the bucket's public access; at once, S3 answers a conflict.
  depends_on = [aws_s3_bucket_public_access_block.state]
}
