package walk

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Costs are whole microseconds. They are rounded as running totals along a
// strand, never edge by edge: the pieces of a strand always sum to the same time,
// however many pieces there are, and a total is off by half a microsecond at most.
const microsecond = 1e-6

// dense is a strand with everything that its walk depends on: its vertices and,
// where the terrain changes, points between them.
type dense struct {
	pts []orb.Point
	v   []int32   // vertex, or -1 for a point between
	cum []float64 // metres from the start
	fwd []int64   // time from the start to here
	bwd []int64   // time from here back to the start
	// steep tells of each stretch between two points that the profile forbids it.
	steep []bool
}

// gradients samples the terrain along a strand.
type gradients struct {
	at []float64 // metres along the strand, ascending, of the ends of stretches
	g  []float64 // gradient of each stretch
}

// costStrand measures one strand.
func (b *builder) costStrand(s *strand) dense {
	var d dense
	if len(s.v) < 2 {
		return d
	}
	d.pts, d.v = make([]orb.Point, len(s.v)), s.v
	d.cum = make([]float64, len(s.v))
	for i, v := range s.v {
		d.pts[i] = b.verts[v]
		if i > 0 {
			d.cum[i] = d.cum[i-1] + geo.Distance(d.pts[i-1], d.pts[i])
		}
	}
	grade := b.gradientsOf(s, &d)
	d.refine(grade.at)
	n := len(d.pts)
	d.fwd, d.bwd, d.steep = make([]int64, n), make([]int64, n), make([]bool, n-1)
	sPerM := s.walk.sPerM + s.walk.waitS/d.cum[n-1]
	up, down := 0.0, 0.0 // seconds
	for i := 1; i < n; i++ {
		length, g := d.cum[i]-d.cum[i-1], grade.of((d.cum[i-1]+d.cum[i])/2)
		fu, fd := 1.0, 1.0
		if s.walk.sloped {
			fu, fd = toblerFactor(g), toblerFactor(-g)
		}
		d.steep[i-1] = s.walk.limited && math.Abs(g)*100 > b.prof.Slope.MaxGradientPct
		up += length * sPerM * fu
		down += length * sPerM * fd
		d.fwd[i], d.bwd[i] = int64(math.Round(up/microsecond)), int64(math.Round(down/microsecond))
	}
	return d
}

// gradientsOf finds the gradients along a strand: what the way says, else the
// heights of its own vertices, else the terrain. Stairs have none.
func (b *builder) gradientsOf(s *strand, d *dense) gradients {
	m, length := s.walk, d.cum[len(d.cum)-1]
	switch {
	case !m.sloped && !m.limited || length == 0:
		return gradients{}
	case m.inclined:
		return gradients{at: []float64{0, length}, g: []float64{m.gradient}}
	case len(s.z) == len(d.pts):
		return gradientsBetween(d.cum, s.z)
	case b.scene.Terrain == nil:
		return gradients{}
	}
	n := int(math.Ceil(length / b.prof.Slope.BaselineM))
	if m.span || n < 1 {
		n = 1
	}
	if n == 1 {
		return b.overall(d, length)
	}
	at, z := make([]float64, n+1), make([]float64, n+1)
	seg := 0
	for i := range at {
		at[i] = length * float64(i) / float64(n)
		for seg+2 < len(d.cum) && d.cum[seg+1] < at[i] {
			seg++
		}
		t := (at[i] - d.cum[seg]) / (d.cum[seg+1] - d.cum[seg])
		h, ok := b.scene.Terrain.HeightAt(along(d.pts[seg], d.pts[seg+1], math.Min(1, t)))
		if !ok {
			return gradients{}
		}
		z[i] = h
	}
	return gradientsBetween(at, z)
}

// overall is the one gradient of a short strand or of a span. A strand shorter
// than the baseline is measured over the whole baseline around its middle, in its
// direction: heights half a metre wrong must not make a wall of it.
func (b *builder) overall(d *dense, length float64) gradients {
	from, to := d.pts[0], d.pts[len(d.pts)-1]
	base := geo.Distance(from, to)
	if base == 0 {
		return gradients{}
	}
	if want := b.prof.Slope.BaselineM; base < want {
		dx, dy := (to[0]-from[0])/base, (to[1]-from[1])/base
		mx, my := (from[0]+to[0])/2, (from[1]+to[1])/2
		from = orb.Point{mx - dx*want/2, my - dy*want/2}
		to = orb.Point{mx + dx*want/2, my + dy*want/2}
		base = want
	} else {
		base = length
	}
	z0, ok0 := b.scene.Terrain.HeightAt(from)
	z1, ok1 := b.scene.Terrain.HeightAt(to)
	if !ok0 || !ok1 {
		return gradients{}
	}
	return gradients{at: []float64{0, length}, g: []float64{(z1 - z0) / base}}
}

func gradientsBetween(at, z []float64) gradients {
	g := gradients{at: at, g: make([]float64, len(at)-1)}
	for i := range g.g {
		if run := at[i+1] - at[i]; run > 0 {
			g.g[i] = (z[i+1] - z[i]) / run
		}
	}
	return g
}

// of is the gradient at a place along the strand; 0 when nothing is known.
func (g *gradients) of(along_m float64) float64 {
	for len(g.g) > 1 && g.at[1] <= along_m { // asked for in ascending order
		g.at, g.g = g.at[1:], g.g[1:]
	}
	if len(g.g) == 0 {
		return 0
	}
	return g.g[0]
}

// refine puts points into a dense strand at the given metres along it, so that
// no gradient changes between two points.
func (d *dense) refine(at []float64) {
	if len(at) <= 2 {
		return
	}
	var out dense
	k := 1
	for i := range d.pts {
		out.pts, out.v, out.cum = append(out.pts, d.pts[i]), append(out.v, d.v[i]), append(out.cum, d.cum[i])
		if i+1 == len(d.pts) {
			break
		}
		for ; k < len(at) && at[k] < d.cum[i+1]-sameM; k++ {
			if at[k] <= d.cum[i]+sameM {
				continue
			}
			t := (at[k] - d.cum[i]) / (d.cum[i+1] - d.cum[i])
			out.pts, out.v, out.cum = append(out.pts, along(d.pts[i], d.pts[i+1], t)), append(out.v, -1), append(out.cum, at[k])
		}
	}
	*d = out
}
