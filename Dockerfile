# The program with what it prints with; PostgreSQL is another container. See docs/platform-engineer.md.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# npm bundles the GraphQL explorer; without it the image would ship the plain page.
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
COPY . .
RUN dotnet publish src/Metrics.Server -c Release -o /app -v quiet --nologo \
 && chmod -R a+rX /app   # the browser's driver may only be run by its owner otherwise

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS runtime

# Debian and not the runtime's own Ubuntu, whose packages of Chromium are snaps, which containers cannot run.
FROM debian:13-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates chromium curl fonts-dejavu-core libicu76 poppler-utils qpdf tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /var/lib/metrics --uid 10001 metrics
COPY --from=runtime /usr/share/dotnet /usr/share/dotnet

# Containers forbid the namespaces of Chromium's own sandbox, and give it little shared memory.
RUN ln -s /usr/share/dotnet/dotnet /usr/local/bin/dotnet \
 && printf '#!/bin/sh\nexec /usr/bin/chromium --no-sandbox --disable-dev-shm-usage "$@"\n' > /usr/local/bin/metrics-chromium \
 && chmod 755 /usr/local/bin/metrics-chromium

COPY --from=build /app /app
COPY queries /app/queries
COPY seed /app/seed

ENV METRICS_CHROMIUM=/usr/local/bin/metrics-chromium \
    METRICS_DATA=/var/lib/metrics \
    DOTNET_NOLOGO=1
USER metrics
WORKDIR /var/lib/metrics
VOLUME /var/lib/metrics
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["curl", "--fail", "--silent", "--show-error", "http://127.0.0.1:8080/health/ready"]
ENTRYPOINT ["dotnet", "/app/Metrics.Server.dll"]
CMD ["serve"]
