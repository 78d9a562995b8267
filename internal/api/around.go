package api

import (
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"yiju/geo"
	"yiju/web"
)

// metrics are the server's figures for Prometheus. Labels are operations, never
// paths, so that their number stays small.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	cache    *prometheus.CounterVec
	// scenarioTiles counts the tiles of scenarios apart: those that are the base's own
	// are counted there too.
	scenarioTiles *prometheus.CounterVec
	listeners     prometheus.Gauge
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "yiju_requests_total", Help: "Requests by operation and status."}, []string{"operation", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "yiju_request_seconds", Help: "Time to answer, by operation.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)}, []string{"operation"}),
		cache:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "yiju_tile_cache_total", Help: "Tiles asked for, by zoom and whether the cache had them."}, []string{"zoom", "result"}),
	}
	m.scenarioTiles = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "yiju_scenario_tiles_total", Help: "Tiles of scenarios asked for, by zoom and whether they were the base's, in the cache, or drawn."}, []string{"zoom", "result"})
	m.listeners = prometheus.NewGauge(prometheus.GaugeOpts{Name: "yiju_scenario_listeners", Help: "Connections that wait for changes of scenarios."})
	m.registry.MustRegister(m.requests, m.seconds, m.cache, m.scenarioTiles, m.listeners)
	return m
}

// plainRoutes serves what is neither JSON nor tile.
func (s *Server) plainRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.Handle("GET /{$}", web.Handler())
	mux.Handle("GET /_/", web.Handler())
	mux.Handle("GET /favicon.svg", web.Handler())
}

// ready answers 204 when the store answers.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if _, err := s.store.Layers(r.Context()); err != nil {
		s.log.WarnContext(r.Context(), "not ready", "err", err)
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// around puts what holds for every request around the routes: local callers
// only, no writes from other sites, headers that keep the page to itself, a log
// line, and a 500 in place of a broken connection when a handler panics.
func (s *Server) around(next http.Handler) http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			if broken := recover(); broken != nil {
				s.log.ErrorContext(r.Context(), "panic", "at", r.URL.Path, "what", broken, "stack", string(debug.Stack()))
				if !rec.wrote {
					http.Error(rec, "internal error", http.StatusInternalServerError)
				}
			}
			op := operation(r.URL.Path)
			s.metrics.requests.WithLabelValues(op, strconv.Itoa(rec.status)).Inc()
			s.metrics.seconds.WithLabelValues(op).Observe(time.Since(start).Seconds())
			s.log.DebugContext(r.Context(), "answered", "method", r.Method, "path", r.URL.Path, "status", rec.status, "took", time.Since(start))
		}()
		header := rec.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Content-Security-Policy", contentPolicy)
		if !localHost(r.Host) {
			// A page elsewhere that has its name point at this machine would
			// otherwise be served as if it were ours.
			http.Error(rec, "this server answers on localhost only", http.StatusMisdirectedRequest)
			return
		}
		guarded.ServeHTTP(rec, r)
	})
}

// contentPolicy lets the map make its worker from a blob and draw its images from
// data; everything else comes from this server.
const contentPolicy = "default-src 'self'; worker-src 'self' blob:; child-src blob:; img-src 'self' data: blob:; " +
	"style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

func localHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// operation names what a path asks for, in few words.
func operation(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "tiles", "_", "healthz", "readyz", "metrics":
		return first
	case "api":
		rest := strings.TrimPrefix(path, "/api/")
		name, _, _ := strings.Cut(rest, "/")
		switch name {
		case "workspace", "layers", "runs", "profiles", "why", "radio", "cameras", "analyses", "scenarios", "judgements", "palette":
			return name
		}
	case "":
		return "page"
	}
	return "other"
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.wrote = true
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// RequireLoopback refuses an address to listen on that others could reach: there
// is no sign-in.
func RequireLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err == nil && localHost(host) {
		return nil
	}
	return geo.Refuse(
		geo.Tf("不能在 %q 上监听：没有登录保护时只允许本机访问", "will not listen on %q: without sign-in only this machine may have access", addr),
		geo.T("使用 127.0.0.1:8080 这样的本机地址", "use a loopback address such as 127.0.0.1:8080"))
}
