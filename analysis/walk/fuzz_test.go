package walk

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// FuzzTangles builds networks of lines on a coarse lattice: ways on top of one
// another, walls along ways, loops, points repeated, squares that cross. Nothing
// may panic, and areas must keep their promise.
func FuzzTangles(f *testing.F) {
	f.Add([]byte{0, 0, 7, 0, 1, 3, 0, 7, 2, 0, 3, 7, 3, 3, 3, 0})
	f.Add([]byte("a wall beside a way and a way beside a wall"))
	f.Add([]byte{0, 0, 0x77, 0, 0, 0x77, 1, 0x11, 0x66, 2, 0x07, 0x70, 4, 0x22, 0x55, 0, 0x22, 0x25})
	p := plain(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 0 {
			checkTangle(t, p, raw[:min(len(raw), 61)])
		}
	})
}

// tangles is how many tangles a test draws by lot; 100,000 have been tried.
const tangles = 2000

func TestTangles(t *testing.T) {
	p := plain(t)
	for i := range tangles {
		t.Run(fmt.Sprint(i), func(t *testing.T) { checkTangle(t, p, lot(i)) })
	}
}

// lot is what the tangle of a number is made of.
func lot(i int) []byte {
	rng := rand.New(rand.NewPCG(6, uint64(i)))
	raw := make([]byte, 1+3*(4+i%30))
	for k := range raw {
		raw[k] = byte(rng.Uint32())
	}
	return raw
}

// checkTangle takes the first byte for the kind of tangle.
func checkTangle(t *testing.T, p Profile, raw []byte) {
	scene := tangle(raw[1:])
	if len(scene.Layers["ways"]) == 0 {
		return
	}
	p.AreaReachM = []float64{15, 6, 3, 0}[raw[0]%4]
	n, err := BuildNetwork(scene, p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := RunOn(n, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{0.5, 2}, Profile: p}); err != nil {
		t.Fatal(err)
	}
	f, done := toVenue(n, -1, 2)
	defer done()
	var limits []int64
	for _, minutes := range []float64{0.3, 0.5, 1, 2} {
		limits = append(limits, int64(minutes*60/microsecond))
	}
	probe(t, &f, limits)
	if raw[0]>>3 == 0 {
		sandwich(t, &f, limits)
	}
}

// tangle reads three bytes for each line: what it is, and its ends on a lattice
// of 8 by 8 places 10 m apart, each of them a little aside or not: that makes
// triangles thinner than a hair.
func tangle(raw []byte) *analysis.Scene {
	at := func(b byte) orb.Point {
		return orb.Point{500_000 + 10*float64(b>>4&7) + 0.003*float64(b>>3&1), 4_000_000 + 10*float64(b&7) + 0.001*float64(b>>7)}
	}
	scene := &analysis.Scene{Layers: map[string][]geo.Feature{}}
	add := func(layer string, g orb.Geometry, attributes map[string]any) {
		id := fmt.Sprintf("%s%03d", layer[:1], len(scene.Layers[layer]))
		scene.Layers[layer] = append(scene.Layers[layer], geo.Feature{ID: id, Geometry: g, Attributes: attributes})
	}
	for ; len(raw) >= 3; raw = raw[3:] {
		a, b := at(raw[1]), at(raw[2])
		line := orb.LineString{a, b}
		if raw[0]&0x40 != 0 {
			line = orb.LineString{a, {a[0], b[1]}, b}
		}
		switch raw[0] % 8 {
		case 0, 1, 2:
			add("ways", line, map[string]any{"class": "footway"})
		case 3:
			add("ways", line, map[string]any{"class": "path", "oneway_foot": "yes"})
		case 4:
			add("barriers", line, map[string]any{"kind": "wall"})
		case 5:
			add("barriers", a, map[string]any{"kind": "gate", "locked": raw[0]&0x80 != 0})
		case 6:
			add("ways", line, map[string]any{"class": "footway", "bridge": true})
		case 7:
			add("facilities", a, map[string]any{"category": "sport"})
			if raw[0]&0x80 != 0 {
				add("ways", orb.Polygon{{a, {b[0], a[1]}, b, {a[0], b[1]}, a}}, map[string]any{"class": "pedestrian"})
			}
		}
	}
	if len(scene.Layers["facilities"]) == 0 {
		add("facilities", at(0x33), map[string]any{"category": "sport"})
	}
	return scene
}
