/* The names in pages and scripts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "skew/names.h"

/* Each name as "KIND:name ": s script, c style sheet; t of a tag; l later; ? made at run time, m
 * when only the number is missing; n such a number. */
static void note(void *arg, const struct name *name)
{
    buf_addf(arg, "%s%s%s%s%s:%s ", name->style ? "c" : "s", name->tag ? "t" : "",
             name->later ? "l" : "", name->unknown ? "?" : "",
             name->maker    ? "m"
             : name->number ? "n"
                            : "",
             name->text);
}

static void check_script(const char *text, const char *expected)
{
    struct buf out;
    buf_init(&out, 4096);
    buf_adds(&out, "");
    char *copy = malloc(strlen(text) + 1); /* of its exact size, for the sanitizers */
    memcpy(copy, text, strlen(text) + 1);
    names_in_script(copy, strlen(text), note, &out);
    assert_string_equal(out.data ? out.data : "", expected);
    free(copy);
    buf_free(&out);
}

static void check_html(const char *text, const char *expected, const char *base)
{
    struct buf out;
    buf_init(&out, 4096);
    char *copy = malloc(strlen(text) + 1);
    memcpy(copy, text, strlen(text) + 1);
    char *is = names_in_html(copy, strlen(text), note, &out);
    assert_string_equal(out.data ? out.data : "", expected);
    if (base)
        assert_string_equal(is, base);
    else
        assert_null(is);
    free(is);
    free(copy);
    buf_free(&out);
}

static void test_tags(void **state)
{
    (void)state;
    check_html("<script src=\"/a.js\"></script>", "st:/a.js ", NULL);
    check_html("<SCRIPT defer SRC=a.js type='module'></SCRIPT >", "st:a.js ", NULL);
    check_html("<link rel=\"modulepreload\" crossorigin href=\"/v.js?x=1&amp;y=2\">",
               "st:/v.js?x=1&y=2 ", NULL);
    check_html("<link href=' /s.css ' rel='alternate stylesheet'>", "ct:/s.css ", NULL);
    check_html("<link rel=preload as=script href=p.js><link rel=preload as=font href=f.woff2>",
               "st:p.js ", NULL);
    check_html("<link rel=prefetch as=script href=p.js>", "stl:p.js ", NULL);
    check_html("<link rel=icon href=i.png><a href=\"x.js\">x</a>", "", NULL);
    check_html("<base href=\"/app/\"><base href=\"/no/\"><script src=a.js></script>", "st:a.js ",
               "/app/");
    check_html("<!-- <script src=no.js></script> --><script src=a.js></script>", "st:a.js ", NULL);
}

static void test_inline_scripts(void **state)
{
    (void)state;
    check_html("<script>import('./later.js');import x from \"./now.js\"</script>",
               "sl:./later.js s:./now.js ", NULL);
    /* Next.js writes JSON into strings */
    check_html("<script>self.__next_f.push([1,\"3:[\\\"static/chunks/a-1.js\\\"]\"])</script>",
               "sl:static/chunks/a-1.js ", NULL);
}

