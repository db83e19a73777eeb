// Spring Boot with Tomcat and one controller. How it stops is a matter of two properties, which stand
// on its command line: server.shutdown and spring.lifecycle.timeout-per-shutdown-phase.
package published;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class App {
    public static void main(String[] args) {
        SpringApplication.run(App.class, args);
    }

    @GetMapping("/")
    public String fast() {
        return "hello\n";
    }

    @GetMapping("/ready")
    public String ready() {
        return "ready\n";
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
