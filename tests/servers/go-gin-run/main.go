// The first page of Gin's documentation: router.Run(), and nothing listens for SIGTERM.
package main

import (
	"io"
	"net/http"
	"os"
	"strconv"
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

func main() {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "hello\n") })
	router.GET("/ready", func(c *gin.Context) { c.String(http.StatusOK, "ready\n") })
	router.Any("/slow", slow)
	router.POST("/upload", upload)
	router.Run("127.0.0.1:" + os.Getenv("PORT"))
}
