/* The scenario parser on arbitrary bytes: it must neither crash nor leak, every refusal must say
 * something, and what it accepts must read the same from its own compact form, as a journal has it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plan plan, again;
    struct error err = {0};
    if (plan_parse_text("fuzz", (const char *)data, size, &plan, &err) < 0) {
        if (err.kind != ERROR_USAGE || !*err.text)
            abort();
        return 0;
    }
    if (plan_parse_text("fuzz", plan.from.source, strlen(plan.from.source), &again, &err) < 0 ||
        strcmp(plan.from.source, again.from.source) != 0)
        abort();
    plan_free(&plan);
    plan_free(&again);
    return 0;
}
