package sight

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// ground is the surface that everything stands on: flat, or a net of triangles
// over a square grid of heights, each square cut from south-west to north-east. It
// is continued outwards as it is along its edge.
type ground struct {
	flat        bool
	west, south float64
	step        float64
	cols, rows  int
	z           []float64
	// unknown are the grid points, ascending, whose height is taken from the nearest
	// known one.
	unknown []int
}

// The grid that terrain is read on.
const (
	groundStep_m  = 5
	mostGroundPts = 1 << 20
	// groundFrame_m is what the sides of the ground are whole multiples of: so that
	// cameras that come, go or move seldom change it.
	groundFrame_m = 200
)

// groundFrame is the ground that is read where cameras look at an extent.
func groundFrame(e geo.Extent) geo.Extent {
	if e.IsEmpty() {
		return geo.EmptyExtent()
	}
	return geo.Extent{
		MinX: math.Floor(e.MinX/groundFrame_m) * groundFrame_m, MinY: math.Floor(e.MinY/groundFrame_m) * groundFrame_m,
		MaxX: math.Ceil(e.MaxX/groundFrame_m) * groundFrame_m, MaxY: math.Ceil(e.MaxY/groundFrame_m) * groundFrame_m,
	}
}

// lacks tells whether the terrain does not know all of an extent.
func (g *ground) lacks(e geo.Extent) bool {
	e = e.Grow(g.step)
	return slices.ContainsFunc(g.unknown, func(i int) bool {
		return e.Contains(orb.Point{g.west + float64(i%g.cols)*g.step, g.south + float64(i/g.cols)*g.step})
	})
}

// newGround reads terrain over the frame of an extent. Without terrain, or where it knows
// nothing, the ground is flat at height 0.
func newGround(t analysis.Terrain, e geo.Extent) *ground {
	if t == nil || e.IsEmpty() {
		return &ground{flat: true}
	}
	e = groundFrame(e)
	step := float64(groundStep_m)
	for (e.MaxX-e.MinX+2*step)*(e.MaxY-e.MinY+2*step) > mostGroundPts*step*step {
		step *= 2
	}
	// Grid lines lie on multiples of the step, so that heights do not depend on
	// where the community ends.
	g := &ground{step: step, west: math.Floor(e.MinX/step) * step, south: math.Floor(e.MinY/step) * step}
	g.cols = int((e.MaxX-g.west)/step) + 2
	g.rows = int((e.MaxY-g.south)/step) + 2
	g.z = make([]float64, g.cols*g.rows)
	known := 0
	for i := range g.z {
		z, ok := t.HeightAt(orb.Point{g.west + float64(i%g.cols)*step, g.south + float64(i/g.cols)*step})
		if !ok || math.IsNaN(z) {
			g.z[i] = math.NaN()
			g.unknown = append(g.unknown, i)
			continue
		}
		g.z[i] = z
		known++
	}
	if known == 0 {
		return &ground{flat: true}
	}
	g.close()
	return g
}

// close gives points of unknown height that of a known neighbour, ring by ring.
func (g *ground) close() {
	var edge []int
	for i, z := range g.z {
		if !math.IsNaN(z) {
			edge = append(edge, i)
		}
	}
	for len(edge) > 0 && len(g.unknown) > 0 {
		var next []int
		for _, i := range edge {
			c, r := i%g.cols, i/g.cols
			for _, n := range [4][2]int{{c - 1, r}, {c + 1, r}, {c, r - 1}, {c, r + 1}} {
				if n[0] < 0 || n[0] >= g.cols || n[1] < 0 || n[1] >= g.rows {
					continue
				}
				if k := n[1]*g.cols + n[0]; math.IsNaN(g.z[k]) {
					g.z[k] = g.z[i]
					next = append(next, k)
				}
			}
		}
		edge = next
	}
}

// at is the height of the ground.
func (g *ground) at(p orb.Point) float64 {
	if g.flat {
		return 0
	}
	u := min(max((p[0]-g.west)/g.step, 0), float64(g.cols-1))
	v := min(max((p[1]-g.south)/g.step, 0), float64(g.rows-1))
	c, r := min(int(u), g.cols-2), min(int(v), g.rows-2)
	u, v = u-float64(c), v-float64(r)
	k := r*g.cols + c
	sw, ne := g.z[k], g.z[k+g.cols+1]
	if u >= v {
		se := g.z[k+1]
		return sw + u*(se-sw) + v*(ne-se)
	}
	nw := g.z[k+g.cols]
	return sw + v*(nw-sw) + u*(ne-nw)
}

// breaks lists, ascending, the distances between 0 and reach at which a ray from p
// (dx, dy: a unit vector) passes from one triangle to the next. Between two of them
// the ground under the ray is straight.
func (g *ground) breaks(p orb.Point, dx, dy, reach float64, out []float64) []float64 {
	if g.flat {
		return out
	}
	u, v := (p[0]-g.west)/g.step, (p[1]-g.south)/g.step
	du, dv := dx/g.step, dy/g.step
	lines := [3]progression{newProgression(u, du), newProgression(v, dv), newProgression(u-v, du-dv)}
	last := 0.0
	for {
		k := 0
		for i := 1; i < 3; i++ {
			if lines[i].at < lines[k].at {
				k = i
			}
		}
		if !(lines[k].at < reach) {
			return out
		}
		if lines[k].at > last {
			last = lines[k].at
			out = append(out, last)
		}
		lines[k].next()
	}
}

// progression is where a ray passes one family of parallel lines.
type progression struct {
	at    float64 // distance of the next line
	whole float64 // its number
	sign  float64
	from  float64
	speed float64
}

func newProgression(from, speed float64) progression {
	p := progression{from: from, speed: speed, sign: 1, at: math.Inf(1)}
	switch {
	case speed > 0:
		p.whole = math.Floor(from) + 1
	case speed < 0:
		p.whole, p.sign = math.Ceil(from)-1, -1
	default:
		return p
	}
	p.at = (p.whole - from) / speed
	return p
}

func (p *progression) next() {
	p.whole += p.sign
	p.at = (p.whole - p.from) / p.speed
}

// span is the lowest and the highest ground within reach of a place.
func (g *ground) span(p orb.Point, reach float64) (lo, hi float64) {
	if g.flat {
		return 0, 0
	}
	c0, c1 := g.col(p[0]-reach), g.col(p[0]+reach)+1
	r0, r1 := g.row(p[1]-reach), g.row(p[1]+reach)+1
	lo, hi = math.Inf(1), math.Inf(-1)
	for r := r0; r <= min(r1, g.rows-1); r++ {
		for _, z := range g.z[r*g.cols+c0 : r*g.cols+min(c1, g.cols-1)+1] {
			lo, hi = min(lo, z), max(hi, z)
		}
	}
	return lo, hi
}

func (g *ground) col(x float64) int {
	return int(min(max(math.Floor((x-g.west)/g.step), 0), float64(g.cols-1)))
}

func (g *ground) row(y float64) int {
	return int(min(max(math.Floor((y-g.south)/g.step), 0), float64(g.rows-1)))
}
