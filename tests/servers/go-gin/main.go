// The pattern of the Gin documentation and of many articles: wait for the signal, then give
// Shutdown five seconds. The first argument is another limit: 10s, 30s, or 1s, which is shorter than
// the slow handler.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
)

func slow(c *gin.Context) {
	ms, _ := strconv.Atoi(c.DefaultQuery("ms", "1500"))
	time.Sleep(time.Duration(ms) * time.Millisecond)
	c.String(http.StatusOK, "done\n")
}

func upload(c *gin.Context) {
	n, err := io.Copy(io.Discard, c.Request.Body)
	if err != nil {
		c.String(http.StatusBadRequest, "%v\n", err)
		return
	}
	c.String(http.StatusOK, "%d bytes\n", n)
}

func limit() time.Duration {
	if len(os.Args) < 2 {
		return 5 * time.Second
	}
	given, err := time.ParseDuration(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	return given
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "hello\n") })
	router.GET("/ready", func(c *gin.Context) { c.String(http.StatusOK, "ready\n") })
	router.Any("/slow", slow)
	router.POST("/upload", upload)

	srv := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: router}
	go func() {
		if err := srv.ListenAndServe(); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.Fatalf("listen: %s\n", err)
		}
	}()

	quit := make(chan os.Signal, 1)
	signal.Notify(quit, syscall.SIGINT, syscall.SIGTERM)
	<-quit
	log.Println("Shutting down server...")

	ctx, cancel := context.WithTimeout(context.Background(), limit())
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		log.Fatal("Server forced to shutdown: ", err)
	}
	log.Println("Server exiting")
}
