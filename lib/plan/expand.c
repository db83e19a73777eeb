/* ${port}, ${dir} and ${NAME.port} in a process's arguments, environment, files and URL. */
#include "plan/plan.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { MAX_EXPANDED = 1024 * 1024 };

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

char *plan_expand(const char *text, int port)
{
    static const char name[] = "${port}";
    struct buf b;
    buf_init(&b, MAX_EXPANDED);
    for (const char *hit; (hit = strstr(text, name)); text = hit + strlen(name)) {
        buf_add(&b, text, (size_t)(hit - text));
        buf_add_int(&b, port);
    }
    buf_adds(&b, text);
    return buf_take(&b);
}

/* The length of the name in "${NAME.port}" at the start of `s`; 0: there is none. */
static size_t name_at(const char *s)
{
    static const char end[] = ".port}";
    size_t len = strncmp(s, "${", 2) == 0 ? strspn(s + 2, name_letters) : 0;
    return len && strncmp(s + 2 + len, end, strlen(end)) == 0 ? len : 0;
}

static int find(const struct plan *plan, const char *name, size_t len)
{
    for (size_t i = 0; i < plan_process_count(plan); i++) {
        const char *known = plan_process_name(plan, i);
        if (strlen(known) == len && memcmp(known, name, len) == 0)
            return (int)i;
    }
    return -1;
}

char *plan_expand_names(const struct plan *plan, const char *text, const char *dir,
                        const int *ports)
{
    static const char folder[] = "${dir}";
    struct buf b;
    buf_init(&b, MAX_EXPANDED);
    while (*text) {
        size_t len = name_at(text);
        int of = len ? find(plan, text + 2, len) : -1;
        if (of >= 0) {
            buf_add_int(&b, ports[of]);
            text += len + strlen("${.port}");
        } else if (strncmp(text, folder, strlen(folder)) == 0) {
            buf_adds(&b, dir);
            text += strlen(folder);
        } else {
            buf_addc(&b, *text++);
        }
    }
    return buf_take(&b);
}

char *plan_unknown_name(const struct plan *plan, const char *text)
{
    for (const char *s = text; (s = strstr(s, "${")); s += 2) {
        size_t len = name_at(s);
        if (len && find(plan, s + 2, len) < 0)
            return mem_strndup(s + 2, len);
    }
    return NULL;
}
