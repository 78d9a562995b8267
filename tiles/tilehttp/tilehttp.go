// Package tilehttp answers HTTP requests with tiles.
package tilehttp

import (
	"net/http"
	"strconv"
	"strings"

	"yiju/tiles"
)

// DroppedHeader tells how many features were left out of a tile to keep it within
// its bounds. It is not there when none were.
const DroppedHeader = "X-Yiju-Dropped"

// Revalidate is a Cache-Control that lets a client keep a tile but makes it ask,
// by ETag, whether it still holds.
const Revalidate = "no-cache"

// Write answers a request with a tile: 200, 304 when the client has it already,
// or 204 when there is nothing in it. The body is sent as it is kept, compressed,
// unless the client does not take gzip. Cache-Control is left out when it is empty.
func Write(w http.ResponseWriter, r *http.Request, b *tiles.Body, cacheControl string) error {
	h := w.Header()
	if cacheControl != "" {
		h.Set("Cache-Control", cacheControl)
	}
	h.Set("Vary", "Accept-Encoding")
	if b.Dropped > 0 {
		h.Set(DroppedHeader, strconv.Itoa(b.Dropped))
	}
	compressed := acceptsGzip(r.Header.Values("Accept-Encoding"))
	// Two encodings are two representations: a strong tag tells them apart.
	etag := `"` + b.ETag + `"`
	if compressed {
		etag = `"` + b.ETag + `-gz"`
	}
	h.Set("ETag", etag)
	if matches(r.Header.Values("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if len(b.Gzip) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	data := b.Gzip
	if compressed {
		h.Set("Content-Encoding", "gzip")
	} else {
		plain, err := b.Plain()
		if err != nil {
			return err
		}
		data = plain
	}
	h.Set("Content-Type", tiles.MediaType)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(data)
	return err
}

// acceptsGzip reads Accept-Encoding: gzip named, or * for whatever is not named,
// with a weight above zero.
func acceptsGzip(values []string) bool {
	star := false
	for _, value := range values {
		for item := range strings.SplitSeq(value, ",") {
			name, weight, _ := strings.Cut(item, ";")
			positive := isPositive(weight)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "gzip", "x-gzip":
				return positive
			case "*":
				star = positive
			}
		}
	}
	return star
}

// isPositive reads a weight such as "q=0.5". None, or one that cannot be read,
// counts as full.
func isPositive(weight string) bool {
	_, number, found := strings.Cut(strings.ReplaceAll(weight, " ", ""), "q=")
	if !found {
		return true
	}
	q, err := strconv.ParseFloat(number, 64)
	return err != nil || q > 0
}

// matches compares a tag with If-None-Match, weakly, as RFC 9110 says.
func matches(values []string, etag string) bool {
	for _, value := range values {
		for item := range strings.SplitSeq(value, ",") {
			item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
			if item == etag || item == "*" {
				return true
			}
		}
	}
	return false
}
