/* The buttons of the panel: a row each. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/mem.h"
#include "demo/private.h"
#include "load/post.h"

/* Ask the server's control port. 0; -1 with err filled: no answer, or no. */
static int control(const struct demo *d, const char *method, const char *query, struct error *err)
{
    struct post_address to;
    const char *text;
    size_t len;
    int status = 0;
    char *url = mem_printf("http://127.0.0.1:%d/notice%s", d->child.current->control, query);
    int rc = post_address_read(&to, url, NULL, err);
    free(url);
    if (rc < 0)
        return -1;
    struct post *post = post_new(&to, method, "application/json");
    rc = post_send(post, "", 0, &status, &text, &len, err);
    if (rc == 0 && status != 200)
        rc = error_set(err, ERROR_RUN, "the server says no, with status %d", status);
    post_free(post);
    post_address_free(&to);
    return rc;
}

static int give_notice(struct demo *d, struct error *err)
{
    char query[64], text[32];
    snprintf(query, sizeof query, "?in=%s",
             duration_format(d->options->notice_ns, text, sizeof text));
    if (control(d, "POST", query, err) < 0)
        return -1;
    d->shutdown_ns = clock_ns() + d->options->notice_ns;
    demo_tell_state(d, "a shutdown is announced");
    return 0;
}

static int call_off(struct demo *d, struct error *err)
{
    if (control(d, "DELETE", "", err) < 0)
        return -1;
    d->shutdown_ns = 0;
    demo_tell_state(d, "the shutdown is called off");
    return 0;
}

static int drain(struct demo *d, struct error *err)
{
    (void)err;
    d->draining = true;
    child_signal(d->child.current, SIGTERM);
    demo_tell_state(d, "SIGTERM");
    return 0;
}

static int kill_it(struct demo *d, struct error *err)
{
    (void)err;
    d->again = false;
    child_signal(d->child.current ? d->child.current : d->child.coming, SIGKILL);
    return 0;
}

static int restart(struct demo *d, struct error *err)
{
    d->again = true;
    return drain(d, err);
}

/* The next build takes the listening socket over, and the old one drains; with no process there it
 * is just started. */
static int deploy(struct demo *d, struct error *err)
{
    d->build++;
    if (demo_start_child(d, err) == 0)
        return 0;
    d->build--;
    return -1;
}

#define WHEN(state) (1U << (state))

static const struct {
    const char *name;
    unsigned when;
    int (*act)(struct demo *d, struct error *err);
} actions[] = {
    {"notice", WHEN(DEMO_UP), give_notice},
    {"call-off", WHEN(DEMO_UP), call_off},
    {"drain", WHEN(DEMO_UP), drain},
    {"kill", WHEN(DEMO_UP) | WHEN(DEMO_DRAINING), kill_it},
    {"restart", WHEN(DEMO_UP), restart},
    {"start", WHEN(DEMO_DOWN), demo_start_child},
    {"deploy", WHEN(DEMO_UP) | WHEN(DEMO_DOWN), deploy},
};

int demo_act(struct demo *d, const char *name, size_t len, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (strlen(actions[i].name) != len || memcmp(actions[i].name, name, len) != 0)
            continue;
        /* a deploy that is under way is one at a time */
        if (!(actions[i].when & WHEN(demo_state(d))) || (d->child.current && d->child.coming))
            return error_set(err, ERROR_RUN, "'%s' is not for now", actions[i].name);
        return actions[i].act(d, err);
    }
    return error_set(err, ERROR_USAGE, "there is no button '%.*s'", (int)(len < 40 ? len : 40),
                     name);
}
