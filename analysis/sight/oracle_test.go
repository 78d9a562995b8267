package sight

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// dori is the usual table.
var dori = Table{ID: "dori", Verified: true, Classes: []Class{
	{ID: "detect", PxPerM: 25}, {ID: "observe", PxPerM: 62.5}, {ID: "recognise", PxPerM: 125}, {ID: "identify", PxPerM: 250},
}}

// hills is a wavy ground.
type hills struct{ high, long float64 }

func (h hills) HeightAt(p orb.Point) (float64, bool) {
	return 50 + h.high*(math.Sin(p[0]/h.long)+math.Cos(p[1]/h.long*1.3)), true
}

func box(c orb.Point, w, h, turn float64) orb.Polygon {
	sin, cos := math.Sincos(turn)
	var r orb.Ring
	for _, k := range [5][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}} {
		x, y := k[0]*w/2, k[1]*h/2
		r = append(r, orb.Point{c[0] + x*cos - y*sin, c[1] + x*sin + y*cos})
	}
	return orb.Polygon{r}
}

// randomTown has houses low and high, some with a yard or free of the ground, some
// overlapping, walls and cameras of all kinds.
func randomTown(seed uint64, side float64, houses, walls, cameras int, terrain analysis.Terrain) *analysis.Scene {
	r := rand.New(rand.NewPCG(seed, 7))
	origin := orb.Point{500_000, 4_000_000}
	at := func() orb.Point { return orb.Point{origin[0] + r.Float64()*side, origin[1] + r.Float64()*side} }
	scene := &analysis.Scene{CRS: "EPSG:4548", Terrain: terrain, Layers: make(map[string][]geo.Feature)}
	scene.Community = geo.Feature{ID: "c", Geometry: geo.Extent{MinX: origin[0], MinY: origin[1], MaxX: origin[0] + side, MaxY: origin[1] + side}.Polygon()}
	for i := range houses {
		p := box(at(), 4+r.Float64()*16, 4+r.Float64()*16, float64(r.IntN(3))*r.Float64())
		f := geo.Feature{ID: fmt.Sprintf("b%03d", i), Geometry: p, Attributes: map[string]any{"height_m": 1 + r.Float64()*r.Float64()*25}}
		switch r.IntN(8) {
		case 0: // a yard
			c, _ := geo.Centroid(p)
			f.Geometry = orb.Polygon{p[0], box(c, 2, 2, 0)[0]}
		case 1: // on pillars
			f.Attributes["base_m"] = 0.5 + r.Float64()*4
			f.Attributes["height_m"] = f.Attributes["base_m"].(float64) + r.Float64()*5
		}
		scene.Layers["buildings"] = append(scene.Layers["buildings"], f)
	}
	for i := range walls {
		a := at()
		t, l := r.Float64()*7, 5+r.Float64()*30
		line := orb.LineString{a, {a[0] + l*math.Cos(t), a[1] + l*math.Sin(t)}, {a[0] + l*math.Cos(t) + 4, a[1] + l*math.Sin(t) + 5}}
		scene.Layers["barriers"] = append(scene.Layers["barriers"], geo.Feature{ID: fmt.Sprintf("w%03d", i), Geometry: line,
			Attributes: map[string]any{"kind": "wall", "height_m": 0.8 + r.Float64()*5}})
	}
	kinds := []string{"fixed", "dome", "ptz", "panoramic", "facade"}
	for i := range cameras {
		kind := kinds[r.IntN(len(kinds))]
		a := map[string]any{
			"kind": kind, "height_m": 2 + r.Float64()*r.Float64()*14, "azimuth_deg": r.Float64() * 360, "tilt_deg": r.Float64()*40 - 5,
			"hfov_deg": 30 + r.Float64()*80, "vfov_deg": 20 + r.Float64()*50, "pixels_w": int64(1920), "working": true,
		}
		if kind == "panoramic" {
			a["hfov_deg"] = []float64{180, 270, 360}[r.IntN(3)]
		}
		if r.IntN(2) == 0 {
			a["range_m"] = 10 + r.Float64()*60
		}
		scene.Layers["cameras"] = append(scene.Layers["cameras"], geo.Feature{ID: fmt.Sprintf("c%03d", i), Geometry: at(), Attributes: a})
	}
	return scene
}

