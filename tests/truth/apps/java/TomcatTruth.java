import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** Tomcat in a program of one's own, stopped from a shutdown hook: `graceful` pauses the connector
 * and waits for its requests first, as Spring Boot does. */
public class TomcatTruth {
    static class Servlet extends HttpServlet {
        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            Routes routes = new Routes(request.getRequestURI(), request.getQueryString());
            if (routes.isStream()) {
                routes.stream(response.getOutputStream());
            } else {
                byte[] body = routes.body(request.getInputStream());
                response.setContentLength(body.length);
                response.getOutputStream().write(body);
            }
        }
    }

    static void stop(Tomcat tomcat, boolean graceful) {
        try {
            if (graceful) {
                tomcat.getConnector().pause();
                tomcat.getConnector().getProtocolHandler().closeServerSocketGraceful();
                tomcat.getConnector().getProtocolHandler().awaitConnectionsClose(10000);
            }
            tomcat.stop();
            tomcat.destroy();
        } catch (Exception failed) {
            failed.printStackTrace();
        }
    }

    public static void main(String[] words) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        tomcat.setPort(Routes.port());
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "truth", new Servlet());
        context.addServletMappingDecoded("/*", "truth");
        boolean graceful = words.length > 0 && words[0].equals("graceful");
        tomcat.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat, graceful)));
        tomcat.getServer().await();
    }
}
