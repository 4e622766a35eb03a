mock_provider "aws" {
  override_during = plan

  mock_resource "aws_lb" {
    defaults = {
      arn        = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/slipway-test/1"
      arn_suffix = "app/slipway-test/1"
      dns_name   = "slipway-test-1.eu-central-1.elb.amazonaws.com"
      zone_id    = "Z215JYRZR1TBD5"
    }
  }

  mock_resource "aws_lb_target_group" {
    defaults = {
      arn        = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/slipway-test/2"
      arn_suffix = "targetgroup/slipway-test/2"
    }
  }

  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:eu-central-1:111122223333:certificate/3"
      domain_validation_options = [{
        domain_name           = "ip.example.com"
        resource_record_name  = "_4.ip.example.com."
        resource_record_type  = "CNAME"
        resource_record_value = "_5.acm-validations.aws."
      }]
    }
  }
}

variables {
  name                = "slipway-test"
  vpc_id              = "vpc-1"
  subnet_ids          = ["subnet-1", "subnet-2"]
  security_group_id   = "sg-1"
  app_port            = 5000
  health_path         = "/health"
  drain_seconds       = 10
  deletion_protection = true
}

run "it_faces_the_internet_over_both_families" {
  command = plan

  assert {
    condition     = !aws_lb.this.internal && aws_lb.this.ip_address_type == "dualstack"
    error_message = "The load balancer must be public and dual stack."
  }

  assert {
    condition     = aws_lb.this.subnets == toset(["subnet-1", "subnet-2"]) && aws_lb.this.security_groups == toset(["sg-1"])
    error_message = "It must stand in the given subnets, behind its own group only."
  }
}

run "invalid_headers_are_dropped" {
  command = plan

  assert {
    condition     = aws_lb.this.drop_invalid_header_fields
    error_message = "Headers that no application should see must be dropped."
  }
}

run "idle_connections_end_before_the_application_ends_them" {
  command = plan

  assert {
    condition     = aws_lb.this.idle_timeout == 60
    error_message = "The application keeps connections for 75 seconds: the balancer must end them earlier."
  }
}

run "deletion_protection_is_a_value" {
  command = plan

  assert {
    condition     = aws_lb.this.enable_deletion_protection
    error_message = "AWS must refuse to delete a protected load balancer."
  }
}

run "health_is_asked_every_five_seconds" {
  command = plan

  assert {
    condition = [
      aws_lb_target_group.this.health_check[0].path,
      aws_lb_target_group.this.health_check[0].matcher,
      aws_lb_target_group.this.health_check[0].interval,
      aws_lb_target_group.this.health_check[0].timeout,
      aws_lb_target_group.this.health_check[0].healthy_threshold,
      aws_lb_target_group.this.health_check[0].unhealthy_threshold,
    ] == ["/health", "200", 5, 3, 2, 2]
    error_message = "Health must be 200 on the given path, asked every 5 seconds, decided by two answers."
  }

  assert {
    condition     = aws_lb_target_group.this.port == 5000 && aws_lb_target_group.this.protocol == "HTTP"
    error_message = "Instances must be asked on the given port."
  }
}

run "an_instance_drains_as_long_as_asked" {
  command = plan

  assert {
    condition     = aws_lb_target_group.this.deregistration_delay == "10"
    error_message = "The deregistration delay must be drain_seconds."
  }
}

run "plain_http_is_served_without_a_domain" {
  command = plan

  assert {
    condition = [
      aws_lb_listener.http.port, aws_lb_listener.http.protocol,
      aws_lb_listener.http.default_action[0].type, aws_lb_listener.http.default_action[0].target_group_arn,
    ] == [80, "HTTP", "forward", aws_lb_target_group.this.arn]
    error_message = "Port 80 must forward to the instances."
  }

  assert {
    condition     = length(aws_lb_listener.https) + length(aws_acm_certificate.this) + length(aws_route53_record.alias) == 0
    error_message = "Without a domain there must be no certificate, no HTTPS and no record."
  }

  assert {
    condition     = output.url == "http://slipway-test-1.eu-central-1.elb.amazonaws.com"
    error_message = "The address must be the load balancer's own."
  }

  assert {
    condition     = output.arn_suffix == "app/slipway-test/1" && output.target_group_arn_suffix == "targetgroup/slipway-test/2"
    error_message = "The outputs must name load balancer and target group as metrics do."
  }
}

