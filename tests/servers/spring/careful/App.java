// A Spring Boot service that loses as few as it can when it is told to stop: see Drain and Health. PUT
// /admin/notice?in=5m announces a shutdown, DELETE calls it off.
package careful;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@EnableScheduling
@RestController
public class App {
    private final Health health;
    private final ConfigurableApplicationContext context;

    public App(Health health, ConfigurableApplicationContext context) {
        this.health = health;
        this.context = context;
    }

    public static void main(String[] args) {
        SpringApplication.run(App.class, args);
    }

    @PutMapping("/admin/notice") // keep it from the public, as all of /admin
    public void plan(@RequestParam String in) {
        health.plan(DurationStyle.detectAndParse(in));
    }

    @DeleteMapping("/admin/notice")
    public void callOff() {
        health.callOff();
    }

    @Scheduled(fixedRate = 500)
    public void stopWhenDue() {
        if (health.isDue() && !health.isDraining()) {
            new Thread(() -> System.exit(SpringApplication.exit(context))).start();
        }
    }

    @GetMapping("/")
    public String fast() {
        return "hello\n";
    }

    @RequestMapping("/slow")
    public String slow(@RequestParam(defaultValue = "1500") long ms) throws InterruptedException {
        Thread.sleep(ms);
        return "done\n";
    }

    @PostMapping("/upload")
    public String upload(InputStream body) throws IOException {
        return body.transferTo(OutputStream.nullOutputStream()) + " bytes\n";
    }
}
