"""What a run did, as a page and as JSON.

`scripts.deploy`, `scripts.roll_back` and `scripts.abort` write two files when they end, however:
`report.md` (Markdown as GitHub renders it, for a job summary or a comment) and `report.json` (the
same with `schema`). They lie in the environment's working folder (`.work/ENV/`, or below
`SLIPWAY_WORK_DIR` where that is set, as on the stage); `--report FOLDER` puts them elsewhere. What
an earlier run left there is removed first, so a report that is found is this run's own.
"""
