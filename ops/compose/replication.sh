# Lets the backups read the log over the network, with the password; runs when the database is made.
echo "host replication $POSTGRES_USER all scram-sha-256" >> "$PGDATA/pg_hba.conf"
