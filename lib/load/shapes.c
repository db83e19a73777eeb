/* The table of shapes. */
#include "load/shapes.h"

const struct shape *const shape_table[] = {
    [SHAPE_REQUEST] = &shape_request,
    [SHAPE_SILENT] = &shape_silent,
    [SHAPE_PARTIAL_HEAD] = &shape_partial_head,
    [SHAPE_PIPELINED] = &shape_pipelined,
    [SHAPE_EXPECT_CONTINUE] = &shape_expect_continue,
};
