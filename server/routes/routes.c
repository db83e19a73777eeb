/* The tables of what is served. */
#include "server/routes/routes.h"

#include <llhttp.h>
#include <string.h>

#include "server/http/request.h"

const struct route main_routes[] = {
    {ROUTE_GET | ROUTE_POST, "/api/data", .answer = route_data_answer},
    {ROUTE_GET, "/api/stream", .kind = ROUTE_FINITE_STREAM, .answer = route_stream_answer,
     .drained = route_stream_drained, .drop = route_stream_drop},
    {ROUTE_GET, "/api/events", .kind = ROUTE_SUBSCRIPTION, .answer = route_events_answer,
     .drop = route_events_drop},
    {ROUTE_POST, "/api/upload", .begin = route_upload_begin, .body = route_upload_body,
     .answer = route_upload_answer, .drop = route_upload_drop},
    {ROUTE_GET, "/api/aggregate", .ends_with_client = true, .answer = route_aggregate_answer,
     .drop = route_aggregate_drop},
    {ROUTE_GET, "/api/upstream", .ends_with_client = true, .answer = route_upstream_answer,
     .drop = route_upstream_drop},
    {ROUTE_POST, "/api/background", .answer = route_background_answer},
    {ROUTE_GET, "/metrics", .answer = route_metrics_answer},
    {ROUTE_GET, "/api/report", .ends_with_client = true, .answer = route_report_answer,
     .drop = route_report_drop},
    {ROUTE_GET, "/api/orders", .answer = route_orders_answer, .drained = route_orders_drained,
     .drop = route_orders_drop},
    {ROUTE_GET, "/api/jobs", .answer = route_jobs_answer, .drained = route_orders_drained,
     .drop = route_orders_drop},
    {ROUTE_GET, "/api/events-written", .answer = route_events_written_answer,
     .drained = route_orders_drained, .drop = route_orders_drop},
    {ROUTE_GET, "/api/events-handled", .answer = route_events_handled_answer,
     .drained = route_orders_drained, .drop = route_orders_drop},
    {ROUTE_POST, "/api/jobs", .answer = route_job_answer, .drop = route_job_drop},
    {ROUTE_POST, "/api/orders", .begin = route_order_begin, .body = route_order_body,
     .answer = route_order_answer, .drop = route_order_drop},
    {ROUTE_GET, "/hold", .answer = route_hold_answer},
    {ROUTE_GET, "/live", .answer = route_live_answer},
    {ROUTE_GET, "/ready", .answer = route_ready_answer},
    {ROUTE_GET, "/health", .answer = route_ready_answer},
    {ROUTE_GET, "/api/health", .answer = route_status_answer},
    {ROUTE_GET, "/actuator/health", .answer = route_actuator_answer},
    {ROUTE_GET | ROUTE_POST, "/api/session", .opens_session = true, .answer = route_session_answer},
    {.path = NULL},
};

const struct route control_routes[] = {
    {ROUTE_POST | ROUTE_PUT, "/gates/*/open", .answer = control_gate_answer},
    {ROUTE_GET, "/gauge", .answer = control_gauge_answer},
    {ROUTE_GET, "/ledger", .answer = control_ledger_answer},
    {ROUTE_GET, "/notice", .answer = control_notice_answer},
    {ROUTE_POST | ROUTE_PUT, "/notice", .answer = control_notice_plan},
    {ROUTE_DELETE, "/notice", .answer = control_notice_cancel},
    {.path = NULL},
};

/* The page, its scripts and styles, and its service worker, which reaches no further than its own
 * folder and so stands at the top. */
const struct route web_routes[] = {
    {ROUTE_GET, "/", .answer = route_page_answer},
    {ROUTE_GET, "/index.html", .answer = route_page_answer},
    {ROUTE_GET, "/sw.js", .answer = route_page_answer},
    {ROUTE_GET, "/config.json", .answer = route_page_answer},
    {ROUTE_GET, "/icon.svg", .answer = route_page_answer},
    {ROUTE_GET, "/manifest.webmanifest", .answer = route_page_answer},
    {ROUTE_GET, "/licenses.txt", .answer = route_page_answer},
    {ROUTE_GET, "/assets/*", .answer = route_asset_answer},
    {.path = NULL, .more = main_routes},
};
