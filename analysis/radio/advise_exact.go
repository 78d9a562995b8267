package radio

import (
	"slices"
)

// coverage is what a group covers outdoors.
type coverage struct {
	group            int
	live             *Live // of the model as it is
	covered, outdoor int64
	bits             [][]uint64 // by tile, a bit for each covered outdoor pixel
	sample           [2][]sampled
}

// sampled is a pixel of the sample.
type sampled struct {
	key         uint64
	tile, pixel int32
}

// coverage visits all pixels as the cells are.
func (m *Model) coverage(group int) (*coverage, error) {
	base := &coverage{group: group, live: m.Live()}
	tile := int32(0)
	err := base.live.Tiles(func(t *Tile) error {
		bits := make([]uint64, (len(t.Kind)+63)/64)
		for i, kind := range t.Kind {
			if kind != Outdoor {
				continue
			}
			base.outdoor++
			covered := t.Covers[i] >> group & 1
			base.covered += int64(covered)
			bits[i/64] |= covered << (i % 64)
			list := &base.sample[covered]
			*list = append(*list, sampled{scatter(t.C0+i%t.Grid.Cols, t.R0+i/t.Grid.Cols), tile, int32(i)})
			if len(*list) >= 4*mostSampled {
				*list = smallestKeys(*list, mostSampled)
			}
		}
		base.bits = append(base.bits, bits)
		tile++
		return nil
	})
	return base, err
}

// exact works a try out on all pixels.
func (m *Model) exact(base *coverage, t *try) (Advice, error) {
	changed := base.live.fork(t.cell)
	cell := t.best
	var err error
	if t.cell >= 0 {
		err = changed.Set(t.cell, cell)
	} else {
		for _, found := changed.find(cell.ID); found; _, found = changed.find(cell.ID) {
			cell.ID += "+"
		}
		_, err = changed.Add(cell)
	}
	if err != nil {
		return Advice{}, err
	}
	// A new cell may have moved the groups.
	id := m.groups[base.group].ID
	group := slices.IndexFunc(changed.Model().groups, func(g Group) bool { return g.ID == id })
	var gained, lost int64
	tile := 0
	err = changed.Tiles(func(now *Tile) error {
		g, l := base.compare(tile, now, group)
		gained, lost = gained+g, lost+l
		tile++
		return nil
	})
	return m.advice(base, t, gained, lost), err
}

// fork is a Live beside another, in which a cell (−1 for none) may be changed. It
// uses the levels of the other and keeps none of its own.
func (l *Live) fork(cell int) *Live {
	out := &Live{m: l.m, cells: slices.Clone(l.cells), tiles: make([]liveTile, len(l.tiles)), used: mostLiveBytes}
	if cell >= 0 {
		out.cells[cell].powers = slices.Clone(out.cells[cell].powers)
	}
	return out
}

// compare counts the outdoor pixels of a tile that a group newly covers and that it
// no longer covers.
func (b *coverage) compare(tile int, now *Tile, group int) (gained, lost int64) {
	before := b.bits[tile]
	for i, kind := range now.Kind {
		if kind != Outdoor {
			continue
		}
		was, is := before[i/64]>>(i%64)&1, now.Covers[i]>>group&1
		gained += int64(is &^ was)
		lost += int64(was &^ is)
	}
	return gained, lost
}
