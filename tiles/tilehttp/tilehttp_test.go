package tilehttp_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"yiju/tiles"
	"yiju/tiles/tilehttp"
)

func pack(t *testing.T, tile tiles.Tile) *tiles.Body {
	b, err := tiles.Pack(tile)
	if err != nil {
		t.Fatal(err)
	}
	return &b
}

func ask(t *testing.T, b *tiles.Body, method string, header map[string]string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	if err := tilehttp.Write(w, r, b, tilehttp.Revalidate); err != nil {
		t.Fatal(err)
	}
	return w.Result()
}

func TestEncodings(t *testing.T) {
	data := bytes.Repeat([]byte("tile "), 1000)
	b := pack(t, tiles.Tile{Data: data, Dropped: 7})
	for accept, compressed := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "deflate, gzip;q=1.0, *;q=0.5": true, "br": false, "*": true,
		"gzip;q=0": false, "gzip; q=0.000": false, "*;q=0": false, "gzip;q=0, *": false, "identity": false, "x-gzip": true, "br, gzip ; q=0.2": true,
	} {
		res := ask(t, b, http.MethodGet, map[string]string{"Accept-Encoding": accept})
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != compressed {
			t.Errorf("Accept-Encoding %q: compressed %t, want %t", accept, got, compressed)
		}
		if compressed {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(body, data) || res.StatusCode != http.StatusOK {
			t.Errorf("Accept-Encoding %q: %d with %d bytes of %d", accept, res.StatusCode, len(body), len(data))
		}
		if res.Header.Get("Content-Type") != tiles.MediaType || res.Header.Get(tilehttp.DroppedHeader) != "7" ||
			res.Header.Get("Vary") != "Accept-Encoding" || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("headers %v", res.Header)
		}
	}
}

func TestConditionalRequests(t *testing.T) {
	b := pack(t, tiles.Tile{Data: []byte("tile")})
	tag := ask(t, b, http.MethodGet, map[string]string{"Accept-Encoding": "gzip"}).Header.Get("ETag")
	plain := ask(t, b, http.MethodGet, nil).Header.Get("ETag")
	if tag == plain {
		t.Errorf("both encodings have the tag %s", tag)
	}
	for match, want := range map[string]int{
		tag: 304, `"other"`: 200, `"other", ` + tag: 304, "W/" + tag: 304, "*": 304, plain: 200, "": 200,
	} {
		res := ask(t, b, http.MethodGet, map[string]string{"Accept-Encoding": "gzip", "If-None-Match": match})
		if res.StatusCode != want {
			t.Errorf("If-None-Match %s: %d, want %d", match, res.StatusCode, want)
		}
		if body, _ := io.ReadAll(res.Body); want == 304 && len(body) > 0 {
			t.Errorf("304 with %d bytes", len(body))
		}
	}
}

func TestEmptyAndHead(t *testing.T) {
	empty := pack(t, tiles.Tile{})
	res := ask(t, empty, http.MethodGet, map[string]string{"Accept-Encoding": "gzip"})
	if res.StatusCode != http.StatusNoContent || res.Header.Get("ETag") == "" || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("an empty tile is answered with %d, %v", res.StatusCode, res.Header)
	}
	b := pack(t, tiles.Tile{Data: []byte("tile")})
	res = ask(t, b, http.MethodHead, nil)
	if body, _ := io.ReadAll(res.Body); len(body) != 0 || res.Header.Get("Content-Length") != "4" {
		t.Errorf("HEAD gives %d bytes, headers %v", len(body), res.Header)
	}
}
