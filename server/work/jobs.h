/* A queue of jobs in the database. A job is taken for a while (a lease), done, recorded and then
 * acknowledged: if a process is killed in between, it is taken over when the lease is over. Each
 * function runs on a thread of the pool. Times are Unix ms, since processes share them. */
#ifndef SERVER_JOBS_H
#define SERVER_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "server/work/db.h"

struct job {
    int64_t id; /* 0: none */
    int64_t ms; /* how long the work takes */
};

enum db_status jobs_add(const struct db_driver *driver, struct db *db, struct job *job);
/* The oldest that no process holds, for `owner` until until_ms; job->id is 0 when there is none. */
enum db_status jobs_take(const struct db_driver *driver, struct db *db, const char *owner,
                         int64_t now_ms, int64_t until_ms, struct job *job);
/* Hold it longer. */
enum db_status jobs_renew(const struct db_driver *driver, struct db *db, const char *owner,
                          int64_t id, int64_t until_ms);
/* The work is done: record it, and then, by itself, acknowledge it. `again`: a try of the same work
 * has failed, and may have recorded it: not twice. */
enum db_status jobs_finish(const struct db_driver *driver, struct db *db, const char *owner,
                           int64_t id, bool again);
/* The two halves of it. */
enum db_status jobs_record(const struct db_driver *driver, struct db *db, const char *owner,
                           int64_t id, bool again);
enum db_status jobs_acknowledge(const struct db_driver *driver, struct db *db, const char *owner,
                                int64_t id);
/* All as a JSON array, each with its state and how often it was done. */
enum db_status jobs_list(const struct db_driver *driver, struct db *db, struct buf *out);

#endif
