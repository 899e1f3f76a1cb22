# The first stage installs, the second runs: the image holds neither uv nor the sources.
FROM python:3.11-slim-bookworm AS install

ENV UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/opt/servicebalie \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy

RUN python -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir uv==0.13.9

WORKDIR /source
# The packages come first, so that a change of our own code does not install them again.
COPY pyproject.toml uv.lock ./
RUN /opt/uv/bin/uv sync --locked --no-dev --no-install-project
COPY . .
RUN /opt/uv/bin/uv sync --locked --no-dev --no-editable


FROM python:3.11-slim-bookworm

RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /var/lib/servicebalie servicebalie \
    && install --directory --owner=servicebalie --group=servicebalie --mode=0700 \
       /var/lib/servicebalie /var/lib/servicebalie/mail

COPY --from=install /opt/servicebalie /opt/servicebalie

ENV PATH=/opt/servicebalie/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SERVICEBALIE_MODE=production

USER servicebalie
WORKDIR /var/lib/servicebalie
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
    CMD ["python", "-c", "\
import http.client as h, os, urllib.parse as u; \
c = h.HTTPConnection('127.0.0.1', 8000, timeout=5); \
c.request('GET', '/', headers={'Host': u.urlsplit(os.environ['SERVICEBALIE_PUBLIC_ADDRESS']).netloc}); \
raise SystemExit(c.getresponse().status >= 500)"]

CMD ["servicebalie", "serve", "--host", "0.0.0.0", "--port", "8000"]
