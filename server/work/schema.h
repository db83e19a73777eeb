/* The tables, for every database: X(NAME, COLUMNS), with ID for the type of a column that numbers
 * its rows. SQLite takes BIGINT as its INTEGER (sqlite.org/datatype3.html). */
#ifndef SERVER_SCHEMA_H
#define SERVER_SCHEMA_H

#define SCHEMA(X, ID)                                                                              \
    X(orders, "id " ID ", item TEXT NOT NULL, key TEXT UNIQUE")                                    \
    X(jobs, "id " ID ", ms BIGINT NOT NULL, state TEXT NOT NULL, owner TEXT, "                     \
            "until_ms BIGINT NOT NULL")                                                            \
    X(job_runs, "job BIGINT NOT NULL, owner TEXT NOT NULL")                                        \
    X(outbox, "id " ID ", event TEXT NOT NULL UNIQUE, body TEXT NOT NULL, sent BIGINT NOT NULL")   \
    X(events_seen, "event TEXT PRIMARY KEY, deliveries BIGINT NOT NULL")                           \
    X(parcels, "id " ID ", event TEXT NOT NULL, body TEXT NOT NULL")

#endif