static void test_broken_pages(void **state)
{
    static const char *const broken[] = {"",
                                         "<",
                                         "<script",
                                         "<script src",
                                         "<script src=",
                                         "<script src='",
                                         "<!--",
                                         "<link rel=stylesheet href",
                                         "<base href=\"",
                                         "< script src=a.js>"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        check_html(broken[i], "", NULL);
    check_html("<script src=a.js", "st:a.js ", NULL);
}

static void test_quoted_names(void **state)
{
    (void)state;
    check_script("", "");
    check_script("import\"./a.js\";export{x}from'./b.mjs';", "s:./a.js s:./b.mjs ");
    check_script("const d=[\"assets/Foo-ab.js\",\"assets/Foo-ab.css\"]",
                 "sl:assets/Foo-ab.js cl:assets/Foo-ab.css ");
    check_script("i(`/pages/[id]-1.js`);j('/(shop)/page-2.js?v=3')",
                 "sl:/pages/[id]-1.js sl:/(shop)/page-2.js?v=3 ");
    check_script("import('https://cdn.example/x.js')", "sl:https://cdn.example/x.js ");
    /* a service worker is meant to change; another worker is a file as others are */
    check_script("navigator.serviceWorker.register(\"/sw.js\");new Worker('./w.js')", "sl:./w.js ");
    /* a quote in a regular expression changes nothing */
    check_script("/\"/.test(x);f(\"./a.js\")", "sl:./a.js ");
}

static void test_what_is_no_name(void **state)
{
    static const char *const none[] = {
        "\".js\"",      "\"a.json\"",         "'Node.js is fine'", "x.js",
        "\"a.js'",      "\"data:text/a.js\"", "\"blob:a.js\"",     "\"two words.js\"",
        "\"a.js.map\"", "\".css\"",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        check_script(none[i], "");
}

static void test_made_at_run_time(void **state)
{
    (void)state;
    check_script("import(`./l/${x}.js`);", "sl?:import(`./l/${x}.js`) ");
    check_script("import(\"./\"+n+\".js\")", "sl?:import(\"./\"+n+\".js\") ");
    check_script("import(name)", "sl?:import(name) ");
    check_script("import('./a.js');import( \"./b.js\" , {})", "sl:./a.js sl:./b.js ");
    check_script("a.import(x);reimport(x);import()", "");
    check_script("import(\"vue\")", ""); /* no file: an import map decides */
}

static void test_webpack(void **state)
{
    (void)state;
    check_script("r.u=e=>e+\".\"+{7:\"ab\",9:\"cd\"}[e]+\".js\"", "sl:7.ab.js sl:9.cd.js ");
    check_script(
        "r.u=function(e){return\"js/\"+({7:\"shop\"}[e]||e)+\".\"+{7:\"ab\",9:\"cd\"}[e]+\".js\"}",
        "sl:js/shop.ab.js sl:js/9.cd.js ");
    check_script("r.u=e=>(({7:\"shop\"})[e]||e)+\".js\"", "sl:shop.js ");
    check_script("r.u=e=>7===e?\"static/seven-1.js\":\"static/\"+e+\".\"+{9:\"cd\"}[e]+\".js\"",
                 "sl:static/seven-1.js sl:static/seven-1.js sl:static/9.cd.js ");
    check_script("r.u=e=>\"static/only.38ab.js\"", "sl:static/only.38ab.js ");
    check_script("r.miniCssF=e=>e+\".\"+{7:\"ab\"}[e]+\".css\"", "cl:7.ab.css ");
    /* a number that an object lacks has no file */
    check_script("r.u=e=>({7:\"a\",8:\"b\"})[e]+\".\"+{7:\"ab\"}[e]+\".js\"", "sl:a.ab.js ");
}

static void test_webpack_that_is_not_understood(void **state)
{
    static const char *const broken[] = {
        "r.u",        "r.u=",      "r.u=e",    "r.u=e=>",       "r.u=e=>{",
        "r.u=e=>{7:", "r.u=e=>\"", "r.u=e=>(", "x.u=5;y.u=f(x)"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        check_script(broken[i], "");
    /* of a single chunk, as Next.js has it: its number is asked for in another file */
    check_script("r.u=e=>\"static/chunks/\"+e+\".38ab.js\"",
                 "sl?m:.u=e=>\"static/chunks/\"+e+\".38ab.js\" ");
    check_script("r.u=e=>\"chunks/\"+e+\".ab.js\",r.f={}", "sl?m:.u=e=>\"chunks/\"+e+\".ab.js\" ");
    check_script("r.u=e=>hash(e)+\".js\"", "sl?:.u=e=>hash(e)+\".js\" ");
    char deep[2048] = "r.u=e=>";
    memset(deep + 7, '(', 2000);
    deep[2007] = '\0';
    check_script(deep, "");
}

static void check_made(const char *code, const char *number, const char *expected)
{
    struct buf out;
    buf_init(&out, 4096);
    names_made(code, number, false, note, &out);
    assert_string_equal(out.data ? out.data : "", expected);
    buf_free(&out);
}

/* The number stands where the chunk is asked for. */
static void test_numbers(void **state)
{
    static const char *const none[] = {"n.e(",          "n.e(1",  "n.e(x).then(", "n.e(\"",
                                       "n.e(1).catch(", "n.e(1)", "n.e().then("};
    (void)state;
    check_script("n.e(372).then(n.bind(n,372))", "sln:372 ");
    check_script("Promise.all([n.e(1),n.e(\"app_later_js\")]).then(f)", "sln:1 sln:app_later_js ");
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        check_script(none[i], "");
    check_made(".u=e=>\"static/chunks/\"+e+\".38ab.js\"", "372", "sl:static/chunks/372.38ab.js ");
    check_made(".u=function(e){return\"\"+e+\".js\"", "a", "sl:a.js ");
    check_made(".u=", "1", "");
    check_made("", "1", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_inline_scripts),
        cmocka_unit_test(test_broken_pages),
        cmocka_unit_test(test_quoted_names),
        cmocka_unit_test(test_what_is_no_name),
        cmocka_unit_test(test_made_at_run_time),
        cmocka_unit_test(test_webpack),
        cmocka_unit_test(test_webpack_that_is_not_understood),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
