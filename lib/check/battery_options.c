/* The texts among the options of a check, by the rules of the scenarios that they go into. */
#include <stddef.h>

#include "base/attr.h"
#include "check/battery.h"
#include "plan/option_text.h"
#include "plan/parse.h"

static const struct {
    const char *name;
    size_t offset; /* of the string in struct battery_options */
    option_reader *read;
} texts[] = {
    {"path", offsetof(struct battery_options, paths.fast), read_path},
    {"slow", offsetof(struct battery_options, paths.slow), read_path},
    {"outlast", offsetof(struct battery_options, paths.outlast), read_path},
    {"large", offsetof(struct battery_options, paths.large), read_path},
    {"stream", offsetof(struct battery_options, paths.stream), read_path},
    {"subscription", offsetof(struct battery_options, paths.subscription), read_path},
    {"upload", offsetof(struct battery_options, paths.upload), read_path},
    {"ready", offsetof(struct battery_options, paths.ready), read_path},
    {"page", offsetof(struct battery_options, paths.page), read_path},
    {"deploy", offsetof(struct battery_options, deploy), read_text},
    {"live", offsetof(struct battery_options, paths.live), read_path},
    {"ready-log", offsetof(struct battery_options, ready_log), read_regex},
    {"url", offsetof(struct battery_options, url), read_target_url},
};

int battery_check_options(const struct battery_options *o, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *value = *(const char *const *)(const void *)((const char *)o + texts[i].offset);
        if (value && option_check(texts[i].name, value, texts[i].read, err) < 0)
            return -1;
    }
    return 0;
}
