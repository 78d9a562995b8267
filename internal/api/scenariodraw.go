package api

import (
	"sync"

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

// drawAll draws a scenario until no more is asked for.
func (s *Server) drawAll(place *pipeline.Place) {
	a := &s.artist
	for place != nil {
		drawn, err := place.Draw(s.ctx)
		if err != nil && s.ctx.Err() == nil {
			s.log.WarnContext(s.ctx, "drawing a scenario", "scenario", place.ID, "err", err)
		}
		id := place.ID
		a.mu.Lock()
		if drawn {
			a.done[id]++
		}
		if place = a.busy[id]; place != nil {
			a.busy[id] = nil
		} else {
			delete(a.busy, id)
		}
		a.mu.Unlock()
		if drawn {
			s.news.tell(nil)
		}
	}
}

// drawings counts how often the layers of a scenario were drawn.
func (a *artist) drawings(id string) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.done[id]
}
