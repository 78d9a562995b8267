package radio

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// A path is free where the straight segment from antenna to phone meets neither a
// building nor the ground. It meets a building that stands on the ground where it
// passes one of its walls below the top; touching counts. Buildings that carry the
// antenna or hold the phone do not count.

// receiver is a place of a phone.
type receiver struct {
	at orb.Point
	z  float64 // of the phone, like heights of the ground
	// holders are the buildings it is inside of, by index, ascending.
	holders []int32
}

func (m *Model) receiver(p orb.Point) receiver {
	s := receiver{at: p, z: m.ground.height(p) + m.params.ReceiverM}
	m.index.Each(geo.Extent{MinX: p[0], MinY: p[1], MaxX: p[0], MaxY: p[1]}, func(i int) bool {
		if m.prisms[i].holds && m.prisms[i].contains(p) {
			s.holders = append(s.holders, int32(i))
		}
		return true
	})
	slices.Sort(s.holders)
	return s
}

// beyond tells where p lies behind the wall from a to b, all as seen from the
// antenna: rho is its distance as a multiple of that of the wall in its direction, 1
// or more. Directions along the ends of the wall count.
func beyond(a, b, p orb.Point) (rho float64, ok bool) {
	k := cross(a, b)
	if k == 0 {
		return 0, false
	}
	alpha, beta := cross(a, p)/k, cross(p, b)/k
	rho = alpha + beta
	return rho, alpha >= 0 && beta >= 0 && rho >= 1
}

// inTheWay calls f for the buildings that may block the path, in order: those whose
// boxes it touches.
func (m *Model) inTheWay(t *transmitter, s *receiver, f func(i int)) {
	for _, i := range m.along(t.at, s.at) {
		if !m.prisms[i].known || slices.Contains(t.exempt, int32(i)) || slices.Contains(s.holders, int32(i)) {
			continue
		}
		f(i)
	}
}

// along lists the buildings whose boxes the way from a to b touches, in order.
func (m *Model) along(a, b orb.Point) []int {
	e := geo.EmptyExtent()
	e.IncludePoint(a)
	e.IncludePoint(b)
	d := sub(b, a)
	var out []int
	m.index.Each(e, func(i int) bool {
		box := &m.prisms[i].box
		if reachOf(-d[1], d[0], box, a) >= 0 && reachOf(d[1], -d[0], box, a) >= 0 { // on both sides
			out = append(out, i)
		}
		return true
	})
	slices.Sort(out)
	return out
}

// passes lists where the path crosses walls of a building, in fractions of it,
// ascending.
func (p *prism) passes(t *transmitter, s *receiver, out []float64) []float64 {
	to := sub(s.at, t.at)
	for i := range p.walls {
		w := &p.walls[i]
		if rho, ok := beyond(sub(w.a, t.at), sub(w.b, t.at), to); ok {
			out = append(out, 1/rho)
		}
	}
	slices.Sort(out)
	return out
}

// stands tells whether a building stands in the way.
func (p *prism) stands(t *transmitter, s *receiver) bool {
	if p.raised {
		return p.standsRaised(t, s)
	}
	to := sub(s.at, t.at)
	for i := range p.walls {
		w := &p.walls[i]
		if rho, ok := beyond(sub(w.a, t.at), sub(w.b, t.at), to); ok && t.z+(p.topM-t.z)*rho > s.z {
			return true
		}
	}
	return false
}

// standsRaised tells it for a building that paths may pass below: on a part of the
// way over its footprint the path is neither all above nor all below it.
func (p *prism) standsRaised(t *transmitter, s *receiver) bool {
	return p.meets(t, s, p.parts(t.at, s.at, nil))
}

// meets tells it from the parts of the way over the footprint.
func (p *prism) meets(t *transmitter, s *receiver, parts []float64) bool {
	for i := 0; i+1 < len(parts); i += 2 {
		a, b := t.z+(s.z-t.z)*parts[i], t.z+(s.z-t.z)*parts[i+1]
		if min(a, b) < p.topM && max(a, b) > p.baseM {
			return true
		}
	}
	return false
}

