#include "server/hooks.h"

#include "server/faults/faults.h"
#include "server/faults/points.h"

const struct server_hooks fault_hooks = {
    .at_signal = fault_at_signal,
    .at_drain = fault_at_drain,
    .drain_delay = fault_drain_delay,
    .at_queue = fault_at_queue,
    .at_end = fault_at_end,
    .at_deadline = fault_at_deadline,
    .drops_idle = fault_drops_idle,
    .keeps_idle = fault_keeps_idle,
    .idle_slack = fault_idle_slack,
    .keeps_open = fault_keeps_open,
    .answers = fault_answers,
    .changes = fault_changes,
    .cuts = fault_cuts,
    .closes_on_input = fault_closes_on_input,
    .counted = fault_counted,
    .stalls = fault_stalls,
    .fails_liveness = fault_fails_liveness,
    .seems_ready = fault_seems_ready,
    .keeps_asking = fault_keeps_asking,
    .takes_on = fault_takes_on,
    .acks_first = fault_acks_first,
    .drops_background = fault_drops_background,
    .web_build = fault_web_build,
    .at_start = fault_at_start,
    .at_listening = fault_at_listening,
    .at_stop = fault_at_stop,
};
