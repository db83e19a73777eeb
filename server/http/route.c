#include "server/http/route.h"

#include <llhttp.h>
#include <string.h>

#include "server/http/request.h"

/* Allow, by set of methods; OPTIONS is for the main listener's alone. */
static const char *const allows[] = {
    [ROUTE_GET] = "GET, HEAD",
    [ROUTE_POST] = "POST",
    [ROUTE_GET | ROUTE_POST] = "GET, HEAD, POST",
    [ROUTE_PUT] = "PUT",
    [ROUTE_POST | ROUTE_PUT] = "POST, PUT",
    [ROUTE_GET | ROUTE_POST | ROUTE_PUT | ROUTE_DELETE] = "GET, HEAD, POST, PUT, DELETE",
};

static const struct route options_route = {.path = "OPTIONS", .answer = respond_options};

static unsigned method_bit(const struct request *r)
{
    switch (r->method) {
    case HTTP_GET:
    case HTTP_HEAD:
        return ROUTE_GET;
    case HTTP_POST:
        return ROUTE_POST;
    case HTTP_PUT:
        return ROUTE_PUT;
    case HTTP_DELETE:
        return ROUTE_DELETE;
    default:
        return 0;
    }
}

static bool matches(const char *pattern, const char *path, size_t len)
{
    const char *end = path + len;
    for (; *pattern; pattern++) {
        if (*pattern == '*') {
            if (path == end || *path == '/')
                return false;
            while (path < end && *path != '/')
                path++;
        } else if (path == end || *path++ != *pattern) {
            return false;
        }
    }
    return path == end;
}

static bool is_preflight(const struct request *r)
{
    return r->method == HTTP_OPTIONS && r->http->counted;
}

static const struct route *row_after(const struct route *row)
{
    row++;
    return row->path || !row->more ? row : row->more;
}

int route_find(struct request *r, const struct route *table, const char **allow)
{
    size_t len;
    unsigned methods = 0;
    const char *path = request_path(r, &len);
    bool all = is_preflight(r) && len == 1 && *path == '*'; /* RFC 9110 §9.3.7 */
    for (const struct route *row = table; row->path; row = row_after(row)) {
        if (!all && !matches(row->path, path, len))
            continue;
        methods |= row->methods;
        if (row->methods & method_bit(r)) {
            r->route = row;
            return 0;
        }
    }
    if (!methods)
        return 404;
    *allow = allows[methods];
    if (!is_preflight(r))
        return 405;
    r->route = &options_route;
    return 0;
}

const char *route_segment(const struct request *r, size_t *len)
{
    const char *star = strchr(r->route->path, '*');
    if (!star)
        return NULL;
    const char *path = request_path(r, len) + (star - r->route->path);
    *len = strcspn(path, "/?");
    return path;
}
