"""What each AWS service of moto lacks, one module per service or part of one."""
