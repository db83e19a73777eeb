// A Gin service that loses no request when it is told to stop. kill -TERM drains it; kill -USR1 announces
// a shutdown in NOTICE (5m), and kill -USR2 calls it off.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	goOn       = 2 * time.Second // accept this long after the signal: until the load balancer knows
	finish     = 6 * time.Second // then let requests finish; goOn + finish + last < the platform's grace
	last       = time.Second     // then what was cancelled may still answer
	retryAfter = 5               // seconds
)

// slow stands for a handler that queries and calls: whatever it waits for, it heeds the context.
func slow(c *gin.Context) {
	ms, _ := strconv.Atoi(c.DefaultQuery("ms", "1500"))
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		c.String(http.StatusOK, "done\n")
	case <-c.Request.Context().Done():
		c.Header("Retry-After", strconv.Itoa(retryAfter))
		c.String(http.StatusServiceUnavailable, "cancelled\n")
	}
}

func upload(c *gin.Context) {
	n, err := io.Copy(io.Discard, c.Request.Body)
	if err != nil {
		c.String(http.StatusBadRequest, "%v\n", err)
		return
	}
	c.String(http.StatusOK, "%d bytes\n", n)
}

func routes(h *health) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(h.headers)
	router.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "hello\n") })
	router.GET("/ready", h.ready)
	router.GET("/actuator/health", h.answer)
	router.Any("/slow", slow)
	router.POST("/upload", upload)
	return router
}

// wait returns at the signal, or when the announced time has come.
func wait(h *health, signals chan os.Signal) {
	in, err := time.ParseDuration(os.Getenv("NOTICE"))
	if err != nil {
		in = 5 * time.Minute
	}
	for s := range signals {
		switch s {
		case syscall.SIGUSR1:
			h.plan(in, func() { signals <- syscall.SIGTERM })
		case syscall.SIGUSR2:
			h.callOff()
		default:
			return
		}
	}
}

func main() {
	// first of all, so that a signal during the start is not lost
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2)

	h := &health{}
	work, cancel := context.WithCancel(context.Background()) // the parent of every request's context
	defer cancel()
	srv := &http.Server{
		Addr:              "127.0.0.1:" + os.Getenv("PORT"),
		Handler:           routes(h),
		ReadHeaderTimeout: 2 * time.Second, // or a silent connection holds Shutdown up for 5 s
		BaseContext:       func(net.Listener) context.Context { return work },
	}
	go func() {
		if err := srv.ListenAndServe(); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()

	wait(h, signals)
	h.drain()
	time.Sleep(goOn)
	ctx, done := context.WithTimeout(context.Background(), finish)
	defer done()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		cancel()
		ctx, done := context.WithTimeout(context.Background(), last)
		defer done()
		err = srv.Shutdown(ctx)
		log.Print("requests were cancelled at the limit")
	}
	// db.Close() and the like stand here: after the last request, never before
	if err != nil {
		log.Fatal("cut short: ", err)
	}
}
