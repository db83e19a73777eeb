#include "session/compare_input.h"

#include <limits.h>
#include <string.h>

#include "base/file.h"
#include "compare/compare.h"

/* Each line of a journal begins with its time, {"t":…; a verdict has no such key. */
static bool is_journal(const char *text)
{
    static const char blank[] = " \t\r\n";
    text += strspn(text, blank);
    if (*text != '{')
        return false;
    text += 1 + strspn(text + 1, blank);
    return strncmp(text, "\"t\"", 3) == 0;
}

static int judge_journal(struct compared *c, const char *name, const struct buf *text,
                         struct error *err)
{
    struct histories h = {0};
    if (histories_parse(&h, name, text->data, text->len, err) < 0 ||
        results_add(&c->results, &h, err) < 0)
        return -1;
    const struct results *r = &c->results;
    bool check = check_verdict_applies(r);
    if (check && check_verdict_open(&c->check, r, SEVERITY_LOW, NULL, err) < 0)
        return -1;
    summary_of_runs(&c->summary, name, r->runs, r->count, check ? &c->check.audit : NULL,
                    check ? c->check.report.check.verdict : judge_overall(r->runs, r->count));
    return 0;
}

static int read_verdict(struct compared *c, const char *name, const struct buf *text,
                        struct error *err)
{
    struct json_doc doc;
    if (json_doc_parse(&doc, name, text->data ? text->data : "", text->len, err) < 0) {
        if (err && !err->hint[0])
            error_hint(err, "it should be a journal, or what --report json writes");
        return -1;
    }
    return summary_of_json(&c->summary, name, &doc, err);
}

int compared_load(struct compared *c, const char *path, struct error *err)
{
    struct buf text;
    const char *name = file_title(path);
    *c = (struct compared){0};
    buf_init(&text, (size_t)INT_MAX);
    int rc = file_read(path, &text, err);
    if (rc == 0)
        rc = text.data && is_journal(text.data) ? judge_journal(c, name, &text, err)
                                                : read_verdict(c, name, &text, err);
    buf_free(&text);
    return rc;
}

void compared_free(struct compared *c)
{
    summary_free(&c->summary);
    check_verdict_close(&c->check);
    results_free(&c->results);
}
