# The worker with everything that a release calls: a JRE, PostgreSQL's programs (the server's for copies that
# backups are proved and migrations are rehearsed on; no cluster of its own is made), git and ssh-keygen.
FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /slipway
COPY . .
RUN mvn -B -q -DskipTests package

FROM debian:12.12-slim
RUN apt-get update \
    && mkdir -p /etc/postgresql-common \
    && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
    && apt-get install -y --no-install-recommends bash git openjdk-17-jre-headless openssh-client postgresql-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 slipway \
    && install -d -o slipway /var/lib/slipway /var/backups/slipway
COPY --from=build /slipway/slipway /opt/slipway/slipway
COPY --from=build /slipway/worker/target /opt/slipway/worker/target
COPY --from=build /slipway/client-cli/target /opt/slipway/client-cli/target
RUN ln -s /opt/slipway/slipway /usr/local/bin/slipway
USER slipway
ENTRYPOINT ["slipway"]
CMD ["worker", "--file", "/etc/slipway/slipway-worker.yaml"]
