/* A JSON verdict from anywhere: read it, compare it with itself and with a fixed one both ways, and
 * write every report of that. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "report/compare/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The other side: a load that lost nothing, and a check's defect. */
static const char fixed_text[] =
    "{\"format\":1,\"verdict\":\"passed\",\"runs\":[{\"scenario\":\"in-flight\",\"verdict\":"
    "\"passed\",\"signals\":[{\"signal\":\"SIGTERM\"}],\"loads\":[{\"name\":\"long\",\"attempts\":"
    "20,\"outcomes\":{\"completed\":20},\"phases\":{\"waiting\":{\"completed\":20}}}]}]}";

static int read_verdict(struct verdict_summary *s, const char *text, size_t size)
{
    struct json_doc doc;
    struct error err = {0};
    if (json_doc_parse(&doc, "fuzz", text, size, &err) < 0)
        return -1;
    return summary_of_json(s, "fuzz", &doc, &err);
}

static void compare_and_write(const struct verdict_summary *base,
                              const struct verdict_summary *head)
{
    static const struct compare_options options = {.alpha = 0.05, .fail_on = SEVERITY_LOW};
    struct comparison c;
    compare_summaries(&c, base, head, &options);
    if (base == head && (c.counts[CHANGE_WORSE] || c.counts[CHANGE_BETTER]))
        abort(); /* nothing differs from itself */
    for (const struct report_format *f = compare_formats; f->name; f++) {
        struct report_input in = {
            .kind = REPORT_COMPARISON, .comparison = &c, .width = 40, .verbose = true};
        struct buf out;
        buf_init(&out, 64 * 1024 * 1024);
        f->write(&in, &out);
        buf_free(&out);
    }
    comparison_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct verdict_summary s = {0}, fixed = {0};
    if (read_verdict(&s, (const char *)data, size) < 0)
        return 0;
    if (read_verdict(&fixed, fixed_text, strlen(fixed_text)) < 0)
        abort();
    compare_and_write(&s, &s);
    compare_and_write(&fixed, &s);
    compare_and_write(&s, &fixed);
    summary_free(&s);
    summary_free(&fixed);
    return 0;
}
