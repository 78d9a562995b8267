package walk

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// busyNeuss is Neuss with venues of as many kinds as a judgement asks for: those of
// sport as they are, and shops, care and services in buildings drawn by lot.
func busyNeuss(b testing.TB) *analysis.Scene {
	town := neuss(b)
	scene := *town
	scene.Layers = maps.Clone(town.Layers)
	facilities := slices.Clone(town.Layers["facilities"])
	rng := rand.New(rand.NewPCG(14, 14))
	for _, k := range busyKinds {
		for i := range k.count {
			house := town.Layers["buildings"][rng.IntN(len(town.Layers["buildings"]))]
			p, ok := CentreOf(&house)
			if !ok {
				continue
			}
			facilities = append(facilities, geo.Feature{ID: fmt.Sprintf("%s:%d", k.category, i), Geometry: p, Attributes: map[string]any{"category": k.category}})
		}
	}
	analysis.SortByID(facilities)
	scene.Layers["facilities"] = facilities
	return &scene
}

var busyKinds = []struct {
	category string
	count    int
}{
	{"commerce/supermarket", 10}, {"commerce/market", 3}, {"commerce/food", 40}, {"commerce/pharmacy", 8}, {"commerce/hairdresser", 12},
	{"commerce/laundry", 4}, {"commerce/repair", 4}, {"service/post", 6}, {"service/party_centre", 3}, {"care/day", 4}, {"care/canteen", 3},
	{"education/kindergarten", 6},
}

// busyNeeds are fourteen questions such as a judgement asks, by profile.
func busyNeeds() map[string][]Params {
	need := func(id string, minutes float64, categories ...string) Params {
		return Params{ID: id, Categories: categories, MinutesCutoffs: []float64{minutes, 2 * minutes}, Omit: []string{"edges", "snaps", "islands"}}
	}
	return map[string][]Params{
		"adult": {
			need("a1", 15, "commerce/supermarket"), need("a2", 15, "commerce/market", "commerce/supermarket"), need("a3", 15, "commerce/food"),
			need("a4", 15, "commerce/pharmacy"), need("a5", 15, "commerce/hairdresser"), need("a6", 15, "commerce/laundry"),
			need("a7", 15, "commerce/repair"), need("a8", 15, "service/post"), need("a9", 10, "sport"), need("a10", 15, "service/party_centre"),
		},
		"elderly":    {need("e1", 15, "care"), need("e2", 10, "care/canteen")},
		"child":      {need("c1", 10, "education/kindergarten")},
		"wheelchair": {need("w1", 5, "sport")},
	}
}

// parade is the live networks of all profiles with their questions.
type parade struct {
	lives []*Live
	needs [][]Params
}

func newParade(b testing.TB, scene *analysis.Scene) *parade {
	p := &parade{}
	var shared Shared
	needs := busyNeeds()
	for _, id := range slices.Sorted(maps.Keys(needs)) {
		l, err := shared.NewLive(scene, profile(b, id))
		if err != nil {
			b.Fatal(err)
		}
		p.lives, p.needs = append(p.lives, l), append(p.needs, needs[id])
	}
	p.ask(b, scene, nil)
	return p
}

// ask brings everything up to date, and says how many answers stayed the same.
func (p *parade) ask(b testing.TB, scene *analysis.Scene, changed map[string][]string) (same int) {
	var wg sync.WaitGroup
	counts := make([]int, len(p.lives))
	for i, l := range p.lives {
		wg.Go(func() {
			if err := l.Update(scene, changed); err != nil {
				b.Error(err)
				return
			}
			for _, need := range p.needs[i] {
				a, err := l.Run(need)
				if err != nil {
					b.Error(err)
				}
				if a.Same {
					counts[i]++
				}
			}
		})
	}
	wg.Wait()
	for _, n := range counts {
		same += n
	}
	return same
}

// Fourteen questions over four profiles are brought up to date after one edit. Every
// second edit takes the one before back.
func BenchmarkLiveNeuss(b *testing.B) {
	for _, kind := range []struct {
		name string
		edit func(e *editor) edit
	}{
		{"way", func(e *editor) edit {
			from, to := e.place(), e.place()
			for range 500 { // a short cut, not a street through the town
				if d := geo.Distance(from, to); d > 20 && d < 150 {
					break
				}
				to = e.place()
			}
			w := &geo.Feature{ID: "new", Geometry: orb.LineString{from, to}, Attributes: map[string]any{"class": "footway"}}
			return edit{"ways": {"new": w}}
		}},
		{"gate", func(e *editor) edit {
			g := &geo.Feature{ID: "new", Geometry: e.place(), Attributes: map[string]any{"kind": "gate", "locked": e.rng.IntN(2) == 0}}
			return edit{"barriers": {"new": g}}
		}},
		{"facility", func(e *editor) edit {
			f := &geo.Feature{ID: "new", Geometry: e.near(e.place(), 30), Attributes: map[string]any{"category": busyKinds[e.rng.IntN(len(busyKinds))].category}}
			return edit{"facilities": {"new": f}}
		}},
		{"building", func(e *editor) edit {
			h := &geo.Feature{ID: "new", Geometry: pointExtent(e.near(e.place(), 50), 8).Polygon(), Attributes: map[string]any{"use": "residential", "households": int64(12)}}
			return edit{"buildings": {"new": h}}
		}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			e := newEditor(busyNeuss(b), 5)
			e.box = pointExtent(e.scene.Community.Geometry.Bound().Center(), 300)
			p := newParade(b, e.scene)
			var walls []float64
			same := 0
			b.ReportAllocs()
			b.ResetTimer()
			used := cpu(b)
			for i := range b.N {
				b.StopTimer()
				var changed map[string][]string
				if i%2 == 0 {
					changed = e.put(kind.edit(e), true)
				} else {
					changed = e.undo()
				}
				b.StartTimer()
				start := time.Now()
				same += p.ask(b, e.scene, changed)
				walls = append(walls, float64(time.Since(start))/1e6)
			}
			used()
			slices.Sort(walls)
			b.ReportMetric(walls[len(walls)/2], "p50-ms")
			b.ReportMetric(walls[len(walls)*95/100], "p95-ms")
			b.ReportMetric(float64(same)/float64(b.N), "same-answers/op")
		})
	}
}
