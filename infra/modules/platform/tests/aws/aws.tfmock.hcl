mock_data "aws_caller_identity" {
  defaults = { account_id = "111122223333" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws" }
}

mock_data "aws_region" {
  defaults = { name = "eu-central-1" }
}

# No run has written anything down yet.
mock_data "aws_s3_objects" {
  defaults = { keys = [] }
}

mock_data "aws_ami" {
  defaults = { id = "ami-1", root_device_name = "/dev/xvda" }
}

mock_resource "aws_vpc" {
  defaults = { id = "vpc-1", ipv6_cidr_block = "2001:db8:1200::/56" }
}

mock_resource "aws_lb" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/slipway-test/1"
    arn_suffix = "app/slipway-test/1"
    dns_name   = "slipway-test-1.eu-central-1.elb.amazonaws.com"
  }
}

mock_resource "aws_lb_target_group" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/slipway-test/2"
    arn_suffix = "targetgroup/slipway-test/2"
  }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:slipway-test-alerts" }
}

mock_resource "aws_dynamodb_table" {
  defaults = { arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/slipway-test" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/slipway/test" }
}

mock_resource "aws_launch_template" {
  defaults = { id = "lt-1", latest_version = 7 }
}
