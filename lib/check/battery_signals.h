/* The signals of the battery's runs, as a scenario writes them: each function adds those of one run
 * to the open array "signals". Which run has which stands in battery_loads.c. */
#ifndef CHECK_BATTERY_SIGNALS_H
#define CHECK_BATTERY_SIGNALS_H

#include "check/battery_loads.h"

/* The first signal of a run. */
int battery_first_signal(const struct battery_options *o, const struct battery_run *run);

typedef void battery_signals(struct json_out *j, const struct battery_options *o,
                             const struct battery_run *run);
battery_signals signals_in_flight, signals_alone, signals_freeze;
battery_signals signals_unrelated, signals_startup;

#endif
