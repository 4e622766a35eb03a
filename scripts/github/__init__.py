"""GitHub as the pipeline's steps see it: the job that runs, its event, and the REST API.

    job.py     outputs, summary and annotations of the running job
    event.py   what started the workflow, and which run this is
    client.py  the REST API, with the job's own token

Each works at home as well: outputs and summaries are printed, and the API needs GITHUB_TOKEN.
"""
