<?php
// What PHP's own server serves: a router script.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$ms = (int) ($_GET['ms'] ?? 1000);

function parts(int $number, int $ms): void
{
    for (; $number > 0; $number--) {
        echo "part\n";
        ob_get_level() && ob_flush();
        flush();
        usleep($ms * 1000);
    }
}

switch ($path) {
    case '/slow':
        usleep($ms * 1000);
        $body = "done\n";
        break;
    case '/upload': $body = strlen(file_get_contents('php://input')) . " bytes\n"; break;
    case '/large': $body = str_repeat('x', 4 << 20); break;
    case '/stream': parts((int) ($_GET['n'] ?? 10), (int) ($_GET['ms'] ?? 100)); return true;
    case '/events': set_time_limit(0); parts(PHP_INT_MAX, 100); return true;
    default: $body = "hello\n";
}
header('Content-Type: text/plain');
header('Content-Length: ' . strlen($body));
echo $body;
return true;
