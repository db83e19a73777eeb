/* The files of an old page as JSON: { "format": 1, … }. Keys are only ever added. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "report/skew/skew_report.h"

static void out_facts(struct json_out *j, const char *key, const struct fetch_facts *f)
{
    char hash[24];
    snprintf(hash, sizeof hash, "%016" PRIx64, f->hash);
    json_out_object(j, key);
    json_out_int(j, "status", f->status);
    json_out_string(j, "type", f->type);
    json_out_int(j, "bytes", f->bytes);
    json_out_string(j, "hash", f->status ? hash : NULL);
    json_out_string(j, "cache_control", f->cache_control);
    json_out_string(j, "elsewhere", f->elsewhere);
    json_out_string(j, "problem", *f->problem ? f->problem : NULL);
    json_out_end_object(j);
}

static const char *finding_word(enum skew_finding finding)
{
    return finding < SKEW_FINDINGS ? skew_words[finding].word
           : finding == SKEW_FINE  ? "kept"
                                   : "unanswered";
}

static void out_files(struct json_out *j, const struct skew *s)
{
    json_out_array(j, "files");
    for (size_t i = 0; i < s->n_files; i++) {
        const struct skew_file *f = &s->files[i];
        json_out_object(j, NULL);
        json_out_string(j, "url", f->url);
        json_out_string(j, "in", f->in);
        json_out_string(j, "kind", f->style ? "style" : "script");
        json_out_bool(j, "later", f->later);
        json_out_string(j, "finding", finding_word(f->finding));
        out_facts(j, "before", &f->before);
        out_facts(j, "after", &f->after);
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

static void out_lists(struct json_out *j, const struct skew *s)
{
    json_out_array(j, "elsewhere");
    for (size_t i = 0; i < s->n_elsewhere; i++)
        json_out_string(j, NULL, s->elsewhere[i]);
    json_out_end_array(j);
    json_out_array(j, "unknown");
    for (size_t i = 0; i < s->n_unknown; i++) {
        json_out_object(j, NULL);
        json_out_string(j, "in", s->unknown[i].in);
        json_out_string(j, "code", s->unknown[i].code);
        json_out_end_object(j);
    }
    json_out_end_array(j);
    json_out_array(j, "missing");
    for (size_t i = 0; i < s->n_missing; i++) {
        json_out_object(j, NULL);
        json_out_string(j, "name", s->missing[i].name);
        json_out_string(j, "in", s->missing[i].in);
        json_out_int(j, "status", s->missing[i].status);
        json_out_bool(j, "tag", s->missing[i].tag);
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

static void out_remark(void *arg, const char *sentence)
{
    json_out_string(arg, NULL, sentence);
}

void skew_json(const struct report_input *in, struct buf *out)
{
    const struct skew *s = in->skew;
    struct json_out j;
    json_out_init(&j, out, 0);
    json_out_object(&j, NULL);
    json_out_int(&j, "format", 1);
    json_out_string(&j, "drainctl", DRAINCTL_VERSION);
    json_out_string(&j, "verdict",
                    s->failed         ? "failed"
                    : s->inconclusive ? "inconclusive"
                                      : "passed");
    json_out_string(&j, "inconclusive", s->inconclusive);
    json_out_string(&j, "url", s->page.before.url);
    json_out_string(&j, "deploy", s->deploy.command);
    json_out_int(&j, "deploy_ms", s->deploy.ns / NS_PER_MS);
    json_out_object(&j, "counts");
    for (int i = 0; i <= SKEW_UNKNOWN; i++)
        json_out_int(&j, finding_word((enum skew_finding)i), (int64_t)s->counts[i]);
    json_out_end_object(&j);
    json_out_object(&j, "page");
    out_facts(&j, "before", &s->page.before);
    out_facts(&j, "after", &s->page.after);
    json_out_end_object(&j);
    out_files(&j, s);
    out_lists(&j, s);
    json_out_array(&j, "remarks");
    skew_remarks(s, out_remark, &j);
    json_out_end_array(&j);
    json_out_end_object(&j);
    buf_addc(out, '\n');
}
