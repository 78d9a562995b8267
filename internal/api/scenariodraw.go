package api

import (
	"sync"
	"time"

	"yiju/internal/pipeline"
)

// artist draws the result layers behind live values while nobody waits for an answer.
type artist struct {
	mu   sync.Mutex
	busy map[string]*pipeline.Place // by scenario: what is to be drawn once more; nil for nothing
	done map[string]int64           // by scenario: how often its layers were drawn
}

// draw has the result layers of a scenario drawn, once it can be.
func (s *Server) draw(place *pipeline.Place) {
	a := &s.artist
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy == nil {
		a.busy, a.done = make(map[string]*pipeline.Place), make(map[string]int64)
	}
	if _, drawing := a.busy[place.ID]; drawing {
		a.busy[place.ID] = place
		return
	}
	a.busy[place.ID] = nil
	go s.drawAll(place)
}

// drawAfter is how long nothing must be edited before the layers are drawn: who edits
// again at once would otherwise wait for a step of the drawing to end.
const drawAfter = 400 * time.Millisecond

// drawAll draws a scenario until no more is asked for.
func (s *Server) drawAll(place *pipeline.Place) {
	for id := place.ID; place != nil; {
		select {
		case <-time.After(drawAfter):
		case <-s.ctx.Done():
			return
		}
		if next := s.artist.next(id, false); next != nil { // edited again
			place = next
			continue
		}
		drawn, err := place.Draw(s.ctx)
		if err != nil && s.ctx.Err() == nil {
			s.log.WarnContext(s.ctx, "drawing a scenario", "scenario", id, "err", err)
		}
		if drawn {
			s.artist.drew(id)
			s.news.tell(nil)
		}
		place = s.artist.next(id, true)
	}
}

// next takes what is to be drawn of a scenario; nil for nothing, which ends its drawing
// where that is asked for.
func (a *artist) next(id string, end bool) *pipeline.Place {
	a.mu.Lock()
	defer a.mu.Unlock()
	place := a.busy[id]
	if place != nil {
		a.busy[id] = nil
	} else if end {
		delete(a.busy, id)
	}
	return place
}

func (a *artist) drew(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done[id]++
}

// drawings counts how often the layers of a scenario were drawn.
func (a *artist) drawings(id string) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.done[id]
}
