mock_provider "aws" {
  override_during = plan

  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/slipway-test" }
  }
}

variables {
  name                = "slipway-test"
  deletion_protection = true
}

run "records_are_kept_by_address_and_ordered_by_id" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.hash_key == "address" && aws_dynamodb_table.this.range_key == "id"
    error_message = "A caller's records must be one partition, ordered by id."
  }

  assert {
    condition     = { for attribute in aws_dynamodb_table.this.attribute : attribute.name => attribute.type } == { address = "S", id = "S" }
    error_message = "Both keys must be strings."
  }

  assert {
    condition     = output.table_name == "slipway-test"
    error_message = "The outputs must name the table."
  }
}

run "records_expire" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].enabled && aws_dynamodb_table.this.ttl[0].attribute_name == "expires_at"
    error_message = "Addresses are personal data: records must expire by expires_at."
  }
}

run "the_table_is_on_demand_encrypted_and_recoverable" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table must be on demand."
  }

  assert {
    condition     = aws_dynamodb_table.this.server_side_encryption[0].enabled
    error_message = "The table must be encrypted with a key whose use shows."
  }

  assert {
    condition     = aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "The table must be recoverable to any point in time."
  }
}

run "deletion_protection_is_a_value" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = !aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "An environment must be able to give its table up."
  }
}

run "data_is_protected_when_asked" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "AWS must refuse to delete a protected table."
  }
}

run "refuses_a_name_that_dynamodb_refuses" {
  command = plan

  variables {
    name = "slipway/test"
  }

  expect_failures = [var.name]
}