// parts lists from where to where the way from s to q runs over the footprint, in
// fractions of it. A wall's end counts as left of the way when it is on it, so that
// corners are not crossed twice.
func (p *prism) parts(s, q orb.Point, out []float64) []float64 {
	d := sub(q, s)
	if p.contains(s) {
		out = append(out, 0)
	}
	for i := range p.walls {
		a, b := sub(p.walls[i].a, s), sub(p.walls[i].b, s)
		ca, cb := cross(d, a), cross(d, b)
		if (ca >= 0) == (cb >= 0) {
			continue
		}
		u := ca / (ca - cb) // where the wall crosses the line of the way
		x, y := a[0]+(b[0]-a[0])*u, a[1]+(b[1]-a[1])*u
		if at := (x*d[0] + y*d[1]) / (d[0]*d[0] + d[1]*d[1]); at > 0 && at < 1 {
			out = append(out, at)
		}
	}
	if len(out)%2 == 1 {
		out = append(out, 1)
	}
	slices.Sort(out)
	return out
}

// free tells whether the path meets nothing: the exact way.
func (m *Model) free(t *transmitter, s *receiver) bool {
	blocked := false
	m.inTheWay(t, s, func(i int) {
		blocked = blocked || m.prisms[i].stands(t, s)
	})
	return !blocked && !m.ground.blocks(t.at, s.at, t.z, s.z)
}

// insideM is how far behind the last wall of its building a phone is, in plan along
// the path. Where the path passes no wall, antenna and phone being over the same
// footprint, the whole way counts.
func (p *prism) insideM(t *transmitter, s *receiver) float64 {
	to := sub(s.at, t.at)
	last := 0.0
	for i := range p.walls {
		w := &p.walls[i]
		if rho, ok := beyond(sub(w.a, t.at), sub(w.b, t.at), to); ok {
			last = max(last, 1/rho)
		}
	}
	return (1 - last) * math.Hypot(to[0], to[1])
}

// leastGapM keeps an edge off the ends of a path: the least d1·d2/(d1+d2), in metres.
const leastGapM = 0.01

// edgeV2 is the square of the diffraction parameter of an edge that stands above a
// path of a length (in space) at a fraction of it.
func edgeV2(aboveM, lengthM, at, wavelength float64) float64 {
	return 2 * aboveM * aboveM / (wavelength * max(lengthM*at*(1-at), leastGapM))
}

// diffraction is the square of the parameter ν of the edge that obstructs a blocked
// path most: of the walls that it passes below their tops and of the ground where it
// stands highest in each of its patches.
func (m *Model) diffraction(t *transmitter, s *receiver) float64 {
	v2 := 0.0
	length := math.Hypot(geo.Distance(t.at, s.at), s.z-t.z)
	m.inTheWay(t, s, func(i int) { v2 = max(v2, m.prisms[i].edges(t, s, length)) })
	return max(v2, m.ground.edges(t, s, length))
}

// edges is that of the ground alone.
func (g *ground) edges(t *transmitter, s *receiver, length float64) float64 {
	v2, wave := 0.0, link.Wavelength(t.fGHz)
	if g == nil {
		return v2
	}
	g.eachPatch(t.at, s.at, func(from, to float64) bool {
		if at, above := g.rise(t.at, s.at, t.z, s.z, from, to); above > grazeM {
			v2 = max(v2, edgeV2(above, length, at, wave))
		}
		return true
	})
	return v2
}

// edges is that of the walls of a building; 0 where it does not stand in the way.
func (p *prism) edges(t *transmitter, s *receiver, length float64) float64 {
	v2, wave := 0.0, link.Wavelength(t.fGHz)
	if p.raised {
		if !p.standsRaised(t, s) {
			return 0
		}
		for _, at := range p.parts(t.at, s.at, nil) {
			if above := p.topM - (t.z + (s.z-t.z)*at); above > 0 {
				v2 = max(v2, edgeV2(above, length, at, wave))
			}
		}
		return v2
	}
	to := sub(s.at, t.at)
	for i := range p.walls {
		w := &p.walls[i]
		if rho, ok := beyond(sub(w.a, t.at), sub(w.b, t.at), to); ok {
			if above := p.topM - (t.z + (s.z-t.z)/rho); above > 0 {
				v2 = max(v2, edgeV2(above, length, 1/rho, wave))
			}
		}
	}
	return v2
}
