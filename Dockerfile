# One image for web, worker, beat and the migration job; docker-compose.yml says which.
FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
# `--build-arg REQUIREMENTS=sso` where people log in by SAML.
ARG REQUIREMENTS=core
COPY requirements/ requirements/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/${REQUIREMENTS}.txt
COPY . .
# Compiled here, so that the running image needs no tools. The settings ask for their
# variables: these are for this step only, and nothing connects anywhere.
RUN for po in */locale/*/LC_MESSAGES/*.po; do \
        /venv/bin/pybabel --quiet compile -i "$po" -o "${po%.po}.mo" \
            -l "$(basename "$(dirname "$(dirname "$po")")")" || exit 1; \
    done \
    && SECRET_KEY=only-for-this-step-of-the-build-where-nothing-is-signed SITE_URL=https://build.invalid \
        DATABASE_URL=postgresql:// REDIS_URL=redis:// EMAIL_URL=smtp:// STATIC_ROOT=/app/staticfiles \
        /venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm

# What draws the PDFs, and the font they fall back on.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
        libharfbuzz-subset0 fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 plateau \
    && useradd --system --uid 10001 --gid plateau --home-dir /app --shell /usr/sbin/nologin plateau
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings PLATEAU_ENV=production \
    STATIC_ROOT=/app/staticfiles PLATEAU_VAR=/tmp/plateau BEAT_FILE=/tmp/beat
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.serving", "config.wsgi"]
