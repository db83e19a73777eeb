"""Go: net/http and three frameworks, one program (apps/go)."""
from setup import Setup


def row(name, title):
    return Setup(f"go-{name}", title, ["${built}/go-truth", name], ["go-truth"])


SETUPS = [
    row("no-handler", "Go net/http, no handler"),
    row("shutdown", "Go net/http, `Shutdown`"),
    row("lameduck", "Go net/http, `Shutdown` after a second"),
    row("early", "Go net/http, `main` returns early"),
    row("gin-run", "Gin, `router.Run()`"),
    row("gin-shutdown", "Gin, `Shutdown` with 5 s"),
    row("echo", "Echo, `Shutdown` with 10 s"),
    row("fiber", "Fiber, `app.Shutdown()`"),
]
