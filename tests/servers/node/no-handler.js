// What most services begin with: nothing listens for SIGTERM.
'use strict';
require('./app').start();
