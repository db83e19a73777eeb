/* drainctl storm: how many clients come back at once when their server is there again. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/messages.h"
#include "output/outputs.h"
#include "report/storm/storm.h"

/* The simulator counts milliseconds in 32 bits. */
static const int64_t longest_ns = 24 * 3600 * NS_PER_S;

static struct option_list policies, reports;
static const char *clients_text = "5000", *capacity_text = "4x", *open_text = "100%", *limit_text;
static int64_t outage_ns = 5 * NS_PER_S, every_ns = 10 * NS_PER_S, before_ns = 5 * NS_PER_S;
static int64_t service_ns = 20 * NS_PER_MS, longest = 60 * NS_PER_S, seed = 1;
static int what = FE_READ, color;
static bool quiet;

static const char *const format_words[] = {"text", "json", "markdown", NULL};

static const struct option options[] = {
    OPT_STRING('c', "clients", &clients_text, "N",
               "the number of clients; 10k and 10M will do (5000)"),
    OPT_LIST('p', "policy", &policies, "POLICY",
             "naive, careful, none, fixed, exponential or exponential+jitter, or a JSON object as "
             "\"frontend\" of a scenario; repeatable (the last three)"),
    OPT_ENUM(0, "what", &what, fe_what_words, "KIND",
             "what they want: write (a form), read (a page) or hold (an event stream) (read)"),
    OPT_DURATION(0, "outage", &outage_ns, "how long the server does not listen (5s)"),
    OPT_DURATION(0, "every", &every_ns, "each client wants something once in this time (10s)"),
    OPT_DURATION(0, "before", &before_ns,
                 "ordinary life before; the normal rate is measured in its second half (5s)"),
    OPT_STRING(0, "open", &open_text, "PERCENT",
               "the part of the clients that has something under way when the server goes (100%)"),
    OPT_STRING(
        0, "capacity", &capacity_text, "N",
        "answers a second, or a multiple of the normal rate as '4x'; 0: no limit (4x). A second's "
        "worth can wait, what comes then is refused"),
    OPT_DURATION(0, "service", &service_ns, "how long an answer takes (20ms)"),
    OPT_DURATION(0, "longest", &longest,
                 "end this time after the server is back, served or not (1m)"),
    OPT_STRING(0, "peak-limit", &limit_text, "N",
               "exit with 1 when the peak is over N times the normal rate"),
    OPT_INT(0, "seed", &seed, 0, INT64_C(1) << 53, "N", "seed of the random numbers (1)"),
    OPT_REPORTS(&reports, format_words, OUTPUTS_FILE_HELP),
    OPT_FLAG('q', "quiet", &quiet, "only the table"),
    OPT_COLOR(&color),
    {0},
};

/* A number with an ending out of `endings` ("" among them, perhaps); its index, or -1. */
static int read_with(const char *text, const char *const *endings, double *value)
{
    const char *end = decimal_parse(text, value);
    for (int i = 0; end && endings[i]; i++)
        if (strcmp(end, endings[i]) == 0)
            return i;
    return -1;
}

static int read_clients(uint32_t *out, struct error *err)
{
    static const char *const endings[] = {"", "k", "M", NULL};
    static const double times[] = {1, 1e3, 1e6};
    double n;
    int which = read_with(clients_text, endings, &n);
    if (which < 0 || n * times[which] < 1 || n * times[which] > STORM_CLIENTS)
        return error_set(err, ERROR_USAGE,
                         "option '--clients' takes a number from 1 to %dM, such as 5000 or 10M, "
                         "not '%s'",
                         STORM_CLIENTS / 1000000, clients_text);
    *out = (uint32_t)(n * times[which]);
    return 0;
}

static int read_share(struct storm_plan *p, struct error *err)
{
    static const char *const endings[] = {"%", NULL};
    if (read_with(open_text, endings, &p->open) < 0 || p->open > 100)
        return error_set(err, ERROR_USAGE,
                         "option '--open' takes a percentage from 0%% to 100%%, not '%s'",
                         open_text);
    p->open /= 100;
    return 0;
}

static int read_capacity(struct storm_plan *p, struct error *err)
{
    static const char *const endings[] = {"", "/s", "x", NULL};
    int which = read_with(capacity_text, endings, &p->capacity);
    if (which < 0)
        return error_set(err, ERROR_USAGE,
                         "option '--capacity' takes answers a second or a multiple such as '4x', "
                         "not '%s'",
                         capacity_text);
    if (which == 2)
        p->capacity *= p->clients * 1000.0 / p->every;
    if (p->capacity > 0 && p->capacity < 1)
        return error_set(err, ERROR_USAGE,
                         "option '--capacity' takes 0, or one answer a second "
                         "and more");
    p->backlog = p->capacity;
    return 0;
}

