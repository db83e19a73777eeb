#include "session/check_verdict.h"

#include "cli/command.h"

bool check_verdict_applies(const struct results *r)
{
    return r->count > 0 && r->runs[0].plan.audit;
}

static int read_baseline(struct check_verdict *a, const char *file, struct error *err)
{
    struct json_doc doc;
    if (!file)
        return 0;
    if (json_doc_load(&doc, file, err) < 0)
        return -1;
    int rc = baseline_read(&a->baseline, &doc, err);
    json_doc_free(&doc);
    return rc;
}

int check_verdict_open(struct check_verdict *a, const struct results *r, int fail_on,
                       const char *baseline_file, struct error *err)
{
    static const int statuses[] = {
        [VERDICT_PASSED] = EXIT_PASSED,
        [VERDICT_FAILED] = EXIT_FAILED,
        [VERDICT_INCONCLUSIVE] = EXIT_INCONCLUSIVE,
    };
    *a = (struct check_verdict){0};
    if (read_baseline(a, baseline_file, err) < 0)
        return -1;
    const char *profile = r->count ? r->runs[0].plan.platform.profile : NULL;
    a->in = (struct audit_input){r->runs, r->count, profile ? profile_find(profile) : NULL};
    audit_run(&a->in, &a->audit);
    audit_weigh(&a->audit, (enum severity)fail_on, &a->baseline);
    enum verdict_value verdict = audit_verdict(&a->audit);
    a->status = statuses[verdict];
    a->report = (struct report_input){
        .kind = REPORT_CHECK,
        .check = {&a->audit, &a->in, (enum severity)fail_on, verdict},
    };
    return 0;
}

int check_verdict_try_baseline(const char *file, struct error *err)
{
    struct check_verdict a = {0};
    int rc = read_baseline(&a, file, err);
    baseline_free(&a.baseline);
    return rc;
}

void check_verdict_close(struct check_verdict *a)
{
    audit_free(&a->audit);
    baseline_free(&a->baseline);
}
