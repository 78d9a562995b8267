package radio

import (
	"sync"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/raster"
)

// predictor is what results are made from: a Model, or pixels set by hand in tests.
type predictor interface {
	Params() Params
	Cells() []Cell
	Groups() []Group
	Buildings() []geo.Feature
	Grid() Grid
	Lacks() []Lack
	Others() []string
	Known() bool
	Tiles(visit func(*Tile) error) error
	// flagsOf are the flags of a cell that hold wherever its signal goes.
	flagsOf(cell int) []string
	// path is a link without SINR and probability, and the level that the place would
	// have if nothing stood in the way.
	path(cell int, at orb.Point) (l Link, freeDBm float64)
}

// answer is a prediction being turned into layers, values and notes.
type answer struct {
	m         predictor
	scene     *analysis.Scene
	p         Params
	cells     []Cell
	groups    []Group
	buildings []geo.Feature
	grid      Grid
	notes     analysis.Notebook
	lacking   []Lack // cells that cannot be used
	known     bool   // false: too little is known to tell of any coverage

	all      count   // pixels of the community
	covered  []count // by group
	every    count   // covered by every operator
	weakFrom float64 // dBm; covered places below are weak
	perCell  []cellCount
	perHouse []houseCount
	areas    []*areas // classes, servers, then one for each group
	spots    *spotter
	gaps     *gapper
	spare    spares
}

// count counts pixels.
type count struct{ outdoor, indoor int64 }

func (c count) total() int64 { return c.outdoor + c.indoor }

func (c *count) add(kind uint8) {
	if kind == Outdoor {
		c.outdoor++
	} else {
		c.indoor++
	}
}

// cellCount is what a cell contributes, in pixels.
type cellCount struct{ server, sole int64 }

// houseCount is what is known of a building's indoor pixels.
type houseCount struct {
	pixels, covered int64
	level           levels
	cells           map[int16]int64 // covered pixels by their server
	edges           int64           // sides of its pixels that face no building
}

// areas gathers the regions of one layer, by label, while rows arrive.
type areas struct {
	label    func(b *band, i int) int32
	outlines *raster.Outlines
	row      []int32
	regions  []raster.Region
}

func newAreas(g Grid, label func(b *band, i int) int32) *areas {
	a := &areas{label: label, row: make([]int32, g.Cols)}
	a.outlines = raster.NewOutlines(g.Cols, g.frame(), func(r raster.Region) { a.regions = append(a.regions, r) })
	return a
}

// frame places the pixels for their outlines.
func (g *Grid) frame() raster.Frame {
	return raster.Frame{West: g.West - g.ResM/2, South: g.South - g.ResM/2, Step: g.ResM}
}

func (a *areas) addBand(b *band) {
	for r := range b.rows {
		for c := range a.row {
			a.row[c] = a.label(b, r*b.cols+c)
		}
		a.outlines.Add(a.row)
	}
}

// band is a row of tiles, put together row after row.
type band struct {
	cols, rows int
	r0         int
	kind       []uint8
	building   []int32
	server     []int16
	sole       []int16
	rsrp, sinr []float32
	covers     []uint64
}

// begin makes the band ready for the tiles of some rows.
func (b *band) begin(cols, r0, rows int) {
	b.cols, b.r0, b.rows = cols, r0, rows
	if n := cols * rows; cap(b.kind) < n {
		b.kind, b.building = make([]uint8, n), make([]int32, n)
		b.server, b.sole = make([]int16, n), make([]int16, n)
		b.rsrp, b.sinr, b.covers = make([]float32, n), make([]float32, n), make([]uint64, n)
	}
}

func (b *band) put(t *Tile) {
	n := t.Grid.Cols
	for r := range t.Grid.Rows {
		from, to := r*n, r*b.cols+t.C0
		copy(b.kind[to:to+n], t.Kind[from:])
		copy(b.building[to:to+n], t.Building[from:])
		copy(b.server[to:to+n], t.Server[from:])
		copy(b.rsrp[to:to+n], t.RSRP[from:])
		copy(b.sinr[to:to+n], t.SINR[from:])
		copy(b.covers[to:to+n], t.Covers[from:])
		if len(t.Sole) > 0 {
			copy(b.sole[to:to+n], t.Sole[from:])
		} else {
			for i := to; i < to+n; i++ {
				b.sole[i] = NoServer
			}
		}
	}
}

func newAnswer(m predictor, scene *analysis.Scene) *answer {
	r := &answer{
		m: m, scene: scene, p: m.Params(), cells: m.Cells(), groups: m.Groups(), buildings: m.Buildings(), grid: m.Grid(),
	}
	r.known = m.Known() && len(r.cells) > 0
	r.weakFrom = weakFrom(&r.p.Thresholds)
	r.covered = make([]count, len(r.groups))
	r.perCell = make([]cellCount, len(r.cells))
	r.perHouse = make([]houseCount, len(r.buildings))
	used := make(map[string]bool, len(r.cells))
	for i := range r.cells {
		used[r.cells[i].ID] = true
	}
	for _, l := range m.Lacks() {
		if l.Layer == "cells" && !used[l.ID] {
			r.lacking = append(r.lacking, l)
		}
	}
	return r
}

