package radio

import (
	"cmp"
	"reflect"

	"yiju/geo"
)

// prismPair is a building before and after a change; nil where there is none.
type prismPair struct{ old, now *prism }

// changedPrisms pairs what differs between the buildings of two models; nil where all
// are the same ones in the same places.
func changedPrisms(a, b *Model) []prismPair {
	if len(a.prisms) == len(b.prisms) && (len(a.prisms) == 0 || &a.prisms[0] == &b.prisms[0]) {
		return nil
	}
	out := []prismPair{}
	i, k := 0, 0
	for i < len(a.prisms) || k < len(b.prisms) {
		order := 0
		switch {
		case i == len(a.prisms):
			order = 1
		case k == len(b.prisms):
			order = -1
		default:
			order = cmp.Compare(a.buildings[i].ID, b.buildings[k].ID)
		}
		switch {
		case order < 0:
			out = append(out, prismPair{old: &a.prisms[i]})
			i++
		case order > 0:
			out = append(out, prismPair{now: &b.prisms[k]})
			k++
		default:
			if p, q := &a.prisms[i], &b.prisms[k]; !p.is(q) {
				out = append(out, prismPair{p, q})
			}
			i++
			k++
		}
	}
	return out
}

// is tells whether two prisms are the same.
func (p *prism) is(q *prism) bool {
	if len(p.walls) > 0 && len(p.walls) == len(q.walls) && &p.walls[0] == &q.walls[0] {
		return true // one was copied from the other
	}
	return reflect.DeepEqual(p, q)
}

// turnBuildings forgets what the buildings that changed touch.
func (l *Live) turnBuildings(was *Model, pairs []prismPair) {
	m := l.m
	cols, _ := m.grid.tiles()
	var cv canvas
	for k := range l.tiles {
		_, _, g := m.grid.tileOf(k%cols, k/cols)
		cv.box = g.box()
		for _, pair := range pairs {
			for _, p := range []*prism{pair.old, pair.now} {
				if p != nil && p.box.Touches(cv.box) {
					l.tiles[k].ready = false
				}
			}
		}
		for i, t := range m.transmitters {
			if m.reaches(t, &cv) && l.inTheWay(t, k, cv.box, pairs) {
				l.doubt(&l.cells[i], k, pairs)
				l.forgetSum(k, carrier{t.cell.Operator, t.cell.FreqMHz})
				l.tiles[k].ready = false
			}
		}
	}
	l.renumberBuildings(was)
}

// inTheWay tells whether one of the buildings may hide some of a tile from a cell,
// before or after the change, or stand around the tile where that counts.
func (l *Live) inTheWay(t *transmitter, k int, tile geo.Extent, pairs []prismPair) bool {
	s := shade{t: t}
	s.aimAt(tile)
	way := tile
	way.IncludePoint(t.at)
	round := tile.Grow(BuiltWithinM + 2*builtStepM)
	for _, pair := range pairs {
		for _, p := range []*prism{pair.old, pair.now} {
			switch {
			case p == nil || p.box.IsEmpty():
			case l.m.looksRound && p.box.Touches(round), p.box.Touches(tile):
				return true
			case p.known && p.box.Touches(way) && !s.apart(&p.box) && !s.overlooks(p, l.tiles[k].low):
				return true
			}
		}
	}
	return false
}

// renumberBuildings gives buildings their new places in the tiles that stay. Those
// that are gone are in none of them.
func (l *Live) renumberBuildings(was *Model) {
	place := make([]int32, len(was.buildings))
	moved := false
	k := 0
	for i := range was.buildings {
		for k < len(l.m.buildings) && l.m.buildings[k].ID < was.buildings[i].ID {
			k++
		}
		place[i] = int32(k)
		moved = moved || k != i
	}
	if !moved {
		return
	}
	for k := range l.tiles {
		t := &l.tiles[k]
		if !t.ready {
			continue
		}
		for i, b := range t.tile.Building {
			if b >= 0 {
				t.tile.Building[i] = place[b]
			}
		}
		for i := range t.tally.houses {
			h := &t.tally.houses[i]
			h.building = place[h.building]
		}
	}
}

// doubt notes where the powers of a cell in a tile are to be computed again.
func (l *Live) doubt(c *liveCell, tile int, pairs []prismPair) {
	if c.powers[tile] == nil {
		return
	}
	if len(c.stale[tile])+len(pairs) > mostStale {
		l.forget(c, tile)
		return
	}
	for _, pair := range pairs {
		for _, p := range []*prism{pair.old, pair.now} {
			if p != nil && !p.box.IsEmpty() {
				c.stale[tile] = append(c.stale[tile], p.box)
			}
		}
	}
}

// mostStale is from how many changed buildings on a tile is computed as if it were a
// new one.
const mostStale = 32
