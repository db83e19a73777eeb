import java.io.IOException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.eclipse.jetty.server.handler.StatisticsHandler;

/** Jetty, stopped at the signal; `graceful`: with the StatisticsHandler and the stop timeout that
 * its page on graceful shutdown asks for. */
public class JettyTruth {
    static class Handler extends AbstractHandler {
        @Override
        public void handle(String path, Request base, HttpServletRequest request,
                HttpServletResponse response) throws IOException {
            Routes routes = new Routes(path, request.getQueryString());
            base.setHandled(true);
            if (routes.isStream()) {
                routes.stream(response.getOutputStream());
            } else {
                byte[] body = routes.body(request.getInputStream());
                response.setContentLength(body.length);
                response.getOutputStream().write(body);
            }
        }
    }

    public static void main(String[] words) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Routes.port());
        server.addConnector(connector);
        if (words.length > 0 && words[0].equals("graceful")) {
            StatisticsHandler statistics = new StatisticsHandler();
            statistics.setHandler(new Handler());
            server.setHandler(statistics);
            server.setStopTimeout(10000);
        } else {
            server.setHandler(new Handler());
        }
        server.setStopAtShutdown(true);
        server.start();
    }
}
