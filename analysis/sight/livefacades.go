package sight

import (
	"slices"

	"yiju/geo"
)

// liveHouse is a building, with how its façades are watched where they must be and
// where that is good.
type liveHouse struct {
	id     string
	floors int
	is     State
	// reach is where cameras that count matter, ways where anything that stands does:
	// the building, and the ways to it from those that look.
	reach, ways geo.Extent
	good        bool
	result      facadeResult
}

// newHouses lists the buildings, and keeps what is known of those that stay as they
// are; d is nil where nothing is known.
func (l *Live) newHouses(d *delta, edits edited) []liveHouse {
	m := l.m
	features := m.scene.Layers["buildings"]
	if d != nil && !edits.any("buildings") {
		for i := range l.houses {
			l.turnHouse(&l.houses[i], &l.houses[i], d)
		}
		return l.houses
	}
	out := make([]liveHouse, len(features))
	old := 0
	for i := range features {
		h := &out[i]
		h.id = features[i].ID
		if d != nil {
			for old < len(l.houses) && l.houses[old].id < h.id {
				old++
			}
			if old < len(l.houses) && l.houses[old].id == h.id && !edits["buildings"][h.id] {
				o := &l.houses[old]
				h.floors, h.is = o.floors, o.is
				l.turnHouse(h, o, d)
				continue
			}
		}
		h.floors, h.is = m.mustWatch(&features[i])
	}
	return out
}

// turnHouse keeps how the façades of a building are watched.
func (l *Live) turnHouse(h, o *liveHouse, d *delta) {
	if !o.good || touchAny(d.boxes, o.ways) || slices.ContainsFunc(d.watchersAt, o.reach.Contains) {
		h.good = false
		return
	}
	h.reach, h.ways, h.result, h.good = o.reach, o.ways, o.result, true
	if !d.moved {
		return
	}
	h.result.bands = slices.Clone(o.result.bands)
	for i := range h.result.bands {
		if b := &h.result.bands[i]; b.camera >= 0 {
			b.camera = d.cameras[b.camera]
		}
	}
}

// watchFacades hands to a run how façades are watched.
func (l *Live) watchFacades(r *run) {
	m := l.m
	var which, stale []int
	for i := range l.houses {
		h := &l.houses[i]
		r.wantFacade(i, h.floors, h.is)
		if h.is == Yes {
			if which = append(which, i); !h.good {
				stale = append(stale, i)
			}
		}
	}
	if len(stale) > 0 {
		watchers, solids := m.watchers(), m.solidsOfBuildings()
		parallel(len(stale), func() func(int) {
			s := &sightline{m: m}
			return func(i int) {
				h := &l.houses[stale[i]]
				e := geo.ExtentOf(m.scene.Layers["buildings"][stale[i]].Geometry)
				h.result = facadeResult{floors: h.floors}
				near := m.near(watchers, e)
				h.result.watch(s, near, solids[stale[i]])
				h.reach, h.ways, h.good = e.Grow(m.p.ReachM), e.Grow(1), true
				for _, c := range near {
					if m.cameras[c].able {
						h.ways.IncludePoint(m.cameras[c].At)
					}
				}
			}
		})
	}
	for k, i := range which {
		r.facades[k] = l.houses[i].result
		r.facades[k].feature = i
	}
	r.dropWalled()
}

// keepFacades keeps what a run drew of façades.
func (l *Live) keepFacades(r *run) {
	for i := range r.facades {
		l.houses[r.facades[i].feature].result.drawn = r.facades[i].drawn
	}
}
