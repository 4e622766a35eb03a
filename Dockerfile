# syntax=docker/dockerfile:1
FROM python:3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d AS base

FROM base AS dependencies
WORKDIR /build
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes \
        --requirement requirements/run.txt \
    # The service installs nothing: the result carries no installer.
    && /opt/venv/bin/pip uninstall --yes pip setuptools

FROM base
RUN pip uninstall --yes --root-user-action ignore pip setuptools wheel \
    && useradd --system --uid 10001 --no-create-home app
COPY --from=dependencies /opt/venv /opt/venv
WORKDIR /srv
COPY app/ app/
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
EXPOSE 5000
# Exec form: gunicorn is process 1 and gets docker's SIGTERM.
CMD ["gunicorn", "--config", "app/gunicorn.conf.py"]
