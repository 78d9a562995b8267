package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"

	"yiju/geo"
)

// frame is what a picture shows: a rectangle of the plane, in units of a drawing that
// is frameWidth wide, y downwards.
type frame struct {
	minX, maxY float64 // metres
	perM       float64 // units of a metre
	height     float64 // units
}

const (
	frameWidth = 1000.0
	frameLow   = 560.0 // least and greatest height
	frameHigh  = 1000.0
	// frameMargin is shown around the community, as a share of its greater side.
	frameMargin = 0.06
	frameLeastM = 20.0
	// overhang is drawn beyond the frame, so that cut edges are out of sight.
	overhang = 12.0
)

// newFrame fits a rectangle around an extent of metres.
func newFrame(e geo.Extent) frame {
	w, h := e.MaxX-e.MinX, e.MaxY-e.MinY
	margin := max(frameMargin*max(w, h), frameLeastM)
	w, h = w+2*margin, h+2*margin
	height := min(max(frameWidth*h/w, frameLow), frameHigh)
	perM := min(frameWidth/w, height/h)
	c := e.Centre()
	return frame{minX: c[0] - frameWidth/perM/2, maxY: c[1] + height/perM/2, perM: perM, height: math.Round(height)}
}

func (f frame) at(p orb.Point) orb.Point {
	return orb.Point{(p[0] - f.minX) * f.perM, (f.maxY - p[1]) * f.perM}
}

// bound is what is drawn, in units.
func (f frame) bound() orb.Bound {
	return orb.Bound{Min: orb.Point{-overhang, -overhang}, Max: orb.Point{frameWidth + overhang, f.height + overhang}}
}

// place brings a geometry into units and cuts it to the frame, part by part; nothing
// where none of it is left.
func (f frame) place(g orb.Geometry) []orb.Geometry {
	var out []orb.Geometry
	for _, part := range geo.Parts(g) {
		if part == nil || !geo.Finite(part) || geo.ExtentOf(part).IsEmpty() {
			continue
		}
		part = geo.MapPoints(part, f.at)
		if e, b := geo.ExtentOf(part), f.bound(); b.Contains(orb.Point{e.MinX, e.MinY}) && b.Contains(orb.Point{e.MaxX, e.MaxY}) {
			out = append(out, part)
			continue
		}
		if c := clip.Geometry(f.bound(), part); c != nil {
			out = append(out, geo.Parts(c)...)
		}
	}
	return out
}

// ink collects paths of one manner. Shapes become whole cells of a grid: what is
// smaller than least becomes a dot, and what comes out the same is drawn once. Paths
// count in cells, so that their numbers are short.
type ink struct {
	grid, least float64 // units
	fill, line  path
	dots        [][2]int
	seen        map[[2]int]bool
	rings       map[string]bool
}

// leastCells is the size, in cells, under which an area cannot be told from a dot.
const leastCells = 1.5

func newInk(grid, least float64) *ink {
	return &ink{grid: grid, least: max(least, leastCells*grid), seen: make(map[[2]int]bool), rings: make(map[string]bool)}
}

// add draws parts that are in units.
func (k *ink) add(parts []orb.Geometry) {
	for _, part := range parts {
		switch part := part.(type) {
		case orb.Point:
			k.dot(part)
		case orb.LineString:
			if cells := k.cells(part); len(cells) > 1 {
				k.line.run(cells, false)
			} else {
				k.dot(part[0])
			}
		case orb.Polygon:
			k.polygon(part)
		}
	}
}

func (k *ink) polygon(p orb.Polygon) {
	for i, ring := range p {
		if len(ring) == 0 {
			if i == 0 {
				return
			}
			continue
		}
		if e := geo.ExtentOf(ring); max(e.MaxX-e.MinX, e.MaxY-e.MinY) < k.least {
			if i == 0 {
				k.dot(e.Centre())
				return
			}
			continue
		}
		cells := k.cells(orb.LineString(ring))
		if n := len(cells); n > 1 && cells[0] == cells[n-1] {
			cells = cells[:n-1]
		}
		if len(cells) >= 3 {
			if len(p) > 1 || k.fresh(cells) {
				k.fill.run(cells, true)
			}
			continue
		}
		if i == 0 {
			k.dot(ring[0])
			return
		}
	}
}

// fresh tells whether a small ring is another one than those before, wherever it begins.
func (k *ink) fresh(cells [][2]int) bool {
	if len(cells) > 6 {
		return true
	}
	first := 0
	for i, c := range cells {
		if c[0] < cells[first][0] || c[0] == cells[first][0] && c[1] < cells[first][1] {
			first = i
		}
	}
	var p path
	p.run(append(slices.Clone(cells[first:]), cells[:first]...), true)
	key := string(p.d)
	if k.rings[key] {
		return false
	}
	k.rings[key] = true
	return true
}

func (k *ink) dot(p orb.Point) {
	c := k.cell(p)
	if !k.seen[c] {
		k.seen[c] = true
		k.dots = append(k.dots, c)
	}
}

// bandCells is the height of the bands in which dots are drawn, one behind the other,
// so that the steps between them are short.
const bandCells = 12

// dotted is the path of the dots.
func (k *ink) dotted() []byte {
	band := func(c [2]int) int { return int(math.Floor(float64(c[1]) / bandCells)) }
	slices.SortFunc(k.dots, func(a, b [2]int) int {
		x := cmp.Compare(a[0], b[0])
		if band(a)%2 != 0 {
			x = -x
		}
		return cmp.Or(cmp.Compare(band(a), band(b)), x, cmp.Compare(a[1], b[1]))
	})
	var p path
	for _, c := range k.dots {
		p.run([][2]int{c}, false)
	}
	return p.d
}

func (k *ink) cell(p orb.Point) [2]int {
	return [2]int{int(math.Round(p[0] / k.grid)), int(math.Round(p[1] / k.grid))}
}

// cells are the vertices that matter at the grid, each once.
func (k *ink) cells(l orb.LineString) [][2]int {
	if corners := 5; len(l) > 2 && !(len(l) <= corners && l[0] == l[len(l)-1]) {
		l = simplify.DouglasPeucker(0.6 * k.grid).LineString(l.Clone())
	}
	var out [][2]int
	for _, p := range l {
		if c := k.cell(p); len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return out
}

// path is the text of an SVG path, each step relative to the one before.
type path struct {
	d  []byte
	at [2]int
}

// run draws through cells; false where a line has no length. A single cell is a dot.
func (p *path) run(cells [][2]int, closed bool) bool {
	if len(cells) == 0 || len(cells) == 1 && closed {
		return false
	}
	p.step('m', cells[0])
	start := p.at
	switch {
	case closed || len(cells) > 1:
		for i, c := range cells[1:] {
			command := byte(' ')
			if i == 0 {
				command = 'l'
			}
			p.step(command, c)
		}
	default:
		p.d = append(p.d, "h0"...)
	}
	if closed {
		p.d = append(p.d, 'z')
		p.at = start
	}
	return true
}

func (p *path) step(command byte, to [2]int) {
	dx, dy := to[0]-p.at[0], to[1]-p.at[1]
	if command != ' ' {
		p.d = append(p.d, command)
	} else if dx >= 0 {
		p.d = append(p.d, ' ')
	}
	p.d = strconv.AppendInt(p.d, int64(dx), 10)
	if dy >= 0 {
		p.d = append(p.d, ' ')
	}
	p.d = strconv.AppendInt(p.d, int64(dy), 10)
	p.at = to
}
