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
type liveCell struct {
	powers [][]float32
	// stale holds, by tile, the places of buildings that changed since the powers were
	// computed. Beyond them a power is good as long as its path is free, or blocked, as
	// it was then.
	stale [][]geo.Extent
}

// liveTile is a tile as it was last made, with the sums of its carriers.
type liveTile struct {
	tile  Tile
	ready bool
	sums  map[carrier]*carrierSum
	low   float64 // height of its lowest phone, once it was made
	// heights are those of all phones; nil where they are not kept.
	heights *heights
	tally   tally // of the tile when it is ready
	known   bool  // the tally is good
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

func (d *draftTile) powers(cell int) ([]float32, []geo.Extent) {
	c := &d.l.cells[cell]
	return c.powers[d.tile], c.stale[d.tile]
}

func (d *draftTile) heights() *heights { return d.l.tiles[d.tile].heights }

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

func (l *Live) blank() liveCell {
	return liveCell{make([][]float32, len(l.tiles)), make([][]geo.Extent, len(l.tiles))}
}

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
	m.transmitters[i] = m.newTransmitter(&m.cells[i])
	return l.changeTo(m)
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
	m.transmitters = slices.Insert(m.transmitters, i, m.newTransmitter(&m.cells[i]))
	return i, l.changeTo(m)
}

// Remove takes cell i away.
func (l *Live) Remove(i int) {
	m := l.copyModel()
	m.cells = slices.Delete(m.cells, i, i+1)
	m.transmitters = slices.Delete(m.transmitters, i, i+1)
	if err := l.changeTo(m); err != nil {
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
		before := groundFrame(m.around)
		m.around.IncludePoint(p)
		if groundFrame(m.around) != before {
			var err error
			if m.ground, err = newGround(m.terrain, m.around, m.community.Geometry); err != nil {
				return nil, err
			}
			m.stand()
		}
	}
	c.GroundM = m.ground.height(c.At)
	return m, nil
}

// stand puts everything on other ground.
func (m *Model) stand() {
	for i := range m.cells {
		m.cells[i].GroundM = m.ground.height(m.cells[i].At)
	}
	m.setBuildings(m.buildings)
	m.setTransmitters()
}

func (l *Live) copyModel() *Model {
	m := *l.m
	m.cells, m.transmitters = slices.Clone(m.cells), slices.Clone(m.transmitters)
	return &m
}

// changeTo puts a model in place whose cells and transmitters are other ones.
func (l *Live) changeTo(m *Model) error {
	if err := m.setGroups(); err != nil {
		return err
	}
	m.regroup()
	l.turn(m)
	return nil
}

// SetBuildings puts other buildings in the place of all there are. Only what the
// difference touches is computed again.
func (l *Live) SetBuildings(features []geo.Feature) {
	l.turn(l.m.withBuildings(features, nil))
}

// turn puts a model in the place of the one at hand, of the same community, and
// forgets what they do not have in common.
func (l *Live) turn(m *Model) {
	was := l.m
	if was.ground != m.ground {
		*l = *m.Live()
		return
	}
	l.m = m
	l.turnCells(was)
	if pairs := changedPrisms(was, m); pairs != nil {
		l.turnBuildings(was, pairs)
	}
}

// turnCells keeps what the cells that stay as they are have.
func (l *Live) turnCells(was *Model) {
	m := l.m
	place := make([]int16, len(was.cells)) // in the new order; NoServer for what is gone
	cells := make([]liveCell, len(m.cells))
	old := 0
	gone := func() {
		l.touch(was.transmitters[old])
		l.drop(&l.cells[old])
		place[old] = NoServer
		old++
	}
	for i := range m.cells {
		for old < len(was.cells) && was.cells[old].ID < m.cells[i].ID {
			gone()
		}
		t := m.transmitters[i]
		if old == len(was.cells) || was.cells[old].ID != m.cells[i].ID {
			cells[i] = l.blank()
			l.touch(t)
			continue
		}
		place[old], cells[i] = int16(i), l.cells[old]
		if !t.sendsAs(was.transmitters[old]) {
			l.touch(was.transmitters[old])
			l.touch(t)
			l.drop(&cells[i])
		}
		old++
	}
	for old < len(was.cells) {
		gone()
	}
	l.cells = cells
	if len(was.cells) != len(cells) || slices.Contains(place, NoServer) {
		l.renumberCells(place)
	}
	if !slices.EqualFunc(was.groups, m.groups, func(a, b Group) bool { return a.ID == b.ID }) {
		for k := range l.tiles {
			l.tiles[k].ready = false
		}
	}
}

// sendsAs tells whether two transmitters give the same levels everywhere, as long as
// what stands in their ways is the same.
func (t *transmitter) sendsAs(o *transmitter) bool {
	return t == o || t.z == o.z && t.scenario == o.scenario && t.builtShare == o.builtShare && reflect.DeepEqual(&t.cell, &o.cell)
}

// renumberCells gives cells their new places in what is kept. The order of those that
// stay does not change, and those that are gone are in nothing that is kept.
func (l *Live) renumberCells(place []int16) {
	renumber := func(list []int16) {
		for i, c := range list {
			if c >= 0 {
				list[i] = place[c]
			}
		}
	}
	for k := range l.tiles {
		t := &l.tiles[k]
		for _, s := range t.sums {
			renumber(s.bestOf)
			renumber(s.secondOf)
		}
		if t.ready {
			renumber(t.tile.Server)
			renumber(t.tile.Sole)
		}
	}
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

// drop forgets the powers of a cell.
func (l *Live) drop(c *liveCell) {
	for k := range c.powers {
		l.forget(c, k)
	}
}

func (l *Live) forget(c *liveCell, tile int) {
	l.used -= 4 * len(c.powers[tile])
	c.powers[tile], c.stale[tile] = nil, nil
}

// Tiles is Model.Tiles. The tiles must not be changed.
func (l *Live) Tiles(visit func(*Tile) error) error {
	return l.make(nil, func(t *liveTile) error { return visit(&t.tile) })
}

// make makes the tiles that are stale and visits all of them in order. Where count is
// not nil, it counts each tile that has no good tally.
func (l *Live) make(count func(*Tile) tally, visit func(*liveTile) error) error {
	m, j := l.m, l.m.judge()
	cols, _ := m.grid.tiles()
	return inOrder(len(l.tiles), func(w *work, k int) {
		t := &l.tiles[k]
		from := &t.tile
		if !t.ready {
			w.draft = draftTile{l: l, tile: k}
			m.makeTile(w, j, k%cols, k/cols, &w.draft)
			from = &w.tile
		}
		if w.counted = count != nil && !(t.ready && t.known); w.counted {
			w.tally = count(from)
		}
	}, func(w *work) error {
		t := &l.tiles[w.index]
		if !t.ready {
			l.keep(w)
		}
		if w.counted {
			t.tally, t.known = w.tally, true
			w.tally = tally{}
		}
		return visit(t)
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
	for i := range l.cells {
		l.cells[i].stale[k] = nil
	}
	w.draft = draftTile{}
	t.tile, w.tile = w.tile, t.tile
	t.tile.Kind, t.tile.Building = slices.Clone(w.canvas.kind), slices.Clone(w.canvas.building)
	t.low = w.canvas.low
	if size := w.canvas.heights.bytes(); t.heights == nil && l.used+size <= mostLiveBytes {
		kept := w.canvas.heights
		t.heights = &kept
		l.used += size
	}
	t.ready, t.known = true, false
}