// collect visits all pixels once. It holds one row of tiles at a time.
func (r *answer) collect() error {
	r.areas = []*areas{newAreas(r.grid, r.classLabel), newAreas(r.grid, serverLabel)}
	for i := range r.groups {
		r.areas = append(r.areas, newAreas(r.grid, groupLabel(i)))
	}
	r.spots, r.gaps = newSpotter(r), newGapper(r)
	var b band
	err := r.m.Tiles(func(t *Tile) error {
		if b.rows > 0 && t.R0 != b.r0 {
			r.take(&b)
			b.rows = 0
		}
		if b.rows == 0 {
			b.begin(r.grid.Cols, t.R0, t.Grid.Rows)
		}
		b.put(t)
		r.spare.add(t)
		return nil
	})
	if err != nil {
		return err
	}
	if b.rows > 0 {
		r.take(&b)
	}
	for _, a := range r.areas {
		a.outlines.Close()
		raster.SortRegions(a.regions)
	}
	if r.wants("spots") || r.wantsGaps() {
		r.spots.close()
	}
	if r.wantsGaps() {
		r.gaps.close()
	}
	return nil
}

// take counts a band and outlines what is in it.
func (r *answer) take(b *band) {
	var wg sync.WaitGroup
	for i, a := range r.areas {
		if r.wantsAreas(i) {
			wg.Go(func() { a.addBand(b) })
		}
	}
	if r.wants("spots") || r.wantsGaps() {
		wg.Go(func() { r.spots.addBand(b) }) // counts the sides of buildings as well
	}
	if r.wantsGaps() {
		wg.Go(func() { r.gaps.addBand(b) })
	}
	r.count(b)
	wg.Wait()
}

// wantsAreas tells it for classes, servers and groups.
func (r *answer) wantsAreas(i int) bool {
	return r.wants([]string{"classes", "servers", "covered"}[min(i, 2)])
}

// wants tells whether a layer is made.
func (r *answer) wants(name string) bool {
	if name == "classes" && len(r.p.Thresholds.Classes) == 0 {
		return false
	}
	return r.p.wants(name)
}

func (r *answer) count(b *band) {
	operators := r.operatorBits()
	for i := range b.rows * b.cols {
		kind := b.kind[i]
		if kind == Outside {
			continue
		}
		r.all.add(kind)
		bits := b.covers[i]
		for g := range r.covered {
			if bits>>g&1 != 0 {
				r.covered[g].add(kind)
			}
		}
		if operators != 0 && bits&operators == operators {
			r.every.add(kind)
		}
		s := b.server[i]
		if s >= 0 {
			r.perCell[s].server++
		}
		if k := b.sole[i]; k >= 0 {
			r.perCell[k].sole++
		}
		if kind == Indoor {
			r.perHouse[b.building[i]].add(s, b.rsrp[i], bits&1 != 0)
		}
	}
}

func (h *houseCount) add(server int16, rsrp float32, covered bool) {
	h.pixels++
	if server >= 0 {
		h.level.add(rsrp)
	}
	if !covered {
		return
	}
	h.covered++
	if server >= 0 {
		if h.cells == nil {
			h.cells = make(map[int16]int64)
		}
		h.cells[server]++
	}
}

// operatorBits has a bit for the group of each operator.
func (r *answer) operatorBits() uint64 {
	var bits uint64
	for i, g := range r.groups {
		if g.isOperator() {
			bits |= 1 << i
		}
	}
	return bits
}

// allGroup is the place of group "all" among the groups.
const allGroup = 0

func (g *Group) isAll() bool { return g.ID == "all" }
func (g *Group) isOperator() bool {
	return !g.isAll() && g.Band == "" && g.ID == "operator:"+g.Operator
}

// Labels of pixels. A class has two, for outdoors and indoors.

func (r *answer) classLabel(b *band, i int) int32 {
	kind := b.kind[i]
	if kind == Outside {
		return 0
	}
	classes := r.p.Thresholds.Classes
	k := len(classes) - 1
	if b.server[i] >= 0 {
		for k = 0; k < len(classes)-1; k++ {
			if from := classes[k].FromDBm; from != nil && float64(b.rsrp[i]) >= *from {
				break
			}
		}
	}
	return int32(2*k) + int32(kind)
}

func serverLabel(b *band, i int) int32 {
	if b.kind[i] == Outside {
		return 0
	}
	return int32(b.server[i]) + 1
}

func groupLabel(g int) func(b *band, i int) int32 {
	return func(b *band, i int) int32 {
		if b.kind[i] == Outside {
			return 0
		}
		return int32(b.covers[i] >> g & 1)
	}
}

// areaM2 is the area of a number of pixels.
func (r *answer) areaM2(pixels int64) float64 { return float64(pixels) * r.grid.ResM * r.grid.ResM }
