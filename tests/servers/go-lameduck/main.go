// A drain as Kubernetes wants it: readiness turns, the listener stays open until the load balancer
// has noticed, keep-alive ends, and Shutdown has a limit that leaves something of the grace.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	lameDuck = 2 * time.Second
	limit    = 8 * time.Second
)

var draining atomic.Bool

func slow(w http.ResponseWriter, r *http.Request) {
	ms, err := strconv.Atoi(r.URL.Query().Get("ms"))
	if err != nil {
		ms = 1500
	}
	time.Sleep(time.Duration(ms) * time.Millisecond)
	fmt.Fprintln(w, "done")
}

func upload(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintln(w, n, "bytes")
}

func ready(w http.ResponseWriter, _ *http.Request) {
	if draining.Load() {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

func main() {
	http.HandleFunc("/slow", slow)
	http.HandleFunc("/upload", upload)
	http.HandleFunc("/ready", ready)
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") })

	// first of all, so that a signal during the start is not lost
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	srv := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT"), ReadHeaderTimeout: 2 * time.Second}
	go func() {
		if err := srv.ListenAndServe(); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	<-ctx.Done()

	draining.Store(true)
	time.Sleep(lameDuck)
	srv.SetKeepAlivesEnabled(false)
	last, cancel := context.WithTimeout(context.Background(), limit-lameDuck)
	defer cancel()
	if err := srv.Shutdown(last); err != nil {
		log.Fatal("cut short: ", err)
	}
}
