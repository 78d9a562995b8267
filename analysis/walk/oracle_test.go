package walk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
)

// The oracle knows nothing of the network: it cuts every way into pieces of a
// metre at most, drops the pieces that go through a wall, and relaxes all of them
// until nothing changes (Bellman and Ford).

type oracle struct {
	at    []orb.Point
	id    map[[2]int64]int
	gate  map[int]float64 // seconds at a node; infinite when shut
	arcs  []oracleArc
	ways  map[string][]int // nodes along each way
	times []float64
}

type oracleArc struct {
	from, to int
	seconds  float64
}

func (o *oracle) node(p orb.Point) int {
	key := [2]int64{int64(math.Round(p[0] * 1000)), int64(math.Round(p[1] * 1000))}
	i, ok := o.id[key]
	if !ok {
		i = len(o.at)
		o.id[key] = i
		o.at = append(o.at, p)
	}
	return i
}

// wholly tells whether two segments cross.
func wholly(a, b, c, d orb.Point) bool {
	side := func(p, q, r orb.Point) float64 { return (q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0]) }
	return side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0
}

func consult(scene *analysis.Scene, p *Profile, venue orb.Point) *oracle {
	o := &oracle{id: map[[2]int64]int{}, gate: map[int]float64{}, ways: map[string][]int{}}
	var walls [][2]orb.Point
	for _, f := range scene.Layers["barriers"] {
		switch g := f.Geometry.(type) {
		case orb.LineString:
			for i := 1; i < len(g); i++ {
				walls = append(walls, [2]orb.Point{g[i-1], g[i]})
			}
		case orb.Point:
			wait := p.Barriers["gate"].DelayS
			if locked, _ := f.Attributes["locked"].(bool); locked {
				wait = math.Inf(1)
			}
			o.gate[o.node(g)] = wait
		}
	}
	for _, f := range scene.Layers["ways"] {
		o.addWay(f, p, walls)
	}
	o.relax(o.node(venue))
	return o
}

func (o *oracle) addWay(f geo.Feature, p *Profile, walls [][2]orb.Point) {
	line := f.Geometry.(orb.LineString)
	class, _ := f.Attributes["class"].(string)
	if foot := f.Attributes["foot"]; foot == "no" || slices.Contains(p.ForbiddenClasses, class) && foot != "yes" {
		return
	}
	pace := 1 / p.SpeedMPS
	grade := 0.0
	if class == "steps" {
		pace *= p.Steps.TimeFactor
	} else if incline, ok := f.Attributes["incline_pct"].(float64); ok && p.Slope.Model == "tobler" {
		grade = incline / 100
	}
	uphill := func(g float64) float64 {
		return math.Exp(-3.5*0.05) / math.Exp(-3.5*math.Abs(g+0.05)) // 6·exp(−3.5·|g+0.05|) against the flat
	}
	last := o.node(line[0])
	o.ways[f.ID] = append(o.ways[f.ID], last)
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		n := int(math.Ceil(math.Hypot(b[0]-a[0], b[1]-a[1])))
		for k := 1; k <= n; k++ {
			t := float64(k) / float64(n)
			to := o.node(orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])})
			o.addPiece(f, last, to, pace, uphill(grade), uphill(-grade), walls)
			last = to
			o.ways[f.ID] = append(o.ways[f.ID], to)
		}
	}
}

func (o *oracle) addPiece(f geo.Feature, from, to int, pace, up, down float64, walls [][2]orb.Point) {
	for _, w := range walls {
		if wholly(o.at[from], o.at[to], w[0], w[1]) {
			return
		}
	}
	length := math.Hypot(o.at[to][0]-o.at[from][0], o.at[to][1]-o.at[from][1])
	wait := o.gate[from]/2 + o.gate[to]/2
	if f.Attributes["oneway_foot"] != "reverse" {
		o.arcs = append(o.arcs, oracleArc{from, to, length*pace*up + wait})
	}
	if f.Attributes["oneway_foot"] != "yes" {
		o.arcs = append(o.arcs, oracleArc{to, from, length*pace*down + wait})
	}
}

func (o *oracle) relax(venue int) {
	o.times = make([]float64, len(o.at))
	for i := range o.times {
		o.times[i] = math.Inf(1)
	}
	o.times[venue] = 0
	for changed := true; changed; {
		changed = false
		for _, a := range o.arcs {
			if t := o.times[a.to] + a.seconds; t < o.times[a.from]-1e-12 {
				o.times[a.from] = t
				changed = true
			}
		}
	}
}

