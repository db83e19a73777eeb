/* What is said of TLS, in one place: it is not spoken yet. */
#ifndef PLAN_HTTPS_H
#define PLAN_HTTPS_H

#define HTTPS_HINT                                                                                 \
    "TLS comes in a later version; give the plain HTTP port or Unix socket that the server has "   \
    "behind its TLS, with http:// or unix:"

#endif
