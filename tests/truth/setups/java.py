"""Java: the JDK's own server, and Tomcat and Jetty from the jars of Debian's packages. What sets
`within` is a machine that is busy: a JVM starts in half a second when it is not."""
from setup import Setup

JARS = "${built}/debian/usr/share/java"


def row(name, title, main, *words):
    return Setup(name, title,
                 ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                  f"${{built}}/java:{JARS}/*", main, *words],
                 ["java", f"java/{main}.class"], within=40.0)


SETUPS = [
    row("jdk", "The JDK's HttpServer, `stop(5)`", "Jdk"),
    row("tomcat", "Tomcat, `stop()` in a shutdown hook", "TomcatTruth"),
    row("tomcat-graceful", "Tomcat, as Spring Boot's graceful shutdown", "TomcatTruth", "graceful"),
    row("jetty", "Jetty, `setStopAtShutdown`", "JettyTruth"),
    row("jetty-graceful", "Jetty, StatisticsHandler and stop timeout", "JettyTruth", "graceful"),
]
