FROM debian-stand-in
RUN useradd -u 999 -m redis && mkdir /data && chown redis /data
COPY redis-server redis-cli /usr/local/bin/
# Like the official image, which is made to be reached from other containers.
RUN printf '#!/bin/sh\nexec "$@" --protected-mode no\n' >/usr/local/bin/docker-entrypoint.sh
USER redis
WORKDIR /data
ENTRYPOINT ["sh", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["redis-server"]
