"""What a pull request would change, and on main: whether what changes is what was reviewed.

allow_list.py      what Terraform may be told to run, before it is run
scope.py           which parts of the preview this event gets
changes.py         a plan's JSON as plain changes, without the release
summary.py         what people are shown of them; receipt.py: what binds the merge to them
plan.py            the step that makes both for one environment
comment.py         the step that writes the pull request's one comment
review.py          the step's judge on main: within the receipt, accepted, or refused
gate.py            the one check that a branch rule has to require
"""
