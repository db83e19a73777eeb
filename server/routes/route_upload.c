/* POST /api/upload: reads it all, and answers its length and SHA-256, so that a client can tell
 * that every byte arrived. */
#include <inttypes.h>
#include <stdio.h>

#include <openssl/evp.h>

#include "server/internal.h"
#include "server/http/request.h"
#include "server/routes/routes.h"

void route_upload_begin(struct request *r)
{
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    if (hash && !EVP_DigestInit_ex(hash, EVP_sha256(), NULL)) {
        EVP_MD_CTX_free(hash);
        hash = NULL;
    }
    r->state = hash;
}

void route_upload_body(struct request *r, const char *data, size_t len)
{
    if (r->state)
        EVP_DigestUpdate(r->state, data, len);
}

void route_upload_answer(struct request *r)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!r->state || !EVP_DigestFinal_ex(r->state, digest, &size)) {
        respond_error(r, 500, "no SHA-256 in this libcrypto");
        return;
    }
    char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
    for (unsigned i = 0; i < size; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    char body[256];
    snprintf(body, sizeof body, "{\"bytes\":%" PRIu64 ",\"sha256\":\"%s\"}", r->body_len, hex);
    respond_json(r, 200, body);
}

void route_upload_drop(struct request *r)
{
    EVP_MD_CTX_free(r->state);
}
