package walk

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// exactTurn is turn in numbers without bounds.
func exactTurn(o, a, b orb.Point) int {
	minus := func(x, y float64) *big.Rat {
		return new(big.Rat).Sub(new(big.Rat).SetFloat64(x), new(big.Rat).SetFloat64(y))
	}
	p := new(big.Rat).Mul(minus(a[0], o[0]), minus(b[1], o[1]))
	q := new(big.Rat).Mul(minus(a[1], o[1]), minus(b[0], o[0]))
	return p.Cmp(q)
}

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// In triangles as thin as the lattice allows, whatever is reached of their sides,
// outlines stay inside and do not cross, in exact numbers.
func TestCutsAreExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	roofs := 0
	for range 20_000 {
		m := &mesh{unit: meshUnitM, origin: orb.Point{500_000, 4_100_000}, parts: 1 << maxPartBits}
		corner := thinTriangle(rng, m)
		for k := range 3 {
			m.pts = append(m.pts, corner[k])
			m.sides = append(m.sides, meshSide{u: int32(k), v: int32((k + 1) % 3)})
		}
		tr := &meshTri{v: [3]int32{0, 1, 2}, side: [3]int32{0, 1, 2}}
		var p, q [3]int32
		for k := range 3 {
			p[k], q[k] = anyPart(rng, m.parts), anyPart(rng, m.parts)
			if p[k] >= q[k] {
				p[k], q[k] = m.parts, 0
			}
		}
		var a areaScratch
		a.gaps(m, tr, p, q)
		for i, s := range a.out {
			for k := range 3 {
				for _, x := range s {
					if want := exactTurn(corner[k], corner[(k+1)%3], x); want < 0 {
						t.Fatalf("%v: %v lies outside", corner, x)
					} else if sign(turn(corner[k], corner[(k+1)%3], x)) != want {
						t.Fatalf("turn(%v, %v, %v) has the wrong sign", corner[k], corner[(k+1)%3], x)
					}
				}
			}
			for _, o := range a.out[:i] {
				if exactTurn(s[0], s[1], o[0])*exactTurn(s[0], s[1], o[1]) < 0 && exactTurn(o[0], o[1], s[0])*exactTurn(o[0], o[1], s[1]) < 0 {
					t.Fatalf("%v, reached to %v and from %v: %v crosses %v", corner, p, q, s, o)
				}
			}
			if exactTurn(corner[0], corner[1], s[0])*exactTurn(corner[1], corner[2], s[0])*exactTurn(corner[2], corner[0], s[0]) > 0 {
				roofs++ // begins inside
			}
		}
	}
	if roofs < 1000 {
		t.Errorf("only %d roofs were drawn", roofs)
	}
}

// thinTriangle draws a counter-clockwise triangle, often with hardly any area.
func thinTriangle(rng *rand.Rand, m *mesh) [3]orb.Point {
	for {
		var l [3]lattice
		for k := range l {
			l[k] = lattice{rng.Int64N(25 << 10), rng.Int64N(25 << 10)}
		}
		if rng.IntN(4) > 0 { // beside the line, within two units
			t := rng.Float64()
			l[2] = lattice{
				l[0].x + int64(t*float64(l[1].x-l[0].x)) + rng.Int64N(3),
				l[0].y + int64(t*float64(l[1].y-l[0].y)) + rng.Int64N(3),
			}
		}
		if orient(l[0], l[1], l[2]) <= 0 {
			continue
		}
		var out [3]orb.Point
		turned := rng.IntN(3)
		for k := range out {
			x := l[(k+turned)%3]
			out[k] = orb.Point{m.origin[0] + float64(x.x)*m.unit, m.origin[1] + float64(x.y)*m.unit}
		}
		return out
	}
}

// anyPart draws a place on a side, often close to an end.
func anyPart(rng *rand.Rand, parts int32) int32 {
	switch rng.IntN(8) {
	case 0, 1:
		return 0
	case 2, 3:
		return parts
	case 4:
		return 1 + rng.Int32N(3)
	case 5:
		return parts - 1 - rng.Int32N(3)
	}
	return rng.Int32N(parts + 1)
}
