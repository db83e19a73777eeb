package careful;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the service says of itself: whether a shutdown is planned, and whether it drains. */
@Component
@RestController
public class Health {
    private static final String RETRY_AFTER = "5"; // seconds
    private volatile Instant at; // of the planned shutdown; null: none
    private volatile boolean draining;

    public void plan(Duration in) {
        at = Instant.now().plus(in);
    }

    public void callOff() {
        at = null;
    }

    public boolean isDue() {
        Instant planned = at;
        return planned != null && !Instant.now().isBefore(planned);
    }

    public void drain() {
        draining = true;
    }

    public boolean isDraining() {
        return draining;
    }

    /** Frontends poll it, and count down by themselves. */
    @GetMapping("/actuator/health")
    public ResponseEntity<Map<String, Object>> health() {
        Map<String, Object> maintenance = new LinkedHashMap<>();
        Instant planned = at;
        maintenance.put("scheduled", planned != null);
        if (planned != null) {
            long left = (Duration.between(Instant.now(), planned).toMillis() + 999) / 1000;
            maintenance.put("shutdownTime", planned.truncatedTo(ChronoUnit.SECONDS).toString());
            maintenance.put("gracePeriodSeconds", Math.max(0, left));
        }
        return say(Map.of("status", draining ? "OUT_OF_SERVICE" : "UP", "maintenance", maintenance));
    }

    /** For the load balancer: 503 from the signal on, while the port is still open. */
    @GetMapping("/ready")
    public ResponseEntity<Map<String, Object>> ready() {
        return say(Map.of("ready", !draining));
    }

    private ResponseEntity<Map<String, Object>> say(Map<String, Object> body) {
        return draining ? ResponseEntity.status(503).header("Retry-After", RETRY_AFTER).body(body)
                        : ResponseEntity.ok(body);
    }
}
