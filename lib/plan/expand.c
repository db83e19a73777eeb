/* ${port} in a target's arguments, environment and URL. */
#include "plan/plan.h"

#include <string.h>

#include "base/buf.h"

enum { MAX_EXPANDED = 1024 * 1024 };

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
