/* Streams: one at a time, and the run with many subscriptions, bent. After audit_rows.h. */
#ifndef AUDIT_CROWD_H
#define AUDIT_CROWD_H

static void stream_stalls(void)
{
    set_killed(&b, "check-main", 3000);
    cut(&b, "check-main", "streaming", -1, 3001, REASON_CLOSED_MID_RESPONSE);
}

static void truncated(void)
{
    struct attempt *one = nth(&b, "check-main", "waiting", 0);

    one->outcome = OUTCOME_CUT_OFF;
    one->reason = REASON_TRUNCATED;
    one->answer.whole = false;
}

/* Subscriptions end one after the other, and who comes back is refused. */
static void healthy_crowd(void)
{
    size_t run = begin_run(&b, "check-crowd");

    for (int i = 0; i < 120; i++)
        add_attempt(&b, run, "crowd", -200, -190, 4 * i + 2);
    for (int i = 0; i < 10; i++)
        add_refused(&b, run, "coming-back", 50 + 25 * i);
}

static void storm(void)
{
    struct attempt *one;

    healthy_crowd();
    for (int i = 0; i < 105 && (one = nth(&b, "check-crowd", "crowd", i)); i++)
        one->end_ns = T0 + MS(20) + i * 900000;
}

/* So many within a tenth of a second more. */
static void storm_near(void)
{
    struct attempt *one;

    healthy_crowd();
    for (int i = 0; i < 120 && (one = nth(&b, "check-crowd", "crowd", i)); i++)
        one->end_ns = T0 + MS(20) + i * 1100000;
}

static void come_back(int status)
{
    struct attempt *one;

    healthy_crowd();
    for (int i = 0; i < 5 && (one = nth(&b, "check-crowd", "coming-back", i)); i++) {
        one->connected_ns = one->sent_ns = one->start_ns + 1000;
        one->first_ns = one->end_ns;
        one->status = status;
        one->answer.whole = true;
        one->reason = REASON_STATUS;
        one->outcome = status == 503 ? OUTCOME_REFUSED : OUTCOME_COMPLETED;
    }
}

static void turned_away(void)
{
    come_back(503);
}

/* Answered with 200 and ended at once: EventSource tries again. */
static void turned_away_near(void)
{
    come_back(200);
}

#endif
