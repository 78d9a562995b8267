package sight

import (
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// liveView is what a camera sees, where that is good.
type liveView struct {
	seen
	good bool
	// stamp tells views apart: what is made of the same views is the same.
	stamp int64
}

// plotPlace is the place of a plot among all.
type plotPlace struct{ row, col int }

// livePlot is a plot with the views that it was made of.
type livePlot struct {
	stamps []int64
	lone   []float64 // by view: what it alone sees, in square metres
	levels []orb.Geometry
	drawn  bool // levels are there
}

// turnViews keeps the views of cameras that stay as they are and before which nothing
// changed.
func (l *Live) turnViews(d *delta) {
	next := make([]liveView, len(l.m.cameras))
	for i, k := range d.cameras {
		if k >= 0 && l.views[i].good && !l.changesView(&l.m.cameras[k], d) {
			next[k] = l.views[i]
		}
	}
	l.views = next
}

// changesView tells whether something that changed may be in the view of a camera.
func (l *Live) changesView(c *Camera, d *delta) bool {
	if !c.able || len(d.boxes) == 0 {
		return false
	}
	if !d.aligned {
		return true
	}
	lenses := []*lens{&c.now}
	if c.canTurn {
		lenses = append(lenses, &c.could)
	}
	for _, lens := range lenses {
		v := lens.view(lens.limit_m)
		if slices.ContainsFunc(d.boxes, func(e geo.Extent) bool { return inView(&v, e) }) {
			return true
		}
	}
	return false
}

// look looks again where views are not good any more, and hands all to a run.
func (l *Live) look(r *run) {
	var stale []int
	for i := range l.views {
		if !l.views[i].good {
			stale = append(stale, i)
		}
	}
	parallel(len(stale), func() func(int) {
		k, w := newLooker(l.m), &weaver{}
		return func(i int) {
			n := stale[i]
			l.views[n] = liveView{seen: k.see(&l.m.cameras[n], w), good: true}
		}
	})
	for _, n := range stale {
		l.stamp++
		l.views[n].stamp = l.stamp
	}
	r.views = make([]seen, len(l.views))
	for i := range l.views {
		r.views[i] = l.views[i].seen
	}
}

// countAlone finds what each camera alone sees.
func (l *Live) countAlone(r *run) {
	for _, p := range l.makePlots(r, false) {
		for k, c := range p.plot.areas {
			r.lone[c].area_m2 += p.live.lone[k]
		}
	}
}

// drawRedundancy draws how many cameras see each place.
func (l *Live) drawRedundancy(r *run) {
	made := l.makePlots(r, true)
	plots := make([]plot, len(made))
	for i := range made {
		plots[i].levels = made[i].live.levels
	}
	r.covers = joinLevels(plots)
}

// madePlot is a plot of a run with what is kept of it.
type madePlot struct {
	plot *plot
	live *livePlot
}

// makePlots works out the plots of which the views are other ones than they were, and
// those that are to be drawn and were not.
func (l *Live) makePlots(r *run, draw bool) []madePlot {
	plots := r.plots()
	next := make(map[plotPlace]*livePlot, len(plots))
	out := make([]madePlot, len(plots))
	var stale []int
	for i := range plots {
		p := &plots[i]
		stamps := make([]int64, len(p.areas))
		for k, c := range p.areas {
			stamps[k] = l.views[c].stamp
		}
		at := plotPlace{p.row, p.col}
		live := l.plots[at]
		if live == nil || !slices.Equal(live.stamps, stamps) {
			live = &livePlot{stamps: stamps}
		}
		if live.lone == nil || draw && !live.drawn {
			stale = append(stale, i)
		}
		next[at], out[i] = live, madePlot{p, live}
	}
	parallel(len(stale), func() func(int) {
		c := &counter{}
		return func(i int) {
			made := &out[stale[i]]
			c.count(made.plot, r.views, draw)
			made.live.lone = make([]float64, len(made.plot.areas))
			for k, camera := range made.plot.areas {
				made.live.lone[k] = made.plot.lone[int32(camera)]
			}
			made.live.levels, made.live.drawn = made.plot.levels, draw
		}
	})
	l.plots = next
	return out
}
