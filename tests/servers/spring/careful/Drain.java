package careful;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Goes on accepting after the signal, until the load balancer knows, and ends keep-alive answer by answer.
 * Its phase is the highest, so that it stops before the web server does.
 */
@Component
public class Drain extends OncePerRequestFilter implements SmartLifecycle {
    private static final long GO_ON_MS = 2000;
    private final Health health;
    private volatile boolean running;

    public Drain(Health health) {
        this.health = health;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // without the CORS headers a browser shows a 503 as "Network Error"
        response.setHeader("Access-Control-Allow-Origin", "*");
        response.setHeader("Access-Control-Expose-Headers", "Retry-After");
        if (health.isDraining()) {
            response.setHeader("Connection", "close");
        }
        chain.doFilter(request, response);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        health.drain();
        try {
            Thread.sleep(GO_ON_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
