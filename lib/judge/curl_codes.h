/* The CURLcode numbers that journals hold, for lib/judge, which must not know libcurl. From
 * <curl/curl.h> of libcurl 7.88.1; libcurl-errors(3) promises that numbers are never reused. */
#ifndef JUDGE_CURL_CODES_H
#define JUDGE_CURL_CODES_H

enum curl_code {
    CODE_OK = 0,
    CODE_UNSUPPORTED_PROTOCOL = 1, /* "Received HTTP/0.9 when not allowed" */
    CODE_COULDNT_RESOLVE_HOST = 6,
    CODE_COULDNT_CONNECT = 7,
    CODE_WEIRD_SERVER_REPLY = 8,
    CODE_HTTP2 = 16,
    CODE_PARTIAL_FILE = 18,
    CODE_OUT_OF_MEMORY = 27, /* also: a header line longer than libcurl's own limit */
    CODE_OPERATION_TIMEDOUT = 28,
    CODE_SSL_CONNECT_ERROR = 35,
    CODE_ABORTED_BY_CALLBACK = 42,
    CODE_INTERFACE_FAILED = 45, /* bind(2) to the source address failed */
    CODE_GOT_NOTHING = 52,
    CODE_SSL_ENGINE_NOTFOUND = 53,
    CODE_SSL_ENGINE_SETFAILED = 54,
    CODE_SEND_ERROR = 55,
    CODE_RECV_ERROR = 56,
    CODE_SSL_CERTPROBLEM = 58,
    CODE_SSL_CIPHER = 59,
    CODE_PEER_FAILED_VERIFICATION = 60,
    CODE_SSL_ENGINE_INITFAILED = 66,
    CODE_SSL_CACERT_BADFILE = 77,
    CODE_SSL_SHUTDOWN_FAILED = 80,
    CODE_SSL_CRL_BADFILE = 82,
    CODE_SSL_ISSUER_ERROR = 83,
    CODE_SSL_PINNEDPUBKEYNOTMATCH = 90,
    CODE_SSL_INVALIDCERTSTATUS = 91,
    CODE_HTTP2_STREAM = 92,
    CODE_SSL_CLIENTCERT = 98,
};

#endif