static int read_span(const char *option, int64_t ns, fe_ms *out, struct error *err)
{
    if (ns < NS_PER_MS || ns > longest_ns)
        return error_set(err, ERROR_USAGE, "option '--%s' takes a duration from 1ms to 24h",
                         option);
    *out = (fe_ms)(ns / NS_PER_MS);
    return 0;
}

static int read_plan(struct storm_plan *p, double *limit, struct error *err)
{
    static const char *const endings[] = {"", "x", NULL};
    *p = (struct storm_plan){.what = (enum fe_what)what, .seed = (uint64_t)seed};
    if (read_clients(&p->clients, err) < 0 || read_span("every", every_ns, &p->every, err) < 0 ||
        read_span("before", before_ns, &p->before, err) < 0 ||
        read_span("outage", outage_ns, &p->outage, err) < 0 ||
        read_span("service", service_ns, &p->service, err) < 0 ||
        read_span("longest", longest, &p->longest, err) < 0 || read_share(p, err) < 0 ||
        read_capacity(p, err) < 0)
        return -1;
    if (limit_text && (read_with(limit_text, endings, limit) < 0 || *limit <= 0))
        return error_set(err, ERROR_USAGE,
                         "option '--peak-limit' takes a number above 0, such as 3, not '%s'",
                         limit_text);
    return 0;
}

static int read_policy(const char *text, struct fe_policy *out, struct error *err)
{
    struct json_doc doc = {0};
    char *quoted = *text == '{' ? mem_strdup(text) : mem_printf("\"%s\"", text);
    int status = json_doc_parse(&doc, "--policy", quoted, strlen(quoted), err);
    if (status == 0)
        status = fe_policy_read(&doc, doc.root, out, err);
    json_doc_free(&doc);
    free(quoted);
    return status;
}

/* Read all policies before the first of them is played. */
static int read_rows(struct storm_report *s, struct error *err)
{
    static const char *const usual[] = {"fixed", "exponential", "exponential+jitter"};
    struct storm_plan plan;
    s->count = policies.count ? (size_t)policies.count : ARRAY_LEN(usual);
    s->rows = mem_zero(s->count, sizeof *s->rows);
    if (read_plan(&plan, &s->limit, err) < 0)
        return -1;
    for (size_t i = 0; i < s->count; i++) {
        struct storm_row *row = &s->rows[i];
        row->policy = policies.count ? policies.items[i] : usual[i];
        row->plan = plan;
        if (read_policy(row->policy, &row->plan.policy, err) < 0)
            return -1;
    }
    return 0;
}

static int play(struct storm_report *s, const struct outputs *out, struct error *err)
{
    bool over = false;
    for (size_t i = 0; i < s->count; i++) {
        storm_run(&s->rows[i].plan, &s->rows[i].result);
        over = over || storm_over_limit(s, &s->rows[i]);
    }
    struct report_input input = {.kind = REPORT_STORM, .storm = s, .quiet = quiet};
    if (outputs_write(out, &input, err) < 0)
        return command_fail(err);
    return over ? EXIT_FAILED : EXIT_PASSED;
}

static int run_storm(int argc, char **argv, struct error *err)
{
    struct storm_report s = {0};
    struct outputs outputs;
    int status;
    (void)argc, (void)argv;
    messages_color(color);
    if (read_rows(&s, err) < 0 || outputs_open_as(&outputs, storm_formats, &reports, err) < 0) {
        status = command_fail(err);
    } else {
        status = play(&s, &outputs, err);
        outputs_close(&outputs);
    }
    for (size_t i = 0; i < s.count; i++)
        storm_free(&s.rows[i].result);
    free(s.rows);
    return status;
}

extern const struct command cmd_storm;
const struct command cmd_storm = {
    .name = "storm",
    .args = "[OPTIONS]",
    .summary = "how many clients come back at once after an outage, in virtual time",
    .about =
        "Plays the clients of a server that goes away for a while and comes back, with each of "
        "some retry policies. Nothing is sent: the frontends are the ones that a scenario's "
        "\"frontend\" puts on real sockets, driven in virtual time, so that ten million clients "
        "take half a minute.\n"
        "\n"
        "When the server goes, every client (--open) has something under way and notices at "
        "once; all others notice at their next wish. The report shows the attempts of each 100 "
        "ms, their peak after the server was back against the normal rate, when the last client "
        "that was hit had its answer, and what part of the server's answers went to no client.\n"
        "\n"
        "The exit status is 1 when a peak is over --peak-limit. The same options and seed always "
        "give the same result.",
    .examples = "  drainctl storm\n"
                "  drainctl storm --clients 10M --policy exponential+jitter\n"
                "  drainctl storm --what hold --policy naive --policy careful --peak-limit 3\n"
                "  drainctl storm --policy '{\"retry\": {\"kind\": \"fixed\", \"tries\": 10}}'\n",
    .options = options,
    .formats = storm_formats,
    .min_args = 0,
    .max_args = 0,
    .exits = EXITS_STORM,
    .run = run_storm,
};
