/* What the log of a proxy says of an attempt (words/proxies.h), as an event. */
#include "run/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "words/proxies.h"

/* "127.0.0.1:8080" is a target's; of several tries, "A, B", the last one counts. */
static const char *server_at(const struct run *r, const char *address)
{
    const char *colon = strrchr(address, ':');
    int port = colon ? (int)strtol(colon + 1, NULL, 10) : 0;
    for (size_t i = 0; port > 0 && i < plan_process_count(r->plan); i++)
        if (r->place.ports[i] == port)
            return plan_process_name(r->plan, i);
    return "";
}

/* The name of the server that it asked last; "": none. */
static const char *server_of(const struct run *r, const char *text)
{
    for (size_t i = 0; i < plan_process_count(r->plan); i++)
        if (strcmp(plan_process_name(r->plan, i), text) == 0)
            return plan_process_name(r->plan, i);
    return server_at(r, text);
}

/* What stands behind `key` in the line, up to `end` (NULL: the line's), as a fresh string. */
static char *value_of(const char *line, const char *key, const char *end)
{
    const char *at = strstr(line, key);
    if (!at)
        return mem_strdup("");
    at += strlen(key);
    const char *stop = end ? strstr(at, end) : NULL;
    return stop ? mem_strndup(at, (size_t)(stop - at)) : mem_strdup(at);
}

void proxied_line(const struct life *l, const char *line)
{
    static const char start[] = PROXY_LINE_START "attempt=";
    if (strncmp(line, start, strlen(start)) != 0)
        return;
    int64_t attempt = strtoll(line + strlen(start), NULL, 10);
    if (attempt <= 0) /* not a request of ours */
        return;
    char *status = value_of(line, " status=", " ");
    char *server = value_of(line, " server=", " state=");
    char *state = value_of(line, " state=", NULL);
    journal_add((struct journal *)&l->journal, &(struct event){.kind = EVENT_PROXIED,
                                                               .attempt = attempt,
                                                               .status = strtoll(status, NULL, 10),
                                                               .how = server_of(l->of->run, server),
                                                               .text = state});
    free(status);
    free(server);
    free(state);
}
