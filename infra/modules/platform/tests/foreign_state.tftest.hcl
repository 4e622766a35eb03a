mock_provider "aws" {
  source = "./tests/aws"
}

run "an_environment_is_made" {
  command = apply
}

run "refuses_to_plan_another_environment_on_its_state" {
  command = plan

  variables {
    environment = "other"
  }

  expect_failures = [terraform_data.environment]
}