// agree compares every metre of every way with the oracle.
func agree(t *testing.T, scene *analysis.Scene, p Profile, venue orb.Point) {
	t.Helper()
	s := *scene
	s.Layers = map[string][]geo.Feature{
		"ways": scene.Layers["ways"], "barriers": scene.Layers["barriers"],
		"facilities": {{ID: "v", Geometry: venue, Attributes: map[string]any{"category": "sport"}}},
	}
	n, err := BuildNetwork(&s, p)
	if err != nil {
		t.Fatal(err)
	}
	const limit = 90 * 60 / microsecond
	sc := n.borrow()
	defer n.release(sc)
	f := n.fieldTo(&n.time, sc, n.venues[0].sources(0, n.time.offPerM, nil), int64(limit))
	o := consult(&s, &p, venue)
	byWay := map[string][]int32{}
	for e := range n.edges {
		byWay[n.ways[n.edges[e].way].ID] = append(byWay[n.ways[n.edges[e].way].ID], int32(e))
	}
	compared, reached := 0, 0
	for _, way := range s.Layers["ways"] {
		for _, node := range o.ways[way.ID] {
			want, got := o.times[node], math.Inf(1)
			if math.IsInf(o.gate[node], 1) {
				continue
			}
			for _, e := range byWay[way.ID] {
				ed := &n.edges[e]
				near := geo.NearestOnLine(orb.LineString(n.pts[ed.first:ed.last+1]), o.at[node])
				if near.Dist > 1e-6 {
					continue
				}
				if c, _, ok := f.at(e, near.Along); ok {
					seconds := c * microsecond
					// At a gate the oracle stands behind half of its wait.
					if near.Along < 1e-6 || near.Along > n.cum[ed.last]-1e-6 {
						seconds = math.Min(seconds, c*microsecond)
					}
					got = math.Min(got, seconds)
				}
			}
			compared++
			if !math.IsInf(want, 1) {
				reached++
			}
			if _, gated := o.gate[node]; gated {
				continue // the network stands before or behind the gate
			}
			if math.Abs(got-want) > 1e-3 && got != want {
				t.Fatalf("way %s at %v: %v s, the oracle says %v", way.ID, o.at[node], got, want)
			}
		}
	}
	if compared < 100 || reached < compared/20 {
		t.Errorf("only %d of %d places reached: the test tests little", reached, compared)
	}
}

// townOptions says what a random town has.
type townOptions struct{ walls, gates, oneway, slopes, closed bool }

// randomTown draws streets on a jittered lattice of about 80 m, some bent, some
// missing.
func randomTown(seed uint64, has townOptions) *analysis.Scene {
	rng := rand.New(rand.NewPCG(seed, 17))
	const size = 7
	var at [size][size]orb.Point
	for r := range at {
		for c := range at[r] {
			at[r][c] = orb.Point{500_000 + 80*float64(c) + 30*rng.Float64(), 4_000_000 + 80*float64(r) + 30*rng.Float64()}
		}
	}
	scene := &analysis.Scene{Layers: map[string][]geo.Feature{}}
	way := func(a, b orb.Point) {
		if rng.Float64() < 0.2 {
			return
		}
		line := orb.LineString{a, b}
		if rng.Float64() < 0.5 {
			line = orb.LineString{a, {(a[0]+b[0])/2 + 10*rng.Float64(), (a[1]+b[1])/2 - 10*rng.Float64()}, b}
		}
		attributes := map[string]any{"class": []string{"footway", "residential", "steps", "path"}[rng.IntN(4)]}
		if has.oneway && rng.Float64() < 0.15 {
			attributes["oneway_foot"] = []string{"yes", "reverse"}[rng.IntN(2)]
		}
		if has.slopes && rng.Float64() < 0.5 {
			attributes["incline_pct"] = math.Round(40*rng.Float64() - 20)
		}
		if has.closed && rng.Float64() < 0.1 {
			attributes["foot"] = "no"
		}
		scene.Layers["ways"] = append(scene.Layers["ways"], geo.Feature{ID: fmt.Sprintf("w%03d", len(scene.Layers["ways"])), Geometry: line, Attributes: attributes})
		if has.gates && len(line) == 3 && rng.Float64() < 0.3 {
			scene.Layers["barriers"] = append(scene.Layers["barriers"], geo.Feature{
				ID: fmt.Sprintf("g%03d", len(scene.Layers["barriers"])), Geometry: line[1],
				Attributes: map[string]any{"kind": "gate", "locked": rng.Float64() < 0.3},
			})
		}
	}
	for r := range size {
		for c := range size {
			if c+1 < size {
				way(at[r][c], at[r][c+1])
			}
			if r+1 < size {
				way(at[r][c], at[r+1][c])
			}
		}
	}
	for i := 0; has.walls && i < 6; i++ {
		a := at[rng.IntN(size)][rng.IntN(size)]
		a = orb.Point{a[0] + 20, a[1] + 23}
		b := orb.Point{a[0] + 160*(rng.Float64()-0.5), a[1] + 160*(rng.Float64()-0.5)}
		scene.Layers["barriers"] = append(scene.Layers["barriers"], geo.Feature{
			ID: fmt.Sprintf("x%03d", i), Geometry: orb.LineString{a, b}, Attributes: map[string]any{"kind": "wall"},
		})
	}
	for i := range 12 {
		p := at[rng.IntN(size)][rng.IntN(size)]
		scene.Layers["buildings"] = append(scene.Layers["buildings"], geo.Feature{
			ID: fmt.Sprintf("h%02d", i), Geometry: pointExtent(orb.Point{p[0] + 25, p[1] + 20}, 5).Polygon(), Attributes: map[string]any{"use": "residential", "households": int64(10)},
		})
	}
	return scene
}

