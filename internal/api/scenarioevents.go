package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

const (
	heartbeat = 20 * time.Second // shorter than what proxies take for dead
	eventTime = 10 * time.Second // for a client to take one event
)

// changedEvent tells that a scenario was changed.
type changedEvent struct {
	Version int64  `json:"version"`
	Hash    string `json:"hash"`
	Author  string `json:"author"`
}

type eventsInput struct {
	ID   string `path:"id" maxLength:"63"`
	Last string `header:"Last-Event-ID" maxLength:"30" doc:"The version that the client knows"`
}

func (s *Server) scenarioEvents(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	if _, err := s.scenarios.Book().Get(ctx, in.ID); err != nil {
		return nil, s.asProblem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		if !s.news.join() {
			w.Header().Set("Retry-After", "30")
			s.answerProblem(w, r, errTooManyListeners)
			return
		}
		s.metrics.listeners.Inc()
		defer s.metrics.listeners.Dec()
		defer s.news.leave()
		if err := s.stream(r, w, in); err != nil && r.Context().Err() == nil {
			s.log.DebugContext(r.Context(), "events", "scenario", in.ID, "err", err)
		}
	}}, nil
}

var errTooManyListeners = &problem{status: http.StatusServiceUnavailable, Code: "busy",
	Message: geo.Tf("同时等待方案变化的连接超过 %d 个", "more than %d connections wait for changes of scenarios", maxListeners),
	Fixes:   []geo.Text{geo.T("关闭不用的页面", "close pages that are not in use")}}

// stream sends the version there is, unless the client knows it, and every later one,
// until the request or the server ends or the scenario is gone.
func (s *Server) stream(r *http.Request, w http.ResponseWriter, in *eventsInput) error {
	out := &eventWriter{w: w, control: http.NewResponseController(w)}
	// The server bounds the time to read a request, which would end one that stays open.
	if err := out.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	defer func() { _ = out.control.SetWriteDeadline(time.Time{}) }() // the connection may serve others
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	known, _ := strconv.ParseInt(in.Last, 10, 64) // none knows nothing
	drawn := s.artist.drawings(in.ID)
	if err := out.send(": hello\n\n"); err != nil {
		return err
	}
	for {
		news := s.news.wait()
		event, err := s.changed(r.Context(), in.ID)
		if err != nil {
			return err
		}
		if event.Version != known {
			known = event.Version
			body, err := json.Marshal(event)
			if err != nil {
				return err
			}
			if err := out.send(fmt.Sprintf("id: %d\nevent: changed\ndata: %s\n\n", known, body)); err != nil {
				return err
			}
		}
		if now := s.artist.drawings(in.ID); now != drawn {
			drawn = now
			if err := out.send(fmt.Sprintf("event: drawn\ndata: {\"version\":%d}\n\n", known)); err != nil {
				return err
			}
		}
	idle:
		for {
			select {
			case <-news:
				break idle
			case <-beat.C:
				if err := out.send(": still here\n\n"); err != nil {
					return err
				}
			case <-r.Context().Done():
				return nil
			case <-s.news.done:
				return nil
			}
		}
	}
}

// changed tells how a scenario is now.
func (s *Server) changed(ctx context.Context, id string) (changedEvent, error) {
	sc, net, err := s.content(ctx, id)
	if err != nil {
		return changedEvent{}, err
	}
	return changedEvent{Version: sc.Version, Hash: net.Hash(), Author: s.news.author(layers.Revision(sc.Version))}, nil
}

// content gives a scenario as it is written down, with what it comes to.
func (s *Server) content(ctx context.Context, id string) (*scenario.Scenario, *scenario.Net, error) {
	sc, err := s.scenarios.Book().Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	net, err := s.scenarios.Book().Net(ctx, sc)
	return sc, net, err
}

// eventWriter sends what is written at once, and gives up on a client that takes none.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (o *eventWriter) send(text string) error {
	if err := o.control.SetWriteDeadline(time.Now().Add(eventTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := o.w.Write([]byte(text)); err != nil {
		return err
	}
	return o.control.Flush()
}
