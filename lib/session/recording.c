#include "session/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/mem.h"
#include "output/same_file.h"

int recording_open(struct recording *r, const char *file, struct error *err)
{
    *r = (struct recording){.file = file, .file_fd = -1};
    if (!file)
        return 0;
    r->file_fd = open(file, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (r->file_fd < 0 && (errno == EACCES || errno == ENXIO || errno == EINVAL))
        r->file_fd = open(file, O_WRONLY | O_CLOEXEC); /* a pipe, a device */
    if (r->file_fd < 0) {
        int errnum = errno;
        error_set_errno(err, ERROR_RUN, errnum, "cannot write the journal '%s'", file);
        return places_hint(file, errnum, err);
    }
    struct stat st;
    r->direct = fstat(r->file_fd, &st) == 0 && S_ISREG(st.st_mode);
    return 0;
}

int recording_assign(const struct recording *r, struct job *jobs, size_t count, bool one_at_a_time,
                     struct error *err)
{
    int shared = r->direct ? r->file_fd : -1;
    for (size_t i = 0; i < count; i++) {
        bool own = !one_at_a_time && (i > 0 || !r->direct);
        if (own || shared < 0)
            shared = memfd_create("drainctl-journal", MFD_CLOEXEC);
        if (shared < 0)
            return error_set_errno(err, ERROR_RUN, errno, "cannot keep a journal in memory");
        jobs[i].fd = shared;
    }
    return 0;
}

static int read_back(const struct job *job, char **text, size_t *len, struct error *err)
{
    *len = 0;
    *text = mem_zero((size_t)(job->to - job->from) + 1, 1);
    while (job->from + (off_t)*len < job->to) {
        ssize_t n = pread(job->fd, *text + *len, (size_t)(job->to - job->from) - *len,
                          job->from + (off_t)*len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return error_set_errno(err, ERROR_RUN, n < 0 ? errno : EIO,
                                   "cannot read the journal of '%s' back", job->plan->name);
        *len += (size_t)n;
    }
    return 0;
}

void recording_keep(void *recording, struct job *job)
{
    const struct recording *r = recording;
    struct error err = {0};
    char *text;
    size_t len;
    bool kept = job->kept || !r->file || job->fd == r->file_fd;
    job->kept = true;
    if (kept || job->journal_errno || job->to <= job->from)
        return;
    if (read_back(job, &text, &len, &err) == 0)
        job->journal_errno = -fds_write_all(r->file_fd, text, len);
    free(text);
}

int recording_take(const struct recording *r, struct job *job, struct histories *h,
                   struct error *err)
{
    char *text;
    size_t len;
    int rc = read_back(job, &text, &len, err);
    if (rc == 0)
        rc = histories_parse(h, r->file ? r->file : job->plan->name, text, len, err);
    free(text);
    return rc;
}

void recording_close(struct recording *r, struct job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (jobs[i].fd >= 0 && jobs[i].fd != r->file_fd && (i == 0 || jobs[i].fd != jobs[i - 1].fd))
            close(jobs[i].fd);
    if (r->file_fd >= 0)
        close(r->file_fd);
    r->file_fd = -1;
}
