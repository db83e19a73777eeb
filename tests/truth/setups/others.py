"""PHP's own server, uWSGI, and a server behind a shell or npm, as many images start theirs."""
from setup import Setup

NODE = "${here}/apps/node"
ROOT = "${built}/debian"
UWSGI = [f"{ROOT}/usr/bin/uwsgi-core", "--plugins-dir", f"{ROOT}/usr/lib/uwsgi/plugins", "--plugin",
         "python311", "--http-socket", "127.0.0.1:${port}", "--chdir", "${here}/apps/python",
         "--module", "app:application", "--master", "--processes", "5", "--disable-logging"]

SETUPS = [
    Setup("php", "PHP's own server, four workers",
          [f"{ROOT}/usr/bin/php8.2", "-q", "-S", "127.0.0.1:${port}",
           "${here}/apps/php/router.php"],
          ["debian/usr/bin/php8.2"], env={"PHP_CLI_SERVER_WORKERS": "4"}, at_once=3, keeps=0),
    Setup("uwsgi", "uWSGI, TERM", UWSGI, ["debian/usr/bin/uwsgi-core"], at_once=4, keeps=0),
    Setup("uwsgi-die", "uWSGI, `--die-on-term`", [*UWSGI, "--die-on-term"],
          ["debian/usr/bin/uwsgi-core"], at_once=4, keeps=0),
    Setup("shell", "Node http, `server.close()`, behind a shell",
          ["sh", "-c", f"node {NODE}/http.js close; true"], ["node"]),
    Setup("npm-start", "Node http, `server.close()`, behind `npm start`",
          ["npm", "start", "--silent", "--prefix", NODE], ["npm"]),
]
