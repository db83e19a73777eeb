/* drainctl notice: announce, move or call off a shutdown of the reference server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utc.h"
#include "cli/command.h"
#include "load/post.h"
#include "process/find.h"
#include "session/pidfile.h"

enum { MAX_PORTS = 16, STATUS_BAD_REQUEST = 400 };

static const char *in, *at, *pid_path = PIDFILE_DEFAULT;
static int64_t control;
static bool cancel, quiet;

static const struct option options[] = {
    OPT_STRING('i', "in", &in, "DURATION", "plan a shutdown that far from now, or move it"),
    OPT_STRING('a', "at", &at, "TIME", "plan it for this time (2026-04-05T10:00:00Z)"),
    OPT_FLAG(0, "cancel", &cancel, "call off what is planned"),
    OPT_INT(0, "control", &control, 1, 65535, "PORT",
            "the server's control port (found by the pid file)"),
    OPT_FILE(0, "pid-file", &pid_path, "FILE",
             "the pid file that the server was started with (" PIDFILE_DEFAULT ")"),
    OPT_FLAG('q', "quiet", &quiet, "print nothing"),
    {0},
};

/* An answer of the control listener. */
struct answer {
    int status;
    bool scheduled;
    const char *time, *error, *hint;
    int64_t left_s;
    struct json_doc doc; /* holds the texts */
};

static const char *text_of(const cJSON *root, const char *key)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, key);
    return cJSON_IsString(node) ? node->valuestring : NULL;
}

/* -1: not the answer of a control listener. */
static int read_answer(struct answer *a, const char *text, size_t len, struct error *err)
{
    if (json_doc_parse(&a->doc, "", text, len, err) < 0)
        return -1;
    const cJSON *root = a->doc.root;
    a->error = text_of(root, "error");
    a->hint = text_of(root, "hint");
    a->time = text_of(root, "shutdownTime");
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(root, "gracePeriodSeconds");
    a->left_s = cJSON_IsNumber(left) ? (int64_t)left->valuedouble : 0;
    const cJSON *scheduled = cJSON_GetObjectItemCaseSensitive(root, "scheduled");
    a->scheduled = cJSON_IsTrue(scheduled);
    return a->error || cJSON_IsBool(scheduled) ? 0 : -1;
}

static int ask(struct answer *a, const char *method, int port, const char *query, struct error *err)
{
    struct post_address to;
    const char *text;
    size_t len;
    char *url = mem_printf("http://127.0.0.1:%d/notice%s", port, query);
    int rc = post_address_read(&to, url, NULL, err);
    free(url);
    if (rc < 0)
        return -1;
    struct post *post = post_new(&to, method, "application/json");
    rc = post_send(post, "", 0, &a->status, &text, &len, err);
    if (rc == 0 && (rc = read_answer(a, text, len, err)) < 0)
        error_set(err, ERROR_RUN, "what answers there is no control port of 'drainctl serve'");
    post_free(post);
    post_address_free(&to);
    return rc;
}

static void forget(struct answer *a)
{
    json_doc_free(&a->doc);
    *a = (struct answer){0};
}

/* The one of the ports that the process listens on where /notice is answered. */
static int find_control(int *port, struct error *err)
{
    struct found_port ports[MAX_PORTS];
    struct error ignored = {0};
    struct answer a = {0};
    pid_t pid = pidfile_holder(pid_path, err);
    if (pid < 0)
        return -1;
    if (pid == 0) {
        error_set(err, ERROR_RUN, "no server holds the pid file '%s'", pid_path);
        return error_hint(err, "--control PORT names the server by its control port");
    }
    int n = find_ports(pid, 0, ports, MAX_PORTS);
    for (int i = 0; i < n; i++) {
        bool found = ask(&a, "GET", ports[i].port, "", &ignored) == 0 && !a.error;
        forget(&a);
        *port = ports[i].port;
        if (found)
            return 0;
    }
    error_set(err, ERROR_RUN, "process %d has no control port", (int)pid);
    return error_hint(err, "start the server with --control 0, then it has one");
}

/* What the command line asks for, as a request to /notice. */
static int request_of(const char **method, char **query, struct error *err)
{
    int64_t ns;
    char text[32];
    *method = "POST";
    if (!!in + !!at + cancel > 1)
        return error_set(err, ERROR_USAGE, "--in, --at and --cancel exclude one another");
    if (in && duration_parse(in, &ns) < 0) {
        error_set(err, ERROR_USAGE, "--in needs a duration, not '%s'", in);
        return error_hint(err, "a number and a unit: 30s, 5m, 1h");
    }
    if (in) {
        *query = mem_printf("?in=%s", duration_format(ns, text, sizeof text));
    } else if (at && utc_parse(at, &ns) < 0) {
        error_set(err, ERROR_USAGE, "--at needs a time, not '%s'", at);
        return error_hint(err, "date, time and zone: 2026-04-05T10:00:00Z");
    } else if (at) {
        *query = mem_printf("?at=%s", utc_format(ns, text, sizeof text));
    } else {
        *method = cancel ? "DELETE" : "GET";
        *query = mem_strdup("");
    }
    return 0;
}

static int show(const struct answer *a)
{
    char left[32];
    if (quiet)
        return EXIT_PASSED;
    if (!a->scheduled)
        printf(cancel ? "the shutdown is called off\n" : "no shutdown is planned\n");
    else
        printf("shutdown at %s, in %s\n", a->time ? a->time : "?",
               duration_format(a->left_s * NS_PER_S, left, sizeof left));
    return EXIT_PASSED;
}

static int refused(const struct answer *a, struct error *err)
{
    bool usage = a->status == STATUS_BAD_REQUEST;
    error_set(err, usage ? ERROR_USAGE : ERROR_RUN, "%s", a->error);
    if (a->hint)
        error_hint(err, "%s", a->hint);
    return usage ? EXIT_USAGE : EXIT_INCONCLUSIVE;
}

static int run(int argc, char **argv, struct error *err)
{
    struct answer a = {0};
    const char *method;
    char *query = NULL;
    int port = (int)control, status = EXIT_INCONCLUSIVE;
    (void)argc;
    (void)argv;
    if (request_of(&method, &query, err) < 0)
        return EXIT_USAGE;
    if (control == 0 && find_control(&port, err) < 0)
        status = EXIT_INCONCLUSIVE;
    else if (ask(&a, method, port, query, err) < 0)
        error_prefix(err, "control port %d", port);
    else
        status = a.error ? refused(&a, err) : show(&a);
    free(query);
    forget(&a);
    return status;
}

extern const struct command cmd_notice;
const struct command cmd_notice = {
    .name = "notice",
    .args = "[OPTIONS]",
    .summary = "announce, move or call off a shutdown of 'drainctl serve'",
    .about =
        "Tells the reference server, by its control port, that it will be shut down, so that it "
        "can tell its users. /actuator/health says when. Shortly before that time the server lets "
        "no new client in, and tells event streams when to come back. At that time the drain "
        "begins, as after SIGTERM. A second notice moves the first. Without an option the command "
        "prints what is planned. The server needs a control port (--control 0); it is found by the "
        "pid file of 'serve --background', or named with --control.",
    .examples = "  port=$(drainctl serve --background --control 0 -q | head -n 1)\n"
                "  drainctl notice --in 5m\n"
                "  curl \"http://127.0.0.1:$port/actuator/health\"\n"
                "  drainctl notice --at 2026-04-05T10:00:00Z --control 8081\n"
                "  drainctl notice --cancel\n",
    .options = options,
    .exits = EXITS_NOTICE,
    .run = run,
};