run "a_domain_is_served_over_https_with_a_current_policy" {
  command = plan

  variables {
    dns = { domain = "ip.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }

  assert {
    condition = [
      aws_lb_listener.https[0].port, aws_lb_listener.https[0].protocol, aws_lb_listener.https[0].ssl_policy,
      aws_lb_listener.https[0].default_action[0].type, aws_lb_listener.https[0].default_action[0].target_group_arn,
    ] == [443, "HTTPS", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "forward", aws_lb_target_group.this.arn]
    error_message = "Port 443 must forward to the instances, with TLS 1.2 or newer only."
  }

  assert {
    condition     = output.url == "https://ip.example.com"
    error_message = "The address must be the domain's."
  }
}

run "a_domain_turns_http_into_a_redirect" {
  command = plan

  variables {
    dns = { domain = "ip.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }

  assert {
    condition = [
      aws_lb_listener.http.default_action[0].type,
      aws_lb_listener.http.default_action[0].redirect[0].port,
      aws_lb_listener.http.default_action[0].redirect[0].protocol,
      aws_lb_listener.http.default_action[0].redirect[0].status_code,
    ] == ["redirect", "443", "HTTPS", "HTTP_301"]
    error_message = "Port 80 must answer with a permanent redirect to HTTPS."
  }
}

run "the_certificate_is_validated_in_the_given_zone" {
  command = plan

  variables {
    dns = { domain = "ip.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }

  assert {
    condition     = aws_acm_certificate.this[0].domain_name == "ip.example.com" && aws_acm_certificate.this[0].validation_method == "DNS"
    error_message = "The certificate must be the domain's, validated by DNS."
  }

  assert {
    condition = [
      aws_route53_record.validation[0].zone_id, aws_route53_record.validation[0].name,
      aws_route53_record.validation[0].type, aws_route53_record.validation[0].records,
    ] == ["Z0123456789ABCDEFGHIJ", "_4.ip.example.com.", "CNAME", toset(["_5.acm-validations.aws."])]
    error_message = "The validation's record must stand in the given zone."
  }

  assert {
    condition     = aws_lb_listener.https[0].certificate_arn == aws_acm_certificate_validation.this[0].certificate_arn
    error_message = "The listener must wait for the validated certificate."
  }
}

run "the_domain_points_at_the_load_balancer_over_both_families" {
  command = plan

  variables {
    dns = { domain = "ip.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }

  assert {
    condition = {
      for type, record in aws_route53_record.alias :
      type => [record.zone_id, record.name, record.alias[0].name, record.alias[0].zone_id]
      } == {
      A    = ["Z0123456789ABCDEFGHIJ", "ip.example.com", "slipway-test-1.eu-central-1.elb.amazonaws.com", "Z215JYRZR1TBD5"]
      AAAA = ["Z0123456789ABCDEFGHIJ", "ip.example.com", "slipway-test-1.eu-central-1.elb.amazonaws.com", "Z215JYRZR1TBD5"]
    }
    error_message = "There must be an alias for IPv4 and one for IPv6."
  }
}

run "refuses_a_name_that_load_balancers_refuse" {
  command = plan

  variables {
    name = "internal-slipway"
  }

  expect_failures = [var.name]
}

run "refuses_a_single_subnet" {
  command = plan

  variables {
    subnet_ids = ["subnet-1"]
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_to_drain_for_more_than_an_hour" {
  command = plan

  variables {
    drain_seconds = 3601
  }

  expect_failures = [var.drain_seconds]
}

run "refuses_what_is_no_domain" {
  command = plan

  variables {
    dns = { domain = "https://ip.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }

  expect_failures = [var.dns]
}

run "refuses_what_is_no_zone_id" {
  command = plan

  variables {
    dns = { domain = "ip.example.com", zone_id = "example.com" }
  }

  expect_failures = [var.dns]
}
