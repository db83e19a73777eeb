/* The journal reader: what the writer writes, what was cut, and what should not be there. */
#include "script.h"

#include <sys/mman.h>
#include <unistd.h>

#include "journal/history.h"
#include "journal/journal.h"
#include "journal/line.h"

static void writer_and_reader_agree(void **state)
{
    (void)state;
    int fd = memfd_create("journal", MFD_CLOEXEC);
    struct journal j;
    journal_init(&j, fd);
    journal_add(&j, &(struct event){.kind = EVENT_PLAN, .t_ns = 7, .plan = "{\"a\":[1,\"}\"]}"});
    journal_add(&j, &(struct event){.kind = EVENT_ATTEMPT_END,
                                    .t_ns = 8,
                                    .attempt = 3,
                                    .code = 56,
                                    .length = -1,
                                    .framing = FRAMING_CHUNKED,
                                    .ended = ENDED_RUN_ENDED});
    journal_add(&j, &(struct event){.kind = EVENT_TARGET_OUTPUT,
                                    .t_ns = 9,
                                    .text = "tab\t quote\" back\\ \xc3\xa9 \x01"});
    journal_add(&j, &(struct event){.kind = EVENT_RUN_END, .t_ns = 9, .run_end = RUN_END_COMPLETE});
    journal_close(&j);
    struct histories h;
    struct error err = {0};
    assert_int_equal(histories_read_fd(&h, "j", fd, &err), 0);
    close(fd);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.runs[0].count, 4);
    assert_false(h.runs[0].cut);
    const struct event *e = &h.runs[0].events[1];
    assert_string_equal(h.runs[0].events[0].plan, "{\"a\":[1,\"}\"]}");
    assert_int_equal(e->attempt, 3);
    assert_int_equal(e->code, 56);
    assert_int_equal(e->length, -1);
    assert_int_equal(e->framing, FRAMING_CHUNKED);
    assert_int_equal(e->ended, ENDED_RUN_ENDED);
    assert_string_equal(h.runs[0].events[2].text, "tab\t quote\" back\\ \xc3\xa9 \x01");
    assert_int_equal(h.runs[0].events[3].run_end, RUN_END_COMPLETE);
    histories_free(&h);
}

static struct histories parse(const char *text)
{
    struct histories h;
    struct error err = {0};
    if (histories_parse(&h, "j", text, strlen(text), &err) < 0)
        fail_msg("%s", err.text);
    return h;
}

/* A later drainctl may have more words: they are read, and equal none of ours. */
static void words_of_later_versions(void **state)
{
    (void)state;
    struct histories h = parse("{\"t\":1,\"e\":\"plan\"}\n"
                               "{\"t\":2,\"e\":\"end\",\"framing\":\"quantum\",\"why\":null}\n");
    const struct event *e = &h.runs[0].events[1];
    assert_int_equal(e->framing, EVENT_WORD_OTHER);
    assert_string_equal(event_word(framing_words, e->framing), "");
    assert_int_equal(e->ended, ENDED_ITSELF);
    histories_free(&h);
}

static void escapes_and_liberties(void **state)
{
    (void)state;
    struct histories h = parse(" { \"e\" : \"plan\" , \"t\" : 1.5e3, \"plan\": {} }\r\n\n"
                               "{\"t\":2,\"e\":\"note\",\"later\":[{\"x\":null}],"
                               "\"text\":\"\\u00e9\\ud83d\\ude00\\ud800\\u0000\\/\\n\"}\n"
                               "{\"t\":3,\"e\":\"of-a-later-version\",\"text\":1}\n"
                               "{\"t\":4,\"e\":\"note\"}\n");
    assert_int_equal(h.runs[0].events[0].t_ns, 1500);
    assert_int_equal(h.runs[0].count, 3);
    assert_string_equal(h.runs[0].events[1].text,
                        "\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd/\n");
    assert_string_equal(h.runs[0].events[2].text, "");
    assert_true(h.runs[0].cut);
    histories_free(&h);
}

static void numbers_that_do_not_fit(void **state)
{
    (void)state;
    struct histories h = parse("{\"t\":1,\"e\":\"plan\",\"plan\":{}}\n"
                               "{\"t\":-5,\"e\":\"start\",\"a\":99999999999999999999999,"
                               "\"l\":-99999999999999999999999,\"r\":1e999,\"c\":-1e999,"
                               "\"due\":9223372036854775807}\n");
    const struct event *e = &h.runs[0].events[1];
    assert_int_equal(e->t_ns, 0);
    assert_true(e->attempt == LINE_INT_MOST);
    assert_true(e->load == -LINE_INT_MOST);
    assert_true(e->request == LINE_INT_MOST);
    assert_true(e->client == -LINE_INT_MOST);
    assert_true(e->intended == LINE_INT_MOST);
    histories_free(&h);
}

