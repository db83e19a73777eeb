/* Sending signals, and saying beforehand what the kernel knows about what they will do. */
#include "process/private.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/signame.h"
#include "process/pidfd.h"

/* Is its number still the target's group, and not another one's? */
static bool group_lives(struct target *t, pid_t group)
{
    if (t->is.running)
        return true;
    for (int i = 0; i < t->seen.tree.count; i++)
        if (t->seen.tree.procs[i].group == group)
            return true;
    return false;
}

static int send_group(struct target *t, int signo)
{
    pid_t group = t->plan->kind == TARGET_ATTACH ? getpgid(t->pid) : t->pid;
    if (group == getpgrp())
        return -EPERM; /* an attached target in our own group: that would be suicide */
    if (group <= 1 || !group_lives(t, group))
        return -ESRCH;
    return kill(-group, signo) < 0 ? -errno : 0;
}

static int send_tree(struct target *t, int signo)
{
    int rc = -ESRCH;
    for (int i = 0; i < t->seen.tree.count; i++) {
        pid_t pid = t->seen.tree.procs[i].pid;
        int one = pid == t->pid ? target_send(t, signo) : kill(pid, signo) < 0 ? -errno : 0;
        if (rc != 0)
            rc = one;
    }
    return rc;
}

static int send_listener(struct target *t, int signo)
{
    if (t->listener.owner == 0 || t->listener.owner == t->pid)
        return t->listener.owner ? target_send(t, signo) : -ESRCH;
    if (!proc_tree_has(&t->seen.tree, t->listener.owner))
        return -ESRCH;
    return kill(t->listener.owner, signo) < 0 ? -errno : 0;
}

static const struct {
    int (*send)(struct target *t, int signo);
    bool by_tree; /* needs t->seen.tree, which takes about a millisecond to read */
} ways[] = {
    [TO_PROCESS] = {target_send, false},
    [TO_GROUP] = {send_group, false},
    [TO_TREE] = {send_tree, true},
    [TO_LISTENER] = {send_listener, true},
};

/* The first time that this signal is sent; what its sender can do nothing about does not count. */
static bool is_new_signal(struct target *t, int signo)
{
    uint64_t bit = UINT64_C(1) << ((signo - 1) & 63);
    if (signo == SIGKILL || signo == SIGSTOP || t->told.noted & bit)
        return false;
    t->told.noted |= bit;
    return true;
}

static void note_disposition(struct target *t, pid_t pid, int signo)
{
    enum disposition is = proc_signal_disposition(pid, signo);
    char name[32];
    struct event facts = {.pid = pid, .signo = signo, .how = proc_name(pid, name, sizeof name)};
    if (is == DISPOSITION_IGNORED)
        note_add(t->journal, NOTE_IGNORED, facts);
    if (is == DISPOSITION_DEFAULT)
        note_add(t->journal, NOTE_UNHANDLED, facts);
}

static void journal_disposition(struct target *t, pid_t pid, int signo, enum role role)
{
    enum disposition is = pid ? proc_signal_disposition(pid, signo) : DISPOSITION_UNKNOWN;
    if (is != DISPOSITION_UNKNOWN)
        journal_add(t->journal, &(struct event){.kind = EVENT_DISPOSITION,
                                                .pid = pid,
                                                .signo = signo,
                                                .disposition = is,
                                                .role = role});
}

/* What the kernel shows just before the first signal. */
static void look_before(struct target *t)
{
    remains_look(t, clock_ns());
    processes_again(&t->seen.processes, t->pid);
    processes_again(&t->seen.processes, t->listener.owner);
}

/* Once for each signal: reading /proc takes some ten microseconds. */
static void look_at_disposition(struct target *t, pid_t pid, int signo)
{
    journal_disposition(t, t->pid, signo, ROLE_MAIN);
    journal_disposition(t, t->listener.owner, signo, ROLE_LISTENER);
    note_disposition(t, pid, signo);
}

/* A wrapper that eats the signal is the commonest reason why a server never hears of it. */
static void note_owner(struct target *t)
{
    char mine[32], theirs[32];
    if (t->pace.quick || t->listener.owner == 0 || t->listener.owner == t->pid)
        return;
    note_add(t->journal, NOTE_OTHER_OWNER,
             (struct event){.pid = t->pid,
                            .how = proc_name(t->pid, mine, sizeof mine),
                            .port = t->at.port,
                            .owner = t->listener.owner,
                            .text = proc_name(t->listener.owner, theirs, sizeof theirs)});
}

int target_signal(struct target *t, int index, int signo, enum signal_to to)
{
    pid_t pid = to == TO_LISTENER && t->listener.owner ? t->listener.owner : t->pid;
    if (!t->pace.quick)
        look_before(t);
    if (is_new_signal(t, signo))
        look_at_disposition(t, pid, signo);
    if (to == TO_PROCESS)
        note_owner(t);
    if (!t->pace.quick) {
        t->pace.quick = true;
        t->told.at_ns = clock_ns();
        lines_refill(&t->says.lines);
        target_set_pace(t);
    }
    if (ways[to].by_tree || !t->is.running)
        target_read_tree(t);
    /* before the call: nothing that the signal brings about may seem to be older than it */
    int64_t t_ns = clock_ns();
    int rc = ways[to].send(t, signo);
    journal_add(t->journal, &(struct event){.kind = EVENT_SIGNAL,
                                            .t_ns = t_ns,
                                            .index = index,
                                            .signo = signo,
                                            .to = to,
                                            .pid = pid,
                                            .os_errno = -rc});
    return rc;
}