func mustModel(t testing.TB, scene *analysis.Scene, p Params) *Model {
	t.Helper()
	if p.Table.Classes == nil {
		p.Table = dori
	}
	m, err := NewModel(scene, p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// bruteBlocked marches along the line of sight in small steps and asks at each
// whether it is inside anything: the plainest way there is.
func bruteBlocked(m *Model, eye, q vec) (blocked bool, margin float64) {
	const step = 0.03
	d := q.minus(eye)
	length := math.Sqrt(d.dot(d))
	n := int(length/step) + 1
	margin = math.Inf(1)
	ext := geo.ExtentOf(orb.LineString{eye.plan(), q.plan()})
	var solids []int
	for i := range m.town.solids {
		if s := &m.town.solids[i]; s.area && geo.ExtentOf(s.rings[0]).Touches(ext) {
			solids = append(solids, i)
		}
	}
	var walls []int
	for i, p := range m.town.panels {
		if !m.town.solids[p.solid].area && geo.ExtentOf(orb.LineString{m.town.edges[i].A, m.town.edges[i].B}).Touches(ext) {
			walls = append(walls, i)
			if touches(&m.town.edges[i], eye) || touches(&m.town.edges[i], q) {
				return false, 0 // the wall is what carries the eye, or what is looked at
			}
		}
	}
	at := func(i int) vec {
		t := float64(i) / float64(n)
		return vec{eye[0] + t*d[0], eye[1] + t*d[1], eye[2] + t*d[2]}
	}
	for i := range n + 1 {
		p := at(i)
		for _, k := range solids {
			s := &m.town.solids[k]
			if insideRings(s.rings, p.plan()) && p[2] < s.top && p[2] > s.base {
				blocked = true
			}
			margin = min(margin, nearPrism(s, p))
		}
		if !m.ground.flat && i < n && i > 0 && m.ground.at(p.plan()) > p[2] {
			blocked = true
		}
		if !m.ground.flat && i > 0 {
			margin = min(margin, math.Abs(m.ground.at(p.plan())-p[2])*5)
		}
		if i == 0 {
			continue
		}
		o := at(i - 1)
		for _, k := range walls {
			e, w := m.town.edges[k], m.town.panels[k]
			hit, u := crosses(o.plan(), p.plan(), e.A, e.B)
			top := w.topA + u*(w.topB-w.topA)
			if near := nearEdge(&e, p.plan()); near < 0.1 {
				margin = min(margin, max(math.Abs(top-p[2]), near-step))
				if !hit {
					margin = min(margin, math.Hypot(min(geo.Distance(p.plan(), e.A), geo.Distance(p.plan(), e.B)), 0))
				}
			}
			if hit && p[2] < top {
				blocked = true
			}
		}
	}
	return blocked, margin
}

// nearPrism is roughly how far a place is from an edge or face of a prism along
// which a line may graze.
func nearPrism(s *solid, p vec) float64 {
	wall := s.wall(p.plan())
	in := insideRings(s.rings, p.plan())
	below := p[2] < s.top && p[2] > s.base
	near := math.Inf(1)
	if below {
		near = min(near, wall)
	}
	if in || wall < 0.05 {
		near = min(near, math.Abs(p[2]-s.top), math.Abs(p[2]-s.base))
	}
	return near
}

func insideRings(rings []orb.Ring, p orb.Point) bool {
	return geo.Inside(orb.Polygon(rings), p)
}

func crosses(a, b, c, d orb.Point) (bool, float64) {
	ex, ey, fx, fy := b[0]-a[0], b[1]-a[1], d[0]-c[0], d[1]-c[1]
	den := ex*fy - ey*fx
	if den == 0 {
		return false, 0
	}
	t := ((c[0]-a[0])*fy - (c[1]-a[1])*fx) / den
	u := ((c[0]-a[0])*ey - (c[1]-a[1])*ex) / den
	return t >= 0 && t <= 1 && u >= 0 && u <= 1, u
}

// Lines of sight agree with a march along them.
func TestBlockedAgreesWithMarching(t *testing.T) {
	checked, blocked := 0, 0
	for seed := range uint64(8) {
		var ground analysis.Terrain
		if seed%2 == 1 {
			ground = hills{float64(seed) / 4, 25}
		}
		scene := randomTown(seed, 80, 14, 5, 6, ground)
		m := mustModel(t, scene, Params{ReachM: 100})
		s := sightline{m: m}
		r := rand.New(rand.NewPCG(seed, 3))
		for i := range m.cameras {
			c := &m.cameras[i]
			if !c.able {
				continue
			}
			for range 25 {
				q := m.target(orb.Point{500_000 + r.Float64()*80, 4_000_000 + r.Float64()*80})
				q[2] += r.Float64() * r.Float64() * 10
				want, margin := bruteBlocked(m, c.now.eye, q)
				got := s.blocked(c.now.eye, q, c.roofs).solid != noSolid
				if got != want && margin > 0.05 {
					t.Errorf("seed %d, camera %s to %v: blocked %v, marching says %v (margin %.3f)", seed, c.ID, q, got, want, margin)
				}
				checked++
				if want {
					blocked++
				}
			}
		}
	}
	t.Logf("%d lines of sight, %d blocked", checked, blocked)
}

// The areas drawn are where lines of sight are free, in the field and near enough.
func TestAreasAgreeWithLinesOfSight(t *testing.T) {
	checked, wrong, seen := 0, 0, 0
	for seed := range uint64(40) {
		var ground analysis.Terrain
		if seed%4 == 3 {
			ground = hills{float64(seed) / 20, 30}
		}
		scene := randomTown(seed, 100, int(seed), int(seed)/4, 10, ground)
		m := mustModel(t, scene, Params{ReachM: 80})
		k := newLooker(m)
		var w weaver
		r := rand.New(rand.NewPCG(seed, 3))
		for i := range m.cameras {
			c := &m.cameras[i]
			if !c.able {
				continue
			}
			for _, l := range []*lens{&c.now, &c.could} {
				if l == &c.could && !c.canTurn {
					continue
				}
				f := k.look(l, c.roofs)
				areas := make([]orb.MultiPolygon, len(dori.Classes))
				for class := range areas {
					areas[class] = w.area(&k.view, f, int8(class), int8(class))
				}
				all := w.area(&k.view, f, 0, 3)
				for range 60 {
					p := orb.Point{c.At[0] + r.NormFloat64()*20, c.At[1] + r.NormFloat64()*20}
					v := k.line.looks(l, c.roofs, m.target(p), 0)
					checked++
					if v.class >= 0 {
						seen++
					}
					if nearBorder(append(areas, all), p, m) {
						continue
					}
					for class := range areas {
						if got := geo.Inside(areas[class], p); got != (v.class == class) {
							t.Errorf("seed %d, camera %s (%s) at %v: area of class %d %v, line of sight %+v", seed, c.ID, c.Kind, p, class, got, v)
							wrong++
						}
					}
					if got := geo.Inside(all, p); got != (v.class >= 0) {
						t.Errorf("seed %d, camera %s at %v: whole area %v, line of sight %+v", seed, c.ID, p, got, v)
					}
				}
			}
		}
	}
	t.Logf("%d places, %d seen, %d wrong", checked, seen, wrong)
}

// nearBorder tells whether a place is so close to the border of an area that
// rounding decides.
func nearBorder(areas []orb.MultiPolygon, p orb.Point, m *Model) bool {
	tol := 0.02
	if !m.ground.flat {
		tol = 0.5
	}
	for _, a := range areas {
		for _, poly := range a {
			for _, ring := range poly {
				if geo.NearestOnLine(orb.LineString(ring), p).Dist < tol {
					return true
				}
			}
		}
	}
	for i := range m.town.solids {
		if s := &m.town.solids[i]; s.area && s.wall(p) < tol {
			return true
		}
	}
	for i := range m.town.edges {
		if nearEdge(&m.town.edges[i], p) < touch_m+tol {
			return true
		}
	}
	return false
}
