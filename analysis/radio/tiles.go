package radio

import (
	"runtime"
	"sync"

	"yiju/geo"
)

// work is the memory of one tile while it is made, kept for the next one.
type work struct {
	index  int // of the piece
	canvas canvas
	shade  shade
	powers []float32
	sum    carrierSum
	tile   Tile
	power  []float32 // of the servers
	others []float64 // the rest of their carriers
	margin []float64 // of the best carrier: how many times the level asked for
	draft  draftTile
	mended []bool // pixels in the places of buildings that changed
	// counted tells that tally is that of the tile.
	counted bool
	tally   tally
}

// keeper knows what need not be computed again of a tile, and takes what was.
type keeper interface {
	// heights are those of the phones; nil where they are not known.
	heights() *heights
	// powers are those of a cell; nil where they are not known. stale are the places
	// where buildings have changed since; the powers will be mended.
	powers(cell int) (powers []float32, stale []geo.Extent)
	keepPowers(cell int, powers []float32)
	// sum is that of a carrier; nil where it is not known.
	sum(carrier int) *carrierSum
	keepSum(carrier int, sum *carrierSum)
}

// Tiles computes all pixels, tile by tile, and visits the tiles row by row from the
// south-west, on the caller's goroutine. Tiles are made on all processors, a few
// ahead of the visit, so that memory does not depend on how large the community is:
// about 1.3 MB for each tile that is being made, two for each processor.
// The visit's error ends the walk and is returned.
func (m *Model) Tiles(visit func(*Tile) error) error {
	cols, rows := m.grid.tiles()
	j := m.judge()
	return inOrder(cols*rows, func(w *work, k int) { m.makeTile(w, j, k%cols, k/cols, nil) },
		func(w *work) error { return visit(&w.tile) })
}

// inOrder makes n pieces of work on all processors and visits them in order.
func inOrder(n int, do func(*work, int), visit func(*work) error) error {
	workers := min(runtime.GOMAXPROCS(0), max(n, 1))
	ahead := 2 * workers
	idle := make(chan *work, ahead)
	done := make([]chan *work, ahead) // piece k comes out of done[k%ahead]
	for i := range done {
		idle <- &work{}
		done[i] = make(chan *work, 1)
	}
	stop := make(chan struct{})
	var next int
	var lock sync.Mutex
	take := func() (*work, int) {
		lock.Lock()
		defer lock.Unlock()
		if next >= n {
			return nil, 0
		}
		select {
		case w := <-idle:
			next++
			return w, next - 1
		case <-stop:
			return nil, 0
		}
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(stop)
	for range workers {
		wg.Go(func() {
			for w, k := take(); w != nil; w, k = take() {
				w.index = k
				do(w, k)
				done[k%ahead] <- w
			}
		})
	}
	for k := range n {
		w := <-done[k%ahead]
		if err := visit(w); err != nil {
			return err
		}
		idle <- w
	}
	return nil
}

// makeTile computes one tile. kept may be nil.
func (m *Model) makeTile(w *work, j *judge, i, k int, kept keeper) {
	var known *heights
	if kept != nil {
		if known = kept.heights(); known == nil {
			w.canvas.heights = heights{} // what is found is kept: not in the memory of another tile
		}
	}
	m.paint(&w.canvas, i, k, known)
	m.begin(w)
	if len(w.canvas.rows) > 0 {
		for c := range m.carriers {
			m.fold(m.sumOf(c, w, kept), j, w)
		}
	}
	m.finish(j, w)
}

// sumOf is what the cells of a carrier give the tile.
func (m *Model) sumOf(c int, w *work, kept keeper) *carrierSum {
	sum := &w.sum
	if kept != nil {
		if known := kept.sum(c); known != nil {
			return known
		}
		sum = &carrierSum{}
	}
	sum.reset(len(w.tile.Kind))
	for cell, t := range m.transmitters {
		if t.carrier == c && m.reaches(t, &w.canvas) {
			sum.add(cell, m.powersOf(cell, w, kept))
		}
	}
	if kept != nil {
		kept.keepSum(c, sum)
	}
	return sum
}

func (m *Model) powersOf(cell int, w *work, kept keeper) []float32 {
	n := len(w.tile.Kind)
	if kept == nil {
		w.powers = resize(w.powers, n)
		m.powers(m.transmitters[cell], w, w.powers, nil)
		return w.powers
	}
	p, stale := kept.powers(cell)
	switch {
	case p != nil && len(stale) == 0:
		return p
	case p != nil:
		m.powers(m.transmitters[cell], w, p, stale)
		return p
	}
	p = make([]float32, n)
	m.powers(m.transmitters[cell], w, p, nil)
	kept.keepPowers(cell, p)
	return p
}

// begin makes the tile of a canvas empty.
func (m *Model) begin(w *work) {
	cv, t := &w.canvas, &w.tile
	n := len(cv.kind)
	t.Grid, t.C0, t.R0 = cv.grid, cv.c0, cv.r0
	t.Kind, t.Building = cv.kind, cv.building
	t.Server, t.Sole = resize(t.Server, n), resize(t.Sole, n)
	t.RSRP, t.SINR, t.Chance = resize(t.RSRP, n), resize(t.SINR, n), resize(t.Chance, n)
	t.Free, t.Covers, t.Spare = resize(t.Free, n), resize(t.Covers, n), resize(t.Spare, n)
	w.power, w.others, w.margin = resize(w.power, n), resize(w.others, n), resize(w.margin, n)
	for i := range n {
		t.Server[i], t.Sole[i], t.Covers[i], w.power[i], w.others[i], w.margin[i] = NoServer, NoServer, 0, 0, 0, 0
	}
}

// reaches tells whether a pixel of the canvas may be within the reach of a cell.
func (m *Model) reaches(t *transmitter, cv *canvas) bool {
	dx := max(cv.box.MinX-t.at[0], 0, t.at[0]-cv.box.MaxX)
	dy := max(cv.box.MinY-t.at[1], 0, t.at[1]-cv.box.MaxY)
	return dx*dx+dy*dy <= m.params.ReachM*m.params.ReachM
}
