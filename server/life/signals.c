/* SIGTERM, SIGINT and SIGUSR1. Not with uv_signal_t: libuv tells of a signal after all other events
 * of a turn, so that requests read after the signal would be answered as if there had been none.
 * Here the handler leaves a mark, and every event looks at it first. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "server/internal.h"
#include "server/life/announce.h"

static volatile sig_atomic_t sigterms, sigints, sigusr1s;
static int wake_fd = -1;

static void on_signal(int signo)
{
    int errnum = errno;
    const uint64_t one = 1;
    if (signo == SIGINT)
        sigints = sigints + 1;
    else if (signo == SIGUSR1)
        sigusr1s = sigusr1s + 1;
    else
        sigterms = sigterms + 1;
    (void)!write(wake_fd, &one, sizeof one);
    errno = errnum;
}

/* Each is counted before it is acted on. What comes of one may end up here again (the end of a
 * query that it cancels is an event too): that call leaves all to this one. */
static bool act_on_all(struct server *s)
{
    bool seen = false;
    for (; s->signals.usr1s != sigusr1s; seen = true) {
        s->signals.usr1s++;
        announce_default(s);
    }
    for (; s->signals.terms != sigterms; seen = true) {
        s->signals.terms++;
        drain_begin(s, SIGTERM); /* a second one changes nothing */
    }
    for (; s->signals.ints != sigints; seen = true) {
        s->signals.ints++;
        if (s->signals.ints >= 2 && server_draining(s))
            drain_stop_now(s, 130, "a second SIGINT");
        else
            drain_begin(s, SIGINT);
    }
    return seen;
}

bool signals_notice(struct server *s)
{
    if (s->signals.noticing)
        return false;
    s->signals.noticing = true;
    bool seen = act_on_all(s);
    s->signals.noticing = false;
    return seen;
}

static void on_wake(uv_poll_t *poll, int status, int events)
{
    uint64_t count;
    (void)status;
    (void)events;
    (void)!read(wake_fd, &count, sizeof count);
    signals_notice(poll->data);
}

int signals_start(struct server *s, struct error *err)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigterms = sigints = sigusr1s = 0;
    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot make an eventfd");
    uv_poll_init(&s->loop.uv, &s->signals.poll, wake_fd);
    s->signals.poll.data = s;
    uv_poll_start(&s->signals.poll, UV_READABLE, on_wake);
    sigemptyset(&action.sa_mask);
    if (!server_faulty(s, FAULT(NO_HANDLER))) {
        sigaction(SIGTERM, &action, NULL);
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGUSR1, &action, NULL);
    }
    if (server_faulty(s, FAULT(WINCH_STOPS)))
        sigaction(SIGWINCH, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a ledger or log pipe that is closed must not be our end */
    return 0;
}

void signals_stop(struct server *s)
{
    /* what still comes finds a server that is stopping already */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    if (wake_fd < 0)
        return;
    uv_close((uv_handle_t *)&s->signals.poll, NULL);
    close(wake_fd);
    wake_fd = -1;
}
