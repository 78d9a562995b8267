package tiles

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// The series agrees with the formula wherever it is used, to within its stated
// error and the formula's own rounding.
func TestRowSeries(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	inReach := 0
	for z := uint8(0); z <= MaxZoom; z++ {
		for range 200 {
			n := uint32(1) << z
			c := Coord{Z: z, X: 0, Y: rng.Uint32N(n)}
			f := newFrame(c)
			for range 20 {
				phi := f.lat0 + (2*rng.Float64()-1)*min(f.reach, 0.05)
				lat := phi * 180 / math.Pi
				if math.Abs(lat) > MaxLatitude {
					continue
				}
				inReach++
				phi = lat * math.Pi / 180
				want := f.world*(0.5-math.Asinh(math.Tan(phi))/(2*math.Pi)) - f.top
				own := f.world * 1e-15 * (1 + math.Abs(math.Tan(phi)))
				if got := f.y(lat); math.Abs(got-want) > seriesError+own {
					t.Fatalf("%s: latitude %g is drawn at row %g, not %g", c, lat, got, want)
				}
			}
		}
	}
	if inReach < 50_000 {
		t.Errorf("only %d latitudes compared", inReach)
	}
}

// FuzzTidy compares with the definition: nothing of what tidy leaves is on a
// straight or repeated, and the area is the same.
func FuzzTidy(f *testing.F) {
	f.Add([]byte{0, 0, 4, 0, 8, 0, 8, 8, 4, 8, 4, 12, 4, 8, 0, 8})
	f.Add([]byte{1, 1, 1, 1, 2, 2, 3, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		var ring []pt
		for i := 0; i+1 < len(b); i += 2 {
			ring = append(ring, pt{int64(b[i] % 16), int64(b[i+1] % 16)})
		}
		want := area2(ring)
		got := tidy(ring)
		if len(got) == 0 {
			if want != 0 {
				t.Fatalf("an area of %d is gone", want)
			}
			return
		}
		if area := area2(got); area != want {
			t.Fatalf("area %d, was %d", area, want)
		}
		n := len(got)
		for i := range got {
			if cross(got[i], got[(i+1)%n], got[(i+2)%n]) == 0 {
				t.Fatalf("%v is on a straight in %v", got[(i+1)%n], got)
			}
		}
	})
}

// where agrees with the winding of a ray in rational numbers.
func FuzzWhere(f *testing.F) {
	f.Add([]byte{0, 0, 8, 0, 8, 8, 0, 8}, byte(4), byte(8))
	f.Add([]byte{0, 0, 8, 8, 8, 0, 0, 8}, byte(4), byte(4))
	f.Fuzz(func(t *testing.T, b []byte, x, y byte) {
		var ring []pt
		for i := 0; i+1 < len(b); i += 2 {
			ring = append(ring, pt{int64(b[i] % 16), int64(b[i+1] % 16)})
		}
		if len(ring) < 3 {
			return
		}
		p := pt{int64(x % 16), int64(y % 16)}
		want := -1
		for i, a := range ring {
			c := ring[(i+1)%len(ring)]
			if onSegment(p, a, c) {
				want = 0
				break
			}
			if (a[1] > p[1]) == (c[1] > p[1]) {
				continue
			}
			// Where the edge has the height of p: a.x + (p.y-a.y)(c.x-a.x)/(c.y-a.y).
			at := big.NewRat((p[1]-a[1])*(c[0]-a[0]), c[1]-a[1])
			at.Add(at, big.NewRat(a[0], 1))
			if at.Cmp(big.NewRat(p[0], 1)) > 0 {
				want = -want
			}
		}
		if got := where(p, ring); got != want {
			t.Fatalf("where(%v, %v) = %d, want %d", p, ring, got, want)
		}
	})
}

func onSegment(p, a, b pt) bool {
	return cross(a, b, p) == 0 && min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) &&
		min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1])
}
