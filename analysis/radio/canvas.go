package radio

import (
	"cmp"
	"slices"

	"yiju/geo"
)

// TileSide is the side of a tile in pixels; tiles at the east and north of a grid may
// be smaller.
const TileSide = 128

// canvas is a tile with what does not depend on cells.
type canvas struct {
	grid     Grid
	c0, r0   int
	box      geo.Extent // of the pixels' centres
	kind     []uint8
	building []int32
	rows     []run // pixels in the community
	held     []held
	heights
	// built is how much is built around each pixel; only where calibrations ask.
	built  []float32
	around surroundings
	filler filler
}

// heights are those of the phones of a tile.
type heights struct {
	// z is by pixel; nil where all are at low.
	z         []float64
	low, high float64
	lows      lows
}

// bytes is how much memory they take.
func (h *heights) bytes() int { return 9 * len(h.z) }

// held are the pixels inside a building.
type held struct {
	prism int32
	runs  []run
}

// tileOf is the place of tile (i, j) of the grid.
func (g *Grid) tileOf(i, j int) (c0, r0 int, tile Grid) {
	c0, r0 = i*TileSide, j*TileSide
	p := g.At(c0, r0)
	return c0, r0, Grid{West: p[0], South: p[1], ResM: g.ResM, Cols: min(TileSide, g.Cols-c0), Rows: min(TileSide, g.Rows-r0)}
}

// box is the extent of the centres of the pixels.
func (g *Grid) box() geo.Extent {
	far := g.At(g.Cols-1, g.Rows-1)
	return geo.Extent{MinX: g.West, MinY: g.South, MaxX: far[0], MaxY: far[1]}
}

// tiles is how many columns and rows of tiles the grid has.
func (g *Grid) tiles() (cols, rows int) {
	return (g.Cols + TileSide - 1) / TileSide, (g.Rows + TileSide - 1) / TileSide
}

// paint makes a canvas ready for a tile. known are the heights of its phones, nil where
// they have to be found.
func (m *Model) paint(cv *canvas, i, j int, known *heights) {
	cv.c0, cv.r0, cv.grid = m.grid.tileOf(i, j)
	g := &cv.grid
	cv.box = g.box()
	n := g.Cols * g.Rows
	cv.kind, cv.building = resize(cv.kind, n), resize(cv.building, n)
	for k := range n {
		cv.kind[k], cv.building[k] = Outside, -1
	}
	cv.rows = cv.rows[:0]
	for k, rings := range m.area.rings {
		cv.rows = cv.filler.fill(rings, m.area.extent[k], g, cv.rows)
	}
	for _, r := range cv.rows {
		for k := r.row*int32(g.Cols) + r.from; k < r.row*int32(g.Cols)+r.to; k++ {
			cv.kind[k] = Outdoor
		}
	}
	m.paintBuildings(cv)
	if known != nil {
		cv.heights = *known
	} else {
		m.paintGround(cv)
	}
	if m.looksRound {
		m.survey(&cv.around, cv.box)
		cv.built = resize(cv.built, n)
		for k := range n {
			cv.built[k] = float32(cv.around.at(g.At(k%g.Cols, k/g.Cols)))
		}
	}
}

// paintBuildings finds the pixels inside buildings.
func (m *Model) paintBuildings(cv *canvas) {
	cv.held = cv.held[:0]
	if len(cv.rows) == 0 {
		return
	}
	for _, i := range m.index.Touching(cv.box) {
		p := &m.prisms[i]
		if !p.holds {
			continue
		}
		var runs []run
		if len(cv.held) < cap(cv.held) { // take the slice of an earlier tile
			runs = cv.held[:len(cv.held)+1][len(cv.held)].runs[:0]
		}
		for k, rings := range p.rings {
			runs = cv.filler.fill(rings, p.extent[k], &cv.grid, runs)
		}
		if len(runs) == 0 {
			continue
		}
		if len(p.rings) > 1 {
			slices.SortFunc(runs, func(a, b run) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.from, b.from)) })
		}
		cv.held = append(cv.held, held{int32(i), runs})
		for _, r := range runs {
			for k := r.row*int32(cv.grid.Cols) + r.from; k < r.row*int32(cv.grid.Cols)+r.to; k++ {
				if cv.kind[k] == Outdoor {
					cv.kind[k], cv.building[k] = Indoor, int32(i)
				}
			}
		}
	}
}

// paintGround finds the heights of phones.
func (m *Model) paintGround(cv *canvas) {
	cv.low, cv.high = m.params.ReceiverM, m.params.ReceiverM
	if m.ground == nil {
		cv.z = nil
		return
	}
	cv.z = resize(cv.z, cv.grid.Cols*cv.grid.Rows)
	first := true
	for k := range cv.z {
		z := m.ground.height(cv.grid.At(k%cv.grid.Cols, k/cv.grid.Cols)) + m.params.ReceiverM
		cv.z[k] = z
		if first {
			cv.low, cv.high, first = z, z, false
		}
		cv.low, cv.high = min(cv.low, z), max(cv.high, z)
	}
	cv.lows.set(cv.z, &cv.grid)
}

// receiver is a pixel as the exact way sees it.
func (cv *canvas) receiver(c, r int) receiver {
	k := r*cv.grid.Cols + c
	s := receiver{at: cv.grid.At(c, r), z: cv.low}
	if cv.z != nil {
		s.z = cv.z[k]
	}
	if cv.kind[k] == Indoor {
		for _, h := range cv.held {
			for _, u := range h.runs {
				if int(u.row) == r && int(u.from) <= c && c < int(u.to) {
					s.holders = append(s.holders, h.prism)
				}
			}
		}
	}
	return s
}

// resize gives s the length n, keeping its memory where it suffices.
func resize[E any](s []E, n int) []E {
	if cap(s) < n {
		return make([]E, n)
	}
	return s[:n]
}
