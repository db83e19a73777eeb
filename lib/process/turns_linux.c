/* A frozen target that goes on for a moment at a time: its shutdown in slow motion, so that clients
 * can write between any two of its steps. */
#include "process/private.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

enum { STOP_MS = 20, PAUSE_NS = 10 * 1000, MAX_PAUSE_NS = 200 * 1000 };

static int usual_policy = -1;

/* Real time needs a privilege; without it a busy machine makes some turns longer than they should
 * be. Not for children: they would starve others. */
void target_turns_begin(void)
{
    struct sched_param first = {.sched_priority = 1};
    int policy = sched_getscheduler(0);
    prctl(PR_SET_TIMERSLACK, 1UL);
    if (usual_policy < 0 && sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first) == 0)
        usual_policy = policy;
}

void target_turns_end(void)
{
    struct sched_param usual = {0};
    prctl(PR_SET_TIMERSLACK, 0UL); /* back to what it was: PR_SET_TIMERSLACK(2const) */
    if (usual_policy >= 0)
        sched_setscheduler(0, usual_policy, &usual);
    usual_policy = -1;
}

/* Whether the target is gone, within this time at the most. */
static bool gone_within(const struct target *t, int64_t ns)
{
    struct timespec limit = {.tv_nsec = ns};
    struct pollfd p = {.fd = t->exit.pidfd,
                       .events = POLLIN}; /* one below 0 is left out: poll(2) */
    return ppoll(&p, 1, &limit, NULL) > 0;
}

/* It stops when it is scheduled, and with our priority it may need this very core: so we sleep. */
static void until_stopped(const struct target *t)
{
    int64_t until = clock_ns() + STOP_MS * NS_PER_MS;
    for (int i = 0; i < t->seen.tree.count; i++) {
        int64_t pause = PAUSE_NS;
        while (!proc_stopped(t->seen.tree.procs[i].pid) && clock_ns() < until) {
            gone_within(t, pause);
            pause = pause < MAX_PAUSE_NS ? 2 * pause : pause;
        }
    }
}

int target_turn(struct target *t, int64_t ns)
{
    if (!t->is.frozen)
        return -EINVAL;
    target_signal_tree(t, SIGCONT);
    gone_within(t, ns);
    target_signal_tree(t, SIGSTOP);
    until_stopped(t);
    listener_look(t, 0);
    return gone_within(t, 0) ? -ESRCH : 0;
}

static void add_kept(const struct sockdiag_socket *s, void *arg)
{
    struct target_kept *kept = arg;
    if (kept->count == TARGET_KEPT_MOST)
        return;
    kept->asked[kept->count] = s->rqueue > 0;
    kept->sockets[kept->count++] = *s;
}

int target_kept_read(struct target *t, struct target_kept *kept)
{
    kept->count = 0;
    if (!t->listener.diag || t->listener.at_path.path)
        return -ENOTSUP;
    return sockdiag_each(t->listener.diag, (uint16_t)t->at.port, SOCKDIAG_STATE(TCP_ESTABLISHED),
                         add_kept, kept);
}

/* By the target, as far as can be told: after its client's FIN it would be in one of two states. */
static bool is_closed(int found, const struct sockdiag_socket *now)
{
    return found == -ENOENT || (now->state != TCP_CLOSE_WAIT && now->state != TCP_LAST_ACK);
}

int target_kept_closed(struct target *t, struct target_kept *kept)
{
    int closed = 0, left = 0;
    for (int i = 0; i < kept->count; i++) {
        struct sockdiag_socket now;
        int rc = sockdiag_look(t->listener.diag, &kept->sockets[i], &now);
        if (rc < 0 && rc != -ENOENT)
            now = kept->sockets[i]; /* not known: nothing is said of it */
        if (rc == -ENOENT || now.state != TCP_ESTABLISHED) {
            closed += kept->sockets[i].inode && !kept->asked[i] && is_closed(rc, &now);
            continue;
        }
        kept->asked[left] = kept->asked[i] || now.rqueue > 0;
        kept->sockets[left++] = now;
    }
    kept->count = left;
    return closed;
}
