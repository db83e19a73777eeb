// Shutdown is called, and main does not wait for it: ListenAndServe returns as soon as Shutdown
// begins, and the process is gone while requests are running.
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
	"syscall"
	"time"
)

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

func main() {
	http.HandleFunc("/slow", slow)
	http.HandleFunc("/upload", upload)
	http.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ready") })
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") })

	srv := &http.Server{Addr: "127.0.0.1:" + os.Getenv("PORT")}
	go func() {
		quit := make(chan os.Signal, 1)
		signal.Notify(quit, syscall.SIGINT, syscall.SIGTERM)
		<-quit
		if err := srv.Shutdown(context.Background()); err != nil {
			log.Println("shutdown:", err)
		}
	}()
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
