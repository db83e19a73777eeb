#include "plan/option_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* The whole message of json_error about a value that stands in no file ends with this and the
 * complaint. */
static const char place[] = ":0:0: $: ";

size_t option_not_utf8(const char *s)
{
    size_t len = strlen(s);
    for (size_t i = 0, n; i < len; i += n) {
        n = utf8_length(s + i, len - i);
        if (n == 0)
            return i + 1;
    }
    return 0;
}

int option_check(const char *name, const char *value, option_reader *read, struct error *err)
{
    size_t wild = option_not_utf8(value);
    if (wild) {
        error_set(err, ERROR_USAGE,
                  "the value of option '--%s' is not UTF-8 at byte %zu, and a scenario can only "
                  "hold UTF-8",
                  name, wild);
        return error_hint(err, "in a path, write such bytes as %%XX");
    }
    char *copy = NULL, no_name[] = "";
    struct json_doc nowhere = {.name = no_name};
    cJSON *node = cJSON_CreateString(value);
    int rc = read(&nowhere, node, &copy, err);
    cJSON_Delete(node);
    free(copy);
    if (rc == 0)
        return 0;
    struct error said = *err;
    error_set(err, ERROR_USAGE, "option '--%s': %s", name, said.text + strlen(place));
    return *said.hint ? error_hint(err, "%s", said.hint) : -1;
}
