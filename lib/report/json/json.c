/* The verdict as one JSON object. */
#include "report/checklist.h"
#include "report/formats.h"

#include "verdict/json.h"

static void out_run(struct json_out *j, const struct run_verdict *v)
{
    json_out_object(j, NULL);
    verdict_json_run(j, v);
    checklist_json(j, &v->checklist);
    json_out_end_object(j);
}

void report_json(const struct report_input *in, struct buf *out)
{
    struct json_out j;
    json_out_init(&j, out, 2);
    json_out_object(&j, NULL);
    json_out_int(&j, "format", 1);
    json_out_string(&j, "drainctl", DRAINCTL_VERSION);
    json_out_string(&j, "verdict", verdict_word(report_verdict(in)));
    if (in->kind == REPORT_CHECK)
        verdict_json_check(&j, in->check.audit, in->check.audited);
    json_out_array(&j, "runs");
    for (size_t i = 0; i < in->count; i++)
        out_run(&j, &in->runs[i]);
    json_out_end_array(&j);
    json_out_end_object(&j);
    buf_addc(out, '\n');
}
