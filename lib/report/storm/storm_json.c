/* A storm as JSON: { "format": 1, … }. Keys are only ever added. */
#include "base/json_out.h"
#include "report/storm/storm.h"

static void out_plan(struct json_out *j, const struct storm_plan *p)
{
    json_out_object(j, "plan");
    json_out_int(j, "clients", p->clients);
    json_out_string(j, "what", fe_what_words[p->what]);
    json_out_int(j, "every_ms", p->every);
    json_out_int(j, "before_ms", p->before);
    json_out_int(j, "outage_ms", p->outage);
    json_out_number(j, "open", p->open, 4);
    json_out_number(j, "capacity", p->capacity, 3);
    json_out_number(j, "backlog", p->backlog, 3);
    json_out_int(j, "service_ms", p->service);
    json_out_int(j, "seed", (int64_t)p->seed);
    json_out_end_object(j);
}

static void out_result(struct json_out *j, const struct storm_report *s,
                       const struct storm_row *row)
{
    const struct storm_result *r = &row->result;

    json_out_number(j, "normal", r->normal, 3);
    json_out_int(j, "peak", r->peak);
    json_out_int(j, "peak_after_ms", r->peak_at);
    json_out_number(j, "peak_ratio", r->peak_ratio, 3);
    json_out_bool(j, "over_limit", storm_over_limit(s, row));
    json_out_int(j, "affected", r->affected);
    json_out_int(j, "unserved", r->unserved);
    if (r->unserved)
        json_out_null(j, "served_after_ms");
    else
        json_out_int(j, "served_after_ms", r->served_after);
    json_out_int(j, "attempts", (int64_t)r->attempts);
    json_out_int(j, "refused", (int64_t)r->refused);
    json_out_int(j, "answered", (int64_t)r->answered);
    json_out_int(j, "wasted", (int64_t)r->wasted);
    json_out_number(j, "wasted_share", storm_wasted_share(r), 6);
    json_out_int(j, "errors_shown", (int64_t)r->given_up);
    json_out_int(j, "queued", (int64_t)r->queued);
    json_out_int(j, "steps", (int64_t)r->steps);
    json_out_number(j, "bytes_per_client", (double)r->bytes / row->plan.clients, 1);
}

static void out_row(struct json_out *j, const struct storm_report *s, const struct storm_row *row)
{
    json_out_object(j, NULL);
    json_out_string(j, "policy", row->policy);
    out_plan(j, &row->plan);
    out_result(j, s, row);
    json_out_int(j, "bin_ms", STORM_BIN_MS);
    json_out_array(j, "arrivals");
    for (size_t i = 0; i < row->result.n_bins; i++)
        json_out_int(j, NULL, row->result.bins[i]);
    json_out_end_array(j);
    json_out_end_object(j);
}

void storm_json(const struct report_input *in, struct buf *out)
{
    struct json_out j;
    json_out_init(&j, out, 0);
    json_out_object(&j, NULL);
    json_out_int(&j, "format", 1);
    json_out_string(&j, "drainctl", DRAINCTL_VERSION);
    json_out_array(&j, "storms");
    for (size_t i = 0; i < in->storm->count; i++)
        out_row(&j, in->storm, &in->storm->rows[i]);
    json_out_end_array(&j);
    json_out_end_object(&j);
    buf_addc(out, '\n');
}
