package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var large = strings.Repeat("x", 4<<20)

func number(r *http.Request, name string, otherwise int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil {
		return n
	}
	return otherwise
}

func parts(w http.ResponseWriter, r *http.Request, n int) {
	pause := time.Duration(number(r, "ms", 100)) * time.Millisecond
	for ; n > 0 && r.Context().Err() == nil; n-- {
		io.WriteString(w, "part\n")
		w.(http.Flusher).Flush()
		time.Sleep(pause)
	}
}

// serve is what all set-ups in Go serve.
func serve(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/slow":
		time.Sleep(time.Duration(number(r, "ms", 1000)) * time.Millisecond)
		io.WriteString(w, "done\n")
	case "/upload":
		n, err := io.Copy(io.Discard, r.Body)
		if err == nil {
			fmt.Fprintf(w, "%d bytes\n", n)
		}
	case "/large":
		io.WriteString(w, large)
	case "/stream":
		parts(w, r, number(r, "n", 10))
	case "/events":
		parts(w, r, 1<<30)
	default:
		io.WriteString(w, "hello\n")
	}
}

func signalled() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	return ctx
}

// plain is net/http with no handler, with Shutdown, with Shutdown behind a delay, or with a main
// that ends as soon as ListenAndServe returns.
func plain(how string) {
	server := &http.Server{Addr: address, Handler: http.HandlerFunc(serve)}
	if how == "no-handler" {
		server.ListenAndServe()
		return
	}
	done, ctx := make(chan error, 1), signalled()
	go func() {
		<-ctx.Done()
		if how == "lameduck" {
			time.Sleep(time.Second)
		}
		limit, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		done <- server.Shutdown(limit)
	}()
	server.ListenAndServe()
	if how != "early" {
		<-done
	}
}
