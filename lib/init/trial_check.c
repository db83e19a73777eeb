/* The options of a trial by the rules of the scenario that they go into. */
#include "init/trial.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "plan/option_text.h"
#include "plan/parse.h"

static int read_http_url(const struct json_doc *doc, const cJSON *node, char **out,
                         struct error *err)
{
    static const char scheme[] = "http://";
    if (read_text(doc, node, out, err) < 0)
        return -1;
    return strncmp(*out, scheme, strlen(scheme)) == 0
               ? 0
               : json_error(doc, node, err, "expected a URL that begins with http://, not '%.60s'",
                            *out);
}

static const struct {
    const char *name;
    size_t offset; /* of the string in struct trial_options */
    option_reader *read;
} texts[] = {
    {"slow", offsetof(struct trial_options, slow), read_path},
    {"path", offsetof(struct trial_options, path), read_path},
    {"ready", offsetof(struct trial_options, ready), read_path},
    {"live", offsetof(struct trial_options, live), read_path},
    {"ready-log", offsetof(struct trial_options, ready_log), read_regex},
    {"url", offsetof(struct trial_options, url), read_http_url},
};

static int check_command(char *const *command, struct error *err)
{
    for (int i = 0; command[i]; i++) {
        size_t wild = option_not_utf8(command[i]);
        if (!wild)
            continue;
        if (i == 0)
            error_set(err, ERROR_USAGE,
                      "the command's name is not UTF-8 at byte %zu, and a scenario can only hold "
                      "UTF-8",
                      wild);
        else
            error_set(err, ERROR_USAGE,
                      "argument %d of the command is not UTF-8 at byte %zu, and a scenario can "
                      "only hold UTF-8",
                      i, wild);
        return error_hint(err, "put the command into a script with a plain name, and give that");
    }
    return 0;
}

int trial_check(const struct trial_options *o, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *value = *(const char *const *)(const void *)((const char *)o + texts[i].offset);
        if (value && option_check(texts[i].name, value, texts[i].read, err) < 0)
            return -1;
    }
    return check_command(o->command, err);
}
