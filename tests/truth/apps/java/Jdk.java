import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** The JDK's own server, stopped from a shutdown hook that waits five seconds at most. */
public class Jdk {
    static void reply(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    static void handle(HttpExchange exchange) throws IOException {
        Routes routes = new Routes(exchange.getRequestURI().getPath(),
            exchange.getRequestURI().getQuery());
        if (routes.isStream()) {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                routes.stream(out);
            }
        } else {
            reply(exchange, routes.body(exchange.getRequestBody()));
        }
    }

    public static void main(String[] words) throws Exception {
        HttpServer server = HttpServer.create(
            new InetSocketAddress("127.0.0.1", Routes.port()), 128);
        server.setExecutor(Executors.newFixedThreadPool(32));
        server.createContext("/", Jdk::handle);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(5)));
        server.start();
    }
}
