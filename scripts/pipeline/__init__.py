"""The steps of the workflows, in the order in which they run; each can be run at home as well.

connection.py      which account and roles this clone acts with, if any
make_image.py      the image of this commit: in the registry already, or built and pushed
make_sbom.py       what that image consists of
begin.py           whether an environment has something to do; writes ahead; opens the Deployment
verdict.py         that decision: pure
infrastructure.py  Terraform, with the infrastructure role
release.py         the release, with the release role
go_back.py         a roll-back
report.py          the job's summary, the Deployment's end, the environment's issue

docs/pipeline.md says when each runs and with which role.
"""
