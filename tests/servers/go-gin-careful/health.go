package main

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// health is what the service says of itself: whether a shutdown is planned, and whether it drains.
type health struct {
	mu       sync.Mutex
	at       time.Time // of the planned shutdown; zero: none
	alarm    *time.Timer
	draining bool
}

// plan announces a shutdown, or moves the one that is announced; then runs when its time has come.
func (h *health) plan(in time.Duration, then func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.alarm != nil {
		h.alarm.Stop()
	}
	h.at, h.alarm = time.Now().Add(in), time.AfterFunc(in, then)
}

func (h *health) callOff() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.alarm != nil {
		h.alarm.Stop()
	}
	h.at, h.alarm = time.Time{}, nil
}

func (h *health) drain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.draining = true
}

func (h *health) look() (at time.Time, draining bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at, h.draining
}

// answer serves GET /actuator/health: frontends poll it, and count down by themselves.
func (h *health) answer(c *gin.Context) {
	at, draining := h.look()
	notice := gin.H{"scheduled": !at.IsZero()}
	if !at.IsZero() {
		left := math.Max(0, math.Ceil(time.Until(at).Seconds()))
		notice["shutdownTime"] = at.UTC().Format(time.RFC3339)
		notice["gracePeriodSeconds"] = int(left)
	}
	if draining {
		c.Header("Retry-After", strconv.Itoa(retryAfter))
		c.JSON(http.StatusServiceUnavailable, gin.H{"status": "OUT_OF_SERVICE", "maintenance": notice})
		return
	}
	c.JSON(http.StatusOK, gin.H{"status": "UP", "maintenance": notice})
}

// ready is for the load balancer: 503 from the signal on, while the port is still open.
func (h *health) ready(c *gin.Context) {
	if _, draining := h.look(); draining {
		c.Header("Retry-After", strconv.Itoa(retryAfter))
		c.String(http.StatusServiceUnavailable, "draining\n")
		return
	}
	c.String(http.StatusOK, "ready\n")
}

// headers runs before every route. While the service drains, each answer is the last one of its
// connection. Without the CORS headers a browser shows a 503 as "Network Error".
func (h *health) headers(c *gin.Context) {
	c.Header("Access-Control-Allow-Origin", "*")
	c.Header("Access-Control-Expose-Headers", "Retry-After")
	if _, draining := h.look(); draining {
		c.Header("Connection", "close")
	}
	if c.Request.Method == http.MethodOptions {
		c.Header("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key")
		c.AbortWithStatus(http.StatusNoContent)
	}
}
