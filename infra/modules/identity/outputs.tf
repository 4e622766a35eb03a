output "instance_profile_name" {
  description = "Name of the instance profile, known once everything is attached to its role."
  value       = aws_iam_instance_profile.instance.name

  # The first instance boots with its rights or not at all.
  depends_on = [aws_iam_role_policy.instance]
}
