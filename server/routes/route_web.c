/* GET / and what belongs to it: the page (--web). Its scripts and styles have a hash in their names
 * and are kept for ever; the page that names them, and the service worker, are asked for anew each
 * time. A script that is not there is 404 and never the page instead, which would hide that a
 * deploy took it away. */
#include <stdio.h>
#include <string.h>

#include "server/http/http.h"
#include "server/http/request.h"
#include "server/routes/routes.h"
#include "server/internal.h"
#include "server/routes/web_build.h"
#include "server/routes/web_files.h"

#define PAGE_CACHING  "no-cache"
#define ASSET_CACHING "public, max-age=31536000, immutable" /* RFC 8246 */

/* Does If-None-Match name the tag (RFC 9110 §13.1.2; the comparison is the weak one)? */
static bool known(const struct request *r, const char *etag)
{
    const char *list = r->asks.known.data ? r->asks.known.data : "";
    return strstr(list, etag) || strncmp(list, "*,", 2) == 0;
}

static void answer(struct request *r, const struct embedded *files, const char *name, size_t len,
                   const char *caching)
{
    char etag[32], fields[512];
    files = web_build_files(r->http->server->web, files);
    const struct embedded *plain = web_file(files, name, len);
    if (!plain) {
        respond_error(r, 404, "not found");
        return;
    }
    const struct embedded *gzip = r->asks.gzip ? web_compressed(files, plain) : NULL;
    const struct embedded *sent = gzip ? gzip : plain;
    web_etag(sent, etag, sizeof etag);
    snprintf(fields, sizeof fields,
             "Cache-Control: %s\r\nETag: %s\r\nVary: Accept-Encoding\r\n"
             "X-Content-Type-Options: nosniff\r\n"
             "Content-Security-Policy: default-src 'self'; img-src 'self' data:; "
             "object-src 'none'; base-uri 'none'; form-action 'self'\r\n%s",
             caching, etag, gzip ? "Content-Encoding: gzip\r\n" : "");
    if (known(r, etag))
        respond_empty(r, 304, fields);
    else
        respond_fields(r, 200, web_type(plain->name), fields, sent->text, sent->len);
}

void route_page_answer(struct request *r)
{
    size_t len;
    const char *name = request_path(r, &len) + 1;
    if (--len == 0)
        answer(r, web_pages, "index.html", strlen("index.html"), PAGE_CACHING);
    else
        answer(r, web_pages, name, len, PAGE_CACHING);
}

void route_asset_answer(struct request *r)
{
    size_t len;
    const char *name = route_segment(r, &len);
    answer(r, web_assets, name, len, ASSET_CACHING);
}
