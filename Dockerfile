# One image for web, worker and beat. Stage 1 builds the page's scripts, stage 2 the environment by the lock file.
FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY static/src static/src
RUN npm run build

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_DOWNLOADS=never PATH=/app/.venv/bin:$PATH
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir uv \
    && uv venv --quiet .venv \
    && uv pip sync --no-cache --require-hashes --python .venv/bin/python requirements.lock
COPY manage.py ./
COPY tutor tutor
COPY lessons lessons
COPY templates templates
COPY --from=assets /src/static/dist static/dist
COPY locale locale
COPY scripts/messages.py scripts/messages.py
RUN python scripts/messages.py compile
RUN useradd --system --home-dir /app woodshed && mkdir /data && chown woodshed /data
USER woodshed
ENV WOODSHED_VAR=/data
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "tutor.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--preload", "--no-control-socket", "--access-logfile", "-"]
