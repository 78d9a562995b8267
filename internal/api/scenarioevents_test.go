package api

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/layers"
	"yiju/layers/memory"
)

// listener reads the events of a scenario.
type listener struct {
	lines *bufio.Scanner
	stop  context.CancelFunc
}

func follow(t *testing.T, origin, id, last string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+"/api/scenarios/"+id+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Last-Event-ID", last)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("status %d, %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	return &listener{lines: bufio.NewScanner(answer.Body), stop: cancel}
}

// next waits for the next event "changed".
func (l *listener) next(t *testing.T) changedEvent {
	t.Helper()
	name := ""
	for l.lines.Scan() {
		line := l.lines.Text()
		if rest, ok := strings.CutPrefix(line, "event: "); ok {
			name = rest
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok && name == "changed" {
			var e changedEvent
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Fatal(err)
			}
			return e
		}
	}
	t.Fatalf("the stream ended: %v", l.lines.Err())
	return changedEvent{}
}

// Events tell of every version, whoever made it, for longer than the server's bounds on
// reading a request and writing an answer.
func TestScenarioEvents(t *testing.T) {
	onStores(t, func(t *testing.T, s *Server, store layers.Store) {
		server := httptest.NewUnstartedServer(s)
		const bound = 100 * time.Millisecond
		server.Config.ReadTimeout, server.Config.WriteTimeout = bound, bound
		server.Start()
		t.Cleanup(server.Close)
		id := create(t, s, "大家一起改")
		l := follow(t, server.URL, id, "")
		first := l.next(t)
		sc := get[scenarioBody](t, s, "/api/scenarios/"+id)
		if first.Version != sc.Version || first.Hash != "" {
			t.Errorf("at first %+v, want version %d", first, sc.Version)
		}
		time.Sleep(4 * bound)
		step := appends(newLamp("x", place))
		step["author"] = "乙"
		made := edit(t, s, id, step)
		if e := l.next(t); e.Version != made.Scenario.Version || e.Hash != made.Scenario.Hash || e.Author != "乙" {
			t.Errorf("after an edit %+v, want version %d by 乙", e, made.Scenario.Version)
		}
		other := another(t, store)
		step = appends(newLamp("y", place))
		step["author"] = "丙"
		made = edit(t, other, id, step)
		if e := l.next(t); e.Version != made.Scenario.Version || e.Hash != made.Scenario.Hash || e.Author != "丙" {
			t.Errorf("after another server's edit %+v, want version %d by 丙", e, made.Scenario.Version)
		}
		// Of another scenario, nothing; so the next is of this one again.
		edit(t, s, create(t, s, "别的"), appends(newLamp("z", place)))
		made = edit(t, s, id, obj{"steps": []obj{{"do": "remove", "seqs": []int{1}}}})
		if e := l.next(t); e.Version != made.Scenario.Version {
			t.Errorf("then %+v, want version %d", e, made.Scenario.Version)
		}
		if w := (call{path: "/api/scenarios/nothing/events"}).do(t, s); w.Code != http.StatusNotFound {
			t.Errorf("events of no scenario: status %d", w.Code)
		}
	})
}

// There are only so many listeners; one that leaves makes room, and the end of the
// server ends all.
func TestListenersAreBounded(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	store := memory.New()
	fill(t, store)
	s, err := New(ctx, store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	id := create(t, s, "很多人")
	var all []*listener
	for range maxListeners {
		l := follow(t, server.URL, id, "")
		l.next(t)
		all = append(all, l)
	}
	full := call{path: "/api/scenarios/" + id + "/events"}.do(t, s)
	if p := decode[problem](t, full); full.Code != http.StatusServiceUnavailable || p.Message.ZH == "" {
		t.Errorf("one too many: status %d, %s", full.Code, full.Body)
	}
	all[0].stop()
	for full.Code == http.StatusServiceUnavailable { // until the server has seen it go
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		full = httptest.NewRecorder()
		s.ServeHTTP(full, httptest.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1/api/scenarios/"+id+"/events", nil))
		cancel()
	}
	end()
	for _, l := range all[1:] {
		for l.lines.Scan() { // ends
		}
	}
}

// A client that knows the version is not told of it again.
func TestEventsGoOnWhereTheyEnded(t *testing.T) {
	s, _ := serve(t)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	id := create(t, s, "续听")
	known := follow(t, server.URL, id, "").next(t)
	last, err := json.Marshal(known.Version)
	if err != nil {
		t.Fatal(err)
	}
	l := follow(t, server.URL, id, string(last))
	made := edit(t, s, id, appends(newLamp("x", orb.Point{117.1, 36.2})))
	if e := l.next(t); e.Version != made.Scenario.Version {
		t.Errorf("the first event is of version %d, want %d", e.Version, made.Scenario.Version)
	}
}
