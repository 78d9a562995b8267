package radio

import (
	"reflect"
	"slices"
	"strings"

	"yiju/geo"
)

// mostLiveBytes bounds what a Live keeps of levels: what does not fit is computed
// again each time.
const mostLiveBytes = 1 << 30

// Live is a Model under change: after a change only what it touches is computed
// again. Its tiles are, to the bit, those of a fresh Model of the same cells and
// buildings. It is for one goroutine at a time.
type Live struct {
	m     *Model
	cells []liveCell // of m.cells
	tiles []liveTile
	used  int // bytes of levels
}

// liveCell is a cell with its powers by tile; nil where they are not computed.
type liveCell struct{ powers [][]float32 }

// liveTile is a tile as it was last made, with the sums of its carriers.
type liveTile struct {
	tile  Tile
	ready bool
	sums  map[carrier]*carrierSum
}

// draftTile is a tile being made: what is known of it, and what will be kept.
type draftTile struct {
	l      *Live
	tile   int
	fresh  []freshPowers
	summed []freshSum
}

type (
	freshPowers struct {
		cell   int
		powers []float32
	}
	freshSum struct {
		carrier carrier
		sum     *carrierSum
	}
)

func (d *draftTile) powers(cell int) []float32 { return d.l.cells[cell].powers[d.tile] }

func (d *draftTile) keepPowers(cell int, powers []float32) {
	d.fresh = append(d.fresh, freshPowers{cell, powers})
}

func (d *draftTile) sum(c int) *carrierSum { return d.l.tiles[d.tile].sums[d.l.m.carriers[c]] }

func (d *draftTile) keepSum(c int, sum *carrierSum) {
	d.summed = append(d.summed, freshSum{d.l.m.carriers[c], sum})
}

// Live begins to keep what is computed. Nothing is computed yet.
func (m *Model) Live() *Live {
	cols, rows := m.grid.tiles()
	l := &Live{m: m, tiles: make([]liveTile, cols*rows)}
	for range m.cells {
		l.cells = append(l.cells, l.blank())
	}
	return l
}

func (l *Live) blank() liveCell { return liveCell{make([][]float32, len(l.tiles))} }

// Model is the model as it is now. Later changes make a new one.
func (l *Live) Model() *Model { return l.m }

// Set gives cell i new attributes. Its place in the order stays where its id does;
// with another id it is removed and added. GroundM is found anew.
func (l *Live) Set(i int, c Cell) error {
	if c.ID != l.m.cells[i].ID {
		if _, found := l.find(c.ID); found {
			return taken(c.ID)
		}
		l.Remove(i)
		_, err := l.Add(c)
		return err
	}
	m, err := l.next(&c)
	if err != nil {
		return err
	}
	m.cells[i] = c
	return l.change(m, i, i, m.newTransmitter(&m.cells[i]))
}

// Add adds a cell and returns its place in the order of ids.
func (l *Live) Add(c Cell) (int, error) {
	i, found := l.find(c.ID)
	if found {
		return 0, taken(c.ID)
	}
	m, err := l.next(&c)
	if err != nil {
		return 0, err
	}
	m.cells = slices.Insert(m.cells, i, c)
	return i, l.change(m, -1, i, m.newTransmitter(&m.cells[i]))
}

// Remove takes cell i away.
func (l *Live) Remove(i int) {
	m := l.copyModel()
	m.cells = slices.Delete(m.cells, i, i+1)
	if err := l.change(m, i, -1, nil); err != nil {
		panic("radio: fewer cells make more groups") // they cannot
	}
}

func (l *Live) find(id string) (int, bool) {
	return slices.BinarySearchFunc(l.m.cells, id, func(c Cell, id string) int { return strings.Compare(c.ID, id) })
}

func taken(id string) error {
	return geo.Refuse(geo.Tf("已有小区 %q", "there is a cell %q already", id), geo.T("换一个标识", "take another id"))
}

// next is a copy of the model with ground below a new cell.
func (l *Live) next(c *Cell) (*Model, error) {
	m := l.copyModel()
	if p := c.At; m.ground != nil && !m.around.Contains(p) && geo.ExtentOf(m.community.Geometry).Grow(m.params.ReachM).Contains(p) {
		m.around.IncludePoint(p)
		var err error
		if m.ground, err = newGround(m.terrain, m.around, m.community.Geometry); err != nil {
			return nil, err
		}
	}
	c.GroundM = m.ground.height(c.At)
	return m, nil
}

func (l *Live) copyModel() *Model {
	m := *l.m
	m.cells, m.transmitters = slices.Clone(m.cells), slices.Clone(m.transmitters)
	return &m
}

// change puts a new model in place, in which the cell that was at place old (−1 for
// none) is now at place at with transmitter t.
func (l *Live) change(m *Model, old, at int, t *transmitter) error {
	before := m.groups
	if err := m.setGroups(); err != nil {
		return err
	}
	if old >= 0 {
		l.touch(l.m.transmitters[old])
		l.drop(&l.cells[old])
		l.cells = slices.Delete(l.cells, old, old+1)
		m.transmitters = slices.Delete(m.transmitters, old, old+1)
	}
	if at >= 0 {
		l.cells = slices.Insert(l.cells, at, l.blank())
		m.transmitters = slices.Insert(m.transmitters, at, t)
		l.touch(t)
	}
	// Indices of cells after the one that came or went have moved, and so may have the
	// bits of groups.
	if old != at {
		l.forgetSums()
	}
	if old != at || !reflect.DeepEqual(before, m.groups) {
		l.stale()
	}
	m.regroup()
	l.m = m
	return nil
}

