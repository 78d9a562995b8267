// Package web carries the web map inside the binary: what `npm run build` leaves in
// dist. A clone without Node compiles all the same; it then has no pages to serve,
// and its handler says how to make them.
package web

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
)

// The folder holds a committed .keep, so that the pattern matches before any build.
//
//go:embed all:dist
var files embed.FS

// Dist gives the files of the web map: index.html at the root, what it loads below
// "_/". Names below "_/" change with their content; index.html keeps its name.
func Dist() fs.FS {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the name is a constant and a valid path
	}
	return dist
}

// Built tells whether the web map was built before the binary was.
func Built() bool {
	_, err := fs.Stat(Dist(), "index.html")
	return err == nil
}

// ECharts is the chart library as one script, for reports that are read without a
// server; nil where the web map was not built.
func ECharts() []byte {
	script, err := fs.ReadFile(Dist(), "_/echarts.min.js")
	if err != nil {
		return nil
	}
	return script
}

// Handler serves the web map: its page at "/", its files by their names. A name it
// does not have is a 404, never the page. Files below "/_/" may be kept by browsers
// for good, all others are asked for again each time.
func Handler() http.Handler {
	if !Built() {
		return http.HandlerFunc(notBuilt)
	}
	server := http.FileServerFS(Dist())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" && strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r) // no listings of folders
			return
		}
		cache := "no-cache"
		if strings.HasPrefix(r.URL.Path, "/_/") && exists(r.URL.Path) {
			cache = "public, max-age=31536000, immutable"
		}
		w.Header().Set("Cache-Control", cache)
		server.ServeHTTP(w, r)
	})
}

func exists(path string) bool {
	_, err := fs.Stat(Dist(), strings.TrimPrefix(path, "/"))
	return err == nil
}

func notBuilt(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte("网页地图尚未构建：运行 make build，然后重新启动。\n" +
		"The web map has not been built: run make build, then start again.\n"))
}
