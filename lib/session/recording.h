/* Where the journals of the runs go while they run: straight into --journal FILE when only one run
 * writes at a time, so that a killed drainctl leaves what there is; else the first run's does, and
 * the others' stay in memory until all before them are over. The file has them in the order of the
 * plans in any case. */
#ifndef SESSION_RECORDING_H
#define SESSION_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "session/job.h"
#include "journal/history.h"

struct recording {
    const char *file; /* NULL: none was asked for */
    int file_fd;
    bool direct; /* runs can write into the file themselves */
};

/* Create or empty the file. ERROR_RUN when that cannot be done. */
int recording_open(struct recording *r, const char *file, struct error *err);
/* Give each job the descriptor that its journal goes to. */
int recording_assign(const struct recording *r, struct job *jobs, size_t count, bool one_at_a_time,
                     struct error *err);
/* Put the journal of a run that is over into the file, if it is not there yet. To be called in the
 * order of the runs; what goes wrong is in the job's journal_errno. `recording` is a struct
 * recording, as for workers' `over`. */
void recording_keep(void *recording, struct job *job);
/* Read a job's journal back. */
int recording_take(const struct recording *r, struct job *job, struct histories *h,
                   struct error *err);
void recording_close(struct recording *r, struct job *jobs, size_t count);

#endif