// openPlace is the start of the first way from number i on that is open.
func openPlace(scene *analysis.Scene, i int) orb.Point {
	for scene.Layers["ways"][i].Attributes["foot"] == "no" {
		i++
	}
	return scene.Layers["ways"][i].Geometry.(orb.LineString)[0]
}

func townProfile(t testing.TB) Profile {
	p := plain(t)
	p.SpeedMPS, p.OffNetworkMPS = 1.3, 0.9
	p.Steps.TimeFactor = 3
	p.Slope.Model = slopeTobler
	p.Barriers = map[string]Barrier{"gate": {IsOpen, 12}}
	p.Snap.IslandM = 0 // places join the nearest way, wherever it leads
	return p
}

func TestOracleOnRandomTowns(t *testing.T) {
	for seed := range uint64(12) {
		scene := randomTown(seed, townOptions{walls: seed%2 == 0, gates: seed%3 != 2, oneway: true, slopes: true, closed: true})
		t.Run(fmt.Sprint(seed), func(t *testing.T) { agree(t, scene, townProfile(t), openPlace(scene, 20)) })
	}
}

func TestOracleOnNeuss(t *testing.T) {
	full := neuss(t)
	var venue orb.Point
	for _, f := range full.Layers["facilities"] {
		if p, ok := f.Geometry.(orb.Point); ok {
			venue = p
			break
		}
	}
	near := pointExtent(venue, 450)
	scene := &analysis.Scene{Layers: map[string][]geo.Feature{}}
	best := math.Inf(1)
	var start orb.Point
	for _, f := range full.Layers["ways"] {
		line, ok := f.Geometry.(orb.LineString)
		if !ok || f.Attributes["foot"] == "private" || !geo.ExtentOf(line).Touches(near) {
			continue
		}
		scene.Layers["ways"] = append(scene.Layers["ways"], f)
		if d := geo.Distance(line[0], venue); d < best && f.Attributes["foot"] != "no" {
			best, start = d, line[0]
		}
	}
	p := townProfile(t)
	p.Snap.JoinM = 0
	agree(t, scene, p, start)
}

// timesOf are the minutes of all buildings to the first junction of a town.
func timesOf(t *testing.T, scene *analysis.Scene, p Profile) map[string]float64 {
	t.Helper()
	got := playWith(t, scene, p)
	out := map[string]float64{}
	for _, f := range got.layer("buildings") {
		if m, ok := f.Number("minutes"); ok {
			out[f.ID] = m
		}
	}
	if len(out) < 2 {
		t.Fatalf("only %d buildings reached", len(out))
	}
	return out
}

func playWith(t *testing.T, scene *analysis.Scene, p Profile) *world {
	t.Helper()
	got, err := Run(scene, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{5, 40}, Profile: p})
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, result: got}
}

func sameTimes(t *testing.T, what string, got, want map[string]float64, factor float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d buildings reached, want %d", what, len(got), len(want))
	}
	for id, w := range want {
		if math.Abs(got[id]-w*factor) > 0.0015 {
			t.Errorf("%s: %s takes %v minutes, want %v", what, id, got[id], w*factor)
		}
	}
}

func clone(scene *analysis.Scene) *analysis.Scene {
	out := *scene
	out.Layers = map[string][]geo.Feature{}
	for name, features := range scene.Layers {
		for _, f := range features {
			out.Layers[name] = append(out.Layers[name], f.Clone())
		}
	}
	return &out
}