static void several_runs(void **state)
{
    (void)state;
    struct histories h = parse("{\"t\":1,\"e\":\"plan\",\"plan\":{}}\n"
                               "{\"t\":2,\"e\":\"run-end\",\"why\":\"complete\"}\n"
                               "{\"t\":3,\"e\":\"plan\",\"plan\":{}}\n"
                               "{\"t\":4,\"e\":\"plan\",\"plan\":{}}\n"
                               "{\"t\":5,\"e\":\"run-end\",\"why\":\"\"}");
    assert_int_equal(h.count, 3);
    assert_false(h.runs[0].cut);
    assert_true(h.runs[1].cut);
    assert_false(h.runs[2].cut);
    histories_free(&h);
}

static void what_is_not_a_journal(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"", "j: there is no run in this journal"},
        {"\n\n", "j: there is no run in this journal"},
        {"{\"t\":1,\"e\":\"note\",\"text\":\"\"}\n",
         "j:1: a journal begins with 'plan', not with 'note'"},
        {"hello\n", "j:1: this is not a line of a journal"},
        {"{\"t\":1,\"e\":\"pl", "j: the journal was cut before its first line was whole"},
        {"{\"t\":1,\"e\":\"plan\",\"plan\":{}}\n{\"t\":2,\"e\n{\"t\":3,\"e\":\"note\"}\n",
         "j:2: this is not a line of a journal"},
        {"{\"t\":1,\"e\":\"plan\",\"plan\":{}}\n{\"t\":2}\n",
         "j:2: this is not a line of a journal"},
        {"{\"t\":1,\"e\":\"plan\",\"plan\":{}}\n{\"t\":2,\"e\":\"sent\",\"a\":\"one\"}\n",
         "j:2: 'a' has the wrong type"},
        {"{\"t\":1,\"e\":\"plan\",\"plan\":{]}\n", "j:1: this is not a line of a journal"},
        {"{\"t\":1,\"e\":\"plan\",\"plan\":{}} x\n", "j:1: this is not a line of a journal"},
        {"{\"t\":1,\"e\":\"plan\",\"file\":\"\\q\"}\n", "j:1: this is not a line of a journal"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct histories h;
        struct error err = {0};
        assert_int_equal(histories_parse(&h, "j", bad[i].text, strlen(bad[i].text), &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_string_equal(err.text, bad[i].message);
        assert_null(h.runs);
    }
}

static void nested_too_deeply(void **state)
{
    (void)state;
    struct buf b;
    struct histories h;
    struct error err = {0};
    buf_init(&b, 1024 * 1024);
    buf_adds(&b, "{\"t\":1,\"e\":\"plan\",\"plan\":");
    for (int i = 0; i < 100000; i++)
        buf_addc(&b, '[');
    buf_addc(&b, '\n');
    assert_int_equal(histories_parse(&h, "j", b.data, b.len, &err), -1);
    buf_free(&b);
}

/* Whole, with cut = true, or a clear error as long as not even the plan's line is there. */
static void cut_at_every_byte(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1024 * 1024);
    script_begin(&b, "{\"name\":\"n\\\"\"," SCRIPT_TARGET "," SCRIPT_LOADS "}");
    script_answer(&b, 1, 0, 10, 20, 200, 5);
    script_end(&b, 30);
    size_t plan = strcspn(b.data, "\n");
    for (size_t len = 0; len <= b.len; len++) {
        struct histories h;
        struct error err = {0};
        char *text = malloc(len + 1); /* its own block, so that a read past the end is seen */
        memcpy(text, b.data, len);
        int rc = histories_parse(&h, "j", text, len, &err);
        assert_int_equal(rc, len < plan ? -1 : 0);
        if (rc == 0) {
            assert_int_equal(h.count, 1);
            assert_int_equal(h.runs[0].cut, len < b.len - 1);
        } else {
            assert_true(err.text[0] != '\0');
        }
        histories_free(&h);
        free(text);
    }
    buf_free(&b);
}

static void a_file_that_is_not_there(void **state)
{
    (void)state;
    struct histories h;
    struct error err = {0};
    assert_int_equal(histories_load(&h, "no/such/journal", &err), -1);
    assert_string_equal(err.text, "cannot open 'no/such/journal': No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_later_versions),
        cmocka_unit_test(writer_and_reader_agree),
        cmocka_unit_test(escapes_and_liberties),
        cmocka_unit_test(numbers_that_do_not_fit),
        cmocka_unit_test(several_runs),
        cmocka_unit_test(what_is_not_a_journal),
        cmocka_unit_test(nested_too_deeply),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(a_file_that_is_not_there),
    };
    return cmocka_run_group_tests_name("journal_history", tests, NULL, NULL);
}
