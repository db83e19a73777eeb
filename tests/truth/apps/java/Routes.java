import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What all set-ups in Java serve, for one request. */
public class Routes {
    private static final byte[] LARGE = new byte[4 << 20];
    private final String path;
    private final String query;

    static {
        Arrays.fill(LARGE, (byte) 'x');
    }

    Routes(String path, String query) {
        this.path = path;
        this.query = query == null ? "" : query;
    }

    static int port() {
        return Integer.parseInt(System.getenv("PORT"));
    }

    private int number(String name, int otherwise) {
        for (String pair : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return Integer.parseInt(pair.substring(name.length() + 1));
            }
        }
        return otherwise;
    }

    private static void pause(int ms) throws IOException {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException interrupted) {
            throw new IOException("interrupted", interrupted);
        }
    }

    boolean isStream() {
        return path.equals("/stream") || path.equals("/events");
    }

    void stream(OutputStream out) throws IOException {
        int left = path.equals("/stream") ? number("n", 10) : Integer.MAX_VALUE;
        for (; left > 0; left--) {
            out.write("part\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            pause(number("ms", 100));
        }
    }

    byte[] body(InputStream in) throws IOException {
        String text = "hello\n";
        switch (path) {
            case "/slow":
                pause(number("ms", 1000));
                text = "done\n";
                break;
            case "/upload":
                text = in.readAllBytes().length + " bytes\n";
                break;
            case "/large":
                return LARGE;
            default:
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