func TestInvariants(t *testing.T) {
	// Without walls: where a wall hides the nearest place of a way, a split way has
	// more places to try.
	everything := townOptions{gates: true, oneway: true, slopes: true, closed: true}
	p := townProfile(t)
	for seed := uint64(100); seed < 106; seed++ {
		rng := rand.New(rand.NewPCG(seed, 1))
		scene := randomTown(seed, everything)
		scene.Layers["facilities"] = []geo.Feature{{ID: "v", Geometry: openPlace(scene, 24), Attributes: map[string]any{"category": "sport"}}}
		want := timesOf(t, scene, p)

		fast := p
		fast.SpeedMPS, fast.OffNetworkMPS = 2*p.SpeedMPS, 2*p.OffNetworkMPS
		fast.Barriers = map[string]Barrier{"gate": {IsOpen, 6}}
		sameTimes(t, "twice the speed", timesOf(t, scene, fast), want, 0.5)

		split := clone(scene)
		for i := range split.Layers["ways"] {
			f := &split.Layers["ways"][i]
			line := f.Geometry.(orb.LineString)
			cut := along(line[0], line[1], rng.Float64())
			rest := f.Clone()
			rest.ID += "b"
			rest.Geometry = append(orb.LineString{cut}, line[1:]...)
			f.Geometry = orb.LineString{line[0], cut}
			split.Layers["ways"] = append(split.Layers["ways"], rest)
		}
		analysis.SortByID(split.Layers["ways"])
		sameTimes(t, "ways split", timesOf(t, split, p), want, 1)

		renamed := clone(scene)
		order := rng.Perm(len(renamed.Layers["ways"]))
		for i, k := range order {
			renamed.Layers["ways"][i].ID = fmt.Sprintf("w%03d", k)
		}
		analysis.SortByID(renamed.Layers["ways"])
		sameTimes(t, "ids permuted", timesOf(t, renamed, p), want, 1)

		again := clone(scene)
		again.Layers["ways"] = slices.Delete(again.Layers["ways"], 5, 6)
		timesOf(t, again, p)
		again.Layers["ways"] = append(again.Layers["ways"], scene.Layers["ways"][5].Clone())
		analysis.SortByID(again.Layers["ways"])
		if diff := cmp.Diff(playWith(t, scene, p).result, playWith(t, again, p).result); diff != "" {
			t.Errorf("a way deleted and drawn again gives another result: %s", diff)
		}
	}
}

func TestAnAddedWayNeverLengthens(t *testing.T) {
	p := townProfile(t)
	for seed := uint64(200); seed < 208; seed++ {
		rng := rand.New(rand.NewPCG(seed, 1))
		scene := randomTown(seed, townOptions{oneway: true, slopes: true, closed: true})
		scene.Layers["facilities"] = []geo.Feature{{ID: "v", Geometry: openPlace(scene, 24), Attributes: map[string]any{"category": "sport"}}}
		want := timesOf(t, scene, p)
		more := clone(scene)
		end := func() orb.Point {
			return more.Layers["ways"][rng.IntN(len(more.Layers["ways"]))].Geometry.(orb.LineString)[0]
		}
		// A bridge, so that nobody steps off it on the way.
		more.Layers["ways"] = append(more.Layers["ways"], geo.Feature{
			ID: "z", Geometry: orb.LineString{end(), end()}, Attributes: map[string]any{"class": "footway", "bridge": true},
		})
		got := timesOf(t, more, p)
		for id, m := range want {
			if g, ok := got[id]; !ok || g > m+0.0015 {
				t.Errorf("seed %d: with one more way %s takes %v minutes, before %v", seed, id, g, m)
			}
		}
	}
}

func TestFlatTownIsSymmetric(t *testing.T) {
	p := townProfile(t)
	p.OffNetworkMPS = p.SpeedMPS
	for seed := uint64(300); seed < 304; seed++ {
		scene := randomTown(seed, townOptions{gates: true})
		a, b := openPlace(scene, 10), openPlace(scene, 40)
		time := func(from, to orb.Point) float64 {
			s := *scene
			s.Layers = map[string][]geo.Feature{"ways": scene.Layers["ways"], "barriers": scene.Layers["barriers"],
				"facilities": {{ID: "v", Geometry: to, Attributes: map[string]any{"category": "sport"}}}}
			n, err := BuildNetwork(&s, p)
			if err != nil {
				t.Fatal(err)
			}
			return n.Why(from, "sport").Walks[0].Minutes
		}
		if there, back := time(a, b), time(b, a); math.Abs(there-back) > 1e-6 || there == 0 {
			t.Errorf("seed %d: %v minutes there, %v back", seed, there, back)
		}
	}
}

func TestSandwichOfRandomTowns(t *testing.T) {
	for seed := uint64(400); seed < 420; seed++ {
		scene := randomTown(seed, townOptions{walls: true, gates: true, oneway: true, slopes: true, closed: true})
		rng := rand.New(rand.NewPCG(seed, 1))
		for i := range 3 {
			line := scene.Layers["ways"][rng.IntN(len(scene.Layers["ways"]))].Geometry.(orb.LineString)
			scene.Layers["facilities"] = append(scene.Layers["facilities"], geo.Feature{ID: fmt.Sprint("v", i), Geometry: line[0], Attributes: map[string]any{"category": "sport"}})
		}
		p := townProfile(t)
		p.AreaReachM = []float64{0, 3, 25, 60}[seed%4]
		n, err := BuildNetwork(scene, p)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { sandwichAll(t, n, 0.2, 1, 1.7, 3, 6) })
	}
}
