// One program for all set-ups in Go: go-truth NAME, with PORT in the environment.
package main

import "os"

var address = "127.0.0.1:" + os.Getenv("PORT")

var names = map[string]func(){
	"no-handler":   func() { plain("no-handler") },
	"shutdown":     func() { plain("shutdown") },
	"lameduck":     func() { plain("lameduck") },
	"early":        func() { plain("early") },
	"gin-run":      ginRun,
	"gin-shutdown": ginShutdown,
	"echo":         echoShutdown,
	"fiber":        fiberShutdown,
}

func main() {
	if len(os.Args) == 2 && names[os.Args[1]] != nil {
		names[os.Args[1]]()
	} else {
		os.Stderr.WriteString("usage: go-truth NAME\n")
		os.Exit(2)
	}
}
