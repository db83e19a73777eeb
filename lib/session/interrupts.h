/* Interruptions while no run goes on: what was found is still judged and reported. */
#ifndef SESSION_INTERRUPTS_H
#define SESSION_INTERRUPTS_H

/* From now on the first SIGINT, SIGTERM or SIGHUP is only remembered; a second one of its kind acts
 * as before. Those that are ignored stay so. Calls that it comes in the middle of go on
 * (SA_RESTART); poll(2) does not. */
void interrupts_remember(void);
/* The number of the one that came, or 0. */
int interrupts_remembered(void);

#endif
