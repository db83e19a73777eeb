/* A path that was given, and whose answers were over before the signal: nothing is known of it, and
 * silence about it is no praise. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "check/rules.h"

static const struct {
    load_set load;
    attempt_test *at_work; /* at the signal, the way that this load is meant to be */
    const char *what;
} rows[] = {
    {LOAD(WAITING), was_in_flight, "requests in flight"},
    {LOAD(STREAMING), was_in_flight, "answers that come in parts"},
    {LOAD(SUBSCRIBED) | LOAD(CROWD), was_in_flight, "subscriptions"},
    {LOAD(UPLOAD), was_in_flight, "uploads"},
    {LOAD(LARGE), is_half_sent, "answers half sent"},
};

static const struct plan_load *find_load(const struct view *l, load_set loads)
{
    for (size_t i = 0; i < l->run->plan.n_loads; i++)
        if (view_load(l, (int64_t)i) & loads)
            return &l->run->plan.loads[i];
    return NULL;
}

/* Without --large the ordinary path is tried, which need not be large. */
static bool was_asked_for(const struct view *l, const struct plan_load *load)
{
    const struct plan_load *fast = find_load(l, LOAD(STEADY));
    return load && load->path && !(fast && fast->path && strcmp(load->path, fast->path) == 0);
}

static void add(struct audit *a, size_t *cap, char *sentence)
{
    MEM_GROW(a->untested.at, a->untested.n, *cap);
    a->untested.at[a->untested.n++] = sentence;
}

static bool is_over(const struct view *l, const struct event *e)
{
    return (l->exit_ns && e->t_ns >= l->exit_ns) || e->t_ns >= l->kill_ns;
}

/* A poll that is refused or cut tells only that no process listens any more, and one answer that
 * comes with the close warns no client. */
static bool was_told(const struct view *l, const char *path)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_HEALTH, e));)
        if (e->text && strcmp(e->text, path) == 0 && e->t_ns > l->t0_ns && e->status > 0 &&
            !is_over(l, e))
            return !l->closed_ns || e->t_ns > l->closed_ns || l->facts->health.open_after_turn;
    return false;
}

static void add_health(struct audit *a, size_t *cap, const struct view *l, const char *what,
                       const char *path)
{
    if (path && !was_told(l, path))
        add(a, cap,
            mem_printf("%s: '%s' showed nothing after the signal, as %s", what, path,
                       !l->closed_ns ? "no process served it"
                       : l->held     ? "the server had let go of its socket"
                                     : "the listener was closed"));
}

static void add_load(struct audit *a, size_t *cap, const struct view *views, size_t n,
                     const struct view *l, size_t row)
{
    const struct plan_load *load = find_load(l, rows[row].load);
    struct tally s = {0};
    for (size_t k = 0; k < n; k++)
        if (views[k].usable && views[k].t0_ns)
            tally_attempts(&s, &views[k], rows[row].load, rows[row].at_work, any_attempt);
    if (!s.of && was_asked_for(l, load) && was_able(l, rows[row].load))
        add(a, cap,
            mem_printf("%s: none at '%s' was under way at the signal", rows[row].what, load->path));
}

/* What a server does with a signal that comes while it starts is another question. */
static void add_unsettled(struct audit *a, size_t *cap, const struct view *views, size_t n)
{
    int runs = 0, unsettled = 0;
    for (size_t i = 0; i < n; i++) {
        bool told = views[i].usable && views[i].t0_ns && !view_run_is(&views[i], ANY_RUN_STARTUP);
        runs += told;
        unsettled += told && !run_is_settled(&views[i]);
    }
    if (unsettled)
        add(a, cap,
            mem_printf("a server at rest: its processes or listeners kept changing, and in %d "
                       "of %d runs the signal came before they had settled",
                       unsettled, runs));
}

/* What TCP alone has, and a Unix socket has not: silence about it is no praise. */
static const char *const tcp_alone[] = {
    "handshakes around the listener's end: a Unix socket has none",
    "listeners that share a port (SO_REUSEPORT), and deferred accepts: a Unix socket has none",
};

/* What a socket that drainctl holds has not. */
static const char *const never_closes[] = {
    "resets in the accept queue, and handshakes around the listener's end: drainctl holds the "
    "socket, which does not close",
    "new connections during the drain: what the server does not take waits in the socket that "
    "drainctl holds, for the next start",
    "listeners that share a port (SO_REUSEPORT): the one socket is drainctl's",
};

static void add_held_alone(struct audit *a, size_t *cap, const struct view *l)
{
    for (size_t i = 0; l->held && i < ARRAY_LEN(never_closes); i++)
        add(a, cap, mem_strdup(never_closes[i]));
    if (l->held && !has_run(l, RUN(RESTART)))
        add(a, cap, mem_strdup("a restart: only the whole check has one"));
}

static void add_endless(struct audit *a, size_t *cap, const struct view *l)
{
    const struct plan_load *load = find_load(l, STREAM_LOADS);

    if (load && stream_never_ends(l))
        add(a, cap,
            mem_printf("answers that come in parts: '%s' was given as --stream and never ended "
                       "without a signal, so it was judged as a subscription; give it as "
                       "--subscription",
                       load->path));
}

static void add_tcp_alone(struct audit *a, size_t *cap, const struct view *l)
{
    for (size_t i = 0; view_is_unix(l) && i < ARRAY_LEN(tcp_alone); i++)
        add(a, cap, mem_strdup(tcp_alone[i]));
}

/* The server had it, or at least its beginning, and owed an answer. */
static bool was_taken(const struct view *l, const struct attempt *a)
{
    return a->connected_ns && was_open(l, a) && !is_unaccepted(l, a);
}

static void add_unable(struct audit *a, size_t *cap, const struct view *l)
{
    for (size_t i = 0; ability_at(i); i++) {
        const struct ability *of = ability_at(i);
        struct tally s = {0};

        tally_attempts(&s, l, of->load, was_taken, any_attempt);
        if (!was_able(l, of->load))
            add(a, cap,
                mem_printf("%s: the server did not answer one before the signal either", of->what));
        else if (!s.of && find_load(l, of->load) && of->load != LOAD(UPLOAD))
            add(a, cap, mem_printf("%s: the server had taken none at the signal", of->what));
    }
}

/* The runs that open them one kind at a time are not made of a process that runs already. */
static void add_hidden_holders(struct audit *a, size_t *cap, const struct view *l)
{
    if (find_load(l, LOAD(SUBSCRIBED)) && !has_run(l, RUN(SILENT_ALONE)))
        add(a, cap,
            mem_strdup("silent and idle connections as what holds up the exit: the subscriptions "
                       "beside them may hide it; check once without --subscription"));
}

void find_untested(struct audit *a, const struct view *views, size_t n)
{
    size_t cap = 0, main_run = 0;
    while (main_run < n && !(view_run_is(&views[main_run], RUN(MAIN)) && views[main_run].usable &&
                             views[main_run].t0_ns))
        main_run++;
    if (main_run == n)
        return;
    const struct view *l = &views[main_run];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        add_load(a, &cap, views, n, l, i);
    add_unable(a, &cap, l);
    add_hidden_holders(a, &cap, l);
    add_unsettled(a, &cap, views, n);
    add_tcp_alone(a, &cap, l);
    add_held_alone(a, &cap, l);
    add_endless(a, &cap, l);
    add_health(a, &cap, l, "readiness", l->run->plan.target.health_ready);
    add_health(a, &cap, l, "liveness", l->run->plan.target.health_live);
}
