# syntax=docker/dockerfile:1

# Stage 1: the binary. Everything it needs is compiled in: TLS, root certificates, time zones.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
# `--build-arg FEATURES=demo` builds one that can play the demo too. Whoever runs the bot needs no stand-ins.
ARG FEATURES=""
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --no-default-features --features "$FEATURES" --bin deskbell \
    && install -D target/release/deskbell /out/deskbell \
    && install -d -m 0700 -o 10001 -g 10001 /out/data

# Stage 2: the binary and its folder, as a user who may do nothing else.
FROM debian:bookworm-slim
COPY --from=build /out/deskbell /usr/local/bin/deskbell
COPY --from=build --chown=10001:10001 /out/data /data
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/deskbell/
USER 10001:10001
ENV STORE_URL=sled:/data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=3s --start-period=60s CMD ["deskbell", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["deskbell"]
CMD ["run"]
