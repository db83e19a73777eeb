"""Proxies and web servers in front of apps/backend.py, unpacked from Debian's packages."""
from setup import Setup

START = "${here}/apps/proxies/start"


def row(name, title, program, signal, needs):
    return Setup(name, title, [START, program, "${port}"], [needs], signal, proxy=True)


SETUPS = [
    row("nginx-term", "nginx, TERM", "nginx", "TERM", "debian/usr/sbin/nginx"),
    row("nginx-quit", "nginx, QUIT", "nginx", "QUIT", "debian/usr/sbin/nginx"),
    row("haproxy-term", "HAProxy, TERM", "haproxy", "TERM", "debian/usr/sbin/haproxy"),
    row("haproxy-usr1", "HAProxy, USR1", "haproxy", "USR1", "debian/usr/sbin/haproxy"),
    row("apache-term", "Apache, TERM", "apache", "TERM", "debian/usr/sbin/apache2"),
    row("apache-winch", "Apache, WINCH", "apache", "WINCH", "debian/usr/sbin/apache2"),
    row("lighttpd-term", "lighttpd, TERM", "lighttpd", "TERM", "debian/usr/sbin/lighttpd"),
    row("lighttpd-int", "lighttpd, INT", "lighttpd", "INT", "debian/usr/sbin/lighttpd"),
    row("h2o", "H2O, TERM", "h2o", "TERM", "debian/usr/bin/h2o"),
    row("caddy", "Caddy, TERM", "caddy", "TERM", "debian/usr/bin/caddy"),
]
