/* The table of shapes. */
#include "load/shapes.h"

const struct shape *const shape_table[] = {
    [SHAPE_REQUEST] = &shape_request,
    [SHAPE_SILENT] = &shape_silent,
};
