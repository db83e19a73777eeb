/* What the server serves, as tables. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "server/http/route.h"

extern const struct route main_routes[]; /* each ends with a NULL path */
extern const struct route control_routes[];
extern const struct route web_routes[]; /* the page's, and behind them main_routes (--web) */

/* One file each. */
void route_data_answer(struct request *r);
void route_stream_answer(struct request *r);
void route_stream_drained(struct request *r);
void route_stream_drop(struct request *r);
void route_upload_begin(struct request *r);
void route_upload_body(struct request *r, const char *data, size_t len);
void route_upload_answer(struct request *r);
void route_upload_drop(struct request *r);
void route_aggregate_answer(struct request *r);
void route_aggregate_drop(struct request *r);
void route_upstream_answer(struct request *r);
void route_upstream_drop(struct request *r);
void route_background_answer(struct request *r);
void route_metrics_answer(struct request *r);
void route_report_answer(struct request *r);
void route_report_drop(struct request *r);
void route_jobs_answer(struct request *r);
void route_events_written_answer(struct request *r);
void route_events_handled_answer(struct request *r);
void route_job_answer(struct request *r);
void route_job_drop(struct request *r);
void route_orders_answer(struct request *r);
void route_orders_drained(struct request *r);
void route_orders_drop(struct request *r);
void route_order_begin(struct request *r);
void route_order_body(struct request *r, const char *data, size_t len);
void route_order_answer(struct request *r);
void route_order_drop(struct request *r);
void route_hold_answer(struct request *r);
void route_live_answer(struct request *r);
void route_ready_answer(struct request *r);
void route_status_answer(struct request *r);
void route_actuator_answer(struct request *r);
void route_events_answer(struct request *r);
void route_events_drop(struct request *r);
void route_session_answer(struct request *r);
void route_page_answer(struct request *r);
void route_asset_answer(struct request *r);
void control_gate_answer(struct request *r);
void control_gauge_answer(struct request *r);
void control_ledger_answer(struct request *r);
void control_notice_answer(struct request *r);
void control_notice_plan(struct request *r);
void control_notice_cancel(struct request *r);
/* No new session is opened now: 503, as HTML for a client that prefers that. */
void refuse_session(struct request *r);

#endif