// touch makes the tiles stale that a cell reaches, and forgets the sums of its
// carrier there.
func (l *Live) touch(t *transmitter) {
	cols, _ := l.m.grid.tiles()
	var cv canvas
	for k := range l.tiles {
		_, _, g := l.m.grid.tileOf(k%cols, k/cols)
		if cv.box = g.box(); l.m.reaches(t, &cv) {
			l.tiles[k].ready = false
			l.forgetSum(k, carrier{t.cell.Operator, t.cell.FreqMHz})
		}
	}
}

func (l *Live) forgetSum(tile int, c carrier) {
	if s := l.tiles[tile].sums[c]; s != nil {
		l.used -= s.bytes()
		delete(l.tiles[tile].sums, c)
	}
}

// forgetSums forgets all sums: places of cells in the order have changed.
func (l *Live) forgetSums() {
	for k := range l.tiles {
		for _, s := range l.tiles[k].sums {
			l.used -= s.bytes()
		}
		l.tiles[k].sums = nil
	}
}

func (l *Live) stale() {
	for k := range l.tiles {
		l.tiles[k].ready = false
	}
}

// drop forgets the powers of a cell.
func (l *Live) drop(c *liveCell) {
	for k := range c.powers {
		l.forget(c, k)
	}
}

func (l *Live) forget(c *liveCell, tile int) {
	l.used -= 4 * len(c.powers[tile])
	c.powers[tile] = nil
}

// SetBuildings puts other buildings in the place of all there are. Only what the
// difference touches is computed again.
func (l *Live) SetBuildings(features []geo.Feature) {
	m := l.copyModel()
	m.lacks = slices.DeleteFunc(slices.Clone(m.lacks), func(k Lack) bool { return k.Layer == "buildings" })
	m.setBuildings(features)
	m.sortLacks()
	changed := changes(l.m, m)
	m.setTransmitters()
	cols, _ := m.grid.tiles()
	for i := range l.cells {
		t, was := m.transmitters[i], l.m.transmitters[i]
		same := t.scenario == was.scenario && t.builtShare == was.builtShare
		for k := range l.tiles {
			_, _, g := m.grid.tileOf(k%cols, k/cols)
			if !same || m.between(t, g.box(), changed) {
				l.forget(&l.cells[i], k)
			}
		}
	}
	l.forgetSums()
	l.stale()
	l.m = m
}

// between tells whether one of the boxes may lie between a cell and a tile, or around
// the tile where that counts.
func (m *Model) between(t *transmitter, tile geo.Extent, boxes []geo.Extent) bool {
	s := shade{t: t}
	s.aimAt(tile)
	way := tile
	way.IncludePoint(t.at)
	round := tile.Grow(BuiltWithinM + 2*builtStepM)
	for i := range boxes {
		b := &boxes[i]
		if b.Touches(way) && !s.apart(b) || m.looksRound && b.Touches(round) {
			return true
		}
	}
	return false
}

// changes lists where buildings of two models differ.
func changes(a, b *Model) []geo.Extent {
	var out []geo.Extent
	add := func(m *Model, i int) { out = append(out, m.prisms[i].box) }
	for i := range a.buildings {
		if k, ok := b.byID[a.buildings[i].ID]; !ok || !reflect.DeepEqual(a.prisms[i], b.prisms[k]) {
			add(a, i)
		}
	}
	for k := range b.buildings {
		if i, ok := a.byID[b.buildings[k].ID]; !ok || !reflect.DeepEqual(a.prisms[i], b.prisms[k]) {
			add(b, k)
		}
	}
	return slices.DeleteFunc(out, geo.Extent.IsEmpty)
}

// Tiles is Model.Tiles. The tiles must not be changed.
func (l *Live) Tiles(visit func(*Tile) error) error {
	m, j := l.m, l.m.judge()
	cols, _ := m.grid.tiles()
	return inOrder(len(l.tiles), func(w *work, k int) {
		if !l.tiles[k].ready {
			w.draft = draftTile{l: l, tile: k}
			m.makeTile(w, j, k%cols, k/cols, &w.draft)
		}
	}, func(w *work) error {
		if !l.tiles[w.index].ready {
			l.keep(w)
		}
		return visit(&l.tiles[w.index].tile)
	})
}

// keep takes over a tile that was made, and what it was made from.
func (l *Live) keep(w *work) {
	k := w.index
	t := &l.tiles[k]
	for _, f := range w.draft.fresh {
		if size := 4 * len(f.powers); l.used+size <= mostLiveBytes {
			l.cells[f.cell].powers[k] = f.powers
			l.used += size
		}
	}
	for _, f := range w.draft.summed {
		if size := f.sum.bytes(); l.used+size <= mostLiveBytes {
			if t.sums == nil {
				t.sums = make(map[carrier]*carrierSum)
			}
			t.sums[f.carrier] = f.sum
			l.used += size
		}
	}
	w.draft = draftTile{}
	t.tile, w.tile = w.tile, t.tile
	t.tile.Kind, t.tile.Building = slices.Clone(w.canvas.kind), slices.Clone(w.canvas.building)
	t.ready = true
}
