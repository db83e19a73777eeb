package main

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
)

func ginRouter() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.NoRoute(func(c *gin.Context) { c.Status(http.StatusOK); serve(c.Writer, c.Request) })
	return router
}

// ginRun is what Gin's own first page shows: it installs no handler.
func ginRun() { ginRouter().Run(address) }

// ginShutdown is Gin's page on graceful shutdown, with its five seconds.
func ginShutdown() {
	server := &http.Server{Addr: address, Handler: ginRouter()}
	go server.ListenAndServe()
	<-signalled().Done()
	limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	server.Shutdown(limit)
}

// echoShutdown is Echo's recipe, with its ten seconds.
func echoShutdown() {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Any("/*", func(c echo.Context) error { serve(c.Response(), c.Request()); return nil })
	go e.Start(address)
	<-signalled().Done()
	limit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	e.Shutdown(limit)
}

func fiberParts(c *fiber.Ctx, n int) error {
	pause := time.Duration(c.QueryInt("ms", 100)) * time.Millisecond
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		for ; n > 0; n-- {
			w.WriteString("part\n")
			if w.Flush() != nil {
				return
			}
			time.Sleep(pause)
		}
	})
	return nil
}

// fiberShutdown is Fiber's recipe: Listen in a goroutine, Shutdown at the signal. Fiber is no
// net/http, so it has routes of its own.
func fiberShutdown() {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.All("/slow", func(c *fiber.Ctx) error {
		time.Sleep(time.Duration(c.QueryInt("ms", 1000)) * time.Millisecond)
		return c.SendString("done\n")
	})
	app.Post("/upload", func(c *fiber.Ctx) error {
		return c.SendString(strconv.Itoa(len(c.Body())) + " bytes\n")
	})
	app.Get("/large", func(c *fiber.Ctx) error { return c.SendString(large) })
	app.Get("/stream", func(c *fiber.Ctx) error { return fiberParts(c, c.QueryInt("n", 10)) })
	app.Get("/events", func(c *fiber.Ctx) error { return fiberParts(c, 1<<30) })
	app.All("/*", func(c *fiber.Ctx) error { return c.SendString("hello\n") })
	go app.Listen(address)
	<-signalled().Done()
	app.Shutdown()
}
