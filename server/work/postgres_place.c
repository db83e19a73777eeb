/* Where the servers are. libpq's non-blocking connect goes on to the next host of a list when one
 * refuses, and waits for ever when one is silent; so each host is tried by itself here, in the
 * order of the URL, and the caller bounds each. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "server/work/postgres.h"

enum { SILENT_S = 5, MAX_SILENT_S = 3600, MAX_PARAMS = 64 };

struct pg_place {
    PQconninfoOption *options;
    int hosts;
    bool prefer_standby;
    int64_t silent_ns;
};

static const char *option(const struct pg_place *p, const char *name)
{
    for (PQconninfoOption *o = p->options; o && o->keyword; o++)
        if (strcmp(o->keyword, name) == 0)
            return o->val;
    return NULL;
}

/* The piece of a list that is separated by commas; a fresh text. A single one is for all hosts. */
static char *piece(const char *list, int at)
{
    const char *from = list;
    if (!strchr(list, ','))
        return mem_strdup(list);
    for (; at > 0 && (from = strchr(from, ',')); at--)
        from++;
    return from ? mem_strndup(from, strcspn(from, ",")) : mem_strdup("");
}

static int count_pieces(const char *list)
{
    int n = 1;
    for (; list && *list; list++)
        n += *list == ',';
    return n;
}

/* What libpq says of a wrong URL quotes a piece of it, perhaps the password: cut before that. */
static void say_why(char *why, struct error *err)
{
    size_t len = why ? strcspn(why, "\"\n") : 0;
    while (len > 0 && strchr(" :(", why[len - 1]))
        len--;
    error_set(err, ERROR_RUN, "%.*s", (int)len, why ? why : "");
    PQfreemem(why);
}

struct pg_place *pg_place_parse(const char *url, struct error *err)
{
    char *why = NULL;
    struct pg_place *p = MEM_NEW(struct pg_place);
    p->options = PQconninfoParse(url, &why);
    if (!p->options) {
        say_why(why, err);
        free(p);
        return NULL;
    }
    const char *host = option(p, "host"), *attrs = option(p, "target_session_attrs");
    const char *silent = option(p, "connect_timeout");
    long seconds = silent ? strtol(silent, NULL, 10) : 0;
    p->hosts = count_pieces(host && *host ? host : option(p, "hostaddr"));
    p->prefer_standby = attrs && strcmp(attrs, "prefer-standby") == 0;
    p->silent_ns = (seconds > 0 && seconds <= MAX_SILENT_S ? seconds : SILENT_S) * NS_PER_S;
    return p;
}

void pg_place_free(struct pg_place *p)
{
    if (p)
        PQconninfoFree(p->options);
    free(p);
}

int64_t pg_place_silent_ns(const struct pg_place *p)
{
    return p->silent_ns;
}

int pg_place_hosts(const struct pg_place *p)
{
    return p->hosts;
}

/* "prefer-standby" goes through the list twice, as in libpq. */
int pg_place_tries(const struct pg_place *p)
{
    return p->prefer_standby ? 2 * p->hosts : p->hosts;
}

static bool is_list(const char *keyword)
{
    return strcmp(keyword, "host") == 0 || strcmp(keyword, "hostaddr") == 0 ||
           strcmp(keyword, "port") == 0;
}

/* The value for this try; a fresh text. */
static char *value_at(const struct pg_place *p, const PQconninfoOption *o, int at)
{
    if (is_list(o->keyword))
        return piece(o->val, at % p->hosts);
    if (p->prefer_standby && strcmp(o->keyword, "target_session_attrs") == 0)
        return mem_strdup(at < p->hosts ? "standby" : "any");
    return mem_strdup(o->val);
}

PGconn *pg_place_start(const struct pg_place *p, int at)
{
    const char *keywords[MAX_PARAMS + 3] = {"client_encoding", "fallback_application_name"};
    const char *values[MAX_PARAMS + 3] = {"UTF8", "drainctl"};
    int n = 2;
    for (PQconninfoOption *o = p->options; o->keyword && n < MAX_PARAMS; o++) {
        if (!o->val || strcmp(o->keyword, "client_encoding") == 0)
            continue;
        keywords[n] = o->keyword;
        values[n++] = value_at(p, o, at);
    }
    PGconn *conn = PQconnectStartParams(keywords, values, 0);
    for (int i = 2; i < n; i++)
        free((char *)values[i]);
    return conn;
}
